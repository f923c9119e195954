//! Proposals for a group of services, each with before and after.
//!
//! In: [`System`], a group. Out: [`Remedy`] records, the most effective first.
//! Invariant: every proposal was simulated before it is made.
//! Never: an event where the request needs the answer.

use crate::cycles::monolith::Verdict;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::change::{Change, what_if};
use super::merge::{self, MergeCase};
use super::ownership::{share_of_use, writes_of};
use super::state::{Assumptions, State};
use super::system::System;

/// Share of the uses from which data belongs to its user.
const DOMINANT: f64 = 0.8;

/// A proposal with its simulated effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// `event`, `pass-data`, `move-ownership`, `merge`, `aggregator`, `stop-waste`, `leave-alone`.
    pub kind: String,
    /// One sentence: what to do.
    pub action: String,
    /// One sentence: why it fits.
    pub reason: String,
    /// What it costs, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The system as it is, seen from the group.
    pub before: State,
    /// The system after it.
    pub after: State,
}

/// Proposals for a synchronous cycle.
#[must_use]
pub fn for_cycle(
    system: &System<'_>,
    members: &BTreeSet<Arc<str>>,
    assumptions: &Assumptions,
) -> Vec<Remedy> {
    let mut found = Vec::new();
    let pairs = || {
        system
            .synchronous
            .keys()
            .filter(|(a, b)| members.contains(a) && members.contains(b))
    };
    for (caller, callee) in pairs() {
        let back = (callee.clone(), caller.clone());
        let returns = system
            .requests
            .iter()
            .flatten()
            .any(|shape| shape.reentered.contains(caller) && has(shape, callee, caller));
        if system.synchronous.contains_key(&back) && returns {
            let change = Change::PassData {
                caller: caller.clone(),
                callee: callee.clone(),
            };
            let action = format!("let {caller} pass {callee} the data that {callee} asks back for");
            let reason = format!("{callee} calls {caller} while {caller} waits for it");
            found.push(simulated(
                system,
                "pass-data",
                action,
                reason,
                &change,
                assumptions,
            ));
        }
        let change = Change::Drop {
            caller: caller.clone(),
            callee: callee.clone(),
        };
        if only_writes(system, caller, callee) {
            let change = Change::Async {
                caller: caller.clone(),
                callee: callee.clone(),
            };
            let action = format!("publish an event instead of calling {callee} from {caller}");
            let reason =
                format!("every recorded call {caller} -> {callee} changes data and reads none");
            found.push(simulated(
                system,
                "event",
                action,
                reason,
                &change,
                assumptions,
            ));
        } else if system.apply(&change).cycles().len() < system.cycles().len()
            && owns_what_it_asks_for(system, caller, callee)
        {
            let action = format!("move the data that {caller} asks {callee} for to {caller}");
            let reason = format!("without the calls {caller} -> {callee} there is no cycle");
            found.push(simulated(
                system,
                "move-ownership",
                action,
                reason,
                &change,
                assumptions,
            ));
        }
    }
    for (caller, callee) in pairs().filter(|(a, b)| composes(system, a, b)) {
        let change = Change::Aggregate {
            caller: caller.clone(),
            callee: callee.clone(),
        };
        let action =
            format!("let the client of {caller} ask {callee} itself and compose both answers");
        let reason =
            format!("{caller} only reads from {callee}, on behalf of a client that could ask both");
        found.push(simulated(
            system,
            "aggregator",
            action,
            reason,
            &change,
            assumptions,
        ));
    }
    found.extend(merge_of_cycle(system, members, assumptions));
    found.extend(leave_alone(system, members, assumptions));
    found.sort_by(|a, b| {
        floor(&a.after)
            .total_cmp(&floor(&b.after))
            .then_with(|| a.action.cmp(&b.action))
    });
    found
}

fn floor(state: &State) -> f64 {
    state.group.as_ref().map_or(0.0, |group| group.score.floor)
}

fn simulated(
    system: &System<'_>,
    kind: &str,
    action: String,
    reason: String,
    change: &Change,
    assumptions: &Assumptions,
) -> Remedy {
    let what = what_if(system, change, assumptions);
    Remedy {
        kind: kind.to_owned(),
        action,
        reason,
        warning: None,
        before: what.before,
        after: what.after,
    }
}

fn has(shape: &crate::model::RequestShape, caller: &Arc<str>, callee: &Arc<str>) -> bool {
    shape
        .edges
        .iter()
        .any(|(a, b, _)| a == caller && b == callee)
}

/// Whether every recorded operation of the pair changes data.
fn only_writes(system: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) -> bool {
    let (writes, all) = writes_of(system, caller, callee);
    all > 0 && writes == all
}

/// Whether the callee's data belongs to the caller: it makes most of the calls of what it uses there.
fn owns_what_it_asks_for(system: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) -> bool {
    share_of_use(system, caller, callee).is_none_or(|share| share >= DOMINANT)
}

/// Two independent reads for one client: the client asks the caller, and the caller only reads from the callee,
/// which does not ask back.
fn composes(system: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) -> bool {
    let (writes, all) = writes_of(system, caller, callee);
    let shapes = || {
        system
            .requests
            .iter()
            .flatten()
            .filter(|shape| has(shape, caller, callee))
    };
    let client = |shape: &crate::model::RequestShape| {
        shape
            .client_of(caller, |name| !system.is_business(name))
            .is_some()
            && !has(shape, callee, caller)
    };
    all > 0 && writes == 0 && shapes().count() > 0 && shapes().all(client)
}

/// A cycle of two that changes in lockstep and is tied otherwise, too, is one service.
fn merge_of_cycle(
    system: &System<'_>,
    members: &BTreeSet<Arc<str>>,
    assumptions: &Assumptions,
) -> Option<Remedy> {
    let mut names = members.iter();
    let (Some(a), Some(b), None) = (names.next(), names.next(), names.next()) else {
        return None;
    };
    let case = merge::case(system, a, b);
    case.is_called_for()
        .then(|| merge(system, &case, assumptions))
}

/// The merge of two services as a proposal.
#[must_use]
pub fn merge(system: &System<'_>, case: &MergeCase, assumptions: &Assumptions) -> Remedy {
    let (a, b) = (case.a.clone(), case.b.clone());
    let action = format!("make {a} and {b} modules of one deployable");
    let change = Change::Merge { a, b };
    Remedy {
        warning: case.warning(),
        ..simulated(system, "merge", action, case.reason(), &change, assumptions)
    }
}

fn leave_alone(
    system: &System<'_>,
    members: &BTreeSet<Arc<str>>,
    assumptions: &Assumptions,
) -> Option<Remedy> {
    let state = super::state::state(system, members, assumptions);
    let group = state.group.as_ref()?;
    let little = group.traffic_share.is_some_and(|share| share < 0.01);
    let apart = system
        .change_sets(members)
        .is_some_and(|(several, _)| several < 5);
    (group.verdict == Some(Verdict::Suspect) && little && apart).then(|| Remedy {
        kind: "leave-alone".to_owned(),
        action: "leave it as it is".to_owned(),
        reason: "less than 1 % of the requests cross it and the services do not change together"
            .to_owned(),
        warning: None,
        before: state.clone(),
        after: state,
    })
}
