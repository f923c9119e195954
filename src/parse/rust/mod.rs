//! Rust: the module tree, names and paths as the compiler sees them, by syntax alone.
//!
//! In: `.rs` files, packages of the project. Out: facts per file.
//! Invariant: nothing is expanded, executed or guessed; what stays open is counted with a reason.
//! Never: types of expressions, methods by name.
//!
//! `read` turns one file into an [`facts::Extract`]; `crates` and `tree` grow the module trees;
//! `imports` fills the name tables; `lookup` follows a path; `emit` writes the facts.

mod bodies;
mod crates;
mod emit;
mod expand;
mod extension;
mod facts;
mod imports;
mod index;
mod interner;
mod lookup;
mod names;
mod places;
mod prelude;
mod read;
mod tree;

use super::Language;
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// The Rust language.
pub(super) struct Rust;

impl Language for Rust {
    const ID: LanguageId = LanguageId("rust");
    const EXTENSIONS: &'static [&'static str] = &["rs"];
    type Extract = facts::Extract;
    type Index = index::Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        read::read(path, text)
    }

    fn index(project: &Project, _: &Source, extracts: &[(FileId, Self::Extract)]) -> Self::Index {
        index::Index::build(project, extracts)
    }

    fn resolve(
        index: &Self::Index,
        project: &Project,
        file: FileId,
        extract: &Self::Extract,
    ) -> FileFacts {
        emit::facts(index, project, file, extract)
    }

    fn notifications(index: &Self::Index) -> Vec<Notification> {
        index.notifications.clone()
    }
}
