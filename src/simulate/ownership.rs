//! Who writes what, through which API, and how unequal the load is.
//!
//! In: [`System`]. Out: shares and ratios.
//! Invariant: a write through another service's API is that service's write.
//! Never: counts reads as writes because their name is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::system::System;
use crate::cycles::monolith::{merge_index, ratio};
use crate::model::names::words;

/// First words of operations that change data.
const WRITING: [&str; 22] = [
    "post", "put", "patch", "delete", "create", "update", "insert", "add", "remove", "set", "save",
    "store", "write", "upsert", "grant", "revoke", "cancel", "place", "register", "reserve",
    "submit", "empty",
];

/// The caller that makes most of the writes to `callee` through its API: its name, its writes, all writes.
#[must_use]
pub fn main_writer(system: &System<'_>, callee: &str) -> Option<(Arc<str>, u64, u64)> {
    let mut writes: BTreeMap<&Arc<str>, u64> = BTreeMap::new();
    for call in system
        .operations
        .iter()
        .filter(|call| &*call.callee == callee && call.caller != call.callee)
    {
        if is_write(&call.operation) {
            *writes.entry(&call.caller).or_default() += call.calls;
        }
    }
    let all: u64 = writes.values().sum();
    let most = writes
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))?;
    Some((most.0.clone(), most.1, all))
}

/// Recorded calls of a pair: those that change data, and all.
#[must_use]
pub fn writes_of(system: &System<'_>, caller: &str, callee: &str) -> (u64, u64) {
    let of_pair = system
        .operations
        .iter()
        .filter(|call| &*call.caller == caller && &*call.callee == callee);
    of_pair.fold((0, 0), |(writes, all), call| {
        let write = if is_write(&call.operation) {
            call.calls
        } else {
            0
        };
        (writes + write, all + call.calls)
    })
}

/// Share of `caller` in all recorded calls of the operations of `callee` that it uses, 0 to 1; `None` when no
/// operation is recorded.
#[must_use]
pub fn share_of_use(system: &System<'_>, caller: &str, callee: &str) -> Option<f64> {
    let of_callee = || {
        system
            .operations
            .iter()
            .filter(|call| &*call.callee == callee)
    };
    let own = || of_callee().filter(|call| &*call.caller == caller);
    let used: BTreeSet<&Arc<str>> = own().map(|call| &call.operation).collect();
    let all: u64 = of_callee()
        .filter(|call| used.contains(&call.operation))
        .map(|call| call.calls)
        .sum();
    (all > 0).then(|| ratio(own().map(|call| call.calls).sum(), all))
}

/// Whether an operation changes data, by its first word (`POST /orders`, `createOrder`, `shop.Cart/AddItem`).
fn is_write(operation: &str) -> bool {
    let method = operation.split('/').next().unwrap_or(operation);
    let first = |text: &str| words(text).into_iter().next().unwrap_or_default();
    let rpc = operation
        .rsplit(['/', '.'])
        .next()
        .filter(|_| !operation.contains(' '))
        .unwrap_or_default();
    WRITING.contains(&first(method).as_str()) || WRITING.contains(&first(rpc).as_str())
}

/// Two services that may have been split too far.
#[derive(Clone, Debug, PartialEq)]
pub struct MergeCase {
    /// The service that writes.
    pub writer: Arc<str>,
    /// The service whose data it writes.
    pub owner: Arc<str>,
    /// Its share of all writes, 0 to 1.
    pub dominance: f64,
    /// Writes that it makes, and all writes.
    pub writes: (u64, u64),
    /// Change sets that touch both, and either.
    pub change_sets: (u64, u64),
    /// Calls of the busier over calls of the other, at least 1.
    pub load_ratio: f64,
    /// The merge index.
    pub index: f64,
}

/// Pairs whose writes, changes and load ask for a merge, best first; only those above 0.5 with
/// lockstep ≥ 0.5 and write dominance ≥ 0.8.
#[must_use]
pub fn merge_cases(system: &System<'_>) -> Vec<MergeCase> {
    let owners = system
        .services
        .keys()
        .filter(|name| system.is_business(name));
    let mut found: Vec<MergeCase> = owners
        .filter_map(|owner| merge_case(system, owner))
        .collect();
    found.retain(|case| case.index >= 0.5);
    found.sort_by(|a, b| {
        b.index
            .total_cmp(&a.index)
            .then_with(|| a.owner.cmp(&b.owner))
    });
    found
}

fn merge_case(system: &System<'_>, owner: &Arc<str>) -> Option<MergeCase> {
    let (writer, writes, all) = main_writer(system, owner)?;
    let pair = BTreeSet::from([writer.clone(), owner.clone()]);
    let (several, any) = system.change_sets(&pair)?;
    let (dominance, lockstep) = (ratio(writes, all), ratio(several, any));
    if !system.is_business(&writer) || dominance < 0.8 || lockstep < 0.5 || several < 5 {
        return None;
    }
    let load = |name: &Arc<str>| system.load.get(name).copied().unwrap_or(0).max(1);
    let (one, other) = (load(&writer), load(owner));
    let load_ratio = ratio(one.max(other), one.min(other)).max(1.0);
    Some(MergeCase {
        index: merge_index(dominance, lockstep, load_ratio),
        writer,
        owner: owner.clone(),
        dominance,
        writes: (writes, all),
        change_sets: (several, any),
        load_ratio,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_that_change_data_are_known_by_their_verb() {
        for write in [
            "POST /orders",
            "createOrder",
            "shop.CartService/AddItem",
            "DELETE",
        ] {
            assert!(is_write(write), "{write}");
        }
        for read in [
            "GET /posts",
            "shop.CartService/GetCart",
            "getSetting",
            "HTTP GET",
        ] {
            assert!(!is_write(read), "{read}");
        }
    }
}
