//! Where a tree lies, and how much of it is read.
//!
//! In: nothing. Out: [`Place`], [`Limits`].
//! Invariant: plain records; what lists a checkout and what lists a commit share them.
//! Never: opens anything.

use std::path::Path;

/// A folder to list.
#[derive(Clone, Copy)]
pub(super) struct Place<'r> {
    /// Where it appears in the tree: empty, or its name and a slash.
    pub(super) prefix: &'r str,
    /// The folder, absolute.
    pub(super) dir: &'r Path,
    /// The top folder of the repository that holds it (or the folder itself).
    pub(super) top: &'r Path,
}

/// Limits that keep a hostile tree from exhausting the machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest file that is read, in bytes.
    pub file_bytes: u64,
    /// Most files that are listed.
    pub files: usize,
}

impl Default for Limits {
    /// Files of 16 MiB, and two million of them.
    fn default() -> Self {
        Self {
            file_bytes: 16 << 20,
            files: 2_000_000,
        }
    }
}
