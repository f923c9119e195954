//! Dependencies in code that no recorded request used.
//!
//! In: static links, recorded calls. Out: a finding per pair.
//! Invariant: only when both services appear in the traces.
//! Never: proof that it is dead; the recording may be short.

use super::{Facts, Finding, Rule, place, side_by_side};
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
    let rows = side_by_side::rows(facts.project, facts.links, facts.calls);
    let unused = rows
        .into_iter()
        .filter(|row| row.found && row.calls == 0 && seen(&row.from) && seen(&row.to));
    let calls = unused.filter(|row| {
        facts
            .system
            .synchronous
            .contains_key(&(row.from.as_str().into(), row.to.as_str().into()))
    });
    calls
        .map(|row| Finding {
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
                vec![place::id_of(facts, &row.from), place::id_of(facts, &row.to)],
            )
        })
        .collect()
}
