//! Nodes that every walk from a root to others must pass.
//!
//! In: [`Digraph`], a root that reaches all of it. Out: [`Gate`]s.
//! Invariant: without the entries of a gate, the root reaches nothing behind it.
//! Never: a gate with more entries than asked for.

use petgraph::algo::dominators::simple_fast;
use petgraph::graphmap::DiGraphMap;

use super::digraph::{Digraph, to_id};

/// A node with all that can be reached through it alone, and the edges that lead there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The node; where there is one entry only, that entry is a bridge.
    pub node: u32,
    /// Nodes behind the gate, itself included.
    pub behind: u32,
    /// The edges into it from nodes that are not behind it, ascending.
    pub entries: Vec<(u32, u32)>,
}

/// The gates of at most `most` entries on the walks from `root`, by node.
#[must_use]
pub fn from(graph: &Digraph, root: u32, most: usize) -> Vec<Gate> {
    Tree::of(graph.iter().map(|(from, to, _)| (from, to)), graph, root)
        .gates(most, |node| graph.predecessors(node))
}

/// The same on the walks to `root`: the entries are the edges that lead out of what is behind.
#[must_use]
pub fn to(graph: &Digraph, root: u32, most: usize) -> Vec<Gate> {
    let reversed = graph.iter().map(|(from, to, _)| (to, from));
    let mut gates = Tree::of(reversed, graph, root).gates(most, |node| graph.successors(node));
    for gate in &mut gates {
        for entry in &mut gate.entries {
            *entry = (entry.1, entry.0);
        }
    }
    gates
}

/// The tree of immediate dominators, with the span of each node in a walk of it.
struct Tree {
    root: u32,
    /// First and behind last place of what a node dominates; `None` where the root does not reach.
    spans: Vec<Option<(u32, u32)>>,
}

impl Tree {
    fn of(edges: impl Iterator<Item = (u32, u32)>, graph: &Digraph, root: u32) -> Self {
        let nodes = to_id(graph.nodes());
        let mut map = DiGraphMap::<u32, ()>::with_capacity(graph.nodes(), graph.edges());
        map.add_node(root);
        edges.for_each(|(from, to)| {
            map.add_edge(from, to, ());
        });
        let dominators = simple_fast(&map, root);
        let mut below: Vec<Vec<u32>> = vec![Vec::new(); graph.nodes()];
        for node in 0..nodes {
            if let Some(above) = dominators.immediate_dominator(node) {
                below[above as usize].push(node);
            }
        }
        Self {
            root,
            spans: spans(&below, root),
        }
    }

    fn gates<'a>(&self, most: usize, before: impl Fn(u32) -> &'a [u32]) -> Vec<Gate> {
        let gate = |node: u32| {
            let (first, end) = self.spans[node as usize].filter(|_| node != self.root)?;
            let outside = |other: &&u32| {
                self.spans[**other as usize].is_some_and(|(at, _)| at < first || at >= end)
            };
            let entries: Vec<(u32, u32)> = before(node)
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
        (0..to_id(self.spans.len())).filter_map(gate).collect()
    }
}

/// Places of nodes in a walk of the tree, each before all that hangs on it.
fn spans(below: &[Vec<u32>], root: u32) -> Vec<Option<(u32, u32)>> {
    let mut spans = vec![None; below.len()];
    let (mut next, mut path) = (1, vec![(root, 0)]);
    spans[root as usize] = Some((0, 1));
    while let Some((node, child)) = path.last_mut() {
        if let Some(&onward) = below[*node as usize].get(*child) {
            *child += 1;
            spans[onward as usize] = Some((next, next + 1));
            next += 1;
            path.push((onward, 0));
            continue;
        }
        if let Some((_, end)) = &mut spans[*node as usize] {
            *end = next;
        }
        path.pop();
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::from_edges(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    #[test]
    fn all_behind_a_bridge_is_found_in_both_directions() {
        let two_rings = graph(5, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (4, 0)]);
        let gate = |node, behind, entries: &[(u32, u32)]| Gate {
            node,
            behind,
            entries: entries.to_vec(),
        };
        let found = from(&two_rings, 0, 5);
        assert!(found.contains(&gate(2, 3, &[(1, 2)])), "{found:?}");
        let found = to(&two_rings, 0, 5);
        assert!(found.contains(&gate(4, 3, &[(4, 0)])), "{found:?}");
    }

    #[test]
    fn a_long_ring_does_not_recurse() {
        let nodes = 100_000;
        let ring: Vec<_> = (0..nodes).map(|node| (node, (node + 1) % nodes)).collect();
        let gates = from(&graph(nodes as usize, &ring), 0, 1);
        assert_eq!(gates.len(), nodes as usize - 1);
        assert_eq!(gates[0].behind, nodes - 1);
    }

    /// Number of nodes that `root` reaches without `cut`.
    fn reached(graph: &Digraph, root: u32, cut: &[(u32, u32)]) -> u32 {
        let (mut seen, mut open) = (vec![false; graph.nodes()], vec![root]);
        seen[root as usize] = true;
        while let Some(node) = open.pop() {
            for &next in graph.successors(node) {
                if !cut.contains(&(node, next))
                    && !std::mem::replace(&mut seen[next as usize], true)
                {
                    open.push(next);
                }
            }
        }
        to_id(seen.iter().filter(|seen| **seen).count())
    }

    proptest! {
        #[test]
        fn without_its_entries_nothing_behind_a_gate_is_reached(
            edges in proptest::collection::vec((0u32..12, 0u32..12), 0..40)
        ) {
            let graph = graph(12, &edges);
            let all = reached(&graph, 0, &[]);
            for gate in from(&graph, 0, 12) {
                prop_assert_eq!(reached(&graph, 0, &gate.entries), all - gate.behind);
            }
        }
    }
}
