//! Databases that code talks to and no address leads to: the only one of their kind, or one that nothing here deploys.
//!
//! In: imports of drivers, connection strings that lead nowhere, the links that are known. Out: links.
//! Invariant: a service that is already linked to a database of the kind, or to one of an unknown kind, gets none.
//! Never: a guess between several databases, or between drivers of which a setting takes one.
//!
//! Databases are often run by a provider: no manifest deploys them, and their address comes from outside. `orders`
//! imports `pgx` and reads `DATABASE_URL`: it keeps data in a database of that kind, whichever that is. It is called by
//! the host in the connection string, else by its kind. Rejected: to leave such links out, which made a service that
//! keeps data look like a layer without any.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::Datastores;
use crate::links::signs::uses::Use;
use crate::model::names::{stem, tail, words};
use crate::model::{Conduit, EdgeKind, Grade, LinkEnd, Location, Provenance, Role, ServiceLink};

use super::address::{Address, addresses};
use super::directory::Index;
use super::found::{Found, Opened};
use super::material::Material;
use super::store::texts;

/// Stands for a database that is a file, which runs in place of a server.
const FILE: &str = "file";

/// The kind of the tables that a template gives by their names.
const TABLES: &str = "dynamodb";

/// Stands for any database that mappers of tables need.
const RELATIONAL: &str = "relational";

/// Stands for the kind of a database that nothing tells.
const UNKNOWN: &str = "";

/// The kind of what keeps files.
const BUCKETS: &str = "s3";

/// Adds which kinds of databases the services talk to.
pub(super) fn opened(material: &Material<'_>, found: &mut Found) {
    imported(material, &mut found.opened);
    connected(material, &mut found.opened);
}

/// The links, given those that are known.
pub(super) fn links(
    material: &Material<'_>,
    opened: &BTreeMap<(Index, String), Opened>,
    known: &[ServiceLink],
) -> Vec<ServiceLink> {
    let stores = &material.knowledge.datastores;
    let is_alternative = |kind: &str| is_alternative(stores, kind);
    let mut found = Vec::new();
    let nothing = deploys_nothing(material);
    let services: BTreeSet<Index> = opened.keys().map(|(service, _)| *service).collect();
    for service in services {
        let linked = linked_kinds(material, known, service);
        let own = opened.range((service, String::new())..);
        let own = own.take_while(|((index, _), _)| *index == service);
        let own: Vec<_> = own
            .filter(|((_, kind), _)| !linked.contains(kind.as_str()))
            .collect();
        let alternatives = own.iter().filter(|((_, kind), _)| is_alternative(kind));
        let own_kinds: BTreeSet<&str> = own.iter().map(|((_, kind), _)| kind.as_str()).collect();
        let clear = alternatives.count() < 2 && !linked.iter().any(|kind| is_alternative(kind));
        for ((_, kind), opened) in own {
            let hosted = stores.provided.has(kind);
            let mapped = kind == RELATIONAL
                && own_kinds
                    .iter()
                    .chain(&linked)
                    .any(|kind| is_alternative(kind));
            let unclear =
                mapped || linked.contains(UNKNOWN) && !hosted || is_alternative(kind) && !clear;
            if unclear {
                continue;
            }
            let Some((to, evidence, deployed)) =
                store_for(material, kind, opened.name.as_deref(), Some(service))
            else {
                continue;
            };
            found.push(ServiceLink {
                from: material.directory.service(service).name.clone(),
                to: LinkEnd::Datastore(to),
                kind: EdgeKind::Datastore,
                provenance: opened.provenance,
                grade: grade(stores, kind, opened.connects, !deployed && !nothing),
                via: None,
                evidence: evidence.into(),
                locations: vec![opened.at.clone()],
            });
        }
    }
    found
}

/// How sure it is that a service keeps data in a database of the kind. Where others are deployed `beside` and none of
/// this kind, code that could is often switched off; files are often kept in a bucket in one setting of several.
fn grade(known: &Datastores, kind: &str, connects: bool, beside: bool) -> Grade {
    let sure = connects || known.provided.has(kind) || !beside;
    if kind != BUCKETS && sure {
        Grade::Called
    } else {
        Grade::Configured
    }
}

/// The files of shared code that open a database: services that use them talk to it.
pub(super) fn shared(material: &Material<'_>, known: &[ServiceLink]) -> Vec<Conduit> {
    let tables = &material.knowledge.datastores;
    let is_alternative = |kind: &str| is_alternative(tables, kind);
    let nothing = deploys_nothing(material);
    let stores = known.iter().filter_map(|link| match &link.to {
        LinkEnd::Datastore(store) => Some(store),
        _ => None,
    });
    let stores: BTreeSet<&String> = stores.collect();
    let stores = stores.into_iter();
    let stores: Vec<_> = stores
        .map(|store| (store, kind_of_end(material, store)))
        .collect();
    let mut found = Vec::new();
    for file in material.code.iter().filter(|file| file.service.is_none()) {
        let alternatives = file.drivers.iter().filter(|(kind, _)| is_alternative(kind));
        let clear = alternatives.count() < 2;
        for (kind, _) in &file.drivers {
            if is_alternative(kind) && !clear || **kind == *RELATIONAL {
                continue;
            }
            let Some((to, evidence, deployed)) = store_for(material, kind, None, None) else {
                continue;
            };
            let same =
                |other: &str| *other == **kind || is_alternative(other) && is_alternative(kind);
            let others = stores.iter().filter(|(_, other)| other.is_none_or(same));
            found.push(Conduit {
                path: file.path.clone(),
                symbol: None,
                to: LinkEnd::Datastore(to),
                kind: EdgeKind::Datastore,
                grade: grade(tables, kind, false, !deployed && !nothing),
                evidence,
                others: others.map(|(store, _)| (*store).clone()).collect(),
            });
        }
    }
    found
}

/// The database of a kind: its name, the evidence that it is that one, and whether the tree deploys it; `None` where
/// several may be meant, and none or several are called after the service that asks.
fn store_for(
    material: &Material<'_>,
    kind: &str,
    name: Option<&str>,
    service: Option<Index>,
) -> Option<(String, &'static str, bool)> {
    let named = |index: Index| material.directory.service(index).name.clone();
    let mut stores = of_kind(material, kind);
    let for_tests = |index: &Index| {
        let trials = &material.knowledge.folders.trial_words;
        words(&named(*index)).iter().any(|word| trials.has(word))
    };
    if !stores.iter().all(for_tests) {
        stores.retain(|index| !for_tests(index));
    }
    match stores.as_slice() {
        [] if kind == RELATIONAL => None,
        [] => Some((name.unwrap_or(kind).to_owned(), "undeployed-store", false)),
        [only] => Some((named(*only), "lone-store", true)),
        several => {
            let own = stem(&named(service?));
            let called_after = |index: &Index| {
                let words = words(&named(*index)).into_iter();
                let kinds = material.knowledge.datastores.kinds.get(kind);
                let says = |word: &String| {
                    !matches!(word.as_str(), "database" | "db")
                        && !kinds.is_some_and(|kind| kind.has(word))
                };
                stem(&words.filter(says).collect::<Vec<_>>().join("-")) == own
            };
            let mut fitting = several.iter().filter(|index| called_after(index));
            let only = fitting.next().filter(|_| fitting.next().is_none())?;
            Some((named(*only), "namesake-store", true))
        }
    }
}

/// Whether the tree deploys no database at all.
fn deploys_nothing(material: &Material<'_>) -> bool {
    let mut all = material.directory.ids();
    !all.any(|index| material.directory.service(index).role == Role::Datastore)
}

/// Whether a program is often built for several kinds like this one, and runs with one.
fn is_alternative(known: &Datastores, kind: &str) -> bool {
    kind == FILE || known.alternatives.has(kind)
}

/// What the code of each service imports.
fn imported(material: &Material<'_>, found: &mut BTreeMap<(Index, String), Opened>) {
    let known = &material.knowledge.datastores;
    for (service, file) in material.callers() {
        let drivers = file.drivers.iter();
        let drivers = drivers.map(|(kind, at)| (&**kind, *at, false));
        let named = file
            .uses
            .iter()
            .filter_map(|u| Some((dialect(known, u)?, u.at, true)));
        for (kind, at, connects) in drivers.chain(named) {
            let entry = found.entry((service, kind.to_owned()));
            let entry = entry.or_insert_with(|| Opened {
                at: Location::new(file.path.clone(), at),
                provenance: Provenance::Code,
                name: None,
                connects,
            });
            entry.connects |= connects;
        }
    }
}

/// The kind of database that an option of a call tells which opens one.
fn dialect<'k>(known: &'k Datastores, u: &Use) -> Option<&'k str> {
    let opens = |call: &str| known.openers.has(call.rsplit('.').next().unwrap_or(call));
    let names = !u.name && known.dialects.has(&u.key) && (opens(&u.callee) || opens(&u.outer));
    names.then(|| known.of_scheme(&u.text))?
}

/// Adds what connection strings say that lead to nothing known.
fn connected(material: &Material<'_>, found: &mut BTreeMap<(Index, String), Opened>) {
    for (service, text, at) in texts(material) {
        let service = *service;
        let mut own = material.settings[service].iter();
        let setting = own.find(|setting| setting.location == *at);
        let read = |key: &str| key.contains('.') || material.mentions(service, key);
        if setting.is_some_and(|setting| !read(&setting.key)) {
            continue;
        }
        let named = addresses(text);
        for address in named.into_iter().chain(hostless(text)) {
            let Some(kind) = material.knowledge.datastores.of_scheme(&address.scheme) else {
                continue;
            };
            if material
                .directory
                .resolve(&address, Some(service))
                .is_some()
            {
                continue;
            }
            let entry = found.entry((service, kind.to_owned()));
            let entry = entry.or_insert_with(|| Opened {
                at: at.clone(),
                provenance: setting.map_or(Provenance::Code, |_| Provenance::Declared),
                name: None,
                connects: true,
            });
            entry.connects = true;
            entry.name = entry.name.take().or_else(|| called(material, &address));
        }
    }
}

/// `postgresql+pg8000://${USER}:${PASSWORD}@${HOST}/${NAME}`, `%s:%s@tcp(%s)/%s`: of an address that is put together only
/// the scheme is told.
fn hostless(text: &str) -> Option<Address> {
    let url = text.split_once("://");
    let go = || Some(("mysql", text.split_once("@tcp(")?.1));
    let (scheme, rest) = url.or_else(go)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-:".contains(c);
    let open = rest.is_empty() || rest.contains(['$', '{', '%']);
    (open && addresses(text).is_empty() && scheme.chars().all(plain)).then(|| Address {
        scheme: scheme.to_ascii_lowercase(),
        host: String::new(),
        port: None,
        path: String::new(),
    })
}

/// The host that an address names, unless it is this machine, and the database: a provider's server keeps several.
fn called(material: &Material<'_>, address: &Address) -> Option<String> {
    let plain = |text: &&str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        text.contains(|c: char| c.is_ascii_alphabetic()) && text.chars().all(fits)
    };
    let local = material.knowledge.clients.local_hosts.has(&address.host);
    let host = address.host.split('.').next().filter(|_| !local);
    let host = host.filter(plain)?;
    let far = address.host.contains('.');
    let database = Some(&*address.path).filter(|path| far && plain(path));
    Some(database.map_or(host.to_owned(), |database| format!("{host}/{database}")))
}

/// The kind of a database that is deployed, by its image, else by its name.
pub(super) fn kind_of<'k>(material: &Material<'k>, index: Index) -> Option<&'k str> {
    let store = material.directory.service(index);
    let named = |text: &str| material.knowledge.datastores.kind_in(text);
    let image = store.image.as_deref().map(tail);
    image.and_then(named).or_else(|| named(&store.name))
}

/// The kind of a database that a link leads to.
fn kind_of_end<'k>(material: &Material<'k>, store: &str) -> Option<&'k str> {
    let deployed = material.directory.exact(store, None);
    deployed.and_then(|store| kind_of(material, store))
}

/// The databases of that kind that the tree deploys. Those that are only called after their kind are one, deployed in
/// several ways: `mongo` of a Compose file and `mongodb` of a cluster.
fn of_kind(material: &Material<'_>, kind: &str) -> Vec<Index> {
    let store = |index: &Index| material.directory.service(*index);
    let alternatives = &material.knowledge.datastores.alternatives;
    let fits = |own: &str| own == kind || kind == RELATIONAL && alternatives.has(own);
    let stores = material.directory.ids().filter(|index| {
        store(index).role == Role::Datastore && kind_of(material, *index).is_some_and(fits)
    });
    let mut stores: Vec<Index> = stores.collect();
    let kinds = &material.knowledge.datastores.kinds;
    let plain = |index: &Index| {
        let named = kinds.get(kind);
        let mut words = words(&store(index).name).into_iter();
        words.all(|word| word == "db" || named.is_some_and(|kind| kind.has(&word)))
    };
    if stores.iter().all(plain) {
        stores.truncate(1);
    }
    stores
}

/// The kinds of the databases that a service is linked to.
fn linked_kinds<'k>(
    material: &Material<'k>,
    known: &[ServiceLink],
    service: Index,
) -> BTreeSet<&'k str> {
    let name = &material.directory.service(service).name;
    let own = known.iter().filter(|link| link.from == *name);
    let kind = |link: &ServiceLink| match (&link.to, &*link.evidence) {
        (LinkEnd::Datastore(_), "given-table") => Some(TABLES),
        (LinkEnd::Datastore(_), "connection-string") => Some(FILE),
        (LinkEnd::Datastore(store), _) => Some(kind_of_end(material, store).unwrap_or(UNKNOWN)),
        _ => None,
    };
    own.filter_map(kind).collect()
}
