//! What is known of the world outside – images, frameworks, folders, words – as tables: to teach the product
//! something is to add a row.
//!
//! In: the tables beside this file, built in; rows of a user. Out: [`Knowledge`].
//! Invariant: every table parses, every list is read, and no row stands twice (tested).
//! Never: a rule; what a row means for a proposal or a link is decided where it is asked for.

#[macro_use]
mod declare;
mod list;
mod messages;
pub(crate) mod spelling;
mod tables;

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use list::Join as _;
pub use list::{List, LowerList};
pub use messages::{Family, Messaging, Worker};
pub use tables::*;

/// All tables: those built in, with the rows that a user adds.
#[derive(Clone, PartialEq, Eq)]
pub struct Knowledge(Arc<Tables>);

static BUILT_IN: LazyLock<Knowledge> = LazyLock::new(|| Knowledge(Arc::new(Tables::built_in())));

impl Knowledge {
    /// The tables built in, and these rows.
    #[must_use]
    pub fn with(rows: Tables) -> Self {
        let mut all = Self::default();
        if rows != Tables::default() {
            Arc::make_mut(&mut all.0).join(rows);
        }
        all
    }
}

impl Default for Knowledge {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

impl Deref for Knowledge {
    type Target = Tables;

    fn deref(&self) -> &Tables {
        &self.0
    }
}

// A thousand words would drown whatever holds them.
impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Knowledge")
    }
}

impl Datastores {
    /// The kind of database that the words of an image, name or variable tell.
    #[must_use]
    pub fn kind_in(&self, text: &str) -> Option<&str> {
        let kind = self.kinds.iter().find(|(_, words)| words.has_word(text));
        kind.map(|(kind, _)| kind.as_str())
    }

    /// The kind of database that the scheme of a connection string names: `jdbc:postgresql`, `mongodb+srv`, `rediss`.
    #[must_use]
    pub fn of_scheme(&self, scheme: &str) -> Option<&str> {
        let mut parts = scheme.split([':', '+']).filter(|part| !part.is_empty());
        parts.find_map(|part| {
            let secured = part.strip_suffix('s').unwrap_or(part);
            let named = |words: &LowerList| words.has(part) || words.has(secured);
            let kind = self.kinds.iter().find(|(_, words)| named(words));
            kind.map(|(kind, _)| kind.as_str())
        })
    }
}

#[cfg(test)]
mod tests;
