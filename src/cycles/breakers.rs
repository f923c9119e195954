//! Which dependencies to give up, with the places in the code.
//!
//! In: a component of a [`LevelGraph`]. Out: [`CutEdge`]s.
//! Invariant: deleting them leaves the component without a cycle.
//! Never: more edges than needed.

use crate::graph::{DependencyGraph, LevelGraph, feedback};
use crate::model::{EdgeKind, Location};

use super::CutEdge;

pub(super) fn of(graph: &DependencyGraph, level: &LevelGraph, members: &[u32]) -> Vec<CutEdge> {
    let id = |node: u32| graph.node(level.nodes[node as usize]).id.clone();
    let cut = |(from, to, weight)| CutEdge {
        from: id(from),
        to: id(to),
        weight,
        locations: places(graph, level, from, to),
    };
    feedback::within(&level.digraph, members)
        .into_iter()
        .map(cut)
        .collect()
}

/// The call sites behind a pair: those of the symbol layer, or the imports where there are no others.
fn places(graph: &DependencyGraph, level: &LevelGraph, from: u32, to: u32) -> Vec<Location> {
    let edges = || {
        level
            .edges(from, to)
            .iter()
            .map(|edge| &graph.edges()[edge.index()])
    };
    let layer = |import: bool| {
        let of_layer = edges().filter(move |edge| {
            matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport) == import
        });
        of_layer
            .flat_map(|edge| graph.places(edge))
            .collect::<Vec<_>>()
    };
    let mut places = layer(false);
    if places.is_empty() {
        places = layer(true);
    }
    places.sort_unstable();
    places.dedup();
    places
}
