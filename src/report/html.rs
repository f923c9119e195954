//! The report for architecture reviews: one self-contained file.
//!
//! In: [`View`]. Out: HTML without scripts or outside resources.
//! Invariant: every name is escaped by the template engine.
//! Never: a fetched resource, an inline style attribute.

use std::io::{self, Write};

use serde_json::json;
use tera::{Context, Tera};

use super::{Reporter, View};
use crate::model::Level;

pub(super) const REPORTER: Reporter = Reporter {
    id: "html",
    about: "the report for architecture reviews",
    render,
};

const PAGE: &str = include_str!("../../templates/report.html");
const STYLE: &str = include_str!("../../templates/report.css");

fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut tera = Tera::default();
    tera.add_raw_template("report.html", PAGE)
        .map_err(io::Error::other)?;
    let page = tera
        .render("report.html", &context(view))
        .map_err(io::Error::other)?;
    sink.write_all(page.as_bytes())
}

fn context(view: &View<'_>) -> Context {
    let analysis = view.analysis;
    let of_level = |level: Level| {
        analysis
            .nodes
            .iter()
            .filter(|node| node.level == level)
            .collect::<Vec<_>>()
    };
    let mut context = Context::new();
    context.insert("style", STYLE);
    context.insert("project", &analysis.project);
    context.insert("tool", &analysis.tool);
    context.insert("coverage", &analysis.coverage);
    context.insert("notifications", &analysis.notifications);
    context.insert("findings", &analysis.findings);
    context.insert("cycles", &analysis.cycles);
    context.insert("runtime", &analysis.runtime);
    context.insert("services", &of_level(Level::Service));
    context.insert("counts", &json!({ "files": of_level(Level::File).len(), "modules": of_level(Level::Module).len(), "edges": analysis.edges.len() }));
    context.insert("system", &of_level(Level::System).first());
    context
}
