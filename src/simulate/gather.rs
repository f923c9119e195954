//! The services of a system and what couples them, put together.
//!
//! In: graph, links, calls, history. Out: [`System`], the signals of a group.
//! Invariant: names are those of the graph's service nodes; aliases are resolved.
//! Never: files or symbols.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::calls::{Names, doubtful, load, synchronous};
use super::data::{static_tables, traced_tables};
use super::library::libraries;
use super::system::{Changes, System};
use crate::cycles::monolith::{Grounds, Signal, Signals, ratio};
use crate::graph::DependencyGraph;
use crate::model::{CallProfile, ChangeLog, Level, NodeKind, Project, Role, StaticLinks};

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
