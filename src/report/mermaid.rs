//! A Mermaid flow chart.
//!
//! In: [`View`]. Out: a flow chart of one level, at most [`MOST_EDGES`] edges.
//! Invariant: says how many edges were left out.
//! Never: more edges than the renderers of code hosts accept.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::view::escape::mermaid;
use super::view::reporter::{Reads, Reporter, View, drawn_level};
use crate::analysis::at_level;
use crate::model::NodeId;

/// Mermaid refuses charts with more edges.
const MOST_EDGES: usize = 500;

pub(super) const REPORTER: Reporter = Reporter {
    id: "mermaid",
    about: "a flow chart for Markdown, at most 500 edges",
    reads: Reads::Edges,
    render,
};

/// Draws one level with the heaviest pairs of nodes. Edges of several kinds between the same nodes
/// are one arrow with the sum of their weights; a node that has no arrow is left out.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let graph = at_level(view.analysis, drawn_level(view));
    let number: BTreeMap<&NodeId, usize> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (&node.id, index))
        .collect();
    let mut pairs: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for edge in &graph.edges {
        if let (Some(&from), Some(&to)) = (number.get(&edge.from), number.get(&edge.to)) {
            *pairs.entry((from, to)).or_default() += edge.weight;
        }
    }
    let mut heaviest: Vec<_> = pairs.into_iter().collect();
    heaviest.sort_by_key(|&(pair, weight)| (std::cmp::Reverse(weight), pair));
    writeln!(sink, "flowchart LR")?;
    for (index, node) in graph.nodes.iter().enumerate() {
        let drawn = heaviest
            .iter()
            .take(MOST_EDGES)
            .any(|((from, to), _)| *from == index || *to == index);
        if drawn {
            writeln!(sink, "  n{index}[\"{}\"]", mermaid(&node.name))?;
        }
    }
    for ((from, to), weight) in heaviest.iter().take(MOST_EDGES) {
        writeln!(sink, "  n{from} -->|{weight}| n{to}")?;
    }
    match heaviest.len().saturating_sub(MOST_EDGES) {
        0 => Ok(()),
        more => writeln!(sink, "  %% {more} lighter edges left out"),
    }
}
