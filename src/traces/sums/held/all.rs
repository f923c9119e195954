//! What inputs without spans tell, as a profile holds it.
//!
//! In: stacks, requests and flows of readers. Out: [`Sums`].
//! Invariant: merging is exact in any order.
//! Never: traces, loops or repeated calls, which sums do not hold; file names, but to say where load is from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::flow::{Flow, FlowKey, Flows};
use super::stacks::{Reader, Stacks};
use super::unit::Unit;
use crate::traces::totals::Calls;

/// Service (empty where the log tells none) and operation, such as `GET /orders/{}`.
pub(in crate::traces) type Route = (Arc<str>, Arc<str>);

/// What inputs without spans tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Sums {
    /// Names of the inputs, by what they tell: a unit of profiles, `log`, `graph`.
    pub(in crate::traces::sums) inputs: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Stacks of profiles by unit.
    pub(in crate::traces::sums) stacks: BTreeMap<Unit, Stacks>,
    /// Requests of access logs.
    pub(in crate::traces::sums) requests: BTreeMap<Route, Calls>,
    /// Calls between services of service graphs.
    pub(in crate::traces::sums) flows: Flows,
}

/// Sums as they are stored: JSON has texts only as keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    inputs: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    stacks: Vec<(Unit, Stacks)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requests: Vec<(Route, Calls)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flows: Vec<(FlowKey, Flow)>,
}

impl From<Sums> for Stored {
    fn from(sums: Sums) -> Self {
        Self {
            inputs: sums.inputs,
            stacks: sums.stacks.into_iter().collect(),
            requests: sums.requests.into_iter().collect(),
            flows: sums.flows.into_iter().collect(),
        }
    }
}

impl From<Stored> for Sums {
    fn from(stored: Stored) -> Self {
        Self {
            inputs: stored.inputs,
            stacks: stored.stacks.into_iter().collect(),
            requests: stored.requests.into_iter().collect(),
            flows: stored.flows.into_iter().collect(),
        }
    }
}

/// The family of access logs.
pub(in crate::traces::sums) const LOG: &str = "log";
/// The family of service graphs.
pub(in crate::traces::sums) const GRAPH: &str = "graph";
/// Most names of inputs that are kept.
const NAMES: usize = 64;

impl Sums {
    /// Whether nothing was read.
    pub(in crate::traces) fn is_empty(&self) -> bool {
        self.families().is_empty()
    }

    /// What is told of: a unit of profiles, requests, calls.
    pub(in crate::traces) fn families(&self) -> Vec<Arc<str>> {
        let log = (!self.requests.is_empty()).then(|| LOG.into());
        let graph = (!self.flows.is_empty()).then(|| GRAPH.into());
        let profiles = self.stacks.keys().map(Unit::name);
        profiles.chain(log).chain(graph).collect()
    }

    /// Notes the name of an input of a family.
    pub(in crate::traces) fn name(&mut self, family: Arc<str>, name: &str) {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        self.inputs.entry(family).or_default().insert(file.into());
    }

    /// Adds all of `other`.
    pub(in crate::traces) fn merge(&mut self, other: Self) {
        for (family, names) in other.inputs {
            self.inputs.entry(family).or_default().extend(names);
        }
        for (unit, stacks) in other.stacks {
            self.stacks.entry(unit).or_default().merge(stacks);
        }
        self.add_requests(other.requests);
        for (key, flow) in other.flows {
            self.flows.entry(key).or_default().merge(&flow);
        }
        for names in self.inputs.values_mut() {
            while names.len() > NAMES {
                names.pop_last();
            }
        }
    }

    /// Adds requests of a log.
    pub(in crate::traces::sums) fn add_requests(&mut self, requests: BTreeMap<Route, Calls>) {
        for (route, calls) in requests {
            let sum = self.requests.entry(route).or_default();
            sum.merge(&calls);
            sum.sketch.settle();
        }
    }

    /// Adds the stacks that a reader has put together.
    pub(in crate::traces::sums) fn take(&mut self, unit: Unit, reader: Reader) {
        let stacks = reader.stacks();
        if !stacks.is_empty() {
            self.stacks.entry(unit).or_default().merge(stacks);
        }
    }
}
