//! Every metric, and the values of all of them.
//!
//! In: [`LevelFacts`]. Out: [`Values`] per [`Metric`].
//! Invariant: in the order of the JSON contract.
//! Never: a metric itself.

use super::metric::{Compute, LevelFacts, Metric};
use super::{change, coupling, cyclicity, lakos, load, modularity, size};

/// Every metric, in the order of the JSON contract.
pub const METRICS: &[Metric] = &[
    coupling::CA,
    coupling::CE,
    coupling::INSTABILITY,
    coupling::ABSTRACTNESS,
    coupling::DISTANCE,
    lakos::CCD,
    lakos::ACD,
    lakos::NCCD,
    lakos::PROPAGATION_COST,
    cyclicity::CYCLICITY,
    cyclicity::RELATIVE_CYCLICITY,
    cyclicity::TANGLE,
    modularity::MODULARITY,
    coupling::COUPLING_SHARE,
    size::LINES,
    size::COMPLEXITY,
    change::CHURN,
    change::AUTHORS,
    change::CHANGE_SHARE,
    change::CHANGE_COUPLING,
    load::LOAD_CALLS,
    load::LOAD_SELF_TIME_NS,
    load::LOAD_SHARE,
    load::CRITICAL_SHARE,
];

/// The metric with the given id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}

/// The value of one metric at one level.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Per node of the level, in its order.
    PerNode(Vec<Option<f64>>),
    /// For the level as a whole.
    WholeLevel(Option<f64>),
}

/// Computes every metric on one level, in the order of [`METRICS`].
#[must_use]
pub fn compute(facts: &LevelFacts<'_>) -> Vec<(&'static Metric, Values)> {
    let value = |metric: &'static Metric| match metric.compute {
        Compute::PerNode(compute) => (metric, Values::PerNode(compute(facts))),
        Compute::WholeLevel(compute) => (metric, Values::WholeLevel(compute(facts))),
    };
    METRICS.iter().map(value).collect()
}

/// Computes the metrics of nodes alone, in the order of [`METRICS`].
pub(super) fn per_node(
    facts: &LevelFacts<'_>,
) -> impl Iterator<Item = (&'static Metric, Vec<Option<f64>>)> {
    METRICS.iter().filter_map(|metric| match metric.compute {
        Compute::PerNode(compute) => Some((metric, compute(facts))),
        Compute::WholeLevel(_) => None,
    })
}
