//! The dependency graph and the algorithms on it; the only home of petgraph.
//!
//! In: the records of the model. Out: [`Digraph`], its components and reachable sets.
//! Invariant: immutable once built.
//! Never: disk, languages, findings.

pub(crate) mod digraph;
pub mod reach;
pub mod scc;

pub use digraph::Digraph;
