//! Let the client compose two answers.
//!
//! In: a [`Group`]. Out: [`Remedy`] records.
//! Invariant: every recorded call of the pair is a read on behalf of a client that could ask both.
//! Never: where the callee asks back.

use super::group::{Group, Kind, Pair, Remedy, Told};
use crate::model::RequestShape;
use crate::simulate::change::Change;
use crate::simulate::ownership::writes_of;
use crate::simulate::requests::calls;
use crate::simulate::system::System;

pub(super) const KIND: Kind = Kind {
    id: "aggregator",
    for_cycle,
};

/// A proposal for each pair whose answers the client could compose.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    group.propose_each(KIND.id, composes, compose)
}

/// What is proposed for a pair, and why.
fn compose((caller, callee): &Pair) -> Told {
    Told {
        action: format!("let the client of {caller} ask {callee} itself and compose both answers"),
        reason: format!(
            "{caller} only reads from {callee}, on behalf of a client that could ask both"
        ),
        change: Change::Aggregate {
            caller: caller.clone(),
            callee: callee.clone(),
        },
    }
}

/// Two independent reads for one client: the client asks the caller, and the caller only reads from the callee,
/// which does not ask back.
fn composes(system: &System<'_>, (caller, callee): &Pair) -> bool {
    let (writes, all) = writes_of(system, caller, callee);
    let shapes = || {
        let shapes = system.requests.iter().flatten();
        shapes.filter(|shape| calls(shape, caller, callee))
    };
    let client = |shape: &RequestShape| {
        shape
            .client_of(caller, |name| !system.is_business(name))
            .is_some()
            && !calls(shape, callee, caller)
    };
    all > 0 && writes == 0 && shapes().count() > 0 && shapes().all(client)
}
