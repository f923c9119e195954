//! Services that were split too far: what speaks for making them one deployable.
//!
//! In: [`System`]. Out: [`MergeCase`]s, the strongest first.
//! Invariant: a case says what it rests on; what was not recorded is `None`.
//! Never: a merge that only changes together, or that only talks much.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ownership::{DOMINANT, main_writer};
use super::system::System;
use crate::cycles::monolith::{merge_index, ratio};

/// Share of change sets from which two services change in lockstep.
const LOCKSTEP: f64 = 0.5;
/// Fewest shared change sets.
const SHARED: u64 = 5;
/// Chat from which most calls of a request stay between the two.
const CHATTY: f64 = 0.5;
/// Load ratio from which a merge loses scaling that is worth a warning.
const SCALING: f64 = 10.0;

/// Two services, and what speaks for making them one.
#[derive(Clone, Debug, PartialEq)]
pub struct MergeCase {
    /// The service that writes the data of the other, else the first by name.
    pub a: Arc<str>,
    /// The other one, whose data it is.
    pub b: Arc<str>,
    /// Writes to `b` that `a` makes through its API, and all writes to it; `None` where none is recorded.
    pub writes: Option<(u64, u64)>,
    /// Change sets that touch both, and either; `None` without a history.
    pub change_sets: Option<(u64, u64)>,
    /// 1 - requests that cross ÷ calls between the two; `None` without traces.
    pub chat: Option<f64>,
    /// Calls of the busier over calls of the other, at least 1; `None` without traces.
    pub load_ratio: Option<f64>,
    /// The merge index.
    pub index: f64,
}

/// Pairs of business services that ask for a merge, the highest index first.
#[must_use]
pub fn cases(system: &System<'_>) -> Vec<MergeCase> {
    let business = |(a, b): &&(Arc<str>, Arc<str>)| system.is_business(a) && system.is_business(b);
    let pairs: BTreeSet<(&Arc<str>, &Arc<str>)> = system
        .synchronous
        .keys()
        .filter(business)
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let of_pair = |(a, b): (&Arc<str>, &Arc<str>)| case(system, a, b);
    let mut found: Vec<MergeCase> = pairs.into_iter().map(of_pair).collect();
    found.retain(MergeCase::is_called_for);
    found.sort_by(|a, b| {
        let order = b.index.total_cmp(&a.index);
        order.then_with(|| (&a.b, &a.a).cmp(&(&b.b, &b.a)))
    });
    found
}

/// What speaks for a merge of two services, whether or not it is enough.
#[must_use]
pub fn case(system: &System<'_>, a: &Arc<str>, b: &Arc<str>) -> MergeCase {
    let (a, b) = (a.min(b), a.max(b));
    let writes = |writer: &Arc<str>, owner: &Arc<str>| {
        let (main, made, all) = main_writer(system, owner)?;
        (main == *writer).then_some((made, all))
    };
    let share = |writes: Option<(u64, u64)>| writes.map_or(0.0, |(made, all)| ratio(made, all));
    let (there, back) = (writes(a, b), writes(b, a));
    let (a, b, writes) = match (share(there), share(back)) {
        (one, other) if other > one => (b, a, back),
        (one, other) if one > other => (a, b, there),
        _ => (a, b, there),
    };
    let pair = BTreeSet::from([a.clone(), b.clone()]);
    let change_sets = system.change_sets(&pair);
    let load = |name: &Arc<str>| system.load.get(name).copied().unwrap_or(0).max(1);
    let (one, other) = (load(a), load(b));
    let load_ratio = (!system.load.is_empty()).then(|| ratio(one.max(other), one.min(other)));
    let lockstep = change_sets.map_or(0.0, |(both, any)| ratio(both, any));
    MergeCase {
        a: a.clone(),
        b: b.clone(),
        writes,
        change_sets,
        chat: system.chat(&pair),
        load_ratio,
        index: merge_index(share(writes), lockstep, load_ratio.unwrap_or(1.0)),
    }
}

impl MergeCase {
    /// Share of the change sets that touch both.
    #[must_use]
    pub fn lockstep(&self) -> Option<f64> {
        self.change_sets.map(|(both, any)| ratio(both, any))
    }

    /// Share of the writes to `b` that `a` makes.
    #[must_use]
    pub fn dominance(&self) -> Option<f64> {
        self.writes.map(|(made, all)| ratio(made, all))
    }

    /// Lockstep, and either one side that makes the writes of the other or much talk.
    pub(super) fn is_called_for(&self) -> bool {
        let at_least = |value: Option<f64>, least: f64| value.is_some_and(|value| value >= least);
        let habit = self.change_sets.is_some_and(|(both, _)| both >= SHARED);
        let tied = at_least(self.dominance(), DOMINANT) || at_least(self.chat, CHATTY);
        habit && tied && at_least(self.lockstep(), LOCKSTEP)
    }

    /// Whether the case is about these two services.
    #[must_use]
    pub fn is_of(&self, a: &str, b: &str) -> bool {
        BTreeSet::from([&*self.a, &*self.b]) == BTreeSet::from([a, b])
    }

    /// What it rests on besides the common changes, in one clause.
    #[must_use]
    pub fn ties(&self) -> String {
        let writes = self
            .writes
            .filter(|(made, all)| ratio(*made, *all) >= DOMINANT);
        let writes = writes
            .map(|(made, all)| format!("{} makes {made} of {all} writes to {}", self.a, self.b));
        let chat = self.chat.filter(|chat| *chat >= CHATTY);
        let chat = chat.map(|chat| {
            let calls = 1.0 / (1.0 - chat).max(f64::MIN_POSITIVE);
            format!("a request that needs both makes {calls:.1} calls between them")
        });
        let parts: Vec<String> = writes.into_iter().chain(chat).collect();
        format!("{} (merge index {:.3})", parts.join(", "), self.index)
    }

    /// What it rests on, in one sentence.
    #[must_use]
    pub fn reason(&self) -> String {
        let changes = self.change_sets.map_or_else(
            || "no history".to_owned(),
            |(both, any)| format!("{both} of {any} change sets touch both"),
        );
        format!("{changes}; {}", self.ties().trim_start())
    }

    /// The scaling that a merge gives up, where it is worth a warning.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let ratio = self.load_ratio.filter(|ratio| *ratio >= SCALING)?;
        Some(format!(
            "one of them carries {ratio:.0} times the load of the other; scaling them apart is lost"
        ))
    }
}
