//! Communities of files, and of whole folders, over a sweep of resolutions.
//!
//! In: a [`Similarity`] of a [`Universe`]. Out: sets of files.
//! Invariant: the same graph gives the same sets.
//! Never: a set of a single resolution gets more weight for it; the rank counts agreement.

use rayon::prelude::*;

use super::Folders;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::{Universe, mix};
use crate::graph::{Similarity, Vertex, leiden};
use crate::model::IndexVec;

/// From a few large communities to many small ones.
const RESOLUTIONS: [f64; 9] = [0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0, 8.0];
/// Rounds of the algorithm.
const ROUNDS: usize = 2;

/// Communities of single files.
pub(super) fn of_files(graph: &Similarity) -> Vec<FileSet> {
    sweep(graph, &graph.vertices().collect(), graph.nodes())
}

/// Communities of innermost and of topmost folders, by references, with words, and with everything else.
pub(super) fn of_folders(universe: &Universe) -> Vec<FileSet> {
    let groupings = [
        Folders::of(universe).innermost(universe),
        Folders::topmost(universe),
    ];
    let named = mix(&[&universe.references, &universe.words]);
    let graphs = [&universe.references, &universe.mixed, &named];
    let pairs = groupings
        .par_iter()
        .flat_map_iter(|grouping| graphs.map(|graph| (grouping, graph)));
    let sweeps = pairs.flat_map_iter(|((group, count), graph)| sweep(graph, group, *count));
    sweeps.collect()
}

/// Sets of files by communities of their groups; a group is a vertex of the graph between groups.
fn sweep(graph: &Similarity, group: &IndexVec<Vertex, Vertex>, groups: usize) -> Vec<FileSet> {
    if graph.is_empty() {
        return Vec::new();
    }
    let graph = graph.quotient(group, groups);
    let sets = |&resolution: &f64| {
        let found = leiden::communities(&graph, resolution, ROUNDS);
        let mut sets = vec![Vec::new(); groups];
        for (file, &group) in group.pairs() {
            sets[found[group].index()].push(file);
        }
        sets.into_iter()
            .filter(|set| !set.is_empty())
            .map(FileSet::from_iter)
            .collect::<Vec<_>>()
    };
    RESOLUTIONS
        .par_iter()
        .map(sets)
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}
