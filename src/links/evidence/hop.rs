//! Names of services handed to a client, directly or by one hop: `helper("users")`.
//!
//! In: uses of texts, functions that hand on. Out: drafts.
//! Invariant: exactly one hop.
//! Never: an everyday word, unless the call takes nothing but names of services.

use std::collections::BTreeSet;

use crate::links::signs::functions::{is_certain, is_outward};
use crate::links::signs::uses::Use;
use crate::model::{Location, Provenance};

use super::directory::{Index, is_telling};
use super::found::{Draft, Found, Protocol};
use super::material::Material;
use super::per_service::PerService;

/// The functions of each service, with those of no service, that hand an argument on to a client.
type Handing<'m> = PerService<BTreeSet<(&'m str, usize)>>;

/// Links by names of services that are handed to a client, directly or by one hop.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let mut handing = Handing::new(material.services);
    for file in &material.code {
        for function in &file.functions {
            let positions = function.handed_on.iter();
            let handed = positions.map(|position| (function.name.as_str(), *position));
            handing[file.service].extend(handed);
        }
    }
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| !u.callee.is_empty()) {
            if let Some((to, evidence)) = handed(material, &handing, service, u) {
                found.drafts.push(Draft {
                    from: service,
                    to,
                    protocol: Protocol::Unknown,
                    provenance: Provenance::Code,
                    evidence,
                    location: Location::new(file.path.clone(), u.at),
                });
            }
        }
    }
}

/// The service whose name a use hands to a client, and how.
fn handed(
    material: &Material<'_>,
    handing: &Handing<'_>,
    service: Index,
    u: &Use,
) -> Option<(Index, &'static str)> {
    let text = if u.name {
        material.constant(Some(service), &u.text)?
    } else {
        u.text.as_str()
    };
    let (clients, directory) = (&material.knowledge.clients, &material.directory);
    let certain = || is_certain(clients, &u.callee);
    let own = directory.named(text, Some(service));
    let to = own.or_else(|| certain().then(|| directory.stranger(text))?)?;
    let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
    let hops = |service| handing[service].contains(&(last, u.argument));
    let hop = hops(Some(service)) || hops(None);
    let reaches = certain()
        || (is_telling(text) && (hop || is_outward(clients, &u.callee)))
        || (hop && names_it(last, text));
    let evidence = if hop {
        "propagated-name"
    } else {
        "client-declaration"
    };
    reaches.then_some((to, evidence))
}

/// Whether the function that hands the name on is itself called after it (`initUserClient("user")`).
fn names_it(function: &str, text: &str) -> bool {
    let stem = crate::model::names::stem(text);
    stem.len() > 2 && crate::model::names::key(function).contains(&stem)
}
