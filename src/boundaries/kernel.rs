//! Files that everyone uses and that use hardly anyone: base entities, errors, constants.
//!
//! In: [`Universe`]. Out: positions.
//! Invariant: used from at least a quarter of the folders and by at least eight files.
//! Never: puts them into a set; they belong to nobody.

use std::collections::BTreeSet;

use super::universe::Universe;

/// Least number of files that use a file of the kernel.
const USERS: usize = 8;
/// Least share of the folders from which it is used.
const SPREAD: f64 = 0.25;

/// The shared kernel, ascending.
pub(crate) fn files(universe: &Universe) -> Vec<u32> {
    let folder = |file: u32| {
        universe.paths[file as usize]
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
    };
    let all: BTreeSet<&str> = (0..universe.len() as u32).map(folder).collect();
    let wanted = (SPREAD * all.len() as f64).max(2.0);
    let is_kernel = |&file: &u32| {
        let (users, uses) = (
            universe.digraph.predecessors(file),
            universe.digraph.successors(file),
        );
        let spread: BTreeSet<&str> = users.iter().map(|&user| folder(user)).collect();
        users.len() >= USERS && uses.len() * 4 <= users.len() && spread.len() as f64 >= wanted
    };
    (0..universe.len() as u32).filter(is_kernel).collect()
}
