//! The names that an extract keeps after the text is gone.
//!
//! In: text slices. Out: [`Names`], made by [`Kept`].
//! Invariant: one allocation for all texts of a file.
//! Never: removes a name.

use serde::{Deserialize, Serialize};

use super::{Symbol, Symbols};

/// Texts in one buffer, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::parse) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    /// Adds a text and tells its index.
    pub(in crate::parse) fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    /// The text at `index`; empty when there is none.
    pub(in crate::parse) fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |&end| end as usize);
        let end = self.ends.get(index).map_or(start, |&end| end as usize);
        self.text.get(start..end).unwrap_or("")
    }
}

/// The symbols of a file that were given a place among the names that are kept.
pub(in crate::parse) struct Kept<'a, 't> {
    symbols: &'a Symbols<'t>,
    index: Vec<u32>,
    /// The names so far.
    pub(in crate::parse) names: Names,
}

const UNUSED: u32 = u32::MAX;

impl<'a, 't> Kept<'a, 't> {
    /// None of `symbols` yet.
    pub(in crate::parse) fn new(symbols: &'a Symbols<'t>) -> Self {
        Self {
            symbols,
            index: vec![UNUSED; symbols.len()],
            names: Names::default(),
        }
    }

    /// The place of the text of `symbol`.
    pub(in crate::parse) fn name(&mut self, symbol: Symbol) -> u32 {
        let text = self.symbols.text(symbol);
        match self.index.get_mut(symbol as usize) {
            Some(known) if *known == UNUSED => {
                *known = self.names.push(text);
                *known
            }
            Some(known) => *known,
            None => self.names.push(text),
        }
    }
}
