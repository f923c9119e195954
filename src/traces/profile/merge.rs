//! Two profiles become one.
//!
//! In: [`Profile`]s. Out: their sum.
//! Invariant: exact, and the same in any order and split.
//! Never: more halves, shapes or samples than the caps.

use super::samples;
use super::shapes::SHAPES;
use super::table::Profile;
use crate::traces::spans::intern::stable_hash;
use crate::traces::totals::{ShapeKey, merge_maps};
use crate::traces::tree::halves::Half;
use crate::traces::tree::shape::{shape_hash, shape_parts};

impl Profile {
    /// Adds all of `other`.
    ///
    /// Every sum is of whole numbers, and what is capped is capped by hashes: that is why the
    /// order of merges does not matter.
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
        merge_maps(&mut self.shards, other.shards, |into, mut more| {
            into.append(&mut more);
        });
        self.gaps.merge(&other.gaps);
        self.sums.merge(other.sums);
        self.seen.merge(other.seen);
        self.notifications.extend(other.notifications);
        self.settle();
    }

    /// Brings all parts into the one form that their sums have.
    pub(in crate::traces) fn settle(&mut self) {
        self.shards
            .retain(|count, there| there.len() < *count as usize);
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
