//! Source text to tokens: what the hand-made scanners of several languages share.
//!
//! In: source text. Out: [`Scanner`], [`Symbols`], [`Names`], [`Bindings`], [`Parsed`], [`Lexemes`].
//! Invariant: work is linear in the text; names are interned once per file.
//! Never: knows a grammar.

pub(crate) mod any;
mod bindings;
mod brackets;
pub(crate) mod cursor;
pub(crate) mod lexemes;
mod names;
mod problems;
mod scanner;
mod symbols;

pub(crate) use bindings::Bindings;
pub(crate) use cursor::token_kinds;
pub use lexemes::Lexemes;
pub(crate) use names::{Kept, NameId, Names};
pub(crate) use problems::Parsed;
pub(crate) use scanner::Scanner;
pub(crate) use symbols::{Symbol, Symbols};
