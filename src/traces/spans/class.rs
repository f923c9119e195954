//! What the texts of a span mean, once for each combination.
//!
//! In: interned keys of all collectors. Out: [`Class`]es with names by number.
//! Invariant: names and classes are numbered in sorted order, whatever thread saw them first.
//! Never: single spans.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::collect::{Caps, Collector};
use super::facts::{decode, weight_of};
use super::intern::{Keys, stable_hash};
use super::span::Kind;
use super::store::Record;
use crate::model::{CallMode, IndexVec, id};

id!(
    /// Position of a class.
    pub ClassId
);

/// Number of a name; 0 is the empty one.
pub(in crate::traces) type Name = u32;

/// One as a weight: weights are counted in units of 2^-16, so that sums are exact.
pub(in crate::traces) const UNIT: u64 = 1 << 16;

/// Name of what a cap has dropped.
pub(in crate::traces) const OTHER: &str = "(other)";

/// Stands between the name of a service and its namespace.
pub(in crate::traces) const NAMESPACE: char = '\u{1F}';

/// The name of a service as it is shown.
pub(in crate::traces) fn shown(name: &str) -> &str {
    if name.is_empty() { "(unknown)" } else { name }
}

/// What a calling span knows of its call, from the wire up. Of two nested ones, one tells of the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// No more than an address: connecting, resolving a name, shaking hands.
    #[default]
    Connection,
    /// A name of the peer.
    Named,
    /// A request of HTTP.
    Http,
    /// A call of a method, also by a library of a cloud.
    Rpc,
    /// A query to a database.
    Query,
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
    /// Takes messages from the broker, before they are processed.
    pub receives: bool,
    /// What it knows of its call.
    pub layer: Layer,
    /// Host that is called, as far as it is told by name.
    pub host: N,
    /// Product of the database.
    pub product: N,
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
    pub list: IndexVec<ClassId, Class>,
}

impl Classes {
    /// The name numbered `name`.
    pub fn name(&self, name: Name) -> Arc<str> {
        self.names.get(name as usize).cloned().unwrap_or_default()
    }

    /// The number of the name `name`, if there is such a one.
    pub fn number(&self, name: &str) -> Option<Name> {
        let found = self.names.binary_search_by(|known| (**known).cmp(name));
        found.ok().and_then(|at| Name::try_from(at).ok())
    }

    /// The class of a span.
    pub fn of(&self, span: &Record) -> &Class {
        &self.list[span.class()]
    }

    /// Brings the classes of all collectors together; also gives, for each collector, the new number of each old one.
    /// `sampling_ratio` is the share of requests that was recorded, for spans that do not tell it.
    pub fn join(
        collectors: &[Collector],
        caps: Caps,
        sampling_ratio: Option<f64>,
    ) -> (Self, Vec<Vec<u32>>) {
        let kept = |keys: fn(&Collector) -> &Keys, cap| Kept::of(collectors.iter().map(keys), cap);
        let texts = Texts {
            resources: kept(|collector| &collector.resources, caps.services),
            facts: kept(|collector| &collector.facts, caps.facts),
            weight: sampling_ratio.and_then(weight_of),
        };
        let texts: Vec<Vec<Class<Box<str>>>> = collectors
            .iter()
            .map(|collector| texts.classes(collector))
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
        let sorted: BTreeSet<&Class> = numbered.iter().flatten().collect();
        let list: Vec<Class> = sorted.into_iter().cloned().collect();
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
                list: list.into(),
            },
            maps,
        )
    }
}

/// What it takes to tell the meaning of a collector's pairs of keys.
struct Texts {
    resources: Kept,
    facts: Kept,
    /// Weight of spans that do not tell their own.
    weight: Option<u64>,
}

impl Texts {
    fn classes(&self, collector: &Collector) -> Vec<Class<Box<str>>> {
        let (resources, facts) = (collector.resources.list(), collector.facts.list());
        let key = |keys: &[Arc<[u8]>], id: u32| keys.get(id as usize).cloned().unwrap_or_default();
        let class = |(resource, fact): &(u32, u32)| {
            let (resource, fact) = (key(resources, *resource), key(facts, *fact));
            let (resource, fact) = (self.resources.keeps(&resource), self.facts.keeps(&fact));
            decode(resource, fact, self.weight)
        };
        collector.classes.list().iter().map(class).collect()
    }
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
            &self.host,
            &self.product,
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
            receives: self.receives,
            layer: self.layer,
            host: number(&self.host),
            product: number(&self.product),
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
