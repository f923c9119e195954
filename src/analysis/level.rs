//! The facts of an analysis, aggregated at one level.
//!
//! In: [`Analysis`], a level. Out: [`LevelView`].
//! Invariant: exactly the edges whose ends lie in different nodes of the level.
//! Never: invents an edge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::model::{EdgeKind, Labels, Level, Provenance};

use super::{Analysis, EdgeRecord, NodeRecord, VERSION};

/// The graph at one level, as `graph --level` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct LevelView {
    /// Version of the contract.
    pub version: u32,
    /// The level.
    pub level: Level,
    /// Its nodes, sorted by id.
    pub nodes: Vec<NodeRecord>,
    /// Dependencies between them, sorted by ends, kind and labels.
    pub edges: Vec<EdgeRecord>,
}

type Key = (
    Arc<str>,
    Arc<str>,
    EdgeKind,
    Labels,
    Provenance,
    Option<Arc<str>>,
);

/// Aggregates the edges of `analysis` at `level`.
#[must_use]
pub fn at_level(analysis: &Analysis, level: Level) -> LevelView {
    let by_id: BTreeMap<&Arc<str>, &NodeRecord> =
        analysis.nodes.iter().map(|node| (&node.id, node)).collect();
    let holder = |id: &Arc<str>| {
        let mut at = by_id.get(id).copied();
        while let Some(node) = at.filter(|node| node.level != level) {
            at = node
                .parent
                .as_ref()
                .and_then(|parent| by_id.get(parent).copied());
        }
        at.map(|node| node.id.clone())
    };
    let mut edges: BTreeMap<Key, EdgeRecord> = BTreeMap::new();
    for edge in &analysis.edges {
        let (Some(from), Some(to)) = (holder(&edge.from), holder(&edge.to)) else {
            continue;
        };
        if from == to {
            continue;
        }
        let via = if level == Level::File || level == Level::Service {
            edge.via.clone()
        } else {
            None
        };
        let key = (
            from.clone(),
            to.clone(),
            edge.kind,
            edge.labels,
            edge.provenance,
            via.clone(),
        );
        merge(
            edges
                .entry(key)
                .or_insert_with(|| empty(from, to, via, edge)),
            edge,
        );
    }
    let nodes = analysis
        .nodes
        .iter()
        .filter(|node| node.level == level)
        .cloned()
        .collect();
    LevelView {
        version: VERSION,
        level,
        nodes,
        edges: edges.into_values().collect(),
    }
}

fn empty(from: Arc<str>, to: Arc<str>, via: Option<Arc<str>>, like: &EdgeRecord) -> EdgeRecord {
    let (symbols, locations) = (Vec::new(), Vec::new());
    EdgeRecord {
        from,
        to,
        via,
        weight: 0,
        symbols,
        locations,
        ..like.clone()
    }
}

fn merge(into: &mut EdgeRecord, edge: &EdgeRecord) {
    into.weight += edge.weight;
    into.locations.extend(edge.locations.iter().cloned());
    let symbols: BTreeSet<Arc<str>> = into
        .symbols
        .drain(..)
        .chain(edge.symbols.iter().cloned())
        .collect();
    into.symbols = symbols.into_iter().collect();
}
