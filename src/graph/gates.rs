//! Nodes that every walk from a root to others must pass.
//!
//! In: [`Digraph`], a root that reaches all of it. Out: [`Gate`]s.
//! Invariant: without the entries of a gate, the root reaches nothing behind it.
//! Never: a gate with more entries than asked for.

use petgraph::algo::dominators::simple_fast;
use petgraph::visit::{IntoNeighbors, Reversed, Visitable};

use super::digraph::{Digraph, Vertex};
use crate::model::IndexVec;

/// A node with all that can be reached through it alone, and the edges that lead there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The node; where there is one entry only, that entry is a bridge.
    pub node: Vertex,
    /// Nodes behind the gate, itself included.
    pub behind: usize,
    /// The edges into it from nodes that are not behind it, ascending.
    pub entries: Vec<(Vertex, Vertex)>,
}

/// The gates of at most `most` entries on the walks from `root`, by node.
#[must_use]
pub fn from(graph: &Digraph, root: Vertex, most: usize) -> Vec<Gate> {
    Tree::of(graph, graph.nodes(), root).gates(most, |node| graph.predecessors(node))
}

/// The same on the walks to `root`: the entries are the edges that lead out of what is behind.
#[must_use]
pub fn to(graph: &Digraph, root: Vertex, most: usize) -> Vec<Gate> {
    let tree = Tree::of(Reversed(graph), graph.nodes(), root);
    let mut gates = tree.gates(most, |node| graph.successors(node));
    for gate in &mut gates {
        for entry in &mut gate.entries {
            *entry = (entry.1, entry.0);
        }
    }
    gates
}

/// The tree of immediate dominators, with the span of each node in a walk of it.
struct Tree {
    root: Vertex,
    /// First and behind last place of what a node dominates; `None` where the root does not reach.
    spans: IndexVec<Vertex, Option<(usize, usize)>>,
}

impl Tree {
    /// The dominator tree from `root`, with nodes numbered so that each subtree is a range.
    fn of<G>(graph: G, nodes: usize, root: Vertex) -> Self
    where
        G: IntoNeighbors<NodeId = Vertex> + Visitable,
    {
        let dominators = simple_fast(graph, root);
        let mut below: IndexVec<Vertex, Vec<Vertex>> = vec![Vec::new(); nodes].into();
        for node in below.ids() {
            if let Some(above) = dominators.immediate_dominator(node) {
                below[above].push(node);
            }
        }
        Self {
            root,
            spans: spans(&below, root),
        }
    }

    /// The nodes with at most `most` entries from outside of what they dominate. A predecessor that
    /// the root does not reach is no entry.
    fn gates<'a>(&self, most: usize, before: impl Fn(Vertex) -> &'a [Vertex]) -> Vec<Gate> {
        let gate = |node: Vertex| {
            let (first, end) = self.spans[node].filter(|_| node != self.root)?;
            let outside = |other: &&Vertex| {
                self.spans[**other].is_some_and(|(at, _)| at < first || at >= end)
            };
            let entries: Vec<(Vertex, Vertex)> = before(node)
                .iter()
                .filter(outside)
                .take(most + 1)
                .map(|&other| (other, node))
                .collect();
            (entries.len() <= most).then_some(Gate {
                node,
                behind: end - first,
                entries,
            })
        };
        self.spans.ids().filter_map(gate).collect()
    }
}

/// Places of nodes in a walk of the tree, each before all that hangs on it.
fn spans(
    below: &IndexVec<Vertex, Vec<Vertex>>,
    root: Vertex,
) -> IndexVec<Vertex, Option<(usize, usize)>> {
    let mut spans = IndexVec::of_size(below, None);
    let (mut next, mut path) = (1, vec![(root, 0)]);
    spans[root] = Some((0, 1));
    while let Some((node, child)) = path.last_mut() {
        if let Some(&onward) = below[*node].get(*child) {
            *child += 1;
            spans[onward] = Some((next, next + 1));
            next += 1;
            path.push((onward, 0));
            continue;
        }
        if let Some((_, end)) = &mut spans[*node] {
            *end = next;
        }
        path.pop();
    }
    spans
}

#[cfg(test)]
mod tests {
    use petgraph::visit::{Dfs, EdgeFiltered, Walker};
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::of_numbers(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    #[test]
    fn all_behind_a_bridge_is_found_in_both_directions() {
        let two_rings = graph(5, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (4, 0)]);
        let gate = |node, behind, (from, to)| Gate {
            node: Vertex::of(node),
            behind,
            entries: vec![(Vertex::of(from), Vertex::of(to))],
        };
        let found = from(&two_rings, Vertex::of(0), 5);
        assert!(found.contains(&gate(2, 3, (1, 2))), "{found:?}");
        let found = to(&two_rings, Vertex::of(0), 5);
        assert!(found.contains(&gate(4, 3, (4, 0))), "{found:?}");
    }

    #[test]
    fn a_long_ring_does_not_recurse() {
        let nodes = 100_000;
        let ring: Vec<_> = (0..nodes).map(|node| (node, (node + 1) % nodes)).collect();
        let gates = from(&graph(nodes as usize, &ring), Vertex::of(0), 1);
        assert_eq!(gates.len(), nodes as usize - 1);
        assert_eq!(gates[0].behind, nodes as usize - 1);
    }

    /// Number of nodes that `root` reaches without `cut`.
    fn reached(graph: &Digraph, root: Vertex, cut: &[(Vertex, Vertex)]) -> usize {
        let is_left = |(from, to, _): (Vertex, Vertex, &u64)| !cut.contains(&(from, to));
        let left = EdgeFiltered::from_fn(graph, is_left);
        Dfs::new(&left, root).iter(&left).count()
    }

    proptest! {
        #[test]
        fn without_its_entries_nothing_behind_a_gate_is_reached(
            edges in proptest::collection::vec((0u32..12, 0u32..12), 0..40)
        ) {
            let graph = graph(12, &edges);
            let root = Vertex::of(0);
            let all = reached(&graph, root, &[]);
            for gate in from(&graph, root, 12) {
                prop_assert_eq!(reached(&graph, root, &gate.entries), all - gate.behind);
            }
        }
    }
}
