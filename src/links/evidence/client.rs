//! Clients that are declared by the name of a service: Feign and its kin.
//!
//! In: uses of texts. Out: drafts.
//! Invariant: the name stands in a declaration that takes nothing but service names.
//! Never: the declaration's own URL; `literal` reads that.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::{Clients, List};
use crate::model::{Conduit, EdgeKind, Grade, LinkEnd, Location, Provenance};

use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::material::Material;
use super::value::text_of;
use crate::links::signs::uses::Use;

/// `@FeignClient("orders")`: the service of that name is what the file talks to, else one of
/// another repository.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let clients = &material.knowledge.clients;
    for (service, file) in material.callers() {
        for u in &file.uses {
            let Some(protocol) = declared(clients, u) else {
                continue;
            };
            let text = text_of(material, service, u);
            let directory = &material.directory;
            let named = |text: String| {
                let own = directory.named(&text, Some(service));
                own.or_else(|| directory.stranger(&text))
            };
            // A program that names its own code tells who it is.
            let other = |to: &Index| !material.twins[service].contains(to);
            let Some(to) = text.and_then(named).filter(other) else {
                continue;
            };
            found.drafts.push(Draft {
                from: service,
                to,
                protocol,
                provenance: Provenance::Code,
                evidence: "client-declaration",
                location: Location::new(file.path.clone(), u.at),
            });
        }
    }
}

/// The files that declare a client for others to use: in shared code, or beside the service that it is called after,
/// as `orders-api` beside `orders-boot`.
pub(super) fn shared(material: &Material<'_>) -> Vec<Conduit> {
    let clients = &material.knowledge.clients;
    let mut found = BTreeSet::new();
    for file in &material.code {
        let declared = file
            .uses
            .iter()
            .filter_map(|u| Some((u, declared(clients, u)?)));
        for (u, protocol) in declared {
            let named = u.name.then(|| material.constant(file.service, &u.text));
            let text = named.map_or(Some(u.text.as_str()), |constant| constant);
            let to = text.and_then(|text| material.directory.named(text, file.service));
            let Some(to) = to.filter(|to| file.service.is_none_or(|own| own == *to)) else {
                continue;
            };
            found.insert(Conduit {
                path: file.path.clone(),
                symbol: None,
                to: LinkEnd::Service(material.directory.service(to).name.clone()),
                kind: match protocol {
                    Protocol::Grpc => EdgeKind::Grpc,
                    _ => EdgeKind::Http,
                },
                grade: Grade::Called,
                evidence: "client-declaration",
                others: Vec::new(),
            });
        }
    }
    found.into_iter().collect()
}

/// How the client talks that a use declares.
fn declared(clients: &Clients, u: &Use) -> Option<Protocol> {
    let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
    let fits = |declarations: &BTreeMap<String, List>| {
        let arguments = declarations
            .get(&u.callee)
            .or_else(|| declarations.get(last));
        arguments.is_some_and(|arguments| arguments.has(&u.key))
    };
    if fits(&clients.http) {
        return Some(Protocol::Http);
    }
    fits(&clients.grpc).then_some(Protocol::Grpc)
}
