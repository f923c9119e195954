//! Services that wait for each other in a circle.
//!
//! In: cycles of the service level. Out: a finding per synchronous cycle.
//! Invariant: infrastructure and messages never make one.
//! Never: a verdict; `distributed-monolith` gives it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Facts, Finding, Rule, place};
use crate::cycles::monolith::Verdict;
use crate::cycles::{CutEdge, Cycle};
use crate::model::{Level, Location, NodeId, RuleId, Severity};
use crate::simulate::remedies;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ServiceCycle,
    summary: "business services call each other in a circle and wait",
    what: "Reports every strongly connected component of synchronous calls (HTTP, gRPC, RPC, observed calls) \
           between business services, verdict SUSPECT; one that is also felt at run time, in changes or in the data \
           is reported by distributed-monolith instead. Gateways, datastores, brokers and other infrastructure never \
           count.",
    why: "None of the services can be deployed, scaled or tested without the others; a slow member makes all \
          of them slow, and a request that comes back can wait for itself.",
    example: "ms-user asks ms-payment for payments, and ms-payment asks ms-user back for the partner id.",
    fix: "Pass the data with the first call, move it to the service that needs it, or publish an event instead \
          of calling; the finding names the cheapest cut.",
    check,
};

/// A finding for each synchronous cycle of services that is no distributed monolith; those have a
/// rule of their own.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let synchronous =
        |cycle: &&Cycle| cycle.level == Level::Service && cycle.synchronous == Some(true);
    let worse = |cycle: &&Cycle| cycle.verdict == Some(Verdict::DistributedMonolith);
    let suspects = facts
        .cycles
        .iter()
        .filter(synchronous)
        .filter(|cycle| !worse(cycle));
    suspects.map(|cycle| finding(facts, cycle)).collect()
}

/// Places of the cut of a cycle, then of its shortest way round; else of its members.
pub(super) fn places(facts: &Facts<'_>, cycle: &Cycle) -> Vec<Location> {
    let steps = cycle
        .shortest
        .iter()
        .zip(cycle.shortest.iter().cycle().skip(1));
    let cut_places = |edge: &CutEdge| place::calls_between(facts, &edge.from.name, &edge.to.name);
    let mut locations: Vec<Location> = cycle.cut.iter().flat_map(cut_places).take(6).collect();
    locations.extend(steps.flat_map(|(from, to)| {
        place::calls_between(facts, &from.name, &to.name)
            .into_iter()
            .take(3)
    }));
    let mut seen = BTreeSet::new();
    locations.retain(|location| seen.insert(location.clone()));
    if locations.is_empty() {
        locations = place::of_services(facts, &members(cycle));
    }
    locations
}

/// A recorded trace that goes round within the cycle.
pub(super) fn example(facts: &Facts<'_>, members: &BTreeSet<Arc<str>>) -> Option<Arc<str>> {
    let inside = |path: &[Arc<str>]| path.iter().all(|service| members.contains(service));
    let loops = facts.calls.map_or(&[][..], |calls| &calls.loops);
    let found = loops.iter().find(|found| inside(&found.path))?;
    Some(found.example_trace.clone())
}

/// `: a → b → a`, or `; shortest loop: …` where not every member is on it.
pub(super) fn way(cycle: &Cycle) -> String {
    let all = cycle.shortest.len() == cycle.members.len();
    let lead = if all { ": " } else { "; shortest loop: " };
    format!("{lead}{}", round(&cycle.shortest))
}

/// `a → b → a`.
pub(super) fn round(ids: &[NodeId]) -> String {
    let names: Vec<&str> = ids.iter().chain(ids.first()).map(|id| &*id.name).collect();
    names.join(" → ")
}

/// Names of a cycle's members.
pub(super) fn members(cycle: &Cycle) -> BTreeSet<Arc<str>> {
    cycle.members.iter().map(|id| id.name.clone()).collect()
}

/// The cheapest cut, in words.
fn cut(cycle: &Cycle) -> String {
    let arrow = |edge: &CutEdge| format!("{} → {}", &edge.from.name, &edge.to.name);
    let cut: Vec<String> = cycle.cut.iter().map(arrow).collect();
    cut.join(", ")
}

/// The cheapest cut and the shared change sets, in words.
pub(super) fn facts_of(facts: &Facts<'_>, cycle: &Cycle) -> String {
    let sets = facts.system.change_sets(&members(cycle));
    let changes = sets.map_or(String::new(), |(several, any)| {
        format!("; changed together in {several} of {any} change sets")
    });
    format!("cheapest cut: {}{changes}", cut(cycle))
}

/// A warning with the cheapest cut and the simulated remedies, the best of which is the advice.
fn finding(facts: &Facts<'_>, cycle: &Cycle) -> Finding {
    let members = members(cycle);
    let remedies = remedies::for_cycle(facts.system, &members, &facts.assumptions);
    let score = cycle.score.as_ref().map_or(String::new(), |score| {
        format!("; score {}", score.interval())
    });
    Finding {
        title: format!(
            "{} services wait for each other{}",
            members.len(),
            way(cycle)
        ),
        evidence: format!(
            "they call each other synchronously; {}{score}",
            facts_of(facts, cycle)
        ),
        advice: remedies.first().map_or_else(
            || format!("remove {}", cut(cycle)),
            |remedy| remedy.action.clone(),
        ),
        locations: places(facts, cycle),
        trace: example(facts, &members),
        remedies,
        weight: members.len() as f64,
        ..Finding::new(RULE.id, Severity::Warning, cycle.members.clone())
    }
}
