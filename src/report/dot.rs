//! Graphviz DOT.
//!
//! In: [`View`]. Out: a digraph of one level.
//! Invariant: nodes by number, names only as escaped labels.
//! Never: test nodes without an edge.

use std::io::{self, Write};

use super::view::escape::dot;
use super::view::reporter::{Reads, Reporter, View, drawn_level};
use crate::analysis::at_level;

pub(super) const REPORTER: Reporter = Reporter {
    id: "dot",
    about: "Graphviz, for one level",
    reads: Reads::Edges,
    render,
};

/// Draws one level. Synchronous calls and code dependencies are solid, everything else is dashed;
/// the label of an edge is its weight.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    writeln!(
        sink,
        "digraph seamline {{\n  rankdir=LR;\n  node [shape=box];"
    )?;
    for node in &graph.nodes {
        writeln!(
            sink,
            "  \"{}\" [label=\"{}\"];",
            dot(&node.id.to_string()),
            dot(&node.name)
        )?;
    }
    for edge in &graph.edges {
        let style = if edge.kind.is_synchronous() || edge.kind.is_code() {
            "solid"
        } else {
            "dashed"
        };
        let (from, to) = (dot(&edge.from.to_string()), dot(&edge.to.to_string()));
        writeln!(
            sink,
            "  \"{from}\" -> \"{to}\" [label=\"{}\", style={style}];",
            edge.weight
        )?;
    }
    writeln!(sink, "}}")
}
