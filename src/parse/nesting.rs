//! How deeply a source text is nested, told without recursion.
//!
//! In: source text. Out: the depth that a recursive parser would reach, at most.
//! Invariant: never less than the true bracket depth.
//! Never: recursion, allocation per character.

/// Brackets deeper than this are refused by parsers that recurse.
pub const MAX_DEPTH: u32 = 1_000;
/// Operator or call chains longer than this are refused by parsers that recurse.
pub const MAX_CHAIN: u32 = 20_000;
