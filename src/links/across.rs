//! Links between repositories.
//!
//! In: the links of each repository with its open ends, the services of the whole. Out: [`StaticLinks`] of the whole.
//! Invariant: a name means a service of its own repository, else the one that has it as its full host, else the
//! only one of all other repositories that is called so; else it is listed as ambiguous, and joins none.
//! Never: a database of another repository by an everyday name such as `postgres`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::evidence::answers;
use super::evidence::owners::depends_on_others;
use crate::knowledge::Knowledge;
use crate::model::names::{is_generic, key, words};
use crate::model::{
    ChannelUse, EdgeKind, Grade, LinkEnd, Location, Provenance, Repository, Role, Service,
    ServiceId, ServiceLink, Sought, StaticLinks, Wanted,
};

/// Joins the links of the repositories, which come in the order of these.
#[must_use]
pub fn across(
    repositories: &[Repository],
    services: &[Service],
    knowledge: &Knowledge,
    found: Vec<StaticLinks>,
) -> StaticLinks {
    let whole = Whole::new(repositories, services, knowledge, &found);
    let mut all = StaticLinks::default();
    let mut channels = Vec::new();
    let mut wanted = Vec::new();
    for (at, mut own) in found.into_iter().enumerate() {
        let open = std::mem::take(&mut own.open);
        wanted.extend(open.wanted.into_iter().map(|wanted| (at, wanted)));
        channels.extend(open.channels.into_iter().map(|uses| (at, uses)));
        whole.place(at, own, &mut all);
    }
    whole.join_wanted(&wanted, &mut all);
    whole.join_channels(&channels, &mut all);
    // What one repository deploys and another one builds may have called itself by two names.
    all.links
        .retain(|link| !matches!(&link.to, LinkEnd::Service(to) if *to == link.from));
    all.links = super::evidence::merged(std::mem::take(&mut all.links));
    all.tables.sort();
    all.routes.sort();
    all.unjoined.sort();
    all.ambiguous.sort();
    all.answering.sort();
    all.named.sort();
    all.conduits.sort();
    all
}

/// The services of the whole by all that repositories call them.
struct Whole<'a> {
    repositories: &'a [Repository],
    services: &'a [Service],
    knowledge: &'a Knowledge,
    /// By key, with the repositories that know the service by it.
    names: BTreeMap<String, BTreeSet<(usize, ServiceId)>>,
    /// By whole host, as manifests give it.
    hosts: BTreeMap<&'a str, BTreeSet<(usize, ServiceId)>>,
    /// Who answers for each contract, by its key.
    served: BTreeMap<String, BTreeSet<(usize, ServiceId)>>,
    /// Names of stores that are no services, with the repositories that use them.
    stores: BTreeMap<String, BTreeSet<usize>>,
}

impl<'a> Whole<'a> {
    /// Indexes the services of the whole by name, host and contract, and the stores by the
    /// repositories that use them. A set of several entries is kept as it is: that a name is
    /// ambiguous is decided where it is asked for.
    fn new(
        repositories: &'a [Repository],
        services: &'a [Service],
        knowledge: &'a Knowledge,
        found: &[StaticLinks],
    ) -> Self {
        let mut whole = Self {
            repositories,
            services,
            knowledge,
            names: BTreeMap::new(),
            hosts: BTreeMap::new(),
            served: BTreeMap::new(),
            stores: BTreeMap::new(),
        };
        for (at, repository) in repositories.iter().enumerate() {
            for (service, joined) in repository.services.iter().zip(&repository.joined) {
                let mut names: Vec<&str> = service.aliases.iter().map(String::as_str).collect();
                names.push(&service.name);
                // What is built at the top of a repository goes by the name of the repository, too.
                let top = service.dirs.iter().any(String::is_empty);
                names.extend(top.then_some(repository.name.as_str()));
                for host in &service.hosts {
                    let known = whole.hosts.entry(host).or_default();
                    known.insert((at, *joined));
                }
                for name in names {
                    let known = whole.names.entry(key(name)).or_default();
                    known.insert((at, *joined));
                }
            }
        }
        for (at, links) in found.iter().enumerate() {
            for (service, contract) in &links.open.served {
                let serving = whole.own(at, service).map(|service| (at, service));
                let known = whole.served.entry(contract.clone()).or_default();
                known.extend(serving);
            }
            for link in &links.links {
                if let LinkEnd::Datastore(name) = &link.to
                    && whole.own(at, name).is_none()
                {
                    whole.stores.entry(name.clone()).or_default().insert(at);
                }
            }
        }
        whole
    }

    /// The service that a repository calls exactly so.
    fn own(&self, at: usize, name: &str) -> Option<ServiceId> {
        let repository = &self.repositories[at];
        let place = repository.services.iter().position(|own| own.name == name);
        place.map(|place| repository.joined[place])
    }

    fn service(&self, id: ServiceId) -> &'a Service {
        &self.services[id.index()]
    }

    /// What the whole calls a service or store of a repository.
    fn name(&self, at: usize, name: &str) -> String {
        if let Some(id) = self.own(at, name) {
            return self.service(id).name.clone();
        }
        let several = self.stores.get(name).is_some_and(|users| users.len() > 1);
        if several {
            format!("{}/{name}", self.repositories[at].name)
        } else {
            name.to_owned()
        }
    }

    /// A place of a repository as the whole knows it: behind the folder of the repository.
    fn placed(&self, at: usize, location: &Location) -> Location {
        let path = format!("{}{}", self.repositories[at].prefix, location.path);
        Location::new(path, location.at)
    }

    fn all_placed(&self, at: usize, locations: &[Location]) -> Vec<Location> {
        let placed = locations.iter().map(|place| self.placed(at, place));
        placed.collect()
    }

    /// Adds what a repository tells of itself, by the names and paths of the whole.
    fn place(&self, at: usize, own: StaticLinks, all: &mut StaticLinks) {
        let prefix = &self.repositories[at].prefix;
        // What is only deployed in one repository may be what another one builds, or a program of others.
        let role = |name: &String| self.own(at, name).map(|id| self.service(id).role);
        let asks = |link: &ServiceLink| role(&link.from).is_none_or(depends_on_others);
        let counts = |link: &ServiceLink| match &link.to {
            LinkEnd::Service(name) => asks(link) && role(name).is_none_or(answers),
            _ => asks(link),
        };
        let links = own.links.into_iter().filter(counts);
        all.links.extend(links.map(|link| ServiceLink {
            from: self.name(at, &link.from),
            to: match link.to {
                LinkEnd::Service(name) => LinkEnd::Service(self.name(at, &name)),
                LinkEnd::Datastore(name) => LinkEnd::Datastore(self.name(at, &name)),
                LinkEnd::Topic(name) => LinkEnd::Topic(name),
            },
            locations: self.all_placed(at, &link.locations),
            ..link
        }));
        all.tables.extend(own.tables.into_iter().map(|mut table| {
            table.service = table.service.map(|name| self.name(at, &name));
            table.datastore = table.datastore.map(|name| self.database(at, &name));
            table.location = self.placed(at, &table.location);
            table
        }));
        all.routes.extend(own.routes.into_iter().map(|mut route| {
            route.service = route.service.map(|name| self.name(at, &name));
            route.location = self.placed(at, &route.location);
            route
        }));
        let unjoined = own.unjoined.into_iter();
        all.unjoined
            .extend(unjoined.map(|(host, place)| (host, self.placed(at, &place))));
        all.conduits
            .extend(own.conduits.into_iter().map(|mut conduit| {
                conduit.path = format!("{prefix}{}", conduit.path).into();
                conduit
            }));
        for (of, into) in [
            (own.answering, &mut all.answering),
            (own.named, &mut all.named),
        ] {
            let placed = of.into_iter();
            into.extend(placed.map(|(path, text)| (format!("{prefix}{path}").into(), text)));
        }
    }

    /// `orders-db/orders`: a database of a server goes by the server's name.
    fn database(&self, at: usize, name: &str) -> String {
        match name.split_once('/') {
            Some((server, database)) if self.own(at, server).is_some() => {
                format!("{}/{database}", self.name(at, server))
            }
            _ => self.name(at, name),
        }
    }

    /// Joins what repositories want of each other.
    fn join_wanted(&self, wanted: &[(usize, Wanted)], all: &mut StaticLinks) {
        let mut found: Vec<(&Wanted, String, ServiceId, usize)> = Vec::new();
        let mut joined: BTreeSet<(String, Location)> = BTreeSet::new();
        for (at, wanted) in wanted {
            let from = self.name(*at, &wanted.from);
            let place = self.placed(*at, &wanted.location);
            match self.candidates(*at, &wanted.sought).as_slice() {
                [] => continue,
                _ if !self.depends(&from) => continue,
                [only] if self.service(*only).name == from || self.is_for_people(&from, *only) => {}
                [only] => found.push((wanted, from, *only, *at)),
                several => {
                    let names = several.iter().map(|id| self.service(*id).name.clone());
                    let mut names: Vec<String> = names.collect();
                    names.sort();
                    all.ambiguous
                        .push((text(&wanted.sought), names, place.clone()));
                }
            }
            joined.insert((text(&wanted.sought), place));
        }
        all.ambiguous.sort();
        all.ambiguous.dedup();
        all.unjoined.retain(|known| !joined.contains(known));
        let mut spoken: BTreeMap<(&str, ServiceId), BTreeSet<EdgeKind>> = BTreeMap::new();
        for (wanted, from, to, _) in &found {
            let pair = spoken.entry((from, *to)).or_default();
            pair.extend(wanted.kind);
        }
        let link = |(wanted, from, to, at): &(&Wanted, String, ServiceId, usize)| {
            let spoken = &spoken[&(from.as_str(), *to)];
            let has = |kind: &EdgeKind| spoken.contains(kind);
            let known = [EdgeKind::Grpc, EdgeKind::Rpc].into_iter().find(has);
            let kind = wanted.kind.or(known).unwrap_or(EdgeKind::Http);
            let name = self.service(*to).name.clone();
            let store = self.service(*to).role == Role::Datastore;
            ServiceLink {
                from: from.clone(),
                kind: if store { EdgeKind::Datastore } else { kind },
                to: if store {
                    LinkEnd::Datastore(name)
                } else {
                    LinkEnd::Service(name)
                },
                provenance: wanted.provenance,
                grade: wanted.grade,
                via: None,
                evidence: wanted.evidence.clone(),
                locations: vec![self.placed(*at, &wanted.location)],
            }
        };
        all.links.extend(found.iter().map(link));
    }

    /// Whether the dependencies of a service of the whole are of interest.
    fn depends(&self, name: &str) -> bool {
        self.role(name).is_some_and(depends_on_others)
    }

    /// What a service of the whole is for.
    fn role(&self, name: &str) -> Option<Role> {
        let found = self
            .services
            .binary_search_by(|service| service.name.as_str().cmp(name));
        found.ok().map(|at| self.services[at].role)
    }

    /// Whether an address is told to people: that of a page, by a service that hands on no requests for pages.
    fn is_for_people(&self, from: &str, to: ServiceId) -> bool {
        let routes = matches!(self.role(from), Some(Role::Gateway | Role::LoadGenerator));
        self.service(to).role == Role::Frontend && !routes
    }

    /// The services of other repositories that may be meant: one, or several of which none can be told.
    fn candidates(&self, at: usize, sought: &Sought) -> Vec<ServiceId> {
        let called = |name: &str| self.others(at, self.names.get(&key(name)));
        match sought {
            Sought::Host { host, public } => {
                let inside = host.trim_end_matches(".cluster.local");
                let inside = inside.trim_end_matches(".svc");
                let whole = if host.contains('.') {
                    let known = self.others(at, self.hosts.get(inside));
                    if known.is_empty() {
                        called(host)
                    } else {
                        known
                    }
                } else {
                    Vec::new()
                };
                if !whole.is_empty() || *public {
                    return whole;
                }
                let first = host.split('.').next().unwrap_or(host);
                self.at_home(inside, self.telling(called(first)))
            }
            Sought::Name(name) => self.telling(called(name)),
            Sought::Contract { name, served } => {
                let by_contract = if name.contains(':') {
                    name.clone()
                } else {
                    key(name)
                };
                let serving = self.others(at, self.served.get(&by_contract));
                if serving.is_empty() && !served {
                    let business = |id: &ServiceId| self.service(*id).role.is_business();
                    return called(name).into_iter().filter(business).collect();
                }
                serving
            }
        }
    }

    /// The services that other repositories know by a name, unless the own one knows it, too.
    fn others(&self, at: usize, known: Option<&BTreeSet<(usize, ServiceId)>>) -> Vec<ServiceId> {
        let known = known.into_iter().flatten();
        let own = known.clone().any(|(repository, _)| *repository == at);
        let answering = |id: &ServiceId| answers(self.service(*id).role);
        let others = known.map(|(_, id)| *id);
        let others = others.filter(|id| !own && answering(id));
        let others: BTreeSet<ServiceId> = others.collect();
        others.into_iter().collect()
    }

    /// Those of the services that are not known to live in another namespace than that of the host.
    fn at_home(&self, host: &str, mut found: Vec<ServiceId>) -> Vec<ServiceId> {
        let Some((name, _)) = host.split_once('.') else {
            return found;
        };
        let mark = format!("{name}.");
        let elsewhere = |id: &ServiceId| {
            let hosts = self.service(*id).hosts.iter();
            let mut own = hosts.filter(|own| own.starts_with(&mark)).peekable();
            own.peek().is_some() && own.all(|own| own != host)
        };
        found.retain(|id| !elsewhere(id));
        found
    }

    /// Those of the services that no everyday name of a store stands for.
    fn telling(&self, mut found: Vec<ServiceId>) -> Vec<ServiceId> {
        let store = |id: &ServiceId| self.service(*id).role == Role::Datastore;
        let generic = |id: &ServiceId| {
            let name = self.service(*id).name.as_str();
            let own = name.rsplit('/').next().unwrap_or(name);
            let images = &self.knowledge.images;
            words(own).iter().all(|word| {
                let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
                let plain = [
                    "", "db", "cache", "data", "sql", "store", "main", "master", "replica",
                ];
                images.datastores.has(word) || plain.contains(&word) || is_generic(word)
            })
        };
        found.retain(|id| !(store(id) && generic(id)));
        found
    }

    /// Joins those who send to a channel with those who take from it, where these have no sender of their own
    /// repository and only one other repository has some.
    fn join_channels(&self, uses: &[(usize, ChannelUse)], all: &mut StaticLinks) {
        let mut by_channel: BTreeMap<(&str, &str), Vec<&(usize, ChannelUse)>> = BTreeMap::new();
        for entry in uses {
            let channel = (entry.1.sort.as_str(), entry.1.channel.as_str());
            by_channel.entry(channel).or_default().push(entry);
        }
        for ((sort, channel), uses) in by_channel {
            // Who asks for an operation waits for the one that answers; elsewhere who takes looks for who sends.
            let seeks = |uses: &ChannelUse| uses.sends == sort.starts_with("operation");
            let (seeking, giving): (Vec<_>, Vec<_>) =
                uses.into_iter().partition(|(_, own)| seeks(own));
            let homes: BTreeSet<usize> = giving.iter().map(|(at, _)| *at).collect();
            for (at, seeker) in seeking.into_iter().filter(|(at, _)| !homes.contains(at)) {
                if homes.len() > 1 {
                    let names = giving.iter().map(|(at, by)| self.name(*at, &by.service));
                    let names: BTreeSet<String> = names.collect();
                    let place = seeker
                        .locations
                        .first()
                        .map(|place| self.placed(*at, place));
                    let entry = |place| (channel.to_owned(), names.into_iter().collect(), place);
                    all.ambiguous.extend(place.map(entry));
                    continue;
                }
                for (other, giver) in &giving {
                    let (from, to) = if seeker.sends {
                        ((*at, seeker), (*other, giver))
                    } else {
                        ((*other, giver), (*at, seeker))
                    };
                    all.links.push(self.channel_link(sort, channel, from, to));
                }
            }
        }
    }

    /// The link from who sends to a channel to who takes from it. An operation that is called by
    /// name through a broker waits for its answer and is a call, any other channel a message.
    fn channel_link(
        &self,
        sort: &str,
        channel: &str,
        (from_at, from): (usize, &ChannelUse),
        (to_at, to): (usize, &ChannelUse),
    ) -> ServiceLink {
        let asks = sort.starts_with("operation");
        let mut locations = self.all_placed(from_at, &from.locations);
        locations.extend(self.all_placed(to_at, &to.locations));
        ServiceLink {
            from: self.name(from_at, &from.service),
            to: LinkEnd::Service(self.name(to_at, &to.service)),
            kind: if asks {
                EdgeKind::Rpc
            } else {
                EdgeKind::Messaging
            },
            provenance: Provenance::Code,
            grade: Grade::Called,
            via: Some(channel.to_owned()),
            evidence: Cow::Borrowed(if asks { "named-operation" } else { "topic" }),
            locations,
        }
    }
}

/// What was asked for, as people read it.
fn text(sought: &Sought) -> String {
    match sought {
        Sought::Host { host, .. } => host.clone(),
        Sought::Name(name) | Sought::Contract { name, .. } => name.clone(),
    }
}
