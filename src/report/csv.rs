//! Comma-separated values: the edges of one level.
//!
//! In: [`View`]. Out: one line per edge.
//! Invariant: every field quoted; no field starts a formula.
//! Never: more than one place per edge.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::csv;
use super::{Reads, Reporter, View, drawn_level};
use crate::analysis::at_level;

pub(super) const REPORTER: Reporter = Reporter {
    id: "csv",
    about: "the edges of one level, for spreadsheets",
    reads: Reads::Edges,
    render,
};

fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    writeln!(sink, "from,to,kind,labels,provenance,weight,place")?;
    let mut line = String::new();
    for edge in &graph.edges {
        line.clear();
        for id in [&*edge.from, &*edge.to, edge.kind.name()] {
            csv(&mut line, id);
            line.push(',');
        }
        let labels: Vec<&str> = edge.labels.names().collect();
        csv(&mut line, &labels.join(" "));
        line.push(',');
        csv(&mut line, edge.provenance.name());
        // Writing to a string cannot fail.
        let _ = write!(line, ",{},", edge.weight);
        let place = edge.locations.first();
        let place = place.map(|at| format!("{}:{}", at.path, at.at.line));
        csv(&mut line, &place.unwrap_or_default());
        line.push('\n');
        sink.write_all(line.as_bytes())?;
    }
    Ok(())
}
