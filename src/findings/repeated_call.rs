//! The same operation called again and again within one visit (N+1).
//!
//! In: recorded calls. Out: a finding per caller, callee and operation.
//! Invariant: retries of failed calls do not count.
//! Never: one long list of all operations of a pair.

use super::{Facts, Finding, Rule, place};
use crate::model::{NodeId, NodeKind, RepeatedCall, RuleId, Severity};
use crate::simulate::remedies::{self, Remedy, Waste};

/// Fewest calls in one visit.
const MIN_MOST: u64 = 3;
/// Fewest visits that show it.
const MIN_VISITS: u64 = 2;

pub(super) const RULE: Rule = Rule {
    id: RuleId::RepeatedCall,
    summary: "one request calls the same operation many times",
    what: "Reports an operation that one visit of a service calls at least 3 times, in at least 2 visits, \
           retries of failed calls left out.",
    why: "The time of the request grows with the size of the data: one call for a list, then one for each of \
          its N entries. The network pays N times what one call would cost.",
    example: "The front page asks article for a list, then asks for each article's teaser: 10 calls per page.",
    fix: "Offer an operation that takes all ids at once, or hand the data over with the first answer.",
    check,
};

/// A finding for each operation that is repeated often enough.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let repeated = facts.calls.map_or(&[][..], |calls| &calls.repeated);
    repeated
        .iter()
        .filter_map(|repeated| finding(facts, repeated))
        .collect()
}

/// A warning; `None` below the thresholds. Retries are subtracted first, and the rest must still
/// amount to the smallest number of calls in the smallest number of visits. The operation is part
/// of the fingerprint, since one pair may repeat several.
fn finding(facts: &Facts<'_>, repeated: &RepeatedCall) -> Option<Finding> {
    let real = repeated.calls.saturating_sub(repeated.retries);
    if repeated.most < MIN_MOST || repeated.visits < MIN_VISITS || real < MIN_MOST * MIN_VISITS {
        return None;
    }
    let (caller, callee) = (&repeated.caller, &repeated.callee);
    let operation = &repeated.operation;
    let service = facts.system.is_business(callee);
    let (kind, advice) = all_at_once(callee, service);
    let callee_id = NodeId::new(kind, callee.clone());
    let subject = vec![NodeId::service(caller.clone()), callee_id];
    let base = Finding::new(RULE.id, Severity::Warning, subject);
    Some(Finding {
        title: format!(
            "{caller} calls {operation} of {callee} up to {} times in one request",
            repeated.most
        ),
        evidence: format!("{real} calls in {} visits of {caller}", repeated.visits),
        locations: place::calls_between(facts, caller, callee),
        trace: Some(repeated.example_trace.clone()),
        fingerprint: format!("{}|{operation}", base.fingerprint),
        remedies: service
            .then(|| stop(facts, repeated, &advice))
            .into_iter()
            .collect(),
        advice,
        weight: real as f64,
        ..base
    })
}

/// What the callee is, and what its caller should do; a database has no operations to change.
fn all_at_once(callee: &str, service: bool) -> (NodeKind, String) {
    if service {
        let advice = format!("offer an operation of {callee} that takes all ids at once");
        return (NodeKind::Service, advice);
    }
    let advice = format!("ask {callee} for all ids at once: one query in place of one for each");
    (NodeKind::Datastore, advice)
}

/// The system with one call for each visit.
fn stop(facts: &Facts<'_>, repeated: &RepeatedCall, advice: &str) -> Remedy {
    let real = repeated.calls.saturating_sub(repeated.retries);
    let waste = Waste {
        caller: repeated.caller.clone(),
        callee: repeated.callee.clone(),
        calls: real.saturating_sub(repeated.visits),
        action: advice.to_owned(),
        reason: format!("{real} calls could be {}", repeated.visits),
    };
    remedies::stop(facts.system, &waste, &facts.assumptions)
}
