//! The one dependency graph: nodes of every level, edges of every kind.
//!
//! In: the records of code, calls and commits. Out: [`DependencyGraph`], [`LevelGraph`].
//! Invariant: immutable once built; nodes sorted by level and id, edges by their ends.
//! Never: reads a source; knows a language.

mod build;
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
#[cfg(test)]
pub(crate) use digraph::numbers;
pub use digraph::{Digraph, Vertex, WeightedEdge};
pub use level::LevelGraph;
pub use names::with_known_names;
pub use node::{Edge, EdgeIndex, Node, NodeIndex, SymbolUse};
pub use similarity::Similarity;

use crate::model::{FileId, IndexVec, Level, Location, NodeId};

/// Every node and edge that is known about the system.
#[derive(Clone, Debug, Default)]
pub struct DependencyGraph {
    nodes: IndexVec<NodeIndex, Node>,
    edges: IndexVec<EdgeIndex, Edge>,
    files: IndexVec<FileId, Option<NodeIndex>>,
}

impl DependencyGraph {
    /// All nodes, sorted by level (system first), then id.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        self.nodes.as_slice()
    }

    /// All edges, sorted by their ends, then kind and labels.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        self.edges.as_slice()
    }

    /// The node at `index`.
    #[must_use]
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[index]
    }

    /// The edge at `index`.
    #[must_use]
    pub fn edge(&self, index: EdgeIndex) -> &Edge {
        &self.edges[index]
    }

    /// The node with the given id.
    #[must_use]
    pub fn find(&self, id: &NodeId) -> Option<NodeIndex> {
        let key = (id.kind.level(), id);
        let found = self
            .nodes()
            .binary_search_by(|node| (node.level, &node.id).cmp(&key));
        found.ok().map(NodeIndex::new)
    }

    /// The node of a parsed file.
    #[must_use]
    pub fn file(&self, file: FileId) -> Option<NodeIndex> {
        self.files[file]
    }

    /// The nearest node at or above `node` that stands on `level`.
    #[must_use]
    pub fn ancestor(&self, node: NodeIndex, level: Level) -> Option<NodeIndex> {
        let mut at = Some(node);
        while let Some(index) = at {
            let node = self.node(index);
            if node.level == level {
                return Some(index);
            }
            at = node.parent;
        }
        None
    }

    /// The places of an edge that a person can open.
    pub fn places<'a>(&'a self, edge: &'a Edge) -> impl Iterator<Item = Location> + 'a {
        let path = self.node(edge.from).path.clone();
        let in_file = edge
            .positions
            .iter()
            .filter_map(move |&at| Some(Location::new(path.clone()?, at)));
        in_file.chain(edge.locations.iter().cloned())
    }
}
