//! Messages from one trace to another.
//!
//! In: their halves, as they are met. Out: calls and topics, once evaluated.
//! Invariant: which halves are kept is a function of all that were seen, so that profiles merge exactly;
//! past [`KEPT`] messages those with larger hashes are joined by their topic only.
//! Never: a message counted twice.

use std::sync::Arc;

use super::table::Profile;
use crate::model::CallMode;
use crate::traces::spans::collect::LINK;
use crate::traces::spans::span::TraceId;
use crate::traces::spans::store::Record;
use crate::traces::totals::hex;
use crate::traces::totals::sketch::Sketch;
use crate::traces::totals::{CallKey, Calls};
use crate::traces::tree::halves::{Half, HalfKey, Party, Who};

/// Most messages whose halves are kept; fewer where a test is to pass the limit.
pub(in crate::traces) const KEPT: usize = if cfg!(test) { 1024 } else { 32_768 };

impl Profile {
    /// Notes a sender, or a link to one.
    pub fn add_half(&mut self, record: &Record, answered: bool, who: Arc<Who>) {
        let half = self.halves.entry(HalfKey::of(record)).or_default();
        let party = Party::of(record, answered, who);
        if record.flags & LINK == 0 {
            half.send(party);
        } else {
            half.take(party);
        }
    }

    /// Lets go of the messages with the largest hashes, down to `KEPT`. Each sender and taker counts by
    /// itself then, and only the topic joins them, so that it does not matter which of them met before.
    pub fn cap_halves(&mut self) {
        while self.halves.len() > KEPT {
            let Some((key, half)) = self.halves.pop_last() else {
                return;
            };
            self.seen.apart = self
                .seen
                .apart
                .saturating_add(u64::from(half.sender.is_some()));
            let alone = Half {
                takers: Vec::new(),
                ..half
            };
            self.evaluate(key.trace(), &alone);
        }
    }

    /// Counts a message as far as it is known.
    ///
    /// A taker that the sender processes itself is no call. A sender that nobody is known to have
    /// taken from counts as sent to its topic, and calls its broker by inference.
    pub fn evaluate(&mut self, trace: TraceId, half: &Half) {
        let Some(sender) = &half.sender else { return };
        let from = &sender.who;
        for taker in &half.takers {
            let to = &taker.who;
            if !to.topic.is_empty() {
                let sums = self.topics.entry(topic_key(to)).or_default();
                sums.matched = sums.matched.saturating_add(1);
            }
            if to.service != from.service && !half.processes(to) {
                let told = if to.topic.is_empty() { from } else { to };
                let key = CallKey {
                    topic: Arc::clone(&told.topic),
                    ..call_key(from, &to.service, &to.operation)
                };
                self.add_call(key, &calls(taker, trace));
            }
        }
        if half.takers.is_empty() && !sender.answered {
            if !from.topic.is_empty() {
                let sums = self.topics.entry(topic_key(from)).or_default();
                sums.sent = sums.sent.saturating_add(1);
            }
            if !from.peer.is_empty() {
                let key = CallKey {
                    inferred: true,
                    ..call_key(from, &from.peer, &from.operation)
                };
                self.add_call(key, &calls(sender, trace));
            }
        }
    }

    /// Adds calls under one key.
    fn add_call(&mut self, key: CallKey, calls: &Calls) {
        self.calls.entry(key).or_default().merge(calls);
    }
}

/// Service, product and topic.
fn topic_key(who: &Who) -> (Arc<str>, Arc<str>, Arc<str>) {
    (
        Arc::clone(&who.service),
        Arc::clone(&who.product),
        Arc::clone(&who.topic),
    )
}

/// The key of a message to `callee`, with all else as the sender tells it.
fn call_key(from: &Who, callee: &Arc<str>, operation: &Arc<str>) -> CallKey {
    CallKey {
        caller: Arc::clone(&from.service),
        callee: Arc::clone(callee),
        inferred: false,
        mode: CallMode::Messaging,
        caller_operation: Arc::clone(&from.operation),
        operation: Arc::clone(operation),
        environment: Arc::clone(&from.environment),
        topic: Arc::clone(&from.topic),
    }
}

/// The one call that `party` takes part in.
fn calls(party: &Party, trace: TraceId) -> Calls {
    let mut sketch = Sketch::default();
    if party.timed {
        sketch.add(party.duration);
    }
    Calls {
        calls: 1,
        weight: u128::from(party.who.weight),
        errors: u64::from(party.failed),
        client_errors: u64::from((400..500).contains(&party.status)),
        not_found: u64::from(party.status == 404),
        time_ns: u128::from(party.duration),
        sketch,
        example: hex(trace),
    }
}
