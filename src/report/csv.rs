//! Comma-separated values: the edges of one level.
//!
//! In: [`View`]. Out: one line per edge.
//! Invariant: every field quoted; no field starts a formula.
//! Never: more than one place per edge.

use std::fmt::Write as _;
use std::io::{self, Write};

use rayon::prelude::*;

use super::escape::csv;
use super::{Reads, Reporter, View, drawn_level};
use crate::analysis::{EdgeRecord, at_level};

/// Edges that one worker writes in one go.
const PIECE: usize = 1024;

pub(super) const REPORTER: Reporter = Reporter {
    id: "csv",
    about: "the edges of one level, for spreadsheets",
    reads: Reads::Edges,
    render,
};

fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    writeln!(sink, "from,to,kind,labels,provenance,weight,place")?;
    let pieces = graph.edges.par_chunks(PIECE).map(|edges| {
        let mut text = String::new();
        edges.iter().for_each(|edge| line(&mut text, edge));
        text
    });
    for text in pieces.collect::<Vec<String>>() {
        sink.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn line(out: &mut String, edge: &EdgeRecord) {
    for id in [&*edge.from, &*edge.to, edge.kind.name()] {
        csv(out, id);
        out.push(',');
    }
    let labels: Vec<&str> = edge.labels.names().collect();
    csv(out, &labels.join(" "));
    out.push(',');
    csv(out, edge.provenance.name());
    // Writing to a string cannot fail.
    let _ = write!(out, ",{},", edge.weight);
    let place = edge.locations.first();
    let place = place.map(|at| format!("{}:{}", at.path, at.at.line));
    csv(out, &place.unwrap_or_default());
    out.push('\n');
}
