//! Findings that the policy does not tolerate.
//!
//! In: findings of an [`Analysis`], [`Policy`]. Out: [`Violation`]s.
//! Invariant: a cycle's keys are its dependencies, so that an accepted cycle may shrink but not grow.
//! Never: a finding that the policy allows.

use std::collections::BTreeMap;

use super::policy::Policy;
use super::{Violation, edges};
use crate::analysis::{Analysis, Finding, LevelView, at_level};
use crate::model::{Labels, Level};

/// Rules whose findings are cycles.
const CYCLES: [&str; 4] = [
    "import-cycle",
    "service-cycle",
    "async-cycle",
    "distributed-monolith",
];

/// Rules that report a worse case of another: who denies the other denies these, too.
const MILDER: [(&str, &str); 1] = [("distributed-monolith", "service-cycle")];

/// Findings of the rules that the policy denies, altogether or when new.
pub(super) fn check(analysis: &Analysis, policy: &Policy) -> Vec<Violation> {
    let mut views = Views {
        analysis,
        known: BTreeMap::new(),
    };
    let mut found = Vec::new();
    let listed = |list: &[String], rule: &str| {
        let milder = MILDER.iter().find(|(worse, _)| *worse == rule);
        let named =
            |name: &String| name == rule || milder.is_some_and(|(_, milder)| name == milder);
        list.iter().any(named)
    };
    for finding in &analysis.findings {
        let rule = &*finding.rule;
        let denied = listed(&policy.deny, rule);
        let allowed = policy.allow.iter().any(|name| name == rule);
        if allowed || !(denied || listed(&policy.deny_new, rule)) {
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

struct Views<'a> {
    analysis: &'a Analysis,
    known: BTreeMap<Level, LevelView<'a>>,
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
