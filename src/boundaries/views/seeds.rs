//! Sets around what a system is for: its routes, its entities with their repositories, its heaviest operations.
//!
//! In: [`Universe`]. Out: sets of files for each kind of seed.
//! Invariant: a set holds its seed.
//! Never: more than a fixed number of seeds of a kind.

use std::cmp::Reverse;

use super::{closures, cuts};
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::graph::Vertex;

/// Seeds of each kind.
const SEEDS: usize = 12;

/// Sets grown from the files that declare the most routes.
pub(super) fn routes(universe: &Universe) -> Vec<FileSet> {
    let mut files: Vec<(Vertex, u64)> = universe
        .routes
        .iter()
        .map(|(&file, &count)| (file, count))
        .collect();
    files.sort_by_key(|&(file, count)| (Reverse(count), file));
    grown(universe, files.into_iter().map(|(file, _)| vec![file]))
}

/// Sets grown from the files that use a table, entity and repository together, and the minimum cuts around them.
pub(super) fn entities(universe: &Universe) -> Vec<FileSet> {
    let mut tables: Vec<&FileSet> = universe.entities.iter().collect();
    tables.sort_by_key(|files| (Reverse(files.len()), *files));
    tables.dedup();
    let seeds = tables.iter().map(|files| files.members().to_vec());
    let mut sets = grown(universe, seeds);
    sets.extend(cuts::around_seeds(
        universe,
        tables.iter().copied().take(SEEDS),
    ));
    sets
}

/// Sets grown from the files that the most time is spent in.
pub(super) fn load(universe: &Universe) -> Vec<FileSet> {
    let time = |file: Vertex| {
        let loads = universe.load.as_ref();
        let load = loads.and_then(|loads| loads[file.index()]);
        load.map_or(0, |load| load.weight)
    };
    let mut files: Vec<Vertex> = universe.vertices().filter(|&file| time(file) > 0).collect();
    files.sort_by_key(|&file| (Reverse(time(file)), file));
    grown(universe, files.into_iter().map(|file| vec![file]))
}

/// Sets grown from the first seeds.
fn grown(universe: &Universe, seeds: impl Iterator<Item = Vec<Vertex>>) -> Vec<FileSet> {
    let seeds = seeds.take(SEEDS);
    seeds
        .flat_map(|seed| closures::grow(universe, &seed))
        .collect()
}
