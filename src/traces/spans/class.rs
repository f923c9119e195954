//! What the texts of a span mean, once for each combination.
//!
//! In: interned keys of all collectors. Out: [`Class`]es with names by number.
//! Invariant: names and classes are numbered in sorted order, whatever thread saw them first.
//! Never: single spans.

use super::span::Kind;
use crate::model::CallMode;

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

impl Class<Box<str>> {
    /// All names of the class, tables included; empty ones, too.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
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

    /// The class with numbers in place of names.
    pub(super) fn number(&self, number: &impl Fn(&str) -> Name) -> Class {
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
