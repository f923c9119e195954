//! `GraphML`, for yEd, Gephi and networkx.
//!
//! In: [`View`]. Out: XML of one level.
//! Invariant: well-formed whatever the names are.
//! Never: layout.

use std::io::{self, Write};

use super::view::escape::xml;
use super::view::reporter::{Reads, Reporter, View, drawn_level};
use crate::analysis::at_level;

pub(super) const REPORTER: Reporter = Reporter {
    id: "graphml",
    about: "XML for graph editors, for one level",
    reads: Reads::Edges,
    render,
};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
 <key id="name" for="node" attr.name="name" attr.type="string"/>
 <key id="kind" for="edge" attr.name="kind" attr.type="string"/>
 <key id="weight" for="edge" attr.name="weight" attr.type="long"/>
 <graph id="seamline" edgedefault="directed">"#;

/// Writes the nodes of one level, then its edges with kind and weight.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    writeln!(sink, "{HEAD}")?;
    for node in &graph.nodes {
        writeln!(
            sink,
            "  <node id=\"{}\"><data key=\"name\">{}</data></node>",
            xml(&node.id.to_string()),
            xml(&node.name)
        )?;
    }
    for edge in &graph.edges {
        let (from, to) = (xml(&edge.from.to_string()), xml(&edge.to.to_string()));
        write!(
            sink,
            "  <edge source=\"{from}\" target=\"{to}\"><data key=\"kind\">{}</data>",
            edge.kind.name()
        )?;
        writeln!(sink, "<data key=\"weight\">{}</data></edge>", edge.weight)?;
    }
    writeln!(sink, " </graph>\n</graphml>")
}
