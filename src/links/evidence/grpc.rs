//! Clients of a contract that another service serves: gRPC and Thrift.
//!
//! In: the contracts of all files. Out: drafts.
//! Invariant: a client counts when it is called, and only outside generated code.
//! Never: a contract that several services serve, unless one is named after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::List;
use crate::links::signs::contracts::Built;
use crate::model::names::{folder, is_generic, key, tail, words};
use crate::model::{Conduit, EdgeKind, Grade, LinkEnd, Location, Provenance, Sought};

use super::code::CodeFile;
use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::intent;
use super::material::Material;

/// Adds the links; returns the pairs whose client is built but never called.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let servers = servers(material);
    let mut members: BTreeMap<Index, BTreeSet<&str>> = BTreeMap::new();
    for file in &material.code {
        let Some(service) = file.service else {
            continue;
        };
        let known = members.entry(service).or_default();
        known.extend(file.contracts.members.iter().map(String::as_str));
        known.extend(file.uses.iter().filter(|u| u.name).map(|u| u.text.as_str()));
    }
    made(material, &servers, found);
    // Who is handed a client that a function returns, by service and contract.
    let mut handed: BTreeMap<(Index, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut called_on: BTreeMap<Index, BTreeSet<&str>> = BTreeMap::new();
    // A name of another type in the same folder, which is a package of Go, is another thing.
    let mut shadowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, file) in material.callers() {
        let names = file.contracts.shadowed.iter().map(String::as_str);
        let beside = shadowed.entry(folder(&file.path)).or_default();
        beside.extend(names);
    }
    for (service, file) in material.callers() {
        let beside = &shadowed[folder(&file.path)];
        let called = called_on.entry(service).or_default();
        let on = file.contracts.called_on.iter().map(String::as_str);
        called.extend(on.filter(|name| !beside.contains(name)));
        for (name, contract) in &file.contracts.typed {
            handed.entry((service, contract)).or_default().insert(name);
        }
    }
    let (mut called, mut unused) = (BTreeSet::new(), BTreeSet::new());
    for (service, file) in material.callers() {
        for built in &file.contracts.built {
            let Some((to, certain)) = target(material, &servers, service, built) else {
                continue;
            };
            let known = members.get(&service);
            let calls = |name: &str| known.is_some_and(|known| known.contains(name));
            let holders = handed.get(&(service, &*built.contract));
            let holders = holders.filter(|_| built.returned);
            let asks = |names: &BTreeSet<&str>| {
                let mut known = called_on.get(&service).into_iter();
                known.any(|known| !known.is_disjoint(names))
            };
            let used = built.holder.as_deref().is_none_or(calls) && holders.is_none_or(asks);
            if !used {
                unused.insert((service, to));
                continue;
            }
            called.insert((service, to));
            let beyond = material.directory.is_beyond(to);
            let protocol = match (certain || beyond, file.contracts.thrift) {
                (true, true) => Protocol::Rpc,
                (true, false) => Protocol::Grpc,
                (false, _) => Protocol::Unknown,
            };
            let location = Location::new(file.path.clone(), built.at);
            found.drafts.push(Draft {
                from: service,
                to,
                protocol,
                provenance: Provenance::Code,
                evidence: "generated-client",
                location,
            });
        }
    }
    found.unused.extend(unused.difference(&called).copied());
}

/// Clients that a function of another package returns: `nonce.NewGetter(conn)`.
fn made(material: &Material<'_>, servers: &BTreeMap<String, BTreeSet<Index>>, found: &mut Found) {
    // A call that two packages of one name answer with different clients tells nothing.
    let mut makers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in &material.code {
        let package = tail(folder(&file.path));
        for (function, contract) in &file.contracts.makers {
            let call = format!("{package}.{function}");
            makers.entry(call).or_default().insert(contract);
        }
    }
    if makers.is_empty() {
        return;
    }
    for (service, file) in material.callers() {
        for u in &file.uses {
            let made = makers
                .get(&u.callee)
                .filter(|contracts| contracts.len() == 1);
            let serving = made
                .and_then(BTreeSet::first)
                .and_then(|c| servers.get(&key(c)));
            let only = serving
                .filter(|serving| serving.len() == 1)
                .and_then(BTreeSet::first);
            found.drafts.extend(only.map(|to| Draft {
                from: service,
                to: *to,
                protocol: Protocol::Grpc,
                provenance: Provenance::Code,
                evidence: "generated-client",
                location: Location::new(file.path.clone(), u.at),
            }));
        }
    }
}

/// Who answers for each contract, by its key.
pub(super) fn servers(material: &Material<'_>) -> BTreeMap<String, BTreeSet<Index>> {
    let mut servers: BTreeMap<String, BTreeSet<Index>> = BTreeMap::new();
    let owned = material.code.iter().filter(|file| file.service.is_some());
    for file in owned {
        for contract in &file.contracts.served {
            let serving = servers.entry(key(contract)).or_default();
            serving.extend(file.service);
        }
    }
    servers
}

/// Whether a contract that both serve bears the name of one of them alone: `SchedulerReporting` is the scheduler's,
/// and who passes its requests on serves it, too.
fn is_of(material: &Material<'_>, built: &Built, to: Index, from: Index) -> bool {
    let contract = words(&built.contract);
    let named = |index: Index| {
        let service = material.directory.service(index);
        let mut names = std::iter::once(&service.name).chain(&service.aliases);
        names.any(|name| {
            let own = words(name);
            !is_generic(name) && contract.windows(own.len()).any(|part| part == own)
        })
    };
    named(to) && !named(from)
}

/// The files in which services build clients of contracts that they serve themselves, for others to use.
pub(super) fn offered(
    material: &Material<'_>,
    servers: &BTreeMap<String, BTreeSet<Index>>,
) -> Vec<Conduit> {
    let mut found = Vec::new();
    for file in &material.code {
        let own = |built: &&Built| {
            let serving = servers.get(&key(&built.contract)).zip(file.service);
            serving.is_some_and(|(serving, own)| serving.contains(&own))
        };
        let mut built = file.contracts.built.iter();
        let typed = built.find(own).is_none();
        if typed && !is_typed(material, file) {
            continue;
        }
        if let Some(service) = file.service {
            let thrift = file.contracts.thrift || typed;
            found.push(Conduit {
                path: file.path.clone(),
                symbol: None,
                to: LinkEnd::Service(material.directory.service(service).name.clone()),
                kind: if thrift {
                    EdgeKind::Rpc
                } else {
                    EdgeKind::Grpc
                },
                grade: Grade::Called,
                evidence: "offered-client",
                others: Vec::new(),
            });
        }
    }
    found
}

/// Whether a file builds a client whose calls are those of a router of its own service: the types of tRPC.
fn is_typed(material: &Material<'_>, file: &CodeFile) -> bool {
    let clients = &material.knowledge.clients;
    let says = |file: &CodeFile, names: &List| names.iter().any(|name| file.held.says(name));
    let mut own = material
        .code
        .iter()
        .filter(|other| other.service == file.service);
    file.service.is_some()
        && says(file, &clients.typed_clients)
        && own.any(|other| says(other, &clients.typed_servers))
}

/// Services with the contracts that they answer for, as keys; sorted.
pub(super) fn served(material: &Material<'_>) -> Vec<(String, String)> {
    let contracts = servers(material).into_iter();
    let contracts = contracts
        .flat_map(|(contract, serving)| serving.into_iter().map(move |by| (by, contract.clone())));
    let all = contracts.chain(intent::provided(material));
    let name = |by| material.directory.service(by).name.clone();
    let named = all.map(|(by, contract)| (name(by), contract));
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The service that serves a contract; certain when its server was seen.
fn target(
    material: &Material<'_>,
    servers: &BTreeMap<String, BTreeSet<Index>>,
    from: Index,
    built: &Built,
) -> Option<(Index, bool)> {
    let named = || material.directory.by_contract(&built.contract, Some(from));
    let Some(serving) = servers.get(&key(&built.contract)) else {
        let beyond = || {
            material.directory.beyond(Sought::Contract {
                name: built.contract.clone(),
                served: built.weak,
            })
        };
        let own = named().filter(|_| !built.weak);
        return own.or_else(beyond).map(|to| (to, false));
    };
    // Who builds a client of the contract that it is itself named after asks the only other one that serves it.
    let own = || material.directory.by_contract(&built.contract, None) == Some(from);
    let others: Vec<Index> = serving
        .iter()
        .copied()
        .filter(|index| *index != from)
        .collect();
    match others.as_slice() {
        [only] if !serving.contains(&from) || own() || is_of(material, built, *only, from) => {
            Some((*only, true))
        }
        [] => None,
        many => named().filter(|to| many.contains(to)).map(|to| (to, true)),
    }
}
