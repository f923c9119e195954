//! A directed, weighted graph as compressed rows, in both directions.
//!
//! In: pairs of nodes with a weight. Out: [`Digraph`], [`Vertex`].
//! Invariant: rows are sorted by neighbour, each neighbour once; no self-loops.
//! Never: names, kinds or places; whoever builds the graph keeps those.

use crate::model::{Id, IndexVec, id};

id!(
    /// A node of a [`Digraph`] or a [`Similarity`](super::Similarity): its position in their lists.
    pub Vertex
);

/// A directed graph over the nodes `0..nodes()`, immutable once built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digraph {
    forward: Rows,
    reverse: Rows,
}

/// An edge: from, to, weight.
pub type WeightedEdge = (Vertex, Vertex, u64);

/// Compressed rows: the edges of node `n` lie at `starts[n]..starts[n + 1]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rows {
    starts: Vec<usize>,
    heads: Vec<Vertex>,
    weights: Vec<u64>,
}

impl Digraph {
    /// Builds the graph of `nodes` nodes from (from, to, weight); weights of equal pairs are summed.
    ///
    /// Self-loops and pairs with an end outside `0..nodes` are left out.
    pub fn from_edges(nodes: usize, edges: impl IntoIterator<Item = WeightedEdge>) -> Self {
        let inside = |&(from, to, _): &WeightedEdge| {
            from != to && from.index() < nodes && to.index() < nodes
        };
        let edges: Vec<_> = edges.into_iter().filter(inside).collect();
        let by_target = scatter(nodes, &edges, |edge| edge.1);
        let by_source = scatter(nodes, &by_target, |edge| edge.0);
        let forward = Rows::from_sorted(nodes, &by_source);
        Self {
            reverse: forward.transposed(),
            forward,
        }
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.forward.starts.len().saturating_sub(1)
    }

    /// The nodes, ascending.
    pub fn vertices(&self) -> impl DoubleEndedIterator<Item = Vertex> + ExactSizeIterator + use<> {
        (0..self.nodes()).map(Vertex::new)
    }

    /// An entry for each node, all alike at first.
    #[must_use]
    pub fn table<T: Clone>(&self, entry: T) -> IndexVec<Vertex, T> {
        vec![entry; self.nodes()].into()
    }

    /// Number of distinct (from, to) pairs.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.forward.heads.len()
    }

    /// Nodes that `node` points to, ascending.
    #[must_use]
    pub fn successors(&self, node: Vertex) -> &[Vertex] {
        self.forward.row(node).0
    }

    /// Nodes that point to `node`, ascending.
    #[must_use]
    pub fn predecessors(&self, node: Vertex) -> &[Vertex] {
        self.reverse.row(node).0
    }

    /// Outgoing (target, weight), ascending by target.
    pub fn outgoing(&self, node: Vertex) -> impl Iterator<Item = (Vertex, u64)> + '_ {
        self.forward.pairs(node)
    }

    /// Incoming (source, weight), ascending by source.
    pub fn incoming(&self, node: Vertex) -> impl Iterator<Item = (Vertex, u64)> + '_ {
        self.reverse.pairs(node)
    }

    /// Sum of the weights that leave `node`.
    #[must_use]
    pub fn out_weight(&self, node: Vertex) -> u64 {
        self.forward.row(node).1.iter().sum()
    }

    /// Sum of the weights that arrive at `node`.
    #[must_use]
    pub fn in_weight(&self, node: Vertex) -> u64 {
        self.reverse.row(node).1.iter().sum()
    }

    /// Sum of all weights.
    #[must_use]
    pub fn total_weight(&self) -> u64 {
        self.forward.weights.iter().sum()
    }

    /// The nodes that `node` points to, and the weights of these edges.
    pub(super) fn row(&self, node: Vertex) -> (&[Vertex], &[u64]) {
        self.forward.row(node)
    }

    /// The nodes that point to `node`, and the weights of these edges.
    pub(super) fn row_back(&self, node: Vertex) -> (&[Vertex], &[u64]) {
        self.reverse.row(node)
    }

    /// The weight of `from` → `to`, if there is such an edge.
    #[must_use]
    pub fn weight(&self, from: Vertex, to: Vertex) -> Option<u64> {
        let (heads, weights) = self.forward.row(from);
        heads.binary_search(&to).ok().map(|at| weights[at])
    }

    /// All edges as (from, to, weight), ascending.
    pub fn iter(&self) -> impl Iterator<Item = WeightedEdge> + '_ {
        self.vertices().flat_map(|from| {
            self.outgoing(from)
                .map(move |(to, weight)| (from, to, weight))
        })
    }

    /// The graph among `members` (sorted, each once); node `i` of it is `members[i]`.
    #[must_use]
    pub fn induced(&self, members: &[Vertex]) -> Self {
        let local = |node: Vertex| members.binary_search(&node).ok().map(Vertex::new);
        let edges = members.iter().enumerate().flat_map(|(at, &node)| {
            self.outgoing(node)
                .filter_map(move |(to, weight)| Some((Vertex::new(at), local(to)?, weight)))
        });
        Self::from_edges(members.len(), edges)
    }

    /// The graph between groups: a node for each of the `groups`, in the order of their ids.
    #[must_use]
    pub fn quotient<G: Id>(&self, group: &IndexVec<Vertex, G>, groups: usize) -> Self {
        let of = |node: Vertex| Vertex::new(group[node].index());
        let edges = self.iter();
        Self::from_edges(
            groups,
            edges.map(|(from, to, weight)| (of(from), of(to), weight)),
        )
    }
}

impl Rows {
    /// `edges` must be sorted by source, then target.
    fn from_sorted(nodes: usize, edges: &[WeightedEdge]) -> Self {
        let mut rows = Self {
            starts: vec![0; nodes + 1],
            ..Self::default()
        };
        let mut last = None;
        for &(from, to, weight) in edges {
            if last == Some((from, to)) {
                if let Some(sum) = rows.weights.last_mut() {
                    *sum = sum.saturating_add(weight);
                }
                continue;
            }
            last = Some((from, to));
            rows.heads.push(to);
            rows.weights.push(weight);
            rows.starts[from.index() + 1] += 1;
        }
        accumulate(&mut rows.starts);
        rows
    }

    /// The same edges by target, built by counting in linear time; sources come out ascending.
    fn transposed(&self) -> Self {
        let mut starts = vec![0; self.starts.len()];
        for &head in &self.heads {
            starts[head.index() + 1] += 1;
        }
        accumulate(&mut starts);
        let (mut next, mut heads, mut weights) = (
            starts.clone(),
            self.heads.clone(),
            vec![0; self.heads.len()],
        );
        for from in (1..self.starts.len()).map(|end| Vertex::new(end - 1)) {
            for (to, weight) in self.pairs(from) {
                let at = &mut next[to.index()];
                (heads[*at], weights[*at]) = (from, weight);
                *at += 1;
            }
        }
        Self {
            starts,
            heads,
            weights,
        }
    }

    /// Neighbours and weights of one node.
    fn row(&self, node: Vertex) -> (&[Vertex], &[u64]) {
        let at = node.index();
        let range = self.starts[at]..self.starts[at + 1];
        (&self.heads[range.clone()], &self.weights[range])
    }

    /// The same, pair by pair.
    fn pairs(&self, node: Vertex) -> impl Iterator<Item = (Vertex, u64)> + '_ {
        let (heads, weights) = self.row(node);
        heads.iter().copied().zip(weights.iter().copied())
    }
}

/// A stable counting sort of `edges` by `key`.
pub(super) fn scatter<W: Copy>(
    nodes: usize,
    edges: &[(Vertex, Vertex, W)],
    key: impl Fn(&(Vertex, Vertex, W)) -> Vertex,
) -> Vec<(Vertex, Vertex, W)> {
    let mut next = vec![0; nodes + 1];
    for edge in edges {
        next[key(edge).index() + 1] += 1;
    }
    accumulate(&mut next);
    let mut sorted = edges.to_vec();
    for edge in edges {
        let at = &mut next[key(edge).index()];
        sorted[*at] = *edge;
        *at += 1;
    }
    sorted
}

/// Turns counts into running sums, so that each entry tells where the next row starts.
pub(super) fn accumulate(counts: &mut [usize]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

#[cfg(test)]
impl Digraph {
    /// The graph of edges between numbered nodes.
    pub(crate) fn of_numbers<N: TryInto<usize>>(
        nodes: usize,
        edges: impl IntoIterator<Item = (N, N, u64)>,
    ) -> Self {
        let edges = edges.into_iter();
        Self::from_edges(
            nodes,
            edges.map(|(from, to, weight)| (Vertex::of(from), Vertex::of(to), weight)),
        )
    }
}

/// Edges with the numbers of their nodes.
#[cfg(test)]
pub(crate) fn numbers<W>(
    edges: impl IntoIterator<Item = (Vertex, Vertex, W)>,
) -> Vec<(usize, usize, W)> {
    let edges = edges.into_iter();
    edges
        .map(|(from, to, weight)| (from.index(), to.index(), weight))
        .collect()
}

#[cfg(test)]
impl Vertex {
    pub(crate) fn of<N: TryInto<usize>>(number: N) -> Self {
        Self::new(number.try_into().ok().expect("a number from 0"))
    }
}

#[cfg(test)]
impl PartialEq<i32> for Vertex {
    fn eq(&self, other: &i32) -> bool {
        *self == Self::of(*other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pairs_are_summed_and_rows_are_sorted() {
        let graph = Digraph::of_numbers(
            4,
            [
                (0, 2, 1),
                (0, 1, 2),
                (0, 2, 3),
                (3, 0, 1),
                (1, 1, 9),
                (1, 7, 9),
            ],
        );
        assert_eq!(numbers(graph.iter()), [(0, 1, 2), (0, 2, 4), (3, 0, 1)]);
        let [zero, two] = [0, 2].map(Vertex::of);
        assert_eq!(graph.incoming(two).collect::<Vec<_>>(), [(zero, 4)]);
        assert_eq!(
            (graph.nodes(), graph.edges(), graph.total_weight()),
            (4, 3, 7)
        );
        assert_eq!(
            (graph.weight(zero, two), graph.weight(two, zero)),
            (Some(4), None)
        );
        assert_eq!((graph.out_weight(zero), graph.in_weight(zero)), (6, 1));
    }

    #[test]
    fn an_empty_graph_has_no_nodes() {
        let graph = Digraph::from_edges(0, []);
        assert_eq!((graph.nodes(), graph.edges()), (0, 0));
        assert_eq!(Digraph::default().nodes(), 0);
        assert_eq!(Digraph::default().iter().count(), 0);
    }

    #[test]
    fn parts_and_groups_keep_their_edges() {
        let graph = Digraph::of_numbers(4, [(0, 1, 1), (1, 2, 2), (2, 3, 4), (3, 0, 8)]);
        assert_eq!(
            numbers(graph.induced(&[1, 2, 3].map(Vertex::of)).iter()),
            [(0, 1, 2), (1, 2, 4)]
        );
        let pairs = graph.quotient(&[0, 0, 1, 1].map(Vertex::of).to_vec().into(), 2);
        assert_eq!(numbers(pairs.iter()), [(0, 1, 2), (1, 0, 8)]);
    }
}
