//! Hand over what the called service would ask back for.
//!
//! In: a [`Group`]. Out: [`Remedy`] records.
//! Invariant: proposed only where a recorded request comes back to a caller that waits.
//! Never: proposed without traces.

use super::group::{Group, Kind, Remedy};
use crate::simulate::change::Change;
use crate::simulate::requests::calls;

pub(super) const KIND: Kind = Kind {
    id: "pass-data",
    for_cycle,
};

/// A proposal for each pair where a recorded request shows the callee asking its waiting caller
/// back.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    let system = group.system;
    let mut found = Vec::new();
    for (caller, callee) in group.pairs() {
        let mut requests = system.requests.iter().flatten();
        let returns =
            requests.any(|shape| shape.reentered.contains(caller) && calls(shape, callee, caller));
        let back = (callee.clone(), caller.clone());
        if returns && system.synchronous.contains_key(&back) {
            let action = format!("let {caller} pass {callee} the data that {callee} asks back for");
            let reason = format!("{callee} calls {caller} while {caller} waits for it");
            let change = Change::PassData {
                caller: caller.clone(),
                callee: callee.clone(),
            };
            found.push(group.propose(KIND.id, action, reason, &change));
        }
    }
    found
}
