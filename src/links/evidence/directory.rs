//! From a host name in a text to a service of the system.
//!
//! In: the services. Out: look-ups by host, by bare name and by local port.
//! Invariant: a name that fits two services fits none.
//! Never: returns a service that the caller is itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::knowledge::{Clients, Datastores};
use crate::model::names::{is_generic, key, stem, words};
use crate::model::{Project, Role, Service, ServiceId, Sought, stacks};

use super::address::Address;

/// Position in `Project::services`.
pub(super) type Index = ServiceId;

/// What stands for services of other repositories: nothing that asks or answers.
static STRANGER: LazyLock<Service> = LazyLock::new(|| Service {
    role: Role::Infrastructure,
    ..Service::default()
});

/// Services by every name that a text may use.
pub(super) struct Directory<'a> {
    services: &'a [Service],
    clients: &'a Clients,
    datastores: &'a Datastores,
    /// By key of every name and alias; `None` where several services share it.
    names: BTreeMap<String, Option<Index>>,
    /// By name without words such as `service`.
    stems: BTreeMap<String, Option<Index>>,
    /// By the port of the host that leads to it.
    published: BTreeMap<u16, Option<Index>>,
    /// By the port on which it listens.
    ports: BTreeMap<u16, Option<Index>>,
    /// Ports that only their own settings give them.
    told: BTreeMap<u16, Option<Index>>,
    /// What services of other repositories are asked by; `None` where there are no others.
    outside: Option<Mutex<BTreeMap<Sought, Index>>>,
}

/// Whether a host is that of a template, or of a service object in its namespace.
fn is_inner(clients: &Clients, host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let spaced = host.matches('.').count() == 1 && !clients.public_domains.has(last);
    host.ends_with(stacks::HOST) || spaced
}

impl<'a> Directory<'a> {
    /// The directory of `project`.
    pub(super) fn new(project: &'a Project, open: bool) -> Self {
        let services = project.services.as_slice();
        let listed = || (0..).map(Index::new).zip(services);
        let (mut names, mut stems) = (BTreeMap::new(), BTreeMap::new());
        let (mut published, mut ports) = (BTreeMap::new(), BTreeMap::new());
        for (index, service) in listed() {
            for name in service.aliases.iter().chain([&service.name]) {
                put(&mut names, key(name), index);
                put(&mut stems, stem(name), index);
            }
            let hosts = service.hosts.iter();
            for host in hosts.filter(|host| is_inner(&project.knowledge.clients, host)) {
                put(&mut names, key(host), index);
            }
            // What its image says of ports is not for what runs once and ends.
            if service.role == Role::Job {
                continue;
            }
            for port in &service.published {
                put(&mut published, *port, index);
            }
            for port in &service.ports {
                put(&mut ports, *port, index);
            }
        }
        for (index, service) in listed() {
            names.insert(key(&service.name), Some(index));
        }
        Self {
            services,
            clients: &project.knowledge.clients,
            datastores: &project.knowledge.datastores,
            names,
            stems,
            published,
            ports,
            told: BTreeMap::new(),
            outside: open.then(Mutex::default),
        }
    }

    /// Takes notice of the port that a service's own settings give it.
    pub(super) fn listens(&mut self, port: u16, index: Index) {
        put(&mut self.told, port, index);
    }

    /// Whether names of no service get an index of their own, because another repository may hold the service.
    pub(super) const fn is_open(&self) -> bool {
        self.outside.is_some()
    }

    /// What stands behind the indices after those of the services; `None` where there are no other repositories.
    pub(super) fn outside(&self) -> Option<BTreeMap<Index, Sought>> {
        let outside = self.outside.as_ref()?.lock();
        let outside = outside.unwrap_or_else(PoisonError::into_inner);
        let swapped = outside.iter().map(|(sought, at)| (*at, sought.clone()));
        Some(swapped.collect())
    }

    /// The index of a service of another repository.
    pub(super) fn beyond(&self, sought: Sought) -> Option<Index> {
        let outside = self.outside.as_ref()?.lock();
        let mut outside = outside.unwrap_or_else(PoisonError::into_inner);
        let next = Index::new(self.services.len() + outside.len());
        Some(*outside.entry(sought).or_insert(next))
    }

    /// The service of another repository with this name, unless the own one knows the name.
    pub(super) fn stranger(&self, name: &str) -> Option<Index> {
        let strange = is_plain(name) && !self.names.contains_key(&key(name));
        strange.then(|| self.beyond(Sought::Name(name.to_owned())))?
    }

    /// The service of another repository that an address leads to.
    fn stranger_at(&self, address: &Address) -> Option<Index> {
        let (first, rest) = address.host.split_once('.').unwrap_or((&address.host, ""));
        let lettered = first.contains(|c: char| c.is_ascii_alphabetic());
        if !lettered || self.names.contains_key(&key(first)) && !self.is_public(address, rest) {
            return None;
        }
        self.beyond(Sought::Host {
            host: address.host.clone(),
            public: self.is_public(address, rest),
        })
    }

    /// The service at `index`; of one of another repository nothing is known here.
    pub(super) fn service(&self, index: Index) -> &'a Service {
        if self.is_beyond(index) {
            return &STRANGER;
        }
        &self.services[index.index()]
    }

    /// Whether the index is one of another repository's service.
    pub(super) fn is_beyond(&self, index: Index) -> bool {
        self.is_open() && index.index() >= self.services.len()
    }

    /// All services.
    pub(super) fn ids(&self) -> impl Iterator<Item = Index> + use<> {
        (0..self.services.len()).map(Index::new)
    }

    /// The manifests that describe the service at `index`.
    pub(super) fn manifests(&self, index: Index) -> BTreeSet<&'a str> {
        let places = self.service(index).evidence.iter();
        places.map(|place| &*place.path).collect()
    }

    /// How many services a manifest describes.
    pub(super) fn described(&self, manifest: &str) -> usize {
        let holds = |service: &&Service| {
            let mut places = service.evidence.iter();
            places.any(|place| &*place.path == manifest)
        };
        self.services.iter().filter(holds).count()
    }

    /// The service that an address leads to, seen from `caller`.
    pub(super) fn resolve(&self, address: &Address, caller: Option<Index>) -> Option<Index> {
        if self.clients.local_hosts.has(&address.host) {
            let named = |name| self.named(name, caller).or_else(|| self.stranger(name));
            let invoked = invoked(address).and_then(named);
            return invoked.or_else(|| self.local(address, caller));
        }
        let host = self.host(address, caller);
        let host = host.map(|host| self.inside(host, address).unwrap_or(host));
        match host.map(|index| self.service(index).role) {
            Some(Role::Infrastructure) => self.registered(address, caller).or(host),
            None => host.or_else(|| self.stranger_at(address)),
            Some(_) => host,
        }
    }

    /// The program that listens on the port, of several that run in a container without code of its own.
    fn inside(&self, host: Index, address: &Address) -> Option<Index> {
        let container = self.service(host);
        let bare = container.dirs.is_empty() && container.role == Role::Business;
        let port = address.port.filter(|_| bare && !self.is_beyond(host))?;
        let foreign = !container.ports.contains(&port);
        self.told.get(&port).copied().flatten().filter(|_| foreign)
    }

    /// `consul://consul:8500/orders`: the name after the registry is meant.
    fn registered(&self, address: &Address, caller: Option<Index>) -> Option<Index> {
        let registry = [
            "consul",
            "dns",
            "etcd",
            "discovery",
            "eureka",
            "zk",
            "nacos",
            "polaris",
        ];
        registry
            .contains(&address.scheme.as_str())
            .then(|| {
                let own = self.named(&address.path, caller);
                own.or_else(|| self.stranger(&address.path))
            })
            .flatten()
    }

    /// The service behind a host: the whole name, then name and namespace, then the first label,
    /// then its stem. A public host ends the search after the whole name, since the company's
    /// `api.shop.example` is not the container `api`.
    fn host(&self, address: &Address, caller: Option<Index>) -> Option<Index> {
        let host = address.host.as_str();
        if let Some(found) = self.exact(host, caller) {
            return Some(found);
        }
        let (first, rest) = host.split_once('.').unwrap_or((host, ""));
        // `app.orders.svc`: one of many that are called alike, by its namespace.
        let space = rest.split('.').next().unwrap_or_default();
        let spaced = || self.exact(&format!("{first}.{space}"), caller);
        if let Some(found) =
            spaced().filter(|_| !space.is_empty() && !self.is_public(address, rest))
        {
            return Some(found);
        }
        if first.is_empty() || self.is_public(address, rest) {
            return None;
        }
        self.exact(first, caller)
            .or_else(|| self.by_stem(first, caller))
    }

    /// Whether the labels after the first one are those of a public host: the company's `api.shop.example` is not the
    /// container called `api`, but `api.shop` may be a service and its namespace.
    fn is_public(&self, address: &Address, rest: &str) -> bool {
        let last = rest.rsplit('.').next().unwrap_or_default();
        let inside =
            rest.split('.').any(|label| label == "svc") || self.clients.inner_domains.has(last);
        let plain_https =
            matches!(address.scheme.as_str(), "https" | "wss") && address.port.is_none();
        !rest.is_empty()
            && !inside
            && (rest.contains('.') || plain_https || self.clients.public_domains.has(last))
    }

    /// The service with exactly this name or alias.
    pub(super) fn exact(&self, name: &str, caller: Option<Index>) -> Option<Index> {
        let found = self.names.get(&key(name)).copied().flatten();
        found.filter(|index| Some(*index) != caller)
    }

    /// The only service whose name differs from this one in words that say nothing. A name that is
    /// known as it is, even of several services, has no stem: `orders` of two services must not
    /// become the third one called `orders-service`.
    fn by_stem(&self, name: &str, caller: Option<Index>) -> Option<Index> {
        let known = self.names.contains_key(&key(name));
        let found = self
            .stems
            .get(&stem(name))
            .copied()
            .flatten()
            .filter(|_| !known && !is_generic(name));
        found.filter(|index| Some(*index) != caller)
    }

    /// The service with this name, alias or stem.
    pub(super) fn named(&self, name: &str, caller: Option<Index>) -> Option<Index> {
        if !is_plain(name) {
            return None;
        }
        self.exact(name, caller)
            .or_else(|| self.by_stem(name, caller))
    }

    /// The only service whose stem is that of a contract or class name.
    pub(super) fn by_contract(&self, contract: &str, caller: Option<Index>) -> Option<Index> {
        self.named(contract, caller)
            .filter(|index| !self.is_store(*index))
    }

    /// The only service that a port of the host leads to, else the only one that listens on it by its manifests or by
    /// its own settings; never the caller.
    fn local(&self, address: &Address, caller: Option<Index>) -> Option<Index> {
        let own = caller.map(|index| self.service(index));
        let is_own = |port: &u16| {
            own.is_some_and(|own| own.ports.contains(port) || own.published.contains(port))
        };
        let port = address.port.filter(|port| !is_own(port))?;
        if let Some(known) = self.published.get(&port) {
            // A program of the tree that listens there outweighs an image that is only deployed elsewhere.
            let told = self.told.get(&port).copied().flatten();
            let told = told.filter(|told| Some(*told) != caller);
            let has_code = |index: &Index| !self.service(*index).dirs.is_empty();
            let beside = told.filter(|_| !known.as_ref().is_some_and(has_code));
            return beside.or(*known);
        }
        let known = self.ports.get(&port).or_else(|| self.told.get(&port));
        let found = known
            .copied()
            .flatten()
            .filter(|found| Some(*found) != caller)?;
        // Two programs may listen on one port in their own places; a page is not asked of a database, nor data of a
        // program, in whose pod the database may run.
        let asked = address.scheme.starts_with("http") && self.is_store(found);
        if self.clients.usual_ports.has(&port.to_string()) && self.others_may_listen(found, caller)
        {
            return None;
        }
        let stored = self.datastores.of_scheme(&address.scheme).is_some();
        let stored = stored && self.service(found).role == Role::Business;
        Some(found).filter(|_| !asked && !stored)
    }

    /// Whether the port is not known of some program but the one found and the caller.
    fn others_may_listen(&self, found: Index, caller: Option<Index>) -> bool {
        let mut others = self
            .ids()
            .filter(|index| *index != found && Some(*index) != caller);
        others.any(|index| {
            let service = self.service(index);
            let serves = matches!(service.role, Role::Business | Role::Gateway);
            let told = || self.told.values().any(|told| *told == Some(index));
            let known = !service.ports.is_empty() || !service.published.is_empty() || told();
            serves && !service.dirs.is_empty() && !known
        })
    }

    /// Whether it is a database or broker.
    pub(super) fn is_store(&self, index: Index) -> bool {
        matches!(self.service(index).role, Role::Datastore | Role::Broker)
    }
}

/// Whether a text may be a name: short, and without blanks and placeholders.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() < 80 && name.chars().all(plain)
}

/// `http://localhost:3500/v1.0/invoke/orders/method/x`: a side car is asked for the service.
fn invoked(address: &Address) -> Option<&str> {
    address.path.split("invoke/").nth(1)?.split('/').next()
}

/// Enters a name; one that another service has already is nobody's from then on.
fn put<K: Ord>(map: &mut BTreeMap<K, Option<Index>>, name: K, index: Index) {
    map.entry(name)
        .and_modify(|known| *known = known.filter(|known| *known == index))
        .or_insert(Some(index));
}

/// Whether a name cannot be an everyday word: it has several parts, or says "service".
pub(super) fn is_telling(name: &str) -> bool {
    let words = words(name);
    words.len() > 1 || (stem(name) != key(name) && name.len() > 6)
}

#[cfg(test)]
mod tests {
    use super::super::address::addresses;
    use super::*;

    fn service(name: &str, aliases: &[&str], ports: &[u16]) -> Service {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        Service {
            name: name.to_owned(),
            aliases,
            ports: ports.to_vec(),
            ..Service::default()
        }
    }

    #[test]
    fn hosts_lead_to_services_and_ambiguous_ones_to_none() {
        let services = vec![
            service("orders", &["order-svc"], &[8081]),
            Service {
                published: vec![90],
                ..service("users", &[], &[8082])
            },
            service("users-db", &[], &[]),
        ];
        let project = Project {
            services,
            ..Project::default()
        };
        let directory = Directory::new(&project, false);
        let find = |text: &str, caller| {
            addresses(text)
                .first()
                .and_then(|a| directory.resolve(a, caller))
                .map(|i| directory.service(i))
                .map(|s| s.name.as_str())
        };
        assert_eq!(find("http://order_svc/x", None), Some("orders"));
        assert_eq!(
            find("http://orders-service.shop.svc.cluster.local:80", None),
            Some("orders")
        );
        assert_eq!(find("http://orders.example.com", None), None);
        assert_eq!(find("https://orders.shop.example/v1", None), None);
        assert_eq!(find("https://orders.shop", None), None);
        assert_eq!(find("http://orders.shop:8080", None), Some("orders"));
        assert_eq!(find("http://orders.shop.internal", None), Some("orders"));
        assert_eq!(find("http://orders.shop.svc:80", None), Some("orders"));
        assert_eq!(
            find("http://localhost:8082", Some(Index::new(0))),
            Some("users")
        );
        assert_eq!(find("http://localhost:8081", Some(Index::new(0))), None);
        assert_eq!(find("http://orders", Some(Index::new(0))), None);
        assert_eq!(
            find("http://localhost:90", Some(Index::new(0))),
            Some("users"),
            "the port of the host leads there"
        );
        assert!(is_telling("srv-geo") && is_telling("userservice") && !is_telling("user"));
    }
}
