//! How modules are called.
//!
//! In: the index, an instance. Out: the name of the module that directly holds a file.
//! Invariant: a root belongs to its crate, a folder's files to the folder's module.
//! Never: the name of an inline module.

use super::index::{Index, Instance};
use super::read::facts::ScopeId;
use crate::model::{FileId, FileRole, Id, Project};

/// The namespace of a file; its path without the extension when no root reaches it.
///
/// `src/cart/item.rs` without modules of its own belongs to `shop::cart`, as does
/// `src/cart/mod.rs`. If `item` had modules below, it would be a namespace itself:
/// `shop::cart::item`.
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
    let krate = &index.crates[instance.krate];
    let mut parts = Vec::new();
    let mut at = instance.modules[ScopeId::FIRST];
    while at != krate.root {
        let module = &index.modules[at];
        parts.push(index.names.name(module.name));
        // Blocks that declare modules have no name of their own.
        at = index.modules[module.parent].nearest;
    }
    parts.reverse();
    // Tests in files of their own make no more of a module than tests inside of it.
    let is_test = |file: &FileId| project.source(*file).role == FileRole::Test;
    let contained = index.contained.get(&file);
    let leaf = contained.is_none_or(|files| files.iter().all(is_test));
    if leaf && parts.len() > 1 && !project.source(file).path.ends_with("/mod.rs") {
        parts.pop();
    }
    parts.insert(0, &krate.name);
    parts.join("::")
}
