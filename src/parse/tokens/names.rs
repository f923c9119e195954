//! The names that an extract keeps after the text is gone.
//!
//! In: text slices. Out: [`Names`], made by [`Kept`].
//! Invariant: one allocation for all texts of a file.
//! Never: removes a name.

use super::symbols::{Symbol, Symbols};
use crate::model::{IndexVec, id};

id!(
    /// A name that is kept.
    pub(crate) NameId
);

/// Texts in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// The texts of all names, one behind the other.
    text: String,
    /// The byte offset in `text` where each name ends; it starts where the one before ends.
    ends: IndexVec<NameId, u32>,
}

impl Names {
    /// Adds a text.
    pub(crate) fn push(&mut self, text: &str) -> NameId {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32)
    }

    /// The text of `name`.
    pub(crate) fn text(&self, name: NameId) -> &str {
        let before = name.index().checked_sub(1);
        let start = before.map_or(0, |before| self.ends.as_slice()[before]);
        &self.text[start as usize..self.ends[name] as usize]
    }
}

/// The symbols of a file that were given a place among the names that are kept.
pub(crate) struct Kept<'a, 't> {
    symbols: &'a Symbols<'t>,
    /// The name of each symbol that was asked for.
    index: IndexVec<Symbol, Option<NameId>>,
    /// The names so far.
    pub(crate) names: Names,
}

impl<'a, 't> Kept<'a, 't> {
    /// None of `symbols` yet.
    pub(crate) fn new(symbols: &'a Symbols<'t>) -> Self {
        Self {
            symbols,
            index: symbols.each(None),
            names: Names::default(),
        }
    }

    /// The name that keeps the text of `symbol`.
    pub(crate) fn name(&mut self, symbol: Symbol) -> NameId {
        let (names, text) = (&mut self.names, self.symbols.text(symbol));
        *self.index[symbol].get_or_insert_with(|| names.push(text))
    }
}
