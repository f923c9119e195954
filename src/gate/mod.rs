//! The gate: does a system keep to its policy?
//!
//! In: [`Analysis`](crate::analysis::Analysis), [`Policy`], perhaps a [`Baseline`]. Out: [`Verdict`].
//! Invariant: pure; the same inputs give the same verdict, sorted by rule and subject.
//! Never: reads a file, writes a baseline unasked, judges what the analysis could not see.

mod baseline;
mod change;
mod compare;
mod coverage;
mod draft;
mod edges;
mod exceptions;
mod freeze;
mod identity;
mod judge;
mod layers;
mod limits;
mod policy;
mod rules;
mod select;
mod split;
mod texts;
mod verdict;

pub use baseline::{Baseline, BaselineError};
pub use change::check_change;
pub use compare::{
    Comparison, CycleChange, Difference, EdgeChange, FindingChange, MetricChange, Side, compare,
};
pub use draft::{Draft, draft};
pub use judge::{check, unjudgeable};
pub use policy::{Allow, Coverage, Exception, Forbid, Freeze, Layers, Limit, Policy};
pub use select::{BadSelector, Selector};
pub use split::Homes;
pub use texts::{TEXTS, Text};
pub use verdict::{Against, Outcome, Problem, Ratchet, Verdict, Violation};

#[cfg(test)]
mod tests;
