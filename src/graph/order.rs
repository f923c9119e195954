//! The order of a graph's nodes that leaves the least weight running backwards.
//!
//! In: [`Digraph`]. Out: an order of its nodes.
//! Invariant: the same graph gives the same order.
//! Never: enumerates permutations.

use std::collections::BTreeSet;

use super::digraph::{Digraph, Vertex, WeightedEdge};
use super::ratio::local_ratio;
use crate::model::IndexVec;

/// Largest number of nodes that is solved exactly.
pub const EXACT: usize = 20;
/// Largest number of nodes whose order is bettered by local search.
const SEARCHED: usize = 5_000;
/// Largest number of edges for which cycles are paid for one by one.
const PAID: usize = 4_000;
/// Rounds of local search.
const ROUNDS: usize = 12;

/// An order with the least backward weight: exact up to [`EXACT`] nodes, heuristic above.
#[must_use]
pub fn cheapest(graph: &Digraph) -> Vec<Vertex> {
    if graph.nodes() <= EXACT {
        return exact(graph);
    }
    heuristic(graph)
}

/// The best of several starts, each bettered by local search.
fn heuristic(graph: &Digraph) -> Vec<Vertex> {
    let by_number = graph.vertices().collect();
    let mut starts = vec![eades_lin_smyth(graph), by_number];
    if graph.edges() <= PAID {
        starts.push(local_ratio(graph));
    }
    let orders = starts.into_iter().map(|start| sifted(graph, start));
    orders
        .min_by_key(|order| cost(graph, order))
        .unwrap_or_default()
}

/// The weight of the edges that run backwards in an order.
fn cost(graph: &Digraph, order: &[Vertex]) -> u64 {
    let place = places(order);
    graph
        .iter()
        .filter(|&(from, to, _)| place[from] > place[to])
        .map(|edge| edge.2)
        .sum()
}

/// Held–Karp: for every subset the cheapest order of it at the front, by its last node.
///
/// An edge counts as soon as the node it leads back to is placed, so that a subset bears all that runs
/// into it from the rest; what two nodes that use each other cost in any order is taken off first.
/// Subsets dearer than an order already known lead nowhere and are skipped (branch and bound).
fn exact(graph: &Digraph) -> Vec<Vertex> {
    let nodes = graph.nodes();
    let graph = &without_mutual(graph);
    let bound = cost(graph, &heuristic(graph));
    let tables: Vec<_> = graph
        .vertices()
        .map(|node| Weights::of(graph, node))
        .collect();
    let full = (1usize << nodes) - 1;
    let mut best = vec![(u64::MAX, 0u8); full + 1];
    best[0] = (0, 0);
    for set in 0..full {
        let spent = best[set].0;
        let rest = if spent > bound { 0 } else { full & !set };
        let mut left = rest;
        while left != 0 {
            let next = left.trailing_zeros();
            left &= left - 1;
            let behind = tables[next as usize].weight_from(rest);
            let known = &mut best[set | 1 << next];
            *known = (*known).min((spent.saturating_add(behind), next as u8));
        }
    }
    along(&best)
}

/// The order that ends with the best last node of all, and before it with that of the rest.
fn along(best: &[(u64, u8)]) -> Vec<Vertex> {
    let mut set = best.len() - 1;
    let last = std::iter::from_fn(|| {
        let last = (set != 0).then(|| best[set].1)?;
        set &= !(1 << last);
        Some(Vertex::new(last.into()))
    });
    let mut order: Vec<Vertex> = last.collect();
    order.reverse();
    order
}

/// The graph without the weight that runs backwards in every order: the lesser of each mutual pair.
fn without_mutual(graph: &Digraph) -> Digraph {
    let surplus = |(from, to, weight): WeightedEdge| {
        let back = graph.weight(to, from).unwrap_or(0);
        (weight > back).then(|| (from, to, weight - back))
    };
    Digraph::from_edges(graph.nodes(), graph.iter().filter_map(surplus))
}

/// Weight into one node from any subset of the others, by two halves of the mask.
struct Weights {
    low: Vec<u64>,
    high: Vec<u64>,
}

const HALF: usize = EXACT / 2;

impl Weights {
    /// Sums for all subsets of each half: each is that of the subset without its lowest node, plus
    /// that node.
    fn of(graph: &Digraph, node: Vertex) -> Self {
        let mut weights = [0; 2 * HALF];
        for (from, weight) in graph.incoming(node) {
            weights[from.index()] = weight;
        }
        let sums = |first: usize| {
            let mut sums = vec![0u64; 1 << HALF];
            for set in 1..sums.len() {
                let weight = weights[first + set.trailing_zeros() as usize];
                sums[set] = sums[set & (set - 1)].saturating_add(weight);
            }
            sums
        };
        Self {
            low: sums(0),
            high: sums(HALF),
        }
    }

    /// The weight from all nodes of a subset, by two look-ups.
    fn weight_from(&self, set: usize) -> u64 {
        self.low[set & ((1 << HALF) - 1)].saturating_add(self.high[set >> HALF])
    }
}

/// Sources to the front, sinks to the back, else the node with the largest surplus of outgoing weight.
fn eades_lin_smyth(graph: &Digraph) -> Vec<Vertex> {
    let mut left = Remaining::of(graph);
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while let Some((node, sink)) = left.next() {
        if sink {
            back.push(node);
        } else {
            front.push(node);
        }
        left.remove(node);
    }
    front.extend(back.into_iter().rev());
    front
}

/// The nodes that are not placed yet, sorted for the next choice.
struct Remaining<'a> {
    graph: &'a Digraph,
    here: IndexVec<Vertex, bool>,
    out: IndexVec<Vertex, i128>,
    into: IndexVec<Vertex, i128>,
    /// (-surplus, node), so that the first is the largest surplus, ties by number.
    queue: BTreeSet<(i128, Vertex)>,
    sinks: BTreeSet<Vertex>,
    sources: BTreeSet<Vertex>,
}

impl<'a> Remaining<'a> {
    /// All nodes, before any is placed.
    fn of(graph: &'a Digraph) -> Self {
        let mut left = Self {
            graph,
            here: graph.table(true),
            out: graph
                .vertices()
                .map(|node| i128::from(graph.out_weight(node)))
                .collect(),
            into: graph
                .vertices()
                .map(|node| i128::from(graph.in_weight(node)))
                .collect(),
            queue: BTreeSet::new(),
            sinks: BTreeSet::new(),
            sources: BTreeSet::new(),
        };
        graph.vertices().for_each(|node| left.enter(node));
        left
    }

    /// The node to place next, and whether it belongs at the back.
    fn next(&self) -> Option<(Vertex, bool)> {
        let sink = self.sinks.first().map(|&node| (node, true));
        let source = || self.sources.first().map(|&node| (node, false));
        sink.or_else(source)
            .or_else(|| self.queue.first().map(|&(_, node)| (node, false)))
    }

    /// Puts a node into the queue, and among sinks or sources where it is one.
    fn enter(&mut self, node: Vertex) {
        let (out, into) = (self.out[node], self.into[node]);
        self.queue.insert((into - out, node));
        if out == 0 {
            self.sinks.insert(node);
        } else if into == 0 {
            self.sources.insert(node);
        }
    }

    /// Takes a node out of all queues; its weights must still be those that it entered with.
    fn take_out(&mut self, node: Vertex) {
        self.queue.remove(&(self.into[node] - self.out[node], node));
        self.sinks.remove(&node);
        self.sources.remove(&node);
    }

    /// Places a node: its neighbours lose the weight that they share with it.
    fn remove(&mut self, node: Vertex) {
        self.take_out(node);
        self.here[node] = false;
        let graph = self.graph;
        for (next, weight) in graph.outgoing(node) {
            self.change(next, |left| left.into[next] -= i128::from(weight));
        }
        for (before, weight) in graph.incoming(node) {
            self.change(before, |left| {
                left.out[before] -= i128::from(weight);
            });
        }
    }

    /// Changes the weights of a node that is still there. It has to leave its queues first, since
    /// they are sorted by these weights.
    fn change(&mut self, node: Vertex, change: impl FnOnce(&mut Self)) {
        if self.here[node] {
            self.take_out(node);
            change(self);
            self.enter(node);
        }
    }
}

/// Moves single nodes to their best place until nothing gets better.
fn sifted(graph: &Digraph, mut order: Vec<Vertex>) -> Vec<Vertex> {
    if order.len() > SEARCHED {
        return order;
    }
    let mut place = places(&order);
    for _ in 0..ROUNDS {
        let mut moved = false;
        for node in graph.vertices() {
            if let Some(target) = better_place(graph, &place, node) {
                shift(&mut order, &mut place, node, target);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    order
}

/// The place with the largest gain for `node`, if any gains.
fn better_place(graph: &Digraph, place: &IndexVec<Vertex, usize>, node: Vertex) -> Option<usize> {
    let neighbours = neighbours(graph, place, node);
    let split = neighbours.partition_point(|&(at, _)| at < place[node]);
    // Moving forward over a target adds backward weight; moving backward over it removes some.
    let ahead = neighbours[split..].iter().scan(0, |sum, &(at, delta)| {
        *sum += delta;
        Some((*sum, at))
    });
    let behind = neighbours[..split].iter().rev();
    let behind = behind.scan(0, |sum, &(at, delta)| {
        *sum -= delta;
        Some((*sum, at))
    });
    let better = ahead.chain(behind).filter(|&(delta, _)| delta < 0);
    better.min().map(|(_, at)| at)
}

/// The places of the neighbours of `node`, ascending, each with the weight to it less the weight from it.
fn neighbours(
    graph: &Digraph,
    place: &IndexVec<Vertex, usize>,
    node: Vertex,
) -> Vec<(usize, i128)> {
    let out = graph.outgoing(node);
    let out = out.map(|(next, weight)| (place[next], i128::from(weight)));
    let into = graph.incoming(node);
    let into = into.map(|(before, weight)| (place[before], -i128::from(weight)));
    let mut neighbours: Vec<(usize, i128)> = out.chain(into).collect();
    neighbours.sort_unstable();
    neighbours.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        kept.1 += if same { later.1 } else { 0 };
        same
    });
    neighbours
}

/// Moves a node to another place of the order; the nodes between move by one.
fn shift(order: &mut [Vertex], place: &mut IndexVec<Vertex, usize>, node: Vertex, target: usize) {
    let here = place[node];
    if here < target {
        order[here..=target].rotate_left(1);
    } else {
        order[target..=here].rotate_right(1);
    }
    for at in here.min(target)..=here.max(target) {
        place[order[at]] = at;
    }
}

/// The place of each node in `order`.
pub(super) fn places(order: &[Vertex]) -> IndexVec<Vertex, usize> {
    let mut place = IndexVec::from(vec![0; order.len()]);
    for (at, &node) in order.iter().enumerate() {
        place[node] = at;
    }
    place
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;

    use super::*;

    proptest! {
        #[test]
        fn the_heuristic_keeps_its_bound(edges in edges()) {
            let graph = Digraph::of_numbers(9, edges);
            let (best, found) = (cost(&graph, &exact(&graph)), cost(&graph, &heuristic(&graph)));
            prop_assert!(best <= found && found <= 9 * best, "{} against {}", found, best);
        }

        #[test]
        fn every_node_is_placed_once(edges in proptest::collection::vec((0u32..40, 0u32..40, 1u64..9), 0..200)) {
            let mut order = cheapest(&Digraph::of_numbers(40, edges));
            order.sort_unstable();
            prop_assert_eq!(order, (0..40).map(Vertex::new).collect::<Vec<_>>());
        }
    }
    fn edges() -> impl Strategy<Value = Vec<(u32, u32, u64)>> {
        proptest::collection::vec((0u32..9, 0u32..9, 1u64..9), 0..40)
    }

    #[test]
    fn the_heuristic_is_near_the_exact_order() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let (mut best, mut found) = (0, 0);
        for _ in 0..300 {
            let edges = edges().new_tree(&mut runner).expect("edges").current();
            let graph = Digraph::of_numbers(9, edges);
            best += cost(&graph, &exact(&graph));
            found += cost(&graph, &heuristic(&graph));
        }
        assert!(
            best > 0 && found * 100 <= best * 102,
            "{found} against {best}"
        );
    }
}
