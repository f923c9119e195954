//! Where formats hand over what they read; one collector per thread.
//!
//! In: [`Draft`]s and resource keys. Out: records with interned texts, and counts.
//! Invariant: every record read is either stored or counted as rejected.
//! Never: a span without trace or span id.

use std::collections::BTreeMap;
use std::io;

use super::intern::{FactsId, Keys, Pairs, ResourceId};
use super::span::{Draft, Kind, TraceId, flags};
use super::store::{Record, Store};
use crate::traces::spans::shard::Shard;

/// Flag of a record that is a link: trace and id are its target's, the rest is its owner's.
pub(in crate::traces) const LINK: u16 = 1 << 15;

/// What one thread has read.
#[derive(Debug)]
pub struct Collector {
    /// Texts of resources.
    pub resources: Keys,
    /// Texts of spans.
    pub facts: Keys,
    /// Combinations of both.
    pub classes: Pairs,
    /// The spans.
    pub store: Store,
    /// The only shard whose traces are stored; all of them without.
    shard: Option<Shard>,
    /// Spans read, those of other shards included.
    pub spans: u64,
    /// Records rejected, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// The first failure to write a temporary file.
    pub failure: Option<io::Error>,
    /// Texts of the span being read; reused.
    pub draft: Draft,
}

/// Limits on what a collector keeps.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Spans held in memory by one collector.
    pub buffered: usize,
    /// Distinct services (by environment).
    pub services: usize,
    /// Distinct combinations of texts of spans.
    pub facts: usize,
    /// The only shard whose traces are kept.
    pub shard: Option<Shard>,
}

/// A span whose resource is not known yet.
#[derive(Clone, Debug)]
pub struct Pending {
    /// All of it but the class, which the resource decides.
    record: Record,
    /// Its texts.
    facts: FactsId,
    /// Its links to other spans.
    links: Vec<(TraceId, u64)>,
}

impl Collector {
    /// An empty collector.
    pub fn new(caps: Caps) -> Self {
        Self {
            resources: Keys::new(caps.services),
            facts: Keys::new(caps.facts),
            classes: Pairs::default(),
            store: Store::new(caps.buffered, 0),
            shard: caps.shard,
            spans: 0,
            rejected: BTreeMap::new(),
            failure: None,
            draft: Draft::default(),
        }
    }

    /// Counts a rejected record whose trace is not known.
    pub fn reject(&mut self, reason: &'static str) {
        self.reject_of([0, 0], reason);
    }

    /// Counts a rejected record in the shard of its trace.
    pub fn reject_of(&mut self, trace: TraceId, reason: &'static str) {
        if self.is_here(trace) {
            *self.rejected.entry(reason).or_default() += 1;
        }
    }

    /// Whether the trace is of the shard that is folded.
    #[inline]
    fn is_here(&self, trace: TraceId) -> bool {
        self.shard.is_none_or(|shard| shard.holds(trace))
    }

    /// The number of a resource's texts.
    pub fn resource(&mut self, key: &[u8]) -> ResourceId {
        self.resources.id(key)
    }

    /// Takes the span in `self.draft`; it belongs to `resource`.
    #[inline]
    pub fn push(&mut self, resource: ResourceId) {
        if let Some((record, facts)) = self.seal() {
            let links = std::mem::take(&mut self.draft.links);
            self.store_span(record, facts, resource, &links);
            self.draft.links = links;
        }
    }

    /// Takes the span in `self.draft` until its resource is known.
    ///
    /// `None` for a span that cannot be used, which is counted as rejected.
    pub fn pend(&mut self) -> Option<Pending> {
        let (record, facts) = self.seal()?;
        Some(Pending {
            record,
            facts,
            links: std::mem::take(&mut self.draft.links),
        })
    }

    /// Stores a pending span.
    pub fn settle(&mut self, pending: &Pending, resource: ResourceId) {
        self.store_span(pending.record, pending.facts, resource, &pending.links);
    }

    /// Turns the draft into a record without a class, or counts it as rejected.
    ///
    /// A status from 500 up is a failure. Links matter only for messages; one to the parent says
    /// nothing new.
    fn seal(&mut self) -> Option<(Record, FactsId)> {
        if let Some(reason) = self.draft.refusal() {
            self.reject_of(self.draft.trace, reason);
            return None;
        }
        let draft = &mut self.draft;
        draft.flag(flags::ERROR, draft.status >= 500);
        if draft.kind != Kind::Consumer && !draft.messaging {
            draft.links.clear();
        }
        draft
            .links
            .retain(|link| *link != (draft.trace, draft.parent));
        draft.seal();
        let Draft {
            trace,
            id,
            parent,
            start,
            duration,
            status,
            flags,
            ..
        } = *draft;
        let facts = self.facts.id(&self.draft.key);
        Some((
            Record {
                trace,
                id,
                parent,
                start,
                duration,
                class: 0,
                status,
                flags,
            },
            facts,
        ))
    }

    /// Stores a span under its class, with a record for each of its links.
    #[inline]
    fn store_span(
        &mut self,
        mut record: Record,
        facts: FactsId,
        resource: ResourceId,
        links: &[(TraceId, u64)],
    ) {
        record.class = self.classes.id(resource, facts);
        if !links.is_empty() {
            record.flags |= flags::LINKED;
            for (trace, id) in links {
                let link = Record {
                    trace: *trace,
                    id: *id,
                    flags: record.flags | LINK,
                    ..record
                };
                self.keep(link);
            }
        }
        self.keep(record);
        self.spans += 1;
    }

    /// Stores a record, if its trace is of this shard; the first failure is kept.
    #[inline]
    fn keep(&mut self, record: Record) {
        if !self.is_here(record.trace) {
            return;
        }
        if let Err(error) = self.store.push(record) {
            self.failure.get_or_insert(error);
        }
    }
}

impl Draft {
    /// Why the span cannot be used, if it cannot.
    pub fn refusal(&self) -> Option<&'static str> {
        match () {
            () if self.reject.is_some() => self.reject,
            () if self.trace == [0, 0] => Some("trace id missing or invalid"),
            () if self.id == 0 => Some("span id missing or invalid"),
            () => None,
        }
    }

    /// Notes a link to another span; only those of consumers matter.
    pub fn link(&mut self, trace: TraceId, id: u64) {
        if trace != [0, 0] && id != 0 {
            self.links.push((trace, id));
        }
    }
}
