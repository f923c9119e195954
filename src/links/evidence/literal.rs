//! Addresses written in code: URLs, host and port, defaults of environment look-ups.
//!
//! In: uses of texts. Out: drafts.
//! Invariant: the place is that of the literal.
//! Never: a text that says who may call (allowed origins, redirect targets).

use std::collections::BTreeSet;

use crate::knowledge::{Clients, Told};
use crate::model::names::words;
use crate::model::{Conduit, EdgeKind, Grade, LinkEnd, Location, Provenance};

use super::address::{Address, addresses};
use super::code::CodeFile;
use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::held::is_text_only_held;
use super::hints::{asks_for_host, is_backward, is_health, is_host};
use super::itself::is_itself;
use super::material::Material;
use super::unset;
use super::value::{self, text_of};
use crate::links::signs::uses::Use;

/// A draft for each address in a text of code, and for each bare host that is the default of a
/// look-up. What is told to others, checks health or leads to the program itself is no call. A text
/// that a constant only holds is entered as configured.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let clients = &material.knowledge.clients;
    for (service, file) in material.callers() {
        let counts = |u: &&Use| {
            !u.name && !file.told.contains(&u.at) && !is_for_a_twin(material, service, u)
        };
        for u in file.uses.iter().filter(counts) {
            if let Some(to) = default_host(material, service, u) {
                let address = Address {
                    scheme: String::new(),
                    host: String::new(),
                    port: None,
                    path: String::new(),
                };
                found.drafts.push(draft(service, to, &address, file, u));
            }
            let Some(text) = text_of(material, service, u).filter(|_| is_candidate(clients, u))
            else {
                continue;
            };
            let mut found_there = addresses(&text);
            if !u.filled.is_empty() && !logs(&material.knowledge.told, u) {
                let text = value::filled(material, service, file, &u.filled);
                found_there.extend(addresses(&text));
            }
            for address in found_there
                .iter()
                .filter(|address| !is_health(clients, address) && !is_itself(clients, &u.text))
            {
                let Some(to) = leads_to(material, Some(service), u, address) else {
                    continue;
                };
                let draft = draft(service, to, address, file, u);
                if is_text_only_held(material, service, file, u.at) {
                    let place = (service, draft.location.clone());
                    found.configured.insert(place);
                }
                found.drafts.push(draft);
            }
        }
    }
}

/// The service that an address leads to; where it is one of this machine and nothing tells who listens there, the one
/// that the variable is called after whose default it is: `env.ORDERS_URL || "http://localhost:3005"`.
fn leads_to(
    material: &Material<'_>,
    service: Option<Index>,
    u: &Use,
    address: &Address,
) -> Option<Index> {
    let directory = &material.directory;
    let local = || material.knowledge.clients.local_hosts.has(&address.host);
    let named = || unset::named_after(material, service, &u.default_of);
    let other = |to: &Index| Some(*to) != service && !directory.is_store(*to);
    let told = || named().filter(|to| local() && !u.default_of.is_empty() && other(to));
    directory.resolve(address, service).or_else(told)
}

/// The functions and constants of shared code that hold the address of a service: those who use them talk to it.
pub(super) fn shared(material: &Material<'_>) -> Vec<Conduit> {
    let clients = &material.knowledge.clients;
    let mut found = BTreeSet::new();
    for file in material.code.iter().filter(|file| file.service.is_none()) {
        let held = file
            .uses
            .iter()
            .filter(|u| !u.name && !file.told.contains(&u.at));
        for u in held.filter(|u| is_candidate(clients, u)) {
            let symbol = file.wrapped.around(u.at).unwrap_or(&u.key);
            let telling = words(symbol).len() > 1 && !is_backward(clients, symbol);
            let leads = addresses(&u.text).into_iter().filter(|address| {
                telling && !is_health(clients, address) && !is_itself(clients, &u.text)
            });
            for address in leads {
                let to = leads_to(material, None, u, &address);
                let to = to.filter(|to| !material.directory.is_store(*to));
                found.extend(to.map(|to| Conduit {
                    path: file.path.clone(),
                    symbol: Some(symbol.to_owned()),
                    to: LinkEnd::Service(material.directory.service(to).name.clone()),
                    kind: EdgeKind::Http,
                    grade: Grade::Called,
                    evidence: "shared-address",
                    others: Vec::new(),
                }));
            }
        }
    }
    found.into_iter().collect()
}

/// Whether a text is the default of a variable that manifests give to others that run the same code, and not to this
/// service: those alone run the part of it that asks.
fn is_for_a_twin(material: &Material<'_>, service: Index, u: &Use) -> bool {
    let given = |index: &Index| {
        let mut own = material.directory.service(*index).settings.iter();
        own.any(|setting| setting.key == u.default_of)
    };
    !u.default_of.is_empty() && !given(&service) && material.twins[service].iter().any(given)
}

/// `env.CART_HOST || "cart"`, `getenv("CART_HOST", "cart")`, `@Value("${cart.host:cart}")`: the default of a
/// look-up that asks for a host; or a bare name under such a key.
fn default_host(material: &Material<'_>, service: Index, u: &Use) -> Option<Index> {
    let placeholder = u
        .text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .and_then(|inside| inside.split_once(':'));
    let clients = &material.knowledge.clients;
    let (key, default) = placeholder.unwrap_or((&u.default_of, &u.text));
    // `f("users-service", "orders-service")` lists names; the first one is no setting.
    let is_name = || material.directory.exact(key, None).is_some();
    let asks = (asks_for_host(clients, key) && !is_backward(clients, key) && !is_name())
        || stands_under_host(clients, u);
    asks.then(|| {
        let own = material.directory.exact(default, Some(service));
        let host = || is_host(default);
        own.or_else(|| material.directory.stranger(default).filter(|_| host()))
    })
    .flatten()
}

/// `{ host: "orders-db" }`, `connect(host="orders-db")`: the bare name of a host among the options of a client.
fn stands_under_host(clients: &Clients, u: &Use) -> bool {
    // `new Hostname("payment")`, `builder.host("payment")`: the call says so where no key does.
    let call = u
        .callee
        .rsplit('.')
        .next()
        .filter(|_| u.key.is_empty() && u.argument == 0);
    let named = if u.key.is_empty() {
        call.unwrap_or_default()
    } else {
        &u.key
    };
    let last = words(named).pop().unwrap_or_default();
    clients.host_options.has(&last)
        && !is_backward(clients, &u.key)
        && !is_backward(clients, &u.callee)
}

/// Whether a text is only shown to people.
fn logs(told: &Told, u: &Use) -> bool {
    let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
    told.log_calls.has(&last.to_ascii_lowercase())
}

/// Whether a text may hold an address that is called. A callee or key that speaks of allowed
/// origins or redirects says who may call, the opposite direction.
fn is_candidate(clients: &Clients, u: &Use) -> bool {
    let addressed = u.text.contains(':') || u.text.contains('=');
    addressed
        && ![&u.key, &u.callee, &u.outer]
            .into_iter()
            .any(|name| is_backward(clients, name))
}

/// A draft that rests on a text of a file.
fn draft(from: Index, to: Index, address: &Address, file: &CodeFile, u: &Use) -> Draft {
    Draft {
        from,
        to,
        protocol: Protocol::of(address),
        provenance: Provenance::Code,
        evidence: "url-literal",
        location: Location::new(file.path.clone(), u.at),
    }
}

/// Whether a scheme leads to another program: `http`, `jdbc:mysql`, `amqp`, not `file`, `sqlite` or `php`.
fn is_remote(clients: &Clients, scheme: &str) -> bool {
    let mut known = clients.remote_schemes.iter();
    known.any(|start| scheme.starts_with(start)) && !scheme.contains("sqlite")
}

/// Addresses in code with a plain host that joins no service: one label, not local.
pub(super) fn unjoined(material: &Material<'_>) -> Vec<(String, Location)> {
    let clients = &material.knowledge.clients;
    let mut found = Vec::new();
    for (service, file) in material.callers() {
        for u in file
            .uses
            .iter()
            .filter(|u| !u.name && u.text.contains("://") && is_candidate(clients, u))
        {
            for address in addresses(&u.text) {
                let plain = is_remote(clients, &address.scheme)
                    && !address.host.contains('.')
                    && !address.host.starts_with("localhost");
                let known = material.directory.exact(&address.host, None).is_some();
                let own = material.directory.resolve(&address, Some(service));
                let own = own.filter(|index| !material.directory.is_beyond(*index));
                if plain && !known && own.is_none() {
                    found.push((address.host, Location::new(file.path.clone(), u.at)));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
