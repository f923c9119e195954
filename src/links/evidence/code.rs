//! One file of code with what it says, and the service that it belongs to.
//!
//! In: signs of a file. Out: [`CodeFile`].
//! Invariant: none.
//! Never: another file.

use std::sync::Arc;

use crate::links::signs::Code;

use super::directory::Index;

/// What one file of code says, with the service that it belongs to.
pub(super) struct CodeFile {
    pub(super) path: Arc<str>,
    /// `None` for shared code.
    pub(super) service: Option<Index>,
    signs: Box<Code>,
}

impl CodeFile {
    /// A file that belongs to `service`.
    pub(super) fn new(path: Arc<str>, service: Option<Index>, signs: Box<Code>) -> Self {
        Self {
            path,
            service,
            signs,
        }
    }
}

impl std::ops::Deref for CodeFile {
    type Target = Code;

    fn deref(&self) -> &Code {
        &self.signs
    }
}
