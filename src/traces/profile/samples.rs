//! A sample of requests: the calls within services that each waits for.
//!
//! In: the trace at hand. Out: calls on its critical path, by place in the code.
//! Invariant: the traces with the smallest hashes of their ids, whatever the order they came in.
//! Never: a call that runs beside what the request waits for.

use std::collections::BTreeMap;

use super::fold::Folder;
use crate::traces::spans::intern::mix;
use crate::traces::spans::span::TraceId;
use crate::traces::tree::link::SpanIndex;

/// Most requests of a sample: the 95th percentile of so many is good to about one in a hundred.
pub(super) const SAMPLES: usize = 512;

/// A sample: requests by the hash of their trace's id, with their calls from place to place.
pub(super) type Samples<P> = BTreeMap<(u64, TraceId), Vec<(P, P, u64)>>;

/// The key that decides whether a trace is of the sample.
pub(in crate::traces) fn key(trace: TraceId) -> (u64, TraceId) {
    (mix(mix(trace[0]) ^ trace[1]), trace)
}

/// Keeps at most [`SAMPLES`] requests.
pub(in crate::traces) fn cap<P>(samples: &mut Samples<P>) {
    while samples.len() > SAMPLES {
        samples.pop_last();
    }
}

/// Sums up calls between the same places.
pub(in crate::traces) fn summed<P: Ord>(
    calls: impl Iterator<Item = (P, P, u64)>,
) -> Vec<(P, P, u64)> {
    let mut sums: BTreeMap<(P, P), u64> = BTreeMap::new();
    for (from, to, calls) in calls {
        let sum = sums.entry((from, to)).or_default();
        *sum = sum.saturating_add(calls);
    }
    sums.into_iter()
        .map(|((from, to), calls)| (from, to, calls))
        .collect()
}

/// Adds the trace to the sample, if it is of it.
pub(in crate::traces) fn record(folder: &mut Folder<'_>) {
    let trace = &folder.trace;
    let key = key(trace.id());
    let last = folder.tally.samples.last_key_value().map(|(last, _)| *last);
    if folder.tally.samples.len() >= SAMPLES && last.is_some_and(|last| last < key) {
        return;
    }
    let call = |index: SpanIndex| {
        let parent = trace.tree.parent(index)?;
        let place = |index: SpanIndex| trace.visits.place[index];
        let inner = trace.service(parent) == trace.service(index);
        let waits = trace.times.critical[index] > 0;
        let (from, to) = (place(parent), place(index));
        (inner && waits && from != to).then_some((from, to, 1))
    };
    let calls = summed(trace.tree.spans.ids().filter_map(call));
    folder.tally.samples.insert(key, calls);
    cap(&mut folder.tally.samples);
}
