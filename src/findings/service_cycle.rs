//! Services that wait for each other in a circle.
//!
//! In: cycles of the service level. Out: a finding per synchronous cycle.
//! Invariant: infrastructure and messages never make one.
//! Never: a verdict; `distributed-monolith` gives it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Facts, Finding, Rule, place};
use crate::cycles::{CutEdge, Cycle};
use crate::model::{Level, Severity};
use crate::simulate::remedy;

pub(super) const RULE: Rule = Rule {
    id: "service-cycle",
    summary: "business services call each other in a circle and wait",
    what: "Reports every strongly connected component of synchronous calls (HTTP, gRPC, RPC, observed calls) \
           between business services. Gateways, datastores, brokers and other infrastructure never count.",
    why: "None of the services can be deployed, scaled or tested without the others; a slow member makes all \
          of them slow, and a request that comes back can wait for itself.",
    example: "ms-user asks ms-payment for payments, and ms-payment asks ms-user back for the partner id.",
    fix: "Pass the data with the first call, move it to the service that needs it, or publish an event instead \
          of calling; the finding names the cheapest cut.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let synchronous =
        |cycle: &&Cycle| cycle.level == Level::Service && cycle.synchronous == Some(true);
    facts
        .cycles
        .iter()
        .filter(synchronous)
        .map(|cycle| finding(facts, cycle))
        .collect()
}

/// Name in a node id.
pub(super) fn name(id: &str) -> &str {
    id.split_once(':').map_or(id, |(_, name)| name)
}

/// `a -> b -> a`.
pub(super) fn round(ids: &[Arc<str>]) -> String {
    let names: Vec<&str> = ids.iter().chain(ids.first()).map(|id| name(id)).collect();
    names.join(" -> ")
}

/// Names of a cycle's members.
pub(super) fn members(cycle: &Cycle) -> BTreeSet<Arc<str>> {
    cycle.members.iter().map(|id| name(id).into()).collect()
}

fn finding(facts: &Facts<'_>, cycle: &Cycle) -> Finding {
    let members = members(cycle);
    let steps = cycle
        .shortest
        .iter()
        .zip(cycle.shortest.iter().cycle().skip(1));
    let cut_places = |edge: &CutEdge| place::between(facts, name(&edge.from), name(&edge.to));
    let mut locations: Vec<_> = cycle.cut.iter().flat_map(cut_places).take(6).collect();
    locations.extend(steps.flat_map(|(from, to)| {
        place::between(facts, name(from), name(to))
            .into_iter()
            .take(3)
    }));
    let mut seen = BTreeSet::new();
    locations.retain(|location| seen.insert(location.clone()));
    let cut: Vec<String> = cycle
        .cut
        .iter()
        .map(|edge| format!("{} -> {}", name(&edge.from), name(&edge.to)))
        .collect();
    let changes = facts
        .system
        .change_sets(&members)
        .map_or(String::new(), |(several, any)| {
            format!("; changed together in {several} of {any} change sets")
        });
    let remedies = remedy::for_cycle(facts.system, &members, &facts.assumptions);
    let trace = facts.calls.and_then(|calls| {
        let inside = |path: &[Arc<str>]| path.iter().all(|service| members.contains(service));
        calls
            .loops
            .iter()
            .find(|found| inside(&found.path))
            .map(|found| found.example_trace.clone())
    });
    Finding {
        title: format!(
            "{} wait for each other: {}",
            members.len(),
            round(&cycle.shortest)
        ),
        evidence: format!(
            "synchronous calls lead round; cheapest cut: {}{changes}",
            cut.join(", ")
        ),
        advice: remedies.first().map_or_else(
            || format!("cut {}", cut.join(", ")),
            |remedy| remedy.action.clone(),
        ),
        locations,
        trace,
        remedies,
        #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
        weight: members.len() as f64,
        ..Finding::new(RULE.id, Severity::Warning, cycle.members.clone())
    }
}
