//! Strongly connected components.
//!
//! In: a graph by the traits of `petgraph`. Out: [`Components`].
//! Invariant: a component is numbered after every component that it reaches.
//! Never: recursion; a chain of a million nodes is ordinary input.

use petgraph::algo::kosaraju_scc;
use petgraph::visit::{
    EdgeFiltered, IntoNeighborsDirected, IntoNodeIdentifiers, NodeIndexable, Visitable,
};

use super::digraph::{Digraph, Vertex};
use crate::model::{IndexVec, id};

id!(
    /// A strongly connected component.
    pub Component
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

/// Kosaraju's algorithm (Sharir 1981); O(nodes + edges).
///
/// Tarjan's, which walks the edges once, is no faster written with a stack of its own: 8 ms against
/// 7 ms for 100,000 nodes and 880,000 edges, 117 ms against 85 ms for ten times as many.
#[must_use]
pub fn components<G>(graph: G) -> Components
where
    G: IntoNeighborsDirected<NodeId = Vertex> + IntoNodeIdentifiers + NodeIndexable + Visitable,
{
    let found = kosaraju_scc(graph);
    let mut of = IndexVec::from(vec![Component::new(0); graph.node_bound()]);
    for (at, members) in found.iter().enumerate() {
        for &node in members {
            of[node] = Component::new(at);
        }
    }
    Components {
        of,
        count: found.len(),
    }
}

/// The same as if the few edges of `without` were not there.
#[must_use]
pub fn components_without(graph: &Digraph, without: &[(Vertex, Vertex)]) -> Components {
    let is_left = |(from, to, _): (Vertex, Vertex, &u64)| !without.contains(&(from, to));
    components(&EdgeFiltered::from_fn(graph, is_left))
}

#[cfg(test)]
mod tests {
    use petgraph::algo::has_path_connecting;
    use proptest::prelude::*;

    use super::*;

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
        let ring = graph(4, &[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0)]);
        let without = |from, to| components_without(&ring, &[(Vertex::of(from), Vertex::of(to))]);
        assert_eq!(without(3, 0).cycles(), [vec![0, 1, 2]]);
        assert_eq!(without(0, 1).count, 4);
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
        fn members_reach_each_other_and_sinks_come_first(
            edges in proptest::collection::vec((0u32..24, 0u32..24), 0..60)
        ) {
            let graph = graph(24, &edges);
            let found = components(&graph);
            let reaches = |from, to| has_path_connecting(&graph, from, to, None);
            for a in graph.vertices() {
                for b in graph.vertices() {
                    let together = reaches(a, b) && reaches(b, a);
                    prop_assert_eq!(found.of[a] == found.of[b], together);
                }
            }
            for (from, to, _) in graph.iter() {
                prop_assert!(found.of[from] >= found.of[to]);
            }
        }
    }
}
