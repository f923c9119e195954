//! Which files are cut apart, and which of them together.
//!
//! In: [`Input`], [`Options`]. Out: groups of file nodes in path order.
//! Invariant: a file is in one group at most; what is too small to need cutting is in none.
//! Never: a test, an example, a copy of a third party's code.

use std::collections::BTreeMap;

use super::input::{Input, Intent, Options};
use super::never;
use super::serving::{self, SMALLEST};
use crate::graph::{Node, NodeIndex};
use crate::model::{FileRole, Level, Role, is_within};

/// Files from which one service of several may be cut apart, and from which it is whatever the size of its neighbours.
pub(crate) const SPLIT: (usize, usize) = (30, 100);

/// First-party files below `within` that are no tests and no examples, in path order; a generated file
/// moves with its folder. What a person points at is no example, whatever its folder is called.
pub(crate) fn files(input: &Input<'_>, options: &Options) -> Vec<NodeIndex> {
    let folders = &input.project.knowledge.folders;
    let within = options.within.as_str();
    let vendored = |path: &str| {
        let file = input.project.file(path);
        file.is_some_and(|file| input.project.source(file).role == FileRole::Vendored)
    };
    let is_part = |path: &str| {
        let below = path.get(within.len()..).unwrap_or_default();
        is_within(path, within)
            && !vendored(path)
            && never::kind_for(folders, below, options.intent).is_none()
    };
    let counts = |node: &Node| {
        node.level == Level::File
            && matches!(node.role, Role::Business | Role::Library | Role::Generated)
            && node.path.as_deref().is_some_and(is_part)
    };
    let nodes = input.graph.nodes().iter().enumerate();
    let mut files: Vec<NodeIndex> = nodes
        .filter(|(_, node)| counts(node))
        .map(|(index, _)| NodeIndex::new(index))
        .collect();
    files.sort_by(|&a, &b| input.graph.node(a).path.cmp(&input.graph.node(b).path));
    files
}

/// What is cut apart together: for a library each package; for services each program that answers
/// requests, and what belongs to none.
pub(crate) fn universes(input: &Input<'_>, options: &Options) -> Vec<Vec<NodeIndex>> {
    let all = files(input, options);
    if options.intent == Intent::Library {
        let mut groups: BTreeMap<Option<NodeIndex>, Vec<NodeIndex>> = BTreeMap::new();
        for &file in &all {
            let package = input.graph.ancestor(file, Level::Package);
            groups.entry(package).or_default().push(file);
        }
        return at_least(SMALLEST, groups.into_values().collect());
    }
    let mut programs = serving::programs(input, &all);
    let shared = programs.remove(0);
    let smallest = if programs.len() < 2 {
        SMALLEST
    } else {
        worth_splitting(programs.iter().map(Vec::len).collect())
    };
    let own = at_least(smallest, programs);
    at_least(SMALLEST, vec![shared])
        .into_iter()
        .chain(own)
        .collect()
}

/// The groups with that many files or more.
pub(crate) fn at_least(files: usize, mut groups: Vec<Vec<NodeIndex>>) -> Vec<Vec<NodeIndex>> {
    groups.retain(|group| group.len() >= files);
    groups
}

/// Files from which one service of several is cut apart: twice the median, as the others show what a
/// service of this system is; where there is an even number, the smaller of both middle ones counts.
pub(crate) fn worth_splitting(mut sizes: Vec<usize>) -> usize {
    sizes.sort_unstable();
    let middle = sizes.len().saturating_sub(1) / 2;
    let median = sizes.get(middle).copied().unwrap_or(0);
    (2 * median).clamp(SPLIT.0, SPLIT.1)
}
