//! The report for architecture reviews: one self-contained file.
//!
//! In: [`View`]. Out: HTML with one small script and no outside resource.
//! Invariant: every text is made harmless here and escaped by the template engine.
//! Never: a resource of another host, an inline style attribute, a part that only the script shows.

mod actions;
mod boundaries;
mod change;
mod coverage;
mod cycles;
mod findings;
mod glossary;
mod harmless;
mod hop;
mod hotspots;
mod map;
mod matrix;
mod merges;
mod numbers;
mod ring;
mod roadmap;
mod route;
mod runtime;
mod services;
mod short;
mod source;
mod treemap;
mod verdict;

use std::io::{self, Write};

use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

use super::view::reporter::{Reads, Reporter, View};
use crate::model::LoadSource;
use short::Short;

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
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// Everything that the page shows.
#[derive(Serialize)]
struct Page {
    head: verdict::Head,
    map: Option<map::Drawing>,
    strip: Vec<verdict::Bar>,
    change: Option<change::Change>,
    numbers: Vec<numbers::Number>,
    services: Option<services::Services>,
    actions: Vec<actions::Action>,
    cycles: Short<cycles::Card>,
    boundaries: Short<boundaries::Card>,
    /// Which question the proposals answer, and what they are ranked by.
    basis: Vec<String>,
    /// How to get there, where that was asked for.
    roadmap: Option<roadmap::Section>,
    /// What a call over the network is taken to cost, where calls are recorded.
    hop: Option<String>,
    matrix: Option<matrix::Section>,
    runtime: Option<runtime::Runtime>,
    treemap: Option<treemap::Treemap>,
    /// Where the load comes from, if any was measured.
    load: Option<String>,
    hotspots: Short<hotspots::Row>,
    findings: Short<findings::Row>,
    rules: findings::Rules,
    coverage: coverage::Coverage,
    glossary: glossary::Glossary,
}

/// Renders the template. Texts are cleaned before the engine sees them; style and script are
/// inserted afterwards, as they must stay as they are. Their hashes go into the content security
/// policy.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut tera = Tera::default();
    tera.add_raw_templates(TEMPLATES)
        .map_err(io::Error::other)?;
    source::register(&mut tera, view);
    let mut page = serde_json::to_value(page(view)).map_err(io::Error::other)?;
    harmless::clean(&mut page);
    let mut context = Context::from_value(page).map_err(io::Error::other)?;
    context.insert("style", STYLE);
    context.insert("style_hash", &hash(STYLE));
    context.insert("script", SCRIPT);
    context.insert("script_hash", &hash(SCRIPT));
    context.insert("poster", &view.page.poster);
    context.insert("apart", &view.page.apart);
    let text = tera
        .render("report.html", &context)
        .map_err(io::Error::other)?;
    sink.write_all(text.as_bytes())
}

/// The page with style and script as files of their own, each by its name.
///
/// # Errors
/// When the page cannot be rendered.
pub fn files(view: &View<'_>) -> io::Result<[(&'static str, Vec<u8>); 3]> {
    let mut index = Vec::new();
    let page = super::view::reporter::Page {
        apart: true,
        ..view.page
    };
    render(&View { page, ..*view }, &mut index)?;
    Ok([
        ("index.html", index),
        ("report.css", STYLE.into()),
        ("report.js", SCRIPT.into()),
    ])
}

/// Gathers every section. Each of them decides by itself whether it has anything to show.
fn page(view: &View<'_>) -> Page {
    let analysis = view.analysis;
    Page {
        head: verdict::head(analysis),
        map: map::drawing(analysis),
        strip: verdict::strip(analysis),
        change: view.page.change.map(change::change),
        numbers: numbers::five(analysis, view.page.change),
        services: services::services(analysis),
        actions: actions::three(analysis),
        cycles: cycles::cards(analysis),
        boundaries: boundaries::cards(analysis),
        basis: super::view::proposal::basis(analysis),
        roadmap: roadmap::section(analysis),
        hop: analysis
            .runtime
            .as_ref()
            .map(|_| analysis.assumptions.hop()),
        matrix: matrix::matrices(analysis),
        runtime: runtime::runtime(analysis),
        treemap: treemap::treemap(analysis),
        load: analysis.coverage.load.as_ref().map(LoadSource::phrase),
        hotspots: hotspots::rows(analysis),
        findings: findings::rows(analysis, view.page.change),
        rules: findings::rules(analysis),
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
