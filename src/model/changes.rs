//! The change history: who changed which files together, when.
//!
//! In: nothing. Out: [`ChangeLog`].
//! Invariant: commits newest first; paths are today's names after following renames.
//! Never: file contents or diffs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{IndexVec, Notification, id};

id!(
    /// Position in [`ChangeLog::paths`].
    pub PathId
);
id!(
    /// Position in [`ChangeLog::authors`].
    pub AuthorId
);

/// A commit that changed at least one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Full hexadecimal id.
    pub id: Box<str>,
    /// Seconds since 1970 (author date, clamped to what the newest commit allows).
    pub time: i64,
    /// Who wrote it.
    pub author: AuthorId,
    /// The files it changed, sorted, each once.
    pub files: Vec<PathId>,
    /// Files that the commit changed in the whole repository, also outside of the analysed folder.
    pub touched: u32,
    /// Index of the repository it comes from, when several roots are analysed.
    pub repository: u32,
    /// Ticket ids named in the subject (`ABC-123`, `#42`), sorted.
    pub tickets: Vec<Box<str>>,
}

/// Commits of the window, with their files.
#[derive(Clone, Debug, Default)]
pub struct ChangeLog {
    /// Paths relative to the analysed folder, by today's name where the file still exists.
    pub paths: IndexVec<PathId, Arc<str>>,
    /// Author names after the mail map, without addresses.
    pub authors: IndexVec<AuthorId, Arc<str>>,
    /// The authors that are programs, sorted.
    pub bots: Vec<AuthorId>,
    /// Commits that are no merges, newest first.
    pub commits: Vec<Commit>,
    /// Former names of files, with their names of today.
    pub moved: BTreeMap<Arc<str>, Arc<str>>,
    /// What was read and what was left out.
    pub coverage: HistoryCoverage,
    /// Where a host shows the files, with `{commit}`, `{path}` and `{line}`; `None` for several repositories.
    pub pages: Option<String>,
    /// Problems met on the way.
    pub notifications: Vec<Notification>,
}

/// How much of the history was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryCoverage {
    /// Id of the newest commit, `None` without a history.
    pub head: Option<String>,
    /// Commits in the window that touch the analysed folder.
    pub commits: u64,
    /// First and last second of the window, since 1970.
    pub window: Option<(i64, i64)>,
    /// Whether the repository is a shallow clone.
    pub shallow: bool,
    /// Commits left out of change coupling, with the reason (`too-many-files`, `bot`, `merge`).
    pub dropped: BTreeMap<String, u64>,
}
