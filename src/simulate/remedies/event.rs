//! A message instead of a call.
//!
//! In: a [`Group`]. Out: [`Remedy`] records.
//! Invariant: every recorded call of the pair changes data.
//! Never: where the caller reads what it gets.

use super::{Group, Kind, Remedy, only_writes};
use crate::simulate::change::Change;

pub(super) const KIND: Kind = Kind {
    id: "event",
    for_cycle,
};

fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    let pairs = group.pairs().filter(|pair| only_writes(group.system, pair));
    let event = |(caller, callee): &super::Pair| {
        let action = format!("publish an event instead of calling {callee} from {caller}");
        let reason =
            format!("every recorded call {caller} -> {callee} changes data and reads none");
        let change = Change::Async {
            caller: caller.clone(),
            callee: callee.clone(),
        };
        group.propose(KIND.id, action, reason, &change)
    };
    pairs.map(event).collect()
}
