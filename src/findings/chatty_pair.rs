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

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut pairs: BTreeMap<(&Arc<str>, &Arc<str>), (u64, u64)> = BTreeMap::new();
    for shape in facts.system.requests.iter().flatten() {
        for (from, to, calls) in shape
            .edges
            .iter()
            .filter(|(a, b, _)| facts.system.is_business(a) && facts.system.is_business(b))
        {
            let (requests, all) = pairs.entry((from, to)).or_default();
            *requests += shape.count;
            *all += calls * shape.count;
        }
    }
    let chatty = |(_, (requests, calls)): &((&Arc<str>, &Arc<str>), (u64, u64))| {
        *requests >= MIN_REQUESTS && *calls >= MIN_CALLS * *requests
    };
    let finding = |((from, to), (requests, calls)): ((&Arc<str>, &Arc<str>), (u64, u64))| {
        let subject = vec![place::id_of(facts, from), place::id_of(facts, to)];
        let average = crate::cycles::monolith::ratio(calls, requests);
        Finding {
            title: format!("{from} calls {to} {average:.1} times per request"),
            evidence: format!("{calls} calls in {requests} recorded requests"),
            advice: format!("offer one operation of {to} that answers all at once"),
            locations: place::calls_between(facts, from, to),
            trace: place::trace_of(facts, from, to),
            weight: average,
            ..Finding::new(RULE.id, Severity::Warning, subject)
        }
    };
    pairs.into_iter().filter(chatty).map(finding).collect()
}
