//! Folders and language modules as candidates.
//!
//! In: paths of a [`Universe`]. Out: sets of files.
//! Invariant: a module file beside its folder (`net.rs` and `net/`) makes a set with it.
//! Never: a folder that holds the whole universe.

use std::collections::BTreeMap;

use crate::boundaries::base::paths::{common, parent, stands_for_folder, stem};
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::graph::Vertex;
use crate::model::IndexVec;

/// Every folder, and every folder with its module file.
pub(super) fn sets(universe: &Universe) -> Vec<FileSet> {
    let folders = Folders::of(universe);
    folders
        .all
        .values()
        .cloned()
        .chain(folders.modules(universe))
        .collect()
}

/// Every folder of a universe with the files below it.
pub(crate) struct Folders {
    pub(crate) all: BTreeMap<String, FileSet>,
}

impl Folders {
    /// All folders of the universe, each with all files below it. A folder that holds every file is
    /// none: it would propose everything.
    pub(crate) fn of(universe: &Universe) -> Self {
        let mut members: BTreeMap<&str, Vec<Vertex>> = BTreeMap::new();
        for (at, path) in universe.paths.iter().enumerate() {
            let mut folder = parent(path);
            while !folder.is_empty() {
                members.entry(folder).or_default().push(Vertex::new(at));
                folder = parent(folder);
            }
        }
        let partial = |(folder, files): (&str, Vec<Vertex>)| {
            (files.len() < universe.len()).then(|| (folder.to_owned(), files.into_iter().collect()))
        };
        Self {
            all: members.into_iter().filter_map(partial).collect(),
        }
    }

    /// Folders joined with the module file that stands beside them.
    fn modules(&self, universe: &Universe) -> Vec<FileSet> {
        let module = |(at, path): (usize, &std::sync::Arc<str>)| {
            let folder = self.all.get(stem(path))?;
            Some(folder.iter().chain([Vertex::new(at)]).collect())
        };
        universe
            .paths
            .iter()
            .enumerate()
            .filter_map(module)
            .collect()
    }

    /// Files that stand for a folder of more than `most` files, such as `src/lib.rs` or `index.ts`
    /// of a package: they stay with the whole.
    pub(super) fn fronts(&self, universe: &Universe, most: usize) -> Vec<bool> {
        let whole = |folder: &str| self.all.get(folder).is_none_or(|files| files.len() > most);
        let front = |path: &std::sync::Arc<str>| stands_for_folder(path) && whole(parent(path));
        universe.paths.iter().map(front).collect()
    }

    /// A group per file, as a vertex of the graph between groups: files of one innermost folder (or of its module file) share it.
    pub(super) fn innermost(&self, universe: &Universe) -> (IndexVec<Vertex, Vertex>, usize) {
        number(universe.paths.iter().map(|path| {
            let own = stem(path);
            let folder = if self.all.contains_key(own) {
                own
            } else {
                parent(path)
            };
            if self.all.contains_key(folder) {
                folder
            } else {
                path
            }
        }))
    }

    /// A group per file: files of one entry of the topmost folder share it.
    pub(super) fn topmost(universe: &Universe) -> (IndexVec<Vertex, Vertex>, usize) {
        let top = common(&universe.paths);
        number(universe.paths.iter().map(|path| {
            let below = path
                .get(top.len()..)
                .unwrap_or(path)
                .trim_start_matches('/');
            let entry = below.split('/').next().unwrap_or(below);
            if entry.len() == below.len() {
                stem(entry)
            } else {
                entry
            }
        }))
    }
}

/// Numbers keys in the order in which they first appear; returns how many differ.
fn number<'a>(keys: impl Iterator<Item = &'a str>) -> (IndexVec<Vertex, Vertex>, usize) {
    let mut known: BTreeMap<&str, Vertex> = BTreeMap::new();
    let number = |key| {
        let next = Vertex::new(known.len());
        *known.entry(key).or_insert(next)
    };
    let numbers = keys.map(number).collect();
    (numbers, known.len())
}
