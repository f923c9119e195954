//! Calls that mostly fail.
//!
//! In: recorded calls. Out: a finding per caller and callee.
//! Invariant: only edges with enough calls and enough failures.
//! Never: calls to peers without a name.

use super::{Facts, Finding, Rule, percent, place};
use crate::model::{CallEdge, NodeId, RuleId, Severity};
use crate::simulate::remedies::{self, Remedy, Waste};

/// Fewest recorded calls that say anything.
const MIN_CALLS: u64 = 20;
/// Smallest share of failed calls, in percent.
const MIN_SHARE: u64 = 20;

pub(super) const RULE: Rule = Rule {
    id: RuleId::WastefulEdge,
    summary: "calls between two services that mostly fail",
    what: "Reports a caller and a callee with at least 20 recorded calls of which at least 20 % failed or \
           were answered with a 4xx status.",
    why: "Every such call costs a network round trip, a thread and a log line, and brings nothing. The busiest \
          edge of a system can be one that asks for things that do not exist.",
    example: "article asks entitlement for a right that only subscribers have: 850 of 1,000 calls end in 404.",
    fix: "Ask whether the thing exists before asking for it, cache the negative answer, or switch the unused \
          feature off.",
    check,
};

/// A finding for each recorded edge that mostly fails.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let calls = facts.calls.map_or(&[][..], |calls| &calls.edges);
    calls
        .iter()
        .filter_map(|edge| finding(facts, edge))
        .collect()
}

/// A warning; `None` below the thresholds. Failures and answers with a 4xx status may be the same
/// calls, so the larger of both counts.
fn finding(facts: &Facts<'_>, edge: &CallEdge) -> Option<Finding> {
    let wasted = edge.errors.max(edge.client_errors);
    let share = percent(wasted, edge.calls);
    if edge.calls < MIN_CALLS || share < MIN_SHARE {
        return None;
    }
    let (caller, callee) = (&edge.caller, &edge.callee);
    let time = edge.p50_ns.map_or(String::new(), |p50| {
        let waited = wasted.saturating_mul(p50) / 1_000_000;
        format!("; about {waited} ms of waiting in the sample (estimate)")
    });
    let subject = [caller, callee].map(|name| NodeId::service(name.clone()));
    Some(Finding {
        remedies: vec![stop(facts, edge, wasted)],
        title: format!("{share} % of the calls {caller} -> {callee} bring nothing"),
        evidence: format!(
            "{wasted} of {} recorded calls failed, {} of them with 404{time}",
            edge.calls, edge.not_found
        ),
        advice:
            "check existence first, cache the negative answer, or switch the unused feature off"
                .to_owned(),
        locations: place::calls_between(facts, caller, callee),
        trace: edge.example_trace.clone(),
        weight: wasted as f64,
        ..Finding::new(RULE.id, Severity::Warning, subject.to_vec())
    })
}

/// The system without the calls that bring nothing.
fn stop(facts: &Facts<'_>, edge: &CallEdge, wasted: u64) -> Remedy {
    let callee = &edge.callee;
    let waste = Waste {
        caller: edge.caller.clone(),
        callee: callee.clone(),
        calls: wasted,
        action: format!("ask {callee} only for what exists, or keep its negative answers"),
        reason: format!("{wasted} of {} calls bring nothing", edge.calls),
    };
    remedies::stop(facts.system, &waste, &facts.assumptions)
}
