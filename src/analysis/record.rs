//! The contract as records: what a saved analysis holds.
//!
//! In: nothing. Out: [`Analysis`], which serialises as JSON contract version 1.
//! Invariant: names are part of the contract; lists are sorted by id, or by rank where one exists.
//! Never: a result of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::services::ServiceRecord;
use super::surface::Offer;
use crate::boundaries::{Basis, Boundary, Roadmap};
use crate::cycles::Cycle;
use crate::findings::Finding;
use crate::findings::side_by_side::Row as Dependency;
use crate::model::{
    CallProfile, EdgeKind, Grade, HistoryCoverage, Labels, Level, LoadSource, Location, NodeId,
    Notification, Provenance, Role, Tally, TraceCoverage, UnresolvedReason,
};
use crate::part::Part;
use crate::simulate::Assumptions;

/// The version of the JSON contract.
pub const VERSION: u32 = 1;

/// Everything that one run found out; every key is always written, `null` or empty where nothing is known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Analysis {
    /// Version of the contract, [`VERSION`].
    pub version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// What was analysed.
    pub project: ProjectInfo,
    /// Whether it is a distributed monolith, and how much of the calls was seen.
    #[serde(default)]
    pub verdict: SystemVerdict,
    /// What was seen and what was not.
    pub coverage: Coverage,
    /// Every input that was skipped, degraded or capped.
    pub notifications: Vec<Notification>,
    /// Parts of the system, sorted by id within their level.
    pub nodes: Vec<NodeRecord>,
    /// Facts between files and between services.
    pub edges: Vec<EdgeRecord>,
    /// Dependencies of services, each declared, found, observed or several of these, sorted by pair.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
    /// Routes, tables and changes of each service, sorted by id.
    #[serde(default)]
    pub services: Vec<ServiceRecord>,
    /// What simulations assumed.
    #[serde(default)]
    pub assumptions: Assumptions,
    /// Cycles of every level, sorted by id within their level.
    #[serde(default)]
    pub cycles: Vec<Cycle>,
    /// What is wrong, worst first.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What the proposals rest on; `None` where none were made.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Proposals of what to cut out, best first.
    #[serde(default)]
    pub boundaries: Vec<Boundary>,
    /// How to get there by the strategy that was asked for; `None` where none was.
    #[serde(default)]
    pub roadmap: Option<Roadmap>,
    /// References that were seen but not resolved, in path order.
    #[serde(default)]
    pub unresolved: Vec<UnresolvedRecord>,
    /// Former names of files, with their names of today; not saved.
    #[serde(skip)]
    pub moved: BTreeMap<Arc<str>, Arc<str>>,
    /// What each file offers; `None` unless the policy freezes code; not saved.
    #[serde(skip)]
    pub surface: Option<Vec<Offer>>,
    /// Who owns the most of each part, as `CODEOWNERS` says; empty without one.
    #[serde(default)]
    pub owners: BTreeMap<NodeId, Vec<Arc<str>>>,
    /// The repository, reduced to what others can see of it, where that was asked for; not saved.
    #[serde(skip)]
    pub part: Option<Box<Part>>,
    /// Services with their repositories, where several are analysed; not saved.
    #[serde(skip)]
    pub own: BTreeMap<String, String>,
    /// What the traces say; `None` without traces.
    #[serde(default)]
    pub runtime: Option<CallProfile>,
}

/// A reference that was seen but not resolved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnresolvedRecord {
    /// The path as written.
    pub text: String,
    /// Why it was not resolved.
    pub reason: UnresolvedReason,
    /// Where it is written.
    #[serde(flatten)]
    pub location: Location,
}

/// Name and version of the program.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tool {
    /// `seamline`.
    pub name: String,
    /// Semantic version.
    pub version: String,
}

/// What was analysed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ProjectInfo {
    /// Name of the analysed folder.
    pub name: String,
    /// Commit at HEAD; `None` without git.
    pub commit: Option<String>,
    /// Where a host shows the files, with `{commit}`, `{path}` and `{line}`; `None` where the remote does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// Seconds since 1970 that bound the history considered.
    pub window: Option<Window>,
    /// Commits by month, the oldest of twelve first; empty without a history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<u64>,
}

/// A span of time in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// First second.
    pub from: i64,
    /// Last second.
    pub to: i64,
}

/// How much of each source was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Files by what became of them.
    pub files: FileCoverage,
    /// Files parsed, per language.
    pub languages: BTreeMap<String, u64>,
    /// Files of programming languages without a parser, per language: nothing in them was seen.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unsupported: BTreeMap<String, u64>,
    /// References by how they ended, per language.
    pub references: BTreeMap<String, Tally>,
    /// Places of unresolved references, by language and reason.
    pub unresolved: BTreeMap<String, BTreeMap<String, u64>>,
    /// The git history.
    pub history: HistoryCoverage,
    /// The traces; `None` without traces.
    pub spans: Option<TraceCoverage>,
    /// Share of the recorded load that could be attributed to files, 0 to 1; `None` without traces.
    pub attributed_load: Option<f64>,
    /// Where the load comes from: spans, a profile of a program, an access log; `None` without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadSource>,
}

impl Coverage {
    /// References of all languages by how they ended.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        let languages = self.references.values();
        languages.for_each(|tally| sum.add(*tally));
        sum
    }

    /// Files of programming languages without a parser.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.unsupported.values().sum()
    }
}

/// Files by what became of them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct FileCoverage {
    /// Parsed, tests included.
    pub parsed: u64,
    /// Not parsed for any reason: too large, unreadable, binary.
    pub skipped: u64,
    /// Of a supported language, but broken.
    pub unparsable: u64,
    /// Written by a program.
    pub generated: u64,
    /// Third-party code in the tree.
    pub vendored: u64,
    /// Test, benchmark or example code.
    pub tests: u64,
    /// Source files of a supported language that belong to a service, and those that belong to none; both 0 where
    /// fewer than two services have a purpose of their own.
    #[serde(default)]
    pub owned: u64,
    /// See `owned`.
    #[serde(default)]
    pub unowned: u64,
}

/// A part of the system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeRecord {
    /// Its id, such as `file:src/lib.rs`.
    pub id: NodeId,
    /// Level of containment.
    pub level: Level,
    /// What to call it.
    pub name: Arc<str>,
    /// Id of the node that contains it.
    pub parent: Option<NodeId>,
    /// Path of a file, folder of a package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Arc<str>>,
    /// Language of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Other names of a service, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Arc<str>>,
    /// Whether the code of a service is here and holds nothing that could call or send.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// How many instances of a service manifests start; `None` for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<usize>,
    /// What it is for.
    pub role: Role,
    /// Values by metric id; `null` where undefined.
    pub metrics: BTreeMap<String, Option<f64>>,
}

/// A dependency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EdgeRecord {
    /// Id of the dependent.
    pub from: NodeId,
    /// Id of the dependency.
    pub to: NodeId,
    /// What kind.
    pub kind: EdgeKind,
    /// What tells it apart from an ordinary one.
    pub labels: Labels,
    /// How it became known.
    pub provenance: Provenance,
    /// How sure a link between services is that was found without running anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// References, or recorded calls.
    pub weight: u64,
    /// Symbols used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Arc<str>>,
    /// Re-exporting file, topic or library that it goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Arc<str>>,
    /// Places to open.
    pub locations: Vec<Location>,
}

/// The answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A synchronous cycle of services that is felt at run time, in changes or in the data.
    Yes,
    /// A synchronous cycle of services and nothing more.
    Suspected,
    /// No such cycle, and the calls of most services are known.
    NoneFound,
    /// No such cycle is known, but too few calls are.
    Unknown,
    /// Fewer than two services.
    #[default]
    NotApplicable,
}

/// Whether the system is a distributed monolith, and how much of it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemVerdict {
    /// The answer.
    pub answer: Answer,
    /// Business services.
    pub services: u64,
    /// Of these, services with a call, in code or in traffic, from or to another service or a topic.
    pub known: u64,
    /// Services in synchronous cycles.
    pub in_cycles: u64,
    /// Whether traces were read that hold calls.
    pub traced: bool,
}
