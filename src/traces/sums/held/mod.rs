//! What inputs without spans tell, and how each kind of them is read.
//!
//! In: the bytes of an input. Out: [`all::Sums`] of stacks, requests and flows; [`kind::SumKind`].
//! Invariant: merging is exact in any order.
//! Never: a kind itself; those are beside this folder, and import it.

pub(in crate::traces) mod all;
pub(super) mod flow;
mod frames;
pub(in crate::traces) mod input;
pub(in crate::traces) mod kind;
pub(super) mod stacks;
pub(super) mod unit;
