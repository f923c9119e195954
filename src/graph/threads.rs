//! The fewest edges by which one node reaches another: small minimum cuts of a directed graph.
//!
//! In: [`Digraph`], which edges may be cut. Out: the cut edges.
//! Invariant: without them the first node does not reach the second; no smaller set does that.
//! Never: recursion; more than a given number of edges.

use std::collections::VecDeque;

use super::digraph::{Digraph, Vertex};
use crate::model::IndexVec;

/// Searches for small cuts in one graph, counting what they cost.
pub struct Threads<'a> {
    graph: &'a Digraph,
    may_cut: &'a dyn Fn(Vertex, Vertex) -> bool,
    /// Edges visited so far.
    pub visits: usize,
}

/// How a walk came to a node: from where, and whether along the edge or back against it.
#[derive(Clone, Copy)]
struct Came {
    from: Vertex,
    back: bool,
}

/// How to come to each node that was reached.
type Ways = IndexVec<Vertex, Option<Came>>;

impl<'a> Threads<'a> {
    /// A search in `graph` that cuts only what `may_cut` allows.
    pub fn new(graph: &'a Digraph, may_cut: &'a dyn Fn(Vertex, Vertex) -> bool) -> Self {
        Self {
            graph,
            may_cut,
            visits: 0,
        }
    }

    /// The fewest edges between `from` and `to`, of all such sets the one nearest to `from`, ascending.
    ///
    /// `None` where more than `most` would have to go, or some that must stay. The flow of Ford and
    /// Fulkerson (1956) with one unit on each edge that may be cut, and no limit on the others.
    pub fn cut(&mut self, from: Vertex, to: Vertex, most: usize) -> Option<Vec<(Vertex, Vertex)>> {
        let mut flow = Flow {
            pairs: Vec::new(),
            touched: self.graph.table(false),
        };
        for _ in 0..=most {
            let came = self.walk(from, to, &flow);
            if came[to].is_none() {
                return Some(self.crossing(&came));
            }
            if !flow.push(&came, from, to, self.may_cut) {
                return None;
            }
        }
        None
    }

    /// How to come to each node along edges with room left, and back against the flow.
    fn walk(&mut self, from: Vertex, to: Vertex, flow: &Flow) -> Ways {
        let mut came: Ways = self.graph.table(None);
        came[from] = Some(Came { from, back: false });
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                break;
            }
            let onward = self.graph.successors(node);
            self.visits += onward.len();
            let room = |next: Vertex| !flow.has((node, next)) || !(self.may_cut)(node, next);
            let ahead = onward.iter().filter(|&&next| room(next));
            let ahead = ahead.map(|&next| (next, false));
            for (next, back) in ahead.chain(flow.into(node).map(|start| (start, true))) {
                if came[next].is_none() {
                    came[next] = Some(Came { from: node, back });
                    queue.push_back(next);
                }
            }
        }
        came
    }

    /// Edges from what was reached to the rest.
    fn crossing(&self, came: &Ways) -> Vec<(Vertex, Vertex)> {
        let reached = came.ids().filter(|&node| came[node].is_some());
        let edges = reached.flat_map(|node| {
            let out = self.graph.successors(node).iter();
            out.filter(|&&next| came[next].is_none())
                .map(move |&next| (node, next))
        });
        edges.collect()
    }
}

/// Units on edges; one on which several flow stands several times.
struct Flow {
    pairs: Vec<(Vertex, Vertex)>,
    /// Nodes at an end of a pair.
    touched: IndexVec<Vertex, bool>,
}

impl Flow {
    /// Whether some unit flows along an edge.
    fn has(&self, pair: (Vertex, Vertex)) -> bool {
        self.touched[pair.0] && self.pairs.contains(&pair)
    }

    /// Where units come from that flow into `node`.
    fn into(&self, node: Vertex) -> impl Iterator<Item = Vertex> + '_ {
        let pairs = if self.touched[node] {
            self.pairs.as_slice()
        } else {
            &[]
        };
        pairs
            .iter()
            .filter(move |(_, end)| *end == node)
            .map(|(start, _)| *start)
    }

    /// Sends one unit along the walk; false where nothing on it limits the flow.
    fn push(
        &mut self,
        came: &Ways,
        from: Vertex,
        to: Vertex,
        may_cut: &dyn Fn(Vertex, Vertex) -> bool,
    ) -> bool {
        let (mut node, mut limited) = (to, false);
        while node != from {
            let Some(step) = came[node] else {
                return false;
            };
            if step.back {
                let pair = (node, step.from);
                if let Some(at) = self.pairs.iter().position(|&known| known == pair) {
                    self.pairs.swap_remove(at);
                }
                limited = true;
            } else {
                limited |= may_cut(step.from, node);
                self.pairs.push((step.from, node));
            }
            self.touched[node] = true;
            self.touched[step.from] = true;
            node = step.from;
        }
        limited
    }
}

#[cfg(test)]
mod tests {
    use petgraph::algo::has_path_connecting;
    use petgraph::visit::EdgeFiltered;
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::of_numbers(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    fn reaches(graph: &Digraph, from: Vertex, to: Vertex, without: &[(Vertex, Vertex)]) -> bool {
        let is_left = |(from, to, _): (Vertex, Vertex, &u64)| !without.contains(&(from, to));
        has_path_connecting(&EdgeFiltered::from_fn(graph, is_left), from, to, None)
    }

    fn cut(
        graph: &Digraph,
        may_cut: &dyn Fn(Vertex, Vertex) -> bool,
        most: usize,
    ) -> Option<Vec<(usize, usize)>> {
        let found = Threads::new(graph, may_cut).cut(Vertex::of(0), Vertex::of(5), most)?;
        let numbers = |(from, to): (Vertex, Vertex)| (from.index(), to.index());
        Some(found.into_iter().map(numbers).collect())
    }

    #[test]
    fn what_must_stay_is_gone_around() {
        let edges = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5)];
        let graph = graph(6, &edges);
        assert_eq!(cut(&graph, &|_, _| true, 5), Some(vec![(0, 1)]));
        let middle = |from: Vertex, _| from == 2 || from == 3;
        assert_eq!(cut(&graph, &middle, 5), Some(vec![(2, 4), (3, 4)]));
        assert_eq!(cut(&graph, &middle, 1), None);
        assert_eq!(cut(&graph, &|_, _| false, 5), None);
    }

    proptest! {
        #[test]
        fn separates_with_as_few_edges_as_any(
            edges in proptest::collection::vec((0u32..6, 0u32..6), 0..14),
            stays in 0u32..6,
        ) {
            let graph = graph(6, &edges);
            let (start, end) = (Vertex::of(0), Vertex::of(5));
            let may_cut = |from: Vertex, _: Vertex| from != Vertex::of(stays);
            let found = Threads::new(&graph, &may_cut).cut(start, end, 14);
            let free: Vec<(Vertex, Vertex)> = graph.iter().map(|(from, to, _)| (from, to)).filter(|&(from, to)| may_cut(from, to)).collect();
            let subsets = (0u32..1 << free.len()).map(|mask| {
                let chosen = free.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
                chosen.map(|(_, pair)| *pair).collect::<Vec<_>>()
            });
            let best = subsets.filter(|set| !reaches(&graph, start, end, set)).map(|set| set.len()).min();
            prop_assert_eq!(found.as_ref().map(Vec::len), best);
            if let Some(cut) = found {
                prop_assert!(!reaches(&graph, start, end, &cut));
            }
        }
    }
}
