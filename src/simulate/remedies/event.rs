//! A message instead of a call.
//!
//! In: a [`Group`]. Out: [`Remedy`] records.
//! Invariant: every recorded call of the pair changes data.
//! Never: where the caller reads what it gets.

use super::group::{Group, Kind, Pair, Remedy, Told, only_writes};
use crate::simulate::change::Change;

pub(super) const KIND: Kind = Kind {
    id: "event",
    for_cycle,
};

/// A proposal for each pair whose recorded calls only write.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    group.propose_each(KIND.id, only_writes, event)
}

/// What is proposed for a pair, and why.
fn event((caller, callee): &Pair) -> Told {
    Told {
        action: format!("publish an event instead of calling {callee} from {caller}"),
        reason: format!("every recorded call {caller} -> {callee} changes data and reads none"),
        change: Change::Async {
            caller: caller.clone(),
            callee: callee.clone(),
        },
    }
}
