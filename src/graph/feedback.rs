//! The cheapest edges whose removal leaves no cycle.
//!
//! In: [`Digraph`]. Out: arcs as (from, to, weight).
//! Invariant: without the arcs the graph is acyclic; none of them is needless (huge components aside).
//! Never: ignores weights; depends on anything but node numbers for ties.

use petgraph::algo::has_path_connecting;
use petgraph::visit::EdgeFiltered;

use super::digraph::{Digraph, Vertex, WeightedEdge};
use super::order::places;
use super::{order, scc};
use crate::model::IndexVec;

/// A weighted minimum feedback arc set, ascending.
///
/// `petgraph` has the greedy one, which ignores weights and cuts as many edges as it takes; the price
/// of a cut is what counts here.
///
/// Exact for components of up to [`order::EXACT`] nodes (dynamic programming over subsets);
/// above, the order of Eades, Lin and Smyth (1993), weighted, bettered by moving single nodes.
#[must_use]
pub fn arcs(graph: &Digraph) -> Vec<WeightedEdge> {
    let mut arcs: Vec<_> = scc::components(graph)
        .cycles()
        .iter()
        .flat_map(|members| within(graph, members))
        .collect();
    arcs.sort_unstable();
    arcs
}

/// A weighted minimum feedback arc set of the graph among `members` (sorted, each once).
#[must_use]
pub fn within(graph: &Digraph, members: &[Vertex]) -> Vec<WeightedEdge> {
    let part = graph.induced(members);
    let order = order::cheapest(&part);
    let backward = backward(&part, &order);
    let kept = minimal(&part, &order, backward);
    kept.into_iter()
        .map(|(from, to, weight)| (members[from.index()], members[to.index()], weight))
        .collect()
}

/// Edges that run against `order`, ascending.
fn backward(graph: &Digraph, order: &[Vertex]) -> Vec<WeightedEdge> {
    let place = places(order);
    graph
        .iter()
        .filter(|&(from, to, _)| place[from] > place[to])
        .collect()
}

/// Edge visits that the search for needless arcs may take.
const MINIMAL_WORK: usize = 50_000_000;

/// Puts arcs back, the heaviest first, as long as no cycle closes.
fn minimal(graph: &Digraph, order: &[Vertex], mut arcs: Vec<WeightedEdge>) -> Vec<WeightedEdge> {
    if arcs.len().saturating_mul(graph.edges()) > MINIMAL_WORK {
        return arcs;
    }
    let place = places(order);
    let mut back: IndexVec<Vertex, Vec<Vertex>> = graph.table(Vec::new());
    arcs.sort_unstable_by_key(|&(from, to, weight)| (std::cmp::Reverse(weight), from, to));
    arcs.retain(|&(from, to, _)| {
        let is_kept = |(from, to, _): (Vertex, Vertex, &u64)| {
            place[from] < place[to] || back[from].contains(&to)
        };
        let kept = EdgeFiltered::from_fn(graph, is_kept);
        let closes = has_path_connecting(&kept, to, from, None);
        if !closes {
            back[from].push(to);
        }
        closes
    });
    arcs.sort_unstable();
    arcs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::numbers;

    fn weight(arcs: &[WeightedEdge]) -> u64 {
        arcs.iter().map(|arc| arc.2).sum()
    }

    fn without(graph: &Digraph, arcs: &[WeightedEdge]) -> Digraph {
        Digraph::from_edges(
            graph.nodes(),
            graph.iter().filter(|edge| !arcs.contains(edge)),
        )
    }

    /// The cheapest of all subsets of edges that breaks every cycle.
    fn brute_force(graph: &Digraph) -> u64 {
        let edges: Vec<_> = graph.iter().collect();
        let subsets = (0u32..1 << edges.len()).map(|mask| {
            let chosen = |&(at, _): &(usize, _)| mask >> at & 1 == 1;
            edges
                .iter()
                .copied()
                .enumerate()
                .filter(chosen)
                .map(|(_, edge)| edge)
                .collect::<Vec<_>>()
        });
        let breaks = |arcs: &Vec<_>| scc::components(&without(graph, arcs)).count == graph.nodes();
        subsets
            .filter(breaks)
            .map(|arcs| weight(&arcs))
            .min()
            .unwrap_or(0)
    }

    #[test]
    fn the_golden_graph_is_cut_at_its_lightest_edge() {
        let edges = [
            (0, 1, 5),
            (1, 2, 4),
            (2, 0, 1),
            (2, 3, 3),
            (3, 4, 2),
            (5, 0, 5),
        ];
        assert_eq!(numbers(arcs(&Digraph::of_numbers(6, edges))), [(2, 0, 1)]);
    }

    #[test]
    fn weights_decide_not_the_number_of_edges() {
        let edges = [(0, 1, 9), (1, 0, 5), (1, 2, 1), (2, 0, 9), (0, 2, 1)];
        assert_eq!(
            numbers(arcs(&Digraph::of_numbers(3, edges))),
            [(0, 2, 1), (1, 0, 5), (1, 2, 1)]
        );
    }

    proptest! {
        #[test]
        fn exact_equals_brute_force(edges in proptest::collection::vec((0u32..6, 0u32..6, 1u64..9), 0..12)) {
            let graph = Digraph::of_numbers(6, edges);
            prop_assert_eq!(weight(&arcs(&graph)), brute_force(&graph));
        }

        #[test]
        fn removing_the_arcs_leaves_no_cycle(edges in proptest::collection::vec((0u32..60, 0u32..60, 1u64..9), 0..300)) {
            let graph = Digraph::of_numbers(60, edges);
            let found = arcs(&graph);
            prop_assert_eq!(scc::components(&without(&graph, &found)).count, 60);
            for arc in &found {
                let others: Vec<_> = found.iter().copied().filter(|other| other != arc).collect();
                prop_assert!(scc::components(&without(&graph, &others)).count < 60);
            }
        }
    }
}
