//! Minimum cuts between two groups of nodes.
//!
//! In: [`Similarity`], which nodes are the source and which the sink. Out: the source's side.
//! Invariant: of all minimum cuts the one nearest to the source.
//! Never: recursion.

use std::collections::VecDeque;
use std::ops::Range;

use super::digraph::Vertex;
use super::similarity::Similarity;
use crate::model::{IndexVec, id};

/// The nodes on the source's side of a minimum cut (Dinic 1970), ascending.
///
/// `petgraph` has Dinic's algorithm for one source and one sink of a graph of its own, and returns the
/// flow; here are many of both, and the side of the cut is wanted.
///
/// Empty when no node is a source; everything when none is a sink.
pub fn nearer_to_source(
    graph: &Similarity,
    source: impl Fn(Vertex) -> bool,
    sink: impl Fn(Vertex) -> bool,
) -> Vec<Vertex> {
    let mut flow = Flow::of(graph, source, sink);
    while flow.layer() {
        while flow.augment() {}
    }
    graph
        .vertices()
        .filter(|&node| flow.depth[node].is_some())
        .collect()
}

id!(
    /// An arc of the residual graph.
    ArcId
);

/// Rests below this are rounding.
const NOTHING: f64 = 1e-12;

/// One direction of a tie, with the capacity that is left.
struct Arc {
    to: Vertex,
    rest: f64,
    /// The arc the other way.
    back: ArcId,
}

/// The residual graph of Dinic's algorithm.
struct Flow {
    /// An arc each way for every pair; those of a node stand side by side.
    arcs: IndexVec<ArcId, Arc>,
    of_node: IndexVec<Vertex, Range<usize>>,
    /// The arcs of each node that were not tried in this layering.
    untried: IndexVec<Vertex, Range<usize>>,
    /// Distance from the nearest source; `None` where none reaches.
    depth: IndexVec<Vertex, Option<u32>>,
    sources: Vec<Vertex>,
    sink: IndexVec<Vertex, bool>,
}

impl Flow {
    /// The residual graph without any flow: each tie is an arc either way with its weight as the
    /// capacity.
    fn of(
        graph: &Similarity,
        source: impl Fn(Vertex) -> bool,
        sink: impl Fn(Vertex) -> bool,
    ) -> Self {
        let of_node: IndexVec<Vertex, Range<usize>> =
            graph.vertices().map(|node| graph.places(node)).collect();
        let arcs_of = |from: Vertex| {
            graph.neighbours(from).map(move |(to, rest)| {
                let back = ArcId::new(graph.place_of(from, to));
                Arc { to, rest, back }
            })
        };
        Self {
            untried: of_node.clone(),
            depth: graph.table(None),
            sources: graph.vertices().filter(|&node| source(node)).collect(),
            sink: graph.vertices().map(sink).collect(),
            arcs: graph.vertices().flat_map(arcs_of).collect(),
            of_node,
        }
    }

    /// Distances from the sources along arcs with a rest; whether a sink is reached.
    fn layer(&mut self) -> bool {
        self.depth = IndexVec::of_size(&self.depth, None);
        self.untried.clone_from(&self.of_node);
        let mut queue: VecDeque<Vertex> = self.sources.iter().copied().collect();
        queue.iter().for_each(|&node| self.depth[node] = Some(0));
        let mut reached = false;
        while let Some(node) = queue.pop_front() {
            reached |= self.sink[node];
            let next = self.depth[node].map(|depth| depth + 1);
            for arc in self.of_node[node]
                .clone()
                .map(|at| &self.arcs[ArcId::new(at)])
            {
                if arc.rest > NOTHING && self.depth[arc.to].is_none() {
                    self.depth[arc.to] = next;
                    queue.push_back(arc.to);
                }
            }
        }
        reached
    }

    /// Sends one path of flow; false when the layers are blocked.
    fn augment(&mut self) -> bool {
        let Some(path) = (0..self.sources.len()).find_map(|at| self.path(self.sources[at])) else {
            return false;
        };
        let rests = path.iter().map(|&at| self.arcs[at].rest);
        let least = rests.fold(f64::INFINITY, f64::min);
        for at in path {
            let back = self.arcs[at].back;
            self.arcs[at].rest -= least;
            self.arcs[back].rest += least;
        }
        true
    }

    /// A path from `root` to a sink along arcs that lead one layer down and have something left;
    /// `None` where none is left. An arc that failed is not tried again in this layering, which
    /// bounds the work of all paths together.
    fn path(&mut self, root: Vertex) -> Option<Vec<ArcId>> {
        let (mut path, mut node) = (Vec::new(), root);
        loop {
            if self.sink[node] {
                return (!path.is_empty()).then_some(path);
            }
            let Range { start, end } = self.untried[node];
            if start == end {
                let last: ArcId = path.pop()?;
                node = self.arcs[self.arcs[last].back].to;
                self.untried[node].start += 1;
                continue;
            }
            let arc = &self.arcs[ArcId::new(start)];
            let below = self.depth[node].map(|depth| depth + 1);
            if arc.rest > NOTHING && self.depth[arc.to] == below {
                node = arc.to;
                path.push(ArcId::new(start));
            } else {
                self.untried[node].start += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_tie_is_cut() {
        let graph = Similarity::of_numbers(5, [(0, 1, 3.0), (1, 2, 1.0), (2, 3, 3.0), (3, 4, 2.0)]);
        assert_eq!(
            nearer_to_source(&graph, |node| node == 0, |node| node == 4),
            [0, 1]
        );
    }

    #[test]
    fn several_ways_are_all_cut() {
        let pairs = [
            (0, 1, 2.0),
            (0, 2, 2.0),
            (1, 3, 1.0),
            (2, 3, 5.0),
            (1, 2, 1.0),
            (3, 4, 9.0),
        ];
        let graph = Similarity::of_numbers(5, pairs);
        assert_eq!(
            nearer_to_source(&graph, |node| node == 0, |node| node == 4),
            [0]
        );
        assert!(nearer_to_source(&graph, |_| false, |_| true).is_empty());
        assert_eq!(
            nearer_to_source(&graph, |node| node == 0, |_| false).len(),
            5
        );
    }
}
