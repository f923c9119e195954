//! All results of one run: the snapshot that report, check and diff read.
//!
//! In: the results of every stage. Out: [`Analysis`], which serialises as JSON contract version 1.
//! Invariant: lists sorted by id, or by rank where one exists; names are part of the contract.
//! Never: computes a result of its own.

mod assemble;
mod authors;
mod level;
mod number;
mod organisation;
mod owned;
mod record;
pub mod schema;
mod services;
mod surface;
mod verdict;
mod within;

pub use assemble::{Results, assemble};
pub use level::{LevelView, at_level};
pub use number::to_json;
pub use organisation::{only_of_own, only_services, with_services};
pub use owned::{claim, is_owner, keep_owner, owners_of};
pub use record::{
    Analysis, Answer, Coverage, EdgeRecord, FileCoverage, NodeRecord, ProjectInfo, SystemVerdict,
    Tool, UnresolvedRecord, VERSION, Window,
};
pub use services::{RouteRecord, ServiceRecord, TableRecord};
pub use surface::{Offer, OfferKind, surface};
pub use verdict::known_services;
pub use within::narrow;

pub use crate::boundaries::{
    Addition, Additive, Basis, Boundary, Complete, Figures, Gradual, Merge, NewService, Roadmap,
    RoadmapStep, ServiceCall, ServiceLoop, Shim, TableUser, TornTable,
};
pub use crate::cycles::monolith::Verdict;
pub use crate::cycles::{CutEdge, Cycle, Exempt, Kind, Step};
pub use crate::findings::side_by_side::Row as Dependency;
pub use crate::findings::{Finding, RULES, Rule};
pub use crate::metrics::{METRICS, Metric};
pub use crate::part::Part;
pub use crate::simulate::remedies::Remedy;
pub use crate::simulate::{Assumptions, GroupState, State};
