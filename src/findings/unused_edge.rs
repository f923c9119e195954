//! Dependencies in code that no recorded request used.
//!
//! In: static links, recorded calls. Out: a finding per pair.
//! Invariant: only when both services appear in the traces.
//! Never: proof that it is dead; the recording may be short.

use super::side_by_side::{self, Row};
use super::{Facts, Finding, Rule, place};
use crate::model::{RuleId, Severity};

/// Fewest recorded requests that say anything about what is never used.
const MIN_REQUESTS: u64 = 100;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnusedEdge,
    summary: "a dependency in code that no recorded request used",
    what: "Reports a call between two services that stands in code or manifests and does not occur among at least 100 \
           recorded requests, although both services do.",
    why: "Dead clients keep contracts alive, widen deployments and mislead whoever reads the code. Or the traces miss \
          something that matters.",
    example: "orders still has a client of the old pricing service.",
    fix: "Remove the client, or record longer to be sure.",
    check,
};

/// A finding for each call in code that no recorded request made. Both services must occur in the
/// recording, and enough requests must have been recorded for silence to mean anything.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    if facts.system.request_count() < MIN_REQUESTS {
        return Vec::new();
    }
    let seen = |name: &str| {
        facts
            .system
            .requests
            .iter()
            .flatten()
            .any(|shape| shape.services.iter().any(|service| &**service == name))
    };
    let called = |from: &str, to: &str| {
        let calls = &facts.system.synchronous;
        calls.contains_key(&(from.into(), to.into()))
    };
    let rows = side_by_side::rows(facts.project, facts.links, facts.calls).into_iter();
    let unused = rows.filter(|row| row.found && row.calls == 0);
    unused
        .filter(|row| seen(&row.from) && seen(&row.to) && called(&row.from, &row.to))
        .map(|row| finding(facts, row))
        .collect()
}

/// A note with the places to look at before anything is removed.
fn finding(facts: &Facts<'_>, row: Row) -> Finding {
    Finding {
        title: format!("no recorded request calls {} from {}", row.to, row.from),
        evidence: format!(
            "found in {} places, 0 of {} recorded requests",
            row.locations.len(),
            facts.system.request_count()
        ),
        advice: "remove the client, or record longer to be sure".to_owned(),
        locations: row.locations,
        ..Finding::new(
            RULE.id,
            Severity::Note,
            place::pair(facts, &row.from, &row.to),
        )
    }
}
