//! How modules are called.
//!
//! In: the index, an instance. Out: the name of the module that directly holds a file.
//! Invariant: a root belongs to its crate, a folder's files to the folder's module.
//! Never: the name of an inline module.

use super::index::{Index, Instance};
use crate::model::{FileId, Project};

/// The namespace of a file; its path without the extension when no root reaches it.
pub(super) fn module_name(
    index: &Index,
    project: &Project,
    file: FileId,
    instance: Option<&Instance>,
) -> String {
    let plain = || project.source(file).path.trim_end_matches(".rs").to_owned();
    let Some(instance) = instance else {
        return plain();
    };
    let Some(krate) = index.crates.get(instance.krate as usize) else {
        return plain();
    };
    let mut parts = Vec::new();
    let mut at = instance.modules.first().copied().unwrap_or(krate.root);
    while at != krate.root {
        let Some(module) = index.module(at) else {
            break;
        };
        parts.push(index.names.name(module.name));
        at = module.parent;
        // Blocks that declare modules have no name of their own.
        at = index.module(at).map_or(krate.root, |module| module.nearest);
    }
    parts.reverse();
    let leaf = index.contained.get(&file).is_none_or(Vec::is_empty);
    if leaf && parts.len() > 1 && !project.source(file).path.ends_with("/mod.rs") {
        parts.pop();
    }
    parts.insert(0, &krate.name);
    parts.join("::")
}
