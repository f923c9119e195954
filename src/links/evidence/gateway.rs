//! Routes of reverse proxies: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: the targets that their configuration names. Out: drafts.
//! Invariant: the caller is the proxy that the file belongs to.
//! Never: a target that no address names.

use std::collections::BTreeSet;

use crate::model::names::{key, tail};
use crate::model::{Provenance, Role, Setting};

use super::address::addresses;
use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::hosting;
use super::material::Material;

/// Containers that a proxy finds by their labels or variables: `traefik.http.routers.orders.rule`, or a key that the
/// code of a gateway reads.
fn discovered(material: &Material<'_>, found: &mut Found) {
    let all = || (0..material.services).map(Index::new);
    let gateways = all().filter_map(|index| {
        let service = material.directory.service(index);
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
        for to in all().filter(|to| *to != gateway) {
            let target = material.directory.service(to);
            // The labels of a container say nothing to the proxies of another repository.
            let near = target.repository == service.repository;
            let off = target.labels.iter().any(|label| {
                label.key.ends_with(".enable") && label.value.trim_matches('"') == "false"
            });
            // A variable asks for a route only where something listens.
            let listens = !target.ports.is_empty() || !target.published.is_empty();
            let settings = target.settings.iter().filter(|_| listens);
            let mut signs = target.labels.iter().chain(settings);
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

/// A draft for each address in the routes of a proxy. Its variables are filled in first; an address
/// without a telling scheme is taken for HTTP, which is what proxies pass on.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    discovered(material, found);
    hosting::fronted(material, found);
    for route in &material.routes {
        let text = if route.text.contains('$') {
            material.expand(route.service, &route.text)
        } else {
            route.text.clone()
        };
        for address in addresses(&text) {
            if let Some(to) = material.directory.resolve(&address, Some(route.service)) {
                let http = Protocol::of(&address);
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
