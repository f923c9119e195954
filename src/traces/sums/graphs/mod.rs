//! Service graphs that exist already: who calls whom how often, as sums.
//!
//! In: JSON of Jaeger, Zipkin, Kiali, Prometheus. Out: [`Flow`]s by [`FlowKey`].
//! Invariant: two sources of one pair tell the same calls; the one with more of them counts, and none is added up.
//! Never: requests, loops or repeated calls, which a sum does not hold.

pub(super) mod dependencies;
pub(super) mod kiali;
pub(super) mod prometheus;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{CallEdge, CallMode, OperationLoad};
use crate::traces::sums::held::flow::{Flow, FlowKey, Flows};

/// The edges that `known` lacks, each from the source with most calls, and the services that they are between.
///
/// Two sources mostly tell of the same calls: to add them up would count each twice. What
/// traces tell always comes first.
pub(in crate::traces) fn edges(
    flows: &Flows,
    known: &[CallEdge],
) -> (Vec<CallEdge>, Vec<OperationLoad>) {
    let is_known = |key: &FlowKey| {
        let mut edges = known.iter();
        edges.any(|edge| edge.caller == key.caller && edge.callee == key.callee)
    };
    let mut best: BTreeMap<(&Arc<str>, &Arc<str>, CallMode), (&FlowKey, &Flow)> = BTreeMap::new();
    for (key, flow) in flows
        .iter()
        .filter(|(key, flow)| flow.calls > 0 && !is_known(key))
    {
        let pair = (&key.caller, &key.callee, key.mode);
        match best.get(&pair) {
            Some((_, known)) if known.calls >= flow.calls => {}
            _ => {
                best.insert(pair, (key, flow));
            }
        }
    }
    let edges: Vec<CallEdge> = best.values().map(|(key, flow)| edge(key, flow)).collect();
    (edges, services(best.values().copied()))
}

/// The edge of a pair, marked as a sum.
fn edge(key: &FlowKey, flow: &Flow) -> CallEdge {
    CallEdge {
        caller: Arc::clone(&key.caller),
        callee: Arc::clone(&key.callee),
        inferred: key.inferred,
        mode: key.mode,
        calls: flow.calls,
        estimated_calls: flow.calls as f64,
        errors: flow.errors,
        client_errors: flow.client_errors,
        not_found: flow.not_found,
        p50_ns: flow.percentile(50),
        p95_ns: flow.percentile(95),
        p99_ns: flow.percentile(99),
        sums: true,
        unknown_wait: key.hides_wait(),
        ..CallEdge::default()
    }
}

/// What the operations of a service are called whose calls are known as a sum only.
pub(in crate::traces) const ALL: &str = "(all)";

/// The services, each with the calls that it answers; own time is not known.
fn services<'f>(flows: impl Iterator<Item = (&'f FlowKey, &'f Flow)>) -> Vec<OperationLoad> {
    let mut answered: BTreeMap<&Arc<str>, Flow> = BTreeMap::new();
    for (key, flow) in flows {
        answered.entry(&key.caller).or_default();
        if !key.inferred {
            answered.entry(&key.callee).or_default().merge(flow);
        }
    }
    let load = |(name, flow): (&Arc<str>, Flow)| OperationLoad {
        service: Arc::clone(name),
        operation: ALL.into(),
        calls: flow.calls,
        estimated_calls: flow.calls as f64,
        errors: flow.errors,
        not_found: flow.not_found,
        p50_ns: flow.percentile(50),
        p95_ns: flow.percentile(95),
        p99_ns: flow.percentile(99),
        ..OperationLoad::default()
    };
    answered.into_iter().map(load).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::sums::held::flow::{add, key};

    #[test]
    fn percentiles_are_those_of_prometheus() {
        let flow = Flow {
            buckets: [(100, 50), (200, 40), (u64::MAX, 10)].into(),
            ..Flow::default()
        };
        assert_eq!(flow.percentile(50), Some(100));
        assert_eq!(flow.percentile(70), Some(150));
        assert_eq!(flow.percentile(99), Some(200));
        assert_eq!(Flow::default().percentile(50), None);
    }

    #[test]
    fn of_two_sources_the_one_with_more_calls_counts_and_traces_go_first() {
        let flow = |calls| Flow {
            calls,
            ..Flow::default()
        };
        let mut flows = Flows::new();
        for (source, caller, callee, calls) in [
            ("istio-source", "a", "b", 7),
            ("istio-destination", "a", "b", 9),
            ("jaeger", "a", "c", 5),
            ("jaeger", "unknown", "c", 5),
            ("jaeger", "a", "a", 5),
        ] {
            add(
                &mut flows,
                key(source, caller, callee, CallMode::Sync),
                &flow(calls),
            );
        }
        let known = CallEdge {
            caller: "a".into(),
            callee: "c".into(),
            ..CallEdge::default()
        };
        let (found, services) = edges(&flows, &[known]);
        let found: Vec<_> = found
            .iter()
            .map(|edge| (&*edge.caller, &*edge.callee, edge.calls))
            .collect();
        assert_eq!(found, [("a", "b", 9)]);
        let services: Vec<_> = services
            .iter()
            .map(|load| (&*load.service, load.calls))
            .collect();
        assert_eq!(services, [("a", 0), ("b", 9)]);
    }
}
