//! What was read of files, and of what macros make.
//!
//! In: extracts of files, then those of macro calls. Out: each by its number.
//! Invariant: those of files come first, in file order.
//! Never: forgets one.

use super::index::ExtractId;
use super::read::facts::Extract;
use crate::model::FileId;

/// The extracts of files, and of what macros make.
pub(super) struct Extracts<'a> {
    /// Those of files, in file order.
    pub(super) files: &'a [(FileId, Extract)],
    /// Those of macro calls, in the order in which they were replaced.
    pub(super) made: Vec<(FileId, Extract)>,
}

impl<'a> Extracts<'a> {
    /// Those of files, none of macro calls yet.
    pub(super) fn new(files: &'a [(FileId, Extract)]) -> Self {
        let made = Vec::new();
        Self { files, made }
    }
}

impl std::ops::Index<ExtractId> for Extracts<'_> {
    type Output = (FileId, Extract);

    fn index(&self, id: ExtractId) -> &(FileId, Extract) {
        match id.index().checked_sub(self.files.len()) {
            None => &self.files[id.index()],
            Some(made) => &self.made[made],
        }
    }
}
