//! Whether what a dependency uses needs the cycle itself, and so cannot move below it.
//!
//! In: the edges of files behind a dependency. Out: [`Needs`].
//! Invariant: a file needs the cycle if it uses another file of a member, its own included.
//! Never: follows files out of the cycle; who uses such a one is outside, too.

use std::collections::BTreeSet;

use crate::graph::{DependencyGraph, LevelGraph, NodeIndex, Vertex};
use crate::model::Level;

/// The dependencies of a step whose used files need the cycle.
#[derive(Debug, Default)]
pub(super) struct Needs(BTreeSet<(Vertex, Vertex)>);

impl Needs {
    /// Of these dependencies, given as positions in the list of members.
    pub(super) fn of(
        graph: &DependencyGraph,
        level: &LevelGraph,
        members: &[Vertex],
        pairs: &[(Vertex, Vertex)],
    ) -> Self {
        // Out of a file a symbol moves alone, out of a package with the file that needs what it needs.
        if level.level == Level::File {
            return Self::default();
        }
        let inside: BTreeSet<NodeIndex> = members.iter().map(|&at| level.nodes[at]).collect();
        let in_cycle = |file: NodeIndex| {
            let holder = graph.ancestor(file, level.level);
            holder.is_some_and(|holder| inside.contains(&holder))
        };
        let counts = |edge: &&crate::graph::Edge| edge.kind.is_code() && edge.is_counted();
        let edges = graph.edges().iter().filter(counts);
        let needing: BTreeSet<NodeIndex> = edges
            .filter(|edge| edge.from != edge.to && in_cycle(edge.to))
            .map(|edge| edge.from)
            .collect();
        let needs = |&(from, to): &(Vertex, Vertex)| {
            let behind = level.edges(members[from.index()], members[to.index()]);
            let mut used = behind.iter().map(|edge| graph.edge(*edge).to);
            used.any(|file| needing.contains(&file))
        };
        Self(pairs.iter().copied().filter(needs).collect())
    }

    /// Whether what this dependency uses needs the cycle.
    pub(super) fn has(&self, pair: (Vertex, Vertex)) -> bool {
        self.0.contains(&pair)
    }
}
