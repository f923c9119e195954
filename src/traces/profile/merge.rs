//! Two profiles become one.
//!
//! In: [`Profile`]s. Out: their sum.
//! Invariant: exact, and the same in any order and split.
//! Never: more halves, shapes or samples than the caps.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::shapes::SHAPES;
use super::{Calls, Counts, Load, Messages, PlaceLoad, Profile, Seen, ShapeKey, samples};
use crate::traces::spans::intern::stable_hash;
use crate::traces::tree::halves::Half;
use crate::traces::tree::shape::{shape_hash, shape_parts};

impl Profile {
    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        merge_maps(&mut self.calls, other.calls, |into, more| into.merge(&more));
        merge_maps(&mut self.operations, other.operations, |into, more| {
            into.merge(&more);
        });
        merge_maps(&mut self.loops, other.loops, |into, more| into.merge(&more));
        merge_maps(&mut self.repeats, other.repeats, |into, more| {
            into.merge(&more);
        });
        merge_maps(&mut self.places, other.places, |into, more| {
            into.merge(&more);
        });
        merge_maps(&mut self.inner, other.inner, |into, more| {
            *into = into.saturating_add(more);
        });
        merge_maps(&mut self.samples, other.samples, |into, more| {
            *into = samples::summed(std::mem::take(into).into_iter().chain(more));
        });
        merge_maps(&mut self.tables, other.tables, |into, more| {
            *into = (into.0.saturating_add(more.0), into.1.saturating_add(more.1));
        });
        merge_maps(&mut self.shapes, other.shapes, |into, more| {
            *into = into.saturating_add(more);
        });
        merge_maps(&mut self.topics, other.topics, |into, more| {
            into.merge(&more);
        });
        merge_maps(&mut self.halves, other.halves, Half::merge);
        self.gaps.merge(&other.gaps);
        self.sums.merge(other.sums);
        self.seen.merge(other.seen);
        self.notifications.extend(other.notifications);
        self.settle();
    }

    /// Brings all parts into the one form that their sums have.
    pub(in crate::traces) fn settle(&mut self) {
        self.cap_halves();
        self.gaps.settle();
        self.calls
            .values_mut()
            .for_each(|calls| calls.sketch.settle());
        self.operations
            .values_mut()
            .for_each(|load| load.entries.sketch.settle());
        self.notifications.sort();
        self.notifications.dedup();
        self.cap_shapes();
        samples::cap(&mut self.samples);
    }

    /// Keeps at most [`SHAPES`] shapes: those with the smallest hashes, whatever the order they came in.
    fn cap_shapes(&mut self) {
        while self.shapes.len() > SHAPES {
            let dropped = self.shapes.pop_last().map_or(0, |(_, count)| count);
            self.seen.shapeless = self.seen.shapeless.saturating_add(dropped);
        }
    }
}

impl ShapeKey {
    /// The hash that decides which shapes are kept.
    pub(in crate::traces) fn hash(&self) -> u64 {
        let lists = [&self.path, &self.services, &self.failed, &self.reentered].map(Vec::as_slice);
        let parts = shape_parts(lists, &self.edges, self.root_failed);
        shape_hash(parts, |name| stable_hash(name.as_bytes()))
    }
}

fn merge_maps<K: Ord, V>(
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
pub(in crate::traces) fn hex([high, low]: [u64; 2]) -> Arc<str> {
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
    pub(in crate::traces) fn merge(&mut self, other: &Self) {
        self.entries.merge(&other.entries);
        self.own_ns = self.own_ns.saturating_add(other.own_ns);
        self.critical_ns = self.critical_ns.saturating_add(other.critical_ns);
    }
}

impl PlaceLoad {
    pub(in crate::traces) fn merge(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.own_ns = self.own_ns.saturating_add(other.own_ns);
        self.critical_ns = self.critical_ns.saturating_add(other.critical_ns);
    }
}

impl Counts {
    pub(in crate::traces) fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.calls = self.calls.saturating_add(other.calls);
        self.most = self.most.max(other.most);
        self.retries = self.retries.saturating_add(other.retries);
        example(&mut self.example, &other.example);
    }
}

impl Messages {
    pub(in crate::traces) fn merge(&mut self, other: &Self) {
        self.sent = self.sent.saturating_add(other.sent);
        self.taken = self.taken.saturating_add(other.taken);
        self.matched = self.matched.saturating_add(other.matched);
    }
}

impl Seen {
    fn merge(&mut self, other: Self) {
        self.spans = self.spans.saturating_add(other.spans);
        self.traces = self.traces.saturating_add(other.traces);
        self.orphans = self.orphans.saturating_add(other.orphans);
        self.duplicates = self.duplicates.saturating_add(other.duplicates);
        self.merged = self.merged.saturating_add(other.merged);
        self.cycles = self.cycles.saturating_add(other.cycles);
        self.skewed = self.skewed.saturating_add(other.skewed);
        self.unadjusted = self.unadjusted.saturating_add(other.unadjusted);
        self.apart = self.apart.saturating_add(other.apart);
        self.nameless = self.nameless.saturating_add(other.nameless);
        self.shapeless = self.shapeless.saturating_add(other.shapeless);
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
