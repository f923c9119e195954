//! Findings that the policy does not tolerate.
//!
//! In: findings of an [`Analysis`], [`Policy`]. Out: [`Violation`]s.
//! Invariant: a cycle's keys are its dependencies, so that an accepted cycle may shrink but not grow.
//! Never: a finding that the policy allows.

use std::collections::BTreeMap;

use super::edges;
use super::policy::Policy;
use super::select::Nodes;
use super::verdict::Violation;
use crate::analysis::{Analysis, Cycle, EdgeRecord, Finding, LevelView, at_level};
use crate::model::{EdgeKind, Labels, Level, Location, NodeId, RuleId};

/// Rules whose findings are cycles.
const CYCLES: [RuleId; 4] = [
    RuleId::ImportCycle,
    RuleId::ServiceCycle,
    RuleId::AsyncCycle,
    RuleId::DistributedMonolith,
];

/// Rules that report a worse case of another: who denies the other denies these, too.
const MILDER: [(RuleId, RuleId); 1] = [(RuleId::DistributedMonolith, RuleId::ServiceCycle)];

/// Findings of the rules that the policy denies, altogether or when new.
pub(super) fn check(analysis: &Analysis, nodes: &Nodes<'_>, policy: &Policy) -> Vec<Violation> {
    let mut views = Views {
        analysis,
        nodes,
        known: BTreeMap::new(),
    };
    let mut found = Vec::new();
    let listed = |list: &[RuleId], rule: RuleId| {
        let milder = MILDER.iter().find(|(worse, _)| *worse == rule);
        list.contains(&rule) || milder.is_some_and(|(_, milder)| list.contains(milder))
    };
    for finding in &analysis.findings {
        let rule = finding.rule;
        let milder = policy.deny_by_default && listed(&policy.deny_new, rule);
        let denied = listed(&policy.deny, rule) && !milder;
        let allowed = policy.allow.contains(&rule);
        let reported = policy.severity.contains_key(&rule);
        if allowed || !(denied || reported || listed(&policy.deny_new, rule)) {
            continue;
        }
        let mut violation = violation(finding);
        if CYCLES.contains(&rule) {
            views.key_by_edges(finding, &mut violation);
        }
        violation.acceptable = !denied || policy.deny_by_default;
        found.push(violation);
    }
    let judged =
        listed(&policy.deny, RuleId::ImportCycle) || listed(&policy.deny_new, RuleId::ImportCycle);
    if judged && !policy.allow.contains(&RuleId::ImportCycle) {
        let pairs = analysis.cycles.iter().filter(|cycle| is_pair(nodes, cycle));
        found.extend(pairs.map(|cycle| {
            let mut violation = pair(cycle);
            violation.acceptable = !policy.deny.contains(&RuleId::ImportCycle);
            violation
        }));
    }
    found
}

/// Two files of one module that need each other: too little for a finding, but what a policy denies.
fn is_pair(nodes: &Nodes<'_>, cycle: &Cycle) -> bool {
    let parent = |id: &NodeId| nodes.get(id).and_then(|node| node.parent.as_ref());
    let [first, second] = cycle.members.as_slice() else {
        return false;
    };
    cycle.level == Level::File && cycle.is_counted() && parent(first) == parent(second)
}

/// A cycle of two files as a breach. Both directions are keys, sorted.
fn pair(cycle: &Cycle) -> Violation {
    let names: Vec<&str> = cycle.members.iter().map(|id| &*id.name).collect();
    let mut keys: Vec<String> = Vec::new();
    for (from, to) in [(0, 1), (1, 0)] {
        keys.push(edges::key(
            RuleId::ImportCycle,
            &cycle.members[from],
            &cycle.members[to],
        ));
    }
    keys.sort();
    Violation {
        title: format!("Dependency cycle of 2 files: {}", names.join(" <-> ")),
        evidence: "each of the two needs the other".to_owned(),
        advice: "Move what both need into a third file, or invert one dependency.".to_owned(),
        locations: cycle
            .cut
            .iter()
            .flat_map(|edge| edge.locations.clone())
            .collect(),
        keys,
        ..Violation::new(RuleId::ImportCycle, cycle.members.clone())
    }
}

/// A finding as a breach; severity and excuse are decided later.
fn violation(finding: &Finding) -> Violation {
    let fresh = Violation::new(finding.rule, finding.subject.clone());
    Violation {
        title: finding.title.clone(),
        evidence: finding.evidence.clone(),
        advice: finding.advice.clone(),
        locations: finding.locations.clone(),
        ..fresh
    }
}

/// Views of the levels, each made when a cycle of that level is first looked at.
struct Views<'a> {
    analysis: &'a Analysis,
    nodes: &'a Nodes<'a>,
    known: BTreeMap<Level, LevelView<'a>>,
}

impl Views<'_> {
    /// Replaces the key of a cycle by the keys of the dependencies between its members.
    fn key_by_edges(&mut self, finding: &Finding, violation: &mut Violation) {
        let member = |id: &NodeId| self.nodes.get(id);
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
        let inside = |id: &NodeId| finding.subject.contains(id);
        let edges = view
            .edges
            .iter()
            .filter(|edge| inside(&edge.from) && inside(&edge.to) && ties(edge, level));
        let mut places: BTreeMap<String, Vec<Location>> = BTreeMap::new();
        for edge in edges {
            let key = edges::key(finding.rule, &edge.from, &edge.to);
            let known = places.entry(key).or_default();
            known.extend(edge.locations.iter().cloned());
        }
        if !places.is_empty() {
            violation.keys = places.keys().cloned().collect();
            violation.places = places;
        }
    }
}

/// Whether a dependency can be a part of a cycle of that level: what merely changes together, or uses one library,
/// comes and goes with the time that is read.
fn ties(edge: &EdgeRecord, level: Level) -> bool {
    let own = match edge.kind {
        EdgeKind::CoChange | EdgeKind::SharedLibrary | EdgeKind::Datastore => false,
        kind => level != Level::Service || !kind.is_code(),
    };
    own && edge.from != edge.to && !edge.labels.any(Labels::UNCOUNTED)
}
