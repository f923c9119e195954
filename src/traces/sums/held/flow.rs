//! Calls of one service to another, as a service graph sums them up.
//!
//! In: names, counts and buckets of one source. Out: [`Flow`]s by [`FlowKey`].
//! Invariant: each source keeps calls of its own; merging is exact in any order.
//! Never: names that stand for nobody.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::CallMode;

/// Who calls whom, as one source tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::traces) struct FlowKey {
    /// Who calls.
    pub(in crate::traces) caller: Arc<str>,
    /// Who is called.
    pub(in crate::traces::sums) callee: Arc<str>,
    /// How the call couples.
    pub(in crate::traces::sums) mode: CallMode,
    /// The callee reports nothing itself: a database, a peer outside.
    pub(in crate::traces::sums) inferred: bool,
    /// The source, and the side that reports where both do.
    pub(in crate::traces::sums) source: Arc<str>,
}

/// Calls of one pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::traces) struct Flow {
    /// All calls.
    pub(in crate::traces::sums) calls: u64,
    /// Failed calls.
    pub(in crate::traces::sums) errors: u64,
    /// Calls answered with 4xx.
    pub(in crate::traces::sums) client_errors: u64,
    /// Calls answered with 404.
    pub(in crate::traces::sums) not_found: u64,
    /// Calls by the upper bound of their time in nanoseconds; `u64::MAX` has no bound.
    pub(in crate::traces::sums) buckets: BTreeMap<u64, u64>,
}

/// All pairs.
pub(in crate::traces) type Flows = BTreeMap<FlowKey, Flow>;

impl FlowKey {
    /// Jaeger and Zipkin do not tell calls from messages.
    pub(in crate::traces::sums) fn hides_wait(&self) -> bool {
        matches!(&*self.source, "jaeger" | "zipkin")
    }
}

impl Flow {
    /// Adds all of `other`.
    pub(in crate::traces::sums) fn merge(&mut self, other: &Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.errors = self.errors.saturating_add(other.errors);
        self.client_errors = self.client_errors.saturating_add(other.client_errors);
        self.not_found = self.not_found.saturating_add(other.not_found);
        for (bound, calls) in &other.buckets {
            let sum = self.buckets.entry(*bound).or_default();
            *sum = sum.saturating_add(*calls);
        }
    }

    /// The percentile as Prometheus reckons it: linear within its bucket; past the last bound it is that bound.
    ///
    /// `None` without buckets. With all calls in the bucket up to 100 ms, the 50th percentile is
    /// 50 ms.
    pub(in crate::traces::sums) fn percentile(&self, percent: u64) -> Option<u64> {
        let all: u64 = self.buckets.values().sum();
        let rank = u128::from(all) * u128::from(percent);
        let (mut low, mut seen) = (0_u64, 0_u128);
        for (bound, calls) in &self.buckets {
            let inside = u128::from(*calls) * 100;
            if seen + inside >= rank && inside > 0 {
                if *bound == u64::MAX {
                    return Some(low);
                }
                let part = u128::from(bound - low) * (rank - seen) / inside;
                return Some(low + u64::try_from(part).unwrap_or_default());
            }
            seen += inside;
            low = if *bound == u64::MAX { low } else { *bound };
        }
        None
    }
}

/// Names that stand for nobody in particular.
fn is_nobody(name: &str) -> bool {
    let nobody = ["", "unknown", "-", "PassthroughCluster", "BlackHoleCluster"];
    nobody.contains(&name)
}

/// A pair of names, unless one of them is nobody or both are the same.
pub(in crate::traces::sums) fn key(
    source: &str,
    caller: &str,
    callee: &str,
    mode: CallMode,
) -> Option<FlowKey> {
    let (caller, callee) = (caller.trim(), callee.trim());
    if is_nobody(caller) || is_nobody(callee) || caller == callee {
        return None;
    }
    Some(FlowKey {
        caller: caller.into(),
        callee: callee.into(),
        mode,
        inferred: mode == CallMode::Datastore,
        source: source.into(),
    })
}

/// Adds to the calls of a pair.
pub(in crate::traces::sums) fn add(flows: &mut Flows, key: Option<FlowKey>, flow: &Flow) {
    if let Some(key) = key {
        flows.entry(key).or_default().merge(flow);
    }
}
