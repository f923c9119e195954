//! What the signs of several files and manifests mean together: one file per kind of evidence.
//!
//! In: [`Project`], [`Signs`]. Out: [`StaticLinks`].
//! Invariant: every link names a kind of evidence of [`EVIDENCE`], a file and a line.
//! Never: opens a file.

mod address;
mod bus;
mod channel;
mod client;
mod code;
mod directory;
mod driver;
mod effect;
mod expand;
mod family;
mod found;
mod gateway;
mod grpc;
mod held;
mod hints;
mod hop;
mod hosting;
mod intent;
mod itself;
mod literal;
mod lone;
mod lookup;
mod manifest;
mod material;
pub(in crate::links) mod owners;
mod per_service;
mod proxy;
mod quiet;
mod reads;
mod sidecar;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod topic;
mod unset;
mod value;
mod workers;
mod wrapper;
mod wrapping;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::knowledge::List;
use crate::model::{
    Bean, DeclaredRoute, EdgeKind, FileId, LinkEnd, Location, OpenEnds, Project, Role, ServiceLink,
    StaticLinks, Wanted,
};

use super::signs::Signs;
use directory::Index;
use found::{Draft, Found, Protocol};
use material::Material;

/// A kind of evidence: how a link that rests on it came about.
pub struct Evidence {
    /// Its id, as links show it.
    pub id: &'static str,
    /// What was seen, in one line.
    pub summary: &'static str,
    find: fn(&Material<'_>, &mut Found),
}

/// All kinds of evidence. What one of them finds may carry the id of another that it amounts to.
pub const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "manifest-address",
        summary: "an address or host in a variable of a manifest or in a file of settings",
        find: manifest::links,
    },
    Evidence {
        id: "url-literal",
        summary: "an address in code, or the default of a look-up that asks for a host",
        find: literal::links,
    },
    Evidence {
        id: "unset-address",
        summary: "an address that nothing here sets: its variable is called after the only service with that path",
        find: unset::links,
    },
    Evidence {
        id: "namesake-address",
        summary: "a variable for an address, read by code and set nowhere here, that is called after the only such service",
        find: unset::namesakes,
    },
    Evidence {
        id: "client-declaration",
        summary: "a client that is declared by the name of a service",
        find: client::links,
    },
    Evidence {
        id: "side-car",
        summary: "a program or component that is asked for through a side car",
        find: sidecar::links,
    },
    Evidence {
        id: "propagated-name",
        summary: "the name of a service handed to a function that hands it to a client",
        find: hop::links,
    },
    Evidence {
        id: "gateway-route",
        summary: "a route of a reverse proxy or gateway",
        find: gateway::links,
    },
    Evidence {
        id: "given-address",
        summary: "the address of a program that an application model gives to one which names it",
        find: hosting::links,
    },
    Evidence {
        id: "declared-intent",
        summary: "a dependency that a catalogue of components declares",
        find: intent::links,
    },
    Evidence {
        id: "generated-client",
        summary: "a generated client of a contract that the other service serves",
        find: grpc::links,
    },
    Evidence {
        id: "offered-client",
        summary: "code that uses the client which the other service offers in its own folder",
        find: |_, _| {},
    },
    Evidence {
        id: "shared-address",
        summary: "code that uses a function or constant of shared code which holds the address of the other service",
        find: |_, _| {},
    },
    Evidence {
        id: "topic",
        summary: "a topic, queue or exchange that one publishes to and the other subscribes to",
        find: topic::links,
    },
    Evidence {
        id: "bus-event",
        summary: "events of a source that one puts on a bus and a rule of the other takes from it",
        find: bus::links,
    },
    Evidence {
        id: "named-operation",
        summary: "an operation or program that one asks by its name through a broker and the other answers for",
        find: family::links,
    },
    Evidence {
        id: "connection-string",
        summary: "a connection string that names the file of a database",
        find: store::files,
    },
    Evidence {
        id: "lone-store",
        summary: "a variable or driver for a database, whose address leads nowhere here: the only one of its kind",
        find: lone::links,
    },
    Evidence {
        id: "namesake-store",
        summary: "a driver for a database, whose address leads nowhere here: of several of its kind the one called after the service",
        find: |_, _| {},
    },
    Evidence {
        id: "undeployed-store",
        summary: "a driver or connection string of a database that nothing here deploys",
        find: driver::opened,
    },
    Evidence {
        id: "given-table",
        summary: "a table that a template gives to the functions which read its name",
        find: store::given,
    },
    Evidence {
        id: "granted-store",
        summary: "a store that an application model gives to a program which opens it by its name",
        find: store::granted,
    },
];

/// Finds all links that the signs of the files amount to, with what else they tell; of an `open` repository also
/// what only another one can complete.
#[must_use]
pub(super) fn join(project: &Project, signs: Vec<(FileId, Signs)>, open: bool) -> StaticLinks {
    let mut material = Material::new(project, signs, open);
    material.wrappers = wrapping::find(&material);
    let each = EVIDENCE.par_iter().map(|evidence| {
        let mut found = Found::default();
        (evidence.find)(&material, &mut found);
        found
    });
    let mut found = Found::default();
    for of_kind in each.collect::<Vec<_>>() {
        found.join(of_kind);
    }
    let stores = store::connections(&material, &found.drafts);
    let mut links = judged(&material, &found);
    let open = open_ends(&material, &mut found);
    links.extend(found.links);
    links.extend(driver::links(&material, &found.opened, &links));
    let servers = grpc::servers(&material);
    let mut conduits = grpc::offered(&material, &servers);
    conduits.extend(driver::shared(&material, &links));
    conduits.extend(literal::shared(&material));
    conduits.extend(client::shared(&material));
    conduits.sort();
    let links = merged(links);
    let quiet = quiet::services(&material, project, &servers, &links);
    StaticLinks {
        links,
        ambiguous: Vec::new(),
        open,
        tables: tables::join(&material, &stores),
        unjoined: literal::unjoined(&material),
        routes: routes(&material),
        answering: std::mem::take(&mut material.answering),
        named: std::mem::take(&mut material.named),
        conduits,
        beans: beans(&material),
        quiet,
    }
}

/// The beans of libraries, with the services that run them.
fn beans(material: &Material<'_>) -> Vec<Bean> {
    let clients = &material.knowledge.clients;
    let files = material.code.iter().filter(|file| file.service.is_none());
    let found = files.filter_map(|file| {
        let says = |marks: &List| marks.iter().any(|mark| file.held.says(mark));
        let users = material.run_by.get(&file.path)?.iter();
        says(&clients.bean_annotations).then(|| Bean {
            path: file.path.clone(),
            acts: says(&clients.acting_beans),
            users: users
                .map(|index| material.directory.service(*index).name.clone())
                .collect(),
        })
    });
    found.collect::<BTreeSet<Bean>>().into_iter().collect()
}

/// All routes declared in code.
fn routes(material: &Material<'_>) -> Vec<DeclaredRoute> {
    let mut found = Vec::new();
    for file in &material.code {
        let owner = file.service.map(|index| material.directory.service(index));
        found.extend(file.routes.iter().map(|route| DeclaredRoute {
            service: owner.map(|owner| owner.name.clone()),
            method: route.method.clone(),
            path: route.path.clone(),
            prefix: route.prefix,
            location: Location::new(file.path.clone(), route.at),
            handler: route.handler.clone(),
        }));
    }
    found.sort();
    found.dedup();
    found
}

/// Drops what is no dependency, decides the protocol of each pair, names the ends.
fn judged(material: &Material<'_>, known: &Found) -> Vec<ServiceLink> {
    let (drafts, unused) = (&known.drafts, &known.unused);
    let mut spoken: BTreeMap<(Index, Index), BTreeSet<Protocol>> = BTreeMap::new();
    for draft in drafts {
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
        let known_protocol = |protocol| speaks(draft, protocol);
        let built_only =
            unused.contains(&(draft.from, draft.to)) && !known_protocol(Protocol::Http);
        let counts = draft.from != draft.to && material.calls(draft.from) && !built_only;
        let (from, to) = (
            material.directory.service(draft.from),
            material.directory.service(draft.to),
        );
        let target = answers(to.role) || material.may_be_built_elsewhere(to);
        let routes = matches!(from.role, Role::Gateway | Role::LoadGenerator);
        let for_people = to.role == Role::Frontend && !routes;
        if !counts || !target || for_people {
            continue;
        }
        let (end, kind) = if to.role == Role::Datastore {
            (LinkEnd::Datastore(to.name.clone()), EdgeKind::Datastore)
        } else {
            (
                LinkEnd::Service(to.name.clone()),
                kind_of(draft.protocol, &known_protocol),
            )
        };
        found.push(ServiceLink {
            from: from.name.clone(),
            to: end,
            kind,
            provenance: draft.provenance,
            grade: known.grade(draft),
            via: None,
            evidence: Cow::Borrowed(draft.evidence),
            locations: vec![draft.location.clone()],
        });
    }
    found
}

/// Whether a dependency on a service with this role is of interest.
pub(in crate::links) const fn answers(role: Role) -> bool {
    !matches!(
        role,
        Role::Infrastructure | Role::Broker | Role::LoadGenerator | Role::Job
    )
}

/// The kind of an edge. An unknown protocol is that of other evidence for the same pair, gRPC
/// first, else HTTP.
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

/// What only another repository can complete; nothing where there is none.
fn open_ends(material: &Material<'_>, found: &mut Found) -> OpenEnds {
    let Some(outside) = material.directory.outside() else {
        return OpenEnds::default();
    };
    let wanted = |draft: &Draft| {
        let sought = outside.get(&draft.to)?.clone();
        let unused = found.unused.contains(&(draft.from, draft.to));
        let from = material.directory.service(draft.from);
        (material.calls(draft.from) && !unused).then(|| Wanted {
            from: from.name.clone(),
            sought,
            kind: draft.protocol.kind(),
            provenance: draft.provenance,
            grade: found.grade(draft),
            evidence: Cow::Borrowed(draft.evidence),
            location: draft.location.clone(),
        })
    };
    let mut open = OpenEnds {
        wanted: found.drafts.iter().filter_map(wanted).collect(),
        channels: std::mem::take(&mut found.channels),
        served: grpc::served(material),
    };
    open.wanted.sort();
    open.wanted.dedup();
    open.channels.sort();
    open
}

/// Links that differ only in their places become one; sorted.
pub(in crate::links) fn merged(mut links: Vec<ServiceLink>) -> Vec<ServiceLink> {
    links.sort();
    let mut found: Vec<ServiceLink> = Vec::new();
    for link in links {
        let same = |other: &&mut ServiceLink| {
            (
                &other.from,
                &other.to,
                other.kind,
                other.provenance,
                other.grade,
                &other.via,
                &other.evidence,
            ) == (
                &link.from,
                &link.to,
                link.kind,
                link.provenance,
                link.grade,
                &link.via,
                &link.evidence,
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
