//! Strongly connected components, without recursion.
//!
//! In: [`Digraph`]. Out: [`Components`].
//! Invariant: a component is numbered after every component that it reaches.
//! Never: recursion; a chain of a million nodes is ordinary input.

use super::digraph::{Digraph, to_id};

/// A partition of the nodes into strongly connected components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The component of each node.
    pub of: Vec<u32>,
    /// Number of components.
    pub count: usize,
}

impl Components {
    /// Number of nodes of each component.
    #[must_use]
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.count];
        for &component in &self.of {
            sizes[component as usize] += 1;
        }
        sizes
    }

    /// Members of the components with at least two nodes, each ascending, ordered by first member.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<u32>> {
        let sizes = self.sizes();
        let mut place = vec![usize::MAX; self.count];
        let mut cycles: Vec<Vec<u32>> = Vec::new();
        for (node, &component) in self.of.iter().enumerate() {
            if sizes[component as usize] < 2 {
                continue;
            }
            let at = &mut place[component as usize];
            if *at == usize::MAX {
                *at = cycles.len();
                cycles.push(Vec::new());
            }
            cycles[*at].push(to_id(node));
        }
        cycles
    }
}

const UNSET: u32 = u32::MAX;

/// Tarjan's algorithm (1972) with an explicit stack; O(nodes + edges).
#[must_use]
pub fn components(graph: &Digraph) -> Components {
    components_without(graph, &[])
}

/// The same as if the few edges of `without` were not there.
#[must_use]
pub fn components_without(graph: &Digraph, without: &[(u32, u32)]) -> Components {
    let nodes = graph.nodes();
    let mut search = Search {
        graph,
        without,
        low: vec![UNSET; nodes],
        of: vec![UNSET; nodes],
        visited: 0,
        count: 0,
        open: Vec::new(),
        path: Vec::new(),
    };
    for root in 0..to_id(nodes) {
        if search.low[root as usize] == UNSET {
            search.run(root);
        }
    }
    Components {
        of: search.of,
        count: search.count as usize,
    }
}

struct Search<'a> {
    graph: &'a Digraph,
    without: &'a [(u32, u32)],
    /// Lowest visit number known to be reachable; `UNSET` before the visit.
    low: Vec<u32>,
    of: Vec<u32>,
    visited: u32,
    count: u32,
    /// Visited nodes without a component.
    open: Vec<u32>,
    path: Vec<Frame<'a>>,
}

struct Frame<'a> {
    node: u32,
    number: u32,
    rest: &'a [u32],
}

impl Search<'_> {
    fn run(&mut self, root: u32) {
        self.enter(root);
        while let Some(frame) = self.path.last_mut() {
            let node = frame.node as usize;
            let Some((&next, rest)) = frame.rest.split_first() else {
                self.leave();
                continue;
            };
            frame.rest = rest;
            if self.without.contains(&(frame.node, next)) {
                continue;
            }
            if self.low[next as usize] == UNSET {
                self.enter(next);
            } else if self.of[next as usize] == UNSET {
                self.low[node] = self.low[node].min(self.low[next as usize]);
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.low[node as usize] = self.visited;
        self.open.push(node);
        self.path.push(Frame {
            node,
            number: self.visited,
            rest: self.graph.successors(node),
        });
        self.visited += 1;
    }

    fn leave(&mut self) {
        let Some(Frame { node, number, .. }) = self.path.pop() else {
            return;
        };
        let low = self.low[node as usize];
        if low == number {
            self.close(node);
        } else if let Some(parent) = self.path.last() {
            let parent = parent.node as usize;
            self.low[parent] = self.low[parent].min(low);
        }
    }

    fn close(&mut self, root: u32) {
        while let Some(node) = self.open.pop() {
            self.of[node as usize] = self.count;
            if node == root {
                break;
            }
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::from_edges(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    #[test]
    fn a_cycle_is_one_component_and_the_rest_single() {
        let found = components(&graph(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (5, 0)]));
        assert_eq!(found.count, 4);
        assert_eq!(found.cycles(), [vec![0, 1, 2]]);
    }

    #[test]
    fn edges_can_be_thought_away() {
        let ring = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0)]);
        assert_eq!(
            components_without(&ring, &[(3, 0)]).cycles(),
            [vec![0, 1, 2]]
        );
        assert_eq!(components_without(&ring, &[(0, 1)]).count, 4);
    }

    #[test]
    fn a_long_chain_and_a_long_ring_do_not_recurse() {
        let nodes = 300_000;
        let chain: Vec<_> = (1..nodes).map(|node| (node - 1, node)).collect();
        assert_eq!(
            components(&graph(nodes as usize, &chain)).count,
            nodes as usize
        );
        let ring: Vec<_> = (0..nodes).map(|node| (node, (node + 1) % nodes)).collect();
        assert_eq!(components(&graph(nodes as usize, &ring)).count, 1);
    }

    proptest! {
        #[test]
        fn agrees_with_petgraph_and_numbers_sinks_first(
            edges in proptest::collection::vec((0u32..24, 0u32..24), 0..60)
        ) {
            let graph = graph(24, &edges);
            let ours = components(&graph);
            let mut oracle = petgraph::graphmap::DiGraphMap::<u32, ()>::new();
            (0..24).for_each(|node| { oracle.add_node(node); });
            graph.iter().for_each(|(from, to, _)| { oracle.add_edge(from, to, ()); });
            let theirs = petgraph::algo::kosaraju_scc(&oracle);
            prop_assert_eq!(ours.count, theirs.len());
            for component in theirs {
                prop_assert!(component.iter().all(|&node| ours.of[node as usize] == ours.of[component[0] as usize]));
            }
            for (from, to, _) in graph.iter() {
                prop_assert!(ours.of[from as usize] >= ours.of[to as usize]);
            }
        }
    }
}
