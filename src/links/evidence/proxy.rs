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
    let service = service.or_else(|| (!targets.is_empty()).then(|| owner(project, path))?);
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
