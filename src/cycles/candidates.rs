//! Small groups of dependencies that may free much.
//!
//! In: [`Knot`], its largest component as a graph of its own. Out: groups of edges.
//! Invariant: at most [`EDGES`] edges a group, all upward and free to be cut; the most promising first.
//! Never: the same group twice.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::knot::Knot;
use crate::graph::threads::Threads;
use crate::graph::{Digraph, Vertex, gates};

/// Edges of one step.
pub(super) const EDGES: usize = 5;

/// Arcs of the cheapest cut that are tried one by one.
const ARCS: usize = 60;
/// Edges that the search for threads may visit for one step.
const THREADS: usize = 5_000_000;

type Edges = Vec<(Vertex, Vertex)>;

/// Groups with the number of members that they may free.
struct Found<'a> {
    knot: &'a Knot<'a>,
    groups: BTreeMap<Edges, usize>,
}

/// Candidates in `part`, whose node `i` is `knot.largest[i]`.
pub(super) fn of(knot: &Knot<'_>, part: &Digraph) -> Vec<Edges> {
    let mut found = Found {
        knot,
        groups: BTreeMap::new(),
    };
    found.members(part);
    found.gates(part);
    found.folders(part);
    found.arcs();
    found.threads(part);
    let mut groups: Vec<_> = found.groups.into_iter().collect();
    groups.sort_by(|a, b| (Reverse(a.1), a.0.len(), &a.0).cmp(&(Reverse(b.1), b.0.len(), &b.0)));
    groups.into_iter().map(|(edges, _)| edges).collect()
}

impl Found<'_> {
    /// Adds a group that may be cut as a whole; of the same group the larger promise counts. A
    /// group with a dependency that has to stay is dropped, not shortened, as it would no longer
    /// free what was promised.
    fn add(&mut self, mut edges: Edges, promise: usize) {
        let outside = |node: Vertex| self.knot.largest[node.index()];
        let free =
            |&(from, to): &(Vertex, Vertex)| self.knot.is_upward((outside(from), outside(to)));
        if edges.is_empty() || edges.len() > EDGES || !edges.iter().all(free) {
            return;
        }
        edges.sort_unstable();
        let known = self.groups.entry(edges).or_default();
        *known = promise.max(*known);
    }

    /// All that one member uses, and all that uses it.
    fn members(&mut self, part: &Digraph) {
        for node in part.vertices() {
            let (uses, users) = (part.successors(node), part.predecessors(node));
            if uses.len() <= EDGES {
                self.add(uses.iter().map(|&to| (node, to)).collect(), 1);
            }
            if users.len() <= EDGES {
                self.add(users.iter().map(|&from| (from, node)).collect(), 1);
            }
        }
    }

    /// The ways into what can be reached through one member only, and out of what reaches others through it.
    fn gates(&mut self, part: &Digraph) {
        let nodes = || part.vertices();
        let hubs = [
            nodes().max_by_key(|&node| (part.predecessors(node).len(), Reverse(node))),
            nodes().max_by_key(|&node| (part.successors(node).len(), Reverse(node))),
        ];
        for hub in hubs.into_iter().flatten().collect::<BTreeSet<Vertex>>() {
            let of_hub = [gates::from(part, hub, EDGES), gates::to(part, hub, EDGES)];
            for gate in of_hub.into_iter().flatten() {
                let behind = gate.behind.min(part.nodes() - gate.behind);
                self.add(gate.entries, behind);
            }
        }
    }

    /// All edges from one folder to another, into a folder and out of it.
    fn folders(&mut self, part: &Digraph) {
        let holders = |node: Vertex| &self.knot.folders[self.knot.largest[node.index()]];
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for node in part.vertices() {
            holders(node)
                .iter()
                .for_each(|holder| *sizes.entry(holder).or_default() += 1);
        }
        let mut groups: BTreeMap<(&str, &str), Edges> = BTreeMap::new();
        for (from, to, _) in part.iter() {
            let out = || holders(from).iter().filter(|it| !holders(to).contains(it));
            let into = || holders(to).iter().filter(|it| !holders(from).contains(it));
            let between = out().flat_map(|from| into().map(move |to| (*from, *to)));
            let all = between
                .chain(out().map(|from| (*from, "")))
                .chain(into().map(|to| ("", *to)));
            for pair in all {
                let edges = groups.entry(pair).or_default();
                if edges.len() <= EDGES {
                    edges.push((from, to));
                }
            }
        }
        let size = |holder: &str| sizes.get(holder).copied().unwrap_or(part.nodes());
        let promised: Vec<(Edges, usize)> = groups
            .into_iter()
            .map(|((from, to), edges)| {
                let inside = size(from).min(size(to));
                (edges, inside.min(part.nodes() - inside))
            })
            .collect();
        for (edges, promise) in promised {
            self.add(edges, promise);
        }
    }

    /// The fewest upward edges by which the most used member reaches another, or another the one that uses most.
    fn threads(&mut self, part: &Digraph) {
        let nodes = || part.vertices();
        let low = nodes().max_by_key(|&node| (part.predecessors(node).len(), Reverse(node)));
        let high = nodes().max_by_key(|&node| (part.successors(node).len(), Reverse(node)));
        let (Some(low), Some(high)) = (low, high) else {
            return;
        };
        let knot = self.knot;
        let outside = |node: Vertex| knot.largest[node.index()];
        let upward = |from: Vertex, to: Vertex| knot.is_upward((outside(from), outside(to)));
        let mut threads = Threads::new(part, &upward);
        let ends = nodes().flat_map(|node| [(low, node), (node, high)]);
        for (from, to) in ends.filter(|(from, to)| from != to) {
            if threads.visits > THREADS {
                break;
            }
            if let Some(edges) = threads.cut(from, to, EDGES) {
                self.add(edges, 3);
            }
        }
    }

    /// The cheapest arcs of the cheapest cut: one by one, the first few, and by their ends.
    fn arcs(&mut self) {
        let knot = self.knot;
        let local = |node: Vertex| knot.largest.binary_search(&node).ok().map(Vertex::new);
        let mut arcs: Vec<(u64, Vertex, Vertex)> = knot
            .upward
            .iter()
            .filter_map(|&(from, to)| Some((knot.cost((from, to)), local(from)?, local(to)?)))
            .collect();
        arcs.sort_unstable();
        let mut by_end: BTreeMap<(bool, Vertex), Edges> = BTreeMap::new();
        for &(_, from, to) in &arcs {
            by_end.entry((false, from)).or_default().push((from, to));
            by_end.entry((true, to)).or_default().push((from, to));
        }
        for edges in by_end.into_values() {
            self.add(edges, 2);
        }
        for &(_, from, to) in arcs.iter().take(ARCS) {
            self.add(vec![(from, to)], 2);
        }
        for count in 2..=EDGES.min(arcs.len()) {
            let first = arcs[..count].iter().map(|&(_, from, to)| (from, to));
            self.add(first.collect(), 2);
        }
    }
}
