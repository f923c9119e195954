//! What a proposal is, and the services that proposals are made for.
//!
//! In: [`System`], the members of a cycle. Out: [`Group`], [`Kind`], [`Remedy`].
//! Invariant: every proposal was simulated before it is made.
//! Never: a kind of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::simulate::change::{Change, what_if};
use crate::simulate::ownership::writes_of;
use crate::simulate::state::{Assumptions, State};
use crate::simulate::system::System;

/// A kind of proposal.
pub struct Kind {
    /// Kebab-case id, named for what is done.
    pub id: &'static str,
    /// What it proposes for a synchronous cycle; the order of the result is free.
    pub for_cycle: fn(&Group<'_>) -> Vec<Remedy>,
}

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
    pub(super) system: &'a System<'a>,
    pub(super) members: &'a BTreeSet<Arc<str>>,
    pub(super) assumptions: &'a Assumptions,
    /// The calls that proposals are about.
    pub(super) pairs: Vec<&'a Pair>,
}

/// A caller and the service that it calls.
pub(super) type Pair = (Arc<str>, Arc<str>);

/// What a proposal for a pair says, and the change that it stands for.
pub(super) struct Told {
    pub(super) action: String,
    pub(super) reason: String,
    pub(super) change: Change,
}

impl<'a> Group<'a> {
    /// The members that call each other, caller first, in the order of their names.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &'a Pair> {
        self.pairs.iter().copied()
    }

    /// A proposal of the kind `id` for each pair that fits, in the words of `tell`.
    pub(super) fn propose_each(
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
    pub(super) fn propose(
        &self,
        id: &str,
        action: String,
        reason: String,
        change: &Change,
    ) -> Remedy {
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

/// Whether every recorded operation of the pair changes data.
pub(super) fn only_writes(system: &System<'_>, (caller, callee): &Pair) -> bool {
    let (writes, all) = writes_of(system, caller, callee);
    all > 0 && writes == all
}
