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

use super::{Language, Listen};
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// The Go language.
pub(super) struct Go;

impl Language for Go {
    const ID: LanguageId = LanguageId("go");
    type Extract = Arc<extract::FileExtract>;
    type Index = index::Index;

    fn extract(
        path: &str,
        text: &str,
        listen: Listen<'_>,
    ) -> Result<(Self::Extract, Vec<Notification>), Notification> {
        let (build, conditional) = constraint::judge(path, text);
        let parsed = parser::parse(text, build, conditional, listen);
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
