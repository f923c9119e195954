//! Senders and takers of messages in different traces, until they meet.
//!
//! In: spans that send, and links of spans that take. Out: calls and topics, once evaluated.
//! Invariant: which halves are kept is a function of all that were seen, so that profiles merge exactly;
//! past [`KEPT`] messages those with larger hashes are evaluated with what was seen in one run.
//! Never: a message counted twice.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::class::Classes;
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

/// One side of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
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
    /// A sender that a span of its own trace answers.
    pub answered: bool,
    /// Whether it failed.
    pub failed: bool,
    /// Status in HTTP's numbers.
    pub status: u16,
    /// Duration in nanoseconds, if known.
    pub duration: Option<u64>,
    /// Weight in units.
    pub weight: u64,
}

impl Party {
    fn of(record: &Record, answered: bool, classes: &Classes) -> Self {
        let class = classes
            .list
            .get(record.class as usize)
            .cloned()
            .unwrap_or_default();
        let service = classes.name(class.service);
        Self {
            service: if service.is_empty() {
                "(unknown)".into()
            } else {
                service
            },
            operation: classes.name(class.operation),
            environment: classes.name(class.environment),
            product: classes.name(class.messaging),
            topic: classes.name(class.topic),
            peer: classes.name(class.peer),
            answered,
            failed: record.has(flags::ERROR),
            status: record.status,
            duration: record.has(flags::TIMED).then_some(record.duration),
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

    fn calls(&self, trace: [u64; 2]) -> Calls {
        let mut sketch = Sketch::default();
        self.duration
            .into_iter()
            .for_each(|duration| sketch.add(duration));
        Calls {
            calls: 1,
            weight: u128::from(self.weight),
            errors: u64::from(self.failed),
            client_errors: u64::from((400..500).contains(&self.status)),
            not_found: u64::from(self.status == 404),
            time_ns: u128::from(self.duration.unwrap_or(0)),
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
    /// Adds the sender or taker that `record` is.
    fn add(&mut self, record: &Record, answered: bool, classes: &Classes) {
        let party = Party::of(record, answered, classes);
        if record.flags & LINK == 0 {
            self.sender.get_or_insert(party);
        } else {
            self.takers.push(party);
            self.takers.sort();
        }
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
        let topic = |party: &Party| {
            if party.topic.is_empty() {
                Arc::clone(&sender.topic)
            } else {
                Arc::clone(&party.topic)
            }
        };
        for taker in &self.takers {
            if !taker.topic.is_empty() {
                into.topics.entry(taker.topic_key()).or_default().matched += 1;
            }
            if taker.service != sender.service {
                let key = sender.key(&taker.service, &taker.operation, topic(taker), false);
                into.calls
                    .entry(key)
                    .or_default()
                    .merge(&taker.calls(trace));
            }
        }
        if self.takers.is_empty() && !sender.answered {
            if !sender.topic.is_empty() {
                into.topics.entry(sender.topic_key()).or_default().sent += 1;
            }
            if !sender.peer.is_empty() {
                let key = sender.key(
                    &sender.peer,
                    &sender.operation,
                    Arc::clone(&sender.topic),
                    true,
                );
                into.calls
                    .entry(key)
                    .or_default()
                    .merge(&sender.calls(trace));
            }
        }
    }
}

impl Party {
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

impl Profile {
    /// Notes a sender, or a link to one.
    pub fn add_half(&mut self, record: &Record, answered: bool, classes: &Classes) {
        let half = self.halves.entry(HalfKey::of(record)).or_default();
        half.add(record, answered, classes);
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
