//! Texts as small numbers, each text once.
//!
//! In: texts, one by one. Out: [`Texts`].
//! Invariant: equal texts have equal ids; ids count up in the order in which the texts first came.
//! Never: a text taken out again, or two ids for one text.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::{Id, IndexVec};

/// An interner: a table of distinct texts.
#[derive(Debug)]
pub(crate) struct Texts<I> {
    ids: FxHashMap<Arc<str>, I>,
    list: IndexVec<I, Arc<str>>,
}

impl<I> Default for Texts<I> {
    fn default() -> Self {
        Self {
            ids: FxHashMap::default(),
            list: IndexVec::default(),
        }
    }
}

impl<I: Id> Texts<I> {
    /// The id of `text`, new or known.
    pub(crate) fn id(&mut self, text: &str) -> I {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let text: Arc<str> = text.into();
        let id = self.list.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    /// The kept copy of `text`, which all that name it share.
    pub(crate) fn shared(&mut self, text: &str) -> Arc<str> {
        let id = self.id(text);
        self.list[id].clone()
    }

    /// The text of an id of this table.
    pub(crate) fn text(&self, id: I) -> &str {
        &self.list[id]
    }

    /// The texts in the order of their ids.
    pub(crate) fn into_list(self) -> IndexVec<I, Arc<str>> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id;

    id!(Word);

    #[test]
    fn a_text_has_one_id_and_one_copy() {
        let mut texts = Texts::<Word>::default();
        let ids = ["b", "a", "b"].map(|text| texts.id(text));
        assert_eq!(ids.map(Word::index), [0, 1, 0]);
        assert_eq!(texts.text(ids[1]), "a");
        let (one, other) = (texts.shared("a"), texts.shared("a"));
        assert!(Arc::ptr_eq(&one, &other));
        let list = texts.into_list();
        assert_eq!(
            list.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            ["b", "a"]
        );
    }
}
