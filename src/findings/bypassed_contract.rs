//! Code of one service that reaches into the code of another.
//!
//! In: code edges. Out: a finding per pair of services.
//! Invariant: shared libraries, generated code and contract folders do not count.
//! Never: test code.

use std::collections::BTreeMap;

use super::{Facts, Finding, Rule, place};
use crate::graph::{Edge, NodeIndex};
use crate::model::{Level, Role, RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::BypassedContract,
    summary: "code of one service uses the internals of another",
    what: "Reports references in code from files of one service to files of another service, outside of folders for \
           contracts (api, proto, client, dto, events and the like), clients that a service offers, generated code and \
           tests.",
    why: "The services share code that no contract protects: they must be built, changed and deployed together.",
    example: "billing imports orders/internal/repository.",
    fix: "Call the other service's contract, or move the shared part into a library with a version.",
    check,
};

/// A finding for each ordered pair: A may use code of B and B code of A.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let pairs = crossing(facts).into_iter();
    pairs
        .map(|((from, to), edges)| finding(facts, from, to, &edges))
        .collect()
}

/// The uses of code across services, contracts aside, by both services.
fn crossing<'a>(facts: &Facts<'a>) -> BTreeMap<(NodeIndex, NodeIndex), Vec<&'a Edge>> {
    let mut pairs: BTreeMap<_, Vec<&Edge>> = BTreeMap::new();
    let service = |node| facts.graph.ancestor(node, Level::Service);
    let edges = facts.graph.edges().iter();
    for edge in edges.filter(|edge| edge.kind.is_code() && edge.is_counted()) {
        let (Some(from), Some(to)) = (service(edge.from), service(edge.to)) else {
            continue;
        };
        let own = place::is_first_party(facts.graph.node(edge.from));
        if from != to && own && !is_contract(facts, edge) {
            pairs.entry((from, to)).or_default().push(edge);
        }
    }
    pairs
}

/// A warning that weighs as much as there are places, also beyond those that are listed.
fn finding(facts: &Facts<'_>, from: NodeIndex, to: NodeIndex, edges: &[&Edge]) -> Finding {
    let (from, to) = (facts.graph.node(from), facts.graph.node(to));
    let mut locations = place::of_all(facts, edges.iter().copied());
    let all = locations.len();
    locations.truncate(place::MOST);
    let subject = vec![from.id.clone(), to.id.clone()];
    Finding {
        title: format!("{} uses the code of {}", from.name, to.name),
        evidence: format!("{all} references into files of {}", to.name),
        advice: "call the contract, or move the shared part into a library with a version"
            .to_owned(),
        locations,
        weight: all as f64,
        ..Finding::new(RULE.id, Severity::Warning, subject)
    }
}

/// Whether the target may be used by others: it lies in a folder of contracts, is generated or
/// shared code, or is a client that the service offers.
fn is_contract(facts: &Facts<'_>, edge: &Edge) -> bool {
    let target = facts.graph.node(edge.to);
    let path = target
        .path
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let contracts = &facts.project.knowledge.folders.contracts;
    let folder = crate::model::names::folder(&path)
        .split('/')
        .any(|part| contracts.has(part));
    let offered = || {
        let path = target.path.as_deref().unwrap_or_default();
        let mut conduits = facts.links.conduits.iter();
        conduits.any(|conduit| *conduit.path == *path)
    };
    folder || matches!(target.role, Role::Generated | Role::Library | Role::Test) || offered()
}
