//! Routes of reverse proxies: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: their configuration files. Out: drafts.
//! Invariant: the caller is the proxy that the file belongs to.
//! Never: a commented-out route.

use std::sync::Arc;

use crate::model::names::{folder, tail};
use crate::model::{Location, Position, Project, Provenance, Role};

use super::address::addresses;
use super::directory::Index;
use super::scan::Material;
use super::{Draft, Protocol, literal};

/// A target that a proxy configuration names.
pub(super) struct Route {
    service: Index,
    text: String,
    location: Location,
}

/// Words of a line after which a target stands.
const DIRECTIVES: [&str; 14] = [
    "proxy_pass",
    "grpc_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "server",
    "ProxyPass",
    "ProxyPassMatch",
    "BalancerMember",
    "reverse_proxy",
    "RewriteRule",
    "set",
    "proxy",
    "to",
    "default",
];

/// Whether a file may configure a reverse proxy.
pub(super) fn is_proxy_file(path: &str) -> bool {
    let name = tail(path).to_ascii_lowercase();
    let ends = [
        ".conf",
        ".cfg",
        ".vcl",
        ".conf.template",
        ".conf.tmpl",
        ".conf.erb",
        ".ctmpl",
        ".conf.j2",
        ".nginx",
    ];
    name == "caddyfile"
        || name.contains("nginx") && !name.contains("dockerfile")
        || ends.iter().any(|end| name.ends_with(end))
}

/// The routes in a proxy configuration.
pub(super) fn routes(
    project: &Project,
    path: &Arc<str>,
    service: Option<Index>,
    text: &str,
) -> Vec<Route> {
    let Some(service) = service.or_else(|| owner(project, path)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split('#').next().unwrap_or_default();
        let directive = code.split_whitespace().next().unwrap_or_default();
        if DIRECTIVES.contains(&directive) {
            let column = code.len() - code.trim_start().len() + 1;
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let at = Position::new(number(index + 1), number(column));
            found.push(Route {
                service,
                text: target(code),
                location: Location::new(path.clone(), at),
            });
        }
    }
    found
}

/// The part of a line that may hold a target: all words but the directive.
fn target(code: &str) -> String {
    let words = code
        .split_whitespace()
        .skip(1)
        .map(|word| word.trim_matches([';', '"', '{', '}']));
    words.collect::<Vec<_>>().join(" ")
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

pub(super) fn links(material: &Material<'_>, found: &mut Vec<Draft>) {
    for route in &material.routes {
        let text = if route.text.contains('$') {
            material.expand(route.service, &route.text)
        } else {
            route.text.clone()
        };
        for address in addresses(&text) {
            if let Some(to) = material.directory.resolve(&address, Some(route.service)) {
                let http = literal::protocol(&address);
                found.push(Draft {
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
