//! Which proxy the targets of a configuration belong to.
//!
//! In: the targets that a file names, the services. Out: routes.
//! Invariant: a route has one proxy: that of the file, of its folder, or the only one.
//! Never: where a target leads.

use std::sync::Arc;

use crate::links::signs::proxy::Target;
use crate::model::names::{folder, tail};
use crate::model::{Location, Project, Role};

use super::directory::Index;

/// A target that the configuration of a proxy names.
pub(super) struct Route {
    pub(super) service: Index,
    pub(super) text: String,
    pub(super) location: Location,
}

/// The targets of a file, with the proxy that asks them; none when no proxy is known.
pub(super) fn routes(
    project: &Project,
    path: &Arc<str>,
    service: Option<Index>,
    targets: Vec<Target>,
) -> impl Iterator<Item = Route> {
    let federated = targets.iter().any(|target| target.federated);
    let owner = || {
        if federated {
            federation(project)
        } else {
            owner(project, path)
        }
    };
    let service = service.or_else(|| (!targets.is_empty()).then(owner)?);
    let route = move |target: Target| {
        Some(Route {
            service: service?,
            text: target.text,
            location: Location::new(path.clone(), target.at),
        })
    };
    targets.into_iter().filter_map(route)
}

/// The proxy whose image is built in the folder of the file or above it.
fn owner(project: &Project, path: &str) -> Option<Index> {
    let builds = |dir: &str, gateway: bool| {
        project.services.iter().position(|service| {
            let built = service.evidence.iter().any(|place| {
                tail(&place.path).contains("Dockerfile") && folder(&place.path) == dir
            });
            built && (!gateway || service.role == Role::Gateway)
        })
    };
    let dirs: Vec<&str> = std::iter::successors(Some(folder(path)), |dir| {
        (!dir.is_empty()).then(|| folder(dir))
    })
    .take(3)
    .collect();
    let found = dirs
        .iter()
        .find_map(|dir| builds(dir, true))
        .or_else(|| dirs.iter().find_map(|dir| builds(dir, false)));
    let mut gateways = project
        .services
        .iter()
        .enumerate()
        .filter(|(_, service)| service.role == Role::Gateway);
    let only = gateways
        .next()
        .map(|(index, _)| index)
        .filter(|_| gateways.next().is_none());
    found.or(only).map(Index::new)
}

/// The only gateway that may hold a composed graph: among several, the only one with code or mounted files.
fn federation(project: &Project) -> Option<Index> {
    let services = project.services.iter().enumerate();
    let gateways: Vec<(usize, bool)> = services
        .filter(|(_, service)| service.role == Role::Gateway)
        .map(|(index, service)| (index, !service.dirs.is_empty()))
        .collect();
    let with_code = gateways.iter().any(|(_, code)| *code);
    let mut found = gateways.iter().filter(|(_, code)| *code == with_code);
    let only = found.next().map(|(index, _)| *index);
    only.filter(|_| found.next().is_none()).map(Index::new)
}
