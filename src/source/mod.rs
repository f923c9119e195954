//! One way to read a tree of files.
//!
//! In: a folder, or a commit of its repository. Out: [`Source`], which lists and reads files.
//! Invariant: only regular files are opened, never more than the limit is read.
//! Never: follows a symbolic link, leaves the folder, maps a file into memory.

mod entry;
mod files;
pub(crate) mod generated;
mod json;
pub(crate) mod lines;
pub(crate) mod memory;
pub mod named;
mod place;
pub mod revision;
pub mod settings;
pub(crate) mod sql;
mod walk;
mod way;
pub mod wire;
pub mod yaml;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use place::Limits;
pub use revision::Revision;
pub use walk::{Entry, Walked, push_lossless};

use crate::model::Notification;
use files::{decode, read_regular};
use place::Place;

/// Looks a file of the tree up: its text, empty when unreadable.
pub type ReadText<'a> = dyn Fn(&str) -> String + Sync + 'a;

/// A tree of files that can be listed and read; several folders appear as one tree, each below
/// a folder of its own name.
#[derive(Clone, Debug)]
pub struct Source {
    roots: Vec<Root>,
    limits: Limits,
    /// Texts by path that stand for the files of the folder.
    held: Option<Arc<BTreeMap<String, String>>>,
}

/// One analysed folder.
#[derive(Clone, Debug)]
pub struct Root {
    /// Where it appears in the tree: empty, or its name and a slash.
    pub prefix: String,
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The top folder of the repository that holds it (or the folder itself).
    pub top: PathBuf,
    /// The commit that is read instead of the folder; `None` for what lies there now.
    pub revision: Option<Arc<Revision>>,
}

/// Why a folder cannot be analysed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing there, or no permission.
    #[error("cannot open `{path}`: {error}; give the folder of a repository")]
    Missing {
        /// The path as given.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// A file, not a folder.
    #[error("`{path}` is not a folder; give the folder of a repository")]
    NotAFolder {
        /// The path as given.
        path: String,
    },
}

impl Source {
    /// The working trees below `paths`.
    ///
    /// # Errors
    /// A path does not exist, cannot be opened, or is no folder.
    pub fn open(paths: &[PathBuf], limits: Limits) -> Result<Self, SourceError> {
        let mut roots = paths
            .iter()
            .map(|path| open_root(path))
            .collect::<Result<Vec<_>, _>>()?;
        if roots.len() > 1 {
            // The order in which they are named tells nothing.
            roots.sort_by(|a, b| (a.name(), &a.dir).cmp(&(b.name(), &b.dir)));
            name_roots(&mut roots);
        }
        Ok(Self {
            roots,
            limits,
            held: None,
        })
    }

    /// A folder whose files are these texts, by path: for fuzzers and tests, which need no disk then.
    #[must_use]
    pub fn of_texts(files: BTreeMap<String, String>) -> Self {
        let nowhere = PathBuf::from("/held");
        Self {
            roots: vec![Root {
                prefix: String::new(),
                dir: nowhere.clone(),
                top: nowhere,
                revision: None,
            }],
            limits: Limits::default(),
            held: Some(Arc::new(files)),
        }
    }

    /// The same folders as commits of their repositories hold them, one for each folder in order.
    #[must_use]
    pub fn at(mut self, revisions: &[Arc<Revision>]) -> Self {
        for (root, revision) in self.roots.iter_mut().zip(revisions) {
            root.revision = Some(Arc::clone(revision));
        }
        self
    }

    /// The analysed folders.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The repositories of the analysed folders: where a folder lies in none but holds some, these.
    #[must_use]
    pub fn repositories(&self) -> Vec<Root> {
        let of = |root: &Root| {
            let nested = root.nested();
            if nested.is_empty() {
                vec![root.clone()]
            } else {
                nested
            }
        };
        self.roots.iter().flat_map(of).collect()
    }

    /// The repositories, and the folders that hold some of them with what lies around these.
    #[must_use]
    pub fn scopes(&self) -> Vec<Root> {
        let mut scopes = self.repositories();
        let holders = self.roots.iter().filter(|root| !root.nested().is_empty());
        scopes.extend(holders.cloned());
        scopes.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        scopes
    }

    /// One of the [`scopes`](Self::scopes) alone: paths start in it.
    #[must_use]
    pub fn alone(&self, scope: &Root) -> Self {
        Self {
            roots: vec![Root {
                prefix: String::new(),
                ..scope.clone()
            }],
            ..self.clone()
        }
    }

    /// The first analysed folder, absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.roots.first().map_or(Path::new("."), |root| &root.dir)
    }

    /// The top folder of the repository that holds the first analysed folder.
    #[must_use]
    pub fn top(&self) -> &Path {
        self.roots.first().map_or(Path::new("."), |root| &root.top)
    }

    /// Name of the analysed folder, or of all of them joined by `+`.
    #[must_use]
    pub fn name(&self) -> String {
        let names: Vec<String> = self.roots.iter().map(Root::name).collect();
        names.join("+")
    }

    /// All regular files below the folders that no ignore rule hides.
    #[must_use]
    pub fn list(&self, exclude: &[String]) -> Walked {
        let mut all = Walked::default();
        if let Some(held) = &self.held {
            all.entries.extend(held.iter().map(|(path, text)| Entry {
                path: path.as_str().into(),
                bytes: text.len() as u64,
            }));
            return all;
        }
        for root in &self.roots {
            let walked = match &root.revision {
                Some(revision) => way::list(revision, root.place(), exclude, self.limits),
                None => walk::walk(root.place(), exclude, self.limits),
            };
            all.entries.extend(walked.entries);
            all.links.extend(walked.links);
            all.notifications.extend(walked.notifications);
        }
        all.entries.sort_unstable();
        all.links.sort_unstable();
        all
    }

    /// The bytes of the file at `path` (relative, with `/`).
    ///
    /// # Errors
    /// A notification that says why the file was not read.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, Notification> {
        let missing =
            || Notification::warning("unreadable", "not read: outside the analysed folder");
        if let Some(held) = &self.held {
            let text = held.get(path).ok_or_else(missing);
            return text
                .map(|text| text.clone().into_bytes())
                .map_err(|problem| problem.in_file(path));
        }
        let place = self.place(path).ok_or_else(missing);
        place
            .and_then(|(root, place)| root.bytes(&place, self.limits.file_bytes))
            .map_err(|problem| problem.in_file(path))
    }

    /// The folder that a file of the tree lies in, and its path there; `None` for paths that lead out of it.
    fn place(&self, path: &str) -> Option<(&Root, PathBuf)> {
        let mut roots = self.roots.iter();
        let (root, rest) =
            roots.find_map(|root| Some((root, path.strip_prefix(root.prefix.as_str())?)))?;
        let leads_out = rest.starts_with('/') || rest.split('/').any(|part| part == "..");
        (!leads_out).then(|| (root, walk::os_path(rest)))
    }

    /// The text of the file at `path`: byte order marks are honoured, invalid UTF-8 is replaced.
    ///
    /// # Errors
    /// A notification that says why the file was not read; binary files give `binary`.
    pub fn text(&self, path: &str) -> Result<String, Notification> {
        decode(self.bytes(path)?).map_err(|problem| problem.in_file(path))
    }

    /// The files called `name` in the folders above the analysed one, inside the repository,
    /// nearest first: path relative to the analysed folder (`../../Cargo.toml`) and text.
    #[must_use]
    pub fn above(&self, name: &str) -> Vec<(String, String)> {
        let [root] = self.roots.as_slice() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut prefix = String::new();
        let above = root.dir.ancestors().skip(1);
        for dir in above.take_while(|dir| dir.starts_with(&root.top)) {
            prefix.push_str("../");
            let bytes = root.bytes_at(&dir.join(name), self.limits.file_bytes);
            if let Ok(text) = bytes.and_then(decode) {
                found.push((format!("{prefix}{name}"), text));
            }
        }
        found
    }
}

impl Source {
    /// The names of the folders from the outermost one that holds a file `marker` down to the
    /// analysed one, without a gap; empty where the analysed folder holds none.
    #[must_use]
    pub fn inside(&self, marker: &str) -> Vec<String> {
        let [root] = self.roots.as_slice() else {
            return Vec::new();
        };
        let holds = |dir: &&Path| root.holds(&dir.join(marker));
        let marked = root.dir.ancestors().take_while(holds).count();
        self.names_above(marked)
    }

    /// The names of the last `count` folders of the path to the analysed one.
    #[must_use]
    pub fn names_above(&self, count: usize) -> Vec<String> {
        let names = self.root().ancestors().take(count);
        let names = names.filter_map(|dir| Some(dir.file_name()?.to_string_lossy().into_owned()));
        let mut names: Vec<String> = names.collect();
        names.reverse();
        names
    }
}

impl Root {
    /// Where the folder lies, without the commit.
    fn place(&self) -> Place<'_> {
        Place {
            prefix: &self.prefix,
            dir: &self.dir,
            top: &self.top,
        }
    }

    /// The bytes of the file at `path` below the folder.
    fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Notification> {
        self.bytes_at(&self.dir.join(path), limit)
    }

    /// The bytes of the file of its repository at the absolute `path`.
    fn bytes_at(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Notification> {
        match self.recorded(path) {
            Some((revision, path)) => revision.bytes(path, limit),
            None => read_regular(path, limit),
        }
    }

    /// Whether there is a file at an absolute path, in the commit or on disk.
    fn holds(&self, path: &Path) -> bool {
        match self.recorded(path) {
            Some((revision, path)) => revision.holds(path),
            None => path.is_file(),
        }
    }

    /// The commit to look into instead of the disk, and the path there.
    fn recorded<'a>(&'a self, path: &'a Path) -> Option<(&'a Revision, &'a Path)> {
        let revision = self.revision.as_deref()?;
        Some((revision, path.strip_prefix(&self.top).ok()?))
    }

    /// Name of the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.dir.file_name().map_or_else(
            || "/".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    }
}

impl Root {
    /// The repositories inside of a folder that lies in none itself, one or two folders deep, by path.
    #[must_use]
    pub fn nested(&self) -> Vec<Self> {
        if self.revision.is_some() || self.dir.ancestors().any(|dir| dir.join(".git").exists()) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for dir in folders_in(&self.dir) {
            if dir.join(".git").exists() {
                found.push(dir);
            } else {
                let inside = folders_in(&dir).into_iter();
                found.extend(inside.filter(|dir| dir.join(".git").exists()));
            }
        }
        let root = |dir: PathBuf| {
            let inside = dir.strip_prefix(&self.dir).ok()?.to_str()?;
            Some(Self {
                prefix: format!("{}{}/", self.prefix, inside.replace('\\', "/")),
                top: dir.clone(),
                dir,
                revision: None,
            })
        };
        found.into_iter().filter_map(root).collect()
    }
}

/// The folders directly in `dir` that are neither hidden nor links, sorted.
fn folders_in(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let is_folder = |entry: &std::fs::DirEntry| {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        !hidden && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    let mut found: Vec<PathBuf> = entries
        .filter(is_folder)
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// The folder of the repository that holds `dir`, else `dir`.
#[must_use]
pub fn repository(dir: &Path) -> &Path {
    let mut above = dir.ancestors();
    above.find(|dir| dir.join(".git").exists()).unwrap_or(dir)
}

/// The folder at a path with its repository; links in the path are resolved once, here.
fn open_root(path: &Path) -> Result<Root, SourceError> {
    let shown = || path.display().to_string();
    let dir = path.canonicalize().map_err(|error| SourceError::Missing {
        path: shown(),
        error,
    })?;
    if !dir.is_dir() {
        return Err(SourceError::NotAFolder { path: shown() });
    }
    let top = repository(&dir).to_path_buf();
    Ok(Root {
        prefix: String::new(),
        dir,
        top,
        revision: None,
    })
}

/// Prefixes each of several roots by its name, numbered where names repeat.
fn name_roots(roots: &mut [Root]) {
    let mut seen = BTreeMap::<String, u32>::new();
    for root in roots {
        let name = root.name();
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        root.prefix = if *count == 1 {
            format!("{name}/")
        } else {
            format!("{name}-{count}/")
        };
    }
}

#[cfg(test)]
mod tests;
