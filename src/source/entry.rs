//! One setting of a file, whatever wrote it.
//!
//! In: nothing. Out: [`Entry`].
//! Invariant: none.
//! Never: the syntax of a format.

use crate::model::Position;

/// A setting: dotted path of keys, value, place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Keys joined by dots; list items count from 0 in brackets.
    pub key: String,
    /// The value as written, without quotes.
    pub value: String,
    /// Where the key stands.
    pub at: Position,
}
