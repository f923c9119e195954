//! Minimum cuts between two groups of nodes.
//!
//! In: [`Similarity`], which nodes are the source and which the sink. Out: the source's side.
//! Invariant: of all minimum cuts the one nearest to the source.
//! Never: recursion.

use std::collections::VecDeque;

use super::digraph::to_id;
use super::similarity::Similarity;

/// The nodes on the source's side of a minimum cut (Dinic 1970), ascending.
///
/// Empty when no node is a source; everything when none is a sink.
pub fn nearer_to_source(
    graph: &Similarity,
    source: impl Fn(u32) -> bool,
    sink: impl Fn(u32) -> bool,
) -> Vec<u32> {
    let mut flow = Flow::of(graph, source, sink);
    while flow.layer() {
        while flow.augment() {}
    }
    (0..to_id(graph.nodes()))
        .filter(|&node| flow.depth[node as usize] != NONE)
        .collect()
}

const NONE: u32 = u32::MAX;
/// Rests below this are rounding.
const NOTHING: f64 = 1e-12;

struct Arc {
    to: u32,
    rest: f64,
    /// Position of the arc back.
    back: u32,
}

struct Flow {
    arcs: Vec<Arc>,
    starts: Vec<usize>,
    next: Vec<usize>,
    depth: Vec<u32>,
    source: Vec<bool>,
    sink: Vec<bool>,
}

impl Flow {
    fn of(graph: &Similarity, source: impl Fn(u32) -> bool, sink: impl Fn(u32) -> bool) -> Self {
        let nodes = to_id(graph.nodes());
        let (mut arcs, mut starts) = (Vec::new(), vec![0]);
        for node in 0..nodes {
            arcs.extend(
                graph
                    .neighbours(node)
                    .map(|(to, rest)| Arc { to, rest, back: 0 }),
            );
            starts.push(arcs.len());
        }
        for node in 0..nodes {
            for at in starts[node as usize]..starts[node as usize + 1] {
                let to = arcs[at].to as usize;
                let back = arcs[starts[to]..starts[to + 1]].partition_point(|arc| arc.to < node);
                arcs[at].back = to_id(starts[to] + back);
            }
        }
        Self {
            next: starts.clone(),
            depth: vec![NONE; graph.nodes()],
            source: (0..nodes).map(source).collect(),
            sink: (0..nodes).map(sink).collect(),
            arcs,
            starts,
        }
    }

    /// Distances from the sources along arcs with a rest; whether a sink is reached.
    fn layer(&mut self) -> bool {
        self.depth.fill(NONE);
        self.next.clone_from(&self.starts);
        let mut queue: VecDeque<u32> = (0..to_id(self.source.len()))
            .filter(|&node| self.source[node as usize])
            .collect();
        queue.iter().for_each(|&node| self.depth[node as usize] = 0);
        let mut reached = false;
        while let Some(node) = queue.pop_front() {
            reached |= self.sink[node as usize];
            for at in self.starts[node as usize]..self.starts[node as usize + 1] {
                let arc = &self.arcs[at];
                if arc.rest > NOTHING && self.depth[arc.to as usize] == NONE {
                    self.depth[arc.to as usize] = self.depth[node as usize] + 1;
                    queue.push_back(arc.to);
                }
            }
        }
        reached
    }

    /// Sends one path of flow; false when the layers are blocked.
    fn augment(&mut self) -> bool {
        for root in (0..to_id(self.source.len()))
            .filter(|&node| self.source[node as usize])
            .collect::<Vec<_>>()
        {
            if let Some(path) = self.path(root) {
                let least = path
                    .iter()
                    .map(|&at| self.arcs[at].rest)
                    .fold(f64::INFINITY, f64::min);
                for at in path {
                    let back = self.arcs[at].back as usize;
                    self.arcs[at].rest -= least;
                    self.arcs[back].rest += least;
                }
                return true;
            }
        }
        false
    }

    fn path(&mut self, root: u32) -> Option<Vec<usize>> {
        let (mut path, mut node) = (Vec::new(), root);
        loop {
            if self.sink[node as usize] {
                return (!path.is_empty()).then_some(path);
            }
            let at = self.next[node as usize];
            if at == self.starts[node as usize + 1] {
                let last: usize = path.pop()?;
                node = self.arcs[self.arcs[last].back as usize].to;
                self.next[node as usize] += 1;
                continue;
            }
            let arc = &self.arcs[at];
            if arc.rest > NOTHING && self.depth[arc.to as usize] == self.depth[node as usize] + 1 {
                node = arc.to;
                path.push(at);
            } else {
                self.next[node as usize] += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_tie_is_cut() {
        let graph = Similarity::from_pairs(5, [(0, 1, 3.0), (1, 2, 1.0), (2, 3, 3.0), (3, 4, 2.0)]);
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
        let graph = Similarity::from_pairs(5, pairs);
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
