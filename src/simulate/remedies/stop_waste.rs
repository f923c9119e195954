//! Calls that need not be made: what is saved without them.
//!
//! In: [`System`], a pair of services, a number of calls. Out: a [`Remedy`].
//! Invariant: an estimate from the sample, and labelled as one.
//! Never: a better score; the dependency itself stays.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::group::{Kind, Remedy};
use crate::cycles::monolith::ratio;
use crate::simulate::state::{Assumptions, State, state};
use crate::simulate::system::System;

/// Asked for by the rules that count such calls, whether or not there is a cycle.
pub(super) const KIND: Kind = Kind {
    id: "stop-waste",
    for_cycle: |_| Vec::new(),
};

/// Calls of one pair of services that bring nothing, or could be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waste {
    /// Calling service.
    pub caller: Arc<str>,
    /// Called service.
    pub callee: Arc<str>,
    /// Calls of the sample that need not be made.
    pub calls: u64,
    /// What to do instead, one sentence.
    pub action: String,
    /// Why they need not be made, one sentence.
    pub reason: String,
}

/// The proposal to make these calls no more; hops and network time without them.
#[must_use]
pub fn stop(system: &System<'_>, waste: &Waste, assumptions: &Assumptions) -> Remedy {
    let pair = BTreeSet::from([waste.caller.clone(), waste.callee.clone()]);
    let before = state(system, &pair, assumptions);
    let saved = ratio(waste.calls, system.request_count());
    let less = |value: Option<f64>, part: f64| value.map(|value| (value - part).max(0.0));
    let after = State {
        hops_per_request: less(before.hops_per_request, saved),
        network_ms_per_request: less(before.network_ms_per_request, saved * assumptions.hop_ms),
        ..before.clone()
    };
    Remedy {
        kind: KIND.id.to_owned(),
        action: waste.action.clone(),
        reason: waste.reason.clone(),
        warning: Some("calls and time saved are an estimate from the sample".to_owned()),
        before,
        after,
    }
}
