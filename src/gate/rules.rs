//! Findings that the policy does not tolerate.
//!
//! In: findings and cycles of an [`Analysis`], [`Policy`]. Out: [`Violation`]s.
//! Invariant: a cycle's keys are its dependencies, so that an accepted cycle may shrink but not grow.
//! Never: a finding that the policy allows.

use std::collections::BTreeMap;

use super::policy::Policy;
use super::{Violation, edges};
use crate::analysis::{Analysis, Cycle, Finding, LevelView, at_level};
use crate::model::{Labels, Level};

/// Rules whose findings are cycles.
const CYCLES: [&str; 4] = [
    "import-cycle",
    "service-cycle",
    "async-cycle",
    "distributed-monolith",
];

/// Findings of the rules that the policy denies, altogether or when new.
pub(super) fn check(analysis: &Analysis, policy: &Policy) -> Vec<Violation> {
    let mut views = Views {
        analysis,
        known: BTreeMap::new(),
    };
    let mut found = Vec::new();
    let listed = |list: &[String], rule: &str| list.iter().any(|name| name == rule);
    for finding in analysis.findings.iter().chain(&unreported(analysis)) {
        let rule = &*finding.rule;
        let denied = listed(&policy.deny, rule);
        if listed(&policy.allow, rule) || !(denied || listed(&policy.deny_new, rule)) {
            continue;
        }
        let mut violation = violation(finding);
        if CYCLES.contains(&rule) {
            views.key_by_edges(finding, &mut violation);
        }
        violation.acceptable = !denied;
        found.push(violation);
    }
    found
}

fn violation(finding: &Finding) -> Violation {
    let fresh = Violation::new(&finding.rule, finding.subject.clone());
    Violation {
        severity: finding.severity,
        title: finding.title.clone(),
        evidence: finding.evidence.clone(),
        advice: finding.advice.clone(),
        locations: finding.locations.clone(),
        ..fresh
    }
}

/// Findings for cycles that no rule reported.
fn unreported(analysis: &Analysis) -> Vec<Finding> {
    let reported = |rule: &str| {
        analysis
            .findings
            .iter()
            .any(|finding| &*finding.rule == rule)
    };
    let named = analysis
        .cycles
        .iter()
        .flat_map(|cycle| rules_of(cycle).into_iter().map(move |rule| (rule, cycle)));
    named
        .filter(|(rule, _)| !reported(rule))
        .map(|(rule, cycle)| finding(rule, cycle))
        .collect()
}

fn rules_of(cycle: &Cycle) -> Vec<&'static str> {
    match cycle.level {
        Level::Service => {
            let kind = if cycle.synchronous == Some(false) {
                "async-cycle"
            } else {
                "service-cycle"
            };
            let monolith = cycle
                .verdict
                .as_deref()
                .is_some_and(|verdict| verdict.contains("distributed-monolith"));
            std::iter::once(kind)
                .chain(monolith.then_some("distributed-monolith"))
                .collect()
        }
        Level::Package | Level::Module => vec!["import-cycle"],
        Level::System | Level::File => Vec::new(),
    }
}

fn finding(rule: &str, cycle: &Cycle) -> Finding {
    let names: Vec<&str> = cycle
        .shortest
        .iter()
        .map(|id| id.split_once(':').map_or(&**id, |(_, name)| name))
        .collect();
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    let level = cycle.level.name();
    Finding {
        title: format!("{} -> {}", names.join(" -> "), names.first().unwrap_or(&"")),
        evidence: format!(
            "{} parts of level {level} depend on each other in a circle",
            cycle.members.len()
        ),
        advice: format!(
            "The cheapest cut gives up {} dependencies with {weight} references.",
            cycle.cut.len()
        ),
        locations: cycle
            .cut
            .iter()
            .flat_map(|edge| edge.locations.iter().cloned())
            .collect(),
        ..Finding::new(rule, crate::model::Severity::Error, cycle.members.clone())
    }
}

struct Views<'a> {
    analysis: &'a Analysis,
    known: BTreeMap<Level, LevelView>,
}

impl Views<'_> {
    /// Replaces the key of a cycle by the keys of the dependencies between its members.
    fn key_by_edges(&mut self, finding: &Finding, violation: &mut Violation) {
        let member =
            |id: &std::sync::Arc<str>| self.analysis.nodes.iter().find(|node| node.id == *id);
        let Some(level) = finding
            .subject
            .first()
            .and_then(member)
            .map(|node| node.level)
        else {
            return;
        };
        let view = self
            .known
            .entry(level)
            .or_insert_with(|| at_level(self.analysis, level));
        let inside = |id: &std::sync::Arc<str>| finding.subject.contains(id);
        let edges = view
            .edges
            .iter()
            .filter(|edge| inside(&edge.from) && inside(&edge.to));
        let counted = edges.filter(|edge| !edge.labels.any(Labels::UNCOUNTED));
        let mut keys: Vec<String> = counted
            .map(|edge| edges::key(&finding.rule, &edge.from, &edge.to))
            .collect();
        keys.sort();
        keys.dedup();
        if !keys.is_empty() {
            violation.keys = keys;
        }
    }
}
