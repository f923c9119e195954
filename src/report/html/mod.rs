//! The report for architecture reviews: one self-contained file.
//!
//! In: [`View`]. Out: HTML without scripts or outside resources.
//! Invariant: every text is made harmless here and escaped by the template engine.
//! Never: a fetched resource, a script, an inline style attribute.

mod actions;
mod boundaries;
mod coverage;
mod cycles;
mod findings;
mod glossary;
mod harmless;
mod hotspots;
mod matrix;
mod merges;
mod names;
mod numbers;
mod order;
mod pairs;
mod ring;
mod roadmap;
mod runtime;
mod verdict;

use std::io::{self, Write};

use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

use super::{Reads, Reporter, View};

pub(super) const REPORTER: Reporter = Reporter {
    id: "html",
    about: "the report for architecture reviews",
    reads: Reads::All,
    render,
};

/// Templates by name; the names end in `.html`, so that the engine escapes every value.
const TEMPLATES: [(&str, &str); 2] = [
    (
        "macros.html",
        include_str!("../../../templates/macros.html"),
    ),
    (
        "report.html",
        include_str!("../../../templates/report.html"),
    ),
];
const STYLE: &str = include_str!("../../../templates/report.css");

/// A list that is cut short, with the number of what was left out.
#[derive(Serialize)]
struct Short<T> {
    items: Vec<T>,
    more: usize,
}

impl<T> Short<T> {
    /// At most `most` of `items`.
    fn new(items: impl IntoIterator<Item = T>, most: usize) -> Self {
        let mut items: Vec<T> = items.into_iter().collect();
        let more = items.len().saturating_sub(most);
        items.truncate(most);
        Self { items, more }
    }
}

/// Everything that the page shows.
#[derive(Serialize)]
struct Page {
    head: verdict::Head,
    numbers: Vec<numbers::Number>,
    actions: Vec<actions::Action>,
    cycles: Short<cycles::Card>,
    boundaries: Short<boundaries::Card>,
    /// Which question the proposals answer, and what they are ranked by.
    basis: Vec<String>,
    /// How to get there, where that was asked for.
    roadmap: Option<roadmap::Section>,
    /// What a call over the network is taken to cost, where calls are recorded.
    hop: Option<String>,
    matrix: Option<matrix::Matrix>,
    runtime: Option<runtime::Runtime>,
    hotspots: Short<hotspots::Row>,
    findings: Short<findings::Row>,
    coverage: coverage::Coverage,
    glossary: glossary::Glossary,
}

fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut tera = Tera::default();
    tera.add_raw_templates(TEMPLATES)
        .map_err(io::Error::other)?;
    let mut page = serde_json::to_value(page(view)).map_err(io::Error::other)?;
    harmless::clean(&mut page);
    let mut context = Context::from_value(page).map_err(io::Error::other)?;
    context.insert("style", STYLE);
    context.insert("style_hash", &hash(STYLE));
    let text = tera
        .render("report.html", &context)
        .map_err(io::Error::other)?;
    sink.write_all(text.as_bytes())
}

fn page(view: &View<'_>) -> Page {
    let analysis = view.analysis;
    Page {
        head: verdict::head(analysis),
        numbers: numbers::five(analysis),
        actions: actions::three(analysis),
        cycles: cycles::cards(analysis),
        boundaries: boundaries::cards(analysis),
        basis: super::proposal::basis(analysis),
        roadmap: roadmap::section(analysis),
        hop: analysis
            .runtime
            .as_ref()
            .map(|_| analysis.assumptions.hop()),
        matrix: matrix::coarsest(analysis),
        runtime: runtime::runtime(analysis),
        hotspots: hotspots::rows(analysis),
        findings: findings::rows(analysis),
        coverage: coverage::coverage(analysis),
        glossary: glossary::glossary(analysis),
    }
}

/// The hash of an inline block, as a content security policy names it.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!(
        "sha256-{}",
        base64::engine::general_purpose::STANDARD.encode(digest)
    )
}

#[cfg(test)]
mod tests;
