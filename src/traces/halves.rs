//! Senders and takers of messages in different traces, until they meet.
//!
//! In: spans that send, and links of spans that take. Out: calls and topics, once evaluated.
//! Invariant: which halves are kept is a function of all that were seen, so that profiles merge exactly;
//! past [`KEPT`] messages those with larger hashes are evaluated with what was seen in one run.
//! Never: a message counted twice.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::class::{Class, Classes, shown};
use super::collect::LINK;
use super::intern::mix;
use super::profile::{CallKey, Calls, Profile, hex};
use super::sketch::Sketch;
use super::span::flags;
use super::store::Record;
use crate::model::CallMode;

/// Most messages whose halves are kept.
pub(super) const KEPT: usize = 32_768;

/// The sending span of a message, behind a hash that spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HalfKey(u64, [u64; 2], u64);

impl HalfKey {
    /// The key of the sending span that `record` is or links to.
    pub fn of(record: &Record) -> Self {
        let [high, low] = record.trace;
        Self(mix(mix(high ^ record.id) ^ low), record.trace, record.id)
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
        }
    }

    fn topic_key(&self) -> (Arc<str>, Arc<str>, Arc<str>) {
        (
            Arc::clone(&self.service),
            Arc::clone(&self.product),
            Arc::clone(&self.topic),
        )
    }

    fn key(
        &self,
        callee: &Arc<str>,
        operation: &Arc<str>,
        topic: Arc<str>,
        inferred: bool,
    ) -> CallKey {
        CallKey {
            caller: Arc::clone(&self.service),
            callee: Arc::clone(callee),
            inferred,
            mode: CallMode::Messaging,
            caller_operation: Arc::clone(&self.operation),
            operation: Arc::clone(operation),
            environment: Arc::clone(&self.environment),
            topic,
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

    fn calls(&self, trace: [u64; 2]) -> Calls {
        let mut sketch = Sketch::default();
        if self.timed {
            sketch.add(self.duration);
        }
        Calls {
            calls: 1,
            weight: u128::from(self.who.weight),
            errors: u64::from(self.failed),
            client_errors: u64::from((400..500).contains(&self.status)),
            not_found: u64::from(self.status == 404),
            time_ns: u128::from(self.duration),
            sketch,
            example: hex(trace),
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
    fn send(&mut self, party: Party) {
        self.sender.get_or_insert(party);
    }

    /// Adds a taking span.
    fn take(&mut self, party: Party) {
        let place = self.takers.partition_point(|known| *known < party);
        self.takers.reserve_exact(1);
        self.takers.insert(place, party);
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

    /// Counts the message as far as it is known.
    pub fn evaluate(&self, HalfKey(_, trace, _): HalfKey, into: &mut Profile) {
        let Some(sender) = &self.sender else { return };
        let from = &sender.who;
        for taker in &self.takers {
            let to = &taker.who;
            if !to.topic.is_empty() {
                let sums = into.topics.entry(to.topic_key()).or_default();
                sums.matched = sums.matched.saturating_add(1);
            }
            if to.service != from.service {
                let told = if to.topic.is_empty() { from } else { to };
                let key = from.key(&to.service, &to.operation, Arc::clone(&told.topic), false);
                into.calls
                    .entry(key)
                    .or_default()
                    .merge(&taker.calls(trace));
            }
        }
        if self.takers.is_empty() && !sender.answered {
            if !from.topic.is_empty() {
                let sums = into.topics.entry(from.topic_key()).or_default();
                sums.sent = sums.sent.saturating_add(1);
            }
            if !from.peer.is_empty() {
                let key = from.key(&from.peer, &from.operation, Arc::clone(&from.topic), true);
                into.calls
                    .entry(key)
                    .or_default()
                    .merge(&sender.calls(trace));
            }
        }
    }
}

impl Profile {
    /// Notes a sender, or a link to one.
    pub fn add_half(&mut self, record: &Record, answered: bool, who: &Arc<Who>) {
        let half = self.halves.entry(HalfKey::of(record)).or_default();
        let party = Party::of(record, answered, Arc::clone(who));
        if record.flags & LINK == 0 {
            half.send(party);
        } else {
            half.take(party);
        }
    }

    /// Evaluates the messages with the largest hashes, down to `KEPT`.
    pub fn cap_halves(&mut self) {
        while self.halves.len() > KEPT {
            if let Some((key, half)) = self.halves.pop_last() {
                half.evaluate(key, self);
            }
        }
    }
}
