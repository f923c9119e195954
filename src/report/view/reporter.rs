//! What an output format is, and what it may look at.
//!
//! In: results. Out: [`View`], [`Reporter`].
//! Invariant: every format starts from the same view.
//! Never: a format by name.

use std::io::{self, Write};

use super::proposal::letter;
use crate::analysis::{Analysis, at_level};
use crate::gate::{Comparison, Verdict};
use crate::model::Level;

/// What a reporter may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The results.
    pub analysis: &'a Analysis,
    /// The gate's verdict, for `check`.
    pub verdict: Option<&'a Verdict>,
    /// Which part of them the command is about.
    pub topic: Topic,
    /// How much of it to show, for formats made for reading.
    pub show: Show,
    /// How the page is made, for the report.
    pub page: Page<'a>,
}

/// How the page is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// What makes a place a link, such as `https://host/owner/name/blob/{commit}/{path}#L{line}`.
    pub source_url: Option<&'a str>,
    /// One sheet to pin on a wall: map, numbers, what to do first.
    pub poster: bool,
    /// Style and script are files of their own, for hosts that drop those within a page.
    pub apart: bool,
    /// What changed since a base.
    pub change: Option<&'a Comparison>,
}

impl View<'_> {
    /// What a proposal is called in short.
    pub(in crate::report) fn letter(&self, rank: u32) -> String {
        letter(&self.analysis.boundaries, self.show.all, rank)
    }
}

/// The part of the results that a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Everything.
    Summary,
    /// The graph at one level.
    Graph(Level),
    /// The cycles, of one level or of all.
    Cycles(Option<Level>),
    /// The boundary proposals.
    Boundaries,
    /// The gate's verdict.
    Check,
}

/// How a text is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Show {
    /// Every finding and proposal, not only the first.
    pub all: bool,
    /// Skipped inputs, each with its reason.
    pub skipped: bool,
    /// Services, each with its evidence.
    pub services: bool,
    /// Every dependency of services: declared, found, observed.
    pub links: bool,
    /// Unresolved references, each with its place.
    pub unresolved: bool,
    /// With colours.
    pub color: bool,
}

/// An output format.
pub struct Reporter {
    /// The value of `--format`.
    pub id: &'static str,
    /// One line for the help.
    pub about: &'static str,
    /// What it reads of the results.
    pub reads: Reads,
    /// Writes the view.
    pub render: fn(&View<'_>, &mut dyn Write) -> io::Result<()>,
}

/// What a format reads of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reads {
    /// Nodes and edges of one level, whatever the command is about.
    Edges,
    /// What the command is about.
    Topic,
    /// The same, with the metrics of nodes.
    Metrics,
    /// Everything.
    All,
}

/// The level that a drawing of `view` shows: the one asked for, else the coarsest with an edge.
pub(in crate::report) fn drawn_level(view: &View<'_>) -> Level {
    if let Topic::Graph(level) = view.topic {
        return level;
    }
    let has_edges = |level: &Level| !at_level(view.analysis, *level).edges.is_empty();
    [Level::Service, Level::Package, Level::Module]
        .into_iter()
        .find(has_edges)
        .unwrap_or(Level::File)
}
