//! Rust: the module tree, names and paths as the compiler sees them, by syntax alone.
//!
//! In: `.rs` files, packages of the project. Out: facts per file.
//! Invariant: nothing is executed or guessed; what stays open is counted with a reason.
//! Never: types of expressions, methods by name.
//!
//! One path, from its file to an edge:
//!
//! ```text
//! src/lib.rs    mod cart; mod web; pub use cart::Cart;
//! src/cart.rs   pub struct Cart;
//! src/web.rs    use crate::*;
//!               fn view() -> Cart { … }
//! ```
//!
//! **Collect**, each file alone ([`read`]). A file becomes an [`facts::Extract`]: its scopes, what it
//! declares, its `use` leaves, and every path as written, less those that start with a variable or
//! a type parameter. Of `src/web.rs` remain the glob `crate::*`, the function `view`, the path `Cart`.
//!
//! **Index**, by one thread in file order ([`index`]). [`crates`] finds the roots and which crates each
//! of them can name. [`tree`] follows `mod x;` from every root; a file in a tree is an
//! [`index::Instance`], and one that two crates share has two, with different answers. `bodies` and
//! `expand` replace calls of the tree's own macros that declare modules. [`imports`] fills the name
//! table of each module to a fixed point: `Cart` is in that of `cart` by declaration, of the root by
//! name, of `web` by glob. Last, `associate` and [`extension`] find the files that give a type its
//! functions.
//!
//! **Resolve**, each file alone ([`emit`]). [`lookup`] reads each path in each instance. The facts of
//! `src/web.rs` are an import of `src/lib.rs` and, for `Cart`, a reference to `src/cart.rs`. A path
//! that several instances read counts once, with the labels that all of them give it.
//!
//! Rejected: the compiler, or rust-analyzer. Both want every dependency fetched and build scripts run,
//! which a tool that only reads must not do. Rejected, too: files by convention (`crate::a::b` is
//! `src/a/b.rs`). Re-exports, `#[path]`, inline modules and files in two trees make that wrong in
//! most larger crates.

mod bodies;
mod build;
mod crates;
mod emit;
mod expand;
mod extension;
mod extracts;
mod imports;
mod index;
mod lookup;
mod names;
mod places;
mod read;
mod tree;

use crate::model::LanguageId;
use crate::parse::language::Language;

/// The Rust language.
pub(super) static RUST: Language<read::facts::Extract, index::Index> = Language {
    id: LanguageId("rust"),
    extract: read::read,
    index: |project, _, extracts| build::build(project, extracts),
    resolve: |index, project, file, extract| emit::facts(index, project, file, extract),
    notifications: |index| index.notifications.clone(),
};
