//! An order with little backward weight, found by paying for cycles one after the other.
//!
//! In: [`Digraph`]. Out: an order of its nodes.
//! Invariant: the backward weight is at most λ times the least, λ being the longest cycle's length.
//! Never: enumerates cycles; each one found loses an edge.

use std::collections::BTreeSet;
use std::ops::Range;

use super::digraph::{Digraph, Vertex, WeightedEdge};
use crate::model::{IndexVec, id};

id!(
    /// An edge of the graph.
    EdgeId
);

/// The local-ratio method (Demetrescu, Finocchi 2003): every cycle found pays its cheapest edge's
/// weight on all of its edges, an edge fully paid for is given up, and at the end those that close
/// no cycle come back, heaviest first.
///
/// Takes time in the square of the edges.
pub(super) fn local_ratio(graph: &Digraph) -> Vec<Vertex> {
    let mut kept = Kept::of(graph);
    let mut given_up = Vec::new();
    while let Some(cycle) = kept.cycle() {
        let price = cycle.iter().map(|&edge| kept.unpaid[edge]).min();
        for &edge in &cycle {
            kept.unpaid[edge] -= price.unwrap_or(0);
            if kept.unpaid[edge] == 0 {
                given_up.push(edge);
            }
        }
    }
    given_up.sort_unstable_by_key(|&edge| (std::cmp::Reverse(kept.edges[edge].2), edge));
    for edge in given_up {
        let (from, to, weight) = kept.edges[edge];
        if from != to && !kept.reaches(to, from) {
            kept.unpaid[edge] = weight.max(1);
        }
    }
    kept.order()
}

/// The edges not given up: those with something left to pay.
struct Kept {
    edges: IndexVec<EdgeId, WeightedEdge>,
    /// The edges of each node; they stand side by side.
    of_node: IndexVec<Vertex, Range<usize>>,
    unpaid: IndexVec<EdgeId, u64>,
}

impl Kept {
    /// All edges as kept. An edge without weight still has one unit to pay, or its cycles would
    /// never end.
    fn of(graph: &Digraph) -> Self {
        let edges: IndexVec<EdgeId, WeightedEdge> = graph.iter().collect();
        let mut of_node = IndexVec::with_capacity(graph.nodes());
        let mut before = 0;
        for node in graph.vertices() {
            let count = graph.successors(node).len();
            of_node.push(before..before + count);
            before += count;
        }
        let unpaid = edges.iter().map(|edge| edge.2.max(1)).collect();
        Self {
            edges,
            of_node,
            unpaid,
        }
    }

    /// The kept edges of `node`.
    fn kept(&self, node: Vertex) -> impl Iterator<Item = EdgeId> + '_ {
        let edges = self.of_node[node].clone().map(EdgeId::new);
        edges.filter(|&edge| self.unpaid[edge] > 0)
    }

    /// The edges of some cycle.
    fn cycle(&self) -> Option<Vec<EdgeId>> {
        let mut seen = IndexVec::of_size(&self.of_node, false);
        let mut roots = self.of_node.ids();
        roots.find_map(|root| self.cycle_from(root, &mut seen))
    }

    /// A cycle that a depth-first walk from `root` closes; `None` where none does. Nodes that
    /// earlier walks have seen are not entered again: had they led into a cycle, it would have been
    /// found.
    fn cycle_from(&self, root: Vertex, seen: &mut IndexVec<Vertex, bool>) -> Option<Vec<EdgeId>> {
        if std::mem::replace(&mut seen[root], true) {
            return None;
        }
        let mut on_path = IndexVec::of_size(&self.of_node, None);
        on_path[root] = Some(0);
        let (mut path, mut nodes) = (Vec::new(), vec![(root, self.kept(root))]);
        while let Some((node, rest)) = nodes.last_mut() {
            let Some(edge) = rest.next() else {
                on_path[*node] = None;
                nodes.pop();
                path.pop();
                continue;
            };
            let to = self.edges[edge].1;
            if let Some(at) = on_path[to] {
                path.push(edge);
                return Some(path.split_off(at));
            }
            if !std::mem::replace(&mut seen[to], true) {
                path.push(edge);
                on_path[to] = Some(path.len());
                nodes.push((to, self.kept(to)));
            }
        }
        None
    }

    /// Whether kept edges lead from one node to another.
    fn reaches(&self, from: Vertex, target: Vertex) -> bool {
        let mut seen = IndexVec::of_size(&self.of_node, false);
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            if node == target {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                left.extend(self.kept(node).map(|edge| self.edges[edge].1));
            }
        }
        false
    }

    /// The nodes in the direction of the kept edges, smallest first among equals.
    fn order(&self) -> Vec<Vertex> {
        let mut waiting = IndexVec::of_size(&self.of_node, 0usize);
        for node in self.of_node.ids() {
            self.kept(node)
                .for_each(|edge| waiting[self.edges[edge].1] += 1);
        }
        let free = waiting.pairs().filter(|(_, waiting)| **waiting == 0);
        let mut ready: BTreeSet<Vertex> = free.map(|(node, _)| node).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            for to in self.kept(node).map(|edge| self.edges[edge].1) {
                waiting[to] -= 1;
                if waiting[to] == 0 {
                    ready.insert(to);
                }
            }
        }
        order
    }
}
