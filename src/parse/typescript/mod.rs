//! TypeScript and JavaScript: names from imports to the files that declare them.
//!
//! In: `.ts`, `.tsx`, `.js`, `.vue`, `.svelte` files and their kin. Out: facts per file.
//! Invariant: the answers of the TypeScript compiler, without running it.
//! Never: executes code, reads an installed package.

mod component;
mod configs;
mod conventions;
mod entries;
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
mod uses;
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
    const DIALECTS: &'static [Dialect] = &[
        (LanguageId("javascript"), &["js", "jsx", "mjs", "cjs"]),
        (LanguageId("svelte"), &["svelte"]),
        (LanguageId("vue"), &["vue"]),
    ];
    type Extract = Extract;
    type Index = Index;

    fn extract(path: &str, text: &str) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        let component = component::is_component(path).then(|| component::take_apart(text));
        let (script, kind) = match &component {
            Some(component) => (component.script.as_str(), component.kind),
            None => (text, extract::source_type(path)),
        };
        let syntax = if kind.is_jsx() {
            nesting::Syntax::Tsx
        } else {
            nesting::Syntax::TypeScript
        };
        nesting::check(script, syntax).map_err(|problem| problem.in_file(path))?;
        let markup = component
            .as_ref()
            .map(|component| component.markup.as_slice());
        Ok(extract::extract(
            path,
            text,
            &extract::Script {
                text: script,
                kind,
                markup,
            },
        ))
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
