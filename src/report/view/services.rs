//! What is known of each service, for a table and a card each.
//!
//! In: [`Analysis`]. Out: [`Service`]s, business first, then by name.
//! Invariant: callers and callees are the arrows of the map.
//! Never: a number for what is unknown.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analysis, Finding, NodeRecord, ServiceRecord, known_services};
use crate::model::{Level, NodeId, NodeKind};

use super::pairs::{Pair, pairs};

/// A service with all that concerns it.
pub(in crate::report) struct Service<'a> {
    /// Its node.
    pub(in crate::report) node: &'a NodeRecord,
    /// Its code and changes; `None` for one that only traces know.
    pub(in crate::report) record: Option<&'a ServiceRecord>,
    /// Services that use it.
    pub(in crate::report) callers: Vec<Neighbour>,
    /// Services that it uses.
    pub(in crate::report) callees: Vec<Neighbour>,
    /// Stores that it uses.
    pub(in crate::report) stores: Vec<Neighbour>,
    /// Topics that its messages run through, with whether it publishes.
    pub(in crate::report) topics: BTreeSet<(String, bool)>,
    /// Findings about it, by their number in the list.
    pub(in crate::report) findings: Vec<(usize, &'a Finding)>,
    /// Whether a call of it is known.
    pub(in crate::report) known: bool,
}

/// The other end of a dependency.
pub(in crate::report) struct Neighbour {
    /// Its id.
    pub(in crate::report) id: NodeId,
    /// What is known of it.
    pub(in crate::report) pair: Pair,
}

/// All services.
pub(in crate::report) fn services(analysis: &Analysis) -> Vec<Service<'_>> {
    let records: BTreeMap<&NodeId, &ServiceRecord> = analysis
        .services
        .iter()
        .map(|record| (&record.id, record))
        .collect();
    let known = known_services(analysis);
    let is_service =
        |node: &&NodeRecord| node.id.kind == NodeKind::Service && node.level == Level::Service;
    let mut found: Vec<Service<'_>> = analysis
        .nodes
        .iter()
        .filter(is_service)
        .map(|node| Service {
            node,
            record: records.get(&node.id).copied(),
            callers: Vec::new(),
            callees: Vec::new(),
            stores: Vec::new(),
            topics: BTreeSet::new(),
            findings: Vec::new(),
            known: known.contains(&node.id),
        })
        .collect();
    found.sort_by_key(|service| (!service.node.role.is_business(), service.node.name.clone()));
    let at: BTreeMap<&NodeId, usize> = found
        .iter()
        .enumerate()
        .map(|(index, service)| (&service.node.id, index))
        .collect();
    for ((from, to), pair) in pairs(analysis, Level::Service) {
        if let Some(&callee) = at.get(&to) {
            let pair = pair.clone();
            found[callee].callers.push(Neighbour {
                id: from.clone(),
                pair,
            });
        }
        if let Some(&caller) = at.get(&from) {
            let list = match to.kind {
                NodeKind::Service => &mut found[caller].callees,
                _ => &mut found[caller].stores,
            };
            list.push(Neighbour { id: to, pair });
        }
    }
    for edge in &analysis.edges {
        let Some(topic) = edge
            .via
            .as_deref()
            .filter(|_| edge.kind == crate::model::EdgeKind::Messaging)
        else {
            continue;
        };
        for (id, publishes) in [(&edge.from, true), (&edge.to, false)] {
            if let Some(&service) = at.get(id) {
                found[service].topics.insert((topic.to_owned(), publishes));
            }
        }
    }
    for (number, finding) in analysis.findings.iter().enumerate() {
        for id in &finding.subject {
            if let Some(&service) = at.get(id) {
                found[service].findings.push((number, finding));
            }
        }
    }
    found
}
