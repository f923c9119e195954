//! Calls through a client that the other service offers: `auth::client::AuthClient` in the folder of `auth`.
//!
//! In: resolved references, the files that hold such clients. Out: links.
//! Invariant: one place per file that uses the client.
//! Never: a use by tests.
//!
//! Who calls names the client only; the contract and the address stand in the file that offers it. So a reference that
//! is resolved tells more than the signs of both files. Rejected: to look for the name of the client in other files;
//! `Client` is one of many.

use std::collections::BTreeMap;

use crate::model::{
    CodeFacts, FileId, FileRole, Grade, LinkEnd, Location, OfferedClient, Project, Provenance,
    ServiceId, ServiceLink, StaticLinks,
};

use super::evidence::merged;
use super::evidence::owners::depends_on_others;

/// Adds the links through offered clients to those of each repository, in the order of these.
pub fn through_clients(project: &Project, code: &CodeFacts, apart: &mut [StaticLinks]) {
    for (at, links) in apart.iter_mut().enumerate() {
        let repository = project.repositories.get(at);
        let prefix = repository.map_or("", |repository| &repository.prefix);
        let offered: BTreeMap<FileId, &OfferedClient> = links
            .clients
            .iter()
            .filter_map(|client| {
                Some((file(project, &format!("{prefix}{}", client.path))?, client))
            })
            .collect();
        if offered.is_empty() {
            continue;
        }
        let name = |service: ServiceId| match repository {
            None => Some(&project.services[service.index()].name),
            Some(repository) => {
                let at = repository.joined.iter().position(|own| *own == service)?;
                Some(&repository.services[at].name)
            }
        };
        let mut found = Vec::new();
        for parsed in &code.files {
            let source = project.source(parsed.file);
            let Some(service) = source.service.filter(|_| source.role == FileRole::Source) else {
                continue;
            };
            let calls = depends_on_others(project.services[service.index()].role);
            let (Some(from), true) = (name(service), calls && source.path.starts_with(prefix))
            else {
                continue;
            };
            let mut used: Vec<&str> = Vec::new();
            for reference in &parsed.facts.references {
                let Some(client) = offered.get(&reference.to) else {
                    continue;
                };
                if client.service == *from || used.contains(&&*client.path) {
                    continue;
                }
                used.push(&client.path);
                found.push(ServiceLink {
                    from: from.clone(),
                    to: LinkEnd::Service(client.service.clone()),
                    kind: client.kind,
                    provenance: Provenance::Code,
                    grade: Grade::Called,
                    via: None,
                    evidence: "offered-client".into(),
                    locations: vec![Location::new(&source.path[prefix.len()..], reference.at)],
                });
            }
        }
        links.links.extend(found);
        links.links = merged(std::mem::take(&mut links.links));
    }
}

/// The file at a path.
fn file(project: &Project, path: &str) -> Option<FileId> {
    let found = project
        .files
        .binary_search_by(|file| (*file.path).cmp(path));
    found.ok().map(FileId::new)
}
