//! A service that most others wait for.
//!
//! In: synchronous pairs. Out: a finding per hub.
//! Invariant: only business services call and are called.
//! Never: gateways, datastores, brokers or other infrastructure.

use super::{Facts, Finding, Rule, place};
use crate::model::{RuleId, Severity};

/// Fewest callers.
const MIN_CALLERS: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::Hub,
    summary: "one service that most others wait for",
    what: "Reports a business service that at least 5, and at least half, of the other business services call \
           synchronously.",
    why: "When it is slow or down, so is everything; every change of its contract concerns most teams.",
    example: "12 of 14 services ask users for the name of a user.",
    fix: "Split it by what the callers need, hand the data over with the request, or publish its changes so that \
          callers can keep a copy.",
    check,
};

/// What to do about a hub: who tells who somebody is is not split, but asked less often.
fn advice(facts: &Facts<'_>, name: &str) -> &'static str {
    if facts.project.knowledge.images.identity.has_word(name) {
        "let the callers check tokens by themselves, with keys that they keep: then none waits for it"
    } else {
        "split it by what the callers need, or publish its changes so that callers keep a copy"
    }
}

/// A finding for each service that at least five, and half of the others, wait for.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let names = place::business(facts);
    let finding = |name: &&std::sync::Arc<str>| {
        let callers: Vec<_> = facts
            .system
            .synchronous
            .keys()
            .filter(|(from, to)| to == *name && facts.system.is_business(from))
            .map(|(from, _)| from)
            .collect();
        if callers.len() < MIN_CALLERS || callers.len() * 2 < names.len().saturating_sub(1) {
            return None;
        }
        let listed: Vec<&str> = callers.iter().map(|caller| &***caller).collect();
        Some(Finding {
            title: format!(
                "{} of {} business services wait for {name}",
                callers.len(),
                names.len() - 1
            ),
            evidence: format!("called by {}", listed.join(", ")),
            advice: advice(facts, name).to_owned(),
            locations: callers
                .iter()
                .flat_map(|caller| {
                    place::calls_between(facts, caller, name)
                        .into_iter()
                        .take(1)
                })
                .collect(),
            weight: callers.len() as f64,
            ..Finding::new(RULE.id, Severity::Warning, vec![place::id_of(facts, name)])
        })
    };
    names.iter().filter_map(finding).collect()
}
