//! Routes of reverse proxies: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: the targets that their configuration names. Out: drafts.
//! Invariant: the caller is the proxy that the file belongs to.
//! Never: a target that no address names.

use crate::model::Provenance;

use super::address::addresses;
use super::found::{Draft, Found, Protocol};
use super::material::Material;

pub(super) fn links(material: &Material<'_>, found: &mut Found) {
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
