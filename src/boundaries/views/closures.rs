//! Sets grown from seeds as long as a smaller share of their ties crosses the border.
//!
//! In: [`Universe`]. Out: sets of files.
//! Invariant: after the seed every step takes the outside file with the largest share of its ties inside.
//! Never: grows beyond the largest candidate, or from more than a fixed number of seeds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::{LARGEST, Universe};
use crate::graph::{Similarity, Vertex};

/// Files to start from.
const SEEDS: usize = 12;
/// Sets kept of one seed.
const MINIMA: usize = 8;
/// Largest set that is grown.
const LARGEST_GROWN: usize = 2_000;

/// Sets around the files with the most ties.
pub(super) fn sets(universe: &Universe) -> Vec<FileSet> {
    let ties = |file: Vertex| universe.mixed.strength(file);
    let mut by_ties: Vec<Vertex> = universe.vertices().collect();
    by_ties.sort_by(|&a, &b| ties(b).total_cmp(&ties(a)).then(a.cmp(&b)));
    by_ties.truncate(SEEDS);
    by_ties.sort_unstable();
    let grown = by_ties.into_iter().flat_map(|seed| grow(universe, &[seed]));
    grown.collect()
}

/// The best local minima of conductance on the way from the seed to a large set.
pub(super) fn grow(universe: &Universe, seed: &[Vertex]) -> Vec<FileSet> {
    let most = ((LARGEST * universe.len() as f64) as usize).min(LARGEST_GROWN);
    let graph = &universe.mixed;
    let mut growing = Growing {
        graph,
        inside: vec![0.0; graph.nodes()],
        taken: vec![false; graph.nodes()],
        near: BinaryHeap::new(),
    };
    let (mut members, mut volume, mut within) = (Vec::new(), 0.0, 0.0);
    let (mut last, mut falling) = (1.0, false);
    let mut seeds = seed.iter().copied();
    let mut next = seeds.next();
    let mut minima: Vec<(f64, usize)> = Vec::new();
    while let Some(file) = next.filter(|_| members.len() < most) {
        volume += graph.strength(file);
        within += 2.0 * growing.take(file);
        let conductance = if volume > 0.0 {
            1.0 - within / volume
        } else {
            1.0
        };
        if falling && conductance > last && members.len() >= seed.len() {
            minima.push((last, members.len()));
        }
        falling = conductance < last || falling && conductance <= last;
        members.push(file);
        last = conductance;
        next = seeds.next().or_else(|| growing.nearest());
    }
    minima.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let set = |&(_, length): &(f64, usize)| members[..length].iter().copied().collect();
    minima.iter().take(MINIMA).map(set).collect()
}

struct Growing<'a> {
    graph: &'a Similarity,
    /// Ties of each file to the set.
    inside: Vec<f64>,
    taken: Vec<bool>,
    /// Files with their share of ties inside when they were last looked at.
    near: BinaryHeap<(u64, Reverse<Vertex>)>,
}

impl Growing<'_> {
    /// Adds a file; returns its ties to the set so far.
    fn take(&mut self, file: Vertex) -> f64 {
        self.taken[file.index()] = true;
        for (other, weight) in self.graph.neighbours(file) {
            self.inside[other.index()] += weight;
            if !self.taken[other.index()] {
                let key = self.key(other);
                self.near.push((key, Reverse(other)));
            }
        }
        self.inside[file.index()]
    }

    /// Orders shares; the bits of positive numbers sort as the numbers do.
    fn key(&self, file: Vertex) -> u64 {
        (self.inside[file.index()] / self.graph.strength(file).max(f64::MIN_POSITIVE)).to_bits()
    }

    /// The outside file with the largest share of its ties inside. Entries are not updated when
    /// shares grow but added again; one whose share has changed since is stale and skipped.
    fn nearest(&mut self) -> Option<Vertex> {
        while let Some((key, Reverse(file))) = self.near.pop() {
            if !self.taken[file.index()] && key == self.key(file) {
                return Some(file);
            }
        }
        None
    }
}
