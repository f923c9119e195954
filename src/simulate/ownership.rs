//! Who writes what, through which API, and how unequal the load is.
//!
//! In: [`System`]. Out: shares and ratios.
//! Invariant: a write through another service's API is that service's write.
//! Never: counts reads as writes because their name is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::system::System;
use crate::cycles::monolith::ratio;
use crate::knowledge::Words;
use crate::model::names;

/// Share of the writes, or uses, from which data belongs to the one who makes them.
pub(super) const DOMINANT: f64 = 0.8;

/// The caller that makes most of the writes to `callee` through its API: its name, its writes, all writes.
#[must_use]
pub fn main_writer(system: &System<'_>, callee: &str) -> Option<(Arc<str>, u64, u64)> {
    let mut writes: BTreeMap<&Arc<str>, u64> = BTreeMap::new();
    for call in system
        .operations
        .iter()
        .filter(|call| &*call.callee == callee && call.caller != call.callee)
    {
        if is_write(&system.knowledge.words, &call.operation) {
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
        let write = if is_write(&system.knowledge.words, &call.operation) {
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
fn is_write(words: &Words, operation: &str) -> bool {
    let method = operation.split('/').next().unwrap_or(operation);
    let first = |text: &str| names::words(text).into_iter().next().unwrap_or_default();
    let rpc = operation
        .rsplit(['/', '.'])
        .next()
        .filter(|_| !operation.contains(' '))
        .unwrap_or_default();
    words.writing.has(&first(method)) || words.writing.has(&first(rpc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn operations_that_change_data_are_known_by_their_verb() {
        let knowledge = Knowledge::default();
        let is_write = |operation| is_write(&knowledge.words, operation);
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
