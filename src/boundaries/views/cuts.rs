//! Minimum cuts between the core of a folder and what lies far from it.
//!
//! In: [`Universe`]. Out: sets of files.
//! Invariant: a folder's set holds its core; files between may fall to either side.
//! Never: more than a fixed number of folders.

use super::super::sets::FileSet;
use super::super::universe::Universe;
use super::Folders;
use crate::graph::flow;

/// Folders that are tried, the largest first.
const FOLDERS: usize = 40;
/// Largest universe in which cuts are searched.
const LARGEST_UNIVERSE: usize = 4_000;

pub(super) fn sets(universe: &Universe) -> Vec<FileSet> {
    if universe.len() > LARGEST_UNIVERSE || universe.mixed.is_empty() {
        return Vec::new();
    }
    let mut folders: Vec<FileSet> = Folders::of(universe)
        .all
        .into_values()
        .filter(|set| set.len() >= super::FEWEST)
        .collect();
    folders.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    folders.dedup();
    folders
        .iter()
        .filter(|set| set.len() * 2 <= universe.len())
        .take(FOLDERS)
        .map(|folder| around(universe, folder))
        .collect()
}

/// Splits the files between the folder and the files without any tie to it.
fn around(universe: &Universe, folder: &FileSet) -> FileSet {
    let inside = folder.flags(universe.len());
    let ties = |file: u32, wanted: bool| {
        let weights = universe
            .mixed
            .neighbours(file)
            .filter(|&(other, _)| inside[other as usize] == wanted);
        weights.map(|(_, weight)| weight).sum::<f64>()
    };
    let core = |file: u32| inside[file as usize] && ties(file, true) >= ties(file, false);
    let far = |file: u32| !inside[file as usize] && ties(file, true) == 0.0;
    flow::nearer_to_source(&universe.mixed, core, far)
        .into_iter()
        .collect()
}
