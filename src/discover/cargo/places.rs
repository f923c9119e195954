//! Where packages lie: folders of the repository and of the analysis, and the workspace around them.
//!
//! In: the files of the project, the folder that is analysed, manifests. Out: folders.
//! Invariant: what leads out of the analysed folder has no place.
//! Never: opens a file.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Manifest;
use crate::model::Project;
use crate::model::names::{folders, join_written};
use crate::source::Source;

/// Translates folders of the repository into folders of the analysis.
pub(super) struct Places<'p> {
    pub(super) project: &'p Project,
    prefix: String,
    folders: BTreeSet<&'p str>,
}

impl<'p> Places<'p> {
    /// Notes the prefix of the analysed folder and every folder that holds a file.
    pub(super) fn new(project: &'p Project, source: &Source) -> Self {
        let parents = |file: &'p crate::model::SourceFile| folders(&file.path);
        Self {
            project,
            prefix: prefix(source),
            folders: project.files.iter().flat_map(parents).collect(),
        }
    }

    /// `path` of the repository as a path of the analysis; `None` outside of it.
    pub(super) fn inside<'s>(&self, path: &'s str) -> Option<&'s str> {
        let rest = path.strip_prefix(&*self.prefix)?;
        if self.prefix.is_empty() || rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix('/')
        }
    }

    /// The nearest folder above the analysed one that is a package.
    pub(super) fn holder<'m>(
        &self,
        manifests: &'m BTreeMap<String, Manifest<'_>>,
    ) -> Option<&'m str> {
        let above = folders(&self.prefix).find_map(|dir| manifests.get_key_value(dir));
        let own = manifests
            .get(&self.prefix)
            .is_some_and(|own| own.package().is_some());
        above
            .filter(|(_, manifest)| !own && manifest.package().is_some())
            .map(|(dir, _)| dir.as_str())
    }

    /// Whether a folder of the repository lies inside of the analysis and holds files.
    pub(super) fn has_folder(&self, dir: &str) -> bool {
        self.inside(dir)
            .is_some_and(|dir| self.folders.contains(dir))
    }
}

/// The analysed folder, relative to the top of the repository; empty where several folders are
/// analysed together.
pub(super) fn prefix(source: &Source) -> String {
    let [root] = source.roots() else {
        return String::new();
    };
    let inside = root.dir.strip_prefix(&root.top).unwrap_or(&root.dir);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

pub(super) type Workspace<'m, 't> = Option<(&'m str, &'m Manifest<'t>)>;

/// The root of the workspace that a package belongs to (possibly the package itself).
pub(super) fn workspace<'m, 't>(
    manifests: &'m BTreeMap<String, Manifest<'t>>,
    dir: &str,
    own: &'m Manifest<'t>,
) -> Workspace<'m, 't> {
    if let Some(path) = own
        .package()
        .and_then(|package| package.get("workspace")?.get_ref().as_str())
    {
        let (dir, root) = manifests.get_key_value(&join_written(dir, path)?)?;
        return Some((dir, root));
    }
    let ancestors = std::iter::once(dir).chain(folders(dir));
    ancestors
        .filter_map(|ancestor| manifests.get_key_value(ancestor))
        .find(|(root, manifest)| manifest.workspace().is_some() && !manifest.excludes(root, dir))
        .map(|(dir, manifest)| (dir.as_str(), manifest))
}
