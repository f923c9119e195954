//! Routes of reverse proxies: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: the targets that their configuration names. Out: drafts.
//! Invariant: the caller is the proxy that the file belongs to.
//! Never: a target that no address names.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::links::signs::proxy::Target;
use crate::model::names::{folder, key, tail};
use crate::model::{Location, Project, Provenance, Role, Setting};

use super::address::addresses;
use super::directory::Index;
use super::material::Material;
use super::{Draft, Found, Protocol, literal};

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
    let owner = || match federated {
        true => federation(project),
        false => owner(project, path),
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
    found.or(only)
}

/// The only gateway that may hold a composed graph: the one with code, else the one without a configuration of its
/// own kind.
fn federation(project: &Project) -> Option<Index> {
    let services = project.services.iter().enumerate();
    let gateways: Vec<(Index, bool)> = services
        .filter(|(_, service)| service.role == Role::Gateway)
        .map(|(index, service)| (index, !service.dirs.is_empty()))
        .collect();
    let with_code = gateways.iter().filter(|(_, code)| *code).count() > 0;
    let mut found = gateways.iter().filter(|(_, code)| *code == with_code);
    let only = found.next().map(|(index, _)| *index);
    only.filter(|_| found.next().is_none())
}

/// Containers that a proxy finds by their labels or variables: `traefik.http.routers.orders.rule`, or a key that the
/// code of a gateway reads.
fn discovered(material: &Material<'_>, found: &mut Found) {
    let gateways = (0..material.services).filter_map(|index| {
        let service = material.directory.service(index)?;
        (service.role == Role::Gateway).then_some((index, service))
    });
    for (gateway, service) in gateways {
        let own = material
            .code
            .iter()
            .filter(|file| file.service == Some(gateway));
        let read: BTreeSet<&str> = own
            .flat_map(|file| &file.labels)
            .map(|key| &**key)
            .collect();
        let image = service.image.as_deref().map_or("", tail);
        let rows = material.knowledge.proxies.discovered.iter();
        let starts: Vec<&str> = rows
            .filter(|(proxy, _)| key(image).contains(&key(proxy)))
            .flat_map(|(_, starts)| starts.iter())
            .collect();
        let fits = |label: &&Setting| {
            read.contains(&*label.key) || starts.iter().any(|start| label.key.starts_with(start))
        };
        for to in (0..material.services).filter(|to| *to != gateway) {
            let Some(target) = material.directory.service(to) else {
                continue;
            };
            // The labels of a container say nothing to the proxies of another repository.
            let near = target.repository == service.repository;
            let off = target.labels.iter().any(|label| {
                label.key.ends_with(".enable") && label.value.trim_matches('"') == "false"
            });
            let mut signs = target.labels.iter().chain(&target.settings);
            if let Some(label) = signs.find(fits).filter(|_| near && !off) {
                found.drafts.push(Draft {
                    from: gateway,
                    to,
                    protocol: Protocol::Http,
                    provenance: Provenance::Declared,
                    evidence: "gateway-route",
                    location: label.location.clone(),
                });
            }
        }
    }
}

pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    discovered(material, found);
    for route in &material.routes {
        let text = if route.text.contains('$') {
            material.expand(route.service, &route.text)
        } else {
            route.text.clone()
        };
        for address in addresses(&text) {
            if let Some(to) = material.directory.resolve(&address, Some(route.service)) {
                let http = literal::protocol(&address);
                found.drafts.push(Draft {
                    from: route.service,
                    to,
                    protocol: if http == Protocol::Unknown {
                        Protocol::Http
                    } else {
                        http
                    },
                    provenance: Provenance::Declared,
                    evidence: "gateway-route",
                    location: route.location.clone(),
                });
            }
        }
    }
}
