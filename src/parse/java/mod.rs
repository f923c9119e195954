//! Java: a scanner and parser of our own, names resolved in the order of the language.
//!
//! In: source text, Maven and Gradle modules as packages. Out: facts per file.
//! Invariant: file edges are those that the compiler finds without inferring a type.
//! Never: guesses a member by its name.
//!
//! ```text
//! text ─lexer→ tokens ─parser→ FileExtract ─┐            one file, nothing else
//!                        realms, services ──┼→ Index     all files, no text
//!                                           └→ resolve → FileFacts
//! ```
//! **Collect** ([`parser`]). One pass over the tokens keeps the classes with their supertypes and
//! members, and each chain of names that does not start with a local variable, by its role: a type,
//! an expression, a method with so many arguments, a constant of a `case`.
//!
//! ```java
//! package shop;
//! import static money.Rounding.HALF;
//! class Cart extends Basket {              // a supertype: `Basket`
//!     Sum total() {                        // a type: `Sum`
//!         var sum = items.sum();           // an expression: `items`, perhaps a field
//!         return Money.round(sum, HALF);   // a method with 2 arguments: `Money.round`
//!     }
//! }
//! ```
//! **Index** ([`index`], [`realms`]). Classes get numbers, top-level ones by package and name.
//! Supertypes are resolved in rounds, because a name may be a member type that is inherited.
//! Modules of the build say which of several classes of one full name a file sees.
//!
//! **Resolve** ([`names`], [`members`], [`meaning`], [`resolve`]). A simple name is looked up in the
//! order of the language: classes around it and what they inherit, imports by name, the package,
//! wildcards, `java.lang`. `Basket` leads to a file of the package `shop`, as an implicit edge;
//! `HALF` to the class that declares it, which may be a supertype of `Rounding`; `items` is searched
//! as a field in `Cart`, then in `Basket`. What is found nowhere lies outside the tree where an
//! import, a wildcard or a foreign supertype can explain it, and is unresolved where none can.
//!
//! A member behind a variable (`items.sum()`) is not followed: that takes the type of each
//! expression, generics and overloads included, with all libraries on the class path. Rejected was
//! a search for the method's name in all classes: `get` would couple everything. The type of the
//! variable is named where it is declared, and that gives the edge.

mod index;
mod jdk;
mod meaning;
mod members;
mod names;
mod parser;
mod realms;
mod resolve;
mod services;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::parser::extract::FileExtract;
use crate::model::LanguageId;
use crate::parse::language::Language;

/// The Java language.
pub(super) static JAVA: Language<Arc<FileExtract>, index::Index> = Language {
    id: LanguageId("java"),
    extract: |path, text, listen| Ok(parser::parse(text, listen).noted(path)),
    index: index::Index::new,
    resolve: |index, _, file, extract| resolve::resolve(index, file, extract),
    notifications: |_| Vec::new(),
};
