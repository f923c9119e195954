//! Clients that are declared by the name of a service: Feign and its kin.
//!
//! In: uses of texts. Out: drafts.
//! Invariant: the name stands in a declaration that takes nothing but service names.
//! Never: the declaration's own URL; `literal` reads that.

use crate::model::{Location, Provenance};

use super::material::Material;
use super::{Draft, Found, Protocol, literal};
use crate::links::signs::uses::Use;

/// Annotations and calls that take the name of a service, with the argument or keys that hold it.
const DECLARATIONS: [(&str, &[&str]); 9] = [
    ("@FeignClient", &["", "name", "value", "serviceId"]),
    ("@RibbonClient", &["", "name", "value"]),
    ("@LoadBalancerClient", &["", "name", "value"]),
    ("@GrpcClient", &["", "value"]),
    ("@DubboReference", &["providedBy"]),
    ("@HttpExchange", &["url", "value"]),
    ("@RegisterRestClient", &["configKey"]),
    ("getNextServerFromEureka", &[""]),
    ("WithReference", &[""]),
];

pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    for (service, file) in material.callers() {
        for u in file.uses.iter().filter(|u| is_declaration(u)) {
            let text = literal::text_of(material, service, u);
            let Some(to) = text.and_then(|text| material.directory.named(&text, Some(service)))
            else {
                continue;
            };
            let grpc = u.callee == "@GrpcClient";
            found.drafts.push(Draft {
                from: service,
                to,
                protocol: if grpc { Protocol::Grpc } else { Protocol::Http },
                provenance: Provenance::Code,
                evidence: "client-declaration",
                location: Location::new(file.path.clone(), u.at),
            });
        }
    }
}

fn is_declaration(u: &Use) -> bool {
    let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
    let fits = |(callee, keys): &(&str, &[&str])| {
        (u.callee == *callee || last == *callee) && keys.contains(&u.key.as_str())
    };
    DECLARATIONS.iter().any(fits)
}
