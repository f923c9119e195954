//! Results for people and programs.
//!
//! In: [`View`]. Out: text in one of the formats of [`REPORTERS`].
//! Invariant: every format shows the same results; every name from outside is escaped.
//! Never: reads an input, decides a result.

mod csv;
pub mod diff;
mod dot;
mod github;
mod gitlab;
mod graphml;
mod html;
mod issues;
mod json;
mod junit;
mod markdown;
mod mermaid;
mod part;
mod sarif;
mod text;
mod view;

pub use html::files as html_files;
pub use view::escape::{shown, shown_path};
pub use view::reporter::{Page, Reads, Reporter, Show, Topic, View};

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
