//! Which parts to cut out, what it costs, what it gains.
//!
//! In: [`Input`]: the graph with change facts, attributed load and uses of tables. Out: [`Boundary`]s, best first.
//! Invariant: the same input gives the same proposals; every list is sorted; unknown is `None`.
//! Never: one opaque number; the axes and the parts of the score stand beside it.

mod apart;
mod base;
mod basis;
mod benefit;
mod cost;
mod describe;
mod doubt;
mod merges;
mod name;
mod order;
mod plan;
mod ranking;
mod roadmap;
mod takes;
#[cfg(test)]
mod tests;
mod views;

use rayon::prelude::*;

use crate::model::is_within;

pub use base::input::{Input, Intent, Named, Options};
pub use base::record::{
    Basis, Benefit, Boundary, Break, Cost, Group, Merge, OwnTable, Plan, SharedTable, Takes,
};
pub use base::roadmap::{
    Addition, Additive, CommonShim, Complete, Entry, Figures, Freed, Gradual, NewService, Roadmap,
    RoadmapKind, ServiceCall, ServiceLoop, Shim, Step as RoadmapStep, TableUser, TornTable, Turn,
};
pub use base::view::View;

use base::groups::{files, universes};
use base::serving;
use base::sets::FileSet;
use base::universe::Universe;
use ranking::domains;
use ranking::rank::{self, SPARE};

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

/// The best cuts of all universes, compared with each other. Scores are scaled by the share of the
/// files that a universe holds, or the domains of a tiny program would lead the list. More cuts
/// than wanted are kept, as objections withhold some.
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
    for ((universe, cut), name) in best.iter_mut().zip(names) {
        let is_layer = options.intent == Intent::Service && !name.tells && !cut.is_of_a_person();
        if is_layer {
            cut.against
                .get_or_insert("no one folder or word tells what it is about".to_owned());
        }
        if options.intent == Intent::Service && !cut.is_of_a_person() {
            let known = apart::known(input, universe, &cut.set);
            cut.against = cut.against.take().or(known);
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
