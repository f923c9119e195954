//! Services that would need each other, and what to turn round.
//!
//! In: dependencies between services. Out: [`Loop`]s, the largest first.
//! Invariant: without the dependencies to turn round no loop is left.
//! Never: recursion.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::graph::{Digraph, Vertex, WeightedEdge, feedback, scc};

/// A strongly connected component of services.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loop {
    pub(super) members: Vec<Vertex>,
    /// The shortest way round through the cheapest dependency to turn; the first one comes last again.
    pub(super) shortest: Vec<Vertex>,
    /// The dependencies to turn round with their references, the cheapest first.
    pub(super) turn_round: Vec<WeightedEdge>,
}

/// The loops among services, the largest first.
pub(super) fn loops(services: &Digraph) -> Vec<Loop> {
    let cycles = scc::components(services).cycles().into_iter();
    let mut loops: Vec<Loop> = cycles.map(|members| one(services, members)).collect();
    loops.sort_by_key(|found| (Reverse(found.members.len()), found.members.clone()));
    loops
}

/// One loop: the dependencies whose removal breaks it, and the shortest way round through the
/// cheapest of them.
fn one(services: &Digraph, members: Vec<Vertex>) -> Loop {
    let mut turn_round = feedback::within(services, &members);
    turn_round.sort_unstable_by_key(|&(from, to, weight)| (weight, from, to));
    let round = turn_round.first().map(|&(from, to, _)| {
        let mut round = vec![from];
        round.extend(way(services, to, from));
        round
    });
    Loop {
        shortest: round.unwrap_or_default(),
        turn_round,
        members,
    }
}

/// The nodes of a shortest way, both ends included.
fn way(graph: &Digraph, from: Vertex, to: Vertex) -> Vec<Vertex> {
    let mut before: BTreeMap<Vertex, Vertex> = BTreeMap::from([(from, from)]);
    let mut open = VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        for &next in graph.successors(node) {
            before.entry(next).or_insert_with(|| {
                open.push_back(next);
                node
            });
        }
    }
    let mut way = vec![to];
    let mut at = to;
    while let Some(&earlier) = before.get(&at).filter(|_| at != from) {
        at = earlier;
        way.push(at);
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_names_its_cheapest_dependency_and_the_way_round() {
        let edges = [(0, 1, 9), (1, 2, 9), (2, 0, 2), (1, 0, 5), (2, 3, 1)];
        let found = loops(&Digraph::of_numbers(4, edges));
        let [a, b, c] = [0, 1, 2].map(Vertex::of);
        assert_eq!(
            found,
            [Loop {
                members: [0, 1, 2].map(Vertex::of).to_vec(),
                shortest: [2, 0, 1, 2].map(Vertex::of).to_vec(),
                turn_round: vec![(c, a, 2), (b, a, 5)],
            }]
        );
        assert_eq!(loops(&Digraph::of_numbers(3, [(0, 1, 1), (1, 2, 1)])), []);
    }
}
