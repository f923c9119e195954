//! The services of a system and what couples them, on one page.
//!
//! In: graph, links, calls, history. Out: [`System`].
//! Invariant: names are those of the graph's service nodes; aliases are resolved.
//! Never: files or symbols.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::library::{Library, libraries};
use crate::cycles::monolith::{Grounds, Signal, Signals};
use crate::graph::DependencyGraph;
use crate::metrics::change::lockstep::{Lockstep, MOST_FILES};
use crate::model::{
    CallMode, CallProfile, ChangeLog, Level, OperationCall, Project, RequestShape, Role,
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

/// Fewest change sets that show a habit; one alone may be the first commit.
const HABIT: u64 = 2;

/// Who uses a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableUsers {
    /// Database and table, or only the table where the database is not known.
    pub name: String,
    /// Services that write it.
    pub writers: BTreeSet<Arc<str>>,
    /// Services that use it in any way.
    pub users: BTreeSet<Arc<str>>,
}

/// Services and all that couples them.
#[derive(Clone)]
pub struct System<'a> {
    /// Services by name.
    pub services: BTreeMap<Arc<str>, Role>,
    /// Pairs of which the first waits for the second, with recorded calls (0 when only found in code).
    pub synchronous: BTreeMap<(Arc<str>, Arc<str>), u64>,
    /// Requests by shape; `None` without traces.
    pub requests: Option<Vec<RequestShape>>,
    /// Recorded calls by operation.
    pub operations: Vec<OperationCall>,
    /// Times each service was entered.
    pub load: BTreeMap<Arc<str>, u64>,
    /// Tables as code shows them, then as traces show them.
    pub tables: [Vec<TableUsers>; 2],
    /// First-party libraries.
    pub libraries: Vec<Library>,
    changes: Option<&'a ChangeLog>,
    groups: Vec<Option<u32>>,
    group_of: BTreeMap<Arc<str>, u32>,
    lockstep: Option<Lockstep>,
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
        let services: BTreeMap<Arc<str>, Role> =
            nodes.map(|node| (node.name.clone(), node.role)).collect();
        let canonical = Names {
            project: inputs.project,
        };
        let changes = inputs.changes.filter(|log| !log.commits.is_empty());
        let group_of: BTreeMap<Arc<str>, u32> = services.keys().cloned().zip(0..).collect();
        let mut system = Self {
            synchronous: synchronous(inputs.graph),
            requests: inputs.calls.map(|calls| {
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
            libraries: libraries(inputs.graph, inputs.project, changes),
            groups: changes.map_or_else(Vec::new, |log| groups(inputs.project, log, &group_of)),
            changes,
            group_of,
            lockstep: None,
            services,
        };
        system.count_changes();
        system
    }

    fn count_changes(&mut self) {
        self.lockstep = self
            .changes
            .map(|log| Lockstep::of(log, &self.groups, MOST_FILES));
    }

    /// Lets the changes of `from` count as changes of `into`.
    pub(super) fn join_changes(&mut self, from: &str, into: &str) {
        let (Some(old), Some(new)) = (
            self.group_of.get(from).copied(),
            self.group_of.get(into).copied(),
        ) else {
            return;
        };
        for group in self.groups.iter_mut().filter(|group| **group == Some(old)) {
            *group = Some(new);
        }
        self.group_of.insert(from.into(), new);
        self.count_changes();
    }

    /// Lets `name` count changes as `as_of` does.
    pub(super) fn alias_changes(&mut self, name: &Arc<str>, as_of: &str) {
        if let Some(group) = self.group_of.get(as_of).copied() {
            self.group_of.insert(name.clone(), group);
        }
    }

    /// Whether a service may be part of a distributed monolith.
    #[must_use]
    pub fn is_business(&self, name: &str) -> bool {
        self.services
            .get(name)
            .is_some_and(|role| role.is_business())
    }

    /// Change sets that touch two or more, and any, of `members`; `None` without a history.
    #[must_use]
    pub fn change_sets(&self, members: &BTreeSet<Arc<str>>) -> Option<(u64, u64)> {
        let groups: BTreeSet<u32> = members
            .iter()
            .filter_map(|name| self.group_of.get(name).copied())
            .collect();
        let groups: Vec<u32> = groups.into_iter().collect();
        let together = self.lockstep.as_ref()?.among(&groups);
        Some((together.several, together.any))
    }

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
        let Some(first) = members.first().filter(|_| members.len() > 1) else {
            return false;
        };
        let reach = |forward: bool| {
            let mut seen = BTreeSet::from([first]);
            let mut todo = vec![first];
            while let Some(at) = todo.pop() {
                for (from, to) in self
                    .synchronous
                    .keys()
                    .filter(|(a, b)| members.contains(a) && members.contains(b))
                {
                    let (here, next) = if forward { (from, to) } else { (to, from) };
                    if here == at && seen.insert(next) {
                        todo.push(next);
                    }
                }
            }
            seen.len() == members.len()
        };
        members.iter().all(|name| self.is_business(name)) && reach(true) && reach(false)
    }

    /// The signals of a group, and what else its verdict looks at.
    #[must_use]
    pub fn signals(&self, members: &BTreeSet<Arc<str>>) -> (Signals, Grounds) {
        let cycle = self.is_cycle(members);
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
                (true, false) => Signal {
                    known: 0.5,
                    unknown: 0.5,
                },
                (true, true) => {
                    Signal::known(0.5 + 0.5 * crate::cycles::monolith::ratio(reentrant, crossing))
                }
            },
            lockstep: change_sets.map_or(Signal::UNKNOWN, |(several, any)| {
                Signal::share(several, any)
            }),
            data: self.data(members),
            depth: traced(Signal::known(self.depth())),
            chat: self.chat(members).map_or(Signal::UNKNOWN, Signal::known),
            fail: self.fail(members),
            lib: self.lib(members),
        };
        let grounds = Grounds {
            synchronous_cycle: cycle,
            reentrant_share: crate::cycles::monolith::ratio(reentrant, self.request_count()),
            shared_change_sets: change_sets.map_or(0, |(several, _)| several),
        };
        (signals, grounds)
    }

    /// Requests that cross the group and come back to a member that is still busy with them.
    fn reentrant(&self, members: &BTreeSet<Arc<str>>) -> u64 {
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
    fn depth(&self) -> f64 {
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
    fn fail(&self, members: &BTreeSet<Arc<str>>) -> Signal {
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

    /// The larger share of tables written by several members, by code or by traces.
    fn data(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        let of = |tables: &Vec<TableUsers>| {
            let used: Vec<&TableUsers> = tables
                .iter()
                .filter(|table| !table.users.is_disjoint(members))
                .collect();
            let shared = used
                .iter()
                .filter(|table| table.writers.intersection(members).count() > 1)
                .count();
            Signal::share(shared as u64, used.len() as u64).known
        };
        Signal::known(self.tables.iter().map(of).fold(0.0, f64::max))
    }

    /// Libraries of which every change that concerns a member concerns two or more, by all that two or more link.
    fn lib(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        let used: Vec<&Library> = self
            .libraries
            .iter()
            .filter(|library| library.users.intersection(members).count() > 1)
            .collect();
        if used.iter().any(|library| library.changes.is_none()) {
            return Signal::UNKNOWN;
        }
        let together = |library: &&&Library| {
            let (several, any) = library.bumped(members);
            several >= HABIT && several == any
        };
        let together = used.iter().filter(together).count();
        Signal::share(together as u64, used.len() as u64)
    }
}

/// Whether a request makes a call between two of `members`.
pub(super) fn crosses(shape: &RequestShape, members: &BTreeSet<Arc<str>>) -> bool {
    shape
        .edges
        .iter()
        .any(|(a, b, _)| a != b && members.contains(a) && members.contains(b))
}

struct Names<'a> {
    project: &'a Project,
}

impl Names<'_> {
    fn of(&self, name: &Arc<str>) -> Arc<str> {
        let found = self
            .project
            .service_named(name)
            .and_then(|id| self.project.services.get(id.index()));
        found.map_or_else(|| name.clone(), |service| service.name.as_str().into())
    }

    fn shape(&self, shape: &RequestShape) -> RequestShape {
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

    fn operations(&self, calls: &CallProfile) -> Vec<OperationCall> {
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

fn synchronous(graph: &DependencyGraph) -> BTreeMap<(Arc<str>, Arc<str>), u64> {
    let mut found = BTreeMap::new();
    for edge in graph
        .edges()
        .iter()
        .filter(|edge| edge.kind.is_synchronous())
    {
        let pair = (
            graph.node(edge.from).name.clone(),
            graph.node(edge.to).name.clone(),
        );
        let calls = if edge.provenance == crate::model::Provenance::Trace {
            edge.weight
        } else {
            0
        };
        *found.entry(pair).or_default() += calls;
    }
    found
}

fn load(calls: Option<&CallProfile>, names: &Names<'_>) -> BTreeMap<Arc<str>, u64> {
    let mut found = BTreeMap::new();
    for operation in calls.iter().flat_map(|calls| &calls.operations) {
        *found.entry(names.of(&operation.service)).or_default() += operation.calls;
    }
    found
}

fn static_tables(links: &StaticLinks) -> Vec<TableUsers> {
    let mut found: BTreeMap<String, TableUsers> = BTreeMap::new();
    for table in &links.tables {
        let Some(service) = &table.service else {
            continue;
        };
        // Without a known database, equal names prove nothing: the table counts for its service alone.
        let store = table
            .datastore
            .clone()
            .unwrap_or_else(|| format!("?{service}"));
        add_user(
            &mut found,
            format!("{store}/{}", table.table),
            service.as_str().into(),
            table.write,
        );
    }
    found.into_values().collect()
}

fn traced_tables(calls: Option<&CallProfile>, names: &Names<'_>) -> Vec<TableUsers> {
    let mut found: BTreeMap<String, TableUsers> = BTreeMap::new();
    for table in calls
        .iter()
        .flat_map(|calls| &calls.tables)
        .filter(|table| !table.table.is_empty())
    {
        add_user(
            &mut found,
            format!("{}/{}", table.datastore, table.table),
            names.of(&table.service),
            table.write,
        );
    }
    found.into_values().collect()
}

fn add_user(
    found: &mut BTreeMap<String, TableUsers>,
    name: String,
    service: Arc<str>,
    write: bool,
) {
    let users = found.entry(name.clone()).or_insert_with(|| TableUsers {
        name,
        ..TableUsers::default()
    });
    users.users.insert(service.clone());
    if write {
        users.writers.insert(service);
    }
}

/// The service of each path of the history.
fn groups(
    project: &Project,
    log: &ChangeLog,
    group_of: &BTreeMap<Arc<str>, u32>,
) -> Vec<Option<u32>> {
    let mut dirs: Vec<(&str, u32)> = Vec::new();
    for service in &project.services {
        let group = group_of.get(service.name.as_str()).copied();
        dirs.extend(
            service
                .dirs
                .iter()
                .filter_map(|dir| Some((dir.as_str(), group?))),
        );
    }
    dirs.sort_by(|a, b| (b.0.len(), a).cmp(&(a.0.len(), b)));
    let group = |path: &Arc<str>| {
        dirs.iter()
            .find(|(dir, _)| crate::model::is_within(path, dir))
            .map(|(_, group)| *group)
    };
    log.paths.iter().map(group).collect()
}
