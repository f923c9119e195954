//! Every node and edge of the system, and how to find them.
//!
//! In: nodes and edges in their order. Out: [`DependencyGraph`].
//! Invariant: immutable once built; nodes sorted by level and id, edges by their ends.
//! Never: a level of its own; [`LevelGraph`](super::LevelGraph) is one.

use super::node::{Edge, EdgeIndex, Node, NodeIndex};
use crate::model::{FileId, IndexVec, Level, Location, NodeId};

/// Every node and edge that is known about the system.
#[derive(Clone, Debug, Default)]
pub struct DependencyGraph {
    pub(super) nodes: IndexVec<NodeIndex, Node>,
    pub(super) edges: IndexVec<EdgeIndex, Edge>,
    pub(super) files: IndexVec<FileId, Option<NodeIndex>>,
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
