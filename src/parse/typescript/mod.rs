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
mod members;
mod names;
mod outputs;
mod paths;
mod read;
mod resolve;
mod scope;
mod uses;
mod walk;

use crate::model::LanguageId;
use crate::parse::language::Language;

/// TypeScript, and JavaScript read by the same rules.
pub(super) static TYPESCRIPT: Language<extract::Extract, names::Index> = Language {
    id: LanguageId("typescript"),
    extract: read::read,
    index: names::Index::new,
    resolve: |index, project, file, extract| resolve::resolve(index, project, file, extract),
    notifications: |index| index.problems.clone(),
};
