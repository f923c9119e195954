//! A service that only passes on what another one owns.
//!
//! In: synchronous pairs, datastores, tables. Out: a finding per such service.
//! Invariant: silent unless most business services are known to have data of their own.
//! Never: a service that composes several others.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Facts, Finding, Rule, place};
use crate::model::{EdgeKind, Level, RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::LayerCut,
    summary: "a service without data of its own that serves one other",
    what: "Reports a business service that has no datastore and no table, waits for exactly one business service, and is \
           itself called; only where at least half of the business services have data of their own.",
    why: "Such a service is a layer, not a part: every feature crosses it, and it adds a hop without deciding anything.",
    example: "order-logic calls order-data for everything, and nobody else does.",
    fix: "Merge the two, or give the service the data that it decides about.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let names = place::business(facts);
    let owning = owners(facts);
    if owning.len() * 2 < names.len() {
        return Vec::new();
    }
    let calls = &facts.system.synchronous;
    let finding = |name: &&Arc<str>| {
        let callees: Vec<&Arc<str>> = calls
            .keys()
            .filter(|(from, to)| from == *name && facts.system.is_business(to))
            .map(|(_, to)| to)
            .collect();
        let called = calls.keys().any(|(_, to)| to == *name);
        let [callee] = callees.as_slice() else {
            return None;
        };
        if owning.contains(*name) || !called || !owning.contains(*callee) {
            return None;
        }
        Some(Finding {
            title: format!("{name} has no data of its own and only serves {callee}"),
            evidence: format!(
                "no datastore or table found for {name}; the only service that it waits for is {callee}"
            ),
            advice: format!(
                "merge {name} and {callee}, or give {name} the data that it decides about"
            ),
            locations: place::calls_between(facts, name, callee),
            ..Finding::new(
                RULE.id,
                Severity::Note,
                vec![place::id_of(facts, name), place::id_of(facts, callee)],
            )
        })
    };
    names.iter().filter_map(finding).collect()
}

/// Business services with a datastore or a table.
fn owners(facts: &Facts<'_>) -> BTreeSet<Arc<str>> {
    let stored = facts
        .graph
        .edges()
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Datastore);
    let stored = stored
        .filter_map(|edge| facts.graph.ancestor(edge.from, Level::Service))
        .map(|node| facts.graph.node(node).name.clone());
    let tables = facts
        .system
        .tables
        .iter()
        .flatten()
        .flat_map(|table| table.users.iter().cloned());
    stored
        .chain(tables)
        .filter(|name| facts.system.is_business(name))
        .collect()
}
