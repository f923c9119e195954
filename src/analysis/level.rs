//! The facts of an analysis, aggregated at one level.
//!
//! In: [`Analysis`], a level. Out: [`LevelView`].
//! Invariant: exactly the edges whose ends lie in different nodes of the level.
//! Never: invents an edge.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::model::{EdgeKind, Grade, Labels, Level, NodeId, Provenance};

use super::record::{Analysis, EdgeRecord, NodeRecord, VERSION};

/// The graph at one level, as `graph --level` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct LevelView<'a> {
    /// Version of the contract.
    pub version: u32,
    /// The level.
    pub level: Level,
    /// Its nodes, sorted by id.
    pub nodes: Vec<&'a NodeRecord>,
    /// Dependencies between them, sorted by ends, kind and labels.
    pub edges: Vec<Cow<'a, EdgeRecord>>,
}

/// What the edges have in common that become one.
type Key<'a> = (
    &'a NodeId,
    &'a NodeId,
    EdgeKind,
    Labels,
    Provenance,
    Option<Grade>,
    Option<&'a Arc<str>>,
);

/// Aggregates the edges of `analysis` at `level`.
#[must_use]
pub fn at_level(analysis: &Analysis, level: Level) -> LevelView<'_> {
    let holders = holders(&analysis.nodes, level);
    let keeps_via = matches!(level, Level::File | Level::Service);
    let mut edges: Vec<(Key<'_>, &EdgeRecord)> = Vec::with_capacity(analysis.edges.len());
    for edge in &analysis.edges {
        let ends = (holders.get(&edge.from), holders.get(&edge.to));
        if let (Some(&from), Some(&to)) = ends
            && from != to
        {
            let via = edge.via.as_ref().filter(|_| keeps_via);
            let key = (
                from,
                to,
                edge.kind,
                edge.labels,
                edge.provenance,
                edge.grade,
                via,
            );
            edges.push((key, edge));
        }
    }
    edges.par_sort_by(|a, b| a.0.cmp(&b.0));
    LevelView {
        version: VERSION,
        level,
        nodes: analysis
            .nodes
            .iter()
            .filter(|node| node.level == level)
            .collect(),
        edges: edges
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(joined)
            .collect(),
    }
}

/// The node at or above each node that stands on `level`.
fn holders(nodes: &[NodeRecord], level: Level) -> FxHashMap<&NodeId, &NodeId> {
    let by_id: FxHashMap<&NodeId, &NodeRecord> =
        nodes.iter().map(|node| (&node.id, node)).collect();
    let mut holders = FxHashMap::default();
    for node in nodes {
        let mut at = Some(node);
        while let Some(below) = at.filter(|at| at.level != level) {
            let parent = below.parent.as_ref();
            at = parent.and_then(|parent| by_id.get(parent).copied());
        }
        if let Some(at) = at {
            holders.insert(&node.id, &at.id);
        }
    }
    holders
}

/// One edge instead of all that share a key; a single one between nodes of the level stays as it is.
fn joined<'a>(group: &[(Key<'a>, &'a EdgeRecord)]) -> Option<Cow<'a, EdgeRecord>> {
    let &((from, to, kind, labels, provenance, grade, via), first) = group.first()?;
    if group.len() == 1 && first.from == *from && first.to == *to && first.via.as_ref() == via {
        return Some(Cow::Borrowed(first));
    }
    let edges = || group.iter().map(|(_, edge)| edge);
    let symbols: BTreeSet<&Arc<str>> = edges().flat_map(|edge| &edge.symbols).collect();
    Some(Cow::Owned(EdgeRecord {
        from: from.clone(),
        to: to.clone(),
        kind,
        labels,
        provenance,
        grade,
        weight: edges().map(|edge| edge.weight).sum(),
        symbols: symbols.into_iter().cloned().collect(),
        via: via.cloned(),
        locations: edges().flat_map(|edge| &edge.locations).cloned().collect(),
    }))
}
