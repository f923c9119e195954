//! Proposals for a group of services, each with before and after: one kind per file.
//!
//! In: [`System`], a group. Out: [`Remedy`] records, the most effective first.
//! Invariant: every proposal was simulated before it is made.
//! Never: an event where the request needs the answer.

mod aggregator;
mod event;
mod group;
mod leave_alone;
mod merge;
mod move_ownership;
mod pass_data;
mod stop_waste;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::state::{Assumptions, State};
use super::system::System;
use crate::graph::{Vertex, feedback};
use group::Pair;
pub use group::{Group, Kind, Remedy};

pub use merge::merge;
pub use stop_waste::{Waste, stop};

/// Every kind of proposal.
pub const REMEDIES: &[Kind] = &[
    pass_data::KIND,
    event::KIND,
    move_ownership::KIND,
    aggregator::KIND,
    merge::KIND,
    stop_waste::KIND,
    leave_alone::KIND,
];

/// A group of no more calls is looked at call by call; of a larger one, the heaviest calls and the lightest of the
/// cheapest cut are, half and half: each proposal is simulated, and nobody reads a thousand.
const MOST_PAIRS: usize = 64;

/// The calls between members that proposals are made for, in the order of their names.
fn worth_simulating<'a>(system: &'a System<'_>, members: &BTreeSet<Arc<str>>) -> Vec<&'a Pair> {
    let inside = |(a, b): &Pair| members.contains(a) && members.contains(b);
    let calls = system.synchronous.iter().filter(|(pair, _)| inside(pair));
    let mut calls: Vec<(&Pair, u64)> = calls.map(|(pair, calls)| (pair, *calls)).collect();
    if calls.len() <= MOST_PAIRS {
        return calls.into_iter().map(|(pair, _)| pair).collect();
    }
    let mut cut = feedback::arcs(&system.calls_among(members, |_| true));
    cut.sort_by_key(|&(from, to, weight)| (weight, from, to));
    let names: Vec<&Arc<str>> = members.iter().collect();
    let pair = |&(from, to, _): &(Vertex, Vertex, u64)| {
        let pair = (names[from.index()].clone(), names[to.index()].clone());
        system.synchronous.get_key_value(&pair)
    };
    let cut = cut.iter().take(MOST_PAIRS / 2);
    let mut found: Vec<&Pair> = cut.filter_map(pair).map(|(pair, _)| pair).collect();
    calls.sort_by_key(|&(pair, calls)| (std::cmp::Reverse(calls), pair));
    found.extend(calls.iter().take(MOST_PAIRS / 2).map(|(pair, _)| *pair));
    found.sort_unstable();
    found.dedup();
    found
}

/// Proposals for a synchronous cycle.
#[must_use]
pub fn for_cycle(
    system: &System<'_>,
    members: &BTreeSet<Arc<str>>,
    assumptions: &Assumptions,
) -> Vec<Remedy> {
    let group = Group {
        system,
        members,
        assumptions,
        pairs: worth_simulating(system, members),
    };
    let kinds = REMEDIES.iter();
    let mut found: Vec<Remedy> = kinds.flat_map(|kind| (kind.for_cycle)(&group)).collect();
    found.sort_by(|a, b| {
        floor(&a.after)
            .total_cmp(&floor(&b.after))
            .then_with(|| a.action.cmp(&b.action))
    });
    found
}

/// What remedies are ordered by: the least score that is left; 0 for a single service.
fn floor(state: &State) -> f64 {
    state.group.as_ref().map_or(0.0, |group| group.score.floor)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::Role;

    /// `count` services in a ring; the call of the last one is the lightest.
    fn ring(count: u64, knowledge: &Knowledge) -> System<'_> {
        let name = |at: u64| -> Arc<str> { format!("s{:05}", at % count).into() };
        System {
            services: (0..count).map(|at| (name(at), Role::Business)).collect(),
            synchronous: (0..count)
                .map(|at| ((name(at), name(at + 1)), count - at))
                .collect(),
            doubtful: BTreeSet::new(),
            requests: None,
            operations: Vec::new(),
            load: BTreeMap::new(),
            tables: [Vec::new(), Vec::new()],
            libraries: Vec::new(),
            knowledge,
            changes: None,
        }
    }

    #[test]
    fn a_large_cycle_is_looked_at_by_its_cut_and_its_heaviest_calls() {
        let knowledge = Knowledge::default();
        for count in [MOST_PAIRS as u64, 1_600, 3_200] {
            let system = ring(count, &knowledge);
            let members = system.services.keys().cloned().collect();
            let pairs = worth_simulating(&system, &members);
            if count <= MOST_PAIRS as u64 {
                assert_eq!(pairs.len(), system.synchronous.len());
                continue;
            }
            assert_eq!(pairs.len(), MOST_PAIRS / 2 + 1);
            assert_eq!(pairs[0], system.synchronous.keys().next().expect("a call"));
            assert_eq!(pairs.last(), system.synchronous.keys().last().as_ref());
            assert!(system.is_cycle(&members));
            assert_eq!(system.cycles_without(pairs.last().copied()).len(), 0);
        }
    }
}
