//! Tables that several services use.
//!
//! In: uses of tables in code and traces. Out: a finding per table.
//! Invariant: only tables of one known database; at least one of the services writes.
//! Never: two databases that merely share a server or a name.

use std::sync::Arc;

use super::{Facts, Finding, Rule, place};
use crate::model::{Location, NodeId, NodeKind, RuleId, Severity, TableUse};
use crate::simulate::TableUsers;

pub(super) const RULE: Rule = Rule {
    id: RuleId::SharedTable,
    summary: "several services use the same table",
    what: "Reports a table or collection of one database that at least two services use and at least one of them \
           writes. Separate databases on one server, and equal names on different servers, do not count.",
    why: "The table is a contract that nobody versions: a migration breaks the other side, a slow query blocks \
          it, and neither service can guarantee what the data means.",
    example: "article and comment both run UPDATE article_stats.",
    fix: "Let one service own the table and offer the others an operation or an event.",
    check,
};

/// Shared tables of the code, then those that only traces show. A table that both know is reported
/// once, by the code, which has places.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let [code, traces] = &facts.system.tables;
    let known = |name: &str| {
        code.iter()
            .any(|table| is_shared(table) && bare(&table.name) == bare(name))
    };
    let observed = traces.iter().filter(|table| !known(&table.name));
    code.iter()
        .chain(observed)
        .filter(|table| is_shared(table))
        .map(|table| finding(facts, table))
        .collect()
}

/// Whether several services use the table and one of them writes it.
fn is_shared(table: &TableUsers) -> bool {
    table.users.len() > 1 && !table.writers.is_empty()
}

/// The table without its database.
pub(super) fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// `a, b, c`.
fn list(names: &std::collections::BTreeSet<Arc<str>>) -> String {
    names
        .iter()
        .map(|name| &**name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Users that do not write.
fn readers(table: &TableUsers) -> String {
    let readers = table.users.difference(&table.writers).cloned().collect();
    let names = list(&readers);
    if names.is_empty() {
        names
    } else {
        format!(", read by {names}")
    }
}

/// A warning where several services write, a note where one does and others read.
fn finding(facts: &Facts<'_>, table: &TableUsers) -> Finding {
    let name = bare(&table.name);
    let store = table.name.rsplit_once('/').map_or("", |(store, _)| store);
    let severity = match table.writers.len() {
        0 | 1 => Severity::Note,
        _ => Severity::Warning,
    };
    let users = table.users.iter().map(|user| place::id_of(facts, user));
    let subject = std::iter::once(NodeId::new(NodeKind::Datastore, store)).chain(users);
    let base = Finding::new(RULE.id, severity, subject.collect());
    Finding {
        title: format!("table {name} is used by {}", list(&table.users)),
        evidence: format!(
            "in {store}, written by {}{}{}",
            list(&table.writers),
            readers(table),
            load(facts, name)
        ),
        advice: "let one service own the table and offer the others an operation or an event"
            .to_owned(),
        locations: places(facts, table),
        fingerprint: format!("{}|{name}", base.fingerprint),
        weight: table.writers.len() as f64 * 10.0 + table.users.len() as f64,
        ..base
    }
}

/// Where the services write the table, then where they read it; else where they are declared.
fn places(facts: &Facts<'_>, table: &TableUsers) -> Vec<Location> {
    let by_user = |known: &&TableUse| {
        let user = known.service.as_deref();
        user.is_some_and(|user| table.users.contains(user))
    };
    let of_table = |known: &&TableUse| known.table == bare(&table.name);
    let uses = || facts.links.tables.iter().filter(of_table).filter(by_user);
    let statement = |known: &&TableUse| !known.location.path.ends_with(".sql");
    let writes = uses().filter(|known| known.write).filter(statement);
    let others = uses().filter(|known| !known.write);
    let found = writes.chain(others).map(|known| known.location.clone());
    let mut found: Vec<Location> = found.collect();
    if found.is_empty() {
        found = place::of_services(facts, &table.users);
    }
    found.truncate(place::MOST);
    found
}

/// Recorded statements and time per service: whose slow query would hit whom.
fn load(facts: &Facts<'_>, table: &str) -> String {
    let loads = facts
        .calls
        .iter()
        .flat_map(|calls| &calls.tables)
        .filter(|load| &*load.table == table);
    let parts: Vec<String> = loads
        .map(|load| {
            let verb = if load.write { "writes" } else { "reads" };
            format!(
                "{} {} {verb} in {} ms",
                load.service,
                load.calls,
                load.time_ns / 1_000_000
            )
        })
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("; recorded: {}", parts.join(", "))
    }
}
