//! A service that writes a table of another.
//!
//! In: uses of tables. Out: a finding per table and writing service.
//! Invariant: the owner is the one service whose schema files create the table.
//! Never: guesses an owner.

use super::{Facts, Finding, Rule, counted, place};
use crate::model::{RuleId, Severity, TableUse};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ForeignWrite,
    summary: "a service writes a table that another service owns",
    what: "Reports statements that write a table whose schema stands in the files of exactly one other service on \
           the same database.",
    why: "The owner cannot keep its rules about the data, cannot change the table alone and cannot tell who \
          changed a row.",
    example: "comment runs UPDATE article_stats, a table that article creates.",
    fix: "Offer an operation of the owner, or publish an event that the owner listens to.",
    check,
};

/// Looks at each table of each database once, however many statements name it.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let tables: BTreeSet<(&String, &String)> = facts
        .links
        .tables
        .iter()
        .filter_map(|known| Some((known.datastore.as_ref()?, &known.table)))
        .collect();
    tables
        .into_iter()
        .flat_map(|(store, table)| of_table(facts, store, table))
        .collect()
}

/// Whether a statement that writes belongs to a schema: it stands in a file of SQL or in a
/// migration, so that the service that holds it owns the table.
fn is_schema(known: &TableUse) -> bool {
    let path = known.location.path.to_ascii_lowercase();
    known.write && (path.ends_with(".sql") || path.contains("migration"))
}

/// A finding for each service that writes a table of another. Nothing where no service, or more
/// than one, has the schema: the owner is then unknown.
fn of_table(facts: &Facts<'_>, store: &str, table: &str) -> Vec<Finding> {
    let all = facts.links.tables.iter();
    let same = all.filter(|it| it.table == table && it.datastore.as_deref() == Some(store));
    let uses: Vec<&TableUse> = same.collect();
    let services = |counts: fn(&TableUse) -> bool| -> BTreeSet<&str> {
        let counted = uses.iter().filter(|known| counts(known));
        counted
            .filter_map(|known| known.service.as_deref())
            .collect()
    };
    let mut owners = services(is_schema).into_iter();
    let (Some(owner), None) = (owners.next(), owners.next()) else {
        return Vec::new();
    };
    let writers = services(|known| known.write).into_iter();
    let foreign = writers.filter(|writer| *writer != owner);
    foreign
        .map(|writer| finding(facts, (store, table), &uses, (writer, owner)))
        .collect()
}

/// `uses` are those of the table.
fn finding(
    facts: &Facts<'_>,
    (store, table): (&str, &str),
    uses: &[&TableUse],
    (writer, owner): (&str, &str),
) -> Finding {
    let own = uses
        .iter()
        .filter(|known| known.write && known.service.as_deref() == Some(writer));
    let places: Vec<_> = own.map(|known| known.location.clone()).collect();
    let subject = place::pair(facts, writer, owner);
    let base = Finding::new(RULE.id, Severity::Warning, subject);
    Finding {
        title: format!("{writer} writes {table}, a table of {owner}"),
        evidence: format!(
            "{writer} writes it in {} of its code, in {store}; {owner} owns the schema",
            counted(places.len() as u64, "place")
        ),
        advice: format!(
            "offer an operation of {owner}, or let {owner} listen to an event of {writer}"
        ),
        locations: places,
        fingerprint: format!("{}|{table}", base.fingerprint),
        ..base
    }
}
