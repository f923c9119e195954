//! An order with little backward weight, found by paying for cycles one after the other.
//!
//! In: [`Digraph`]. Out: an order of its nodes.
//! Invariant: the backward weight is at most λ times the least, λ being the longest cycle's length.
//! Never: enumerates cycles; each one found loses an edge.

use super::digraph::{Digraph, to_id};

/// The local-ratio method (Demetrescu, Finocchi 2003): every cycle found pays its cheapest edge's
/// weight on all of its edges, an edge fully paid for is given up, and at the end those that close
/// no cycle come back, heaviest first.
///
/// Takes time in the square of the edges.
pub(super) fn local_ratio(graph: &Digraph) -> Vec<u32> {
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
    edges: Vec<(u32, u32, u64)>,
    /// The first edge of each node, and the end.
    first: Vec<usize>,
    unpaid: Vec<u64>,
}

impl Kept {
    fn of(graph: &Digraph) -> Self {
        let edges: Vec<(u32, u32, u64)> = graph.iter().collect();
        let first = (0..=to_id(graph.nodes()))
            .map(|node| edges.partition_point(|edge| edge.0 < node))
            .collect();
        let unpaid = edges.iter().map(|edge| edge.2.max(1)).collect();
        Self {
            edges,
            first,
            unpaid,
        }
    }

    fn nodes(&self) -> usize {
        self.first.len() - 1
    }

    /// The kept edges of `node` from place `from` on.
    fn next(&self, node: u32, from: usize) -> Option<usize> {
        let (start, end) = (self.first[node as usize], self.first[node as usize + 1]);
        (start.max(from)..end).find(|&edge| self.unpaid[edge] > 0)
    }

    /// The edges of some cycle.
    fn cycle(&self) -> Option<Vec<usize>> {
        let mut seen = vec![false; self.nodes()];
        (0..to_id(self.nodes())).find_map(|root| self.cycle_from(root, &mut seen))
    }

    fn cycle_from(&self, root: u32, seen: &mut [bool]) -> Option<Vec<usize>> {
        let mut on_path = vec![usize::MAX; self.nodes()];
        let (mut path, mut nodes) = (Vec::new(), vec![(root, 0)]);
        if std::mem::replace(&mut seen[root as usize], true) {
            return None;
        }
        on_path[root as usize] = 0;
        while let Some((node, from)) = nodes.last_mut() {
            let Some(edge) = self.next(*node, *from) else {
                on_path[*node as usize] = usize::MAX;
                nodes.pop();
                path.pop();
                continue;
            };
            *from = edge + 1;
            let to = self.edges[edge].1 as usize;
            if on_path[to] != usize::MAX {
                path.push(edge);
                return Some(path.split_off(on_path[to]));
            }
            if !std::mem::replace(&mut seen[to], true) {
                path.push(edge);
                on_path[to] = path.len();
                nodes.push((self.edges[edge].1, 0));
            }
        }
        None
    }

    fn reaches(&self, from: u32, target: u32) -> bool {
        let mut seen = vec![false; self.nodes()];
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            if node == target {
                return true;
            }
            if !std::mem::replace(&mut seen[node as usize], true) {
                let ends = self.first[node as usize]..self.first[node as usize + 1];
                let kept = ends.filter(|&edge| self.unpaid[edge] > 0);
                left.extend(kept.map(|edge| self.edges[edge].1));
            }
        }
        false
    }

    /// The nodes in the direction of the kept edges, smallest first among equals.
    fn order(&self) -> Vec<u32> {
        let kept = || (0..self.edges.len()).filter(|&edge| self.unpaid[edge] > 0);
        let mut waiting = vec![0usize; self.nodes()];
        kept().for_each(|edge| waiting[self.edges[edge].1 as usize] += 1);
        let mut ready: std::collections::BTreeSet<u32> = (0..to_id(self.nodes()))
            .filter(|&node| waiting[node as usize] == 0)
            .collect();
        let mut order = Vec::with_capacity(self.nodes());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            let mut from = 0;
            while let Some(edge) = self.next(node, from) {
                from = edge + 1;
                let to = self.edges[edge].1;
                waiting[to as usize] -= 1;
                if waiting[to as usize] == 0 {
                    ready.insert(to);
                }
            }
        }
        order
    }
}
