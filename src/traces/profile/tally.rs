//! Sums over traces, by numbers of names and classes.
//!
//! In: facts of single traces. Out: [`Tally`].
//! Invariant: whole numbers only, so that sums do not depend on their order.
//! Never: one entry per span.

use rustc_hash::FxHashMap;

use super::samples::Samples;
use crate::model::{CallMode, IndexVec, id};
use crate::traces::spans::class::Name;
use crate::traces::spans::span::TraceId;
use crate::traces::spans::store::ClassId;
use crate::traces::totals::sketch::Sketch;
use crate::traces::tree::shape::Shape;

id!(
    /// Position of a pair in [`PairSums`].
    pub PairId
);

/// Calls between two classes of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairKey {
    /// Calling service.
    pub caller: Name,
    /// Operation of the caller.
    pub caller_operation: Name,
    /// Called service or peer.
    pub callee: Name,
    /// Operation called.
    pub operation: Name,
    /// Environment of the caller.
    pub environment: Name,
    /// Topic of a message.
    pub topic: Name,
    /// How the call couples.
    pub mode: CallMode,
    /// One of the two ends left no span for this call.
    pub inferred: bool,
}

impl PairKey {
    /// Whether the call leaves its service; a database or topic may be called like the service that uses it.
    pub fn leaves(&self) -> bool {
        self.caller != self.callee || (self.inferred && self.mode.is_stored())
    }
}

/// Sums by pair, numbered in the order in which they were met.
#[derive(Debug, Default)]
pub struct PairSums {
    /// Numbers of pairs.
    ids: FxHashMap<PairKey, PairId>,
    /// Pairs and their sums, by number.
    list: IndexVec<PairId, (PairKey, CallSums)>,
}

impl PairSums {
    /// The number of `key`.
    #[inline]
    pub fn id(&mut self, key: PairKey) -> PairId {
        let next = self.list.next_id();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.list.push((key, CallSums::default()));
        }
        id
    }

    /// Between whom the calls numbered `id` go.
    pub fn key(&self, id: PairId) -> &PairKey {
        &self.list[id].0
    }

    /// Their sums.
    pub fn sums(&mut self, id: PairId) -> &mut CallSums {
        &mut self.list[id].1
    }

    /// All pairs with their sums.
    pub fn into_list(self) -> impl Iterator<Item = (PairKey, CallSums)> {
        self.list.into_iter()
    }
}

/// Sums over calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallSums {
    /// Calls.
    pub calls: u64,
    /// Weights in units.
    pub weight: u128,
    /// Failed calls.
    pub errors: u64,
    /// Calls answered with 4xx.
    pub client_errors: u64,
    /// Calls answered with 404.
    pub not_found: u64,
    /// Summed durations in nanoseconds.
    pub time_ns: u128,
    /// Durations.
    pub sketch: Sketch,
    /// Smallest id of a trace with such a call.
    pub example: TraceId,
}

impl CallSums {
    /// Notes the trace `trace` as an example.
    pub fn example(&mut self, trace: TraceId) {
        earliest(&mut self.example, trace);
    }
}

/// Notes the smaller of two ids of traces as the example; zeros are none.
pub(super) fn earliest(example: &mut TraceId, trace: TraceId) {
    if *example == [0, 0] || trace < *example {
        *example = trace;
    }
}

/// Sums over the spans of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassSums {
    /// Spans.
    pub spans: u64,
    /// Summed durations in nanoseconds.
    pub time_ns: u128,
    /// Own time in nanoseconds.
    pub own_ns: u128,
    /// Time on the critical path.
    pub critical_ns: u128,
    /// Visits that spans of this class opened.
    pub entries: CallSums,
    /// Own time of all spans in those visits.
    pub visit_own_ns: u128,
    /// Critical time of all spans in those visits.
    pub visit_critical_ns: u128,
}

/// A loop's counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopSums {
    /// Times it happened.
    pub count: u64,
    /// Times the inner visit lay within the outer one.
    pub contained: u64,
    /// Smallest id of a trace with it.
    pub example: TraceId,
}

/// Counts of an operation called again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepeatSums {
    /// Visits with at least two such calls.
    pub visits: u64,
    /// Calls in those visits.
    pub calls: u64,
    /// Most calls in one visit.
    pub most: u64,
    /// Calls that repeat a failed one.
    pub retries: u64,
    /// Smallest id of a trace with it.
    pub example: TraceId,
}

/// Messages by service and topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicSums {
    /// Messages taken.
    pub taken: u64,
    /// Messages taken whose sender is known.
    pub matched: u64,
}

/// Sums over traces.
#[derive(Debug, Default)]
pub struct Tally {
    /// Calls by pair.
    pub pairs: PairSums,
    /// Loads by class.
    pub classes: IndexVec<ClassId, ClassSums>,
    /// Loops by path.
    pub loops: FxHashMap<Vec<Name>, LoopSums>,
    /// Repeated calls by caller, callee and operation.
    pub repeats: FxHashMap<(Name, Name, Name), RepeatSums>,
    /// Hash and number of requests by shape.
    pub shapes: FxHashMap<Shape, (u64, u64)>,
    /// Requests whose shape was dropped by the cap.
    pub shapeless: u64,
    /// Calls within a service, by class of caller and callee.
    pub inner: FxHashMap<(ClassId, ClassId), u64>,
    /// Calls between classes of one service in a sample of requests.
    pub samples: Samples<ClassId>,
    /// Messages by service, product and topic.
    pub topics: FxHashMap<(Name, Name, Name), TopicSums>,
    /// Traces.
    pub traces: u64,
    /// Spans used.
    pub spans: u64,
    /// Spans whose parent is missing.
    pub orphans: u64,
    /// Spans dropped as seen before.
    pub duplicates: u64,
    /// Parts of spans brought together.
    pub merged: u64,
    /// Cycles of parents cut.
    pub cycles: u64,
    /// Spans with clocks that disagree.
    pub skewed: u64,
    /// Sampled spans without a weight.
    pub unadjusted: u64,
    /// Calls that nobody answers, and whose peer no attribute names.
    pub nameless: u64,
    /// By how much calling spans last longer than the serving spans that answer them.
    pub gaps: Sketch,
    /// Spans of other environments than the one that is wanted.
    pub elsewhere: u64,
    /// Records of traces longer than the limit.
    pub too_long: u64,
    /// Most visits below one another in a trace, by trace count.
    pub depths: FxHashMap<u32, u64>,
    /// Most calls to other services out of one visit, by trace count.
    pub fan_outs: FxHashMap<u32, u64>,
}
