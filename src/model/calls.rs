//! What recorded traces say: calls between services and the load on them.
//!
//! In: nothing. Out: [`CallProfile`].
//! Invariant: sums of exact counts; every list sorted by its key.
//! Never: single spans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CodeLoad, MeasuredLoad, Notification};

/// How a call couples its two ends in time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CallMode {
    /// The caller waits.
    #[default]
    Sync,
    /// The callee starts after the caller has ended, or merely follows from it.
    Async,
    /// Through a broker.
    Messaging,
    /// A query to a datastore.
    Datastore,
}

impl CallMode {
    /// Whether a callee that left no spans is a database or a topic, not a service.
    #[must_use]
    pub const fn is_stored(self) -> bool {
        matches!(self, Self::Datastore | Self::Messaging)
    }
}

/// Calls of one service to another (or to an inferred peer).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallEdge {
    /// Calling service.
    pub caller: Arc<str>,
    /// Called service, database, broker or peer.
    pub callee: Arc<str>,
    /// One of the two ends left no span for these calls (a database, a broker, an uninstrumented peer).
    pub inferred: bool,
    /// How the call couples.
    pub mode: CallMode,
    /// Recorded calls.
    pub calls: u64,
    /// Calls after undoing the sampling; equals `calls` when nothing was sampled away.
    pub estimated_calls: f64,
    /// Calls that failed.
    pub errors: u64,
    /// Calls answered with a 4xx status.
    pub client_errors: u64,
    /// Calls answered with 404 (part of `client_errors`).
    pub not_found: u64,
    /// Summed durations in nanoseconds.
    #[serde(default)]
    pub time_ns: u64,
    /// Median duration in nanoseconds, `None` without durations.
    pub p50_ns: Option<u64>,
    /// 95th percentile in nanoseconds (nearest rank).
    pub p95_ns: Option<u64>,
    /// 99th percentile in nanoseconds (nearest rank).
    pub p99_ns: Option<u64>,
    /// Topic of messaging calls, when it is only one; [`CallProfile::topics`] has them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Arc<str>>,
    /// One trace in which the call happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example_trace: Option<Arc<str>>,
    /// Known as a sum of a service graph only, without a trace.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sums: bool,
    /// Nothing tells whether the caller waits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown_wait: bool,
}

/// Load of one operation of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperationLoad {
    /// The service.
    pub service: Arc<str>,
    /// The operation (route, RPC method, span name).
    pub operation: Arc<str>,
    /// Times the operation was entered.
    pub calls: u64,
    /// Calls after undoing the sampling.
    pub estimated_calls: f64,
    /// Calls that failed.
    pub errors: u64,
    /// Calls answered with 404.
    pub not_found: u64,
    /// Own time without children, summed, in nanoseconds.
    pub self_time_ns: u64,
    /// Part of `self_time_ns` on the critical path of its trace (CRISP).
    pub critical_ns: u64,
    /// Median duration in nanoseconds, `None` without durations.
    pub p50_ns: Option<u64>,
    /// 95th percentile in nanoseconds (nearest rank).
    pub p95_ns: Option<u64>,
    /// 99th percentile in nanoseconds (nearest rank).
    pub p99_ns: Option<u64>,
}

/// Calls between two operations: the finest table of calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperationCall {
    /// Calling service.
    pub caller: Arc<str>,
    /// Operation of the caller.
    pub caller_operation: Arc<str>,
    /// Called service, database, broker or peer.
    pub callee: Arc<str>,
    /// Operation called (route, RPC method, span name).
    pub operation: Arc<str>,
    /// One of the two ends left no span for the call.
    pub inferred: bool,
    /// How the call couples.
    pub mode: CallMode,
    /// Deployment environment of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Arc<str>>,
    /// Recorded calls.
    pub calls: u64,
    /// Calls that failed.
    pub errors: u64,
    /// Calls answered with a 4xx status.
    pub client_errors: u64,
    /// Calls answered with 404 (part of `client_errors`).
    pub not_found: u64,
    /// Summed durations in nanoseconds.
    pub time_ns: u64,
}

/// Messages from one service to another by topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicFlow {
    /// The service that sends.
    pub publisher: Arc<str>,
    /// The service that takes.
    pub subscriber: Arc<str>,
    /// Topic or queue.
    pub topic: Arc<str>,
    /// Joined by the topic's name only, since neither parents nor links tell.
    pub inferred: bool,
    /// Messages; at most those sent and those taken when `inferred`.
    pub calls: u64,
}

/// A request that comes back to a service that is still busy with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loop {
    /// The services of the loop, first = last.
    pub path: Vec<Arc<str>>,
    /// Times it happened.
    pub count: u64,
    /// Times the inner visit lies within the outer one in time; only these prove re-entry.
    pub contained: u64,
    /// One trace in which it happens.
    pub example_trace: Arc<str>,
}

/// The same operation called again and again within one visit (N+1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedCall {
    /// Calling service.
    pub caller: Arc<str>,
    /// Called service.
    pub callee: Arc<str>,
    /// The repeated operation.
    pub operation: Arc<str>,
    /// Visits with at least two such calls.
    pub visits: u64,
    /// Calls in those visits.
    pub calls: u64,
    /// Most calls in one visit.
    pub most: u64,
    /// Of `calls`, those that look like retries of a failed one.
    pub retries: u64,
    /// One trace in which it happens.
    pub example_trace: Arc<str>,
}

/// Calls between two places in the code of one process (parent and child span).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeCall {
    /// Index into [`CallProfile::code`] of the caller.
    pub caller: u32,
    /// Index into [`CallProfile::code`] of the callee.
    pub callee: u32,
    /// Calls.
    pub calls: u64,
}

/// A use of a table by a service, as a trace shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableLoad {
    /// The service.
    pub service: Arc<str>,
    /// Database system and name.
    pub datastore: Arc<str>,
    /// Table or collection, lower case; empty when unknown.
    pub table: Arc<str>,
    /// Whether it writes.
    pub write: bool,
    /// Statements.
    pub calls: u64,
    /// Time spent in them, in nanoseconds.
    pub time_ns: u64,
}

/// Per-request facts that a verdict on coupling needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestShape {
    /// Sequence of services visited from the root on the longest synchronous path, equal neighbours collapsed.
    pub path: Vec<Arc<str>>,
    /// Every service visited, sorted, each once.
    pub services: Vec<Arc<str>>,
    /// Service edges called, each once, with the calls of one such request.
    pub edges: Vec<(Arc<str>, Arc<str>, u64)>,
    /// Services with a failed span.
    pub failed: Vec<Arc<str>>,
    /// Whether the root span failed.
    pub root_failed: bool,
    /// Services re-entered with containment in time (each loop's first service).
    pub reentered: Vec<Arc<str>>,
    /// Requests of exactly this shape.
    pub count: u64,
}

impl RequestShape {
    /// The first caller of `name` in the request that is a client in the sense of `is_client`.
    #[must_use]
    pub fn client_of(&self, name: &str, is_client: impl Fn(&str) -> bool) -> Option<Arc<str>> {
        let mut callers = self.edges.iter().filter(|(_, callee, _)| &**callee == name);
        callers
            .find(|(caller, _, _)| is_client(caller))
            .map(|(caller, _, _)| caller.clone())
    }
}

/// By how much calling spans last longer than the serving spans that answer them: network, queue and
/// serialisation. Durations alone count, so that clocks may disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopTime {
    /// Calls of one service to another with both spans timed.
    pub calls: u64,
    /// Median in nanoseconds.
    pub p50_ns: u64,
    /// 95th percentile in nanoseconds (nearest rank).
    pub p95_ns: u64,
}

/// The mergeable result of reading traces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallProfile {
    /// Calls between different services.
    pub edges: Vec<CallEdge>,
    /// Parent–child pairs within one service.
    pub self_calls: Vec<CallEdge>,
    /// Calls by operation of caller and callee, within one service too.
    #[serde(default)]
    pub operation_calls: Vec<OperationCall>,
    /// Messages by topic.
    #[serde(default)]
    pub topics: Vec<TopicFlow>,
    /// Load per service and operation.
    pub operations: Vec<OperationLoad>,
    /// Re-entrant loops.
    pub loops: Vec<Loop>,
    /// Repeated calls.
    pub repeated: Vec<RepeatedCall>,
    /// Load by place in the code.
    pub code: Vec<CodeLoad>,
    /// Calls by place in the code.
    pub code_calls: Vec<CodeCall>,
    /// Of a sample of requests, the calls between places in the code that each waits for; not printed.
    #[serde(skip)]
    pub samples: Vec<Vec<CodeCall>>,
    /// Use of tables.
    pub tables: Vec<TableLoad>,
    /// Shapes of requests, most frequent first; the rest is summed up in `coverage`.
    pub requests: Vec<RequestShape>,
    /// What a call over the network costs; `None` where no calling span has its serving span.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hop: Option<HopTime>,
    /// Load of inputs that hold no spans: profiles of programs, access logs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<MeasuredLoad>,
    /// What was read and what was left out.
    pub coverage: TraceCoverage,
    /// Problems met on the way.
    #[serde(default)]
    pub notifications: Vec<Notification>,
}

/// Whether nobody gave the service a name: it may be several, and no verdict rests on it.
#[must_use]
pub fn is_unnamed(service: &str) -> bool {
    service == "(unknown)"
        || service == "unknown_service"
        || service.starts_with("unknown_service:")
}

impl CallProfile {
    /// Whether requests were recorded; sums of a service graph hold none.
    #[must_use]
    pub fn tells_requests(&self) -> bool {
        self.coverage.graphs.is_empty() || !self.requests.is_empty()
    }

    /// Whether calls were recorded, by spans or as sums; a profile or an access log alone tells of none.
    #[must_use]
    pub fn tells_calls(&self) -> bool {
        self.coverage.traces > 0 || !self.edges.is_empty() || !self.operations.is_empty()
    }

    /// The services that left spans of their own, whatever others call them.
    #[must_use]
    pub fn recorded_services(&self) -> BTreeSet<&str> {
        let loads = self.operations.iter().map(|load| &*load.service);
        loads.filter(|name| !name.starts_with('(')).collect()
    }
}

/// How much of the traces was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceCoverage {
    /// Spans used.
    pub spans: u64,
    /// Distinct traces.
    pub traces: u64,
    /// Spans whose parent is missing.
    pub orphans: u64,
    /// Spans dropped because trace and span id were seen before.
    pub duplicates: u64,
    /// Parts of one span that were brought together (Zipkin).
    #[serde(default)]
    pub merged: u64,
    /// Cycles of parents that were cut.
    #[serde(default)]
    pub cycles: u64,
    /// Spans of services past the limit, counted under `(other)`.
    #[serde(default)]
    pub other_services: u64,
    /// Spans of operations past the limit, counted under `(other)`.
    #[serde(default)]
    pub other_operations: u64,
    /// Requests whose shape is left out of [`CallProfile::requests`].
    #[serde(default)]
    pub other_requests: u64,
    /// Traces by their most visits below one another (equal neighbours collapsed).
    #[serde(default)]
    pub depths: BTreeMap<u32, u64>,
    /// Traces by their most calls to other services out of one visit.
    #[serde(default)]
    pub fan_outs: BTreeMap<u32, u64>,
    /// Spans that start before their parent or end after it by a clock difference.
    pub skewed: u64,
    /// Spans of sampled traces without a weight.
    pub unadjusted: u64,
    /// Calls that nobody answers, and whose peer no attribute names: they are in no edge.
    #[serde(default)]
    pub nameless_calls: u64,
    /// Inputs that are service graphs: their calls are sums, without loops, repeated calls or requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub graphs: Vec<Arc<str>>,
    /// Records rejected, by reason.
    pub rejected: BTreeMap<String, u64>,
}
