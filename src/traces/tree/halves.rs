//! Senders and takers of messages in different traces, until they meet.
//!
//! In: spans that send, and links of spans that take. Out: [`Half`], what is known of one message.
//! Invariant: the same, in whatever order its spans were met.
//! Never: sums.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::traces::spans::class::{Class, shown};
use crate::traces::spans::classes::Classes;
use crate::traces::spans::intern::mix;
use crate::traces::spans::span::{TraceId, flags};
use crate::traces::spans::store::Record;

/// The sending span of a message, behind a hash that spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HalfKey(u64, TraceId, u64);

impl HalfKey {
    /// The key of the sending span that `record` is or links to.
    pub fn of(record: &Record) -> Self {
        let [high, low] = record.trace;
        Self(mix(mix(high ^ record.id) ^ low), record.trace, record.id)
    }

    /// The trace of that span.
    pub fn trace(&self) -> TraceId {
        self.1
    }
}

/// The texts of one side of a message; messages of one kind share them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Who {
    /// The service.
    pub service: Arc<str>,
    /// Its operation.
    pub operation: Arc<str>,
    /// Its environment.
    pub environment: Arc<str>,
    /// Messaging product.
    pub product: Arc<str>,
    /// Topic or queue.
    pub topic: Arc<str>,
    /// Name of the broker or topic, for a sender that nobody answers.
    pub peer: Arc<str>,
    /// Weight in units.
    pub weight: u64,
    /// Takes messages from the broker, before they are processed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub receives: bool,
}

impl Who {
    /// The texts of the spans of one class.
    pub fn of(class: &Class, classes: &Classes) -> Self {
        let service = classes.name(class.service);
        Self {
            service: shown(&service).into(),
            operation: classes.name(class.operation),
            environment: classes.name(class.environment),
            product: classes.name(class.messaging),
            topic: classes.name(class.topic),
            peer: classes.name(class.peer),
            weight: class.weight,
            receives: class.receives,
        }
    }
}

/// One side of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// Who it is.
    pub who: Arc<Who>,
    /// Duration in nanoseconds; 0 if unknown.
    pub duration: u64,
    /// Status in HTTP's numbers.
    pub status: u16,
    /// Whether the duration is known.
    pub timed: bool,
    /// Whether it failed.
    pub failed: bool,
    /// A sender that a span of its own trace answers.
    pub answered: bool,
}

impl Party {
    /// The side that `record` is.
    pub fn of(record: &Record, answered: bool, who: Arc<Who>) -> Self {
        let timed = record.has(flags::TIMED);
        Self {
            who,
            duration: if timed { record.duration } else { 0 },
            status: record.status,
            timed,
            failed: record.has(flags::ERROR),
            answered,
        }
    }
}

/// What is known of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// The span that sent it.
    pub sender: Option<Party>,
    /// The spans that took it, sorted.
    pub takers: Vec<Party>,
}

impl Half {
    /// Adds the sending span.
    pub fn send(&mut self, party: Party) {
        self.sender.get_or_insert(party);
    }

    /// Adds a taking span.
    pub fn take(&mut self, party: Party) {
        let place = self.takers.partition_point(|known| *known < party);
        self.takers.reserve_exact(1);
        self.takers.insert(place, party);
    }

    /// Whether the service of `who`, which receives the message, has a span that processes it, too.
    pub fn processes(&self, who: &Who) -> bool {
        let processes = |taker: &Party| !taker.who.receives && taker.who.service == who.service;
        who.receives && self.takers.iter().any(processes)
    }

    /// Adds what another fold knows of the same message.
    pub fn merge(&mut self, other: Self) {
        self.takers.extend(other.takers);
        self.takers.sort();
        self.sender = match (self.sender.take(), other.sender) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }
}
