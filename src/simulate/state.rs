//! How a system stands: scores, hops, network time, availability.
//!
//! In: [`System`]. Out: [`State`].
//! Invariant: estimates follow from [`Assumptions`] alone.
//! Never: a number for what was not recorded.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::system::System;
use crate::cycles::monolith::{Verdict, Weights, score, verdict};
use crate::cycles::{Cycle, Score};
use crate::model::names::thousands;
use crate::model::{CallProfile, Level, Role};

/// Where the network time of a call comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum HopSource {
    /// Nothing tells it: 1 ms.
    #[default]
    Assumed,
    /// The configuration.
    Configured,
    /// The median by which recorded calling spans last longer than the serving spans that answer them.
    Measured {
        /// Calls that it was measured on.
        calls: u64,
    },
}

/// What the estimates assume.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumptions {
    /// Network time of one call between two services, in milliseconds.
    pub hop_ms: f64,
    /// Where that time comes from.
    #[serde(default)]
    pub hop_source: HopSource,
    /// Share of time that one service answers, 0 to 1.
    pub availability: f64,
    /// Weights of the score.
    pub weights: Weights,
}

impl Default for Assumptions {
    /// A call of 1 ms, and services that answer 99.9 % of the time.
    fn default() -> Self {
        Self {
            hop_ms: 1.0,
            hop_source: HopSource::Assumed,
            availability: 0.999,
            weights: Weights::default(),
        }
    }
}

/// Fewest calls whose median stands for the cost of a call.
const MEASURED: u64 = 20;

impl Assumptions {
    /// The same with the network time that the traces show, unless the configuration says it.
    #[must_use]
    pub fn measured(self, calls: Option<&CallProfile>) -> Self {
        let hop = calls.and_then(|calls| calls.hop);
        match hop.filter(|hop| hop.calls >= MEASURED && self.hop_source == HopSource::Assumed) {
            Some(hop) => Self {
                hop_ms: milliseconds(hop.p50_ns),
                hop_source: HopSource::Measured { calls: hop.calls },
                ..self
            },
            None => self,
        }
    }

    /// The network time of a call, and where it comes from.
    #[must_use]
    pub fn hop(&self) -> String {
        let time = format!("{} ms a call", (self.hop_ms * 1000.0).round() / 1000.0);
        match self.hop_source {
            HopSource::Assumed => format!("{time} (assumed)"),
            HopSource::Configured => format!("{time} (configured)"),
            HopSource::Measured { calls } => {
                let calls = thousands(calls);
                format!("{time} (median gap between client and server of {calls} recorded calls)")
            }
        }
    }
}

/// Nanoseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "times below 2^53 ns")]
fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

/// A group of services and its score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupState {
    /// Names of the services, sorted.
    pub members: Vec<Arc<str>>,
    /// Score from 0 to 100, with its signals.
    pub score: Score,
    /// The verdict by rule; `None` without a synchronous cycle.
    pub verdict: Option<Verdict>,
    /// Share of all requests that call from one member to another; `None` without traces.
    pub traffic_share: Option<f64>,
    /// Floor of the score × traffic share: what to look at first.
    pub priority: Option<f64>,
}

/// A system, seen from one group of its services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The group that the change is about; `None` once it is a single service.
    pub group: Option<GroupState>,
    /// Synchronous cycles of the whole system.
    pub cycles: Vec<Vec<Arc<str>>>,
    /// Calls between services per request; `None` without traces.
    pub hops_per_request: Option<f64>,
    /// Network time per request in milliseconds, calls times the assumed cost of one.
    pub network_ms_per_request: Option<f64>,
    /// Chance that a request is answered: the product over the services that it visits.
    pub availability: Option<f64>,
}

/// The state of a system, seen from `group`.
#[must_use]
pub fn state(system: &System<'_>, group: &BTreeSet<Arc<str>>, assumptions: &Assumptions) -> State {
    let hops = hops(system);
    State {
        group: (group.len() > 1).then(|| group_state(system, group, assumptions)),
        cycles: system
            .cycles()
            .into_iter()
            .map(|cycle| cycle.into_iter().collect())
            .collect(),
        hops_per_request: hops,
        network_ms_per_request: hops.map(|hops| hops * assumptions.hop_ms),
        availability: availability(system, assumptions.availability),
    }
}

/// The score of a group.
#[must_use]
pub fn group_state(
    system: &System<'_>,
    group: &BTreeSet<Arc<str>>,
    assumptions: &Assumptions,
) -> GroupState {
    let (signals, grounds) = system.signals(group);
    let score = score(&signals, &assumptions.weights);
    let requests = system.request_count();
    let share =
        (requests > 0).then(|| crate::cycles::monolith::ratio(system.crossing(group), requests));
    GroupState {
        members: group.iter().cloned().collect(),
        priority: share.map(|share| share * score.floor),
        verdict: verdict(&signals, &grounds),
        traffic_share: share,
        score,
    }
}

/// Calls between services per request; `None` without requests. Calls of databases and brokers are
/// no hops between services.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn hops(system: &System<'_>) -> Option<f64> {
    let requests = system.request_count();
    let between = |name: &Arc<str>| {
        system
            .services
            .get(name)
            .is_some_and(|role| !matches!(role, Role::Datastore | Role::Broker))
    };
    let calls_of = |shape: &crate::model::RequestShape| -> u64 {
        shape
            .edges
            .iter()
            .filter(|(_, callee, _)| between(callee))
            .map(|(_, _, calls)| calls * shape.count)
            .sum()
    };
    let calls: u64 = system.requests.iter().flatten().map(calls_of).sum();
    (requests > 0).then(|| calls as f64 / requests as f64)
}

/// The mean chance that a request is answered, where each visited service answers with the chance
/// `each`, independently of the others.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn availability(system: &System<'_>, each: f64) -> Option<f64> {
    let requests = system.request_count();
    let one = |services: usize| each.powi(i32::try_from(services).unwrap_or(i32::MAX));
    let sum: f64 = system
        .requests
        .iter()
        .flatten()
        .map(|shape| shape.count as f64 * one(shape.services.len()))
        .sum();
    (requests > 0).then(|| sum / requests as f64)
}

/// Gives every synchronous cycle of services its score and verdict.
#[must_use]
pub fn judge(cycles: Vec<Cycle>, system: &System<'_>, assumptions: &Assumptions) -> Vec<Cycle> {
    let judged = |cycle: Cycle| {
        if cycle.level != Level::Service || cycle.synchronous != Some(true) {
            return cycle;
        }
        let members = cycle.members.iter().map(|id| id.name.clone()).collect();
        let state = group_state(system, &members, assumptions);
        Cycle {
            score: Some(state.score),
            verdict: state.verdict,
            ..cycle
        }
    };
    cycles.into_iter().map(judged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HopTime;

    fn traced(calls: u64) -> CallProfile {
        CallProfile {
            hop: Some(HopTime {
                calls,
                p50_ns: 2_400_000,
                p95_ns: 9_000_000,
            }),
            ..CallProfile::default()
        }
    }

    #[test]
    fn a_call_costs_what_the_traces_show_unless_told() {
        let found = Assumptions::default().measured(Some(&traced(40)));
        assert_eq!(
            found.hop(),
            "2.4 ms a call (median gap between client and server of 40 recorded calls)"
        );
        let told = Assumptions {
            hop_ms: 5.0,
            hop_source: HopSource::Configured,
            ..Assumptions::default()
        };
        assert_eq!(told.measured(Some(&traced(40))), told);
        let few = Assumptions::default().measured(Some(&traced(19)));
        assert_eq!(few.hop(), "1 ms a call (assumed)");
        assert_eq!(few, Assumptions::default().measured(None));
    }
}
