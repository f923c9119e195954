//! Sets of files and how alike they are.
//!
//! In: positions in a universe. Out: [`FileSet`], [`Overlaps`].
//! Invariant: sorted, each position once.
//! Never: paths.

use crate::graph::Vertex;
use rayon::prelude::*;

/// A set of positions in a universe.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileSet(Vec<Vertex>);

impl FromIterator<Vertex> for FileSet {
    /// Sorts the positions and keeps each once.
    fn from_iter<I: IntoIterator<Item = Vertex>>(members: I) -> Self {
        let mut members: Vec<Vertex> = members.into_iter().collect();
        members.sort_unstable();
        members.dedup();
        Self(members)
    }
}

#[cfg(test)]
impl FromIterator<u32> for FileSet {
    fn from_iter<I: IntoIterator<Item = u32>>(members: I) -> Self {
        members.into_iter().map(Vertex::of).collect()
    }
}

impl FileSet {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn members(&self) -> &[Vertex] {
        &self.0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Vertex> + '_ {
        self.0.iter().copied()
    }

    /// A flag per position of a universe of `nodes` files.
    pub(crate) fn flags(&self, nodes: usize) -> Vec<bool> {
        let mut flags = vec![false; nodes];
        self.iter().for_each(|member| flags[member.index()] = true);
        flags
    }

    /// The set as a bit mask, 64 positions a word.
    fn words(&self, nodes: usize) -> Vec<u64> {
        let mut words = vec![0; nodes.div_ceil(64)];
        self.iter()
            .for_each(|member| words[member.index() / 64] |= 1 << (member.index() % 64));
        words
    }

    /// |a ∩ b|.
    pub(crate) fn common(&self, other: &Self) -> usize {
        let (mut left, mut right, mut both) =
            (self.0.iter().peekable(), other.0.iter().peekable(), 0);
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let order = a.cmp(b);
            both += usize::from(order.is_eq());
            if order.is_le() {
                left.next();
            }
            if order.is_ge() {
                right.next();
            }
        }
        both
    }

    /// |a ∩ b| / |a ∪ b|.
    pub(crate) fn jaccard(&self, other: &Self) -> f64 {
        let both = self.common(other);
        let all = self.len() + other.len() - both;
        if all == 0 {
            0.0
        } else {
            both as f64 / all as f64
        }
    }
}

/// Jaccard similarities of many sets with each other.
pub(crate) struct Overlaps {
    sets: usize,
    rows: Vec<f32>,
}

impl Overlaps {
    /// All similarities at once, as a square matrix. Bit masks and population counts make that
    /// cheaper than comparing sorted lists pair by pair.
    pub(crate) fn of<'a>(sets: impl Iterator<Item = &'a FileSet>, nodes: usize) -> Self {
        let (words, sizes): (Vec<Vec<u64>>, Vec<u32>) =
            sets.map(|set| (set.words(nodes), set.len() as u32)).unzip();
        let jaccard = |a: usize, b: usize| {
            let pairs = words[a].iter().zip(&words[b]);
            let both: u32 = pairs.map(|(a, b)| (a & b).count_ones()).sum();
            both as f32 / (sizes[a] + sizes[b] - both).max(1) as f32
        };
        let row = |a: usize| {
            (0..words.len())
                .map(move |b| jaccard(a, b))
                .collect::<Vec<_>>()
        };
        let rows = (0..words.len())
            .into_par_iter()
            .flat_map_iter(row)
            .collect();
        Self {
            sets: sizes.len(),
            rows,
        }
    }

    /// The similarities of one set with all sets, itself included.
    pub(crate) fn row(&self, set: usize) -> &[f32] {
        &self.rows[set * self.sets..(set + 1) * self.sets]
    }

    pub(crate) fn jaccard(&self, a: usize, b: usize) -> f64 {
        f64::from(self.row(a)[b])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_counting_agree() {
        let sets: Vec<FileSet> = [vec![3, 1, 2, 1], vec![2, 3, 70], vec![], vec![70]]
            .into_iter()
            .map(FileSet::from_iter::<Vec<u32>>)
            .collect();
        let overlaps = Overlaps::of(sets.iter(), 80);
        assert_eq!(sets[0].members(), [1, 2, 3]);
        assert_eq!(sets[0].jaccard(&sets[1]), 0.5);
        for (a, left) in sets.iter().enumerate() {
            for (b, right) in sets.iter().enumerate() {
                assert!((left.jaccard(right) - overlaps.jaccard(a, b)).abs() < 1e-6);
            }
        }
    }
}
