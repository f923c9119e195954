//! The traits by which the algorithms of `petgraph` run on a [`Digraph`].
//!
//! In: [`Digraph`]. Out: implementations for it.
//! Invariant: they read the compressed rows as they are; nothing is copied, neighbours come ascending.
//! Never: an algorithm.

use std::iter::{Copied, Map, Zip};
use std::ops::Range;
use std::slice;

use petgraph::Direction;
use petgraph::visit::{
    Data, GraphBase, IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount, NodeIndexable, VisitMap, Visitable,
};

use super::digraph::{Digraph, Vertex};
use crate::model::IndexVec;

impl GraphBase for Digraph {
    type NodeId = Vertex;
    type EdgeId = (Vertex, Vertex);
}

impl Data for Digraph {
    type NodeWeight = ();
    type EdgeWeight = u64;
}

impl NodeCount for Digraph {
    fn node_count(&self) -> usize {
        self.nodes()
    }
}

impl NodeIndexable for Digraph {
    fn node_bound(&self) -> usize {
        self.nodes()
    }

    fn to_index(&self, node: Vertex) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> Vertex {
        Vertex::new(index)
    }
}

impl IntoNodeIdentifiers for &Digraph {
    type NodeIdentifiers = Map<Range<usize>, fn(usize) -> Vertex>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        (0..self.nodes()).map(Vertex::new)
    }
}

impl<'a> IntoNeighbors for &'a Digraph {
    type Neighbors = Copied<slice::Iter<'a, Vertex>>;

    fn neighbors(self, node: Vertex) -> Self::Neighbors {
        self.successors(node).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for &'a Digraph {
    type NeighborsDirected = Copied<slice::Iter<'a, Vertex>>;

    fn neighbors_directed(self, node: Vertex, direction: Direction) -> Self::NeighborsDirected {
        let neighbours = match direction {
            Direction::Outgoing => self.successors(node),
            Direction::Incoming => self.predecessors(node),
        };
        neighbours.iter().copied()
    }
}

/// The edges of a node in one direction.
pub struct EdgesOf<'a> {
    node: Vertex,
    direction: Direction,
    rest: Zip<slice::Iter<'a, Vertex>, slice::Iter<'a, u64>>,
}

impl<'a> Iterator for EdgesOf<'a> {
    type Item = (Vertex, Vertex, &'a u64);

    fn next(&mut self) -> Option<Self::Item> {
        let (&other, weight) = self.rest.next()?;
        Some(match self.direction {
            Direction::Outgoing => (self.node, other, weight),
            Direction::Incoming => (other, self.node, weight),
        })
    }
}

impl<'a> IntoEdgeReferences for &'a Digraph {
    type EdgeRef = (Vertex, Vertex, &'a u64);
    type EdgeReferences = Box<dyn Iterator<Item = Self::EdgeRef> + 'a>;

    fn edge_references(self) -> Self::EdgeReferences {
        let edges = move |node| self.edges_directed(node, Direction::Outgoing);
        Box::new(self.vertices().flat_map(edges))
    }
}

impl<'a> IntoEdges for &'a Digraph {
    type Edges = EdgesOf<'a>;

    fn edges(self, node: Vertex) -> EdgesOf<'a> {
        self.edges_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for &'a Digraph {
    type EdgesDirected = EdgesOf<'a>;

    fn edges_directed(self, node: Vertex, direction: Direction) -> EdgesOf<'a> {
        let (others, weights) = match direction {
            Direction::Outgoing => self.row(node),
            Direction::Incoming => self.row_back(node),
        };
        EdgesOf {
            node,
            direction,
            rest: others.iter().zip(weights),
        }
    }
}

/// The nodes that a walk has been to.
pub struct Visited(IndexVec<Vertex, bool>);

impl VisitMap<Vertex> for Visited {
    fn visit(&mut self, node: Vertex) -> bool {
        !std::mem::replace(&mut self.0[node], true)
    }

    fn is_visited(&self, node: &Vertex) -> bool {
        self.0[*node]
    }

    fn unvisit(&mut self, node: Vertex) -> bool {
        std::mem::replace(&mut self.0[node], false)
    }
}

impl Visitable for Digraph {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(self.table(false))
    }

    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}
