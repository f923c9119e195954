//! Which parts to cut out, what it costs, what it gains.
//!
//! In: [`Input`]: the graph with change facts, attributed load and uses of tables. Out: [`Boundary`]s, best first.
//! Invariant: the same input gives the same proposals; every list is sorted; unknown is `None`.
//! Never: one opaque number; the axes and the parts of the score stand beside it.

mod benefit;
mod choose;
mod cost;
mod describe;
mod doubt;
mod kernel;
mod merges;
mod name;
mod order;
mod plan;
mod rank;
mod record;
mod serving;
mod sets;
mod shape;
mod siblings;
#[cfg(test)]
mod tests;
mod universe;
mod views;
mod words;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::graph::{DependencyGraph, NodeIndex};
use crate::metrics::Attribution;
use crate::model::{
    CallProfile, ChangeLog, DeclaredRoute, FileRole, Level, Project, Role, TableUse, is_within,
};
use crate::simulate::{Assumptions, System};

pub use record::{Benefit, Boundary, Break, Cost, Merge, Plan, SharedTable};
pub use views::View;

use sets::FileSet;
use universe::Universe;

/// What proposals are made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The graph.
    pub graph: &'a DependencyGraph,
    /// The frame that paths refer to.
    pub project: &'a Project,
    /// The history; may be empty.
    pub changes: &'a ChangeLog,
    /// Recorded calls with the files that they belong to.
    pub calls: Option<(&'a CallProfile, &'a Attribution)>,
    /// Uses of tables found in the code.
    pub tables: &'a [TableUse],
    /// Routes declared in the code.
    pub routes: &'a [DeclaredRoute],
    /// The services and all that couples them; merges are proposed from it.
    pub system: Option<&'a System<'a>>,
    /// What estimates assume.
    pub assumptions: Assumptions,
}

/// What the cut is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// A crate, package or module of its own: cohesive and stable first.
    #[default]
    Library,
    /// A deployable of its own: what changes and carries load more than the rest first.
    Service,
}

impl Intent {
    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Service => "service",
        }
    }
}

/// How to propose.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the cuts are for.
    pub intent: Intent,
    /// Whether the intent follows from what is analysed instead.
    pub fit: bool,
    /// Proposals wanted of each kind: cuts and, for services, merges.
    pub top: usize,
    /// Folder (relative to the analysed one) outside of which nothing is proposed; empty for all.
    pub within: String,
    /// Views that make candidates.
    pub views: Vec<View>,
    /// Whether change frequency counts under intent *service*.
    pub by_change: bool,
    /// Whether load counts under intent *service*.
    pub by_load: bool,
    /// Cuts and merges to keep at the top.
    pub pinned: Vec<Named>,
    /// Cuts and merges never to propose again.
    pub rejected: Vec<Named>,
}

/// A set of files, or two services to merge, that a person named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// What to call it.
    pub name: String,
    /// Files and folders, relative to the analysed folder.
    pub paths: Vec<String>,
    /// Two services to merge.
    pub services: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            intent: Intent::default(),
            fit: false,
            top: 10,
            within: String::new(),
            views: View::ALL.to_vec(),
            by_change: true,
            by_load: true,
            pinned: Vec::new(),
            rejected: Vec::new(),
        }
    }
}

/// Fewest files of a universe in which anything is proposed; less needs no cutting apart.
const SMALLEST: usize = 12;
/// Files from which one service of several may be cut apart, and from which it is whatever the size of its neighbours.
const SPLIT: (usize, usize) = (30, 100);

/// The best cuts, then the services to merge, by rank; no work is done where none is wanted.
#[must_use]
pub fn propose(input: &Input<'_>, options: &Options) -> Vec<Boundary> {
    if options.top == 0 {
        return Vec::new();
    }
    let fitting = fitting(input, options);
    let options = &fitting;
    let mut all = best_cuts(input, options);
    doubt::behind(&mut all);
    order::order(input, &mut all);
    if options.intent == Intent::Service {
        all.extend(merges::merges(input, options));
    }
    for (rank, boundary) in (1..).zip(&mut all) {
        boundary.rank = rank;
    }
    all
}

/// The options with the intent that fits what is analysed, unless one was asked for: what answers
/// requests is cut into services, anything else into libraries.
fn fitting(input: &Input<'_>, options: &Options) -> Options {
    Options {
        intent: match (options.fit, serving::answers(input)) {
            (false, _) => options.intent,
            (true, true) => Intent::Service,
            (true, false) => Intent::Library,
        },
        ..options.clone()
    }
}

fn best_cuts(input: &Input<'_>, options: &Options) -> Vec<Boundary> {
    let groups = universes(input, options);
    let all: usize = groups.iter().map(Vec::len).sum();
    let universes: Vec<Universe> = groups
        .into_par_iter()
        .map(|files| Universe::of(input, files))
        .collect();
    let ranked = universes.par_iter().flat_map_iter(|universe| {
        let share = universe.len() as f64 / all as f64;
        let cuts = cuts(universe, options).into_iter();
        cuts.map(move |cut| (universe, cut.scaled(share)))
    });
    let mut best = rank::best(ranked.collect(), options.top);
    let names = name::names(best.iter().map(|(universe, cut)| (*universe, &cut.set)));
    for ((_, cut), name) in best.iter_mut().zip(names) {
        cut.name.get_or_insert(name);
    }
    let proposals = best
        .par_iter()
        .map(|(universe, cut)| describe::describe(input, universe, cut, options));
    rank::compared(proposals.collect())
}

/// The best cuts of one universe.
fn cuts(universe: &Universe, options: &Options) -> Vec<rank::Ranked> {
    let pinned = universe.named(&options.pinned);
    let rejected = universe.named(&options.rejected).into_iter();
    let rejected: Vec<FileSet> = rejected.map(|(_, set)| set).collect();
    let candidates = views::candidates(universe, &options.views);
    rank::rank(universe, candidates, &pinned, &rejected, options)
}

/// Cost and benefit of a set that a person names.
///
/// # Errors
/// The first path of `set` at which no file of the graph lies.
pub fn assess<'a>(
    input: &Input<'_>,
    options: &Options,
    set: &'a Named,
) -> Result<Boundary, &'a str> {
    let universe = Universe::of(input, files(input, &options.within));
    let holds = |path: &&String| universe.paths.iter().any(|file| is_within(file, path));
    if let Some(path) = set.paths.iter().find(|path| !holds(path)) {
        return Err(path);
    }
    let named = universe.named(std::slice::from_ref(set));
    let (name, files) = named.into_iter().next().ok_or("")?;
    let ranked = rank::Ranked::named(&universe, name, files);
    Ok(describe::describe(input, &universe, &ranked, options))
}

/// First-party files below `within` that are no tests, in path order; a generated file moves with its folder.
fn files(input: &Input<'_>, within: &str) -> Vec<NodeIndex> {
    let nodes = input.graph.nodes().iter().enumerate();
    let vendored = |path: &str| {
        let source = input
            .project
            .file(path)
            .map(|file| input.project.source(file).role);
        source == Some(FileRole::Vendored)
    };
    let counts = |node: &crate::graph::Node| {
        node.level == Level::File
            && matches!(node.role, Role::Business | Role::Library | Role::Generated)
            && node
                .path
                .as_deref()
                .is_some_and(|path| is_within(path, within) && !vendored(path))
    };
    let mut files: Vec<NodeIndex> = nodes
        .filter(|(_, node)| counts(node))
        .map(|(index, _)| index.into())
        .collect();
    files.sort_by(|&a, &b| input.graph.node(a).path.cmp(&input.graph.node(b).path));
    files
}

/// What is cut apart together: for a library each package; for a service each service there is
/// already, or everything where there are fewer than two.
fn universes(input: &Input<'_>, options: &Options) -> Vec<Vec<NodeIndex>> {
    let all = files(input, &options.within);
    let level = match options.intent {
        Intent::Library => Level::Package,
        Intent::Service => Level::Service,
    };
    let mut groups: BTreeMap<Option<NodeIndex>, Vec<NodeIndex>> = BTreeMap::new();
    for &file in &all {
        let group = input.graph.ancestor(file, level);
        groups.entry(group).or_default().push(file);
    }
    let is_business = |group: NodeIndex| input.graph.node(group).role.is_business();
    if options.intent == Intent::Service {
        groups.retain(|group, _| group.is_none_or(is_business));
    }
    let of_services = groups.iter().filter(|(group, _)| group.is_some());
    let sizes: Vec<usize> = of_services.map(|(_, files)| files.len()).collect();
    let smallest = match options.intent {
        Intent::Service if sizes.len() < 2 => {
            return at_least(SMALLEST, vec![serving::serving(input, all)]);
        }
        Intent::Service => worth_splitting(sizes),
        Intent::Library => SMALLEST,
    };
    let shared = groups.remove(&None).unwrap_or_default();
    let own = at_least(smallest, groups.into_values().collect());
    at_least(SMALLEST, vec![shared])
        .into_iter()
        .chain(own)
        .collect()
}

fn at_least(files: usize, mut groups: Vec<Vec<NodeIndex>>) -> Vec<Vec<NodeIndex>> {
    groups.retain(|group| group.len() >= files);
    groups
}

/// Files from which one service of several is cut apart: twice the median, as the others show what a
/// service of this system is; where there is an even number, the smaller of both middle ones counts.
fn worth_splitting(mut sizes: Vec<usize>) -> usize {
    sizes.sort_unstable();
    let middle = sizes.len().saturating_sub(1) / 2;
    let median = sizes.get(middle).copied().unwrap_or(0);
    (2 * median).clamp(SPLIT.0, SPLIT.1)
}
