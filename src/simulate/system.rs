//! The services of a system and what couples them, on one page.
//!
//! In: graph, links, calls, history. Out: [`System`].
//! Invariant: names are those of the graph's service nodes; aliases are resolved.
//! Never: files or symbols.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::calls::{Names, doubtful, load, synchronous};
use super::changes::Changes;
use super::data::{TableUsers, static_tables, traced_tables};
use super::library::{Library, libraries};
use crate::cycles::monolith::{Grounds, Signal, Signals, ratio};
use crate::graph::DependencyGraph;
use crate::knowledge::Knowledge;
use crate::model::{
    CallProfile, ChangeLog, Level, NodeKind, OperationCall, Project, RequestShape, Role,
    StaticLinks,
};

/// The streams that a system is made of.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Files, packages, services.
    pub project: &'a Project,
    /// The dependency graph.
    pub graph: &'a DependencyGraph,
    /// Static links and uses of tables.
    pub links: &'a StaticLinks,
    /// Recorded calls, if any.
    pub calls: Option<&'a CallProfile>,
    /// The history, if there is one.
    pub changes: Option<&'a ChangeLog>,
}

/// Services and all that couples them.
#[derive(Clone)]
pub struct System<'a> {
    /// Services by name.
    pub services: BTreeMap<Arc<str>, Role>,
    /// Pairs of which the first waits for the second, with recorded calls (0 when only found in code).
    pub synchronous: BTreeMap<(Arc<str>, Arc<str>), u64>,
    /// Those of them of which only a service graph tells that does not say whether the caller waits.
    pub doubtful: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Requests by shape; `None` without traces, and where calls are sums only.
    pub requests: Option<Vec<RequestShape>>,
    /// Recorded calls by operation.
    pub operations: Vec<OperationCall>,
    /// Times each service was entered.
    pub load: BTreeMap<Arc<str>, u64>,
    /// Tables as code shows them, then as traces show them.
    pub tables: [Vec<TableUsers>; 2],
    /// First-party libraries.
    pub libraries: Vec<Library>,
    /// Which files and operations mean what.
    pub(super) knowledge: &'a Knowledge,
    /// The history by service; `None` without one.
    pub(super) changes: Option<Changes<'a>>,
}

impl<'a> System<'a> {
    /// Gathers the system.
    #[must_use]
    pub fn of(inputs: Inputs<'a>) -> Self {
        let nodes = inputs
            .graph
            .nodes()
            .iter()
            .filter(|node| node.level == Level::Service);
        // Of a service and a database or topic of one name, the service is meant.
        let mut services: BTreeMap<Arc<str>, Role> = BTreeMap::new();
        for node in nodes {
            let is_service = node.id.kind == NodeKind::Service;
            let role = services.entry(node.name.clone()).or_insert(node.role);
            *role = if is_service { node.role } else { *role };
        }
        let canonical = Names {
            project: inputs.project,
        };
        let log = inputs.changes.filter(|log| !log.commits.is_empty());
        Self {
            synchronous: synchronous(inputs.graph),
            doubtful: doubtful(inputs.graph, inputs.calls),
            requests: inputs
                .calls
                .filter(|calls| calls.tells_requests())
                .map(|calls| {
                    calls
                        .requests
                        .iter()
                        .map(|shape| canonical.shape(shape))
                        .collect()
                }),
            operations: inputs
                .calls
                .map_or_else(Vec::new, |calls| canonical.operations(calls)),
            load: load(inputs.calls, &canonical),
            tables: [
                static_tables(inputs.links),
                traced_tables(inputs.calls, &canonical),
            ],
            libraries: libraries(inputs.graph, inputs.project, log),
            knowledge: &inputs.project.knowledge,
            changes: Changes::of(log, inputs.project, services.keys()),
            services,
        }
    }

    /// Whether a service may be part of a distributed monolith.
    #[must_use]
    pub fn is_business(&self, name: &str) -> bool {
        self.services
            .get(name)
            .is_some_and(|role| role.is_business())
    }

    /// The signals of a group, and what else its verdict looks at.
    #[must_use]
    pub fn signals(&self, members: &BTreeSet<Arc<str>>) -> (Signals, Grounds) {
        let cycle = self.is_cycle(members);
        let certain = self.is_certain_cycle(members);
        let crossing = self.crossing(members);
        let reentrant = self.reentrant(members);
        let change_sets = self.change_sets(members);
        let traced = |signal: Signal| {
            if self.requests.is_some() {
                signal
            } else {
                Signal::UNKNOWN
            }
        };
        let signals = Signals {
            cycle: match (cycle, self.requests.is_some()) {
                (false, _) => Signal::known(0.0),
                (true, _) if !certain => Signal::UNKNOWN,
                (true, false) => Signal {
                    known: 0.5,
                    unknown: 0.5,
                },
                (true, true) => Signal::known(0.5 + 0.5 * ratio(reentrant, crossing)),
            },
            lockstep: self.lockstep(members),
            data: self.data(members),
            depth: traced(Signal::known(self.depth())),
            chat: self.chat(members).map_or(Signal::UNKNOWN, Signal::known),
            fail: self.fail(members),
            lib: self.lib(members),
        };
        let grounds = Grounds {
            synchronous_cycle: cycle,
            certain,
            reentrant_share: ratio(reentrant, self.request_count()),
            shared_change_sets: change_sets.map_or(0, |(several, _)| several),
        };
        (signals, grounds)
    }
}
