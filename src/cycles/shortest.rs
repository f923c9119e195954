//! A shortest elementary cycle of a strongly connected component.
//!
//! In: [`Digraph`], the members of one component. Out: nodes in the order of the walk.
//! Invariant: begins at its smallest node; ties go to the smallest nodes.
//! Never: more than a fixed amount of work; a huge component gets a short cycle, perhaps not the shortest.

use std::collections::VecDeque;

use crate::graph::Digraph;

/// Edge visits that the search may take.
const WORK: usize = 50_000_000;

pub(super) fn within(graph: &Digraph, members: &[u32]) -> Vec<u32> {
    let part = graph.induced(members);
    let mut search = Search {
        part: &part,
        parent: vec![NONE; members.len()],
        work: 0,
    };
    let mut best: Option<Vec<u32>> = None;
    for root in 0..members.len() as u32 {
        let limit = best.as_ref().map_or(usize::MAX, Vec::len);
        if limit == 2 || search.work > WORK {
            break;
        }
        if let Some(found) = search.through(root, limit) {
            best = Some(found);
        }
    }
    let walk = best.unwrap_or_default();
    let start = walk
        .iter()
        .enumerate()
        .min_by_key(|(_, node)| **node)
        .map_or(0, |(at, _)| at);
    walk.iter()
        .cycle()
        .skip(start)
        .take(walk.len())
        .map(|&node| members[node as usize])
        .collect()
}

const NONE: u32 = u32::MAX;

struct Search<'a> {
    part: &'a Digraph,
    parent: Vec<u32>,
    work: usize,
}

impl Search<'_> {
    /// A shortest cycle through `root` with fewer than `limit` nodes; smaller roots were searched before.
    fn through(&mut self, root: u32, limit: usize) -> Option<Vec<u32>> {
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
                if self.parent[next as usize] == NONE {
                    self.parent[next as usize] = node;
                    seen.push(next);
                    queue.push_back((next, length + 1));
                }
            }
        }
        let walk = last.map(|last| self.walk(root, last));
        seen.into_iter()
            .for_each(|node| self.parent[node as usize] = NONE);
        walk
    }

    fn walk(&self, root: u32, last: u32) -> Vec<u32> {
        let mut walk = vec![last];
        while let Some(&node) = walk.last().filter(|&&node| node != root) {
            walk.push(self.parent[node as usize]);
        }
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
            within(&Digraph::from_edges(4, edges), &[0, 1, 2, 3]),
            [1, 2, 3]
        );
    }

    #[test]
    fn a_ring_of_many_is_its_own_shortest_cycle() {
        let nodes = 20_000;
        let ring = Digraph::from_edges(
            nodes as usize,
            (0..nodes).map(|node| (node, (node + 1) % nodes, 1)),
        );
        let members: Vec<_> = (0..nodes).collect();
        assert_eq!(within(&ring, &members), members);
    }

    /// Length of the shortest cycle by trying every root without limits.
    fn naive(graph: &Digraph) -> Option<usize> {
        let lengths = (0..graph.nodes() as u32).filter_map(|root| {
            let mut distance = vec![usize::MAX; graph.nodes()];
            let mut queue = VecDeque::from([root]);
            distance[root as usize] = 0;
            while let Some(node) = queue.pop_front() {
                for &next in graph.successors(node) {
                    if next == root {
                        return Some(distance[node as usize] + 1);
                    }
                    if distance[next as usize] == usize::MAX {
                        distance[next as usize] = distance[node as usize] + 1;
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
            let graph = Digraph::from_edges(10, edges);
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
