//! What the texts of one span say together.
//!
//! In: the key of a resource and the key of a span. Out: a [`Class`] with its names as texts.
//! Invariant: new names go before old ones, told names before guessed ones.
//! Never: other spans.

use super::class::{Class, Layer, NAMESPACE, OTHER, UNIT};
use super::operation;
use super::slots::Slot;
use super::span::{HEADER, Kind, texts};
use crate::model::{CallMode, is_unnamed};

/// The meaning of a resource's and a span's texts; `None` where a cap has dropped them.
/// `weight` is that of spans that do not tell their own.
///
/// The texts of resource and span are put together, by slot; of several under one slot the
/// last one counts, and slots of one meaning are asked in their order of preference.
pub(super) fn decode(
    resource: Option<&[u8]>,
    facts: Option<&[u8]>,
    weight: Option<u64>,
) -> Class<Box<str>> {
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
    let told = texts.weight(&header).or(weight);
    class.weight = told.unwrap_or(UNIT);
    class.unadjusted = told.is_none() && texts.sampled();
    if resource.is_none() {
        class.service = OTHER.into();
    }
    if facts.is_none() {
        class.operation = OTHER.into();
    }
    class
}

/// Text of bytes, with U+FFFD for what is no UTF-8.
fn lossy(text: &[u8]) -> Box<str> {
    String::from_utf8_lossy(text).into()
}

/// The texts of one combination of resource and span.
struct Texts<'a> {
    /// The text of each slot, by its number.
    found: [Option<&'a [u8]>; Slot::ALL.len()],
}

/// Names of a peer, the best first.
const PEERS: [Slot; 3] = [Slot::Peer, Slot::OldPeer, Slot::Remote];
/// Names of a topic or queue, the best first.
const TOPICS: [Slot; 3] = [
    Slot::DestinationTemplate,
    Slot::Destination,
    Slot::OldDestination,
];
/// Hosts that are called, the most telling first; addresses come last.
const HOSTS: [Slot; 6] = [
    Slot::Cluster,
    Slot::ServerAddress,
    Slot::NetPeer,
    Slot::Url,
    Slot::PeerSocket,
    Slot::PeerAddress,
];
/// Names of a database.
const DATABASES: [Slot; 2] = [Slot::DbNamespace, Slot::DbName];

/// What a span does, by its kind and what it says of messages and queries.
struct Deeds {
    /// How a call without an answering span couples.
    mode: CallMode,
    /// Takes messages.
    consumes: bool,
    /// Sends messages.
    produces: bool,
    /// Calls something outside of its service.
    calls_out: bool,
}

impl Deeds {
    /// What a span does. `action` is the messaging operation: `publish`, `receive`, `process`,
    /// `settle`.
    ///
    /// A client span with messages is a sender, unless it polls (`receive`) or acknowledges
    /// (`settle`). Acknowledging is no call of its own.
    fn of(kind: Kind, messaging: bool, queries: bool, action: &str) -> Self {
        let takes = matches!(action, "receive" | "process" | "deliver");
        let settles = matches!(action, "settle" | "ack" | "nack" | "commit");
        let messages = kind == Kind::Producer || kind == Kind::Consumer || messaging;
        Self {
            mode: match () {
                () if messages => CallMode::Messaging,
                () if queries => CallMode::Datastore,
                () => CallMode::Sync,
            },
            consumes: kind == Kind::Consumer || (messages && takes && kind != Kind::Producer),
            produces: kind == Kind::Producer
                || (kind == Kind::Client && messages && !takes && !settles),
            calls_out: matches!(kind, Kind::Client | Kind::Producer) && !(messages && settles),
        }
    }
}

impl Texts<'_> {
    /// The first of `slots` that has a text.
    fn first(&self, slots: &[Slot]) -> Box<str> {
        let text = slots
            .iter()
            .find_map(|slot| self.found.get(*slot as usize).copied().flatten());
        text.map(lossy).unwrap_or_default()
    }

    /// Whether a text was told for the slot.
    fn has(&self, slot: Slot) -> bool {
        self.found.get(slot as usize).is_some_and(Option::is_some)
    }

    /// The meaning of all texts together.
    ///
    /// A span is a query if it names a database product, or calls and names a database or table:
    /// a server span may carry the name of its database, too. A host that is told by its address
    /// is no name.
    fn meaning(&self, kind: Kind, tables: Vec<(Box<str>, bool)>) -> Class<Box<str>> {
        let system = self.first(&[Slot::DbSystem, Slot::OldDbSystem]);
        let messaging = self.first(&[Slot::MessagingSystem]);
        let topic = self.first(&TOPICS);
        let calling = !matches!(kind, Kind::Server | Kind::Consumer | Kind::Internal);
        // Only spans of databases carry the name of one, whether or not they tell the product.
        let names_one = !self.first(&DATABASES).is_empty() || !tables.is_empty();
        let queries = !system.is_empty() || (calling && names_one);
        let host = self.first(&HOSTS);
        let peer = self.peer();
        let deeds = Deeds::of(kind, !messaging.is_empty(), queries, &self.action());
        Class {
            service: self.service(),
            operation: self.operation(kind),
            environment: self.first(&[Slot::Environment, Slot::OldEnvironment]),
            kind,
            remote: self.first(&[Slot::Remote]),
            peer_mode: deeds.mode,
            consumes: deeds.consumes,
            produces: deeds.produces,
            calls_out: deeds.calls_out
                || (kind == Kind::Unknown && (queries || !self.first(&PEERS).is_empty())),
            receives: &*self.action() == "receive",
            layer: self.layer(queries, &PEERS),
            host: if is_address(&host) {
                Box::default()
            } else {
                host
            },
            product: system,
            datastore: if queries {
                peer.clone()
            } else {
                Box::default()
            },
            peer,
            messaging,
            topic,
            tables: self.tables(queries, tables),
            code: self.code(),
            weight: UNIT,
            unadjusted: false,
        }
    }

    /// What a span of messaging does.
    fn action(&self) -> Box<str> {
        self.first(&[Slot::MessagingOperation])
    }

    /// Who is called, by the first of all names that tell.
    fn peer(&self) -> Box<str> {
        let names: [&[Slot]; 7] = [
            &PEERS,
            &TOPICS,
            &DATABASES,
            &HOSTS,
            &[Slot::DbSystem, Slot::OldDbSystem],
            &[Slot::MessagingSystem],
            &[Slot::RpcService],
        ];
        let mut names = names.into_iter().map(|slots| self.first(slots));
        names.find(|name| !name.is_empty()).unwrap_or_default()
    }

    /// The tables that the statement names; an attribute that names another one counts instead.
    fn tables(&self, queries: bool, mut tables: Vec<(Box<str>, bool)>) -> Vec<(Box<str>, bool)> {
        let table = self.first(&[Slot::DbTable, Slot::OldDbTable]);
        let table = table.to_lowercase();
        if queries && !table.is_empty() && tables.iter().all(|(known, _)| **known != *table) {
            let deed = self.first(&[Slot::DbOperation, Slot::OldDbOperation, Slot::Name]);
            tables = vec![(table.into(), operation::writes(&deed))];
        }
        tables.sort();
        tables.dedup();
        tables
    }

    /// The service with its namespace, in which alone its name is unique.
    fn service(&self) -> Box<str> {
        let (name, space) = (self.first(&[Slot::Service]), self.first(&[Slot::Namespace]));
        if name.is_empty() || space.is_empty() || is_unnamed(&name) {
            return name;
        }
        format!("{name}{NAMESPACE}{space}").into()
    }

    /// What a calling span knows of its call: the highest layer of which it tells something.
    fn layer(&self, queries: bool, peers: &[Slot]) -> Layer {
        let any = |slots: &[Slot]| slots.iter().any(|slot| self.has(*slot));
        match () {
            () if queries => Layer::Query,
            () if any(&[Slot::RpcSystem, Slot::RpcService, Slot::RpcMethod]) => Layer::Rpc,
            () if any(&[Slot::HttpMethod, Slot::OldHttpMethod, Slot::Url]) => Layer::Http,
            () if any(peers) => Layer::Named,
            () => Layer::Connection,
        }
    }

    /// The operation: HTTP method and route of what answers, RPC service and method, else the
    /// span's name without ids.
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

    /// Source file, namespace and function, as recorded.
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

    /// Whether a sampler of Jaeger clients recorded only a share of all requests.
    fn sampled(&self) -> bool {
        let sampler = self.first(&[Slot::SamplerType]);
        &*sampler == "probabilistic"
            && self.has(Slot::SamplerParam)
            && ratio(&self.first(&[Slot::SamplerParam])) != Some(UNIT)
    }
}

/// Whether a host is told by its network address, which says nothing of its name.
fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

/// The weight of a ratio that is written as text.
fn ratio(text: &str) -> Option<u64> {
    weight_of(text.parse().ok()?)
}

/// The weight of a sampling probability in (0, 1].
pub(super) fn weight_of(probability: f64) -> Option<u64> {
    let usable = probability > 1e-9 && probability <= 1.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 2^16 and 2^46"
    )]
    usable.then(|| (UNIT as f64 / probability).round() as u64)
}
