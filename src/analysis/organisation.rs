//! Results about services of several repositories, beside results about the code of those that are at hand.
//!
//! In: [`Analysis`] of the code, [`Analysis`] of the services. Out: one.
//! Invariant: what is said of services is what was said without the code, word for word.
//! Never: a result of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Analysis, EdgeRecord, FileCoverage, NodeRecord};
use super::{Finding, ServiceRecord};
use crate::findings;
use crate::model::{Level, NodeId, NodeKind, Tally};
use crate::part::Seen;

/// Takes away what stands for code, and tells how much code was read when the parts were written: of each service
/// the number of its `files`. Names of authors are in no part.
pub fn only_services(analysis: &mut Analysis, seen: &[Seen], files: &BTreeMap<&str, u64>) {
    for record in &mut analysis.services {
        record.files = files.get(&*record.id.name).copied().unwrap_or_default();
        record.authors.clear();
    }
    let kept = |id: &NodeId| id.kind.level() <= Level::Package;
    analysis.nodes.retain(|node| kept(&node.id));
    analysis
        .edges
        .retain(|edge| kept(&edge.from) && kept(&edge.to));
    analysis
        .cycles
        .retain(|cycle| cycle.members.iter().all(kept));
    analysis
        .findings
        .retain(|finding| finding.subject.iter().all(kept));
    // What is told of the whole is told of its services: of the code there are only sums.
    for system in analysis.nodes.iter_mut().filter(|node| is_system(node)) {
        system.metrics.retain(|metric, _| of_services(metric));
    }
    let coverage = &mut analysis.coverage;
    coverage.languages = BTreeMap::new();
    coverage.references = BTreeMap::new();
    coverage.unresolved = BTreeMap::new();
    let several = coverage.files.owned + coverage.files.unowned > 0;
    coverage.files = FileCoverage::default();
    for part in seen {
        for (language, files) in &part.languages {
            *coverage.languages.entry(language.clone()).or_default() += files;
            coverage.files.parsed += files;
        }
        for (language, tally) in &part.references {
            let known: &mut Tally = coverage.references.entry(language.clone()).or_default();
            known.add(*tally);
        }
        if several {
            coverage.files.owned += part.owned;
            coverage.files.unowned += part.unowned;
        }
        coverage.files.tests += part.tests;
        coverage.files.generated += part.generated;
        coverage.files.vendored += part.vendored;
    }
}

/// Puts results about services in the place of those that the code alone gave.
pub fn with_services(analysis: &mut Analysis, services: Analysis) {
    rename(analysis, &services);
    let at_service = |node: &NodeRecord| is_service(&node.id);
    let whole: BTreeMap<String, Option<f64>> = services
        .nodes
        .iter()
        .filter(|node| is_system(node))
        .flat_map(|node| node.metrics.clone())
        .filter(|(metric, _)| of_services(metric))
        .collect();
    analysis.nodes.retain(|node| !at_service(node));
    analysis
        .nodes
        .extend(services.nodes.into_iter().filter(|node| at_service(node)));
    analysis
        .nodes
        .sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
    for system in analysis.nodes.iter_mut().filter(|node| is_system(node)) {
        system.metrics.extend(whole.clone());
    }
    let between = |from: &NodeId, to: &NodeId| is_service(from) || is_service(to);
    analysis.edges.retain(|edge| !between(&edge.from, &edge.to));
    // Uses of code are known by file here.
    let edges = services.edges.into_iter();
    analysis
        .edges
        .extend(edges.filter(|edge| between(&edge.from, &edge.to) && !edge.kind.is_code()));
    analysis.edges.sort_by(|a, b| {
        let place = |id: &NodeId| id.kind.level();
        (place(&a.from), &a.from, place(&a.to), &a.to).cmp(&(
            place(&b.from),
            &b.from,
            place(&b.to),
            &b.to,
        ))
    });
    analysis
        .cycles
        .retain(|cycle| cycle.level != Level::Service);
    let cycles = services.cycles.into_iter();
    analysis
        .cycles
        .extend(cycles.filter(|cycle| cycle.level == Level::Service));
    analysis
        .cycles
        .sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
    let about = |finding: &Finding| finding.subject.iter().any(is_service);
    analysis.findings.retain(|finding| !about(finding));
    let found = services.findings.into_iter().filter(about);
    analysis.findings.extend(found);
    analysis.findings = findings::ranked(std::mem::take(&mut analysis.findings));
    let ties = ["ambiguous-address", "unjoined-address", "unjoined-service"];
    let ties = |kind: &str| ties.contains(&kind);
    analysis.notifications.retain(|note| !ties(&note.kind));
    let notes = services.notifications.into_iter();
    analysis
        .notifications
        .extend(notes.filter(|note| ties(&note.kind)));
    analysis.notifications.sort();
    // More is known of those whose code is at hand.
    let known = std::mem::take(&mut analysis.services).into_iter();
    let mut known: BTreeMap<NodeId, ServiceRecord> =
        known.map(|record| (record.id.clone(), record)).collect();
    let records = services.services.into_iter();
    analysis.services = records
        .map(|record| known.remove(&record.id).unwrap_or(record))
        .collect();
    analysis.dependencies = services.dependencies;
    analysis.verdict = services.verdict;
    analysis.own = services.own;
}

/// Whether a node stands on the level of services.
fn is_service(id: &NodeId) -> bool {
    id.kind.level() == Level::Service
}

/// Whether it is the node of the whole system.
fn is_system(node: &NodeRecord) -> bool {
    node.id.kind == NodeKind::System
}

/// Whether a metric of the system is one of its services.
fn of_services(metric: &str) -> bool {
    metric.ends_with("@service")
}

/// Calls the system and its services as they are called with all repositories: `api` may be `shop/api` there.
fn rename(analysis: &mut Analysis, services: &Analysis) {
    let Some(system) = services.nodes.iter().find(|node| is_system(node)) else {
        return;
    };
    let known: BTreeSet<&NodeId> = services.nodes.iter().map(|node| &node.id).collect();
    let longer = |id: &NodeId| {
        let end = format!("/{}", id.name);
        let mut own = services.own.keys().filter(|name| name.ends_with(&end));
        let name = own.next().filter(|_| !known.contains(id))?;
        own.next().is_none().then(|| NodeId {
            name: name.as_str().into(),
            ..id.clone()
        })
    };
    for record in &mut analysis.services {
        record.id = longer(&record.id).unwrap_or_else(|| record.id.clone());
    }
    analysis.project.name.clone_from(&services.project.name);
    for node in &mut analysis.nodes {
        if node.id.kind == NodeKind::System {
            node.id = system.id.clone();
            node.name = system.name.clone();
        }
        let is_below = |id: &NodeId| id.kind == NodeKind::System;
        if node.parent.as_ref().is_some_and(is_below) {
            node.parent = Some(system.id.clone());
        }
        let of_service = node.parent.as_ref().filter(|id| is_service(id));
        if let Some(parent) = of_service.and_then(longer) {
            node.parent = Some(parent);
        }
    }
}

/// Keeps what a service of the analysed folders takes part in; the parts beside them answer for the rest themselves.
pub fn only_of_own(analysis: &mut Analysis) {
    let own =
        |id: &NodeId| id.kind.level() != Level::Service || analysis.own.contains_key(&*id.name);
    let foreign = analysis.nodes.iter_mut().filter(|node| !own(&node.id));
    foreign.for_each(|node| node.metrics.clear());
    let takes_part = |edge: &EdgeRecord| {
        let ends = [&edge.from, &edge.to];
        let services = ends.iter().filter(|id| id.kind.level() == Level::Service);
        services.count() < 2 || ends.into_iter().any(own)
    };
    analysis.edges.retain(takes_part);
    analysis.services.retain(|record| own(&record.id));
    analysis
        .cycles
        .retain(|cycle| cycle.members.iter().any(own));
    analysis
        .findings
        .retain(|finding| finding.subject.is_empty() || finding.subject.iter().any(own));
}
