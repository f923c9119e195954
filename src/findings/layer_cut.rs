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

/// A finding for each service without data that serves one that has some. Nothing where less than
/// half of the services are known to have data: that so many have none means that stores were not
/// found.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let (names, owning) = (place::business(facts), owners(facts));
    if owning.len() * 2 < names.len() {
        return Vec::new();
    }
    let bare = names.into_iter().filter(|name| !owning.contains(*name));
    let only = bare.filter_map(|name| Some((name, only_callee(facts, name)?)));
    only.filter(|(_, callee)| owning.contains(*callee))
        .map(|(name, callee)| finding(facts, name, callee))
        .collect()
}

/// The one business service that a service calls, which is called itself.
fn only_callee<'a>(facts: &Facts<'a>, name: &Arc<str>) -> Option<&'a Arc<str>> {
    let calls = &facts.system.synchronous;
    let mut callees = calls
        .keys()
        .filter(|(from, to)| from == name && facts.system.is_business(to));
    let (_, callee) = callees.next()?;
    let called = calls.keys().any(|(_, to)| to == name);
    (called && callees.next().is_none()).then_some(callee)
}

/// A note with the places of the calls.
fn finding(facts: &Facts<'_>, name: &Arc<str>, callee: &Arc<str>) -> Finding {
    Finding {
        title: format!("{name} has no data of its own and only serves {callee}"),
        evidence: format!(
            "no datastore or table found for {name}; the only service that it waits for is {callee}"
        ),
        advice: format!("merge {name} and {callee}, or give {name} the data that it decides about"),
        locations: place::calls_between(facts, name, callee),
        ..Finding::new(RULE.id, Severity::Note, place::pair(facts, name, callee))
    }
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
