//! An undirected, weighted graph: how strongly things belong together.
//!
//! In: pairs with a weight. Out: [`Similarity`].
//! Invariant: symmetric; rows sorted by neighbour; weights are finite and above 0.
//! Never: directions; those belong to the [`Digraph`](super::Digraph).

use super::digraph::{accumulate, scatter, to_id};

/// An undirected graph over the nodes `0..nodes()`, as compressed rows.
#[derive(Clone, Debug, Default)]
pub struct Similarity {
    starts: Vec<usize>,
    heads: Vec<u32>,
    weights: Vec<f64>,
    /// Weight that a node has with itself, counted once.
    own: Vec<f64>,
}

impl Similarity {
    /// Builds the graph from unordered pairs; weights of equal pairs are summed.
    ///
    /// A pair of a node with itself becomes its own weight. Pairs outside `0..nodes` and
    /// weights that are not above 0 are left out.
    pub fn from_pairs(nodes: usize, pairs: impl IntoIterator<Item = (u32, u32, f64)>) -> Self {
        let usable = |&(a, b, weight): &(u32, u32, f64)| {
            (a as usize) < nodes && (b as usize) < nodes && weight > 0.0 && weight.is_finite()
        };
        let (mut own, mut found) = (vec![0.0; nodes], Vec::new());
        for (a, b, weight) in pairs.into_iter().filter(usable) {
            if a == b {
                own[a as usize] += weight;
            } else {
                found.push((a.min(b), a.max(b), weight));
            }
        }
        let mut found = scatter(nodes, &scatter(nodes, &found, |pair| pair.1), |pair| pair.0);
        found.dedup_by(|later, kept| {
            let same = (later.0, later.1) == (kept.0, kept.1);
            kept.2 += if same { later.2 } else { 0.0 };
            same
        });
        let mut next = vec![0; nodes + 1];
        for &(a, b, _) in &found {
            next[a as usize + 1] += 1;
            next[b as usize + 1] += 1;
        }
        accumulate(&mut next);
        let starts = next.clone();
        let (mut heads, mut weights) = (vec![0; 2 * found.len()], vec![0.0; 2 * found.len()]);
        // By the lower node first: the lower neighbours of a node come before its higher ones.
        for (a, b, weight) in found {
            for (from, to) in [(a, b), (b, a)] {
                let at = &mut next[from as usize];
                (heads[*at], weights[*at]) = (to, weight);
                *at += 1;
            }
        }
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

    /// Whether no pair is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Neighbours of `node` with the weight of the pair, ascending.
    pub fn neighbours(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.heads[range.clone()]
            .iter()
            .copied()
            .zip(self.weights[range].iter().copied())
    }

    /// Weight of all pairs of `node`; its own weight counts twice.
    #[must_use]
    pub fn strength(&self, node: u32) -> f64 {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.weights[range].iter().sum::<f64>() + 2.0 * self.own[node as usize]
    }

    /// Weight that `node` has with itself, counted once.
    #[must_use]
    pub fn own_weight(&self, node: u32) -> f64 {
        self.own[node as usize]
    }

    /// Sum of the weights of all pairs.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.weights.iter().sum::<f64>() / 2.0 + self.own.iter().sum::<f64>()
    }

    /// All pairs (a, b, weight) with a ≤ b, ascending; own weights included.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..to_id(self.nodes())).flat_map(move |a| {
            let own = std::iter::once((a, a, self.own[a as usize])).filter(|pair| pair.2 > 0.0);
            own.chain(
                self.neighbours(a)
                    .filter(move |&(b, _)| b > a)
                    .map(move |(b, weight)| (a, b, weight)),
            )
        })
    }

    /// The graph between groups; pairs within a group become its own weight.
    #[must_use]
    pub fn quotient(&self, group: &[u32], groups: usize) -> Self {
        Self::from_pairs(
            groups,
            self.pairs()
                .map(|(a, b, weight)| (group[a as usize], group[b as usize], weight)),
        )
    }

    /// The graph scaled so that all pairs sum up to 1.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let total = self.total();
        let scale = |weights: &[f64]| weights.iter().map(|weight| weight / total).collect();
        if total <= 0.0 {
            return self.clone();
        }
        Self {
            weights: scale(&self.weights),
            own: scale(&self.own),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_symmetric_and_summed() {
        let graph = Similarity::from_pairs(
            3,
            [
                (0, 1, 1.0),
                (1, 0, 2.0),
                (2, 2, 0.5),
                (0, 9, 1.0),
                (0, 2, f64::NAN),
            ],
        );
        assert_eq!(graph.neighbours(0).collect::<Vec<_>>(), [(1, 3.0)]);
        assert_eq!(graph.neighbours(1).collect::<Vec<_>>(), [(0, 3.0)]);
        assert_eq!((graph.strength(2), graph.total()), (1.0, 3.5));
    }

    #[test]
    fn groups_keep_the_weight_inside() {
        let graph = Similarity::from_pairs(4, [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 4.0)]);
        let groups = graph.quotient(&[0, 0, 1, 1], 2);
        assert_eq!(
            groups.pairs().collect::<Vec<_>>(),
            [(0, 0, 1.0), (0, 1, 2.0), (1, 1, 4.0)]
        );
        assert_eq!(groups.total(), graph.total());
        assert!((graph.normalised().total() - 1.0).abs() < 1e-12);
    }
}
