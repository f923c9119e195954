//! Whether what a dependency uses needs the cycle itself, and so cannot move below it.
//!
//! In: a component of a [`LevelGraph`]. Out: [`Needs`].
//! Invariant: a file needs the cycle if it uses another file of a member, its own included.
//! Never: follows files out of the cycle; who uses such a one is outside, too.

use std::collections::BTreeSet;

use crate::graph::{DependencyGraph, LevelGraph, NodeIndex, Vertex};
use crate::model::Level;

/// The files of a cycle that need it.
#[derive(Debug)]
pub(super) struct Needs<'a> {
    graph: &'a DependencyGraph,
    level: &'a LevelGraph,
    members: &'a [Vertex],
    files: BTreeSet<NodeIndex>,
}

impl<'a> Needs<'a> {
    /// Of the cycle of `members`.
    pub(super) fn of(
        graph: &'a DependencyGraph,
        level: &'a LevelGraph,
        members: &'a [Vertex],
    ) -> Self {
        let inside: BTreeSet<NodeIndex> = members.iter().map(|&at| level.nodes[at]).collect();
        let in_cycle = |file: NodeIndex| {
            let holder = graph.ancestor(file, level.level);
            holder.is_some_and(|holder| inside.contains(&holder))
        };
        let uses = |edge: &&crate::graph::Edge| {
            let counts = edge.kind.is_code() && edge.is_counted() && edge.from != edge.to;
            counts && in_cycle(edge.to)
        };
        // Out of a file a symbol moves alone, out of a package with the file that needs what it needs.
        let edges = graph.edges().iter().filter(|_| level.level != Level::File);
        Self {
            graph,
            level,
            members,
            files: edges.filter(uses).map(|edge| edge.from).collect(),
        }
    }

    /// Whether what this dependency uses, given as positions in the list of members, needs the cycle.
    pub(super) fn has(&self, (from, to): (Vertex, Vertex)) -> bool {
        let (from, to) = (self.members[from.index()], self.members[to.index()]);
        let mut behind = self.level.edges(from, to).iter();
        behind.any(|edge| self.files.contains(&self.graph.edge(*edge).to))
    }
}
