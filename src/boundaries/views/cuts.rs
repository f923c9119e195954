//! Minimum cuts between the core of a folder, or a seed, and what lies far from it.
//!
//! In: [`Universe`]. Out: sets of files.
//! Invariant: a folder's set holds its core; files between may fall to either side.
//! Never: more than a fixed number of folders.

use rayon::prelude::*;

use super::Folders;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::{FEWEST, Universe};
use crate::graph::{Vertex, flow};

/// Folders that are tried, the largest first.
const FOLDERS: usize = 40;
/// Largest universe in which cuts are searched.
const LARGEST_UNIVERSE: usize = 4_000;

/// The cuts around the largest folders that hold at most half of the universe; nothing for a
/// universe that is too large for flows.
pub(super) fn sets(universe: &Universe) -> Vec<FileSet> {
    if universe.len() > LARGEST_UNIVERSE || universe.mixed.is_empty() {
        return Vec::new();
    }
    let mut folders: Vec<FileSet> = Folders::of(universe)
        .all
        .into_values()
        .filter(|set| set.len() >= FEWEST)
        .collect();
    folders.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    folders.dedup();
    folders.retain(|set| set.len() * 2 <= universe.len());
    folders.truncate(FOLDERS);
    folders
        .par_iter()
        .map(|folder| around(universe, folder))
        .collect()
}

/// The cuts around sets of files that stand for something.
pub(super) fn around_seeds<'a>(
    universe: &Universe,
    seeds: impl Iterator<Item = &'a FileSet>,
) -> Vec<FileSet> {
    if universe.len() > LARGEST_UNIVERSE || universe.mixed.is_empty() {
        return Vec::new();
    }
    seeds
        .map(|seed| between(universe, seed, |_| true))
        .collect()
}

/// The cut between the core of a folder and the files without any tie to it.
fn around(universe: &Universe, folder: &FileSet) -> FileSet {
    let inside = folder.flags(universe.len());
    let core =
        |file: Vertex| ties(universe, &inside, file, true) >= ties(universe, &inside, file, false);
    between(universe, folder, core)
}

/// Splits the files between those of the set that are `core` and the files without any tie to the set.
fn between(universe: &Universe, set: &FileSet, core: impl Fn(Vertex) -> bool) -> FileSet {
    let inside = set.flags(universe.len());
    let source = |file: Vertex| inside[file.index()] && core(file);
    let far = |file: Vertex| !inside[file.index()] && ties(universe, &inside, file, true) == 0.0;
    let nearer = flow::nearer_to_source(&universe.mixed, source, far);
    nearer.into_iter().collect()
}

/// Ties of a file to the set, or to the rest.
fn ties(universe: &Universe, inside: &[bool], file: Vertex, wanted: bool) -> f64 {
    let ties = universe.mixed.neighbours(file);
    let counted = ties.filter(|&(other, _)| inside[other.index()] == wanted);
    counted.map(|(_, weight)| weight).sum()
}
