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
    /// The id in hexadecimal digits, possibly abbreviated in a recorded log.
    pub id: Box<str>,
    /// Author date, seconds since 1970, not yet clamped.
    pub time: i64,
    /// Who wrote it, in the table of the same log.
    pub author: AuthorId,
    /// Ids of tickets in its subject.
    pub tickets: Vec<Box<str>>,
    /// Says of itself that it only lays out code.
    pub reformats: bool,
    /// Its files, each once; those outside of the analysed folder, too.
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
    /// What the commit did to it.
    pub what: What,
}

/// What happened to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A new file.
    Added,
    /// Changed content or mode.
    Modified,
    /// A file that is gone.
    Deleted,
    /// The name before the commit.
    RenamedFrom(PathId),
}

/// The author as recorded: `Name <address>`.
pub(super) type Signature = Arc<str>;

/// A whole history before renames are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct RawLog {
    /// All paths of all commits.
    pub paths: IndexVec<PathId, Arc<str>>,
    /// All signatures.
    pub authors: IndexVec<AuthorId, Signature>,
    /// The newest first.
    pub commits: Vec<RawCommit>,
    /// Rules of the mail map, as text.
    pub mailmap: Vec<u8>,
    /// Date of the newest commit, if it is believable.
    pub head_time: Option<i64>,
    /// What was read, and what was left out.
    pub coverage: HistoryCoverage,
    /// Problems met while reading.
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
