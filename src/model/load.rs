//! Load of places in the code: of spans, of what was measured without traces, and where that of a run comes from.
//!
//! In: nothing. Out: [`CodeLoad`], [`MeasuredLoad`], [`LoadSource`].
//! Invariant: weights of one unit; shares are 0 to 1.
//! Never: a load without its source.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::NodeId;

/// Load that spans with code attributes attribute to a place in the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeLoad {
    /// Service whose spans these are.
    pub service: Arc<str>,
    /// `code.file.path`, as recorded.
    pub file: Option<Arc<str>>,
    /// `code.namespace` or the Rust `target`, as recorded.
    pub namespace: Option<Arc<str>>,
    /// `code.function.name`, as recorded.
    pub function: Option<Arc<str>>,
    /// The operation, for spans that tell no place in the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Arc<str>>,
    /// Spans.
    pub calls: u64,
    /// Own time without children, summed, in nanoseconds.
    pub self_time_ns: u64,
    /// Part of it on the critical path.
    pub critical_ns: u64,
}

/// What load was measured by. Of several that tell of equally many programs the first one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoadKind {
    /// A profile of a program: samples of its stacks.
    Profile,
    /// Spans of recorded traces.
    Spans,
    /// Requests of an access log.
    AccessLog,
}

/// Load that came as sums: a profile of a program, or an access log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredLoad {
    /// What measured it.
    pub kind: LoadKind,
    /// Names of the inputs, sorted.
    pub inputs: Vec<Arc<str>>,
    /// What the weights are, such as `CPU samples` or `requests`.
    pub unit: Arc<str>,
    /// Whether the weights are nanoseconds.
    pub nanoseconds: bool,
    /// All weights.
    pub weight: u64,
    /// Requests by route, of an access log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteLoad>,
    /// The places of the stacks; not printed.
    #[serde(skip)]
    pub places: Vec<CodeLoad>,
    /// Weights by stack; not printed.
    #[serde(skip)]
    pub stacks: Vec<MeasuredStack>,
}

/// Requests of one method and path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RouteLoad {
    /// The service, where the log tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Arc<str>>,
    /// Method and path, ids as `{}`.
    pub operation: Arc<str>,
    /// The file of the handler, or that declares the route, where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Arc<str>>,
    /// Requests.
    pub calls: u64,
    /// Answered with 5xx.
    pub errors: u64,
    /// Answered with 4xx.
    pub client_errors: u64,
    /// Answered with 404 (part of `client_errors`).
    pub not_found: u64,
    /// Median time in nanoseconds, `None` where the log tells none.
    pub p50_ns: Option<u64>,
    /// 95th percentile in nanoseconds (nearest rank).
    pub p95_ns: Option<u64>,
    /// 99th percentile in nanoseconds (nearest rank).
    pub p99_ns: Option<u64>,
}

/// A stack with its weight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasuredStack {
    /// Indices into [`MeasuredLoad::places`], the leaf first; each once.
    pub places: Vec<u32>,
    /// How much of the load was measured there.
    pub weight: u64,
    /// Requests, where requests were measured.
    pub calls: u64,
}

/// Where the load of a run comes from, and how much of it found its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadSource {
    /// What measured it.
    pub kind: LoadKind,
    /// Names of the inputs, sorted; empty for spans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Arc<str>>,
    /// What the weights are, such as `CPU samples`.
    pub unit: Arc<str>,
    /// All weights.
    pub weight: u64,
    /// Share of the weight that found its file.
    pub found: Option<f64>,
    /// Share of the requests of an access log that found their file, where its weight is their time, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<f64>,
    /// Share of the weight that several files fit.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub ambiguous: f64,
    /// Own and total load of files and modules, heaviest first; empty for spans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<LoadPart>,
    /// The routes with most requests, of an access log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteLoad>,
    /// The heaviest names without a file, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedLoad>,
}

/// Whether a share is left out of the output.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_nothing(share: &f64) -> bool {
    *share <= 0.0
}

/// Load of a file or module as shares of all weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPart {
    /// The file or module.
    pub id: NodeId,
    /// Spent in its own code.
    pub own: f64,
    /// The same with what it calls outside of the repository: the load that proposals are ranked by.
    pub load: f64,
    /// The same with all that it calls; recursion counts once.
    pub total: f64,
}

/// Load that found no file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissedLoad {
    /// The frame, or the method and path of the requests.
    pub name: String,
    /// Its share of all weights.
    pub share: f64,
    /// Whether several files fit, rather than none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ambiguous: bool,
}

/// Most names of inputs in a sentence.
const NAMED: usize = 3;

impl LoadSource {
    /// What the load is a share of, such as `CPU samples in profile.pb.gz`.
    #[must_use]
    pub fn what(&self) -> String {
        let names: Vec<&str> = self.inputs.iter().take(NAMED).map(|name| &**name).collect();
        match (names.is_empty(), self.inputs.len().saturating_sub(NAMED)) {
            (true, _) => self.unit.to_string(),
            (false, 0) => format!("{} in {}", self.unit, names.join(", ")),
            (false, more) => format!("{} in {} and {more} more", self.unit, names.join(", ")),
        }
    }

    /// Source and share in one phrase, such as `CPU samples in profile.pb.gz, 87 % of them found their file`.
    #[must_use]
    pub fn phrase(&self) -> String {
        let share = self.found.unwrap_or_default() * 100.0;
        let of = if self.unit.ends_with('s') || self.unit.starts_with("bytes") {
            "of them found their file"
        } else {
            "of it found its file"
        };
        let requests = self.requests.map_or_else(String::new, |share| {
            format!(" ({:.0} % of the requests)", share * 100.0)
        });
        format!("{}, {share:.0} % {of}{requests}", self.what())
    }

    /// Whether any of it found a file, so that parts can be ranked by it.
    #[must_use]
    pub fn ranks(&self) -> bool {
        self.found.is_some_and(|share| share > 0.0)
    }
}
