//! The summary for a terminal of 80 columns.
//!
//! In: [`View`]. Out: text.
//! Invariant: says what was not seen before it says what was found.
//! Never: a raw control character.

mod boundaries;
mod check;
mod coverage;
mod cycles;
mod layout;
mod links;
mod members;
mod merges;
mod remedies;
mod results;
mod roadmap;

use std::io::{self, Write};

use crate::model::Level;

use super::view::escape::shown;
use super::view::reporter::{Reads, Reporter, Topic, View};
use crate::analysis::at_level;

pub(super) const REPORTER: Reporter = Reporter {
    id: "text",
    about: "a summary for the terminal",
    reads: Reads::Topic,
    render,
};

/// Writes what the topic asks for; the summary begins with what was seen.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    match view.topic {
        Topic::Summary => {
            coverage::write(view, sink)?;
            results::write(view, sink)
        }
        Topic::Graph(level) => graph(view, level, sink),
        Topic::Cycles(level) => cycles::write(view, level, sink),
        Topic::Boundaries => {
            boundaries::all(view, sink)?;
            roadmap::write(view, sink)
        }
        Topic::Check => check::write(view, sink),
    }
}

/// One line per edge, for reading and for `grep`: `service:orders -> service:stock  http 3 labels`.
fn graph(view: &View<'_>, level: Level, sink: &mut dyn Write) -> io::Result<()> {
    for edge in at_level(view.analysis, level).edges {
        let labels: Vec<&str> = edge.labels.names().collect();
        let (from, to) = (shown(&edge.from.to_string()), shown(&edge.to.to_string()));
        writeln!(
            sink,
            "{from} -> {to}  {} {} {}",
            edge.kind.name(),
            edge.weight,
            labels.join(",")
        )?;
    }
    Ok(())
}
