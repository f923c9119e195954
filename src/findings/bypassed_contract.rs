//! Code of one service that reaches into the code of another.
//!
//! In: code edges. Out: a finding per pair of services.
//! Invariant: shared libraries, generated code and contract folders do not count.
//! Never: test code.

use std::collections::BTreeMap;

use super::{Facts, Finding, Rule, place};
use crate::graph::Edge;
use crate::model::{Level, Location, Role, RuleId, Severity};

/// Folder names that hold contracts; reaching into them is what they are for.
const CONTRACTS: [&str; 18] = [
    "api",
    "apis",
    "contract",
    "contracts",
    "proto",
    "protos",
    "pb",
    "grpc",
    "client",
    "clients",
    "sdk",
    "dto",
    "dtos",
    "events",
    "messages",
    "interfaces",
    "schema",
    "gen",
];

pub(super) const RULE: Rule = Rule {
    id: RuleId::BypassedContract,
    summary: "code of one service uses the internals of another",
    what: "Reports references in code from files of one service to files of another service, outside of folders for \
           contracts (api, proto, client, dto, events and the like), generated code and tests.",
    why: "The services share code that no contract protects: they must be built, changed and deployed together.",
    example: "billing imports orders/internal/repository.",
    fix: "Call the other service's contract, or move the shared part into a library with a version.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut pairs: BTreeMap<_, Vec<&Edge>> = BTreeMap::new();
    let service = |node| facts.graph.ancestor(node, Level::Service);
    for edge in facts
        .graph
        .edges()
        .iter()
        .filter(|edge| edge.kind.is_code() && edge.is_counted())
    {
        let (Some(from), Some(to)) = (service(edge.from), service(edge.to)) else {
            continue;
        };
        let counts = from != to
            && !is_contract(facts, edge)
            && place::is_first_party(facts.graph.node(edge.from));
        if counts {
            pairs.entry((from, to)).or_default().push(edge);
        }
    }
    let finding = |((from, to), edges): (_, Vec<&Edge>)| {
        let (from, to) = (facts.graph.node(from), facts.graph.node(to));
        let mut locations: Vec<Location> = edges
            .iter()
            .flat_map(|edge| facts.graph.places(edge))
            .collect();
        locations.sort();
        locations.dedup();
        let all = locations.len();
        locations.truncate(12);
        Finding {
            title: format!("{} uses the code of {}", from.name, to.name),
            evidence: format!("{all} references into files of {}", to.name),
            advice: "call the contract, or move the shared part into a library with a version"
                .to_owned(),
            locations,
            #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
            weight: all as f64,
            ..Finding::new(
                RULE.id,
                Severity::Warning,
                vec![from.id.clone(), to.id.clone()],
            )
        }
    };
    pairs.into_iter().map(finding).collect()
}

fn is_contract(facts: &Facts<'_>, edge: &Edge) -> bool {
    let target = facts.graph.node(edge.to);
    let path = target
        .path
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let folder = crate::model::names::folder(&path)
        .split('/')
        .any(|part| CONTRACTS.contains(&part));
    folder || matches!(target.role, Role::Generated | Role::Library | Role::Test)
}
