//! Service-to-service links found without running anything: one file per kind of evidence.
//!
//! In: [`Project`], [`Source`]. Out: [`StaticLinks`].
//! Invariant: every link keeps a file and a line; infrastructure is neither caller nor target.
//! Never: a link from start order alone, from vendored, generated or test code.

mod address;
mod client;
mod constants;
mod directory;
mod gateway;
mod grpc;
mod hop;
mod intent;
mod lex;
mod literal;
mod manifest;
mod named;
mod quick;
mod route;
mod scan;
mod servers;
mod sql;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod topic;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    EdgeKind, LinkEnd, Location, Project, Provenance, Role, ServiceLink, StaticLinks,
};
use crate::source::Source;

use directory::Index;
use scan::Material;

/// How the two ends of a draft talk, as far as its evidence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Protocol {
    Unknown,
    Http,
    Grpc,
    Rpc,
}

/// One piece of evidence that a service depends on another.
#[derive(Clone, Debug)]
struct Draft {
    from: Index,
    to: Index,
    protocol: Protocol,
    provenance: Provenance,
    evidence: &'static str,
    location: Location,
}

/// Finds all static links of the project.
#[must_use]
pub fn links(project: &Project, source: &Source) -> StaticLinks {
    let mut material = scan::scan(project, source);
    let mut drafts = Vec::new();
    manifest::links(&material, &mut drafts);
    literal::links(&material, &mut drafts);
    client::links(&material, &mut drafts);
    hop::links(&material, &mut drafts);
    gateway::links(&material, &mut drafts);
    intent::links(project, source, &material, &mut drafts);
    let unused = grpc::links(&material, &mut drafts);
    let stores = store::connections(&material, &drafts);
    let mut found = join(&material, drafts, &unused);
    found.extend(topic::links(&material));
    found.extend(store::files(&material));
    found.sort();
    StaticLinks {
        links: merged(found),
        tables: tables::join(&material, &stores),
        unjoined: literal::unjoined(&material),
        routes: route::declared(&material),
        answering: std::mem::take(&mut material.answering),
        named: std::mem::take(&mut material.named),
    }
}

/// Drops what is no dependency, decides the protocol of each pair, names the ends.
fn join(
    material: &Material<'_>,
    drafts: Vec<Draft>,
    unused: &BTreeSet<(Index, Index)>,
) -> Vec<ServiceLink> {
    let mut spoken: BTreeMap<(Index, Index), BTreeSet<Protocol>> = BTreeMap::new();
    for draft in &drafts {
        spoken
            .entry((draft.from, draft.to))
            .or_default()
            .insert(draft.protocol);
    }
    let speaks = |draft: &Draft, protocol| {
        spoken
            .get(&(draft.from, draft.to))
            .is_some_and(|set| set.contains(&protocol))
    };
    let mut found = Vec::new();
    for draft in drafts {
        let known = |protocol| speaks(&draft, protocol);
        let built_only = unused.contains(&(draft.from, draft.to)) && !known(Protocol::Http);
        let counts = draft.from != draft.to && material.calls(draft.from) && !built_only;
        let (Some(from), Some(to)) = (
            material.directory.service(draft.from),
            material.directory.service(draft.to),
        ) else {
            continue;
        };
        let target = !matches!(
            to.role,
            Role::Infrastructure | Role::Broker | Role::LoadGenerator
        );
        if !counts || !target {
            continue;
        }
        let (end, kind) = if to.role == Role::Datastore {
            (LinkEnd::Datastore(to.name.clone()), EdgeKind::Datastore)
        } else {
            (
                LinkEnd::Service(to.name.clone()),
                kind_of(draft.protocol, &known),
            )
        };
        found.push(ServiceLink {
            from: from.name.clone(),
            to: end,
            kind,
            provenance: draft.provenance,
            via: None,
            evidence: draft.evidence,
            locations: vec![draft.location],
        });
    }
    found
}

fn kind_of(protocol: Protocol, known: &dyn Fn(Protocol) -> bool) -> EdgeKind {
    match protocol {
        Protocol::Http => EdgeKind::Http,
        Protocol::Grpc => EdgeKind::Grpc,
        Protocol::Rpc => EdgeKind::Rpc,
        Protocol::Unknown if known(Protocol::Grpc) => EdgeKind::Grpc,
        Protocol::Unknown if known(Protocol::Rpc) => EdgeKind::Rpc,
        Protocol::Unknown => EdgeKind::Http,
    }
}

/// Links that differ only in their places become one.
fn merged(links: Vec<ServiceLink>) -> Vec<ServiceLink> {
    let mut found: Vec<ServiceLink> = Vec::new();
    for link in links {
        let same = |other: &&mut ServiceLink| {
            (
                &other.from,
                &other.to,
                other.kind,
                other.provenance,
                &other.via,
                other.evidence,
            ) == (
                &link.from,
                &link.to,
                link.kind,
                link.provenance,
                &link.via,
                link.evidence,
            )
        };
        match found.last_mut().filter(same) {
            Some(other) => other.locations.extend(link.locations),
            None => found.push(link),
        }
    }
    for link in &mut found {
        link.locations.sort();
        link.locations.dedup();
    }
    found
}
