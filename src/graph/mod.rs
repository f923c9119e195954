//! The one dependency graph: nodes of every level, edges of every kind.
//!
//! In: the records of code, calls and commits. Out: [`DependencyGraph`], [`LevelGraph`].
//! Invariant: immutable once built; nodes sorted by level and id, edges by their ends.
//! Never: reads a source; knows a language.

mod build;
mod dependency;
mod digraph;
pub mod feedback;
pub mod flow;
pub mod gates;
mod host;
pub mod leiden;
mod level;
mod names;
mod node;
pub mod order;
mod ratio;
pub mod reach;
mod references;
pub mod scc;
mod similarity;
pub mod threads;
mod visit;

pub use build::{Parts, build};
pub use dependency::DependencyGraph;
#[cfg(test)]
pub(crate) use digraph::numbers;
pub use digraph::{Digraph, Vertex, WeightedEdge};
pub use level::LevelGraph;
pub use names::with_known_names;
pub use node::{Edge, EdgeIndex, Node, NodeIndex, SymbolUse};
pub use similarity::Similarity;
