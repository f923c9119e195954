//! What both readers of history hand to [`super::assemble`].
//!
//! In: nothing. Out: [`RawLog`], [`RawCommit`], [`Change`].
//! Invariant: commits newest first; ids index into the tables of the same log.
//! Never: resolves a rename or drops a commit.

use std::sync::Arc;

use crate::model::{AuthorId, HistoryCoverage, IndexVec, Notification, PathId};

/// A commit as it was recorded, with the names of its own time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawCommit {
    pub id: Box<str>,
    /// Author date, seconds since 1970, not yet clamped.
    pub time: i64,
    pub author: AuthorId,
    pub tickets: Vec<Box<str>>,
    /// Says of itself that it only lays out code.
    pub reformats: bool,
    pub changes: Vec<Change>,
}

impl RawCommit {
    /// A commit of which nothing is known yet but its id.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.into(),
            time: 0,
            author: AuthorId::new(0),
            tickets: Vec::new(),
            reformats: false,
            changes: Vec::new(),
        }
    }
}

/// One changed file of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    /// The name after the commit.
    pub path: PathId,
    pub what: What,
}

/// What happened to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Added,
    Modified,
    Deleted,
    /// The name before the commit.
    RenamedFrom(PathId),
}

/// The author as recorded: `Name <address>`.
pub(super) type Signature = Arc<str>;

/// A whole history before renames are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct RawLog {
    pub paths: IndexVec<PathId, Arc<str>>,
    pub authors: IndexVec<AuthorId, Signature>,
    pub commits: Vec<RawCommit>,
    /// Rules of the mail map, as text.
    pub mailmap: Vec<u8>,
    /// Date of the newest commit, if it is believable.
    pub head_time: Option<i64>,
    pub coverage: HistoryCoverage,
    pub notifications: Vec<Notification>,
}

impl RawLog {
    /// Whether some path lies below the folder `prefix`.
    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        !prefix.is_empty() && self.paths.iter().any(|path| below(path, prefix).is_some())
    }
}

/// The rest of `path` below the folder `prefix` (empty: the top).
pub(super) fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(path);
    }
    path.strip_prefix(prefix)?.strip_prefix('/')
}
