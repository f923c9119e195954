//! What to analyse, how, and what is wanted of it.
//!
//! In: the resolved settings. Out: [`Options`].
//! Invariant: a stage whose result nobody wants is not run.
//! Never: defaults that depend on the machine.

use std::path::PathBuf;
use std::sync::Arc;

use super::progress::Progress;
use super::timings::{Timings, timed};
use crate::model::Level;
use crate::part::Part;
use crate::simulate::Assumptions;
use crate::source::{self, Revision};
use crate::{boundaries, discover, history, metrics, parse, traces};

/// What to analyse and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders to analyse together.
    pub roots: Vec<PathBuf>,
    /// Repositories to analyse with them that were reduced before.
    pub parts: Vec<Part>,
    /// Whether a part of an analysed folder gives way to the folder.
    pub beside: bool,
    /// Whether the part of the repository is asked for.
    pub reduce: bool,
    /// Limits of reading.
    pub limits: source::Limits,
    /// Where discovery needs help.
    pub discover: discover::Options,
    /// Where the history is, how far back it counts, how renames are followed.
    pub history: history::Options,
    /// The commits to read instead of the folders, one for each; empty for what lies there now.
    pub revisions: Vec<Arc<Revision>>,
    /// Indexes of other tools whose edges replace those found here.
    pub scip: Vec<parse::scip::Index>,
    /// Recorded traces.
    pub traces: Vec<traces::Input>,
    /// Where recorded operations without a place in the code belong.
    pub code: Vec<metrics::CodeRule>,
    /// Limits of reading them.
    pub trace_limits: traces::Options,
    /// What to propose, where and how.
    pub boundaries: boundaries::Options,
    /// What simulations assume.
    pub assumptions: Assumptions,
    /// Which results are asked for.
    pub wanted: Wanted,
    /// Whether to tell what each file offers.
    pub surface: bool,
    /// Where the run says what it is at.
    pub progress: Progress,
    /// Where to note what each stage took.
    pub timings: Option<Arc<Timings>>,
}

impl Options {
    /// Runs a stage and notes what it took, if that is asked for.
    pub(super) fn timed<T>(&self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        timed(self.timings.as_deref(), stage, work)
    }
}

/// Which results are asked for; the rest stays empty and costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// All of them.
    #[default]
    Everything,
    /// The graph at one level.
    Edges(Level),
    /// The same, with the metrics of its nodes.
    Nodes(Level),
    /// The cycles of one level.
    Cycles(Level),
}

impl Wanted {
    /// Whether links between services count: below their level only recorded load needs them.
    pub(super) fn links(self, traced: bool) -> bool {
        match self {
            Self::Everything => true,
            Self::Nodes(level) => traced || level <= Level::Service,
            Self::Edges(level) | Self::Cycles(level) => level <= Level::Service,
        }
    }

    /// Whether services count, which of several repositories are told apart from the code.
    pub(super) fn services(self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nodes(level) | Self::Edges(level) | Self::Cycles(level) => {
                level <= Level::Service
            }
        }
    }

    /// Whether the history counts.
    pub(super) const fn history(self) -> bool {
        matches!(self, Self::Everything | Self::Nodes(_))
    }
}
