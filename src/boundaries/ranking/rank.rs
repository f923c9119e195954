//! Orders candidates by how plausible they are and how much they add to those before.
//!
//! In: [`Candidate`]s. Out: [`Ranked`].
//! Invariant: the score grows with every part; ties go to the larger set, then by members.
//! Never: two proposals of the same thing, unless a person pinned both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::choose::{SAME, Weighed, choose, order};
use super::shape::{Shape, Shaper};
use crate::boundaries::base::input::{Intent, Options};
use crate::boundaries::base::record::Boundary;
use crate::boundaries::base::sets::{FileSet, Overlaps};
use crate::boundaries::base::universe::Universe;
use crate::boundaries::base::view::View;
use crate::boundaries::views::Candidate;

/// A candidate with its place in the order.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    /// What a person called it.
    pub(crate) name: Option<String>,
    pub(crate) set: FileSet,
    pub(crate) source: String,
    pub(crate) shape: Shape,
    /// Why it is no service, where its place in the program tells.
    pub(crate) against: Option<String>,
    /// Share of all plausibility that this set stands for and none before it does, times the share
    /// of the files that its universe holds.
    pub(crate) score: f64,
}

impl Ranked {
    /// A set that a person named.
    pub(crate) fn named(universe: &Universe, name: String, set: FileSet) -> Self {
        let shape = Shaper::new(universe).shape(&set);
        Self {
            name: Some(name),
            set,
            source: NAMED.to_owned(),
            shape,
            against: None,
            score: 1.0,
        }
    }

    /// Whether a person chose the set.
    pub(crate) fn is_of_a_person(&self) -> bool {
        self.source == PINNED || self.source == NAMED
    }

    /// The same cut as one of a universe that holds this share of all files.
    pub(crate) fn scaled(self, share: f64) -> Self {
        Self {
            score: self.score * share,
            ..self
        }
    }
}

/// The source of a set that a person keeps at the top.
pub(crate) const PINNED: &str = "pinned";
/// The source of a set that a person asks about.
const NAMED: &str = "named";
/// Candidates per wanted proposal, as some are withheld.
pub(crate) const SPARE: usize = 2;
/// Candidates that are compared with each other, the most plausible first.
const COMPARED: usize = 1_500;
/// A set that keeps fewer of its ties inside, and is less like any folder, is no part of anything.
const LEAST: f64 = 0.4;

/// How plausible a cut is, up to a factor: exp of a sum that grows with every part.
///
/// The weights were chosen on cuts that maintainers really made, leaving one repository out
/// at a time; they are few and round on purpose.
fn plausibility(shape: &Shape, options: &Options) -> f64 {
    let oddity = 1.0 / shape.size - 1.0;
    let ties = 2.0 * shape.cohesion + 2.0 * shape.words + shape.direction;
    let library = ties + 3.0 * shape.place + 2.0 * shape.mass - oddity;
    let axis = |counts: bool, part: Option<f64>| {
        if counts {
            part.unwrap_or(0.5).powi(2)
        } else {
            1.0
        }
    };
    match options.intent {
        Intent::Library => library.exp(),
        Intent::Service => {
            library.exp()
                * axis(options.by_change, shape.change)
                * axis(options.by_load, shape.load)
        }
    }
}

/// The `options.top` best candidates; pinned sets come first.
pub(crate) fn rank(
    universe: &Universe,
    candidates: Vec<Candidate>,
    pinned: &[(String, FileSet)],
    rejected: &[FileSet],
    options: &Options,
) -> Vec<Ranked> {
    let shaper = Shaper::new(universe);
    let mut weighed = weigh(&shaper, candidates, rejected, options);
    let first = pinned
        .iter()
        .map(|(_, set)| weighed_pin(&shaper, set, options));
    let mut pool: Vec<Weighed> = first.collect();
    pool.append(&mut weighed);
    let overlaps = Overlaps::of(pool.iter().map(|candidate| &candidate.set), universe.len());
    let chosen = choose(&pool, &overlaps, pinned.len(), options.top * SPARE);
    let ranked = |&(at, score): &(usize, f64)| Ranked {
        name: pinned.get(at).map(|(name, _)| name.clone()),
        set: pool[at].set.clone(),
        source: if at < pinned.len() {
            PINNED.to_owned()
        } else {
            sources(&pool, &overlaps, at)
        },
        shape: pool[at].shape,
        against: None,
        score,
    };
    chosen.iter().map(ranked).collect()
}

/// A pinned set beside the candidates. It has no weight, as it is taken whatever it is worth.
fn weighed_pin(shaper: &Shaper<'_>, set: &FileSet, options: &Options) -> Weighed {
    let shape = shaper.shape(set);
    Weighed {
        set: set.clone(),
        views: BTreeSet::new(),
        shape,
        plausibility: plausibility(&shape, options),
        weight: 0.0,
    }
}

/// The candidates that are allowed, with their plausibility. Each view has one vote, split among
/// its sets: otherwise a view that finds hundreds of sets would outvote one that finds three.
fn weigh(
    shaper: &Shaper<'_>,
    candidates: Vec<Candidate>,
    rejected: &[FileSet],
    options: &Options,
) -> Vec<Weighed> {
    let ballots = |views: &BTreeSet<View>| -> BTreeSet<View> {
        views.iter().map(|view| view.ballot()).collect()
    };
    let mut found: BTreeMap<View, u32> = BTreeMap::new();
    candidates
        .iter()
        .flat_map(|candidate| ballots(&candidate.views))
        .for_each(|view| *found.entry(view).or_default() += 1);
    let votes = |views: &BTreeSet<View>| {
        ballots(views)
            .iter()
            .filter_map(|view| found.get(view))
            .map(|&sets| 1.0 / f64::from(sets))
            .sum::<f64>()
    };
    let weighed = |Candidate { set, views }| {
        let shape = shaper.shape(&set);
        let plausibility = plausibility(&shape, options);
        Weighed {
            weight: plausibility * votes(&views),
            set,
            views,
            shape,
            plausibility,
        }
    };
    let allowed =
        |candidate: &Candidate| rejected.iter().all(|no| no.jaccard(&candidate.set) < SAME);
    // What nobody in the service uses, and what uses nothing of it, is apart already.
    let is_tied = |found: &Weighed| options.intent == Intent::Library || found.shape.tied;
    let mut weighed: Vec<Weighed> = candidates
        .into_par_iter()
        .filter(allowed)
        .map(weighed)
        .filter(is_tied)
        .filter(|weighed| weighed.shape.cohesion >= LEAST || weighed.shape.place >= LEAST)
        .collect();
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| order(a, b)));
    weighed.truncate(COMPARED);
    weighed
}

/// The views that found the set or one that is the same.
fn sources(pool: &[Weighed], overlaps: &Overlaps, at: usize) -> String {
    let twins = pool
        .iter()
        .enumerate()
        .filter(|&(other, _)| overlaps.jaccard(at, other) >= SAME);
    let views: BTreeSet<View> = twins
        .flat_map(|(_, candidate)| candidate.views.iter().copied())
        .collect();
    views
        .into_iter()
        .map(View::name)
        .collect::<Vec<_>>()
        .join("+")
}

/// The first `top` of the cuts of several universes; pinned ones first, then by score.
pub(crate) fn best(mut cuts: Vec<(&Universe, Ranked)>, top: usize) -> Vec<(&Universe, Ranked)> {
    let pinned = |cut: &Ranked| cut.source == PINNED;
    let members = |universe: &Universe, cut: &Ranked| {
        let first = cut.set.members().first();
        first.map(|file| universe.paths[file.index()].clone())
    };
    cuts.sort_by(|(left, a), (right, b)| {
        pinned(b)
            .cmp(&pinned(a))
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| members(left, a).cmp(&members(right, b)))
    });
    cuts.truncate(top);
    cuts
}

/// Numbers the proposals, marks those that no other one is better than, and says which exclude each other.
pub(crate) fn compared(mut proposals: Vec<Boundary>) -> Vec<Boundary> {
    for at in 0..proposals.len() {
        let better = |other: &Boundary| dominates(other, &proposals[at]);
        let pareto = !proposals.iter().any(better);
        let same = |earlier: &Boundary| excludes(&earlier.members, &proposals[at].members);
        let rival = proposals[..at].iter().position(same);
        let proposal = &mut proposals[at];
        proposal.pareto = pareto;
        proposal.rank = at as u32 + 1;
        proposal.instead_of = rival.map(|rival| rival as u32 + 1);
    }
    proposals
}

/// Whether at least half of the smaller set belongs to both; sorted.
fn excludes(a: &[Arc<str>], b: &[Arc<str>]) -> bool {
    let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let both = small
        .iter()
        .filter(|path| large.binary_search(path).is_ok());
    both.count() * 2 >= small.len()
}

/// At least as good in change, load and cost, and better in one of them.
fn dominates(a: &Boundary, b: &Boundary) -> bool {
    let axes = |boundary: &Boundary| {
        let part = |name: &str| boundary.parts.get(name).copied().flatten().unwrap_or(0.0);
        [
            part("change"),
            part("load"),
            -(boundary.cost.call_sites as f64),
        ]
    };
    let (a, b) = (axes(a), axes(b));
    a.iter().zip(&b).all(|(a, b)| a >= b) && a != b
}
