//! A sample of requests: the calls within services that each waits for.
//!
//! In: calls of traces, by place in the code. Out: [`Samples`].
//! Invariant: the traces with the smallest hashes of their ids, whatever the order they came in.
//! Never: more requests than the cap.

use std::collections::BTreeMap;

use crate::traces::spans::intern::mix;
use crate::traces::spans::span::TraceId;

/// Most requests of a sample: the 95th percentile of so many is good to about one in a hundred.
pub(super) const SAMPLES: usize = 512;

/// A sample: requests by the hash of their trace's id, with their calls from place to place.
pub(super) type Samples<P> = BTreeMap<(u64, TraceId), Vec<(P, P, u64)>>;

/// The key that decides whether a trace is of the sample.
///
/// Being a hash of the id alone, it picks the same traces from every recording of them.
pub(super) fn key(trace: TraceId) -> (u64, TraceId) {
    (mix(mix(trace[0]) ^ trace[1]), trace)
}

/// Keeps at most [`SAMPLES`] requests.
pub(super) fn cap<P>(samples: &mut Samples<P>) {
    while samples.len() > SAMPLES {
        samples.pop_last();
    }
}

/// Sums up calls between the same places.
pub(super) fn summed<P: Ord>(calls: impl Iterator<Item = (P, P, u64)>) -> Vec<(P, P, u64)> {
    let mut sums: BTreeMap<(P, P), u64> = BTreeMap::new();
    for (from, to, calls) in calls {
        let sum = sums.entry((from, to)).or_default();
        *sum = sum.saturating_add(calls);
    }
    sums.into_iter()
        .map(|((from, to), calls)| (from, to, calls))
        .collect()
}
