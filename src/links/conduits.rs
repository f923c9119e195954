//! Links through a file that others use: the client that a service offers, shared code that opens a database.
//!
//! In: resolved references, [`Conduit`]s. Out: links.
//! Invariant: one place per file that uses another one.
//! Never: a use by tests; a second database beside one that stands for it.
//!
//! Who calls names `auth::client::AuthClient` only; the contract and the address stand in the file that offers it. So a
//! reference that is resolved tells more than the signs of both files. Rejected: to look for the name of the client in
//! other files; `Client` is one of many. Rejected, too: to follow shared code that uses shared code which opens a
//! database; every service uses helpers that log or cache.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::names::any_word;
use crate::model::{
    CodeFacts, Conduit, FileId, FileRole, LinkEnd, Location, ParsedFile, Project, Reference,
    Repository, ServiceId, ServiceLink, StaticLinks,
};

use super::beans::{self, Conduits};
use super::evidence::merged;
use super::evidence::owners::depends_on_others;

/// Adds the links through conduits to those of each repository, in the order of these.
pub fn through(project: &Project, code: &CodeFacts, apart: &mut [StaticLinks]) {
    for (at, links) in apart.iter_mut().enumerate() {
        let repository = project.repositories.get(at);
        let prefix = repository.map_or("", |repository| &repository.prefix);
        let mut conduits = Conduits::new();
        for conduit in &links.conduits {
            let file = project.file(&format!("{prefix}{}", conduit.path));
            if let Some(file) = file {
                conduits.entry(file).or_default().push(conduit);
            }
        }
        if conduits.is_empty() {
            continue;
        }
        let clients = clients(project, code, prefix, &conduits);
        for (file, conduit) in &clients {
            conduits.entry(*file).or_default().push(conduit);
        }
        let mut found = users(project, code, repository, &conduits, &links.links);
        found.extend(beans::links(
            project,
            code,
            repository,
            &conduits,
            &links.beans,
        ));
        // A variable says whom one calls, the client that is used says how.
        let told = |link: &ServiceLink| {
            let mut other = found.iter();
            link.evidence == "namesake-address"
                && other.any(|other| other.from == link.from && other.to == link.to)
        };
        links.links.retain(|link| !told(link));
        links.links.extend(found);
        let offered = clients.into_iter().map(|(_, conduit)| conduit);
        links.conduits.extend(offered);
        links.links = merged(std::mem::take(&mut links.links));
    }
}

/// Files called clients that use an address of shared code: other services that use them talk to whom it leads to.
fn clients(
    project: &Project,
    code: &CodeFacts,
    prefix: &str,
    conduits: &Conduits<'_>,
) -> Vec<(FileId, Conduit)> {
    let mut found = BTreeSet::new();
    let mut all = conduits.values().flatten();
    if !all.any(|conduit| conduit.symbol.is_some()) {
        return Vec::new();
    }
    for parsed in &code.files {
        let source = project.source(parsed.file);
        let Some(path) = source.path.strip_prefix(prefix) else {
            continue;
        };
        let named = any_word(path, |word| matches!(word, "client" | "clients"));
        if source.role != FileRole::Source || !named {
            continue;
        }
        for reference in &parsed.facts.references {
            let used = conduits.get(&reference.to).into_iter().flatten();
            let used = used
                .filter(|conduit| conduit.symbol.is_some() && leads(conduit, parsed, reference));
            found.extend(used.map(|conduit| {
                let conduit = Conduit {
                    path: path.into(),
                    symbol: None,
                    ..(*conduit).clone()
                };
                (parsed.file, conduit)
            }));
        }
    }
    found.into_iter().collect()
}

/// Whether a reference to the file of a conduit is one to what leads somewhere.
fn leads(conduit: &Conduit, parsed: &ParsedFile, reference: &Reference) -> bool {
    let name = reference
        .name
        .and_then(|name| parsed.facts.names.get(name as usize));
    let symbol = conduit.symbol.as_ref();
    symbol.is_none_or(|symbol| name.is_some_and(|name| **name == **symbol))
}

/// The links of the services whose code uses conduits.
fn users(
    project: &Project,
    code: &CodeFacts,
    repository: Option<&Repository>,
    conduits: &Conduits<'_>,
    known: &[ServiceLink],
) -> Vec<ServiceLink> {
    let prefix = repository.map_or("", |repository| &repository.prefix);
    let name = |service: ServiceId| match repository {
        None => Some(&project.services[service.index()].name),
        Some(repository) => {
            let at = repository.joined.iter().position(|own| *own == service)?;
            Some(&repository.services[at].name)
        }
    };
    let mut stores: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for link in known {
        if let LinkEnd::Datastore(store) = &link.to {
            stores.entry(&link.from).or_default().insert(store);
        }
    }
    let linked = |from: &String, conduit: &Conduit| {
        let own = stores.get(from);
        own.is_some_and(|own| conduit.others.iter().any(|other| own.contains(other)))
    };
    let mut found = Vec::new();
    for parsed in &code.files {
        let source = project.source(parsed.file);
        let Some(service) = source.service.filter(|_| source.role == FileRole::Source) else {
            continue;
        };
        let calls = depends_on_others(project.services[service.index()].role);
        let from = name(service).filter(|_| calls && source.path.starts_with(prefix));
        let Some(from) = from else {
            continue;
        };
        let mut used: BTreeSet<(FileId, &LinkEnd)> = BTreeSet::new();
        for reference in &parsed.facts.references {
            let used_here = conduits.get(&reference.to).into_iter().flatten();
            for conduit in used_here.filter(|conduit| leads(conduit, parsed, reference)) {
                let own = matches!(&conduit.to, LinkEnd::Service(to) if to == from);
                let first = used.insert((reference.to, &conduit.to));
                if own || !first || linked(from, conduit) {
                    continue;
                }
                let place = Location::new(&source.path[prefix.len()..], reference.at);
                found.push(beans::link(from, conduit, place));
            }
        }
    }
    found
}
