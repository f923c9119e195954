//! A proposal as the JSON contract has it.
//!
//! In: nothing. Out: [`Boundary`].
//! Invariant: names are part of contract version 1; unknown is `None`.
//! Never: logic.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Location, NodeId};
use crate::simulate::State;

/// What the proposals of a run rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// `service` or `library`.
    pub intent: String,
    /// Why that is the question, such as `212 of 800 files answer requests`.
    pub reason: String,
    /// What the rank goes by, the most telling first.
    pub ranked_by: Vec<String>,
    /// What it does not go by although it could, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_by: Vec<String>,
    /// Why a large program has fewer than three proposals, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub few: Option<String>,
}

/// A set of files to cut out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    /// From 1, the best first.
    pub rank: u32,
    /// `service`, `library` or `merge`.
    pub intent: String,
    /// What to call it: the folders that make up most of it.
    pub name: String,
    /// The package that consists of these files already, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<Arc<str>>,
    /// The rank of an earlier proposal that holds at least half of these files, or lies in them by
    /// half: one or the other can be cut out, not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<u32>,
    /// The view that found it, `+`-joined where several did; `pinned` for a person's own.
    pub source: String,
    /// Paths of its files, sorted.
    pub members: Vec<Arc<str>>,
    /// Who owns its files, most first, as `CODEOWNERS` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Arc<str>>,
    /// Who changed its files in most commits, with how many; no programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<(Arc<str>, u64)>,
    /// What it would cost.
    pub cost: Cost,
    /// What it would gain.
    pub benefit: Benefit,
    /// What the rank goes by, 0 to 1: the share of all plausibility that this proposal stands for
    /// and none before it does, times the share of the files that are cut apart together with it.
    pub score: f64,
    /// The parts of the score, each 0 to 1; a higher part never lowers the score.
    pub parts: BTreeMap<String, Option<f64>>,
    /// Whether no other listed proposal is better in change, load and cost at once.
    pub pareto: bool,
    /// Dependencies to break first, so that the set and the rest do not need each other.
    #[serde(rename = "break")]
    pub breaks: Vec<Break>,
    /// Files that belong to nobody: duplicate them or make them a library.
    pub shared_kernel: Vec<Arc<str>>,
    /// Why nobody would extract it; a list for people leaves such a proposal out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// What to know before doing it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerns: Vec<String>,
    /// What it takes along, and what of it crosses the border.
    #[serde(default)]
    pub takes: Takes,
    /// How to go about it.
    pub plan: Plan,
    /// For two services to merge: what speaks for it and what it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
}

/// Two services to make one, with what is recorded of them; unknown is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// The two services; the one that writes the data of the other comes first.
    pub services: Vec<Arc<str>>,
    /// .5 · write dominance + .5 · lockstep - .25 · min(1, log10(load ratio) / 3).
    pub index: f64,
    /// Share of the change sets of either that touch both.
    pub lockstep: Option<f64>,
    /// Change sets that touch both, and either.
    pub change_sets: Option<(u64, u64)>,
    /// Share of the writes to the second service that the first makes through its API.
    pub write_dominance: Option<f64>,
    /// These writes, and all.
    pub writes: Option<(u64, u64)>,
    /// 1 - requests that cross ÷ calls between the two.
    pub chat: Option<f64>,
    /// Load of the busier over that of the other: scaling them apart is lost.
    pub load_ratio: Option<f64>,
    /// Recorded calls that stay in the process.
    pub calls_in_process: Option<u64>,
    /// Network time saved per request on average, in milliseconds.
    pub saved_ms_per_request: Option<f64>,
    /// Tables that only these two use.
    pub tables_no_longer_shared: Vec<String>,
    /// What it rests on, in one sentence.
    pub reason: String,
    /// What it costs, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The system as it is, seen from the two.
    pub before: State,
    /// The system after it.
    pub after: State,
}

/// A dependency across the border that has to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// Node id of the dependent file.
    pub from: NodeId,
    /// Node id of the file that it depends on.
    pub to: NodeId,
    /// The call sites.
    pub locations: Vec<Location>,
}

/// What a cut costs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Dependencies of the rest on the set (pairs of files).
    pub crossing_in: u64,
    /// Dependencies of the set on the rest (pairs of files).
    pub crossing_out: u64,
    /// References behind both.
    pub call_sites: u64,
    /// Symbols of the set that the rest uses and of the rest that the set uses, sorted.
    pub interface: Vec<Arc<str>>,
    /// Pairs in the direction with fewer references; they close cycles through the border.
    pub back_edges: u64,
    /// Tables used on both sides; `None` when no use of a table is known.
    pub shared_tables: Option<Vec<SharedTable>>,
    /// Recorded calls that would cross the network; `None` without attributed traces.
    pub network_calls: Option<u64>,
    /// Estimate of the time they add to the slowest requests, in milliseconds: calls that a request
    /// waits for (those on its critical path) and that would cross × cost of a hop; 95th percentile
    /// of a sample of requests. `None` without attributed traces.
    pub added_ms_p95: Option<f64>,
    /// Inter-partition calls: share of the recorded calls (else of the references) that would cross.
    pub icp_raw: Option<f64>,
    /// The same with each pair weighted by 1 + ln(calls).
    pub icp_log: Option<f64>,
    /// External over internal change frequency: co-changes per pair across the border and inside.
    pub ecf_icf: Option<f64>,
}

/// A table that the set and the rest both use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTable {
    /// Its name.
    pub table: String,
    /// Places inside the set that write it.
    pub writes_inside: u64,
    /// Places in the rest that write it.
    pub writes_outside: u64,
    /// Places inside the set that read it.
    pub reads_inside: u64,
    /// Places in the rest that read it.
    pub reads_outside: u64,
}

/// What a cut gains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Benefit {
    /// Share of the window's commits that touch the set.
    pub change_share: Option<f64>,
    /// Commits per file and month.
    pub churn_per_file: Option<f64>,
    /// Commits of the newer half of the window over those of the older half.
    pub trend: Option<f64>,
    /// Share of the attributed own time.
    pub load_share: Option<f64>,
    /// Own time per file against that of the rest.
    pub load_asymmetry: Option<f64>,
    /// Share of the attributed time on critical paths.
    pub critical_share: Option<f64>,
    /// Cycles of files that cross the border.
    pub cycles_broken: u64,
    /// Propagation cost of all files.
    pub propagation_before: Option<f64>,
    /// The same once the edges in `break` are gone.
    pub propagation_after: Option<f64>,
    /// Authors who changed only the set, among those who changed it.
    pub authors_separated: Option<f64>,
}

/// What a cut takes along, and what crosses its border, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takes {
    /// Files by what they do: `routes` answer requests, `data` store, `types` are passed on, `logic` is the rest.
    pub layers: BTreeMap<String, u64>,
    /// Pages and scripts of a browser that bear its name: they go along, or call it.
    pub screens: u64,
    /// Requests that it answers, as `GET /orders`; at most 1,000.
    pub routes: Vec<String>,
    /// Tables that it uses.
    pub tables: Vec<OwnTable>,
    /// The dependencies across the border: `types`, `data`, `calls`.
    pub crossing: Vec<Group>,
}

/// A table of a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTable {
    /// Its name.
    pub table: String,
    /// Files outside that use it, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Arc<str>>,
}

/// Dependencies across a border that are of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `types` (known on both sides: duplicate them, or make a library), `data` (entities that the other
    /// side stores: split, or ask for them), `calls` (the interface).
    pub kind: String,
    /// Pairs of files.
    pub edges: u64,
    /// References behind them.
    pub call_sites: u64,
    /// Different symbols behind them.
    pub symbols: u64,
    /// The symbols with the most references, at most four.
    pub names: Vec<Arc<str>>,
}

/// How to go about a cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<String>,
    /// Place in the order of the listed proposals: what others use first, then the cheapest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// Ranks of proposals that go before it, as it uses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u32>,
    /// Files of the set that the rest enters by: a shim or a gateway route stands there first.
    pub entry_points: Vec<Arc<str>>,
    /// Files that stay on the old path until they are moved over, the heaviest callers first.
    pub callers: Vec<Arc<str>>,
    /// Tables that both sides write meanwhile.
    pub written_from_both: Vec<String>,
    /// Share of the entry points that a test uses; `None` without entry points.
    pub test_readiness: Option<f64>,
    /// Dependencies that wait for no answer and could become events, as `from -> to`.
    pub events: Vec<String>,
}
