//! The mergeable result of folding: sums by name.
//!
//! In: one trace after the other, by number. Out: [`Profile`].
//! Invariant: lists are sorted by key; the same spans give the same rows.
//! Never: percentiles or shares, which do not merge; they are of the summary only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::samples::Samples;
use crate::model::Notification;
use crate::traces::sums::held::all::Sums;
use crate::traces::totals::sketch::Sketch;
use crate::traces::totals::{
    CallKey, Calls, Counts, Load, Messages, Place, PlaceLoad, Seen, ShapeKey,
};
use crate::traces::tree::halves::{Half, HalfKey};

/// Kind of the note that says how an input was read: of the run and not of the spans, so that no bytes hold it.
pub(in crate::traces) const READ_AS: &str = "trace-format";

/// Kind of the note that shards are missing.
pub const MISSING: &str = "shard-missing";

/// Sums by name; lists are sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Calls.
    pub calls: BTreeMap<CallKey, Calls>,
    /// Load by service, operation and environment.
    pub operations: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Load>,
    /// Loops by path.
    pub loops: BTreeMap<Vec<Arc<str>>, Counts>,
    /// Repeated calls by caller, callee and operation.
    pub repeats: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Counts>,
    /// Load by place.
    pub places: BTreeMap<Place, PlaceLoad>,
    /// Calls between places of one service.
    pub inner: BTreeMap<(Place, Place), u64>,
    /// Calls between places of one service on the critical path of a sample of requests.
    pub samples: Samples<Place>,
    /// Statements and their time by service, datastore, table and use.
    pub tables: BTreeMap<(Arc<str>, Arc<str>, Arc<str>, bool), (u64, u128)>,
    /// Requests by shape, behind its hash.
    pub shapes: BTreeMap<(u64, ShapeKey), u64>,
    /// Messages by service, product and topic.
    pub topics: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Messages>,
    /// Messages whose sender and takers may still meet.
    pub halves: BTreeMap<HalfKey, Half>,
    /// By how much calling spans last longer than the serving spans that answer them.
    pub gaps: Sketch,
    /// Load that came as sums, without spans.
    pub sums: Sums,
    /// Which shards are in it, by how many there are; none once all of them are.
    pub shards: BTreeMap<u32, BTreeSet<u32>>,
    /// What was read.
    pub seen: Seen,
    /// Problems met on the way, sorted.
    pub notifications: Vec<Notification>,
}
