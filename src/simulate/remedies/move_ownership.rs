//! Move data to the service that uses it.
//!
//! In: a [`Group`]. Out: [`Remedy`] records.
//! Invariant: without the calls there is one cycle less, and the data belongs to the caller.
//! Never: for calls that could be events.

use super::group::{Group, Kind, Remedy, only_writes};
use crate::simulate::change::Change;
use crate::simulate::ownership::{DOMINANT, share_of_use};
use crate::simulate::system::System;

pub(super) const KIND: Kind = Kind {
    id: "move-ownership",
    for_cycle,
};

/// A proposal for each pair without which there is one cycle less and whose data mostly serves the
/// caller. Pairs that only write are left to events.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    let system = group.system;
    let cycles = system.cycles().len();
    let mut found = Vec::new();
    for pair in group.pairs().filter(|pair| !only_writes(system, pair)) {
        let (caller, callee) = pair;
        let change = Change::Drop {
            caller: caller.clone(),
            callee: callee.clone(),
        };
        if system.cycles_without(Some(pair)).len() < cycles
            && owns_what_it_asks_for(system, caller, callee)
        {
            let action = format!("move the data that {caller} asks {callee} for to {caller}");
            let reason = format!("without the calls {caller} -> {callee} there is no cycle");
            found.push(group.propose(KIND.id, action, reason, &change));
        }
    }
    found
}

/// Whether the callee's data belongs to the caller: it makes most of the calls of what it uses there.
fn owns_what_it_asks_for(system: &System<'_>, caller: &str, callee: &str) -> bool {
    share_of_use(system, caller, callee).is_none_or(|share| share >= DOMINANT)
}
