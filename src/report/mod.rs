//! Results for people and programs.
//!
//! In: [`View`]. Out: text in one of the formats of [`REPORTERS`].
//! Invariant: every format shows the same results; every name from outside is escaped.
//! Never: reads an input, decides a result.

mod csv;
pub mod diff;
mod dot;
mod escape;
mod github;
mod gitlab;
mod graphml;
mod html;
mod issues;
mod json;
mod junit;
mod markdown;
mod mermaid;
mod monolith;
mod part;
mod proposal;
mod sarif;
mod text;
mod view;

use std::io::{self, Write};

use crate::analysis::{Analysis, Boundary, at_level};
use crate::gate::{Comparison, Verdict};
use crate::model::Level;

pub use escape::{shown, shown_path};
pub use html::files as html_files;

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
    fn letter(&self, rank: u32) -> String {
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

/// Every output format.
pub const REPORTERS: &[Reporter] = &[
    text::REPORTER,
    json::REPORTER,
    html::REPORTER,
    dot::REPORTER,
    mermaid::REPORTER,
    graphml::REPORTER,
    csv::REPORTER,
    sarif::REPORTER,
    github::REPORTER,
    gitlab::REPORTER,
    junit::REPORTER,
    markdown::REPORTER,
    part::REPORTER,
];

/// The output format called `id`.
#[must_use]
pub fn reporter(id: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().find(|reporter| reporter.id == id)
}

/// The level that a drawing of `view` shows: the one asked for, else the coarsest with an edge.
fn drawn_level(view: &View<'_>) -> Level {
    if let Topic::Graph(level) = view.topic {
        return level;
    }
    let has_edges = |level: &Level| {
        !crate::analysis::at_level(view.analysis, *level)
            .edges
            .is_empty()
    };
    [Level::Service, Level::Package, Level::Module]
        .into_iter()
        .find(has_edges)
        .unwrap_or(Level::File)
}

/// What a proposal is called in short among those that are shown: A, B, …; the number beyond Z.
/// Proposals with doubts are shown only where `all` are.
fn letter(boundaries: &[Boundary], all: bool, rank: u32) -> String {
    let upto = boundaries.iter().filter(|other| other.rank <= rank);
    let place = upto.filter(|other| all || other.doubts.is_empty()).count();
    match u8::try_from(place) {
        Ok(place @ 1..=26) => char::from(b'A' + place - 1).to_string(),
        _ => place.to_string(),
    }
}
