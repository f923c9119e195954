//! Strongly connected components, without recursion.
//!
//! In: a graph by the traits of `petgraph`. Out: [`Components`].
//! Invariant: a component is numbered after every component that it reaches.
//! Never: recursion; a chain of a million nodes is ordinary input.

use petgraph::visit::{IntoNeighbors, IntoNodeIdentifiers, NodeIndexable};

use super::digraph::Vertex;
use crate::model::{IndexVec, id};

id!(
    /// A strongly connected component.
    pub Component
);
id!(
    /// How many nodes were visited before.
    Visit
);

/// A partition of the nodes into strongly connected components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The component of each node.
    pub of: IndexVec<Vertex, Component>,
    /// Number of components.
    pub count: usize,
}

impl Components {
    /// Number of nodes of each component.
    #[must_use]
    pub fn sizes(&self) -> IndexVec<Component, u32> {
        let mut sizes: IndexVec<Component, u32> = vec![0; self.count].into();
        for &component in &self.of {
            sizes[component] += 1;
        }
        sizes
    }

    /// Members of the components with at least two nodes, each ascending, ordered by first member.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<Vertex>> {
        let sizes = self.sizes();
        let mut place: IndexVec<Component, Option<usize>> = vec![None; self.count].into();
        let mut cycles: Vec<Vec<Vertex>> = Vec::new();
        for (node, &component) in self.of.pairs() {
            if sizes[component] < 2 {
                continue;
            }
            let at = *place[component].get_or_insert(cycles.len());
            if at == cycles.len() {
                cycles.push(Vec::new());
            }
            cycles[at].push(node);
        }
        cycles
    }
}

/// Tarjan's algorithm (1972) with an explicit stack; O(nodes + edges).
#[must_use]
pub fn components<G>(graph: G) -> Components
where
    G: IntoNeighbors<NodeId = Vertex> + IntoNodeIdentifiers + NodeIndexable,
{
    let nodes = graph.node_bound();
    let mut search = Search {
        graph,
        low: vec![None; nodes].into(),
        of: vec![None; nodes].into(),
        visited: 0,
        count: 0,
        open: Vec::new(),
        path: Vec::new(),
    };
    for root in graph.node_identifiers() {
        if search.low[root].is_none() {
            search.run(root);
        }
    }
    let of = search.of.into_iter();
    Components {
        of: of
            .map(|found| found.expect("every node is visited"))
            .collect(),
        count: search.count,
    }
}

struct Search<G: IntoNeighbors> {
    graph: G,
    /// Lowest visit known to be reachable; `None` before the visit.
    low: IndexVec<Vertex, Option<Visit>>,
    of: IndexVec<Vertex, Option<Component>>,
    visited: usize,
    count: usize,
    /// Visited nodes without a component.
    open: Vec<Vertex>,
    path: Vec<Frame<G::Neighbors>>,
}

struct Frame<N> {
    node: Vertex,
    number: Visit,
    rest: N,
}

impl<G: IntoNeighbors<NodeId = Vertex>> Search<G> {
    fn run(&mut self, root: Vertex) {
        self.enter(root);
        while let Some(frame) = self.path.last_mut() {
            let node = frame.node;
            let Some(next) = frame.rest.next() else {
                self.leave();
                continue;
            };
            if self.low[next].is_none() {
                self.enter(next);
            } else if self.of[next].is_none() {
                self.low[node] = self.low[node].min(self.low[next]);
            }
        }
    }

    fn enter(&mut self, node: Vertex) {
        let number = Visit::new(self.visited);
        self.low[node] = Some(number);
        self.open.push(node);
        self.path.push(Frame {
            node,
            number,
            rest: self.graph.neighbors(node),
        });
        self.visited += 1;
    }

    fn leave(&mut self) {
        let Some(Frame { node, number, .. }) = self.path.pop() else {
            return;
        };
        let low = self.low[node];
        if low == Some(number) {
            self.close(node);
        } else if let Some(parent) = self.path.last() {
            let parent = parent.node;
            self.low[parent] = self.low[parent].min(low);
        }
    }

    fn close(&mut self, root: Vertex) {
        let component = Component::new(self.count);
        while let Some(node) = self.open.pop() {
            self.of[node] = Some(component);
            if node == root {
                break;
            }
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use petgraph::visit::EdgeFiltered;
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Digraph;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::of_numbers(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    #[test]
    fn a_cycle_is_one_component_and_the_rest_single() {
        let found = components(&graph(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (5, 0)]));
        assert_eq!(found.count, 4);
        assert_eq!(found.cycles(), [vec![0, 1, 2]]);
    }

    #[test]
    fn edges_can_be_thought_away() {
        let without = |graph, cut: (usize, usize)| {
            EdgeFiltered::from_fn(graph, move |(from, to, _): (Vertex, Vertex, &u64)| {
                (from.index(), to.index()) != cut
            })
        };
        let ring = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0)]);
        assert_eq!(
            components(&without(&ring, (3, 0))).cycles(),
            [vec![0, 1, 2]]
        );
        assert_eq!(components(&without(&ring, (0, 1))).count, 4);
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
            let theirs = petgraph::algo::kosaraju_scc(&graph);
            prop_assert_eq!(ours.count, theirs.len());
            for component in theirs {
                prop_assert!(component.iter().all(|&node| ours.of[node] == ours.of[component[0]]));
            }
            for (from, to, _) in graph.iter() {
                prop_assert!(ours.of[from] >= ours.of[to]);
            }
        }
    }
}
