//! Forbidden dependencies.
//!
//! In: [`Analysis`], [`Policy`]. Out: one [`Violation`] per pair of files or services.
//! Invariant: judged is what is written in the code (imports) and what services call.
//! Never: test code, build scripts, what merely changes together.

use std::collections::BTreeMap;

use super::policy::{Allow, Forbid, Policy};
use super::select::{Nodes, Selector};
use super::verdict::{Problem, Violation};
use crate::analysis::{Analysis, EdgeRecord, NodeRecord};
use crate::model::{EdgeKind, Labels, Location, NodeId, Role, RuleId};

/// A dependency that a policy judges: all edges between two nodes.
pub(super) struct Dependency<'a> {
    pub from: &'a NodeRecord,
    pub to: &'a NodeRecord,
    /// Where it is written, by kind; a kind may have no place.
    places: BTreeMap<EdgeKind, Vec<Location>>,
}

impl Dependency<'_> {
    /// Whether it has an edge of a kind that entries judge that name none.
    pub(super) fn is_ordinary(&self) -> bool {
        self.places.keys().any(|kind| is_ordinary(*kind))
    }

    /// The places of the edges of some kinds, sorted.
    pub(super) fn locations(&self, counts: impl Fn(EdgeKind) -> bool) -> Vec<Location> {
        let chosen = self.places.iter().filter(|(kind, _)| counts(**kind));
        let mut locations: Vec<Location> = chosen.flat_map(|(_, at)| at).cloned().collect();
        locations.sort();
        locations.dedup();
        locations
    }
}

/// The dependencies that a policy judges, sorted by their ends.
pub(super) fn judged<'a>(analysis: &'a Analysis, nodes: &Nodes<'a>) -> Vec<Dependency<'a>> {
    let mut found: BTreeMap<(&NodeId, &NodeId), BTreeMap<EdgeKind, Vec<Location>>> =
        BTreeMap::new();
    for edge in analysis.edges.iter().filter(|edge| counts(edge)) {
        found
            .entry((&edge.from, &edge.to))
            .or_default()
            .entry(edge.kind)
            .or_default()
            .extend(edge.locations.iter().cloned());
    }
    let dependency = |((from, to), places): ((&NodeId, &NodeId), _)| {
        let (from, to) = (nodes.get(from)?, nodes.get(to)?);
        (from.role != Role::Test).then_some(Dependency { from, to, places })
    };
    found.into_iter().filter_map(dependency).collect()
}

/// Whether an edge is judged: no test, no build script, no edge of a node to itself.
fn counts(edge: &EdgeRecord) -> bool {
    edge.from != edge.to && !edge.labels.any(Labels::TEST.with(Labels::BUILD))
}

/// What a name leads to behind a re-export is not the importer's business, only the import is.
pub(super) const fn is_ordinary(kind: EdgeKind) -> bool {
    match kind {
        EdgeKind::Reference | EdgeKind::Inherit | EdgeKind::Reexport | EdgeKind::CoChange => false,
        EdgeKind::Import
        | EdgeKind::Http
        | EdgeKind::Grpc
        | EdgeKind::Rpc
        | EdgeKind::Messaging
        | EdgeKind::Datastore
        | EdgeKind::SharedLibrary
        | EdgeKind::Call => true,
    }
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
    let ends = |entry: &'_ Allow| {
        [
            (entry.from.clone(), entry.line),
            (entry.to.clone(), entry.line),
        ]
    };
    let mut selectors: Vec<(Selector, usize)> = policy.may.iter().flat_map(ends).collect();
    for entry in &policy.forbid {
        selectors.extend([
            (entry.from.clone(), entry.line),
            (entry.to.clone(), entry.line),
        ]);
        for dependency in &dependencies {
            let kinds = broken_kinds(entry, dependency, &policy.may, nodes);
            if !kinds.is_empty() {
                found.push(violation(entry, dependency, &kinds));
            }
        }
    }
    for (selector, line) in selectors {
        if !nodes.all.iter().any(|node| selector.matches(node, nodes)) {
            let message = format!("`{}` selects nothing", selector.text());
            problems.push(Problem { line, message });
        }
    }
    found
}

/// The kinds of edges by which a dependency breaks an entry; none where it does not.
fn broken_kinds(
    entry: &Forbid,
    dependency: &Dependency<'_>,
    may: &[Allow],
    nodes: &Nodes<'_>,
) -> Vec<EdgeKind> {
    if !is_broken(entry, dependency, nodes) {
        return Vec::new();
    }
    let is_judged = |kind: EdgeKind| {
        if entry.kinds.is_empty() {
            is_ordinary(kind)
        } else {
            entry.kinds.contains(&kind)
        }
    };
    let is_allowed = |kind: EdgeKind| {
        may.iter().any(|allow| {
            (allow.kinds.is_empty() || allow.kinds.contains(&kind))
                && allow.from.matches(dependency.from, nodes)
                && allow.to.matches(dependency.to, nodes)
        })
    };
    let kinds = dependency.places.keys().copied();
    kinds
        .filter(|kind| is_judged(*kind) && !is_allowed(*kind))
        .collect()
}

/// Whether an entry is about this dependency and its dependent is no exception.
fn is_broken(entry: &Forbid, dependency: &Dependency<'_>, nodes: &Nodes<'_>) -> bool {
    entry.from.matches(dependency.from, nodes)
        && entry.to.matches(dependency.to, nodes)
        && !entry
            .except
            .iter()
            .any(|except| except.matches(dependency.from, nodes))
}

/// A breach with the places of the edges that break the entry.
fn violation(entry: &Forbid, dependency: &Dependency<'_>, kinds: &[EdgeKind]) -> Violation {
    let (from, to) = (dependency.from, dependency.to);
    Violation {
        title: format!("{} depends on {}", shown(from), shown(to)),
        reason: entry.reason.clone(),
        evidence: format!(
            "`{}` must not depend on `{}`{}",
            entry.from.text(),
            entry.to.text(),
            by_kind(&entry.kinds, kinds)
        ),
        advice: "Turn the dependency round, or move what is needed to where both may reach it."
            .to_owned(),
        locations: dependency.locations(|kind| kinds.contains(&kind)),
        ..Violation::new(RuleId::ForbiddenEdge, vec![from.id.clone(), to.id.clone()])
    }
}

/// The kinds found, where the entry is about kinds.
fn by_kind(wanted: &[EdgeKind], found: &[EdgeKind]) -> String {
    if wanted.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = found.iter().map(|kind| kind.name()).collect();
    format!(" by {}", names.join(", "))
}

/// The path of a file, the name of anything else.
pub(super) fn shown(node: &NodeRecord) -> &str {
    node.path.as_deref().unwrap_or(&node.name)
}

/// The line of a baseline for one dependency.
pub(super) fn key(rule: RuleId, from: &NodeId, to: &NodeId) -> String {
    format!("{rule} {from} -> {to}")
}
