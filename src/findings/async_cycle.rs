//! Services that drive each other in a circle through messages.
//!
//! In: cycles of the service level. Out: a finding per asynchronous cycle.
//! Invariant: at least one step is a message.
//! Never: counted as a distributed monolith.

use super::service_cycle::round;
use super::{Facts, Finding, Rule, place};
use crate::cycles::Cycle;
use crate::model::{Level, RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AsyncCycle,
    summary: "business services drive each other in a circle through messages",
    what: "Reports every strongly connected component of business services whose way round needs at least one \
           message. Synchronous cycles are reported by service-cycle.",
    why: "Nobody waits, so nothing blocks; yet an event can cause itself again, and a change of the event's \
          shape must be made on all sides.",
    example: "orders publishes `order.placed`, stock answers with `stock.reserved`, and orders listens to that.",
    fix: "Check that the events end after a bounded number of rounds; let one service own the process if the \
          circle is a hidden workflow.",
    check,
};

/// A finding for each cycle of services that needs a message to close.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let asynchronous =
        |cycle: &&Cycle| cycle.level == Level::Service && cycle.synchronous == Some(false);
    facts
        .cycles
        .iter()
        .filter(asynchronous)
        .map(|cycle| finding(facts, cycle))
        .collect()
}

/// A note with up to three places for each step of the shortest way round.
fn finding(facts: &Facts<'_>, cycle: &Cycle) -> Finding {
    let steps = cycle
        .shortest
        .iter()
        .zip(cycle.shortest.iter().cycle().skip(1));
    let locations = steps
        .flat_map(|(from, to)| {
            place::between(facts, &from.name, &to.name)
                .into_iter()
                .take(3)
        })
        .collect();
    Finding {
        title: format!("Event loop: {}", round(&cycle.shortest)),
        evidence: format!(
            "{} services reach each other by calls and messages",
            cycle.members.len()
        ),
        advice: "make sure that the events end, or let one service own the process".to_owned(),
        locations,
        ..Finding::new(RULE.id, Severity::Note, cycle.members.clone())
    }
}
