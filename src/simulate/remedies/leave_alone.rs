//! Leave a cycle as it is.
//!
//! In: a [`Group`]. Out: a [`Remedy`] whose before and after are alike.
//! Invariant: few requests cross the group and its services do not change together.
//! Never: for a group that is surely a distributed monolith.

use super::group::{Group, Kind, Remedy};
use crate::cycles::monolith::Verdict;
use crate::simulate::state::state;

pub(super) const KIND: Kind = Kind {
    id: "leave-alone",
    for_cycle,
};

/// The proposal to do nothing, where it can be justified: the cycle is a mere suspect, less than 1
/// % of the requests cross it, and fewer than five change sets touch several members. Unknown
/// traffic or history justifies nothing.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    let Group {
        system,
        members,
        assumptions,
        ..
    } = *group;
    let state = state(system, members, assumptions);
    let judged = state.group.as_ref();
    let little = judged.and_then(|group| group.traffic_share);
    let little = little.is_some_and(|share| share < 0.01);
    let suspect = judged.and_then(|group| group.verdict) == Some(Verdict::Suspect);
    let apart = system
        .change_sets(members)
        .is_some_and(|(several, _)| several < 5);
    if !(suspect && little && apart) {
        return Vec::new();
    }
    vec![Remedy {
        kind: KIND.id.to_owned(),
        action: "leave it as it is".to_owned(),
        reason: "less than 1 % of the requests cross it and the services do not change together"
            .to_owned(),
        warning: None,
        before: state.clone(),
        after: state,
    }]
}
