//! What a change makes of a system.
//!
//! In: [`System`], [`Change`]. Out: a new [`System`], or before and after of it.
//! Invariant: what the change does not name stays as it was.
//! Never: calls that the recording does not hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::requests::{calls, composed, merged, without_call};
use super::state::{Assumptions, State, state};
use super::system::System;
use crate::graph::{Digraph, Vertex, scc};
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

    /// The same kind of change between two other services.
    #[must_use]
    pub fn between(&self, a: Arc<str>, b: Arc<str>) -> Self {
        let (caller, callee) = (a.clone(), b.clone());
        match self {
            Self::Merge { .. } => Self::Merge { a, b },
            Self::Async { .. } => Self::Async { caller, callee },
            Self::Drop { .. } => Self::Drop { caller, callee },
            Self::Aggregate { .. } => Self::Aggregate { caller, callee },
            Self::PassData { .. } => Self::PassData { caller, callee },
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
        self.cycles_without(None)
    }

    /// The same as if one pair did not call.
    pub(super) fn cycles_without(
        &self,
        left_out: Option<&(Arc<str>, Arc<str>)>,
    ) -> Vec<BTreeSet<Arc<str>>> {
        let names: Vec<&Arc<str>> = self
            .services
            .keys()
            .filter(|name| self.is_business(name))
            .collect();
        let place = |name: &Arc<str>| {
            let found = names.binary_search(&name).ok();
            found.map(Vertex::new)
        };
        let edges = self
            .synchronous
            .keys()
            .filter(|pair| Some(*pair) != left_out)
            .filter_map(|(a, b)| Some((place(a)?, place(b)?, 1)));
        let digraph = Digraph::from_edges(names.len(), edges);
        let cycles = scc::components(&digraph).cycles();
        let named = |members: &Vec<Vertex>| {
            let names = members.iter().map(|at| names[at.index()].clone());
            names.collect()
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
                after.rewrite(|shape| without_call(shape, caller, callee));
                after
                    .operations
                    .retain(|call| (&call.caller, &call.callee) != (caller, callee));
            }
            Change::Aggregate { caller, callee } => after.aggregate(self, caller, callee),
            Change::PassData { caller, callee } => after.pass_data(caller, callee),
        }
        after
    }

    /// Where a client that is no business service asks `caller`, it asks `callee` itself, too.
    fn aggregate(&mut self, before: &System<'_>, caller: &Arc<str>, callee: &Arc<str>) {
        let client_of = |shape: &RequestShape, asked: &Arc<str>| {
            shape.client_of(asked, |name| !before.is_business(name))
        };
        self.rewrite(|shape| match client_of(shape, caller) {
            Some(client) => composed(shape, &client, caller, callee),
            None => shape.clone(),
        });
        self.forget_unused(caller, callee);
        let shapes = self.requests.iter().flatten();
        for client in shapes.filter_map(|shape| client_of(shape, callee)) {
            self.synchronous
                .entry((client, callee.clone()))
                .or_default();
        }
    }

    /// Calls back from `callee` to `caller` go away where `caller` is still busy.
    fn pass_data(&mut self, caller: &Arc<str>, callee: &Arc<str>) {
        self.rewrite(|shape| {
            if shape.reentered.contains(caller) {
                without_call(shape, callee, caller)
            } else {
                shape.clone()
            }
        });
        self.forget_unused(callee, caller);
    }

    /// Makes of every request what the change makes of it.
    fn rewrite(&mut self, changed: impl Fn(&RequestShape) -> RequestShape) {
        for shape in self.requests.iter_mut().flatten() {
            *shape = changed(shape);
        }
    }

    /// The caller no longer waits for the callee if no recorded request makes the call.
    fn forget_unused(&mut self, caller: &Arc<str>, callee: &Arc<str>) {
        let unused =
            |shapes: &Vec<RequestShape>| !shapes.iter().any(|shape| calls(shape, caller, callee));
        if self.requests.as_ref().is_some_and(unused) {
            self.synchronous.remove(&(caller.clone(), callee.clone()));
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
        if let Some(changes) = &mut self.changes {
            changes.join(b, a, &name);
        }
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
        self.rewrite(|shape| merged(shape, &renamed));
        let set = |names: &BTreeSet<Arc<str>>| names.iter().map(&renamed).collect();
        for table in self.tables.iter_mut().flatten() {
            (table.writers, table.users) = (set(&table.writers), set(&table.users));
        }
        for library in &mut self.libraries {
            library.rename(&renamed);
        }
        let calls = [a, b].map(|old| self.load.remove(old).unwrap_or(0));
        self.load.insert(name, calls.iter().sum());
    }
}
