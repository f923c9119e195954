//! Which parts to cut out, what it costs, what it gains.
//!
//! In: [`Input`]: the graph with change facts, attributed load and uses of tables. Out: [`Boundary`]s, best first.
//! Invariant: the same input gives the same proposals; every list is sorted; unknown is `None`.
//! Never: one opaque number; the axes and the parts of the score stand beside it.

mod basis;
mod benefit;
mod choose;
mod cost;
mod describe;
mod domains;
mod doubt;
mod kernel;
mod merges;
mod name;
mod never;
mod order;
mod plan;
mod rank;
mod record;
mod roadmap;
mod serving;
mod sets;
mod shape;
mod siblings;
mod slices;
mod takes;
#[cfg(test)]
mod tests;
mod universe;
mod views;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::graph::{DependencyGraph, NodeIndex};
use crate::metrics::Attribution;
use crate::model::{
    CallProfile, ChangeLog, DeclaredRoute, FileRole, Level, Project, Role, TableUse, is_within,
};
use crate::simulate::{Assumptions, System};

pub use record::{
    Basis, Benefit, Boundary, Break, Cost, Group, Merge, OwnTable, Plan, SharedTable, Takes,
};
pub use roadmap::RoadmapKind;
pub use roadmap::record::{
    Addition, Additive, CommonShim, Complete, Entry, Figures, Freed, Gradual, NewService, Roadmap,
    ServiceCall, ServiceLoop, Shim, Step as RoadmapStep, TableUser, TornTable, Turn,
};
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
    /// Files that import a framework that answers requests, with the import.
    pub answering: &'a [(Arc<str>, String)],
    /// What files of Python name by text: models of foreign keys, classes that a loader finds.
    pub named: &'a [(Arc<str>, String)],
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
    /// Words that name a layer or a technique here, beside those of the table.
    pub layer_words: Vec<String>,
    /// The roadmap over all proposals, if one is wanted.
    pub roadmap: Option<RoadmapKind>,
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
            layer_words: Vec::new(),
            roadmap: None,
        }
    }
}

/// Fewest files of a universe in which anything is proposed; less needs no cutting apart.
const SMALLEST: usize = 12;
/// Candidates per wanted proposal, as some are withheld.
const SPARE: usize = 2;
/// Files from which one service of several may be cut apart, and from which it is whatever the size of its neighbours.
const SPLIT: (usize, usize) = (30, 100);

/// What the proposals answer, and the proposals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    /// Why they are services or libraries, and what they are ranked by.
    pub basis: Basis,
    /// The best cuts, then the services to merge, by rank.
    pub list: Vec<Boundary>,
    /// How to get there, where that was asked for.
    pub roadmap: Option<Roadmap>,
}

/// The best cuts, then the services to merge; no work is done where none is wanted.
#[must_use]
pub fn propose(input: &Input<'_>, options: &Options) -> Proposals {
    if options.top == 0 {
        return Proposals::default();
    }
    let question = serving::question(input);
    let fitting = Options {
        intent: if options.fit {
            question.intent
        } else {
            options.intent
        },
        ..options.clone()
    };
    let options = &basis::ranked_by(input, fitting);
    let mut all = best_cuts(input, options);
    doubt::inside(&mut all);
    let mut all = upto(all, options.top);
    order::order(input, &mut all);
    if options.intent == Intent::Service {
        all.extend(merges::merges(input, options));
    }
    for (rank, boundary) in (1..).zip(&mut all) {
        boundary.rank = rank;
    }
    Proposals {
        basis: basis::basis(input, options, &question, &all),
        roadmap: options
            .roadmap
            .map(|kind| roadmap::roadmap(input, options, kind, &all)),
        list: all,
    }
}

fn best_cuts(input: &Input<'_>, options: &Options) -> Vec<Boundary> {
    let groups = universes(input, options);
    let all: usize = groups.iter().map(Vec::len).sum();
    let universes: Vec<Universe> = groups
        .into_par_iter()
        .map(|files| Universe::of(input, files).without(&options.layer_words))
        .collect();
    let ranked = universes.par_iter().flat_map_iter(|universe| {
        let share = universe.len() as f64 / all as f64;
        let cuts = cuts(universe, options).into_iter();
        cuts.map(move |cut| (universe, cut.scaled(share)))
    });
    // Some will be withheld; as many as are wanted remain.
    let mut best = rank::best(ranked.collect(), options.top * SPARE);
    let names = name::names(best.iter().map(|(universe, cut)| (*universe, cut)));
    for ((_, cut), name) in best.iter_mut().zip(names) {
        let is_layer = options.intent == Intent::Service && !name.tells && !cut.is_of_a_person();
        if is_layer {
            cut.against
                .get_or_insert("no one folder or word tells what it is about".to_owned());
        }
        cut.name = Some(name.text);
    }
    let proposals = best
        .par_iter()
        .map(|(universe, cut)| describe::describe(input, universe, cut, options));
    rank::compared(proposals.collect())
}

/// The list up to the last proposal that is wanted, those that are withheld aside.
fn upto(mut all: Vec<Boundary>, top: usize) -> Vec<Boundary> {
    let sound = all
        .iter()
        .enumerate()
        .filter(|(_, it)| it.doubts.is_empty());
    let end = sound.map(|(at, _)| at + 1).nth(top.saturating_sub(1));
    all.truncate(end.unwrap_or(all.len()));
    all
}

/// The best cuts of one universe: for services its domains, and what other views find beside them
/// where these are few.
fn cuts(universe: &Universe, options: &Options) -> Vec<rank::Ranked> {
    let pinned = universe.named(&options.pinned);
    let rejected = universe.named(&options.rejected).into_iter();
    let rejected: Vec<FileSet> = rejected.map(|(_, set)| set).collect();
    let others = |pinned: &[(String, FileSet)]| {
        let candidates = views::candidates(universe, &options.views);
        rank::rank(universe, candidates, pinned, &rejected, options)
    };
    if options.intent == Intent::Library || !options.views.contains(&View::Domains) {
        return others(&pinned);
    }
    let mut found = rank::rank(universe, Vec::new(), &pinned, &rejected, options);
    let mut domains = domains::ranked(universe, &rejected, options);
    let sound = domains
        .iter()
        .filter(|domain| domain.against.is_none())
        .count();
    if sound < options.top * SPARE {
        domains = domains::filled(universe, domains, others(&[]), options);
    }
    found.extend(domains);
    found
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
    let universe = Universe::of(input, files(input, options));
    let holds = |path: &&String| universe.paths.iter().any(|file| is_within(file, path));
    if let Some(path) = set.paths.iter().find(|path| !holds(path)) {
        return Err(path);
    }
    let named = universe.named(std::slice::from_ref(set));
    let (name, files) = named.into_iter().next().ok_or("")?;
    let ranked = rank::Ranked::named(&universe, name, files);
    Ok(describe::describe(input, &universe, &ranked, options))
}

/// First-party files below `within` that are no tests and no examples, in path order; a generated file
/// moves with its folder. What a person points at is no example, whatever its folder is called.
fn files(input: &Input<'_>, options: &Options) -> Vec<NodeIndex> {
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
    let counts = |node: &crate::graph::Node| {
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
fn universes(input: &Input<'_>, options: &Options) -> Vec<Vec<NodeIndex>> {
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
