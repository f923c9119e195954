//! TypeScript and JavaScript: names from imports to the files that declare them.
//!
//! In: `.ts`, `.tsx`, `.js` files and their kin. Out: facts per file.
//! Invariant: the answers of the TypeScript compiler, without running it.
//! Never: executes code, reads an installed package.

mod configs;
mod exports;
mod extract;
mod files;
mod flow;
mod globals;
mod imports;
mod names;
mod outputs;
mod paths;
mod resolve;
mod scope;
mod walk;

pub use extract::Extract;
pub use names::Index;

use super::{Dialect, Language, nesting};
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// TypeScript, and JavaScript read by the same rules.
#[derive(Debug)]
pub(crate) struct TypeScript;

impl Language for TypeScript {
    const ID: LanguageId = LanguageId("typescript");
    const EXTENSIONS: &'static [&'static str] = &["ts", "tsx", "mts", "cts"];
    const DIALECT: Option<Dialect> = Some((LanguageId("javascript"), &["js", "jsx", "mjs", "cjs"]));
    type Extract = Extract;
    type Index = Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        let elements = extract::source_type(path).is_jsx();
        let syntax = if elements {
            nesting::Syntax::Tsx
        } else {
            nesting::Syntax::TypeScript
        };
        nesting::check(text, syntax).map_err(|problem| problem.in_file(path))?;
        Ok(extract::extract(path, text))
    }

    fn index(
        project: &Project,
        source: &Source,
        extracts: &[(FileId, Self::Extract)],
    ) -> Self::Index {
        Index::new(project, source, extracts)
    }

    fn resolve(
        index: &Self::Index,
        project: &Project,
        file: FileId,
        extract: &Self::Extract,
    ) -> FileFacts {
        resolve::resolve(index, project, file, extract)
    }

    fn notifications(index: &Self::Index) -> Vec<Notification> {
        index.problems.clone()
    }
}
