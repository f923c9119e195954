//! Requests to an address that nothing in the tree sets: the name of its variable and the path tell together.
//!
//! In: uses of texts, look-ups, declared routes. Out: drafts.
//! Invariant: the variable is called after a service that declares the path, and no other service does.
//! Never: a variable that has a value or a default; that address is believed alone.
//! Where no path tells, the only service that the variable is called after must be one with code.
//!
//! `axios.get(cartUrl + "cart/" + id)` with `cartUrl = process.env.REACT_APP_CART_URL` is what a page asks that is
//! built with the address of its cluster.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::Clients;
use crate::links::signs::uses::Use;
use crate::model::names::words;
use crate::model::{Location, Provenance, Role};

use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::held::is_only_held;
use super::hints::is_backward;
use super::lone::{leads_nowhere, reads};
use super::material::Material;

/// Drafts for requests to a variable that nothing sets. Both must agree: the variable is called
/// after the service, and the service alone declares a route with the first segment of the path.
/// Either sign alone would join what is only called alike.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let clients = &material.knowledge.clients;
    let mut declaring: BTreeMap<&str, BTreeSet<Index>> = BTreeMap::new();
    for (service, file) in material.callers() {
        for route in file.routes.iter().filter(|route| !route.prefix) {
            if let Some(first) = first_segment(&route.path) {
                declaring.entry(first).or_default().insert(service);
            }
        }
    }
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| sends(clients, u)) {
            let Some((base, path)) = parts(u) else {
                continue;
            };
            let to = named_after(material, Some(service), base);
            let serving = first_segment(path).and_then(|first| declaring.get(first));
            let only = |to: &Index| serving.is_some_and(|all| all.len() == 1 && all.contains(to));
            if let Some(to) = to
                .filter(only)
                .filter(|_| is_unset(material, service, base))
            {
                found.drafts.push(Draft {
                    from: service,
                    to,
                    protocol: Protocol::Http,
                    provenance: Provenance::Code,
                    evidence: "unset-address",
                    location: Location::new(file.path.clone(), u.at),
                });
            }
        }
    }
}

/// `os.getenv("BILLING_API_URL")`, which nothing here sets: the only service that the variable is called after.
pub(super) fn namesakes(material: &Material<'_>, found: &mut Found) {
    let clients = &material.knowledge.clients;
    let other = |from: Index, to: Index| {
        let service = material.directory.service(to);
        let asked = matches!(service.role, Role::Business | Role::Gateway);
        asked && from != to && !service.dirs.is_empty()
    };
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| reads(material, u)) {
            let to = named_after(material, Some(service), &u.text);
            let asks = |to: &Index| {
                other(service, *to)
                    && names_program(&u.text)
                    && !is_backward(clients, &u.text)
                    && leads_nowhere(material, service, &u.text)
                    && !material.only_tells(service, &u.text)
                    && !is_only_held(material, service, &u.text)
            };
            found.drafts.extend(to.filter(asks).map(|to| Draft {
                from: service,
                to,
                protocol: Protocol::Unknown,
                provenance: Provenance::Code,
                evidence: "namesake-address",
                location: Location::new(file.path.clone(), u.at),
            }));
        }
    }
}

/// Whether a variable tells by more than `HOST` that it leads to a program; `ORDERS_HOST` may be that of its database.
fn names_program(variable: &str) -> bool {
    let words = words(variable);
    let says = |word: &String| matches!(word.as_str(), "api" | "server" | "service" | "svc");
    let page = words.last().map(String::as_str);
    matches!(page, Some("endpoint" | "uri" | "url")) || words.iter().any(says)
}

/// Whether a text is handed to a call that sends a request: `axios.get`,
/// `restTemplate.getForObject<Order>`.
fn sends(clients: &Clients, u: &Use) -> bool {
    let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
    let last = last.split('<').next().unwrap_or(last);
    !u.name && clients.requests.has(last)
}

/// The name before the path, and the path: of `base + "cart/"` and of `${base}/cart/${id}`.
fn parts(u: &Use) -> Option<(&str, &str)> {
    if !u.before.is_empty() {
        return Some((&u.before, &u.text));
    }
    let text = if u.filled.is_empty() {
        &u.text
    } else {
        &u.filled
    };
    text.strip_prefix("${")?.split_once('}')
}

/// `cart` of `/cart/1?full=true`; `None` for a segment that is short or holds a placeholder.
fn first_segment(path: &str) -> Option<&str> {
    let first = path.trim_start_matches('/').split(['/', '?']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (first.len() > 2 && first.chars().all(plain)).then_some(first)
}

/// The service that a variable is called after: `cart` of `cartUrl`.
pub(super) fn named_after(
    material: &Material<'_>,
    service: Option<Index>,
    base: &str,
) -> Option<Index> {
    let mut name = words(base);
    let all = name.len();
    name.retain(|word| !material.knowledge.clients.address_words.has(word));
    (name.len() < all)
        .then(|| material.directory.named(&name.join("-"), service))
        .flatten()
}

/// Whether the name holds a variable without value and default.
fn is_unset(material: &Material<'_>, service: Index, base: &str) -> bool {
    let held = material.constant(Some(service), base);
    held.is_some_and(|text| text.starts_with("${") && material.expand(service, text).is_empty())
}
