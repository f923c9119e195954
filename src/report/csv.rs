//! Comma-separated values: the edges of one level.
//!
//! In: [`View`]. Out: one line per edge.
//! Invariant: every field quoted; no field starts a formula.
//! Never: more than one place per edge.

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
    for edge in &graph.edges {
        let labels: Vec<&str> = edge.labels.names().collect();
        let place = edge
            .locations
            .first()
            .map(|at| format!("{}:{}", at.path, at.at.line))
            .unwrap_or_default();
        let (from, to) = (csv(&edge.from), csv(&edge.to));
        let (kind, labels, place) = (csv(edge.kind.name()), csv(&labels.join(" ")), csv(&place));
        writeln!(
            sink,
            "{from},{to},{kind},{labels},{},{},{place}",
            csv(edge.provenance.name()),
            edge.weight
        )?;
    }
    Ok(())
}
