//! The same operation called again and again within one visit (N+1).
//!
//! In: recorded calls. Out: a finding per caller, callee and operation.
//! Invariant: retries of failed calls do not count.
//! Never: one long list of all operations of a pair.

use super::{Facts, Finding, Rule, place};
use crate::model::{NodeId, NodeKind, RepeatedCall, RuleId, Severity};
use crate::simulate::remedies::{self, Waste};

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

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let repeated = facts.calls.map_or(&[][..], |calls| &calls.repeated);
    repeated
        .iter()
        .filter_map(|repeated| finding(facts, repeated))
        .collect()
}

fn finding(facts: &Facts<'_>, repeated: &RepeatedCall) -> Option<Finding> {
    let real = repeated.calls.saturating_sub(repeated.retries);
    if repeated.most < MIN_MOST || repeated.visits < MIN_VISITS || real < MIN_MOST * MIN_VISITS {
        return None;
    }
    let RepeatedCall {
        caller,
        callee,
        operation,
        ..
    } = repeated;
    // A database has no operations to change: its caller asks for all at once.
    let service = facts.system.is_business(callee);
    let kind = if service {
        NodeKind::Service
    } else {
        NodeKind::Datastore
    };
    let subject = vec![
        NodeId::service(caller.clone()),
        NodeId::new(kind, callee.clone()),
    ];
    let advice = if service {
        format!("offer an operation of {callee} that takes all ids at once")
    } else {
        format!("ask {callee} for all ids at once: one query in place of one for each")
    };
    let base = Finding::new(RULE.id, Severity::Warning, subject);
    let waste = Waste {
        caller: caller.clone(),
        callee: callee.clone(),
        calls: real.saturating_sub(repeated.visits),
        action: advice.clone(),
        reason: format!("{real} calls could be {}", repeated.visits),
    };
    Some(Finding {
        title: format!(
            "{caller} calls {operation} of {callee} up to {} times in one request",
            repeated.most
        ),
        evidence: format!("{real} calls in {} visits of {caller}", repeated.visits),
        advice,
        locations: place::calls_between(facts, caller, callee),
        trace: Some(repeated.example_trace.clone()),
        fingerprint: format!("{}|{operation}", base.fingerprint),
        remedies: service
            .then(|| remedies::stop(facts.system, &waste, &facts.assumptions))
            .into_iter()
            .collect(),
        #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
        weight: real as f64,
        ..base
    })
}
