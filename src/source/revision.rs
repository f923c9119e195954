//! A commit as a tree of files: what a clean checkout would hold, without one.
//!
//! In: a git directory, a commit. Out: [`Revision`], which is listed and read instead of a folder.
//! Invariant: the rules of a walk hold (ignore rules, hidden folders, links, limits), read from the commit itself.
//! Never: writes, fetches, applies a filter, enters a submodule.

mod way;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use gix::objs::{Find as _, FindHeader as _, Kind, TreeRefIter};
use gix::sec::Trust;

use super::files::{special, too_large};
use super::place::{Limits, Place};
use super::walk::{self, Entry, Walked, push_lossless};
use crate::model::Notification;
use way::Way;

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
struct Blob {
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
                if seen > MOST_ENTRIES || path.len() > LONGEST_PATH {
                    return Err(format!("the commit holds more than {MOST_ENTRIES} files"));
                }
                self.take(entry.mode.kind(), path, entry.oid.to_owned(), &mut open);
            }
        }
        self.submodules.sort();
        Ok(())
    }

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
    fn rules(&self, path: &Path) -> Option<Result<String, ()>> {
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

    /// Lists the files below the folder of `from`, as [`walk::walk`] lists a checkout.
    pub(super) fn list(&self, from: Place<'_>, exclude: &[String], limits: Limits) -> Walked {
        let mut found = Walked::default();
        let inside = from.dir.strip_prefix(from.top).unwrap_or(Path::new(""));
        let mut way = Way::to(self, from, inside, &mut found.notifications);
        way.overrides = walk::overrides(from.dir, exclude, &mut found.notifications);
        let mut start = key(inside);
        if !start.is_empty() {
            start.push(b'/');
        }
        let below = self.files.range(start.clone()..);
        let below = below.take_while(|(path, _)| path.starts_with(&start));
        for (path, blob) in below {
            if found.entries.len() >= limits.files {
                break;
            }
            if way.leads_to(path, &mut found.notifications) {
                self.visit(&path[start.len()..], *blob, &mut found);
            }
        }
        walk::finish(found, from, limits)
    }

    fn visit(&self, path: &[u8], blob: Blob, found: &mut Walked) {
        let shown: Arc<str> = shown(path).into();
        if !blob.is_link {
            let bytes = self.size(blob.id).unwrap_or_default();
            return found.entries.push(Entry { path: shown, bytes });
        }
        let text = self.object(blob.id, Kind::Blob).unwrap_or_default();
        let (link, text) = (as_path(path), as_path(&text));
        if let Some(target) = walk::target(&link, &text) {
            found.links.push((Arc::clone(&shown), target));
        }
        let note = Notification::note("symlink", "symbolic links are not followed");
        found.notifications.push(note.in_file(shown));
    }
}

fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    push_lossless(&mut text, path);
    text
}

fn slashed(path: &Path) -> Vec<u8> {
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

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
