//! Databases whose address nothing in the tree tells, of whose kind there is but one.
//!
//! In: variables that code and schemas read for the address of a database. Out: drafts.
//! Invariant: the variable has no value, or one that leads nowhere: a host of this machine, a placeholder without dots.
//! Never: one of several databases of the same kind; a variable that names no kind.

use std::collections::BTreeSet;

use crate::links::signs::lookups::{is_variable, looks_up};
use crate::links::signs::uses::Use;
use crate::model::names::folder;
use crate::model::{Location, Provenance, Role};

use super::address::addresses;
use super::directory::Index;
use super::driver;
use super::found::{Draft, Found, Protocol};
use super::hints::asks_for_host;
use super::material::Material;

/// Folders of schemas that name nothing.
const PLAIN: [&str; 6] = ["prisma", "db", "database", "schema", "src", ""];

/// Drafts for variables that ask for the address of a database: those that code looks up, and those
/// that a schema names. A schema in shared code counts for every service that imports its folder.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| reads(material, u)) {
            let at = Location::new(file.path.clone(), u.at);
            found
                .drafts
                .extend(draft(material, service, &u.text, &u.text, at));
        }
    }
    for (path, owner, source) in &material.sources {
        let at = Location::new(path.clone(), source.at);
        let users = match owner {
            Some(owner) => BTreeSet::from([*owner]),
            None => users(material, path),
        };
        for service in users.into_iter().filter(|service| material.calls(*service)) {
            let to = draft(
                material,
                service,
                &source.variable,
                &source.provider,
                at.clone(),
            );
            found.drafts.extend(to);
        }
    }
}

/// Whether a use looks the address of something up in the environment.
pub(super) fn reads(material: &Material<'_>, u: &Use) -> bool {
    let clients = &material.knowledge.clients;
    let looked_up = || u.name && u.owner == "env" || !u.name && looks_up(clients, &u.callee);
    is_variable(&u.text) && asks_for_host(clients, &u.text) && looked_up()
}

/// The only database of the kind that a name tells, where the variable leads nowhere.
fn draft(
    material: &Material<'_>,
    service: Index,
    variable: &str,
    names: &str,
    location: Location,
) -> Option<Draft> {
    let kind = material.knowledge.datastores.kind_in(names)?;
    let of_kind = |index: &Index| {
        let store = material.directory.service(*index);
        store.role == Role::Datastore && driver::kind_of(material, *index) == Some(kind)
    };
    let mut stores = material.directory.ids().filter(of_kind);
    let to = stores.next().filter(|_| stores.next().is_none())?;
    leads_nowhere(material, service, variable).then_some(Draft {
        from: service,
        to,
        protocol: Protocol::Unknown,
        provenance: Provenance::Code,
        evidence: "lone-store",
        location,
    })
}

/// Whether nothing in the tree tells where the address in a variable leads.
pub(super) fn leads_nowhere(material: &Material<'_>, service: Index, variable: &str) -> bool {
    let given = material.setting(service, variable);
    let mut value = given.map(|setting| material.expand(service, &setting.value));
    let shared = || {
        let mut shared = material.shared.iter();
        shared
            .find(|setting| setting.key == variable)
            .map(|setting| setting.value.clone())
    };
    value = value.or_else(shared);
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return true;
    };
    let found = addresses(&value);
    let mut hosts = found
        .iter()
        .map(|address| address.host.as_str())
        .collect::<Vec<_>>();
    if hosts.is_empty() {
        hosts.push(&value);
    }
    hosts.iter().all(|host| {
        let local = material.knowledge.clients.local_hosts.has(host);
        let known = material.directory.exact(host, Some(service)).is_some();
        local || !host.contains('.') && !known
    })
}

/// The services whose code imports the folder of shared code in which a schema lies.
fn users(material: &Material<'_>, schema: &str) -> BTreeSet<Index> {
    let folders = folder(schema).rsplit('/');
    let Some(name) = folders.into_iter().find(|name| !PLAIN.contains(name)) else {
        return BTreeSet::new();
    };
    let imports = |u: &Use| {
        !u.name
            && u.callee.is_empty()
            && u.text.contains('/')
            && u.text.split('/').any(|part| part == name)
    };
    let callers = material.callers();
    let using = callers.filter(|(_, file)| file.uses.iter().any(imports));
    using.map(|(service, _)| service).collect()
}
