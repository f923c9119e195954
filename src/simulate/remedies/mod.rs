//! Proposals for a group of services, each with before and after: one kind per file.
//!
//! In: [`System`], a group. Out: [`Remedy`] records, the most effective first.
//! Invariant: every proposal was simulated before it is made.
//! Never: an event where the request needs the answer.

mod aggregator;
mod event;
mod leave_alone;
mod merge;
mod move_ownership;
mod pass_data;
mod stop_waste;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::change::{Change, what_if};
use super::ownership::writes_of;
use super::state::{Assumptions, State};
use super::system::System;

pub use merge::merge;
pub use stop_waste::{Waste, stop};

/// A kind of proposal.
pub struct Kind {
    /// Kebab-case id, named for what is done.
    pub id: &'static str,
    /// What it proposes for a synchronous cycle; the order of the result is free.
    pub for_cycle: fn(&Group<'_>) -> Vec<Remedy>,
}

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

/// A proposal with its simulated effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// Id of its [`Kind`].
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

/// The services of a synchronous cycle.
pub struct Group<'a> {
    system: &'a System<'a>,
    members: &'a BTreeSet<Arc<str>>,
    assumptions: &'a Assumptions,
}

/// A caller and the service that it calls.
type Pair = (Arc<str>, Arc<str>);

/// What a proposal for a pair says, and the change that it stands for.
struct Told {
    action: String,
    reason: String,
    change: Change,
}

impl<'a> Group<'a> {
    /// The members that call each other, caller first.
    fn pairs(&self) -> impl Iterator<Item = &'a Pair> {
        let members = self.members;
        let pairs = self.system.synchronous.keys();
        pairs.filter(move |(a, b)| members.contains(a) && members.contains(b))
    }

    /// A proposal of the kind `id` for each pair that fits, in the words of `tell`.
    fn propose_each(
        &self,
        id: &str,
        fits: fn(&System<'_>, &Pair) -> bool,
        tell: fn(&Pair) -> Told,
    ) -> Vec<Remedy> {
        let pairs = self.pairs().filter(|pair| fits(self.system, pair));
        let propose = |pair: &Pair| {
            let told = tell(pair);
            self.propose(id, told.action, told.reason, &told.change)
        };
        pairs.map(propose).collect()
    }

    /// A proposal of the kind `id`.
    fn propose(&self, id: &str, action: String, reason: String, change: &Change) -> Remedy {
        let found = what_if(self.system, change, self.assumptions);
        Remedy {
            kind: id.to_owned(),
            action,
            reason,
            warning: None,
            before: found.before,
            after: found.after,
        }
    }
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

fn floor(state: &State) -> f64 {
    state.group.as_ref().map_or(0.0, |group| group.score.floor)
}

/// Whether every recorded operation of the pair changes data.
fn only_writes(system: &System<'_>, (caller, callee): &Pair) -> bool {
    let (writes, all) = writes_of(system, caller, callee);
    all > 0 && writes == all
}
