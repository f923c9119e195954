//! Lists that are cut short.
//!
//! In: any list. Out: its first entries and the number of what was left out.
//! Invariant: nothing is left out unsaid.
//! Never: an order of its own.

use serde::Serialize;

/// A list that is cut short, with the number of what was left out.
#[derive(Serialize)]
pub(super) struct Short<T> {
    pub(super) items: Vec<T>,
    pub(super) more: usize,
}

impl<T> Short<T> {
    /// At most `most` of `items`.
    pub(super) fn new(items: impl IntoIterator<Item = T>, most: usize) -> Self {
        let mut items: Vec<T> = items.into_iter().collect();
        let more = items.len().saturating_sub(most);
        items.truncate(most);
        Self { items, more }
    }
}
