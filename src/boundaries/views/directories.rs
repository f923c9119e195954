//! Folders and language modules as candidates.
//!
//! In: paths of a [`Universe`]. Out: sets of files.
//! Invariant: a module file beside its folder (`net.rs` and `net/`) makes a set with it.
//! Never: a folder that holds the whole universe.

use std::collections::BTreeMap;

use super::super::sets::FileSet;
use super::super::universe::Universe;
use crate::graph::Vertex;
use crate::model::IndexVec;
pub(crate) use crate::model::names::folder as parent;

/// File names that a language prescribes; such a file stands for its folder.
const PRESCRIBED: [&str; 8] = [
    "mod",
    "lib",
    "main",
    "index",
    "__init__",
    "__main__",
    "package-info",
    "module-info",
];
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

/// The deepest folder that holds every one of `paths`.
pub(crate) fn common(paths: &[std::sync::Arc<str>]) -> &str {
    let Some(first) = paths.first() else {
        return "";
    };
    let mut folder = parent(first);
    while !paths
        .iter()
        .all(|path| crate::model::is_within(path, folder))
    {
        folder = parent(folder);
    }
    folder
}

fn number<'a>(keys: impl Iterator<Item = &'a str>) -> (IndexVec<Vertex, Vertex>, usize) {
    let mut known: BTreeMap<&str, Vertex> = BTreeMap::new();
    let number = |key| {
        let next = Vertex::new(known.len());
        *known.entry(key).or_insert(next)
    };
    let numbers = keys.map(number).collect();
    (numbers, known.len())
}

/// Whether the language prescribes the file's name.
pub(crate) fn stands_for_folder(path: &str) -> bool {
    let own = stem(path);
    PRESCRIBED.contains(&own.rsplit('/').next().unwrap_or(own))
}

/// The path without the extension of its file name.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path).len();
    match path.rfind('.') {
        Some(dot) if dot > path.len() - name => &path[..dot],
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_of_files() {
        assert_eq!(
            (stem("a/b.c/d.rs"), stem("a.b/c"), stem(".hidden")),
            ("a/b.c/d", "a.b/c", ".hidden")
        );
    }
}
