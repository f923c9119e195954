//! An undirected, weighted graph: how strongly things belong together.
//!
//! In: pairs with a weight. Out: [`Similarity`].
//! Invariant: symmetric; rows sorted by neighbour; weights are finite and above 0.
//! Never: directions; those belong to the [`Digraph`](super::Digraph).

use std::ops::Range;

use super::digraph::{Vertex, accumulate, scatter};
use crate::model::{Id, IndexVec};

/// Two nodes and how strongly they belong together.
type Pair = (Vertex, Vertex, f64);

/// An undirected graph over the nodes `0..nodes()`, as compressed rows.
#[derive(Clone, Debug, Default)]
pub struct Similarity {
    starts: Vec<usize>,
    heads: Vec<Vertex>,
    weights: Vec<f64>,
    /// Weight that a node has with itself, counted once.
    own: IndexVec<Vertex, f64>,
}

impl Similarity {
    /// Builds the graph from unordered pairs; weights of equal pairs are summed.
    ///
    /// A pair of a node with itself becomes its own weight. Pairs outside `0..nodes` and
    /// weights that are not above 0 are left out.
    pub fn from_pairs(
        nodes: usize,
        pairs: impl IntoIterator<Item = (Vertex, Vertex, f64)>,
    ) -> Self {
        let usable = |&(a, b, weight): &Pair| {
            a.index() < nodes && b.index() < nodes && weight > 0.0 && weight.is_finite()
        };
        let mut own: IndexVec<Vertex, f64> = vec![0.0; nodes].into();
        let mut found = Vec::new();
        for (a, b, weight) in pairs.into_iter().filter(usable) {
            if a == b {
                own[a] += weight;
            } else {
                found.push((a.min(b), a.max(b), weight));
            }
        }
        let (starts, heads, weights) = rows(nodes, &summed(nodes, &found));
        Self {
            starts,
            heads,
            weights,
            own,
        }
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.own.len()
    }

    /// The nodes, ascending.
    #[must_use]
    pub fn vertices(&self) -> impl DoubleEndedIterator<Item = Vertex> + ExactSizeIterator + use<> {
        self.own.ids()
    }

    /// An entry for each node, all alike at first.
    #[must_use]
    pub fn table<T: Clone>(&self, entry: T) -> IndexVec<Vertex, T> {
        IndexVec::of_size(&self.own, entry)
    }

    /// Whether no pair is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Neighbours of `node` with the weight of the pair, ascending.
    pub fn neighbours(&self, node: Vertex) -> impl Iterator<Item = (Vertex, f64)> + '_ {
        let range = self.places(node);
        self.heads[range.clone()]
            .iter()
            .copied()
            .zip(self.weights[range].iter().copied())
    }

    /// Where the neighbours of `node` stand in one list of those of all nodes.
    pub(super) fn places(&self, node: Vertex) -> Range<usize> {
        self.starts[node.index()]..self.starts[node.index() + 1]
    }

    /// Where `from` stands among the neighbours of its neighbour `to`.
    pub(super) fn place_of(&self, from: Vertex, to: Vertex) -> usize {
        let Range { start, end } = self.places(to);
        start + self.heads[start..end].partition_point(|&other| other < from)
    }

    /// Weight of all pairs of `node`; its own weight counts twice.
    #[must_use]
    pub fn strength(&self, node: Vertex) -> f64 {
        self.weights[self.places(node)].iter().sum::<f64>() + 2.0 * self.own[node]
    }

    /// Weight that `node` has with itself, counted once.
    #[must_use]
    pub fn own_weight(&self, node: Vertex) -> f64 {
        self.own[node]
    }

    /// Sum of the weights of all pairs.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.weights.iter().sum::<f64>() / 2.0 + self.own.iter().sum::<f64>()
    }

    /// All pairs (a, b, weight) with a ≤ b, ascending; own weights included.
    pub fn pairs(&self) -> impl Iterator<Item = (Vertex, Vertex, f64)> + '_ {
        self.vertices().flat_map(move |a| {
            let own = std::iter::once((a, a, self.own[a])).filter(|pair| pair.2 > 0.0);
            own.chain(
                self.neighbours(a)
                    .filter(move |&(b, _)| b > a)
                    .map(move |(b, weight)| (a, b, weight)),
            )
        })
    }

    /// The graph between groups; pairs within a group become its own weight.
    #[must_use]
    pub fn quotient<G: Id>(&self, group: &IndexVec<Vertex, G>, groups: usize) -> Self {
        let of = |node: Vertex| Vertex::new(group[node].index());
        let pairs = self.pairs();
        Self::from_pairs(groups, pairs.map(|(a, b, weight)| (of(a), of(b), weight)))
    }

    /// The graph scaled so that all pairs sum up to 1.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let total = self.total();
        let scale =
            |weights: &[f64]| -> Vec<f64> { weights.iter().map(|weight| weight / total).collect() };
        if total <= 0.0 {
            return self.clone();
        }
        Self {
            weights: scale(&self.weights),
            own: scale(self.own.as_slice()).into(),
            ..self.clone()
        }
    }
}

/// The pairs in order, each once.
fn summed(nodes: usize, pairs: &[Pair]) -> Vec<Pair> {
    let mut pairs = scatter(nodes, &scatter(nodes, pairs, |pair| pair.1), |pair| pair.0);
    pairs.dedup_by(|later, kept| {
        let same = (later.0, later.1) == (kept.0, kept.1);
        kept.2 += if same { later.2 } else { 0.0 };
        same
    });
    pairs
}

/// Where the row of each node starts, with neighbours and weights, both ways of every pair.
fn rows(nodes: usize, pairs: &[Pair]) -> (Vec<usize>, Vec<Vertex>, Vec<f64>) {
    let mut next = vec![0; nodes + 1];
    for &(a, b, _) in pairs {
        next[a.index() + 1] += 1;
        next[b.index() + 1] += 1;
    }
    accumulate(&mut next);
    let starts = next.clone();
    let mut heads = vec![Vertex::new(0); 2 * pairs.len()];
    let mut weights = vec![0.0; 2 * pairs.len()];
    // By the lower node first: the lower neighbours of a node come before its higher ones.
    for &(a, b, weight) in pairs {
        for (from, to) in [(a, b), (b, a)] {
            let at = &mut next[from.index()];
            (heads[*at], weights[*at]) = (to, weight);
            *at += 1;
        }
    }
    (starts, heads, weights)
}

#[cfg(test)]
impl Similarity {
    /// The graph of pairs of numbered nodes.
    pub(crate) fn of_numbers<N: TryInto<usize>>(
        nodes: usize,
        pairs: impl IntoIterator<Item = (N, N, f64)>,
    ) -> Self {
        let pairs = pairs.into_iter();
        Self::from_pairs(
            nodes,
            pairs.map(|(a, b, weight)| (Vertex::of(a), Vertex::of(b), weight)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::numbers;

    #[test]
    fn pairs_are_symmetric_and_summed() {
        let graph = Similarity::of_numbers(
            3,
            [
                (0, 1, 1.0),
                (1, 0, 2.0),
                (2, 2, 0.5),
                (0, 9, 1.0),
                (0, 2, f64::NAN),
            ],
        );
        let [a, b, c] = [0, 1, 2].map(Vertex::of);
        assert_eq!(graph.neighbours(a).collect::<Vec<_>>(), [(b, 3.0)]);
        assert_eq!(graph.neighbours(b).collect::<Vec<_>>(), [(a, 3.0)]);
        assert_eq!((graph.strength(c), graph.total()), (1.0, 3.5));
    }

    #[test]
    fn groups_keep_the_weight_inside() {
        let graph = Similarity::of_numbers(4, [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 4.0)]);
        let groups = graph.quotient(&[0, 0, 1, 1].map(Vertex::of).to_vec().into(), 2);
        assert_eq!(
            numbers(groups.pairs()),
            [(0, 0, 1.0), (0, 1, 2.0), (1, 1, 4.0)]
        );
        assert_eq!(groups.total(), graph.total());
        assert!((graph.normalised().total() - 1.0).abs() < 1e-12);
    }
}
