//! A card for each boundary proposal.
//!
//! In: [`Analysis`]. Out: [`Card`]s in the order of their rank.
//! Invariant: gains and costs side by side; unknown reads as a dash.
//! Never: a score without its parts.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::view::proposal::{self, letter};
use super::short::Short;
use super::{hop as picture, merges};
use crate::analysis::{Analysis, Boundary};
use crate::report::view::hop;
use crate::report::view::names::{UNKNOWN, count, counted, decimal, percent, place, sentence};

/// Proposals, members, symbols, dependencies and places on the page.
const CARDS: usize = 10;
const MEMBERS: usize = 40;
const SYMBOLS: usize = 20;
const BREAKS: usize = 10;
const PLACES: usize = 5;

/// A proposal.
#[derive(Serialize)]
pub(super) struct Card {
    anchor: String,
    picture: Option<picture::Picture>,
    /// What to paste into `seamline.toml` to keep the proposal, or to hear no more of it.
    config: Option<Vec<String>>,
    letter: String,
    name: String,
    intent: String,
    files: String,
    /// The letter of the earlier proposal that excludes this one.
    instead_of: Option<String>,
    /// The letters of those that go first, as this one uses them.
    after: Vec<String>,
    /// What it holds, what crosses its border, what it changes.
    facts: Vec<String>,
    /// What to know before doing it.
    concerns: Vec<String>,
    /// What speaks for a merge, and what it costs.
    reason: Option<String>,
    warning: Option<String>,
    score: String,
    gains: Vec<(&'static str, String)>,
    costs: Vec<(&'static str, String)>,
    breaks: Short<Cut>,
    steps: Vec<String>,
    members: Short<String>,
    interface: Short<String>,
    parts: Vec<(String, String)>,
}

/// A dependency across the border.
#[derive(Serialize)]
struct Cut {
    from: String,
    to: String,
    places: Short<String>,
}

/// The first proposals without doubts, as many as `CARDS` and all merges are. A card refers to
/// another proposal by its letter only where that one has no doubts either.
pub(super) fn cards(analysis: &Analysis) -> Short<Card> {
    let merges = |boundary: &&Boundary| boundary.merge.is_some();
    let all = || {
        analysis
            .boundaries
            .iter()
            .filter(|boundary| boundary.doubts.is_empty())
    };
    let mut left = CARDS;
    let mut takes = |boundary: &&Boundary| {
        let cut = !merges(boundary);
        let shown = !cut || left > 0;
        left -= usize::from(cut && shown);
        shown
    };
    let listed: Vec<&Boundary> = all().filter(|boundary| takes(boundary)).collect();
    let ranks: BTreeSet<u32> = listed.iter().map(|boundary| boundary.rank).collect();
    let of = |rank: u32| {
        let is_listed = ranks.contains(&rank);
        is_listed.then(|| letter(&analysis.boundaries, false, rank))
    };
    let more = all().count() - listed.len();
    let hops = hop::hops(analysis, &listed);
    let items = listed.into_iter().zip(hops).map(|(boundary, hop)| Card {
        picture: picture::picture(&boundary.name, &hop).filter(|_| boundary.merge.is_none()),
        config: config(boundary).map(|text| text.lines().map(str::to_owned).collect()),
        ..card(boundary, of)
    });
    Short {
        items: items.collect(),
        more,
    }
}

/// `letter`: what the proposal of a rank is called, if it is on the page.
fn card(boundary: &Boundary, letter: impl Fn(u32) -> Option<String>) -> Card {
    let breaks = boundary.breaks.iter().map(|broken| Cut {
        from: broken.from.name.to_string(),
        to: broken.to.name.to_string(),
        places: Short::new(broken.locations.iter().map(place), PLACES),
    });
    let parts = boundary.parts.iter();
    let warning = boundary
        .merge
        .as_ref()
        .and_then(|merge| merge.warning.as_ref());
    let (gains, costs) = match &boundary.merge {
        Some(merge) => (merges::gains(merge), merges::costs(boundary, merge)),
        None => (known(gains(boundary)), known(costs(boundary))),
    };
    Card {
        anchor: format!("boundary-{}", boundary.rank),
        picture: None,
        config: None,
        letter: letter(boundary.rank).unwrap_or_default(),
        name: boundary.name.clone(),
        intent: boundary.intent.clone(),
        files: counted(boundary.members.len(), "file", "files"),
        instead_of: boundary.instead_of.and_then(&letter),
        after: boundary
            .plan
            .after
            .iter()
            .filter_map(|&rank| letter(rank))
            .collect(),
        facts: match &boundary.merge {
            Some(_) => Vec::new(),
            None => proposal::facts(boundary)
                .iter()
                .map(|fact| sentence(fact))
                .collect(),
        },
        concerns: boundary
            .concerns
            .iter()
            .map(|concern| sentence(concern))
            .collect(),
        reason: boundary.merge.as_ref().map(|merge| sentence(&merge.reason)),
        warning: warning.map(|warning| sentence(warning)),
        score: format!("{:.3}", boundary.score),
        gains,
        costs,
        breaks: Short::new(breaks, BREAKS),
        steps: boundary.plan.steps.clone(),
        members: Short::new(boundary.members.iter().map(ToString::to_string), MEMBERS),
        interface: Short::new(
            boundary.cost.interface.iter().map(ToString::to_string),
            SYMBOLS,
        ),
        parts: parts
            .map(|(id, value)| (id.clone(), value.map_or_else(unknown, decimal)))
            .collect(),
    }
}

/// Up to this many paths are pasted one by one.
const PASTED: usize = 60;

/// The entry that pins the proposal, by the folders that hold nothing else of the program, else by its files.
fn config(boundary: &Boundary) -> Option<String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let keys = match &boundary.merge {
        Some(merge) => {
            let services: Vec<String> = merge.services.iter().map(|name| quoted(name)).collect();
            format!("merge = [{}]", services.join(", "))
        }
        None if boundary.members.len() <= PASTED => {
            // A line a path: long lines are cut.
            let paths = boundary
                .members
                .iter()
                .map(|path| format!("  {},\n", quoted(path)));
            format!("paths = [\n{}]", paths.collect::<String>())
        }
        None => return None,
    };
    Some(format!(
        "[[boundaries.pinned]]\nname = {}\n{keys}",
        quoted(&boundary.name)
    ))
}

fn unknown() -> String {
    UNKNOWN.to_owned()
}

/// A share in per cent, or a dash.
fn share(value: Option<f64>) -> String {
    value.map_or_else(unknown, percent)
}

/// The rows that say something.
fn known(rows: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let nothing = |value: &str| value == UNKNOWN || value == "0" || value == "0 %";
    rows.into_iter().filter(|row| !nothing(&row.1)).collect()
}

/// The rows of the benefit. The propagation cost is left out where three digits show no difference.
fn gains(boundary: &Boundary) -> Vec<(&'static str, String)> {
    let gain = &boundary.benefit;
    let propagation = match (gain.propagation_before, gain.propagation_after) {
        (Some(before), Some(after)) if format!("{before:.3}") != format!("{after:.3}") => {
            format!("{before:.3} → {after:.3}")
        }
        _ => unknown(),
    };
    vec![
        ("Share of the changes", share(gain.change_share)),
        ("Share of the load", share(gain.load_share)),
        ("Share of critical paths", share(gain.critical_share)),
        (
            "Changes, newer half over older",
            gain.trend.map_or_else(unknown, decimal),
        ),
        (
            "Cycles of files across the border, broken",
            count(gain.cycles_broken),
        ),
        ("Propagation cost before → after", propagation),
        (
            "Authors who need only one side",
            share(gain.authors_separated),
        ),
    ]
}

/// The rows of the cost, estimates named as such.
fn costs(boundary: &Boundary) -> Vec<(&'static str, String)> {
    let cost = &boundary.cost;
    let tables = cost
        .shared_tables
        .as_ref()
        .map_or_else(unknown, |tables| count(tables.len() as u64));
    vec![
        ("Used by: dependencies of the rest", count(cost.crossing_in)),
        ("Uses: dependencies on the rest", count(cost.crossing_out)),
        ("Call sites of these dependencies", count(cost.call_sites)),
        (
            "Dependencies to remove to end the loop",
            count(cost.back_edges),
        ),
        ("Tables used on both sides", tables),
        (
            "Recorded calls that would cross",
            cost.network_calls.map_or_else(unknown, count),
        ),
        (
            "Time added to a slow request (p95), estimate",
            cost.added_ms_p95
                .map_or_else(unknown, |ms| format!("{} ms", decimal(ms))),
        ),
    ]
}
