//! The names that an extract keeps after the text is gone.
//!
//! In: text slices. Out: [`Names`].
//! Invariant: one allocation for all texts of a file.
//! Never: removes a name.

use serde::{Deserialize, Serialize};

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
