//! Go: a scanner and parser of our own, names resolved as the go command resolves them.
//!
//! In: source text, `go.mod` and `go.work` as packages. Out: facts per file.
//! Invariant: package-level edges are those of `go list`; file edges those of `go/types` without inference.
//! Never: guesses a method by its name.

mod constraint;
mod extract;
mod index;
mod lexer;
mod modules;
mod parser;
mod resolve;
mod scope;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use super::Language;
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// The Go language.
pub(super) struct Go;

impl Language for Go {
    const ID: LanguageId = LanguageId("go");
    const EXTENSIONS: &'static [&'static str] = &["go"];
    type Extract = Arc<extract::FileExtract>;
    type Index = index::Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        let (build, conditional) = constraint::judge(path, text);
        let parsed = parser::parse(text, build, conditional);
        let problems = parsed.problems(path);
        Ok((Arc::new(parsed.extract), problems))
    }

    fn index(
        project: &Project,
        _source: &Source,
        extracts: &[(FileId, Self::Extract)],
    ) -> Self::Index {
        index::Index::new(project, extracts)
    }

    fn resolve(
        index: &Self::Index,
        project: &Project,
        file: FileId,
        extract: &Self::Extract,
    ) -> FileFacts {
        resolve::resolve(index, project, file, extract)
    }
}
