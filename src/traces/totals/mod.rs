//! The rows of a profile: sums over calls, places, shapes and messages, by name.
//!
//! In: counts of single traces, access logs, profiles of processors. Out: rows that merge.
//! Invariant: merging is exact and does not depend on the order: whole numbers, minima and maxima only.
//! Never: percentiles or shares, which do not merge.

pub(super) mod sketch;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::sketch::Sketch;
use crate::model::CallMode;

/// Between whom a call goes, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallKey {
    /// Calling service.
    pub caller: Arc<str>,
    /// Called service or peer.
    pub callee: Arc<str>,
    /// One of the two left no span for the call.
    pub inferred: bool,
    /// How the call couples.
    pub mode: CallMode,
    /// Operation of the caller.
    pub caller_operation: Arc<str>,
    /// Operation called.
    pub operation: Arc<str>,
    /// Environment of the caller.
    pub environment: Arc<str>,
    /// Topic of a message.
    pub topic: Arc<str>,
}

/// Sums over calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Calls.
    pub calls: u64,
    /// Summed weights in units of 2^-16.
    pub weight: u128,
    /// Failed calls.
    pub errors: u64,
    /// Calls answered with 4xx.
    pub client_errors: u64,
    /// Calls answered with 404.
    pub not_found: u64,
    /// Summed durations.
    pub time_ns: u128,
    /// Durations.
    pub sketch: Sketch,
    /// Smallest id of a trace with such a call.
    pub example: Arc<str>,
}

/// Load of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Visits that the operation opened.
    pub entries: Calls,
    /// Own time of all spans in those visits.
    pub own_ns: u128,
    /// Part of it on the critical path.
    pub critical_ns: u128,
}

/// A place in the code of a service, as far as spans tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The service.
    pub service: Arc<str>,
    /// Source file.
    pub file: Arc<str>,
    /// Namespace or module.
    pub namespace: Arc<str>,
    /// Function.
    pub function: Arc<str>,
    /// Operation, where nothing else is told.
    pub operation: Arc<str>,
}

/// Load on a place in the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceLoad {
    /// Spans.
    pub calls: u64,
    /// Own time.
    pub own_ns: u128,
    /// Part of it on the critical path.
    pub critical_ns: u128,
}

/// Counts with an example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Times or visits.
    pub count: u64,
    /// Loops: contained in time. Repeats: calls.
    pub calls: u64,
    /// Repeats: most calls in one visit.
    pub most: u64,
    /// Repeats: retries.
    pub retries: u64,
    /// Smallest id of a trace with it.
    pub example: Arc<str>,
}

/// The shape of a request by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeKey {
    /// Services on the longest synchronous path.
    pub path: Vec<Arc<str>>,
    /// Services visited.
    pub services: Vec<Arc<str>>,
    /// Calls by caller and callee.
    pub edges: Vec<(Arc<str>, Arc<str>, u64)>,
    /// Services with a failed span.
    pub failed: Vec<Arc<str>>,
    /// Services re-entered while busy.
    pub reentered: Vec<Arc<str>>,
    /// Whether the root failed.
    pub root_failed: bool,
}

/// Messages of a service on a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// Sent, and taken by nobody that is recorded.
    pub sent: u64,
    /// Taken.
    pub taken: u64,
    /// Taken, with a known sender.
    pub matched: u64,
}

/// Traces of more spans than the limit, which are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongTraces {
    /// How many there are.
    pub traces: u64,
    /// Spans of the longest one.
    pub most: u64,
    /// Its id; the smallest of several.
    pub example: Arc<str>,
}

impl LongTraces {
    /// Whether no trace was too long.
    fn is_none(&self) -> bool {
        self.traces == 0
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        self.traces = self.traces.saturating_add(other.traces);
        if other.most > self.most {
            (self.most, self.example) = (other.most, other.example);
        } else if other.most == self.most {
            example(&mut self.example, &other.example);
        }
    }
}

/// Counts of what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Spans used.
    pub spans: u64,
    /// Traces.
    pub traces: u64,
    /// Spans whose parent is missing.
    pub orphans: u64,
    /// Spans seen before.
    pub duplicates: u64,
    /// Parts of spans brought together.
    pub merged: u64,
    /// Cycles of parents cut.
    pub cycles: u64,
    /// Spans with clocks that disagree.
    pub skewed: u64,
    /// Sampled spans without weight.
    pub unadjusted: u64,
    /// Calls that nobody answers, and whose peer no attribute names.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nameless: u64,
    /// Requests whose shape was dropped by the cap.
    pub shapeless: u64,
    /// Whether more names were met than reading tells apart, so that parts are finer than their whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rough: bool,
    /// Messages past the cap, joined by their topic only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub apart: u64,
    /// Traces that were left out for their length; their spans are among the rejected.
    #[serde(default, skip_serializing_if = "LongTraces::is_none")]
    pub long: LongTraces,
    /// Records rejected, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Most visits below one another, by traces.
    pub depths: BTreeMap<u32, u64>,
    /// Most calls out of one visit, by traces.
    pub fan_outs: BTreeMap<u32, u64>,
}

/// Whether to leave a count out, so that profiles without it keep their bytes.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Adds all rows of `more`.
pub(super) fn merge_maps<K: Ord, V>(
    into: &mut BTreeMap<K, V>,
    more: BTreeMap<K, V>,
    join: impl Fn(&mut V, V),
) {
    if into.is_empty() {
        *into = more;
        return;
    }
    for (key, value) in more {
        add_to(into, key, value, &join);
    }
}

/// Puts the value in, or joins it with the one that is there.
pub(super) fn add_to<K: Ord, V>(
    into: &mut BTreeMap<K, V>,
    key: K,
    value: V,
    join: impl Fn(&mut V, V),
) {
    match into.entry(key) {
        Entry::Vacant(place) => {
            place.insert(value);
        }
        Entry::Occupied(mut place) => join(place.get_mut(), value),
    }
}

/// A trace id in hexadecimal: 32 digits, or 16 when the higher half is zero.
pub(super) fn hex([high, low]: [u64; 2]) -> Arc<str> {
    if high == 0 {
        format!("{low:016x}").into()
    } else {
        format!("{high:016x}{low:016x}").into()
    }
}

/// The smaller of two examples; none counts as largest.
fn example(into: &mut Arc<str>, more: &Arc<str>) {
    let rank = |id: &Arc<str>| (id.is_empty(), id.len());
    if (rank(more), &**more) < (rank(into), &**into) {
        *into = Arc::clone(more);
    }
}

impl Calls {
    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.weight = self.weight.saturating_add(other.weight);
        self.errors = self.errors.saturating_add(other.errors);
        self.client_errors = self.client_errors.saturating_add(other.client_errors);
        self.not_found = self.not_found.saturating_add(other.not_found);
        self.time_ns = self.time_ns.saturating_add(other.time_ns);
        self.sketch.merge(&other.sketch);
        example(&mut self.example, &other.example);
    }
}

impl Load {
    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        self.entries.merge(&other.entries);
        self.own_ns = self.own_ns.saturating_add(other.own_ns);
        self.critical_ns = self.critical_ns.saturating_add(other.critical_ns);
    }
}

impl PlaceLoad {
    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.own_ns = self.own_ns.saturating_add(other.own_ns);
        self.critical_ns = self.critical_ns.saturating_add(other.critical_ns);
    }
}

impl Counts {
    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.calls = self.calls.saturating_add(other.calls);
        self.most = self.most.max(other.most);
        self.retries = self.retries.saturating_add(other.retries);
        example(&mut self.example, &other.example);
    }
}

impl Messages {
    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        self.sent = self.sent.saturating_add(other.sent);
        self.taken = self.taken.saturating_add(other.taken);
        self.matched = self.matched.saturating_add(other.matched);
    }
}

impl Seen {
    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: Self) {
        self.spans = self.spans.saturating_add(other.spans);
        self.traces = self.traces.saturating_add(other.traces);
        self.orphans = self.orphans.saturating_add(other.orphans);
        self.duplicates = self.duplicates.saturating_add(other.duplicates);
        self.merged = self.merged.saturating_add(other.merged);
        self.cycles = self.cycles.saturating_add(other.cycles);
        self.skewed = self.skewed.saturating_add(other.skewed);
        self.unadjusted = self.unadjusted.saturating_add(other.unadjusted);
        self.rough |= other.rough;
        self.apart = self.apart.saturating_add(other.apart);
        self.nameless = self.nameless.saturating_add(other.nameless);
        self.shapeless = self.shapeless.saturating_add(other.shapeless);
        self.long.merge(other.long);
        merge_maps(&mut self.rejected, other.rejected, |into, more| {
            *into = into.saturating_add(more);
        });
        merge_maps(&mut self.depths, other.depths, |into, more| {
            *into = into.saturating_add(more);
        });
        merge_maps(&mut self.fan_outs, other.fan_outs, |into, more| {
            *into = into.saturating_add(more);
        });
    }
}
