//! Which service a file of settings belongs to, and which services share code.
//!
//! In: the services. Out: their files and their twins.
//! Invariant: order is that of the services.
//! Never: what a setting says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::names;
use crate::model::{
    DependencyScope, IndexVec, Location, PackageDependency, PackageId, Project, Role, Service,
};

use super::directory::{Directory, Index};

/// Files whose entries the manifests of services name.
pub(super) fn handed(project: &Project) -> BTreeSet<Arc<str>> {
    let services = project.services.iter();
    let settings = services.flat_map(|service| &service.settings);
    settings
        .map(|setting| setting.location.path.clone())
        .collect()
}

/// Settings that manifests give to several services at once: those of a map, or of what entries have in common.
pub(super) fn given_together(project: &Project) -> BTreeSet<Location> {
    let mut users: BTreeMap<&Location, BTreeSet<&str>> = BTreeMap::new();
    for service in &project.services {
        for setting in &service.settings {
            users
                .entry(&setting.location)
                .or_default()
                .insert(&service.name);
        }
    }
    let several = users.into_iter().filter(|(_, services)| services.len() > 1);
    several.map(|(place, _)| place.clone()).collect()
}

/// Files of variables that the manifests of several services name.
pub(super) fn handed_out(project: &Project) -> BTreeSet<String> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for service in &project.services {
        let paths = service
            .settings
            .iter()
            .map(|setting| &*setting.location.path);
        for path in paths.filter(|path| names::tail(path).contains(".env") || path.ends_with("env"))
        {
            users.entry(path).or_default().insert(&service.name);
        }
    }
    let several = users.into_iter().filter(|(_, services)| services.len() > 1);
    several.map(|(path, _)| path.to_owned()).collect()
}

/// Per service, the others that run the code of the same folder: an API and its worker of one image.
pub(super) fn twins(project: &Project) -> IndexVec<Index, Vec<Index>> {
    let services = &project.services;
    let mut users: BTreeMap<&str, Vec<Index>> = BTreeMap::new();
    let listed = || (0..).map(Index::new).zip(services);
    for (index, service) in listed() {
        for dir in &service.dirs {
            users.entry(dir).or_default().push(index);
        }
    }
    let of = |(index, service): (Index, &Service)| {
        let all = service
            .dirs
            .iter()
            .filter_map(|dir| users.get(&**dir))
            .flatten();
        let others: BTreeSet<Index> = all.copied().filter(|other| *other != index).collect();
        others.into_iter().collect()
    };
    listed().map(of).collect()
}

/// The services on whose class path each library of the JVM lies. What a framework finds there – listeners, files of
/// settings – works in all of them, unlike code of a library that somebody has to call.
pub(super) fn class_paths(project: &Project) -> BTreeMap<PackageId, Vec<Index>> {
    let jvm = |id: &PackageId| matches!(project.packages[id.index()].ecosystem, "maven" | "gradle");
    let ids = || (0..project.packages.len()).map(PackageId::new).filter(jvm);
    let mut users: BTreeMap<PackageId, Vec<Index>> = BTreeMap::new();
    for (index, service) in (0..).map(Index::new).zip(&project.services) {
        let own = |id: &PackageId| service.dirs.contains(&project.packages[id.index()].dir);
        let own: BTreeSet<PackageId> = ids().filter(own).collect();
        let runs = |needed: &PackageDependency| needed.scope == DependencyScope::Normal;
        let all = project.needed(own.clone(), runs);
        for library in all.difference(&own) {
            users.entry(*library).or_default().push(index);
        }
    }
    users
}

/// The service whose settings a file holds: in a configuration repository, the one that the file
/// (or its folder) is named after; elsewhere the one whose folder holds it.
pub(super) fn config_owner(
    directory: &Directory<'_>,
    path: &str,
    name: &str,
    service: Option<Index>,
) -> Option<Index> {
    let role = service.map(|index| directory.service(index).role);
    let repository = role == Some(Role::Infrastructure)
        || (service.is_none() && path.to_ascii_lowercase().contains("config"));
    if !repository {
        return service;
    }
    let depends = |index: &Index| depends_on_others(directory.service(*index).role);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut shorter = Some(stem);
    while let Some(candidate) = shorter {
        if let Some(found) = directory.exact(candidate, None).filter(depends) {
            return Some(found);
        }
        shorter = candidate.rsplit_once('-').map(|(front, _)| front);
    }
    // `config/orders/config.yaml`
    let folder = names::tail(names::folder(path));
    directory.exact(folder, None).filter(depends)
}

/// Whether the dependencies of a service with this role are of interest.
pub(in crate::links) const fn depends_on_others(role: Role) -> bool {
    !matches!(
        role,
        Role::Infrastructure | Role::Datastore | Role::Broker | Role::Job
    )
}
