//! One database that several services load.
//!
//! In: recorded calls to datastores. Out: a finding per datastore.
//! Invariant: calls and time per service stand in the evidence, the heaviest first.
//! Never: a database that only one business service uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Facts, Finding, Rule, counted, percent, place};
use crate::model::{CallMode, Location, RuleId, Severity};

/// Fewest calls of a service that count as load.
const MIN_CALLS: u64 = 10;

pub(super) const RULE: Rule = Rule {
    id: RuleId::SharedDatastoreLoad,
    summary: "several services load the same database",
    what: "Reports a database to which at least two business services sent at least 10 recorded calls each, with the \
           calls and the time of every service.",
    why: "Connections, locks, memory and processors of the database are shared: a slow query or a burst of one \
          service makes the others slow, although nothing in their code shows it.",
    example: "article spends 40 s and comment 2 s in the same database: a slow query of article hits comment.",
    fix: "Give the heavier service a database of its own, or a replica for its reads; until then limit its \
          connections and the time of its queries.",
    check,
};

/// Calls and nanoseconds of each service.
type Loads<'a> = BTreeMap<&'a Arc<str>, (u64, u64)>;

/// A finding for each database that two business services call often enough.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut stores: BTreeMap<&Arc<str>, Loads<'_>> = BTreeMap::new();
    for edge in facts.calls.map_or(&[][..], |calls| &calls.edges) {
        if edge.mode == CallMode::Datastore && facts.system.is_business(&edge.caller) {
            let load = stores.entry(&edge.callee).or_default().entry(&edge.caller);
            let (calls, time) = load.or_default();
            *calls += edge.calls;
            *time += edge.time_ns;
        }
    }
    for loads in stores.values_mut() {
        loads.retain(|_, (calls, _)| *calls >= MIN_CALLS);
    }
    let shared = stores.into_iter().filter(|(_, loads)| loads.len() > 1);
    shared
        .map(|(store, loads)| finding(facts, store, &loads))
        .collect()
}

/// A note with calls and time of each service. The title names the two heaviest, as the first one
/// hits the second.
fn finding(facts: &Facts<'_>, store: &Arc<str>, loads: &Loads<'_>) -> Finding {
    let mut heaviest: Vec<_> = loads.iter().collect();
    heaviest.sort_by(|a, b| b.1.1.cmp(&a.1.1).then_with(|| a.0.cmp(b.0)));
    let all: u64 = loads.values().map(|(_, time)| time).sum();
    let part = |(name, (calls, time)): &(&&Arc<str>, &(u64, u64))| {
        let (calls, share) = (counted(*calls, "call"), percent(*time, all));
        format!("{name} {calls} in {} ms ({share} %)", time / 1_000_000)
    };
    let parts: Vec<String> = heaviest.iter().map(part).collect();
    let names: Vec<&str> = heaviest.iter().map(|(name, _)| &****name).collect();
    let (first, others) = (names[0], names[1]);
    let ids = std::iter::once(store).chain(loads.keys().copied());
    let subject = ids.map(|name| place::id_of(facts, name));
    Finding {
        title: format!(
            "{} services load {store}: a slow query of {first} hits {others}",
            names.len()
        ),
        evidence: format!("recorded: {}", parts.join(", ")),
        advice: format!(
            "give {first} a database or a replica of its own, or limit its connections and query times"
        ),
        locations: places(facts, store, &names, loads),
        trace: names
            .iter()
            .find_map(|name| place::trace_of(facts, name, store)),
        weight: all as f64,
        ..Finding::new(RULE.id, Severity::Note, subject.collect())
    }
}

/// Where the services use the store, the heaviest first; else where they are declared.
fn places(facts: &Facts<'_>, store: &str, names: &[&str], loads: &Loads<'_>) -> Vec<Location> {
    let uses = |name: &&str| place::between(facts, name, store).into_iter().take(2);
    let found: Vec<Location> = names.iter().flat_map(uses).collect();
    if found.is_empty() {
        return place::of_services(facts, loads.keys().copied());
    }
    found
}
