//! What the hand-made scanners of several languages share.
//!
//! In: source text. Out: [`Symbols`], [`Names`], [`Places`], [`Bindings`], [`Brackets`].
//! Invariant: work is linear in the text; names are interned once per file.
//! Never: knows a grammar.

mod bindings;
mod brackets;
mod names;
mod places;
mod symbols;

pub(super) use bindings::Bindings;
pub(super) use brackets::{Bracket, Brackets};
pub(super) use names::Names;
pub(super) use places::Places;
pub(super) use symbols::{Symbol, Symbols};
