//! A commit as a tree of files: what a clean checkout would hold, without one.
//!
//! In: a git directory, a commit. Out: [`Revision`], which a [`super::Root`] lists and reads instead of its folder.
//! Invariant: the rules of a walk hold (ignore rules, hidden folders, links, limits), read from the commit itself.
//! Never: writes, fetches, applies a filter, enters a submodule.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;
use gix::objs::tree::EntryKind;
use gix::objs::{Find as _, FindHeader as _, Kind, TreeRefIter};
use gix::sec::Trust;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::Override;

use super::{Entry, Limits, Root, Walked, named, push_lossless, walk};
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
            return Err(super::special());
        }
        if self.size(blob.id).is_some_and(|size| size > limit) {
            return Err(super::too_large(limit));
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
    pub(super) fn list(&self, from: &Root, exclude: &[String], limits: Limits) -> Walked {
        let mut found = Walked::default();
        let inside = from.dir.strip_prefix(&from.top).unwrap_or(Path::new(""));
        let mut way = Way::to(self, from, inside, &mut found.notifications);
        way.overrides = walk::overrides(&from.dir, exclude, &mut found.notifications);
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

/// The folders on the way from the top of the repository to a file, with their ignore rules.
struct Way<'r> {
    revision: &'r Revision,
    top: &'r Path,
    /// Length of the analysed folder in a path, with its slash.
    start: usize,
    /// Outermost first; those above the analysed folder stay.
    folders: Vec<Folder>,
    kept: usize,
    /// Rules that only this clone has.
    excluded: Gitignore,
    overrides: Override,
    /// Whether the rules of the analysed folder must not be read, so that none are.
    lawless: bool,
}

struct Folder {
    /// From the top, with a slash at the end; empty for the top.
    path: Vec<u8>,
    /// Rules of `.ignore` win over those of `.gitignore`.
    rules: [Gitignore; 2],
    left_out: bool,
}

impl<'r> Way<'r> {
    fn to(
        revision: &'r Revision,
        from: &'r Root,
        inside: &Path,
        notes: &mut Vec<Notification>,
    ) -> Self {
        let common = revision.with(|repository| repository.common_dir().to_path_buf());
        let mut way = Self {
            revision,
            top: &from.top,
            start: 0,
            folders: Vec::new(),
            kept: 0,
            excluded: own_rules(&from.top, &common),
            overrides: Override::empty(),
            lawless: false,
        };
        let mut path = PathBuf::new();
        let mut above = vec![path.clone()];
        for part in inside.components() {
            path.push(part);
            above.push(path.clone());
        }
        let (last, above) = above
            .split_last()
            .map_or((PathBuf::new(), Vec::new()), |(last, above)| {
                (last.clone(), above.to_vec())
            });
        if above.iter().any(|path| way.bad(path).is_some()) {
            let message = "ignore rules above the analysed folder are no regular file, or too large: left out";
            notes.push(Notification::warning("bad-rules", message));
        } else {
            let above = above.iter().map(|path| way.folder(slashed(path)));
            let above: Vec<Folder> = above.collect();
            way.folders = above;
        }
        if let Some(name) = way.bad(&last) {
            notes.push(too_many_rules().in_file(name));
            way.lawless = true;
        }
        let start = slashed(&last);
        way.start = start.len();
        let folder = way.folder(start);
        way.folders.push(folder);
        way.kept = way.folders.len();
        way
    }

    /// The file of rules in a folder that must not be read.
    fn bad(&self, folder: &Path) -> Option<&'static str> {
        let is_bad =
            |name: &&&str| matches!(self.revision.rules(&folder.join(name)), Some(Err(())));
        walk::RULES.iter().find(is_bad).copied()
    }

    fn folder(&self, path: Vec<u8>) -> Folder {
        let dir = self.top.join(as_path(&path));
        let rules = |name: &str| {
            let relative = as_path(&path).join(name);
            let text = self.revision.rules(&relative).and_then(Result::ok);
            text.filter(|_| !self.lawless)
                .map_or_else(Gitignore::empty, |text| compiled(&dir, &text))
        };
        let rules = [rules(".ignore"), rules(".gitignore")];
        Folder {
            path,
            rules,
            left_out: false,
        }
    }

    /// Whether a walk from the analysed folder comes to the file at `path`.
    fn leads_to(&mut self, path: &[u8], notes: &mut Vec<Notification>) -> bool {
        while self.folders.len() > self.kept
            && self
                .folders
                .last()
                .is_some_and(|folder| !path.starts_with(&folder.path))
        {
            self.folders.pop();
        }
        loop {
            let last = self.folders.last();
            let (known, left_out) =
                last.map_or((0, false), |folder| (folder.path.len(), folder.left_out));
            if left_out {
                return false;
            }
            let known = known.max(self.start);
            let Some(slash) = path[known..].iter().position(|&byte| byte == b'/') else {
                return self.is_wanted(path, known, false);
            };
            self.enter(&path[..=known + slash], known, notes);
        }
    }

    /// Opens the next folder; its name begins at `known`.
    fn enter(&mut self, path: &[u8], known: usize, notes: &mut Vec<Notification>) {
        let bare = &path[..path.len() - 1];
        let name = String::from_utf8_lossy(&bare[known..]).into_owned();
        let mut left_out = self.is_ignored(bare, true);
        if !left_out && !walk::is_wanted(&name, true) {
            left_out = true;
            notes.extend(walk::hidden(&name));
        }
        let bad = if left_out {
            None
        } else {
            self.bad(&as_path(bare))
        };
        if let Some(rules) = bad {
            left_out = true;
            let path = format!("{}/{rules}", shown(&bare[self.start..]));
            notes.push(too_many_rules().in_file(path));
        }
        let folder = if left_out {
            Folder {
                path: path.to_vec(),
                rules: [Gitignore::empty(), Gitignore::empty()],
                left_out,
            }
        } else {
            self.folder(path.to_vec())
        };
        self.folders.push(folder);
    }

    fn is_wanted(&self, path: &[u8], known: usize, is_dir: bool) -> bool {
        let name = String::from_utf8_lossy(&path[known..]);
        !self.is_ignored(path, is_dir) && walk::is_wanted(&name, is_dir)
    }

    fn is_ignored(&self, path: &[u8], is_dir: bool) -> bool {
        let full = self.top.join(as_path(path));
        let overridden = self.overrides.matched(&full, is_dir);
        if !overridden.is_none() {
            return overridden.is_ignore();
        }
        for kind in 0..2 {
            let rules = self.folders.iter().rev().map(|folder| &folder.rules[kind]);
            let mut matches = rules.map(|rules| rules.matched(&full, is_dir));
            if let Some(found) = matches.find(|found| !found.is_none()) {
                return found.is_ignore();
            }
        }
        self.excluded.matched(&full, is_dir).is_ignore()
    }
}

/// The rules of `.git/info/exclude`, which no commit holds.
fn own_rules(top: &Path, git_dir: &Path) -> Gitignore {
    let text = named::brought_along(&git_dir.join("info/exclude"), walk::MOST_RULES);
    text.map_or_else(|_| Gitignore::empty(), |text| compiled(top, &text))
}

fn compiled(dir: &Path, text: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(dir);
    for line in text.trim_start_matches('\u{feff}').lines() {
        // A line that is no glob is left out, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn too_many_rules() -> Notification {
    let most = walk::MOST_RULES;
    let message = format!("ignore rules not read: larger than {most} bytes");
    Notification::warning("too-large", message)
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
