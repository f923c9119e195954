//! Services whose code holds nothing that could call or send: they are known to depend on no other.
//!
//! In: words and signs of all files, dependencies of packages. Out: names of services.
//! Invariant: in doubt a service may send, as one whose packages need others of the tree that may.
//! Never: whether what could send does.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageId, Project};

use super::code::CodeFile;
use super::directory::Index;
use super::material::Material;

/// The names of the services whose code is here and could ask nobody, sorted.
pub(super) fn services(material: &Material<'_>, project: &Project) -> Vec<String> {
    let mut coded = BTreeSet::new();
    let mut sending = BTreeSet::new();
    let mut packages: BTreeMap<Index, BTreeSet<PackageId>> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for file in &material.code {
        let package = project
            .file(&file.path)
            .and_then(|id| project.source(id).package);
        match file.service {
            Some(service) => {
                coded.insert(service);
                packages.entry(service).or_default().extend(package);
                sending.extend(may_send(material, file).then_some(service));
            }
            None => shared.extend(package.filter(|_| may_send(material, file))),
        }
    }
    let quiet = coded.into_iter().filter(|service| {
        let own = packages.remove(service).unwrap_or_default();
        !sending.contains(service) && needed(project, own).is_disjoint(&shared)
    });
    let names = quiet.map(|service| material.directory.service(service).name.clone());
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The packages, and those of the tree that they need.
fn needed(project: &Project, own: BTreeSet<PackageId>) -> BTreeSet<PackageId> {
    let mut next: Vec<PackageId> = own.iter().copied().collect();
    let mut found = own;
    while let Some(id) = next.pop() {
        let package = project.packages.get(id.index());
        let needed = package
            .into_iter()
            .flat_map(|package| &package.dependencies);
        next.extend(
            needed
                .filter_map(|needed| needed.target)
                .filter(|id| found.insert(*id)),
        );
    }
    found
}

/// Whether a file names a client of another program, or the broker of messages.
fn may_send(material: &Material<'_>, file: &CodeFile) -> bool {
    let mut senders = material.knowledge.clients.senders.iter();
    let contracts = &file.contracts;
    !file.families.is_empty()
        || !contracts.built.is_empty()
        || !contracts.makers.is_empty()
        || file.events.is_client
        || !file.events.raised.is_empty()
        || senders.any(|word| file.held.says(word))
}
