//! What to do first.
//!
//! In: [`Analysis`]. Out: at most three [`Action`]s.
//! Invariant: cycles of services, then the worst finding of each rule, then other cycles.
//! Never: two actions about the same subject.

use std::collections::BTreeSet;

use serde::Serialize;

use super::names::{counted, place, sentence};
use super::{cycles, findings};
use crate::analysis::{Analysis, Cycle, Finding};
use crate::model::{Level, Location, NodeId, RuleId};

/// Actions shown.
const FIRST: usize = 3;
/// Places named per action.
const PLACES: usize = 2;

/// A thing to do.
#[derive(Serialize)]
pub(super) struct Action {
    title: String,
    anchor: String,
    reason: String,
    fix: String,
    effort: String,
    places: Vec<String>,
}

pub(super) fn three(analysis: &Analysis) -> Vec<Action> {
    let mut subjects: Vec<BTreeSet<&NodeId>> = Vec::new();
    let mut rules: BTreeSet<RuleId> = BTreeSet::new();
    let mut actions = Vec::new();
    let (services, others): (Vec<_>, Vec<_>) = cycles::ranked(analysis)
        .into_iter()
        .partition(|cycle| cycle.level == Level::Service && cycle.synchronous != Some(false));
    for cycle in services {
        if is_new(&mut subjects, &cycle.members) {
            actions.push(advised(analysis, cycle));
        }
    }
    for (index, finding) in analysis.findings.iter().enumerate() {
        if !rules.contains(&finding.rule) && is_new(&mut subjects, &finding.subject) {
            rules.insert(finding.rule);
            actions.push(of_finding(index, finding));
        }
    }
    for cycle in others {
        if is_new(&mut subjects, &cycle.members) {
            actions.push(of_cycle(cycle));
        }
    }
    actions.truncate(FIRST);
    actions
}

fn is_new<'a>(subjects: &mut Vec<BTreeSet<&'a NodeId>>, subject: &'a [NodeId]) -> bool {
    let subject: BTreeSet<&NodeId> = subject.iter().collect();
    let new = !subjects.contains(&subject);
    if new {
        subjects.push(subject);
    }
    new
}

/// The action for a cycle of services, with the advice of a finding about the same services.
fn advised(analysis: &Analysis, cycle: &Cycle) -> Action {
    let members: BTreeSet<&NodeId> = cycle.members.iter().collect();
    let same = |finding: &&Finding| finding.subject.iter().collect::<BTreeSet<_>>() == members;
    let mut action = of_cycle(cycle);
    if let Some(finding) = analysis.findings.iter().find(same) {
        action.reason = format!("{} {}", action.reason, sentence(&finding.evidence));
        action.fix = format!("{} Or else: {}", sentence(&finding.advice), action.fix);
    }
    action
}

fn of_cycle(cycle: &Cycle) -> Action {
    let todo = cycle.steps.first().map_or(&cycle.cut, |step| &step.edges);
    let sites: Vec<Location> = todo
        .iter()
        .flat_map(|edge| edge.locations.iter().cloned())
        .collect();
    Action {
        title: format!("Break the cycle {}", cycles::round(cycle).join(" → ")),
        anchor: cycles::anchor(cycle),
        reason: format!(
            "{} {}s depend on each other; none can be changed, tested or released alone.",
            cycle.members.len(),
            cycle.level.name()
        ),
        fix: fix(cycle),
        effort: effort(sites.len()),
        places: sites.iter().take(PLACES).map(place).collect(),
    }
}

/// The first step of a large cycle, the cheapest cut of a small one.
fn fix(cycle: &Cycle) -> String {
    if let Some(step) = cycle.steps.first() {
        return format!("Start with {}. {}", step.summary(), step.advice);
    }
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    let first = cycle.cut.iter().take(3);
    let edges: Vec<String> = first
        .map(|edge| format!("{} → {}", edge.from.name, edge.to.name))
        .collect();
    let more = match cycle.cut.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "Remove {}{more}: the cheapest cut, {}.",
        edges.join(", "),
        counted(weight as usize, "reference or call", "references or calls")
    )
}

fn of_finding(index: usize, finding: &Finding) -> Action {
    Action {
        title: finding.title.clone(),
        anchor: findings::anchor(index),
        reason: sentence(&finding.evidence),
        fix: sentence(&finding.advice),
        effort: effort(finding.locations.len()),
        places: finding.locations.iter().take(PLACES).map(place).collect(),
    }
}

fn effort(sites: usize) -> String {
    let size = match sites {
        0 => return "unknown: no place in the code is known".to_owned(),
        1..=5 => "small",
        6..=25 => "medium",
        _ => "large",
    };
    format!("{size}: {} to change", counted(sites, "place", "places"))
}
