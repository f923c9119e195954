//! What a proposal touches: who uses it, what it uses, one step around it.
//!
//! In: [`Analysis`], proposals. Out: one [`Hop`] each.
//! Invariant: counts pairs of files, each once, as the proposal's own figures do.
//! Never: tests, types only, facades.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, Boundary};
use crate::model::{Labels, NodeId, NodeKind};

/// The neighbours of a proposal by the module that they lie in, most first.
#[derive(Default)]
pub(in crate::report) struct Hop {
    /// Modules that use it, with the number of dependencies.
    pub(in crate::report) users: Vec<(String, u64)>,
    /// Modules that it uses.
    pub(in crate::report) used: Vec<(String, u64)>,
}

/// The neighbours of each proposal.
pub(in crate::report) fn hops(analysis: &Analysis, proposals: &[&Boundary]) -> Vec<Hop> {
    let mut owners: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, proposal) in proposals.iter().enumerate() {
        for member in &proposal.members {
            owners.entry(member).or_default().push(index);
        }
    }
    let modules: FxHashMap<&NodeId, &NodeId> = analysis
        .nodes
        .iter()
        .filter(|node| node.id.kind == NodeKind::File)
        .filter_map(|node| Some((&node.id, node.parent.as_ref()?)))
        .collect();
    let module = |id: &NodeId| {
        modules
            .get(id)
            .map_or_else(|| id.name.to_string(), |id| id.name.to_string())
    };
    let mut pairs: BTreeSet<(&NodeId, &NodeId)> = BTreeSet::new();
    for edge in &analysis.edges {
        let files = edge.from.kind == NodeKind::File && edge.to.kind == NodeKind::File;
        if files && !edge.labels.any(Labels::UNCOUNTED) {
            pairs.insert((&edge.from, &edge.to));
        }
    }
    let mut counts: Vec<[BTreeMap<String, u64>; 2]> =
        proposals.iter().map(|_| Default::default()).collect();
    let none = Vec::new();
    for (from, to) in pairs {
        let (sources, targets) = (
            owners.get(&*from.name).unwrap_or(&none),
            owners.get(&*to.name).unwrap_or(&none),
        );
        for &index in targets.iter().filter(|index| !sources.contains(index)) {
            *counts[index][0].entry(module(from)).or_default() += 1;
        }
        for &index in sources.iter().filter(|index| !targets.contains(index)) {
            *counts[index][1].entry(module(to)).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|[users, used]| Hop {
            users: most_first(users),
            used: most_first(used),
        })
        .collect()
}

/// By falling count, then by name.
fn most_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
