//! Calls in traffic that no code explains.
//!
//! In: static links, recorded calls. Out: a finding per pair.
//! Invariant: the caller's code is in the tree, so the call could have been found.
//! Never: peers that discovery does not know.

use super::side_by_side::{self, Row};
use super::{Facts, Finding, Rule, place};
use crate::model::{Role, RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UndeclaredEdge,
    summary: "a call in traffic that code and manifests do not show",
    what: "Reports a recorded call between two services of the tree that no address, client, topic or route in code or \
           manifests explains.",
    why: "A dependency that nobody can see is forgotten in reviews, network rules and capacity plans.",
    example: "notify calls users through an address that an operator set by hand.",
    fix: "Declare the address where the service is configured, so that the dependency can be read.",
    check,
};

/// A finding for each observed call that nothing in the tree shows. The caller must have code here,
/// or nothing could have been found.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let known = |name: &str, code: bool| {
        facts.project.services.iter().any(|service| {
            service.name == name
                && service.role == Role::Business
                && (!code || !service.dirs.is_empty())
        })
    };
    let rows = side_by_side::rows(facts.project, facts.links, facts.calls);
    let undeclared = rows.iter().filter(|row| {
        !row.found && row.calls > 0 && known(&row.from, true) && known(&row.to, false)
    });
    undeclared.map(|row| finding(facts, row)).collect()
}

/// A note at the place that made the caller known, with an example trace.
fn finding(facts: &Facts<'_>, row: &Row) -> Finding {
    let (from, to, calls) = (&row.from, &row.to, row.calls);
    Finding {
        title: format!("{from} calls {to}, which nothing in the tree shows"),
        evidence: format!("{calls} recorded calls; no address, client, topic or route found"),
        advice: "declare the address where the service is configured".to_owned(),
        locations: place::of_service(facts, from).into_iter().collect(),
        trace: place::trace_of(facts, from, to),
        weight: calls as f64,
        ..Finding::new(RULE.id, Severity::Note, place::pair(facts, from, to))
    }
}
