//! Calls between services, as parents and children, links and unanswered spans tell them.
//!
//! In: the trace at hand. Out: its calls, added to the sums.
//! Invariant: a call counts once, however many spans tell of it.
//! Never: an edge that depends on clocks.

use super::folder::{Folder, Made};
use super::nested;
use super::tally::{CallSums, PairKey, TopicSums};
use crate::model::CallMode;
use crate::traces::spans::class::Class;
use crate::traces::spans::span::{Kind, flags};
use crate::traces::spans::store::Record;
use crate::traces::tree::link::SpanIndex;

/// Parents and children; those of one service are kept apart by having equal ends.
///
/// A child of another service answers its parent, and so does a server or consumer of the
/// same service. The result of a call is that of the called span; a calling span above it may
/// know better, as of a timeout. Calls within a service are added at once, those between
/// services only after links were looked at.
pub(super) fn observed(folder: &mut Folder<'_>) {
    for index in folder.trace.tree.spans.ids() {
        let Some(parent) = folder.trace.tree.parent(index) else {
            continue;
        };
        let (from, to) = (folder.trace.class(parent), folder.trace.class(index));
        let (caller, span) = (
            *folder.trace.tree.span(parent),
            *folder.trace.tree.span(index),
        );
        let mode = mode(&caller, from, &span, to);
        if span.has(flags::ZIPKIN) && (from.service == 0 || to.service == 0) {
            continue;
        }
        if from.service != to.service || matches!(to.kind, Kind::Server | Kind::Consumer) {
            folder.answered[parent] = true;
        }
        let skewed = from.service != to.service && is_skewed(&caller, &span, mode);
        folder.tally.skewed += u64::from(skewed);
        let calls_out = from.kind == Kind::Client;
        let made = Made {
            pair: folder.tally.pairs.id(key(from, to, mode)),
            span: index,
            from: parent,
            failed: span.has(flags::ERROR) || (calls_out && caller.has(flags::ERROR)),
            status: if span.status == 0 && calls_out {
                caller.status
            } else {
                span.status
            },
        };
        if from.service == to.service {
            record_one(folder, &made);
        } else {
            folder.made.push(made);
        }
        count_inner(folder, parent, index);
        if mode == CallMode::Sync {
            measure_hop(folder, parent, index);
        }
        if to.consumes && (mode == CallMode::Messaging || from.service != to.service) {
            topic(folder, to, |sums| sums.matched += 1);
        }
    }
    count_taken(folder);
}

/// Counts the messages that were taken, with or without their sender.
fn count_taken(folder: &mut Folder<'_>) {
    for index in folder.trace.tree.spans.ids() {
        let class = folder.trace.class(index);
        if class.consumes {
            topic(folder, class, |sums| sums.taken += 1);
        }
    }
}

/// Whether the clocks of a call's two ends disagree: it starts before its caller or ends after it.
///
/// Only a child that is no longer than its caller counts as outlasting it; a longer one is
/// plainly not waited for.
fn is_skewed(caller: &Record, span: &Record, mode: CallMode) -> bool {
    let outlasts =
        mode == CallMode::Sync && span.end() > caller.end() && span.duration <= caller.duration;
    (span.start < caller.start || outlasts) && span.has(flags::TIMED) && caller.has(flags::TIMED)
}

/// What a call costs beyond the work of the called service: a calling span with one serving span of
/// another service below it. Only durations are compared, as the clocks of two hosts may disagree.
fn measure_hop(folder: &mut Folder<'_>, parent: SpanIndex, index: SpanIndex) {
    let (from, to) = (folder.trace.class(parent), folder.trace.class(index));
    let pair = from.kind == Kind::Client
        && to.kind == Kind::Server
        && from.service != to.service
        && folder.trace.tree.children(parent).len() == 1;
    let (caller, span) = (
        folder.trace.tree.span(parent),
        folder.trace.tree.span(index),
    );
    let timed = span.has(flags::TIMED) && caller.has(flags::TIMED);
    if let Some(gap) = caller.duration.checked_sub(span.duration)
        && pair
        && timed
    {
        folder.tally.gaps.add(gap);
    }
}

/// Calls between places of one service.
///
/// Such a call leads from one function or operation to another; the places of both are
/// classes.
fn count_inner(folder: &mut Folder<'_>, parent: SpanIndex, index: SpanIndex) {
    let (from, to) = (
        folder.trace.visits.place[parent],
        folder.trace.visits.place[index],
    );
    if from != to && folder.trace.service(parent) == folder.trace.service(index) {
        *folder.tally.inner.entry((from, to)).or_default() += 1;
    }
}

/// Between whom a call goes; a message has the topic that the taker tells, else that of the
/// sender.
fn key(from: &Class, to: &Class, mode: CallMode) -> PairKey {
    PairKey {
        caller: from.service,
        caller_operation: from.operation,
        callee: to.service,
        operation: to.operation,
        environment: from.environment,
        topic: match mode {
            CallMode::Messaging if to.topic != 0 => to.topic,
            CallMode::Messaging => from.topic,
            CallMode::Sync | CallMode::Async | CallMode::Datastore => 0,
        },
        mode,
        inferred: false,
    }
}

/// How a child couples to its parent: messages by kind, then what the recorder says, then the clocks.
///
/// The order matters: a consumer is coupled by a message even where its span starts before
/// the producer's ends. Clocks only decide where neither kinds nor the recorder say anything:
/// a child that starts after its parent has ended was not waited for.
fn mode(caller: &Record, from: &Class, span: &Record, to: &Class) -> CallMode {
    match () {
        // Handed over without waiting, and taken by a server itself.
        () if from.kind == Kind::Producer && to.kind == Kind::Server => CallMode::Async,
        () if from.kind == Kind::Producer || to.kind == Kind::Consumer => CallMode::Messaging,
        () if span.has(flags::FOLLOWS) => CallMode::Async,
        () if from.datastore != 0 && from.kind == Kind::Client && from.service != to.service => {
            CallMode::Datastore
        }
        // A request and its response: the caller waits, whatever the clocks of two hosts say.
        () if from.kind == Kind::Client && to.kind == Kind::Server && !from.produces => {
            CallMode::Sync
        }
        () if span.has(flags::TIMED) && caller.duration > 0 && span.start >= caller.end() => {
            CallMode::Async
        }
        () => CallMode::Sync,
    }
}

/// Takers that link to senders of this trace, and the senders themselves, wait for their other halves.
///
/// The other half lies in another trace, or even in another recording.
pub(in crate::traces) fn linked(folder: &mut Folder<'_>, links: &[Record]) {
    for link in links {
        if folder.trace.classes.of(link).consumes {
            let who = folder.who(link.class());
            folder.messages.add_half(link, false, who);
        }
    }
    for index in folder.trace.tree.spans.ids() {
        if folder.trace.class(index).produces {
            let answered = folder.answered[index];
            let span = *folder.trace.tree.span(index);
            let who = folder.who(span.class());
            folder.messages.add_half(&span, answered, who);
        }
    }
}

/// Calling spans that nobody answered: the callee is inferred from what the caller tells.
///
/// A calling span within another may tell of the same call (`covered`); that is only worked
/// out if there is such a span at all. Without a name for the peer, the call is counted, and
/// leads nowhere.
pub(super) fn unanswered(folder: &mut Folder<'_>) {
    let mut covered = None;
    for index in folder.trace.tree.spans.ids() {
        let class = folder.trace.class(index);
        let open = class.calls_out && !class.produces && !class.consumes;
        if folder.answered[index] || !open {
            continue;
        }
        let covered = covered.get_or_insert_with(|| nested::covered(folder));
        if covered[index] {
            continue;
        }
        if class.peer == 0 {
            folder.tally.nameless += 1;
            continue;
        }
        let span = *folder.trace.tree.span(index);
        let key = PairKey {
            callee: class.peer,
            inferred: true,
            caller_operation: folder
                .trace
                .class(folder.trace.visits.entry[index])
                .operation,
            ..key(class, class, class.peer_mode)
        };
        folder.made.push(Made {
            pair: folder.tally.pairs.id(key),
            span: index,
            from: index,
            failed: span.has(flags::ERROR),
            status: span.status,
        });
    }
}

/// Changes the sums of the topic that a span tells, if it tells one.
fn topic(folder: &mut Folder<'_>, class: &Class, change: impl FnOnce(&mut TopicSums)) {
    if class.topic != 0 {
        change(
            folder
                .tally
                .topics
                .entry((class.service, class.messaging, class.topic))
                .or_default(),
        );
    }
}

/// Adds the calls between services of the trace to the sums.
pub(in crate::traces) fn record(folder: &mut Folder<'_>) {
    let made = std::mem::take(&mut folder.made);
    made.iter().for_each(|made| record_one(folder, made));
    folder.made = made;
}

/// Adds one call to the sums of its pair.
fn record_one(folder: &mut Folder<'_>, made: &Made) {
    let span = folder.trace.tree.span(made.span);
    let weight = folder.trace.classes.of(span).weight;
    let key = folder.tally.pairs.key(made.pair);
    let apart = key.leaves();
    let sums = folder.tally.pairs.sums(made.pair);
    add(sums, weight, made, span, apart);
    sums.example(span.trace);
}

/// Adds one call; durations are kept for calls between services (`apart`) only.
fn add(sums: &mut CallSums, weight: u64, made: &Made, span: &Record, apart: bool) {
    let Made { failed, status, .. } = *made;
    sums.calls += 1;
    sums.weight += u128::from(weight);
    sums.errors += u64::from(failed);
    sums.client_errors += u64::from((400..500).contains(&status));
    sums.not_found += u64::from(status == 404);
    if span.has(flags::TIMED) {
        sums.time_ns += u128::from(span.duration);
        if apart {
            sums.sketch.add(span.duration);
        }
    }
}
