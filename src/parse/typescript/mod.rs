//! TypeScript and JavaScript: names from imports to the files that declare them.
//!
//! In: `.ts`, `.tsx`, `.js`, `.vue`, `.svelte` files and their kin. Out: facts per file.
//! Invariant: the answers of the TypeScript compiler, without running it.
//! Never: executes code, reads an installed package.
//!
//! One use of one name, from its file to an edge:
//!
//! ```text
//! src/shop/index.ts   export * from "./cart";
//! src/shop/cart.ts    export class Cart {}
//! src/app.ts          import { Cart } from "@/shop";
//!                     new Cart();
//! ```
//!
//! **Collect**, each file alone (`extract`). `component` blanks out all but the scripts of a Vue or
//! Svelte file, `flow` all that the parser cannot read of a Flow file; what is left keeps its place.
//! `walk` notes names with their scopes, `imports`, `exports` and `globals` what statements make of
//! them. `uses` joins uses with imports after the walk, because declarations are hoisted. Of
//! `src/app.ts` remain the path `@/shop`, a binding of its `Cart`, and a use of that binding.
//!
//! **Index**, once. `files` shows the analysed tree to the resolver as if it were a disk, `configs`
//! gives it the `tsconfig.json` files, `entries` and `outputs` lead from what a build writes
//! (`dist/index.js`) back to its source. `paths` then says that `@/shop` means
//! `src/shop/index.ts`, and `names` keeps what every module exports.
//!
//! **Resolve**, each file alone (`resolve`). `src/shop/index.ts` has no `Cart` of its own, one of
//! its stars does: the class of `src/shop/cart.ts`. The facts of `src/app.ts` are an import of
//! `src/shop/index.ts`, labelled as a facade, and a reference to `Cart` of `src/shop/cart.ts` by way
//! of `src/shop/index.ts`. Where only types are used, nothing remains at run time: the label says so.
//!
//! Rejected: to end at the file that the path names. An `index.ts` that hands everything on would
//! depend on all and all on it, and most cycles found would be those of barrels. Rejected, too: to
//! run the compiler. It wants every package installed, and fails on what does not compile today.

mod component;
mod configs;
mod conventions;
mod decorators;
mod entries;
mod exports;
mod extract;
mod files;
mod flow;
mod globals;
mod imports;
mod lexemes;
mod names;
mod outputs;
mod paths;
mod resolve;
mod scope;
mod uses;
mod walk;

pub use extract::Extract;
pub use names::Index;

use super::{Language, Listen, nesting};
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// TypeScript, and JavaScript read by the same rules.
#[derive(Debug)]
pub(crate) struct TypeScript;

impl Language for TypeScript {
    const ID: LanguageId = LanguageId("typescript");
    type Extract = Extract;
    type Index = Index;

    fn extract(
        path: &str,
        text: &str,
        listen: Listen<'_>,
    ) -> Result<(Self::Extract, Vec<Notification>), Notification> {
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
            listen,
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
