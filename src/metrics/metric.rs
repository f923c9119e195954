//! What a metric is, and all that it may look at.
//!
//! In: nothing. Out: the records that every metric reads.
//! Invariant: lists of one level are in the order of its nodes.
//! Never: a metric itself.

use super::change::ChangeFacts;
use super::load::Load;
use crate::graph::{Digraph, Vertex};
use crate::model::{Level, TypeCounts};

/// A metric of the registry.
#[derive(Debug)]
pub struct Metric {
    /// Its id in the JSON contract and in policies.
    pub id: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// Smallest and largest value, in words.
    pub range: &'static str,
    /// Meaning, formula, edge cases and source.
    pub docs: &'static str,
    /// How it is computed.
    pub compute: Compute,
}

/// Whether a metric is a property of each node or of the whole level.
#[derive(Clone, Copy, Debug)]
pub enum Compute {
    /// One value per node of the level, in its order.
    PerNode(fn(&LevelFacts<'_>) -> Vec<Option<f64>>),
    /// One value for the level; reported on the system node as `id@level`.
    WholeLevel(fn(&LevelFacts<'_>) -> Option<f64>),
}

/// All that a metric may look at: one level, its nodes in one order.
#[derive(Clone, Debug)]
pub struct LevelFacts<'a> {
    /// The level.
    pub level: Level,
    /// Dependencies between its nodes.
    pub digraph: &'a Digraph,
    /// The containing part of each node, numbered from 0 (for modularity).
    pub groups: Vec<u32>,
    /// Types declared in each node.
    pub types: Vec<TypeCounts>,
    /// Lines of each node; `None` where it has no source.
    pub lines: Vec<Option<u64>>,
    /// Cyclomatic complexity of each node; `None` where it is not known.
    pub complexity: Vec<Option<u64>>,
    /// Change history, if there is one.
    pub changes: Option<ChangeFacts>,
    /// Recorded load, if there is any.
    pub load: Option<Vec<Option<Load>>>,
}

impl<'a> LevelFacts<'a> {
    /// Facts with nothing but the dependencies.
    #[must_use]
    pub fn of_digraph(level: Level, digraph: &'a Digraph) -> Self {
        let nodes = digraph.nodes();
        Self {
            level,
            digraph,
            groups: vec![0; nodes],
            types: vec![TypeCounts::default(); nodes],
            lines: vec![None; nodes],
            complexity: vec![None; nodes],
            changes: None,
            load: None,
        }
    }

    pub(super) fn per_node(&self, value: impl Fn(Vertex) -> Option<f64>) -> Vec<Option<f64>> {
        self.digraph.vertices().map(value).collect()
    }
}

/// `part / whole`, undefined when the whole is 0.
pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
