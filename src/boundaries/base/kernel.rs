//! Files that everyone uses and that use hardly anyone: base entities, errors, constants.
//!
//! In: [`Universe`]. Out: positions.
//! Invariant: used from at least a quarter of the folders and by at least eight files.
//! Never: puts them into a set; they belong to nobody.

use std::collections::BTreeSet;

use super::universe::Universe;
use crate::graph::Vertex;

/// Least number of files that use a file of the kernel.
const USERS: usize = 8;
/// Least share of the folders from which it is used.
const SPREAD: f64 = 0.25;

/// The shared kernel, ascending.
pub(crate) fn files(universe: &Universe) -> Vec<Vertex> {
    let folder = |file: Vertex| {
        universe.paths[file.index()]
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
    };
    let all: BTreeSet<&str> = universe.vertices().map(folder).collect();
    let wanted = (SPREAD * all.len() as f64).max(2.0);
    let is_kernel = |&file: &Vertex| {
        let (users, uses) = (
            universe.digraph.predecessors(file),
            universe.digraph.successors(file),
        );
        let spread: BTreeSet<&str> = users.iter().map(|&user| folder(user)).collect();
        users.len() >= USERS && uses.len() * 4 <= users.len() && spread.len() as f64 >= wanted
    };
    universe.vertices().filter(is_kernel).collect()
}
