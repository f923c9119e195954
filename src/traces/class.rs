//! What the texts of a span mean, once for each combination.
//!
//! In: interned keys of all collectors. Out: [`Class`]es with names by number.
//! Invariant: names and classes are numbered in sorted order, whatever thread saw them first.
//! Never: single spans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::collect::Collector;
use super::intern::{Keys, stable_hash};
use super::operation;
use super::slots::Slot;
use super::span::{HEADER, Kind, texts};
use crate::model::CallMode;

/// Number of a name; 0 is the empty one.
pub type Name = u32;

/// One as a weight: weights are counted in units of 2^-16, so that sums are exact.
pub const UNIT: u64 = 1 << 16;

/// Name of what a cap has dropped.
pub const OTHER: &str = "(other)";

/// The name of a service as it is shown.
pub fn shown(name: &str) -> &str {
    if name.is_empty() { "(unknown)" } else { name }
}

/// The meaning of one combination of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class<N = Name> {
    /// The service that made the span.
    pub service: N,
    /// Operation: route, RPC method or span name.
    pub operation: N,
    /// Deployment environment.
    pub environment: N,
    /// Role in the call.
    pub kind: Kind,
    /// What a call without an answering span reaches; empty when not told.
    pub peer: N,
    /// How such a call couples.
    pub peer_mode: CallMode,
    /// Remote endpoint as Zipkin tells it.
    pub remote: N,
    /// Messaging product.
    pub messaging: N,
    /// Topic or queue.
    pub topic: N,
    /// Takes messages.
    pub consumes: bool,
    /// Sends messages.
    pub produces: bool,
    /// Calls something outside its service.
    pub calls_out: bool,
    /// Datastore, when the span is a query.
    pub datastore: N,
    /// Tables of the query, with whether they are written.
    pub tables: Vec<(N, bool)>,
    /// Source file, namespace and function, as recorded.
    pub code: [N; 3],
    /// How many spans this one stands for, in [`UNIT`]s.
    pub weight: u64,
    /// Sampled, without a known weight.
    pub unadjusted: bool,
}

/// All classes, sorted.
#[derive(Debug, Default)]
pub struct Classes {
    /// Names by number, sorted; the first is empty.
    pub names: Vec<Arc<str>>,
    /// A hash of each name that is the same on every run.
    pub hashes: Vec<u64>,
    /// Classes by number, sorted.
    pub list: Vec<Class>,
}

impl Classes {
    /// The name numbered `name`.
    pub fn name(&self, name: Name) -> Arc<str> {
        self.names.get(name as usize).cloned().unwrap_or_default()
    }

    /// Brings the classes of all collectors together; also gives, for each collector, the new number of each old one.
    pub fn join(collectors: &[Collector], services: usize, facts: usize) -> (Self, Vec<Vec<u32>>) {
        let resources = Kept::of(
            collectors.iter().map(|collector| &collector.resources),
            services,
        );
        let facts = Kept::of(collectors.iter().map(|collector| &collector.facts), facts);
        let texts: Vec<Vec<Class<Box<str>>>> = collectors
            .iter()
            .map(|collector| class_texts(collector, &resources, &facts))
            .collect();
        let names: BTreeSet<&str> = texts
            .iter()
            .flatten()
            .flat_map(Class::texts)
            .chain([""])
            .collect();
        let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
        let number = |name: &str| {
            names
                .binary_search_by(|known| (**known).cmp(name))
                .unwrap_or(0) as Name
        };
        let numbered: Vec<Vec<Class>> = texts
            .iter()
            .map(|list| list.iter().map(|class| class.number(&number)).collect())
            .collect();
        let sorted: BTreeMap<&Class, ()> =
            numbered.iter().flatten().map(|class| (class, ())).collect();
        let list: Vec<Class> = sorted.into_keys().cloned().collect();
        let place = |class: &Class| list.binary_search(class).unwrap_or(0) as u32;
        let maps = numbered
            .iter()
            .map(|classes| classes.iter().map(place).collect())
            .collect();
        let hashes = names
            .iter()
            .map(|name| stable_hash(shown(name).as_bytes()))
            .collect();
        (
            Self {
                names,
                hashes,
                list,
            },
            maps,
        )
    }
}

fn class_texts(collector: &Collector, resources: &Kept, facts: &Kept) -> Vec<Class<Box<str>>> {
    let (resource_keys, fact_keys) = (collector.resources.list(), collector.facts.list());
    let key = |keys: &[Arc<[u8]>], id: u32| keys.get(id as usize).cloned().unwrap_or_default();
    let class = |(resource, fact): &(u32, u32)| {
        let (resource, fact) = (key(resource_keys, *resource), key(fact_keys, *fact));
        decode(resources.keeps(&resource), facts.keeps(&fact))
    };
    collector.classes.list().iter().map(class).collect()
}

/// The keys that the cap leaves, over all collectors.
struct Kept {
    keys: Option<BTreeSet<Arc<[u8]>>>,
}

impl Kept {
    fn of<'a>(parts: impl Iterator<Item = &'a Keys>, cap: usize) -> Self {
        let mut all = Keys::new(cap);
        let mut dropped = false;
        for keys in parts {
            dropped |= keys.pruned();
            keys.list()
                .iter()
                .filter(|key| !key.is_empty())
                .for_each(|key| {
                    all.id(key);
                });
        }
        all.prune();
        let keys = (dropped || all.pruned()).then(|| all.list().iter().cloned().collect());
        Self { keys }
    }

    /// The key, or nothing when the cap has dropped it.
    fn keeps<'k>(&self, key: &'k [u8]) -> Option<&'k [u8]> {
        match &self.keys {
            Some(kept) if key.is_empty() || !kept.contains(key) => None,
            _ => Some(key),
        }
    }
}

/// The meaning of a resource's and a span's texts; `None` where a cap has dropped them.
fn decode(resource: Option<&[u8]>, facts: Option<&[u8]>) -> Class<Box<str>> {
    let mut found: [Option<&[u8]>; Slot::ALL.len()] = [None; Slot::ALL.len()];
    let mut tables: Vec<(Box<str>, bool)> = Vec::new();
    let header = facts
        .and_then(|facts| facts.first_chunk::<HEADER>())
        .copied()
        .unwrap_or_default();
    let body = facts
        .and_then(|facts| facts.get(HEADER..))
        .unwrap_or_default();
    for (slot, text) in texts(resource.unwrap_or_default()).chain(texts(body)) {
        match slot {
            Slot::Reads | Slot::Writes => tables.push((lossy(text), slot == Slot::Writes)),
            _ => found[slot as usize] = Some(text),
        }
    }
    let texts = Texts { found };
    let kind = Kind::from_number(u64::from(header[0]));
    let mut class = texts.meaning(kind, tables);
    class.weight = texts.weight(&header).unwrap_or(UNIT);
    class.unadjusted = class.weight == UNIT && texts.sampled();
    if resource.is_none() {
        class.service = OTHER.into();
    }
    if facts.is_none() {
        class.operation = OTHER.into();
    }
    class
}

fn lossy(text: &[u8]) -> Box<str> {
    String::from_utf8_lossy(text).into()
}

struct Texts<'a> {
    found: [Option<&'a [u8]>; Slot::ALL.len()],
}

impl Texts<'_> {
    /// The first of `slots` that has a text.
    fn first(&self, slots: &[Slot]) -> Box<str> {
        let text = slots
            .iter()
            .find_map(|slot| self.found.get(*slot as usize).copied().flatten());
        text.map(lossy).unwrap_or_default()
    }

    fn has(&self, slot: Slot) -> bool {
        self.found.get(slot as usize).is_some_and(Option::is_some)
    }

    fn meaning(&self, kind: Kind, mut tables: Vec<(Box<str>, bool)>) -> Class<Box<str>> {
        const PEERS: [Slot; 3] = [Slot::Peer, Slot::OldPeer, Slot::Remote];
        const TOPICS: [Slot; 3] = [
            Slot::DestinationTemplate,
            Slot::Destination,
            Slot::OldDestination,
        ];
        const HOSTS: [Slot; 4] = [
            Slot::ServerAddress,
            Slot::NetPeer,
            Slot::PeerSocket,
            Slot::PeerAddress,
        ];
        const DATABASES: [Slot; 2] = [Slot::DbNamespace, Slot::DbName];
        let system = self.first(&[Slot::DbSystem, Slot::OldDbSystem]);
        let messaging = self.first(&[Slot::MessagingSystem]);
        let topic = self.first(&TOPICS);
        let queries = !system.is_empty();
        let peer = [
            self.first(&PEERS),
            topic.clone(),
            self.first(&DATABASES),
            self.first(&HOSTS),
            system,
            messaging.clone(),
        ];
        let peer = peer
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default();
        let action = self.first(&[Slot::MessagingOperation]);
        let takes = matches!(&*action, "receive" | "process" | "deliver");
        let table = self
            .first(&[Slot::DbTable, Slot::OldDbTable])
            .to_lowercase();
        if queries && !table.is_empty() && tables.iter().all(|(known, _)| **known != *table) {
            tables = vec![(
                table.into(),
                operation::writes(&self.first(&[
                    Slot::DbOperation,
                    Slot::OldDbOperation,
                    Slot::Name,
                ])),
            )];
        }
        tables.sort();
        tables.dedup();
        let messages = kind == Kind::Producer || kind == Kind::Consumer || !messaging.is_empty();
        let service = self.first(&[Slot::Service]);
        Class {
            service,
            operation: self.operation(kind),
            environment: self.first(&[Slot::Environment, Slot::OldEnvironment]),
            kind,
            remote: self.first(&[Slot::Remote]),
            peer_mode: match () {
                () if messages => CallMode::Messaging,
                () if queries => CallMode::Datastore,
                () => CallMode::Sync,
            },
            consumes: kind == Kind::Consumer || (messages && takes && kind != Kind::Producer),
            produces: kind == Kind::Producer
                || (kind == Kind::Client && messages && !takes && &*action != "settle"),
            calls_out: matches!(kind, Kind::Client | Kind::Producer)
                || (kind == Kind::Unknown && (queries || !self.first(&PEERS).is_empty())),
            datastore: if queries {
                peer.clone()
            } else {
                Box::default()
            },
            peer,
            messaging,
            topic,
            tables,
            code: self.code(),
            weight: UNIT,
            unadjusted: false,
        }
    }

    fn operation(&self, kind: Kind) -> Box<str> {
        let name = self.first(&[Slot::Name]);
        let route = self.first(&[Slot::Route]);
        let (service, method) = (
            self.first(&[Slot::RpcService]),
            self.first(&[Slot::RpcMethod]),
        );
        match () {
            () if !route.is_empty() && kind != Kind::Client => {
                let method = self.first(&[Slot::HttpMethod, Slot::OldHttpMethod]);
                if method.is_empty() {
                    route
                } else {
                    format!("{method} {route}").into()
                }
            }
            () if !service.is_empty() && !method.is_empty() => format!("{service}/{method}").into(),
            () if method.contains('/') => method,
            () => operation::template(&name).into(),
        }
    }

    fn code(&self) -> [Box<str>; 3] {
        [
            self.first(&[Slot::CodeFile, Slot::OldCodeFile]),
            self.first(&[Slot::CodeNamespace, Slot::CodeModule]),
            self.first(&[Slot::CodeFunction, Slot::OldCodeFunction]),
        ]
    }

    /// Weight 1/p in [`UNIT`]s: p = 1 - T/2^56 from the threshold, or the recorded ratio.
    fn weight(&self, header: &[u8; HEADER]) -> Option<u64> {
        let threshold = header
            .last_chunk::<8>()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .unwrap_or_default();
        if threshold > 0 {
            let left = (1_u128 << 56)
                .checked_sub(u128::from(threshold))
                .filter(|left| *left > 0)?;
            let scaled = ((1_u128 << 56) * u128::from(UNIT) + left / 2) / left;
            return u64::try_from(scaled).ok();
        }
        ratio(&self.first(&[Slot::SamplingRatio]))
    }

    fn sampled(&self) -> bool {
        let sampler = self.first(&[Slot::SamplerType]);
        &*sampler == "probabilistic"
            && self.has(Slot::SamplerParam)
            && ratio(&self.first(&[Slot::SamplerParam])) != Some(UNIT)
    }
}

/// The weight of a sampling probability in (0, 1].
fn ratio(text: &str) -> Option<u64> {
    let probability: f64 = text.parse().ok()?;
    let usable = probability > 1e-9 && probability <= 1.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 2^16 and 2^46"
    )]
    usable.then(|| (UNIT as f64 / probability).round() as u64)
}

impl Class<Box<str>> {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let fixed = [
            &self.service,
            &self.operation,
            &self.environment,
            &self.peer,
            &self.remote,
            &self.messaging,
            &self.topic,
            &self.datastore,
            &self.code[0],
            &self.code[1],
            &self.code[2],
        ];
        fixed
            .into_iter()
            .chain(self.tables.iter().map(|(table, _)| table))
            .map(|text| &**text)
    }

    fn number(&self, number: &impl Fn(&str) -> Name) -> Class {
        Class {
            service: number(&self.service),
            operation: number(&self.operation),
            environment: number(&self.environment),
            kind: self.kind,
            peer: number(&self.peer),
            peer_mode: self.peer_mode,
            remote: number(&self.remote),
            messaging: number(&self.messaging),
            topic: number(&self.topic),
            consumes: self.consumes,
            produces: self.produces,
            calls_out: self.calls_out,
            datastore: number(&self.datastore),
            tables: self
                .tables
                .iter()
                .map(|(table, write)| (number(table), *write))
                .collect(),
            code: [
                number(&self.code[0]),
                number(&self.code[1]),
                number(&self.code[2]),
            ],
            weight: self.weight,
            unadjusted: self.unadjusted,
        }
    }
}
