//! Python: names from imports to the files that define them.
//!
//! In: `.py` and `.pyi` files. Out: facts per file.
//! Invariant: the answers of Python's own import system, without running it.
//! Never: executes code, follows `sys.path` changes.

mod extract;
mod modules;
mod names;
mod resolve;
mod scope;
mod special;
mod statements;
mod stdlib;
mod walk;
mod watched;

pub(super) use extract::Extract;
pub(super) use names::Index;

use super::{Language, nesting};
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// The Python language.
#[derive(Debug)]
pub(crate) struct Python;

impl Language for Python {
    const ID: LanguageId = LanguageId("python");
    const EXTENSIONS: &'static [&'static str] = &["py", "pyi", "pyw"];
    type Extract = Extract;
    type Index = Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        nesting::check(text, nesting::Syntax::Python).map_err(|problem| problem.in_file(path))?;
        Ok(extract::extract(path, text))
    }

    fn index(
        project: &Project,
        _source: &Source,
        extracts: &[(FileId, Self::Extract)],
    ) -> Self::Index {
        Index::new(project, extracts)
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
