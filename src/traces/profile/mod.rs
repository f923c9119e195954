//! The mergeable result of folding: sums by name.
//!
//! In: one trace after the other. Out: [`Profile`], and its bytes.
//! Invariant: merging is exact and does not depend on the order; the same spans give the same bytes.
//! Never: percentiles or shares, which do not merge; they are of the summary only.

mod calls;
pub(super) mod encode;
pub(super) mod fold;
pub(super) mod long;
mod merge;
mod messages;
mod named;
mod namespaces;
mod nested;
mod repeats;
mod samples;
mod shapes;
mod sketch;
mod summary;
mod tally;
mod zipkin_links;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::samples::Samples;
use self::sketch::Sketch;
use super::sums::Sums;
use super::tree::halves::{Half, HalfKey};
use crate::model::{CallMode, Notification};

/// Kind of the note that says how an input was read: of the run and not of the spans, so that no bytes hold it.
pub(super) const READ_AS: &str = "trace-format";

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
    /// Messages past the cap, joined by their topic only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub apart: u64,
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

/// Sums by name; lists are sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Calls.
    pub calls: BTreeMap<CallKey, Calls>,
    /// Load by service, operation and environment.
    pub operations: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Load>,
    /// Loops by path.
    pub loops: BTreeMap<Vec<Arc<str>>, Counts>,
    /// Repeated calls by caller, callee and operation.
    pub repeats: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Counts>,
    /// Load by place.
    pub places: BTreeMap<Place, PlaceLoad>,
    /// Calls between places of one service.
    pub inner: BTreeMap<(Place, Place), u64>,
    /// Calls between places of one service on the critical path of a sample of requests.
    pub samples: Samples<Place>,
    /// Statements and their time by service, datastore, table and use.
    pub tables: BTreeMap<(Arc<str>, Arc<str>, Arc<str>, bool), (u64, u128)>,
    /// Requests by shape, behind its hash.
    pub shapes: BTreeMap<(u64, ShapeKey), u64>,
    /// Messages by service, product and topic.
    pub topics: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Messages>,
    /// Messages whose sender and takers may still meet.
    pub halves: BTreeMap<HalfKey, Half>,
    /// By how much calling spans last longer than the serving spans that answer them.
    pub gaps: Sketch,
    /// Load that came as sums, without spans.
    pub sums: Sums,
    /// What was read.
    pub seen: Seen,
    /// Problems met on the way, sorted.
    pub notifications: Vec<Notification>,
}
