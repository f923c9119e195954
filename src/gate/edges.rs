//! Forbidden dependencies.
//!
//! In: [`Analysis`], [`Policy`]. Out: one [`Violation`] per pair of files or services.
//! Invariant: judged is what is written in the code (imports) and what services call.
//! Never: test code, build scripts, what merely changes together.

use std::collections::BTreeMap;

use super::policy::{Forbid, Policy};
use super::select::Nodes;
use super::{Problem, Violation};
use crate::analysis::{Analysis, EdgeRecord, NodeRecord};
use crate::model::{EdgeKind, Labels, Location, NodeId, Role, RuleId};

/// A dependency that a policy judges: all edges between two nodes.
pub(super) struct Dependency<'a> {
    pub from: &'a NodeRecord,
    pub to: &'a NodeRecord,
    pub locations: Vec<Location>,
}

/// The dependencies that a policy judges, sorted by their ends.
pub(super) fn judged<'a>(analysis: &'a Analysis, nodes: &Nodes<'a>) -> Vec<Dependency<'a>> {
    let mut found: BTreeMap<(&NodeId, &NodeId), Vec<Location>> = BTreeMap::new();
    for edge in analysis.edges.iter().filter(|edge| counts(edge)) {
        found
            .entry((&edge.from, &edge.to))
            .or_default()
            .extend(edge.locations.iter().cloned());
    }
    let dependency = |((from, to), mut locations): ((&NodeId, &NodeId), Vec<Location>)| {
        locations.sort();
        locations.dedup();
        let (from, to) = (nodes.get(from)?, nodes.get(to)?);
        (from.role != Role::Test).then_some(Dependency {
            from,
            to,
            locations,
        })
    };
    found.into_iter().filter_map(dependency).collect()
}

/// What a name leads to behind a re-export is not the importer's business, only the import is.
fn counts(edge: &EdgeRecord) -> bool {
    let judged = match edge.kind {
        EdgeKind::Reference | EdgeKind::Inherit | EdgeKind::Reexport | EdgeKind::CoChange => false,
        EdgeKind::Import
        | EdgeKind::Http
        | EdgeKind::Grpc
        | EdgeKind::Rpc
        | EdgeKind::Messaging
        | EdgeKind::Datastore
        | EdgeKind::SharedLibrary
        | EdgeKind::Call => true,
    };
    judged && edge.from != edge.to && !edge.labels.any(Labels::TEST.with(Labels::BUILD))
}

/// Breaches of `[[forbid]]`.
pub(super) fn check(
    analysis: &Analysis,
    nodes: &Nodes<'_>,
    policy: &Policy,
    problems: &mut Vec<Problem>,
) -> Vec<Violation> {
    if policy.forbid.is_empty() || policy.allow.contains(&RuleId::ForbiddenEdge) {
        return Vec::new();
    }
    let dependencies = judged(analysis, nodes);
    let mut found = Vec::new();
    for entry in &policy.forbid {
        for selector in [&entry.from, &entry.to] {
            if !nodes.all.iter().any(|node| selector.matches(node, nodes)) {
                let message = format!("`{}` selects nothing", selector.text());
                problems.push(Problem {
                    line: entry.line,
                    message,
                });
            }
        }
        let broken = dependencies
            .iter()
            .filter(|dependency| is_broken(entry, dependency, nodes));
        found.extend(broken.map(|dependency| violation(entry, dependency)));
    }
    found
}

fn is_broken(entry: &Forbid, dependency: &Dependency<'_>, nodes: &Nodes<'_>) -> bool {
    entry.from.matches(dependency.from, nodes)
        && entry.to.matches(dependency.to, nodes)
        && !entry
            .except
            .iter()
            .any(|except| except.matches(dependency.from, nodes))
}

fn violation(entry: &Forbid, dependency: &Dependency<'_>) -> Violation {
    let (from, to) = (dependency.from, dependency.to);
    Violation {
        title: format!("{} depends on {}", shown(from), shown(to)),
        reason: entry.reason.clone(),
        evidence: format!(
            "`{}` must not depend on `{}`",
            entry.from.text(),
            entry.to.text()
        ),
        advice: "Turn the dependency round, or move what is needed to where both may reach it."
            .to_owned(),
        locations: dependency.locations.clone(),
        ..Violation::new(RuleId::ForbiddenEdge, vec![from.id.clone(), to.id.clone()])
    }
}

/// The path of a file, the name of anything else.
pub(super) fn shown(node: &NodeRecord) -> &str {
    node.path.as_deref().unwrap_or(&node.name)
}

/// The line of a baseline for one dependency.
pub(super) fn key(rule: RuleId, from: &NodeId, to: &NodeId) -> String {
    format!("{rule} {from} -> {to}")
}
