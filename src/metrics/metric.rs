//! What a metric is, and all that it may look at.
//!
//! In: nothing. Out: the records that every metric reads.
//! Invariant: lists of one level are in the order of its nodes.
//! Never: a metric itself.

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

/// The history of one level, in the order of its nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFacts {
    /// Commits that touch any node.
    pub commits: u64,
    /// Commits that touch each node.
    pub churn: Vec<u64>,
    /// Of these, the commits in the first half of the time between the oldest and the newest commit.
    pub early: Vec<u64>,
    /// Distinct authors of each node.
    pub authors: Vec<u64>,
    /// Commits of each node that count in change coupling.
    pub revisions: Vec<u64>,
    /// Pairs that changed together, ascending.
    pub coupled: Vec<Coupled>,
    /// Sum over a node's commits of the other nodes in them.
    pub sum_of_coupling: Vec<u64>,
    /// Commits left out of change coupling: too many files, or written by a program.
    pub dropped: u64,
}

/// Two nodes that changed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coupled {
    /// The smaller node.
    pub a: Vertex,
    /// The larger node.
    pub b: Vertex,
    /// Commits that touch both.
    pub shared: u64,
}

/// Load of one part of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Spans that ran there, or requests; 0 where a profile tells no calls.
    pub calls: u64,
    /// What shares are made of: own time of spans, samples of a profile, time or number of requests.
    pub weight: u64,
    /// Own time without children, in nanoseconds; 0 where no time was measured.
    pub self_time_ns: u64,
    /// Part of it on the critical path of its trace.
    pub critical_ns: u64,
}

impl Load {
    /// Both loads together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            weight: self.weight.saturating_add(other.weight),
            self_time_ns: self.self_time_ns.saturating_add(other.self_time_ns),
            critical_ns: self.critical_ns.saturating_add(other.critical_ns),
        }
    }

    /// The sum of all known loads.
    pub fn sum(loads: impl IntoIterator<Item = Option<Self>>) -> Self {
        loads
            .into_iter()
            .flatten()
            .fold(Self::default(), Self::with)
    }
}
