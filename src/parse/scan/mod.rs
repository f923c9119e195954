//! What the hand-made scanners of several languages share.
//!
//! In: source text. Out: [`Scanner`], [`Symbols`], [`Names`], [`Bindings`], [`Parsed`].
//! Invariant: work is linear in the text; names are interned once per file.
//! Never: knows a grammar.

mod bindings;
mod brackets;
mod names;
mod problems;
mod scanner;
mod symbols;

pub(super) use bindings::Bindings;
use brackets::{Bracket, Brackets};
pub(super) use names::{Kept, NameId, Names};
pub(super) use problems::Parsed;
pub(super) use scanner::{Scanner, Token};
pub(super) use symbols::{Symbol, Symbols};
