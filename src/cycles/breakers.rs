//! Which dependencies to give up, with the places in the code.
//!
//! In: a component of a [`LevelGraph`]. Out: [`CutEdge`]s.
//! Invariant: deleting them leaves the component without a cycle.
//! Never: more edges than needed; takes recorded calls for the cost of a change.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::graph::{DependencyGraph, Digraph, Edge, LevelGraph, Vertex};
use crate::model::{EdgeKind, Level, Location, Provenance};

use super::record::CutEdge;

/// Recorded calls decide between dependencies with as many places in the code.
const CALLS: u64 = 1 << 32;

/// The dependencies of `level` by what it costs to give them up: places in the code, then,
/// between services, calls.
pub(super) fn priced(graph: &DependencyGraph, level: &LevelGraph) -> Digraph {
    if level.level != Level::Service {
        return level.digraph.clone();
    }
    let price = |ends: (Vertex, Vertex)| {
        let places = places(graph, level, ends).len().max(1) as u64;
        let calls = calls(graph, level, ends).unwrap_or_default();
        places * CALLS + calls.min(CALLS - 1)
    };
    let edges = level.digraph.iter();
    let edges = edges.map(|(from, to, _)| (from, to, price((from, to))));
    Digraph::from_edges(level.nodes.len(), edges)
}

/// The dependency of one position of `level` on another, with all that is known of it.
pub(super) fn edge(graph: &DependencyGraph, level: &LevelGraph, ends: (Vertex, Vertex)) -> CutEdge {
    let id = |node: Vertex| graph.node(level.nodes[node]).id.clone();
    let locations = places(graph, level, ends);
    let calls = calls(graph, level, ends);
    let weight = match level.level {
        Level::Service if !locations.is_empty() => locations.len() as u64,
        _ => level.digraph.weight(ends.0, ends.1).unwrap_or_default(),
    };
    CutEdge {
        from: id(ends.0),
        to: id(ends.1),
        weight,
        calls,
        symbols: symbols(graph, level, ends),
        locations,
    }
}

/// The edges of the graph behind one dependency of the level.
fn behind<'a>(
    graph: &'a DependencyGraph,
    level: &'a LevelGraph,
    (from, to): (Vertex, Vertex),
) -> impl Iterator<Item = &'a Edge> + Clone {
    let edges = level.edges(from, to).iter();
    edges.map(|edge| &graph.edges()[edge.index()])
}

/// Calls that traces recorded.
fn calls(graph: &DependencyGraph, level: &LevelGraph, ends: (Vertex, Vertex)) -> Option<u64> {
    let recorded = behind(graph, level, ends).filter(|edge| edge.provenance == Provenance::Trace);
    recorded
        .map(|edge| edge.weight)
        .reduce(|sum, more| sum + more)
}

/// What is used, the most used first.
fn symbols(graph: &DependencyGraph, level: &LevelGraph, ends: (Vertex, Vertex)) -> Vec<Arc<str>> {
    let mut uses: BTreeMap<&Arc<str>, u64> = BTreeMap::new();
    for symbol in behind(graph, level, ends).flat_map(|edge| &edge.symbols) {
        *uses.entry(&symbol.name).or_default() += u64::from(symbol.count);
    }
    let mut uses: Vec<_> = uses.into_iter().collect();
    uses.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    uses.into_iter().map(|(name, _)| name.clone()).collect()
}

/// The call sites behind a pair: those of the symbol layer, or the imports where there are no others.
fn places(graph: &DependencyGraph, level: &LevelGraph, ends: (Vertex, Vertex)) -> Vec<Location> {
    let layer = |import: bool| {
        let of_layer = behind(graph, level, ends).filter(move |edge| {
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
