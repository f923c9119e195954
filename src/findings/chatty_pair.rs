//! Two services that talk too much per request.
//!
//! In: shapes of requests. Out: a finding per pair.
//! Invariant: only pairs with enough requests.
//! Never: one operation that is repeated; `repeated-call` reports that.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Facts, Finding, Rule, place};
use crate::model::{RuleId, Severity};

/// Fewest requests that cross the pair.
const MIN_REQUESTS: u64 = 10;
/// Fewest calls per such request.
const MIN_CALLS: u64 = 4;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ChattyPair,
    summary: "two services exchange many calls per request",
    what: "Reports two business services with at least 10 recorded requests that call from one to the other, and on \
           average at least 4 such calls per request.",
    why: "Each call costs a network round trip and a chance to fail; what belongs into one answer is spread over \
          many.",
    example: "article calls comment 12 times to show one front page.",
    fix: "Offer one operation that answers all at once, hand the data over with the first call, or move the \
          boundary.",
    check,
};

/// A finding for each pair with enough requests and enough calls in each of them.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let chatty = |(_, traffic): &(_, Traffic)| {
        traffic.requests >= MIN_REQUESTS && traffic.calls >= MIN_CALLS * traffic.requests
    };
    let pairs = traffic(facts).into_iter().filter(chatty);
    pairs
        .map(|((from, to), traffic)| finding(facts, from, to, traffic))
        .collect()
}

/// Recorded requests that go from one service to another, and the calls in them.
#[derive(Clone, Copy, Default)]
struct Traffic {
    requests: u64,
    calls: u64,
}

/// The traffic of each pair of business services.
fn traffic<'a>(facts: &Facts<'a>) -> BTreeMap<(&'a Arc<str>, &'a Arc<str>), Traffic> {
    let mut pairs: BTreeMap<_, Traffic> = BTreeMap::new();
    let business = |name: &Arc<str>| facts.system.is_business(name);
    for shape in facts.system.requests.iter().flatten() {
        let edges = shape.edges.iter();
        for (from, to, calls) in edges.filter(|(a, b, _)| business(a) && business(b)) {
            let pair = pairs.entry((from, to)).or_default();
            pair.requests += shape.count;
            pair.calls += calls * shape.count;
        }
    }
    pairs
}

/// A warning ordered by the calls per request, not by their number: a busy pair is not a chatty
/// one.
fn finding(facts: &Facts<'_>, from: &Arc<str>, to: &Arc<str>, traffic: Traffic) -> Finding {
    let Traffic { requests, calls } = traffic;
    let average = crate::cycles::monolith::ratio(calls, requests);
    Finding {
        title: format!("{from} calls {to} {average:.1} times per request"),
        evidence: format!("{calls} calls in {requests} recorded requests"),
        advice: format!("offer one operation of {to} that answers all at once"),
        locations: place::calls_between(facts, from, to),
        trace: place::trace_of(facts, from, to),
        weight: average,
        ..Finding::new(RULE.id, Severity::Warning, place::pair(facts, from, to))
    }
}
