//! From mergeable sums to what other stages read.
//!
//! In: [`Sums`]. Out: [`MeasuredLoad`]s, those of profiles by unit.
//! Invariant: a pure function; weights as they were read.
//! Never: shares, which need the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::graphs;
use super::held::all::{GRAPH, LOG, Route, Sums};
use super::held::flow::FlowKey;
use super::held::stacks::Stacks;
use super::held::unit::Unit;
use crate::model::{
    CallEdge, CodeLoad, LoadKind, MeasuredLoad, MeasuredStack, Notification, OperationLoad,
    RouteLoad,
};
use crate::traces::totals::{Calls, Place};

impl Sums {
    /// Load by what measured it.
    pub(in crate::traces) fn measured(&self) -> Vec<MeasuredLoad> {
        let profiles = self.stacks.iter();
        let profiles = profiles.map(|(unit, stacks)| self.profile(unit, stacks));
        profiles.chain(self.log()).collect()
    }

    /// Adds the calls of service graphs that no trace tells, and the services that they are between.
    ///
    /// A service that traces know keeps the operations that they tell.
    pub(in crate::traces) fn complete(
        &self,
        edges: &mut Vec<CallEdge>,
        operations: &mut Vec<OperationLoad>,
    ) {
        let (more, services) = graphs::edges(&self.flows, edges);
        if more.is_empty() {
            return;
        }
        let known: BTreeSet<Arc<str>> = operations.iter().map(|it| it.service.clone()).collect();
        let new = services
            .into_iter()
            .filter(|it| !known.contains(&it.service));
        operations.extend(new);
        operations.sort_by(|a, b| (&a.service, &a.operation).cmp(&(&b.service, &b.operation)));
        edges.extend(more);
        let key = |edge: &CallEdge| {
            let (caller, callee) = (Arc::clone(&edge.caller), Arc::clone(&edge.callee));
            (caller, callee, edge.inferred, edge.mode)
        };
        edges.sort_by_key(key);
    }

    /// Names of the inputs that are service graphs.
    pub(in crate::traces) fn graphs(&self) -> Vec<Arc<str>> {
        self.names(GRAPH)
    }

    /// What sums cannot tell.
    pub(in crate::traces) fn notes(&self) -> Option<Notification> {
        let names = self.graphs();
        if names.is_empty() {
            return None;
        }
        let unknown = self.flows.keys().any(FlowKey::hides_wait);
        let message = format!(
            "calls of {} are sums of a service graph: no loops, repeated calls or requests are known of them{}",
            names.join(", "),
            if unknown {
                ", nor whether the caller waits"
            } else {
                ""
            }
        );
        Some(Notification::note("service-graph", message))
    }

    /// Access logs: in time where every request tells its own, else in requests.
    fn log(&self) -> Option<MeasuredLoad> {
        let all = self.requests.values();
        let (calls, timed) = all.fold((0, 0), |(calls, timed), sum| {
            (calls + sum.calls, timed + sum.sketch.count())
        });
        let time: u128 = self.requests.values().map(|sum| sum.time_ns).sum();
        let nanoseconds = timed == calls && time > 0;
        let weight = |sum: &Calls| {
            if nanoseconds {
                narrow(sum.time_ns)
            } else {
                sum.calls
            }
        };
        let stack = |(at, sum): (u32, &Calls)| MeasuredStack {
            places: vec![at],
            weight: weight(sum),
            calls: sum.calls,
        };
        (calls > 0).then(|| MeasuredLoad {
            kind: LoadKind::AccessLog,
            inputs: self.names(LOG),
            unit: if nanoseconds {
                "request time"
            } else {
                "requests"
            }
            .into(),
            nanoseconds,
            weight: if nanoseconds { narrow(time) } else { calls },
            routes: self.requests.iter().map(route).collect(),
            places: self.requests.keys().map(asked).collect(),
            stacks: (0..).zip(self.requests.values()).map(stack).collect(),
        })
    }

    /// Names of the inputs of a family.
    fn names(&self, family: &str) -> Vec<Arc<str>> {
        let names = self.inputs.get(family).into_iter().flatten();
        names.cloned().collect()
    }

    /// The load of a unit: places, and stacks by their numbers.
    fn profile(&self, unit: &Unit, stacks: &Stacks) -> MeasuredLoad {
        let all = stacks.each().flat_map(|(places, _)| places);
        let mut numbers: BTreeMap<&Place, u32> = all.map(|place| (&**place, 0)).collect();
        for (number, at) in numbers.values_mut().zip(0..) {
            *number = at;
        }
        let number = |place: &Arc<Place>| numbers.get(&**place).copied().unwrap_or(u32::MAX);
        let stack = |(places, weight): (&[Arc<Place>], u128)| MeasuredStack {
            places: places.iter().map(number).collect(),
            weight: narrow(weight),
            calls: 0,
        };
        let sum = stacks
            .each()
            .fold(0_u128, |sum, (_, weight)| sum.saturating_add(weight));
        MeasuredLoad {
            kind: LoadKind::Profile,
            inputs: self.names(&unit.name()),
            unit: unit.name(),
            nanoseconds: matches!(unit, Unit::Cpu | Unit::Wall),
            weight: narrow(sum),
            routes: Vec::new(),
            places: numbers.keys().map(|place| row(place)).collect(),
            stacks: stacks.each().map(stack).collect(),
        }
    }
}

/// A route as a place: where the code is, only the code itself tells.
fn asked((service, operation): &Route) -> CodeLoad {
    CodeLoad {
        service: Arc::clone(service),
        operation: Some(Arc::clone(operation)),
        ..CodeLoad::default()
    }
}

/// A route with its calls; the service is `None` where the log does not tell it.
fn route(((service, operation), sum): (&Route, &Calls)) -> RouteLoad {
    RouteLoad {
        service: (!service.is_empty()).then(|| Arc::clone(service)),
        operation: Arc::clone(operation),
        path: None,
        calls: sum.calls,
        errors: sum.errors,
        client_errors: sum.client_errors,
        not_found: sum.not_found,
        p50_ns: sum.sketch.percentile(50),
        p95_ns: sum.sketch.percentile(95),
        p99_ns: sum.sketch.percentile(99),
    }
}

/// A place without load.
fn row(place: &Place) -> CodeLoad {
    let some = |text: &Arc<str>| (!text.is_empty()).then(|| Arc::clone(text));
    CodeLoad {
        service: Arc::clone(&place.service),
        file: some(&place.file),
        namespace: some(&place.namespace),
        function: some(&place.function),
        operation: some(&place.operation),
        ..CodeLoad::default()
    }
}

/// A sum in 64 bits; the largest number where it does not fit.
fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
