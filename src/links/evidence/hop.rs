//! Names of services handed to a client, directly or by one hop: `helper("users")`.
//!
//! In: uses of texts, functions that hand on. Out: drafts.
//! Invariant: exactly one hop.
//! Never: an everyday word, unless the call takes nothing but names of services.

use std::collections::BTreeSet;

use crate::links::signs::functions::{is_certain, is_outward};
use crate::model::{Location, Provenance};

use super::directory::is_telling;
use super::found::{Draft, Found, Protocol};
use super::material::Material;
use super::per_service::PerService;

/// Links by names of services that are handed to a client, directly or by one hop.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let mut handing: PerService<BTreeSet<(&str, usize)>> = PerService::new(material.services);
    for file in &material.code {
        for function in &file.functions {
            handing[file.service].extend(
                function
                    .handed_on
                    .iter()
                    .map(|position| (function.name.as_str(), *position)),
            );
        }
    }
    let clients = &material.knowledge.clients;
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| !u.callee.is_empty()) {
            let text = if u.name {
                material.constant(Some(service), &u.text)
            } else {
                Some(u.text.as_str())
            };
            let directory = &material.directory;
            let named = |text| {
                let own = directory.named(text, Some(service));
                let certain = || is_certain(clients, &u.callee);
                own.or_else(|| certain().then(|| directory.stranger(text))?)
            };
            let Some(to) = text.and_then(named) else {
                continue;
            };
            let telling = text.is_some_and(is_telling);
            let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
            let position = u.argument;
            let hops = |service| handing[service].contains(&(last, position));
            let hop = hops(Some(service)) || hops(None);
            if is_certain(clients, &u.callee)
                || (telling && (hop || is_outward(clients, &u.callee)))
                || (hop && names_it(last, text))
            {
                found.drafts.push(Draft {
                    from: service,
                    to,
                    protocol: Protocol::Unknown,
                    provenance: Provenance::Code,
                    evidence: if hop {
                        "propagated-name"
                    } else {
                        "client-declaration"
                    },
                    location: Location::new(file.path.clone(), u.at),
                });
            }
        }
    }
}

/// Whether the function that hands the name on is itself called after it (`initUserClient("user")`).
fn names_it(function: &str, text: Option<&str>) -> bool {
    let stem = crate::model::names::stem(text.unwrap_or_default());
    stem.len() > 2 && crate::model::names::key(function).contains(&stem)
}
