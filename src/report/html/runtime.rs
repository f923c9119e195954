//! What the traces show, beside what is declared and what the code says.
//!
//! In: [`Analysis`]. Out: [`Runtime`]; `None` without traces.
//! Invariant: the heaviest first; every list says how much it leaves out.
//! Never: a share without its count.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::short::Short;
use crate::analysis::Analysis;
use crate::model::{
    CallEdge, CallMode, CallProfile, Level, NodeId, NodeKind, OperationLoad, RepeatedCall,
};
use crate::report::view::names::{UNKNOWN, count, share, time, time_or_unknown};
use crate::report::view::pairs::{Pair, pairs};

/// Rows per table.
const EDGES: usize = 40;
const CALLS: usize = 30;
const OPERATIONS: usize = 15;
const REPEATED: usize = 10;
/// Share of failed calls from which a row is marked.
const WASTE: f64 = 0.2;

/// The tables of the section.
#[derive(Serialize)]
pub(super) struct Runtime {
    spans: String,
    traces: String,
    /// Names of the service graphs whose calls are sums.
    graphs: String,
    edges: Short<Edge>,
    calls: Short<Call>,
    repeated: Short<Repeated>,
    loops: Short<Loop>,
    operations: Short<Operation>,
}

/// Declared, found and observed side by side.
#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    kinds: String,
    declared: bool,
    found: String,
    observed: String,
    remark: &'static str,
}

/// Recorded calls.
#[derive(Serialize)]
struct Call {
    caller: String,
    callee: String,
    mode: &'static str,
    calls: String,
    failed: String,
    not_found: String,
    wasteful: bool,
    p50: String,
    p95: String,
    trace: String,
}

/// One operation called again and again.
#[derive(Serialize)]
struct Repeated {
    caller: String,
    callee: String,
    operation: String,
    visits: String,
    calls: String,
    most: String,
    retries: String,
    trace: String,
}

/// A request that comes back.
#[derive(Serialize)]
struct Loop {
    path: String,
    count: String,
    contained: String,
    trace: String,
}

/// Load of an operation.
#[derive(Serialize)]
struct Operation {
    service: String,
    operation: String,
    calls: String,
    own_time: String,
    bar: u64,
    critical: String,
    p95: String,
    failed: String,
}

/// The section, from the calls that were recorded.
pub(super) fn runtime(analysis: &Analysis) -> Option<Runtime> {
    let calls = analysis.runtime.as_ref()?;
    Some(Runtime {
        spans: count(calls.coverage.spans),
        traces: count(calls.coverage.traces),
        graphs: calls.coverage.graphs.join(", "),
        edges: side_by_side(analysis),
        calls: recorded(calls),
        repeated: repeated(calls),
        loops: loops(calls),
        operations: operations(calls),
    })
}

/// Every pair of services with what is declared, found in the code and observed, the most observed
/// first. Only pairs of business services get a remark.
fn side_by_side(analysis: &Analysis) -> Short<Edge> {
    let pairs = pairs(analysis, Level::Service);
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs
        .sort_by(|(a, left), (b, right)| right.observed.cmp(&left.observed).then_with(|| a.cmp(b)));
    let roles: BTreeMap<&NodeId, bool> = analysis
        .nodes
        .iter()
        .map(|node| (&node.id, node.role.is_business()))
        .collect();
    let business = |id: &NodeId| roles.get(id).copied().unwrap_or_default();
    let rows = pairs.iter().map(|((from, to), pair)| Edge {
        from: from.name.to_string(),
        to: if to.kind == NodeKind::Service {
            to.name.to_string()
        } else {
            to.to_string()
        },
        kinds: pair.kinds.iter().copied().collect::<Vec<_>>().join(", "),
        declared: pair.declared > 0,
        found: number(pair.in_code()),
        observed: number(pair.observed),
        remark: if business(from) && business(to) {
            remark(pair)
        } else {
            ""
        },
    });
    Short::new(rows, EDGES)
}

/// Where code and traces disagree; empty where they agree.
fn remark(pair: &Pair) -> &'static str {
    match (pair.declared + pair.in_code(), pair.observed) {
        (0, 1..) => "seen at run time only",
        (1.., 0) => "never seen at run time",
        _ => "",
    }
}

/// A dash for 0: nothing of the kind was found.
fn number(value: u64) -> String {
    if value == 0 {
        UNKNOWN.to_owned()
    } else {
        count(value)
    }
}

/// The calls, most frequent first. Failures and answers with a 4xx status may be the same calls, so
/// the larger of both counts stands for the failed ones.
fn recorded(profile: &CallProfile) -> Short<Call> {
    let mut edges: Vec<&CallEdge> = profile.edges.iter().collect();
    edges.sort_by_key(|edge| (Reverse(edge.calls), &edge.caller, &edge.callee, edge.mode));
    let rows = edges.into_iter().map(|edge| {
        let failed = edge.errors.max(edge.client_errors);
        Call {
            caller: edge.caller.to_string(),
            callee: edge.callee.to_string(),
            mode: mode(edge.mode),
            calls: count(edge.calls),
            failed: share(failed, edge.calls),
            not_found: share(edge.not_found, edge.calls),
            wasteful: edge.calls > 0 && failed as f64 / edge.calls as f64 >= WASTE,
            p50: time_or_unknown(edge.p50_ns),
            p95: time_or_unknown(edge.p95_ns),
            trace: edge.example_trace.as_deref().unwrap_or(UNKNOWN).to_owned(),
        }
    });
    Short::new(rows, CALLS)
}

/// How the caller waits, in words.
fn mode(mode: CallMode) -> &'static str {
    match mode {
        CallMode::Sync => "synchronous",
        CallMode::Async => "asynchronous",
        CallMode::Messaging => "message",
        CallMode::Datastore => "query",
    }
}

/// Operations called again and again within one request. Retries do not count for the order: they
/// are an answer to failures, not a loop in the code.
fn repeated(profile: &CallProfile) -> Short<Repeated> {
    let mut found: Vec<&RepeatedCall> = profile.repeated.iter().collect();
    found.sort_by_key(|repeated| {
        (
            Reverse(repeated.calls - repeated.retries.min(repeated.calls)),
            &repeated.caller,
            &repeated.operation,
        )
    });
    let rows = found.into_iter().map(|repeated| Repeated {
        caller: repeated.caller.to_string(),
        callee: repeated.callee.to_string(),
        operation: repeated.operation.to_string(),
        visits: count(repeated.visits),
        calls: count(repeated.calls),
        most: count(repeated.most),
        retries: count(repeated.retries),
        trace: repeated.example_trace.to_string(),
    });
    Short::new(rows, REPEATED)
}

/// Requests that come back to a service, first those whose inner visit lies within the outer one in
/// time, which alone proves re-entry.
fn loops(profile: &CallProfile) -> Short<Loop> {
    let mut found: Vec<_> = profile.loops.iter().collect();
    found.sort_by_key(|found| (Reverse(found.contained), Reverse(found.count), &found.path));
    let rows = found.into_iter().map(|found| Loop {
        path: found.path.join(" → "),
        count: count(found.count),
        contained: count(found.contained),
        trace: found.example_trace.to_string(),
    });
    Short::new(rows, REPEATED)
}

/// The operations by their own time, that is without the time of what they call. The bar is in per
/// cent of the largest.
fn operations(profile: &CallProfile) -> Short<Operation> {
    let mut all: Vec<&OperationLoad> = profile.operations.iter().collect();
    all.sort_by_key(|load| (Reverse(load.self_time_ns), &load.service, &load.operation));
    let most = all.first().map_or(1, |load| load.self_time_ns.max(1));
    let rows = all.into_iter().map(|load| Operation {
        service: load.service.to_string(),
        operation: load.operation.to_string(),
        calls: count(load.calls),
        own_time: time(load.self_time_ns),
        bar: load.self_time_ns.saturating_mul(100) / most,
        critical: time(load.critical_ns),
        p95: time_or_unknown(load.p95_ns),
        failed: share(load.errors.max(load.not_found), load.calls),
    });
    Short::new(rows, OPERATIONS)
}
