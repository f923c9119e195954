//! What a change makes of a system.
//!
//! In: [`System`], [`Change`]. Out: a new [`System`], or before and after of it.
//! Invariant: what the change does not name stays as it was.
//! Never: calls that the recording does not hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::state::{Assumptions, State, state};
use super::system::System;
use crate::model::RequestShape;

/// A change to the services of a system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub enum Change {
    /// The two services become modules of one deployable.
    Merge {
        /// One service.
        a: Arc<str>,
        /// The other service.
        b: Arc<str>,
    },
    /// The caller no longer waits: a message instead of a call.
    Async {
        /// Calling service.
        caller: Arc<str>,
        /// Called service.
        callee: Arc<str>,
    },
    /// Every call of the pair goes away.
    Drop {
        /// Calling service.
        caller: Arc<str>,
        /// Called service.
        callee: Arc<str>,
    },
    /// The client composes both answers: it calls the callee itself wherever the caller did it on its behalf.
    Aggregate {
        /// The service that asks the callee while the client waits for it.
        caller: Arc<str>,
        /// The service that is asked.
        callee: Arc<str>,
    },
    /// The callee hands over what it would be asked back for: only the calls back within a visit go away.
    PassData {
        /// The service that calls first and is asked back today.
        caller: Arc<str>,
        /// The service that asks back today.
        callee: Arc<str>,
    },
}

impl Change {
    /// The two services that the change is about.
    #[must_use]
    pub fn services(&self) -> (&Arc<str>, &Arc<str>) {
        match self {
            Self::Merge { a, b } => (a, b),
            Self::Async { caller, callee }
            | Self::Drop { caller, callee }
            | Self::Aggregate { caller, callee }
            | Self::PassData { caller, callee } => (caller, callee),
        }
    }
}

impl Change {
    /// The same kind of change between two other services.
    #[must_use]
    pub fn between(&self, a: Arc<str>, b: Arc<str>) -> Self {
        match self {
            Self::Merge { .. } => Self::Merge { a, b },
            Self::Async { .. } => Self::Async {
                caller: a,
                callee: b,
            },
            Self::Drop { .. } => Self::Drop {
                caller: a,
                callee: b,
            },
            Self::Aggregate { .. } => Self::Aggregate {
                caller: a,
                callee: b,
            },
            Self::PassData { .. } => Self::PassData {
                caller: a,
                callee: b,
            },
        }
    }
}

/// Before and after of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    /// The change.
    pub change: Change,
    /// The system as it is.
    pub before: State,
    /// The system after the change.
    pub after: State,
    /// What the estimates assume.
    pub assumptions: Assumptions,
}

/// Applies a change and tells before and after of the group that it is about.
#[must_use]
pub fn what_if(system: &System<'_>, change: &Change, assumptions: &Assumptions) -> WhatIf {
    let (a, b) = change.services();
    let group = system.group_around(a, b);
    let after = system.apply(change);
    let group_after: BTreeSet<Arc<str>> = group
        .iter()
        .filter(|name| after.services.contains_key(*name))
        .cloned()
        .collect();
    WhatIf {
        change: change.clone(),
        before: state(system, &group, assumptions),
        after: state(&after, &group_after, assumptions),
        assumptions: *assumptions,
    }
}

impl<'a> System<'a> {
    /// The synchronous cycle that holds both services, else the pair.
    #[must_use]
    pub fn group_around(&self, a: &Arc<str>, b: &Arc<str>) -> BTreeSet<Arc<str>> {
        let pair = BTreeSet::from([a.clone(), b.clone()]);
        let holding = |cycle: &BTreeSet<Arc<str>>| cycle.is_superset(&pair);
        self.cycles().into_iter().find(holding).unwrap_or(pair)
    }

    /// The synchronous cycles of business services, each with its members.
    #[must_use]
    pub fn cycles(&self) -> Vec<BTreeSet<Arc<str>>> {
        let names: Vec<&Arc<str>> = self
            .services
            .keys()
            .filter(|name| self.is_business(name))
            .collect();
        let place = |name: &Arc<str>| {
            names
                .binary_search(&name)
                .ok()
                .and_then(|at| u32::try_from(at).ok())
        };
        let edges = self
            .synchronous
            .keys()
            .filter_map(|(a, b)| Some((place(a)?, place(b)?, 1)));
        let digraph = crate::graph::Digraph::from_edges(names.len(), edges);
        let cycles = crate::graph::scc::components(&digraph).cycles();
        let named = |members: &Vec<u32>| {
            members
                .iter()
                .filter_map(|at| names.get(*at as usize).map(|name| (*name).clone()))
                .collect()
        };
        cycles.iter().map(named).collect()
    }

    /// The system after a change.
    #[must_use]
    pub fn apply(&self, change: &Change) -> System<'a> {
        let mut after = self.clone();
        match change {
            Change::Merge { a, b } => after.merge(a, b),
            Change::Async { caller, callee } | Change::Drop { caller, callee } => {
                after.synchronous.remove(&(caller.clone(), callee.clone()));
                let drop = |shape: &RequestShape| without_call(shape, caller, callee);
                after.requests = self
                    .requests
                    .as_ref()
                    .map(|shapes| shapes.iter().map(drop).collect());
                after
                    .operations
                    .retain(|call| (&call.caller, &call.callee) != (caller, callee));
            }
            Change::Aggregate { caller, callee } => after.aggregate(self, caller, callee),
            Change::PassData { caller, callee } => after.pass_data(self, caller, callee),
        }
        after
    }

    /// Where a client that is no business service asks `caller`, it asks `callee` itself, too.
    fn aggregate(&mut self, before: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) {
        let moved = |shape: &RequestShape| match shape
            .client_of(caller, |name| !before.is_business(name))
        {
            Some(client) => composed(shape, &client, caller, callee),
            None => shape.clone(),
        };
        let shapes: Option<Vec<RequestShape>> = before
            .requests
            .as_ref()
            .map(|shapes| shapes.iter().map(moved).collect());
        let left = |shape: &RequestShape| {
            shape
                .edges
                .iter()
                .any(|(a, b, _)| a == caller && b == callee)
        };
        if shapes
            .as_ref()
            .is_some_and(|shapes| !shapes.iter().any(left))
        {
            self.synchronous.remove(&(caller.clone(), callee.clone()));
        }
        let asked =
            |shape: &RequestShape| shape.client_of(callee, |name| !before.is_business(name));
        for client in shapes.iter().flatten().filter_map(asked) {
            self.synchronous
                .entry((client, callee.clone()))
                .or_default();
        }
        self.requests = shapes;
    }

    /// Calls back from `callee` to `caller` go away where `caller` is still busy.
    fn pass_data(&mut self, before: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) {
        let back = |shape: &RequestShape| shape.reentered.contains(caller);
        let drop = |shape: &RequestShape| {
            if back(shape) {
                without_call(shape, callee, caller)
            } else {
                shape.clone()
            }
        };
        self.requests = before
            .requests
            .as_ref()
            .map(|shapes| shapes.iter().map(drop).collect());
        let left = |shape: &RequestShape| {
            shape
                .edges
                .iter()
                .any(|(a, b, _)| a == callee && b == caller)
        };
        if self
            .requests
            .as_ref()
            .is_some_and(|shapes| !shapes.iter().any(left))
        {
            self.synchronous.remove(&(callee.clone(), caller.clone()));
        }
    }

    /// Both services become one, named after both.
    fn merge(&mut self, a: &Arc<str>, b: &Arc<str>) {
        let name: Arc<str> = format!("{a}+{b}").into();
        let renamed = |old: &Arc<str>| {
            if old == a || old == b {
                name.clone()
            } else {
                old.clone()
            }
        };
        let role = self.services.get(a).copied().unwrap_or_default();
        self.join_changes(b, a);
        self.alias_changes(&name, a);
        self.services.retain(|old, _| old != a && old != b);
        self.services.insert(name.clone(), role);
        let mut pairs = std::collections::BTreeMap::new();
        for ((from, to), calls) in std::mem::take(&mut self.synchronous) {
            let pair = (renamed(&from), renamed(&to));
            if pair.0 != pair.1 {
                *pairs.entry(pair).or_default() += calls;
            }
        }
        self.synchronous = pairs;
        for shape in self.requests.iter_mut().flatten() {
            *shape = merged(shape, &renamed);
        }
        let set = |names: &BTreeSet<Arc<str>>| names.iter().map(&renamed).collect();
        for table in self.tables.iter_mut().flatten() {
            (table.writers, table.users) = (set(&table.writers), set(&table.users));
        }
        for library in &mut self.libraries {
            library.rename(&renamed);
        }
        let (one, other) = (
            self.load.remove(a).unwrap_or(0),
            self.load.remove(b).unwrap_or(0),
        );
        self.load.insert(name, one + other);
    }
}

fn merged(shape: &RequestShape, renamed: &dyn Fn(&Arc<str>) -> Arc<str>) -> RequestShape {
    let mut path: Vec<Arc<str>> = shape.path.iter().map(renamed).collect();
    path.dedup();
    let unique = |names: &[Arc<str>]| {
        names
            .iter()
            .map(renamed)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    let mut edges: Vec<(Arc<str>, Arc<str>, u64)> = Vec::new();
    for (from, to, calls) in &shape.edges {
        let (from, to) = (renamed(from), renamed(to));
        if from == to {
            continue;
        }
        match edges.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
            Some((_, _, sum)) => *sum += calls,
            None => edges.push((from, to, *calls)),
        }
    }
    let reentered = unique(&shape.reentered)
        .into_iter()
        .filter(|name| returns(&edges, name))
        .collect();
    RequestShape {
        path,
        services: unique(&shape.services),
        failed: unique(&shape.failed),
        edges,
        reentered,
        ..shape.clone()
    }
}

/// The request without the calls from `caller` to `callee` and what only they led to.
fn without_call(shape: &RequestShape, caller: &Arc<str>, callee: &Arc<str>) -> RequestShape {
    let edges: Vec<_> = shape
        .edges
        .iter()
        .filter(|(a, b, _)| (a, b) != (caller, callee))
        .cloned()
        .collect();
    if edges.len() == shape.edges.len() {
        return shape.clone();
    }
    let reached = reached(shape.path.first().or(shape.services.first()), &edges);
    let edges: Vec<_> = edges
        .into_iter()
        .filter(|(a, _, _)| reached.contains(a))
        .collect();
    let step = shape
        .path
        .windows(2)
        .position(|pair| pair.first() == Some(caller) && pair.last() == Some(callee));
    let path = shape
        .path
        .iter()
        .take(step.map_or(shape.path.len(), |at| at + 1))
        .cloned()
        .collect();
    let kept = |names: &[Arc<str>]| {
        names
            .iter()
            .filter(|name| reached.contains(*name))
            .cloned()
            .collect::<Vec<_>>()
    };
    let reentered = shape
        .reentered
        .iter()
        .filter(|name| returns(&edges, name))
        .cloned()
        .collect();
    RequestShape {
        path,
        services: kept(&shape.services),
        failed: kept(&shape.failed),
        edges,
        reentered,
        ..shape.clone()
    }
}

/// The request with the calls from `caller` to `callee` made by `client` instead.
fn composed(
    shape: &RequestShape,
    client: &Arc<str>,
    caller: &Arc<str>,
    callee: &Arc<str>,
) -> RequestShape {
    let mut edges: Vec<(Arc<str>, Arc<str>, u64)> = Vec::new();
    for (from, to, calls) in &shape.edges {
        let from = if from == caller && to == callee {
            client
        } else {
            from
        };
        match edges.iter_mut().find(|(a, b, _)| a == from && b == to) {
            Some((_, _, sum)) => *sum += calls,
            None => edges.push((from.clone(), to.clone(), *calls)),
        }
    }
    let step = shape
        .path
        .windows(2)
        .position(|pair| pair.first() == Some(caller) && pair.last() == Some(callee));
    let mut path = shape.path.clone();
    if let Some(at) = step {
        path.remove(at);
    }
    let reentered = shape
        .reentered
        .iter()
        .filter(|name| returns(&edges, name))
        .cloned()
        .collect();
    RequestShape {
        path,
        edges,
        reentered,
        ..shape.clone()
    }
}

fn reached(root: Option<&Arc<str>>, edges: &[(Arc<str>, Arc<str>, u64)]) -> BTreeSet<Arc<str>> {
    let mut seen: BTreeSet<Arc<str>> = root.cloned().into_iter().collect();
    let mut todo: Vec<Arc<str>> = seen.iter().cloned().collect();
    while let Some(at) = todo.pop() {
        for (_, to, _) in edges.iter().filter(|(from, _, _)| *from == at) {
            if seen.insert(to.clone()) {
                todo.push(to.clone());
            }
        }
    }
    seen
}

/// Whether calls lead from a service back to itself.
fn returns(edges: &[(Arc<str>, Arc<str>, u64)], name: &Arc<str>) -> bool {
    let next = edges
        .iter()
        .filter(|(from, _, _)| from == name)
        .map(|(_, to, _)| to);
    next.into_iter()
        .any(|to| to == name || reached(Some(to), edges).contains(name))
}
