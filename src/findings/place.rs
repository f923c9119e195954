//! Where a person can see what a finding is about.
//!
//! In: [`Facts`], names of services or node ids. Out: locations and ids.
//! Invariant: places in code come before places in manifests; sorted within each.
//! Never: more places than a person reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Facts;
use crate::graph::{Edge, Node, NodeIndex};
use crate::model::{FileRole, Level, Location, NodeId, Provenance, Role};

/// Most places of one finding.
pub(super) const MOST: usize = 12;

/// The id of the service called `name`.
pub(super) fn id_of(facts: &Facts<'_>, name: &str) -> NodeId {
    let found = facts
        .graph
        .nodes()
        .iter()
        .find(|node| node.level == Level::Service && &*node.name == name);
    found.map_or_else(|| NodeId::service(name), |node| node.id.clone())
}

/// The ids of two services.
pub(super) fn pair(facts: &Facts<'_>, a: &str, b: &str) -> Vec<NodeId> {
    vec![id_of(facts, a), id_of(facts, b)]
}

/// Places of edges, sorted, each once.
pub(super) fn of_all<'a>(
    facts: &Facts<'_>,
    edges: impl Iterator<Item = &'a Edge>,
) -> Vec<Location> {
    let mut found: Vec<Location> = edges.flat_map(|edge| facts.graph.places(edge)).collect();
    found.sort();
    found.dedup();
    found
}

/// Places of the edges between two services, those in code first.
pub(super) fn between(facts: &Facts<'_>, from: &str, to: &str) -> Vec<Location> {
    of_edges(facts, from, to, |_| true)
}

/// The same of calls that make the caller wait; messages between the two left out.
pub(super) fn calls_between(facts: &Facts<'_>, from: &str, to: &str) -> Vec<Location> {
    of_edges(facts, from, to, |edge| edge.kind.is_synchronous())
}

/// Places of the edges between two services that count, those in code first, each once and at most
/// `MOST`. Recorded calls have no place.
fn of_edges(
    facts: &Facts<'_>,
    from: &str,
    to: &str,
    counts: impl Fn(&Edge) -> bool,
) -> Vec<Location> {
    let ends = |edge: &&Edge| {
        let is = |node: &Node, name: &str| node.level == Level::Service && &*node.name == name;
        counts(edge) && is(facts.graph.node(edge.from), from) && is(facts.graph.node(edge.to), to)
    };
    let edges: Vec<&Edge> = facts.graph.edges().iter().filter(ends).collect();
    let of = |provenance: Provenance| {
        edges
            .iter()
            .filter(move |edge| edge.provenance == provenance)
            .flat_map(|edge| facts.graph.places(edge))
    };
    let mut found: Vec<Location> = of(Provenance::Code)
        .chain(of(Provenance::Declared))
        .collect();
    let mut seen = BTreeSet::new();
    found.retain(|location| seen.insert(location.clone()));
    found.truncate(MOST);
    found
}

/// The place that made a service known.
pub(super) fn of_service(facts: &Facts<'_>, name: &str) -> Option<Location> {
    let service = facts
        .project
        .services
        .iter()
        .find(|service| service.name == name)?;
    service.evidence.first().cloned()
}

/// Places that made services known.
pub(super) fn of_services<'a>(
    facts: &Facts<'_>,
    names: impl IntoIterator<Item = &'a Arc<str>>,
) -> Vec<Location> {
    names
        .into_iter()
        .filter_map(|name| of_service(facts, name))
        .collect()
}

/// A recorded trace with a call between two services.
pub(super) fn trace_of(facts: &Facts<'_>, from: &str, to: &str) -> Option<Arc<str>> {
    let edges = facts.calls.map_or(&[][..], |calls| &calls.edges);
    let same = |name: &str, wanted: &str| {
        crate::model::names::key(name) == crate::model::names::key(wanted)
    };
    edges
        .iter()
        .find(|edge| same(&edge.caller, from) && same(&edge.callee, to))?
        .example_trace
        .clone()
}

/// Names of the business services, sorted.
pub(super) fn business<'a>(facts: &Facts<'a>) -> Vec<&'a Arc<str>> {
    let services = facts.system.services.iter();
    services
        .filter(|(_, role)| **role == Role::Business)
        .map(|(name, _)| name)
        .collect()
}

/// Whether a file takes part in findings: source of the system, not tests or generated code.
pub(super) fn is_first_party(node: &Node) -> bool {
    !matches!(node.role, Role::Test | Role::Generated)
}

/// Modules of a third party's code in the tree: those that hold a vendored file.
pub(super) fn vendored(facts: &Facts<'_>) -> BTreeSet<NodeIndex> {
    let files = facts
        .project
        .iter()
        .filter(|(_, file)| file.role == FileRole::Vendored);
    let nodes = files.filter_map(|(file, _)| facts.graph.file(file));
    nodes
        .filter_map(|node| facts.graph.ancestor(node, Level::Module))
        .collect()
}
