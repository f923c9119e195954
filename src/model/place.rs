//! Places that a person can open.
//!
//! In: nothing. Out: [`Position`], [`Location`].
//! Invariant: lines and columns count from 1; 0 means "not known".
//! Never: absolute paths.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A line and a column, both counted from 1 (columns in characters).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    /// Line, from 1; 0 when the line is not known.
    pub line: u32,
    /// Column in characters, from 1; 0 when the column is not known.
    pub column: u32,
}

impl Position {
    /// The position `line:column`.
    #[must_use]
    pub const fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

/// A place in a file of the analysed tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Path relative to the analysed folder, with `/`.
    pub path: Arc<str>,
    /// Where in the file.
    #[serde(flatten)]
    pub at: Position,
}

impl Location {
    /// The place `path:line:column`.
    pub fn new(path: impl Into<Arc<str>>, at: Position) -> Self {
        Self {
            path: path.into(),
            at,
        }
    }
}
