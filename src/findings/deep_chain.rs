//! Requests that wait through a long row of services.
//!
//! In: shapes of requests. Out: a finding per chain of services.
//! Invariant: gateways and infrastructure do not count as visits.
//! Never: a chain that hardly any request takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Facts, Finding, Rule, percent, place};
use crate::model::{RuleId, Severity};

/// Fewest visits to business services.
const MIN_VISITS: usize = 5;
/// Smallest share of all requests, in percent.
const MIN_SHARE: u64 = 1;
/// Most chains that are reported.
const MOST: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DeepChain,
    summary: "requests wait through a long row of services",
    what: "Reports the five most frequent rows of at least 5 visits to business services that wait for each other, \
           when at least 1 % of the recorded requests take them.",
    why: "Times add up and chances to fail multiply along the row: five services that each answer 99.9 % of the \
          time answer 99.5 % together.",
    example: "gateway -> orders -> pricing -> discount -> customer -> rating",
    fix: "Let the first service ask several others at once, keep a copy of the data that it needs, or answer first \
          and do the rest by events.",
    check,
};

/// The most frequent chains. Requests count by the business services that they pass: two chains
/// that differ only in a gateway are one.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut chains: BTreeMap<Vec<&Arc<str>>, u64> = BTreeMap::new();
    for shape in facts.system.requests.iter().flatten() {
        let visits: Vec<&Arc<str>> = shape
            .path
            .iter()
            .filter(|name| facts.system.is_business(name))
            .collect();
        if visits.len() >= MIN_VISITS {
            *chains.entry(visits).or_default() += shape.count;
        }
    }
    let all = facts.system.request_count();
    let mut chains: Vec<_> = chains
        .into_iter()
        .filter(|(_, count)| count * 100 >= all * MIN_SHARE)
        .collect();
    chains.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    chains
        .into_iter()
        .take(MOST)
        .map(|(chain, count)| finding(facts, &chain, count, all))
        .collect()
}

/// A warning with a place for each step and a trace that shows one of them.
fn finding(facts: &Facts<'_>, chain: &[&Arc<str>], count: u64, all: u64) -> Finding {
    let subject = chain.iter().map(|name| place::id_of(facts, name)).collect();
    let names: Vec<&str> = chain.iter().map(|name| &***name).collect();
    let steps = || {
        chain
            .windows(2)
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
    };
    Finding {
        title: format!("{} services in a row: {}", chain.len(), names.join(" -> ")),
        evidence: format!(
            "{count} of {all} recorded requests ({} %) wait through it",
            percent(count, all)
        ),
        advice: "ask several services at once, keep a copy of the data, or do part of it by events"
            .to_owned(),
        locations: steps()
            .flat_map(|(from, to)| place::calls_between(facts, from, to).into_iter().take(1))
            .collect(),
        trace: steps().find_map(|(from, to)| place::trace_of(facts, from, to)),
        weight: chain.len() as f64,
        ..Finding::new(RULE.id, Severity::Warning, subject)
    }
}
