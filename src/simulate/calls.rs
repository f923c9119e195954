//! Who calls whom, and what requests make of it.
//!
//! In: synchronous edges of the graph, recorded calls. Out: counts of requests and calls of a group, and the signals that rest on them.
//! Invariant: names are those of the graph's service nodes; aliases are resolved.
//! Never: a number for what was not recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::system::System;
use crate::cycles::monolith::Signal;
use crate::graph::{DependencyGraph, Digraph, Edge, Vertex, scc};
use crate::model::{CallMode, CallProfile, OperationCall, Project, Provenance, RequestShape};

impl System<'_> {
    /// Requests recorded.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.requests
            .iter()
            .flatten()
            .map(|shape| shape.count)
            .sum()
    }

    /// Requests with a call between two of `members`.
    #[must_use]
    pub fn crossing(&self, members: &BTreeSet<Arc<str>>) -> u64 {
        self.requests
            .iter()
            .flatten()
            .filter(|shape| crosses(shape, members))
            .map(|shape| shape.count)
            .sum()
    }

    /// Whether `members` form one synchronous cycle of business services.
    #[must_use]
    pub fn is_cycle(&self, members: &BTreeSet<Arc<str>>) -> bool {
        self.is_cycle_by(members, |_| true)
    }

    /// Whether they still do without the calls of which nothing says that the caller waits.
    pub(super) fn is_certain_cycle(&self, members: &BTreeSet<Arc<str>>) -> bool {
        self.is_cycle_by(members, |pair| !self.doubtful.contains(pair))
    }

    /// Whether all members are business services and form one strongly connected component by the
    /// calls that count.
    fn is_cycle_by(
        &self,
        members: &BTreeSet<Arc<str>>,
        counts: impl Fn(&(Arc<str>, Arc<str>)) -> bool,
    ) -> bool {
        let all = members.len() > 1 && members.iter().all(|name| self.is_business(name));
        all && scc::components(&self.calls_among(members, counts)).count == 1
    }

    /// The pairs among `members` that count and of which the first waits for the second; the weight of an edge is
    /// its recorded calls, at least one. Nodes are numbered in the order of the names.
    pub(super) fn calls_among(
        &self,
        members: &BTreeSet<Arc<str>>,
        counts: impl Fn(&(Arc<str>, Arc<str>)) -> bool,
    ) -> Digraph {
        let names: Vec<&Arc<str>> = members.iter().collect();
        let place = |name| names.binary_search(&name).ok().map(Vertex::new);
        let pairs = self.synchronous.iter().filter(|(pair, _)| counts(pair));
        let edges =
            pairs.filter_map(|((a, b), calls)| Some((place(a)?, place(b)?, (*calls).max(1))));
        Digraph::from_edges(names.len(), edges)
    }

    /// Requests that cross the group and come back to a member that is still busy with them.
    pub(super) fn reentrant(&self, members: &BTreeSet<Arc<str>>) -> u64 {
        let reenters = |shape: &&RequestShape| {
            crosses(shape, members) && shape.reentered.iter().any(|name| members.contains(name))
        };
        self.requests
            .iter()
            .flatten()
            .filter(reenters)
            .map(|shape| shape.count)
            .sum()
    }

    /// 1 − requests that cross the group ÷ calls inside it; `None` without traces.
    #[must_use]
    pub fn chat(&self, members: &BTreeSet<Arc<str>>) -> Option<f64> {
        self.requests.as_ref()?;
        let calls = self.calls_inside(members);
        let crossing = Signal::share(self.crossing(members), calls).known;
        Some(if calls == 0 { 0.0 } else { 1.0 - crossing })
    }

    /// Recorded calls between members.
    #[must_use]
    pub fn calls_inside(&self, members: &BTreeSet<Arc<str>>) -> u64 {
        let inside = |shape: &RequestShape| -> u64 {
            shape
                .edges
                .iter()
                .filter(|(a, b, _)| members.contains(a) && members.contains(b))
                .map(|(_, _, calls)| calls * shape.count)
                .sum()
        };
        self.requests.iter().flatten().map(inside).sum()
    }

    /// Depth by the 95th percentile (nearest rank) of visits to business services.
    pub(super) fn depth(&self) -> f64 {
        let visits = |shape: &RequestShape| {
            shape
                .path
                .iter()
                .filter(|name| self.is_business(name))
                .count() as u64
        };
        let mut depths: Vec<(u64, u64)> = self
            .requests
            .iter()
            .flatten()
            .map(|shape| (visits(shape), shape.count))
            .collect();
        depths.sort_unstable();
        let rank = (self.request_count() * 95).div_ceil(100);
        let mut seen = 0;
        let at_rank = depths.iter().find(|(_, count)| {
            seen += count;
            seen >= rank
        });
        #[expect(clippy::cast_precision_loss, reason = "a path has few visits")]
        at_rank.map_or(0.0, |(visits, _)| {
            ((*visits as f64 - 2.0) / 4.0).clamp(0.0, 1.0)
        })
    }

    /// Unknown when no request of the whole recording shows a failure.
    pub(super) fn fail(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        let requests = || self.requests.iter().flatten();
        if !requests().any(|shape| shape.root_failed || !shape.failed.is_empty()) {
            return Signal::UNKNOWN;
        }
        let inside = |shape: &&RequestShape| shape.failed.iter().any(|name| members.contains(name));
        let failed: u64 = requests().filter(inside).map(|shape| shape.count).sum();
        let roots: u64 = requests()
            .filter(inside)
            .filter(|shape| shape.root_failed)
            .map(|shape| shape.count)
            .sum();
        Signal::share(roots, failed)
    }
}

/// Whether a request makes a call between two of `members`.
pub(super) fn crosses(shape: &RequestShape, members: &BTreeSet<Arc<str>>) -> bool {
    shape
        .edges
        .iter()
        .any(|(a, b, _)| a != b && members.contains(a) && members.contains(b))
}

/// Names of the project for the names that traces tell.
pub(super) struct Names<'a> {
    pub(super) project: &'a Project,
}

impl Names<'_> {
    /// The service that is called so, else the name.
    pub(super) fn of(&self, name: &Arc<str>) -> Arc<str> {
        let found = self
            .project
            .service_named(name)
            .and_then(|id| self.project.services.get(id.index()));
        found.map_or_else(|| name.clone(), |service| service.name.as_str().into())
    }

    /// A recorded shape.
    pub(super) fn shape(&self, shape: &RequestShape) -> RequestShape {
        let all = |names: &[Arc<str>]| names.iter().map(|name| self.of(name)).collect::<Vec<_>>();
        RequestShape {
            path: all(&shape.path),
            services: all(&shape.services),
            edges: shape
                .edges
                .iter()
                .map(|(a, b, calls)| (self.of(a), self.of(b), *calls))
                .collect(),
            failed: all(&shape.failed),
            reentered: all(&shape.reentered),
            ..shape.clone()
        }
    }

    /// Recorded synchronous calls by operation.
    pub(super) fn operations(&self, calls: &CallProfile) -> Vec<OperationCall> {
        let named = |call: &OperationCall| OperationCall {
            caller: self.of(&call.caller),
            callee: self.of(&call.callee),
            ..call.clone()
        };
        calls
            .operation_calls
            .iter()
            .filter(|call| call.mode == CallMode::Sync)
            .map(named)
            .collect()
    }
}

/// Pairs of which the first waits for the second.
pub(super) fn synchronous(graph: &DependencyGraph) -> BTreeMap<(Arc<str>, Arc<str>), u64> {
    let mut found = BTreeMap::new();
    for edge in graph
        .edges()
        .iter()
        .filter(|edge| edge.is_counted() && edge.kind.is_synchronous())
    {
        let pair = (
            graph.node(edge.from).name.clone(),
            graph.node(edge.to).name.clone(),
        );
        let calls = if edge.provenance == Provenance::Trace {
            edge.weight
        } else {
            0
        };
        *found.entry(pair).or_default() += calls;
    }
    found
}

/// Pairs that only a service graph tells of which does not say whether the caller waits.
pub(super) fn doubtful(
    graph: &DependencyGraph,
    calls: Option<&CallProfile>,
) -> BTreeSet<(Arc<str>, Arc<str>)> {
    let in_code = |edge: &&Edge| {
        edge.is_counted() && edge.kind.is_synchronous() && edge.provenance != Provenance::Trace
    };
    let known = graph.edges().iter().filter(in_code);
    let known: BTreeSet<(&str, &str)> = known
        .map(|edge| (&*graph.node(edge.from).name, &*graph.node(edge.to).name))
        .collect();
    let edges = calls.into_iter().flat_map(|calls| &calls.edges);
    edges
        .filter(|edge| edge.unknown_wait && !known.contains(&(&*edge.caller, &*edge.callee)))
        .map(|edge| (edge.caller.clone(), edge.callee.clone()))
        .collect()
}

/// Times each service was entered.
pub(super) fn load(calls: Option<&CallProfile>, names: &Names<'_>) -> BTreeMap<Arc<str>, u64> {
    let mut found = BTreeMap::new();
    for operation in calls.iter().flat_map(|calls| &calls.operations) {
        *found.entry(names.of(&operation.service)).or_default() += operation.calls;
    }
    found
}
