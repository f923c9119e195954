//! A commit as a tree of files: what a clean checkout would hold, without one.
//!
//! In: a git directory, a commit. Out: [`Revision`], which is listed and read instead of a folder.
//! Invariant: the rules of a walk hold (ignore rules, hidden folders, links, limits), read from the commit itself.
//! Never: writes, fetches, applies a filter, enters a submodule.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use gix::objs::{Find as _, FindHeader as _, Kind, TreeRefIter};
use gix::sec::Trust;

use super::files::{special, too_large};
use super::walk::{self, push_lossless};
use crate::model::Notification;

/// Most files and folders of a commit that are listed.
const MOST_ENTRIES: usize = 4_000_000;
/// Longest path, in bytes.
const LONGEST_PATH: usize = 16 << 10;
/// Largest object that is inflated, in bytes.
const LARGEST_OBJECT: &str = "gitoxide.objects.allocLimit=134217728";

/// The files of one commit of one repository.
pub struct Revision {
    repository: gix::ThreadSafeRepository,
    /// Handles that no thread uses at the moment.
    idle: Mutex<Vec<gix::Repository>>,
    commit: ObjectId,
    /// By path from the top of the repository.
    files: BTreeMap<Vec<u8>, Blob>,
    submodules: Vec<String>,
}

/// A file or a link of the commit.
#[derive(Clone, Copy)]
pub(super) struct Blob {
    id: ObjectId,
    is_link: bool,
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({})", self.commit)
    }
}

/// Opens a repository without the user's configuration and without looking further than `git_dir`.
///
/// # Errors
/// The first line of what is wrong with it.
pub(crate) fn open(git_dir: &Path) -> Result<gix::ThreadSafeRepository, String> {
    gix::open::Options::isolated()
        .open_path_as_is(true)
        .with(Trust::Full)
        .config_overrides([LARGEST_OBJECT])
        .open(git_dir)
        .map_err(|error| first_line(&error.to_string()))
}

/// The first line of a message, which says what is wrong.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

impl Revision {
    /// The files of `commit`, which must be the id of a commit.
    ///
    /// # Errors
    /// What cannot be read: the commit, or one of its folders.
    pub fn new(repository: gix::ThreadSafeRepository, commit: ObjectId) -> Result<Self, String> {
        let mut revision = Self {
            repository,
            idle: Mutex::default(),
            commit,
            files: BTreeMap::new(),
            submodules: Vec::new(),
        };
        let tree = revision.with(|repository| {
            let commit = repository.find_commit(commit);
            let tree = commit.and_then(|commit| Ok(commit.tree_id()?.detach()));
            tree.map_err(|error| first_line(&error.to_string()))
        })?;
        revision.collect(tree)?;
        Ok(revision)
    }

    /// Hexadecimal id of the commit.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// The id of the commit.
    pub(crate) fn id(&self) -> ObjectId {
        self.commit
    }

    /// Paths of the submodules, from the top of the repository: a commit names them, but does not hold them.
    #[must_use]
    pub fn submodules(&self) -> &[String] {
        &self.submodules
    }

    /// Lists the files below a tree without recursion: a hostile commit may nest as deep as it
    /// likes. Too many entries or too long a path is an error.
    fn collect(&mut self, tree: ObjectId) -> Result<(), String> {
        let mut open = vec![(Vec::new(), tree)];
        let mut seen = 0;
        while let Some((folder, tree)) = open.pop() {
            let bytes = self.object(tree, Kind::Tree)?;
            for entry in TreeRefIter::from_bytes(&bytes, tree.kind()) {
                let entry = entry.map_err(|_| format!("object {tree} is malformed"))?;
                let mut path = folder.clone();
                path.extend_from_slice(entry.filename);
                seen += 1;
                if seen > MOST_ENTRIES {
                    return Err(format!("the commit holds more than {MOST_ENTRIES} files"));
                }
                if path.len() > LONGEST_PATH {
                    return Err(format!(
                        "the commit holds a path of more than {LONGEST_PATH} bytes"
                    ));
                }
                self.take(entry.mode.kind(), path, entry.oid.to_owned(), &mut open);
            }
        }
        self.submodules.sort();
        Ok(())
    }

    /// Sorts an entry of a tree: a folder to open, a submodule, or a file or link.
    fn take(
        &mut self,
        kind: EntryKind,
        mut path: Vec<u8>,
        id: ObjectId,
        open: &mut Vec<(Vec<u8>, ObjectId)>,
    ) {
        let is_link = kind == EntryKind::Link;
        match kind {
            EntryKind::Tree => {
                path.push(b'/');
                open.push((path, id));
            }
            EntryKind::Commit => self.submodules.push(shown(&path)),
            EntryKind::Blob | EntryKind::BlobExecutable | EntryKind::Link => {
                self.files.insert(path, Blob { id, is_link });
            }
        }
    }

    /// Lends a handle to the repository: they are no business of two threads at once.
    fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let repository = known.unwrap_or_else(|| self.repository.to_thread_local());
        let done = work(&repository);
        idle().push(repository);
        done
    }

    /// The bytes of an object of this kind. The empty tree is known without being stored.
    fn object(&self, id: ObjectId, kind: Kind) -> Result<Vec<u8>, String> {
        let empty = kind == Kind::Tree && id.is_empty_tree();
        if empty {
            return Ok(Vec::new());
        }
        self.with(|repository| {
            let mut bytes = Vec::new();
            let found = repository.objects.try_find(&id, &mut bytes);
            match found.map_err(|error| first_line(&error.to_string()))? {
                Some(data) if data.kind == kind => Ok(()),
                Some(_) => Err(format!("object {id} is malformed")),
                None => Err(format!(
                    "object {id} is missing (a partial clone has it on its server only)"
                )),
            }
            .map(|()| bytes)
        })
    }

    /// The size of an object, read from its header alone.
    fn size(&self, id: ObjectId) -> Option<u64> {
        self.with(|repository| {
            let header = repository.objects.try_header(&id).ok().flatten()?;
            Some(header.size)
        })
    }

    /// Whether the commit holds a file at `path`, from the top of the repository.
    pub(super) fn holds(&self, path: &Path) -> bool {
        let found = self.files.get(&key(path));
        found.is_some_and(|blob| !blob.is_link)
    }

    /// The bytes of the file at `path`, from the top of the repository.
    pub(super) fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Notification> {
        let unreadable =
            |error: &str| Notification::warning("unreadable", format!("not read: {error}"));
        let blob = self.files.get(&key(path));
        let blob = blob.ok_or_else(|| unreadable("the commit does not hold it"))?;
        if blob.is_link {
            return Err(special());
        }
        if self.size(blob.id).is_some_and(|size| size > limit) {
            return Err(too_large(limit));
        }
        self.object(blob.id, Kind::Blob)
            .map_err(|error| unreadable(&error))
    }

    /// The text of a small file; `None` where there is none.
    pub(super) fn rules(&self, path: &Path) -> Option<Result<String, ()>> {
        let blob = self.files.get(&key(path)).filter(|blob| !blob.is_link)?;
        if self
            .size(blob.id)
            .is_none_or(|size| size > walk::MOST_RULES)
        {
            return Some(Err(()));
        }
        let bytes = self.object(blob.id, Kind::Blob).ok()?;
        Some(Ok(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The files and links whose paths from the top of the repository begin with `start`, in order.
    pub(super) fn below<'r>(&'r self, start: &'r [u8]) -> impl Iterator<Item = (&'r [u8], Blob)> {
        let from = (Bound::Included(start), Bound::Unbounded);
        let found = self.files.range::<[u8], _>(from);
        let found = found.map(|(path, blob)| (path.as_slice(), *blob));
        found.take_while(move |(path, _)| path.starts_with(start))
    }

    /// Size of a file in bytes, 0 when the repository does not have it.
    pub(super) fn length(&self, blob: Blob) -> u64 {
        self.size(blob.id).unwrap_or_default()
    }

    /// Where a link leads; `None` for a file.
    pub(super) fn link(&self, blob: Blob) -> Option<PathBuf> {
        let text = || self.object(blob.id, Kind::Blob).unwrap_or_default();
        blob.is_link.then(|| as_path(&text()))
    }

    /// The folder that the clone keeps for itself.
    pub(super) fn git_dir(&self) -> PathBuf {
        self.with(|repository| repository.common_dir().to_path_buf())
    }
}

/// A path as text in which no two paths look alike.
pub(super) fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    push_lossless(&mut text, path);
    text
}

/// The path of a folder as git spells it, with a slash at its end; empty for the top.
pub(super) fn slashed(path: &Path) -> Vec<u8> {
    let mut bytes = key(path);
    if !bytes.is_empty() {
        bytes.push(b'/');
    }
    bytes
}

/// A path as git spells it.
fn key(path: &Path) -> Vec<u8> {
    let parts = path
        .components()
        .map(|part| part.as_os_str().as_encoded_bytes());
    parts.collect::<Vec<_>>().join(&b'/')
}

/// The path on disk behind a path of git.
#[cfg(unix)]
pub(super) fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
pub(super) fn as_path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
