//! The fewest edges by which one node reaches another: small minimum cuts of a directed graph.
//!
//! In: [`Digraph`], which edges may be cut. Out: the cut edges.
//! Invariant: without them the first node does not reach the second; no smaller set does that.
//! Never: recursion; more than a given number of edges.

use std::collections::VecDeque;

use super::digraph::{Digraph, to_id};

/// Searches for small cuts in one graph, counting what they cost.
pub struct Threads<'a> {
    graph: &'a Digraph,
    may_cut: &'a dyn Fn(u32, u32) -> bool,
    /// Edges visited so far.
    pub visits: usize,
}

/// How a walk came to a node: from where, and whether along the edge or back against it.
#[derive(Clone, Copy)]
struct Came {
    from: u32,
    back: bool,
}

impl<'a> Threads<'a> {
    /// A search in `graph` that cuts only what `may_cut` allows.
    pub fn new(graph: &'a Digraph, may_cut: &'a dyn Fn(u32, u32) -> bool) -> Self {
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
    pub fn cut(&mut self, from: u32, to: u32, most: usize) -> Option<Vec<(u32, u32)>> {
        let mut flow = Flow {
            pairs: Vec::new(),
            touched: vec![false; self.graph.nodes()],
        };
        for _ in 0..=most {
            let came = self.walk(from, to, &flow);
            if came[to as usize].is_none() {
                return Some(self.crossing(&came));
            }
            if !flow.push(&came, from, to, self.may_cut) {
                return None;
            }
        }
        None
    }

    /// How to come to each node along edges with room left, and back against the flow.
    fn walk(&mut self, from: u32, to: u32, flow: &Flow) -> Vec<Option<Came>> {
        let mut came: Vec<Option<Came>> = vec![None; self.graph.nodes()];
        came[from as usize] = Some(Came { from, back: false });
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                break;
            }
            let onward = self.graph.successors(node);
            self.visits += onward.len();
            let room = |next: u32| !flow.has((node, next)) || !(self.may_cut)(node, next);
            let ahead = onward.iter().filter(|&&next| room(next));
            let ahead = ahead.map(|&next| (next, false));
            for (next, back) in ahead.chain(flow.into(node).map(|start| (start, true))) {
                if came[next as usize].is_none() {
                    came[next as usize] = Some(Came { from: node, back });
                    queue.push_back(next);
                }
            }
        }
        came
    }

    /// Edges from what was reached to the rest.
    fn crossing(&self, came: &[Option<Came>]) -> Vec<(u32, u32)> {
        let reached = (0..to_id(came.len())).filter(|&node| came[node as usize].is_some());
        let edges = reached.flat_map(|node| {
            let out = self.graph.successors(node).iter();
            out.filter(|&&next| came[next as usize].is_none())
                .map(move |&next| (node, next))
        });
        edges.collect()
    }
}

/// Units on edges; one on which several flow stands several times.
struct Flow {
    pairs: Vec<(u32, u32)>,
    /// Nodes at an end of a pair.
    touched: Vec<bool>,
}

impl Flow {
    fn has(&self, pair: (u32, u32)) -> bool {
        self.touched[pair.0 as usize] && self.pairs.contains(&pair)
    }

    /// Where units come from that flow into `node`.
    fn into(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let pairs = if self.touched[node as usize] {
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
        came: &[Option<Came>],
        from: u32,
        to: u32,
        may_cut: &dyn Fn(u32, u32) -> bool,
    ) -> bool {
        let (mut node, mut limited) = (to, false);
        while node != from {
            let Some(step) = came[node as usize] else {
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
            self.touched[node as usize] = true;
            self.touched[step.from as usize] = true;
            node = step.from;
        }
        limited
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(nodes: usize, edges: &[(u32, u32)]) -> Digraph {
        Digraph::from_edges(nodes, edges.iter().map(|&(from, to)| (from, to, 1)))
    }

    fn reaches(graph: &Digraph, from: u32, to: u32, without: &[(u32, u32)]) -> bool {
        let (mut seen, mut open) = (vec![false; graph.nodes()], vec![from]);
        while let Some(node) = open.pop() {
            let out = graph.successors(node).iter();
            for &next in out.filter(|&&next| !without.contains(&(node, next))) {
                if !std::mem::replace(&mut seen[next as usize], true) {
                    open.push(next);
                }
            }
        }
        seen[to as usize]
    }

    #[test]
    fn what_must_stay_is_gone_around() {
        let edges = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5)];
        let graph = graph(6, &edges);
        assert_eq!(
            Threads::new(&graph, &|_, _| true).cut(0, 5, 5),
            Some(vec![(0, 1)])
        );
        let middle = |from, _| from == 2 || from == 3;
        assert_eq!(
            Threads::new(&graph, &middle).cut(0, 5, 5),
            Some(vec![(2, 4), (3, 4)])
        );
        assert_eq!(Threads::new(&graph, &middle).cut(0, 5, 1), None);
        assert_eq!(Threads::new(&graph, &|_, _| false).cut(0, 5, 5), None);
    }

    proptest! {
        #[test]
        fn separates_with_as_few_edges_as_any(
            edges in proptest::collection::vec((0u32..6, 0u32..6), 0..14),
            stays in 0u32..6,
        ) {
            let graph = graph(6, &edges);
            let may_cut = |from: u32, _: u32| from != stays;
            let found = Threads::new(&graph, &may_cut).cut(0, 5, 14);
            let free: Vec<(u32, u32)> = graph.iter().map(|(from, to, _)| (from, to)).filter(|&(from, to)| may_cut(from, to)).collect();
            let subsets = (0u32..1 << free.len()).map(|mask| {
                let chosen = free.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
                chosen.map(|(_, pair)| *pair).collect::<Vec<_>>()
            });
            let best = subsets.filter(|set| !reaches(&graph, 0, 5, set)).map(|set| set.len()).min();
            prop_assert_eq!(found.as_ref().map(Vec::len), best);
            if let Some(cut) = found {
                prop_assert!(!reaches(&graph, 0, 5, &cut));
            }
        }
    }
}
