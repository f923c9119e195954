//! Packages of the tree that other workspaces of it know by their name alone.
//!
//! In: all manifests. Out: the folder behind the name of a package.
//! Invariant: one library of that name, first-party, of another workspace.
//! Never: compares versions, or asks a registry.

use std::collections::BTreeMap;

use super::manifest::Manifest;
use super::places::{Places, workspace};
use crate::model::FileRole;
use crate::model::names::join_written;

/// What the tree itself could give to a registry, by the name of the package.
pub(super) struct Registry {
    packages: BTreeMap<String, Vec<Entry>>,
}

struct Entry {
    dir: String,
    /// The folder of its workspace, or its own.
    home: String,
    /// `publish = false`: no registry has it, only its repository.
    is_private: bool,
}

impl Registry {
    /// Collects the libraries of the tree by their names. Several of one name are kept, so that
    /// `find` can refuse to choose.
    pub(super) fn new(places: &Places<'_>, manifests: &BTreeMap<String, Manifest<'_>>) -> Self {
        let mut packages: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for (dir, manifest) in manifests {
            let Some(table) = manifest.package() else {
                continue;
            };
            let name = table.get("name").and_then(|name| name.get_ref().as_str());
            let Some(name) = name.filter(|_| is_library(places, dir, manifest)) else {
                continue;
            };
            let publish = table.get("publish");
            let publish = publish.and_then(|publish| publish.get_ref().as_bool());
            let home = workspace(manifests, dir, manifest).map_or(&**dir, |(root, _)| root);
            packages.entry(name.to_owned()).or_default().push(Entry {
                dir: dir.clone(),
                home: home.to_owned(),
                is_private: publish == Some(false),
            });
        }
        Self { packages }
    }

    /// The folder of the package that a manifest of the workspace in `home` asks for by `name` alone. In one
    /// workspace, a name alone means the registry's copy; of two packages, nobody knows which one is meant.
    pub(super) fn find(&self, name: &str, git: bool, home: &str) -> Option<&str> {
        let [only] = self.packages.get(name)?.as_slice() else {
            return None;
        };
        (only.home != home && (git || !only.is_private)).then_some(&*only.dir)
    }
}

/// Whether a package has a library that is no fixture or copy of somebody else's.
fn is_library(places: &Places<'_>, dir: &str, manifest: &Manifest<'_>) -> bool {
    let library = manifest.table(&["lib"]);
    let path = library.and_then(|library| library.get("path")?.get_ref().as_str());
    let root = join_written(dir, path.unwrap_or("src/lib.rs"));
    let root = root.and_then(|root| places.project.file(places.inside(&root)?));
    root.is_some_and(|root| places.project.source(root).role == FileRole::Source)
}
