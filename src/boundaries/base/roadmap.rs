//! A roadmap as the JSON contract has it.
//!
//! In: nothing. Out: [`Roadmap`].
//! Invariant: names are part of contract version 1; a plan without content says why in `remark`.
//! Never: logic.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::Location;

/// How to get from the system as it is to one that is cut apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "lowercase")]
pub enum Roadmap {
    /// One proposal after the other, the cheapest of those left first.
    Gradual(Gradual),
    /// All files at once: which services would come out, and what is wrong with them.
    Complete(Complete),
    /// The old code stays as it is; new services stand around it.
    Additive(Additive),
}

/// The proposals in the order in which each is the cheapest that is left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gradual {
    /// Why there is nothing, or hardly anything, to order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The system before the first step.
    pub start: Figures,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// What the system is like between two steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Files that are still in the monolith.
    pub files_left: u64,
    /// Dependencies (pairs of files) across all borders that were drawn so far.
    pub dependencies_across: u64,
    /// References behind them.
    pub call_sites_across: u64,
    /// Propagation cost of the files that are left; `None` where none are.
    pub propagation: Option<f64>,
    /// Cycles among the files that are left.
    pub cycles: u64,
}

/// One part to take out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Rank of the proposal.
    pub rank: u32,
    /// Its name.
    pub name: String,
    /// Files that leave the monolith with it.
    pub files: u64,
    /// Dependencies of the monolith on it when its turn comes.
    pub dependencies_in: u64,
    /// Dependencies of it on the monolith then.
    pub dependencies_out: u64,
    /// References behind both.
    pub call_sites: u64,
    /// References across its border to the rest before the first step.
    pub call_sites_at_first: u64,
    /// References of the lighter direction, uses of the shared kernel aside: to break first.
    pub to_break: u64,
    /// References to and from parts that are out already: interfaces that are there by then.
    pub interfaces: u64,
    /// What the order goes by: call sites, those to break counted three times, interfaces and uses
    /// of the shared kernel a quarter.
    pub cost: f64,
    /// Later steps that this one makes cheaper, the most relieved first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frees: Vec<Freed>,
    /// The system after it.
    pub after: Figures,
}

/// A later step that got cheaper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freed {
    /// Rank of the proposal.
    pub rank: u32,
    /// Its name.
    pub name: String,
    /// References across its border to the monolith before.
    pub before: u64,
    /// And after.
    pub after: u64,
}

/// Every file in a service, in the shared kernel, or in what stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Complete {
    /// Why there is nothing to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The judgement in one sentence.
    pub verdict: String,
    /// The services, by name.
    pub services: Vec<NewService>,
    /// Files that many domains use: a shared library.
    pub kernel: Vec<Arc<str>>,
    /// Files that put the program together or belong to nobody.
    pub stays: Vec<Arc<str>>,
    /// Dependencies between the services, most call sites first.
    pub calls: Vec<ServiceCall>,
    /// Dependencies of the shared kernel on services and on what stays: a library must not have them.
    pub kernel_uses: Vec<ServiceCall>,
    /// Services that would need each other, the largest cycle first.
    pub cycles: Vec<ServiceLoop>,
    /// Tables that several of them use, those with most writers first.
    pub torn_tables: Vec<TornTable>,
}

/// A service that would come out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewService {
    /// Name of the proposal, else the word that its files share.
    pub name: String,
    /// Rank of the proposal that consists of mostly the same files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Its files, sorted.
    pub files: Vec<Arc<str>>,
    /// How many of them its proposal or its word names; the rest follows by its ties.
    pub named: u64,
    /// Call sites that use the shared kernel.
    pub kernel_sites: u64,
    /// Call sites that use what stays: these hold it back in the monolith.
    pub stays_sites: u64,
}

/// Dependencies of one service on another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCall {
    /// The dependent.
    pub from: String,
    /// What it depends on.
    pub to: String,
    /// Pairs of files.
    pub dependencies: u64,
    /// References behind them.
    pub call_sites: u64,
    /// Recorded calls; `None` without attributed traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<u64>,
}

/// Services each of which needs every other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLoop {
    /// Its services, by name.
    pub services: Vec<String>,
    /// The shortest way round through the cheapest dependency to turn; the first one comes last again.
    pub shortest: Vec<String>,
    /// The cheapest dependencies without which no cycle is left, the cheapest first.
    pub turn_round: Vec<Turn>,
}

/// A dependency of one service on another to invert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The dependency.
    #[serde(flatten)]
    pub call: ServiceCall,
    /// Its call sites.
    pub locations: Vec<Location>,
}

/// A table that several services would use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TornTable {
    /// Its name.
    pub table: String,
    /// Who writes it, and in how many places.
    pub writers: Vec<TableUser>,
    /// Who reads it, and in how many places.
    pub readers: Vec<TableUser>,
}

/// A service, the kernel or what stays, that uses a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableUser {
    /// Its name.
    pub service: String,
    /// Places in its files.
    pub places: u64,
}

/// What new services around frozen old code need of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Additive {
    /// Why there is nothing to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The new services, by rank.
    pub services: Vec<Addition>,
    /// Files of the old code that several of them need: one shim serves all.
    pub common: Vec<CommonShim>,
    /// The freeze policy to paste, as TOML.
    pub freeze: String,
}

/// What one new service needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Rank of the proposal.
    pub rank: u32,
    /// Its name.
    pub name: String,
    /// What its files use of the old code, most call sites first.
    pub needs: Vec<Shim>,
    /// Requests that the gateway leads to it.
    pub routes: Vec<Entry>,
    /// Tables that the old code uses, too: to be kept in step.
    pub tables: Vec<String>,
    /// Folders (`a/b/**`) and files to freeze.
    pub frozen: Vec<String>,
}

/// A file of the old code with the operations to wrap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shim {
    /// The file.
    pub file: Arc<str>,
    /// The symbols used, sorted.
    pub symbols: Vec<Arc<str>>,
    /// The references.
    pub call_sites: u64,
    /// The planned service that the file belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether a copy or a library does instead of a shim: it is of the shared kernel, or three of
    /// the services need it and it rests on nothing else.
    pub kernel: bool,
}

/// A file of the old code that several new services need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommonShim {
    /// The file.
    pub file: Arc<str>,
    /// Who needs it.
    pub services: Vec<String>,
    /// The references of all of them.
    pub call_sites: u64,
}

/// A route to lead to a new service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The path, below the prefix of its file where it has one.
    pub path: String,
    /// Method in upper case; empty for any.
    pub method: String,
    /// Where it is declared.
    pub location: Location,
}

/// Which roadmap to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoadmapKind {
    /// Proposals one after the other.
    Gradual,
    /// All files at once.
    Complete,
    /// New services around frozen code.
    Additive,
}

impl RoadmapKind {
    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradual => "gradual",
            Self::Complete => "complete",
            Self::Additive => "additive",
        }
    }
}

impl Roadmap {
    /// Which one it is.
    #[must_use]
    pub const fn kind(&self) -> RoadmapKind {
        match self {
            Self::Gradual(_) => RoadmapKind::Gradual,
            Self::Complete(_) => RoadmapKind::Complete,
            Self::Additive(_) => RoadmapKind::Additive,
        }
    }
}
