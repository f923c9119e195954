//! The conductor: calls the stages top to bottom.
//!
//! In: [`Options`]. Out: [`Analysis`](crate::analysis::Analysis).
//! Invariant: every datum passes through here; no stage calls the next.
//! Never: logic of a stage.
//!
//! [`analyze`] tells the story: the streams are read side by side (`streams`), meet in one graph, and what the graph
//! says is put together (`results`). Several repositories meet a storey higher, at their services (`organisation`).
//! [`analyze_change`] does it twice, today and where a change began; [`what_if`] and [`extract`] ask about a system
//! that is not there yet.

mod analyze;
mod change;
mod options;
mod organisation;
mod progress;
mod results;
mod streams;
mod timings;
mod whatif;

pub use analyze::analyze;
pub use change::{ChangeError, Sides, analyze_change};
pub use options::{Options, Wanted};
pub use progress::{Phase, Progress};
pub use streams::AnalyzeError;
pub use timings::Timings;
pub use whatif::{WhatIfError, extract, what_if};
