//! Go: a scanner and parser of our own, names resolved as the go command resolves them.
//!
//! In: source text, `go.mod` and `go.work` as packages. Out: facts per file.
//! Invariant: package-level edges are those of `go list`; file edges those of `go/types` without inference.
//! Never: guesses a method by its name.
//!
//! ```text
//! text ─lexer→ tokens ─parser→ FileExtract ─┐            one file, nothing else
//!                                 modules ──┼→ Index     all files, no text
//!                                           └→ resolve → FileFacts
//! ```
//! **Collect** ([`parser`]). One pass over the tokens keeps what other files may need to know:
//! the package clause, imports, package-level declarations, and each name that is used and not
//! bound in a scope of the file. `constraint` judges build tags and file name suffixes.
//!
//! ```go
//! package shop                     // FileExtract: package `shop`
//! import "example.com/money"       // an import without a name of its own
//! func Total(c Cart) money.Sum {   // declares `Total`; uses `Cart`, `money.Sum`
//!     sum := c.sum                 // `c` and `sum` are local: no use
//!     return money.Round(sum)      // uses `money.Round`
//! }
//! ```
//! **Index** ([`index`], [`modules`]). Files of one folder and package clause become a package;
//! the external tests of a folder (`shop_test`) are one of their own. Modules, workspaces,
//! `replace` and `vendor` say which package the path of an import means.
//!
//! **Resolve** ([`scope`], [`resolve`]). A name is looked up as the language does: imports of the
//! file, then the package, then dot imports, then what is predeclared. `Cart` leads to the file of
//! package `shop` that declares it, as an implicit edge; `money.Round` to the file of package
//! `money`. The import itself points to the first file that is used through it, so that it adds
//! no pair of files of its own.
//!
//! Methods and fields (`c.sum`) are not followed: that takes the type of `c`, and with it the type
//! checker of Go, over dependencies that need not be there. Rejected was a guess by the name of
//! the method: `Close` alone would couple half of a program to the other half. The type of a
//! variable is named where the variable comes from, so the file of the type is mostly found all
//! the same. Keys of composite literals are the exception: `solid` in [`scope`] follows written
//! types only.

mod constraint;
mod index;
mod modules;
mod parser;
mod resolve;
mod scope;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::parser::extract::FileExtract;
use crate::model::LanguageId;
use crate::parse::language::Language;

/// The Go language.
pub(super) static GO: Language<Arc<FileExtract>, index::Index> = Language {
    id: LanguageId("go"),
    extract: |path, text, listen| {
        let (build, conditional) = constraint::judge(path, text);
        Ok(parser::parse(text, build, conditional, listen).noted(path))
    },
    index: |project, _, extracts| index::Index::new(project, extracts),
    resolve: |index, project, file, extract| resolve::resolve(index, project, file, extract),
    notifications: |_| Vec::new(),
};
