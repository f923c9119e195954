//! Comma-separated values: the edges of one level.
//!
//! In: [`View`]. Out: one line per edge.
//! Invariant: every field quoted; no field starts a formula.
//! Never: more than one place per edge.

use std::fmt::Write as _;
use std::io::{self, Write};

use rayon::prelude::*;

use super::view::escape::csv;
use super::view::reporter::{Reads, Reporter, View, drawn_level};
use crate::analysis::{EdgeRecord, at_level};

/// Edges that one worker writes in one go.
const PIECE: usize = 128;
/// Such pieces that are kept until they are written; their memory is used again.
const PIECES: usize = 32;

pub(super) const REPORTER: Reporter = Reporter {
    id: "csv",
    about: "the edges of one level, for spreadsheets",
    reads: Reads::Edges,
    render,
};

/// Writes a header and one line per edge of the drawn level. The text of a block of edges is made
/// in parallel and written in order, so that the output is the same in every run.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    writeln!(sink, "from,to,kind,labels,provenance,weight,place")?;
    let mut texts = vec![String::new(); PIECES];
    for edges in graph.edges.chunks(PIECE * PIECES) {
        let pieces = edges.par_chunks(PIECE).zip(&mut texts);
        pieces.for_each(|(edges, text)| {
            text.clear();
            edges.iter().for_each(|edge| line(text, edge));
        });
        for text in texts.iter().take(edges.len().div_ceil(PIECE)) {
            sink.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// Appends one edge, such as `"service:orders","service:stock","http","","code",3,"src/a.rs:12"`.
/// An edge without a location ends in an empty field.
fn line(out: &mut String, edge: &EdgeRecord) {
    let (from, to) = (edge.from.to_string(), edge.to.to_string());
    for text in [from.as_str(), to.as_str(), edge.kind.name()] {
        csv(out, text);
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
