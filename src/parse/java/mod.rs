//! Java: a scanner and parser of our own, names resolved in the order of the language.
//!
//! In: source text, Maven and Gradle modules as packages. Out: facts per file.
//! Invariant: file edges are those that the compiler finds without inferring a type.
//! Never: guesses a member by its name.

mod extract;
mod index;
mod jdk;
mod lexer;
mod meaning;
mod members;
mod named;
mod names;
mod parser;
mod realms;
mod resolve;
mod services;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use super::Language;
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// The Java language.
pub(super) struct Java;

impl Language for Java {
    const ID: LanguageId = LanguageId("java");
    const EXTENSIONS: &'static [&'static str] = &["java"];
    type Extract = Arc<extract::FileExtract>;
    type Index = index::Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        let parsed = parser::parse(text);
        let problems = parsed.problems(path);
        Ok((Arc::new(parsed.extract), problems))
    }

    fn index(
        project: &Project,
        source: &Source,
        extracts: &[(FileId, Self::Extract)],
    ) -> Self::Index {
        index::Index::new(project, source, extracts)
    }

    fn resolve(
        index: &Self::Index,
        _project: &Project,
        file: FileId,
        extract: &Self::Extract,
    ) -> FileFacts {
        resolve::resolve(index, file, extract)
    }
}
