//! A shortest elementary cycle of a strongly connected component.
//!
//! In: [`Digraph`], the members of one component. Out: nodes in the order of the walk.
//! Invariant: begins at its smallest node; ties go to the smallest nodes.
//! Never: more than a fixed amount of work; a huge component gets a short cycle, perhaps not the shortest.

use std::collections::VecDeque;

use crate::graph::{Digraph, Vertex};
use crate::model::IndexVec;

/// Edge visits that the search may take.
const WORK: usize = 50_000_000;

/// The shortest cycle through each member in turn, each search bounded by the best one so far. Two
/// members cannot be beaten, so the search ends there, or when its work is used up.
pub(super) fn within(graph: &Digraph, members: &[Vertex]) -> Vec<Vertex> {
    let part = graph.induced(members);
    let mut search = Search {
        part: &part,
        parent: part.table(None),
        work: 0,
    };
    let mut best: Option<Vec<Vertex>> = None;
    for root in part.vertices() {
        let limit = best.as_ref().map_or(usize::MAX, Vec::len);
        if limit == 2 || search.work > WORK {
            break;
        }
        if let Some(found) = search.through(root, limit) {
            best = Some(found);
        }
    }
    // The root of a walk is its smallest node.
    let walk = best.unwrap_or_default().into_iter();
    walk.map(|node| members[node.index()]).collect()
}

/// A search in one component, with the work that it took.
struct Search<'a> {
    part: &'a Digraph,
    parent: IndexVec<Vertex, Option<Vertex>>,
    work: usize,
}

impl Search<'_> {
    /// A shortest cycle through `root` with fewer than `limit` nodes; smaller roots were searched before.
    fn through(&mut self, root: Vertex, limit: usize) -> Option<Vec<Vertex>> {
        let (mut queue, mut seen) = (VecDeque::from([(root, 1)]), vec![root]);
        let mut last = None;
        'search: while let Some((node, length)) = queue.pop_front() {
            if length >= limit {
                break;
            }
            for &next in self
                .part
                .successors(node)
                .iter()
                .filter(|&&next| next >= root)
            {
                self.work += 1;
                if next == root {
                    last = Some(node);
                    break 'search;
                }
                if self.parent[next].is_none() {
                    self.parent[next] = Some(node);
                    seen.push(next);
                    queue.push_back((next, length + 1));
                }
            }
        }
        let walk = last.map(|last| self.walk(root, last));
        seen.into_iter().for_each(|node| self.parent[node] = None);
        walk
    }

    /// The way from `root` to `last` by the parents of a breadth-first search.
    fn walk(&self, root: Vertex, last: Vertex) -> Vec<Vertex> {
        let above = |node: &Vertex| self.parent[*node].filter(|_| *node != root);
        let mut walk: Vec<Vertex> = std::iter::successors(Some(last), above).collect();
        walk.reverse();
        walk
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::scc;

    #[test]
    fn the_shorter_way_round_is_found() {
        let edges = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1), (3, 1, 1)];
        assert_eq!(
            within(
                &Digraph::of_numbers(4, edges),
                &[0, 1, 2, 3].map(Vertex::of)
            ),
            [1, 2, 3]
        );
    }

    #[test]
    fn a_ring_of_many_is_its_own_shortest_cycle() {
        let nodes = 20_000;
        let ring = Digraph::of_numbers(
            nodes as usize,
            (0..nodes).map(|node| (node, (node + 1) % nodes, 1)),
        );
        let members: Vec<_> = ring.vertices().collect();
        assert_eq!(within(&ring, &members), members);
    }

    /// Length of the shortest cycle by trying every root without limits.
    fn naive(graph: &Digraph) -> Option<usize> {
        let lengths = graph.vertices().filter_map(|root| {
            let mut distance = graph.table(None);
            let mut queue = VecDeque::from([root]);
            distance[root] = Some(0);
            while let Some(node) = queue.pop_front() {
                for &next in graph.successors(node) {
                    if next == root {
                        return distance[node].map(|steps| steps + 1);
                    }
                    if distance[next].is_none() {
                        distance[next] = distance[node].map(|steps| steps + 1);
                        queue.push_back(next);
                    }
                }
            }
            None
        });
        lengths.min()
    }

    proptest! {
        #[test]
        fn is_as_short_as_any(edges in proptest::collection::vec((0u32..10, 0u32..10, 1u64..2), 0..30)) {
            let graph = Digraph::of_numbers(10, edges);
            let found = scc::components(&graph).cycles().iter().map(|members| within(&graph, members)).min_by_key(Vec::len);
            prop_assert_eq!(found.as_ref().map(Vec::len), naive(&graph));
            if let Some(walk) = found {
                for (at, &node) in walk.iter().enumerate() {
                    prop_assert!(graph.weight(node, walk[(at + 1) % walk.len()]).is_some());
                }
            }
        }
    }
}
