//! The service in the name of a host.
//!
//! In: a host as a caller knows it. Out: the service whose host it may be.
//! Invariant: only names that resolve inside of a cluster; `api.example.com` says nothing of a service `api`.
//! Never: a look-up.

/// The service that a host inside of a cluster, or a pod, is named after.
pub(super) fn service(host: &str) -> Option<&str> {
    let labels: Vec<&str> = host.split('.').collect();
    let at = |label: &str| labels.iter().position(|other| *other == label);
    let found = match labels.as_slice() {
        [name] => return deployment(name),
        // `service.namespace.svc`, and `pod.service.namespace.svc` of a stateful set.
        _ if at("svc").is_some_and(|at| at >= 2) => labels.get(at("svc")? - 2),
        [.., service, "service", "consul"] => Some(service),
        [
            name,
            "default" | "internal" | "local" | "localdomain" | "lan",
        ] => Some(name),
        _ => None,
    };
    found.copied()
}

/// `billing` of the pod `billing-7d4b9c6f5-x2x9z`.
fn deployment(pod: &str) -> Option<&str> {
    // Letters and digits that Kubernetes draws suffixes from: no vowels, and none that look alike.
    let drawn = |text: &str| {
        text.bytes()
            .all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte))
    };
    let (rest, last) = pod.rsplit_once('-')?;
    let (name, set) = rest.rsplit_once('-')?;
    let fits = last.len() == 5 && drawn(last) && (5..=10).contains(&set.len());
    let hashed = drawn(set) || set.bytes().all(|byte| byte.is_ascii_hexdigit());
    (fits && hashed).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::service;

    #[test]
    fn hosts_inside_of_a_cluster_name_their_service() {
        for host in [
            "billing.shop.svc.cluster.local",
            "billing.shop.svc",
            "billing-0.billing.shop.svc.cluster.local",
            "billing.service.consul",
            "billing.default",
            "billing.internal",
            "billing-7d4b9c6f5-x2x9z",
        ] {
            assert_eq!(service(host), Some("billing"), "{host}");
        }
        for host in [
            "billing",
            "billing.example.com",
            "billing.shop",
            "order-service-proxy",
            "10.0.0.1",
        ] {
            assert_eq!(service(host), None, "{host}");
        }
    }
}
