//! Narrows what is reported to a folder; the analysis stays whole.
//!
//! In: [`Analysis`], a folder. Out: the same with fewer cycles and findings.
//! Invariant: nodes, edges and coverage stay untouched.
//! Never: a new result.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{NodeId, is_within};

use super::Finding;
use super::record::Analysis;

/// Keeps the cycles that lie in `folder` as a whole, and the findings with a place or subject in it.
pub fn narrow(analysis: &mut Analysis, folder: &str) {
    let path_of = |node: &super::NodeRecord| Some((node.id.clone(), node.path.clone()?));
    let paths: BTreeMap<NodeId, Arc<str>> = analysis.nodes.iter().filter_map(path_of).collect();
    let mut inside: BTreeMap<NodeId, bool> = BTreeMap::new();
    for node in analysis.nodes.iter().rev() {
        let own = paths
            .get(&node.id)
            .is_some_and(|path| is_within(path, folder));
        let known = inside.get(&node.id).copied().unwrap_or(false);
        if own || known {
            inside.insert(node.id.clone(), true);
            if let Some(parent) = node
                .parent
                .as_ref()
                .filter(|_| node.level == crate::model::Level::File)
            {
                inside.insert(parent.clone(), true);
            }
        }
    }
    let is_inside = |id: &NodeId| inside.get(id).copied().unwrap_or(false);
    analysis
        .cycles
        .retain(|cycle| cycle.members.iter().all(is_inside));
    let touches = |finding: &Finding| {
        finding.subject.iter().any(is_inside)
            || finding
                .locations
                .iter()
                .any(|at| is_within(&at.path, folder))
    };
    analysis.findings.retain(touches);
}
