//! Folds the spans of one trace into the sums.
//!
//! In: the records of one trace at a time. Out: [`Tally`].
//! Invariant: the sums do not depend on the order of traces or of the spans in them.
//! Never: texts.

use super::folder::Folder;
use super::messages::KEPT;
use super::{calls, repeats, samples, shapes, zipkin_links};
use crate::traces::spans::collect::LINK;
use crate::traces::spans::span::flags;
use crate::traces::spans::store::Record;
use crate::traces::tree::Trace;
use crate::traces::tree::link::SpanIndex;

impl Folder<'_> {
    /// Folds all traces in `records`, which it sorts.
    ///
    /// Links are sorted behind the spans of their trace. A single trace is swapped into the tree
    /// instead of copied, since long ones are folded alone.
    pub fn traces(&mut self, records: &mut Vec<Record>) {
        records.sort_unstable_by_key(|record| (record.trace, record.flags & LINK));
        if is_one_trace(records) {
            std::mem::swap(self.trace.tree.spans.entries_mut(), records);
            self.fold(&[]);
            std::mem::swap(self.trace.tree.spans.entries_mut(), records);
        } else {
            for trace in records.chunk_by(|left, right| left.trace == right.trace) {
                let spans = trace.partition_point(|record| record.flags & LINK == 0);
                let (spans, links) = trace.split_at(spans);
                let room = self.trace.tree.spans.entries_mut();
                room.clear();
                room.extend_from_slice(spans);
                self.fold(links);
            }
        }
        if self.messages.halves.len() > KEPT + KEPT / 4 {
            self.messages.cap_halves();
        }
    }

    /// Folds the trace whose records are in the tree.
    ///
    /// The order matters: calls need to know the tree, unanswered calls which spans were
    /// answered, loads and shapes the calls. Zipkin spans have rules of their own in place of
    /// unanswered calls and links.
    fn fold(&mut self, links: &[Record]) {
        if self.trace.tree.spans.is_empty() {
            calls::linked(self, links);
            return;
        }
        let zipkin = |span: &Record| span.has(flags::ZIPKIN);
        let zipkin = self.trace.tree.spans.iter().any(zipkin);
        self.trace.build();
        self.made.clear();
        self.made.reserve(self.trace.tree.spans.len());
        let answered = self.answered.entries_mut();
        answered.clear();
        answered.resize(self.trace.tree.spans.len(), false);
        calls::observed(self);
        if zipkin {
            zipkin_links::link(self);
        } else {
            calls::unanswered(self);
            calls::linked(self, links);
        }
        self.count();
        self.loads();
        calls::record(self);
        repeats::record(self);
        shapes::record(self);
        self.sample();
    }

    /// Counts the trace, its spans, and what is wrong with them.
    fn count(&mut self) {
        let (tally, tree) = (&mut self.tally, &self.trace.tree);
        tally.traces += 1;
        tally.spans += tree.spans.len() as u64;
        tally.orphans += tree.orphans;
        tally.duplicates += tree.duplicates;
        tally.merged += tree.merged;
        tally.cycles += tree.cycles;
        let unadjusted = tree
            .spans
            .iter()
            .any(|span| self.trace.classes.of(span).unadjusted);
        tally.unadjusted += if unadjusted {
            tree.spans.len() as u64
        } else {
            0
        };
    }

    /// Adds the load of each span to its class, and to the class that opened its visit.
    ///
    /// A span's own time counts for its place in the code, and for the span that opened the
    /// visit: the request that the service was busy with.
    fn loads(&mut self) {
        let Trace {
            classes,
            tree,
            times,
            visits,
        } = &self.trace;
        for (index, span) in tree.spans.pairs() {
            let (own, critical) = (times.own[index], times.critical[index]);
            let (entry, place) = (visits.entry[index], visits.place[index]);
            let sums = &mut self.tally.classes[span.class()];
            sums.spans += 1;
            sums.time_ns += u128::from(span.duration);
            let sums = &mut self.tally.classes[place];
            sums.own_ns += u128::from(own);
            sums.critical_ns += u128::from(critical);
            let weight = classes.of(span).weight;
            let opened = tree.span(entry).class();
            let sums = &mut self.tally.classes[opened];
            sums.visit_own_ns += u128::from(own);
            sums.visit_critical_ns += u128::from(critical);
            if entry == index {
                let entries = &mut sums.entries;
                entries.calls += 1;
                entries.weight += u128::from(weight);
                entries.errors += u64::from(span.has(flags::ERROR));
                entries.client_errors += u64::from((400..500).contains(&span.status));
                entries.not_found += u64::from(span.status == 404);
                if span.has(flags::TIMED) {
                    entries.time_ns += u128::from(span.duration);
                    entries.sketch.add(span.duration);
                }
                entries.example(span.trace);
            }
        }
    }

    /// Adds the trace to the sample, if it is of it.
    ///
    /// A call is of the sample if its caller waits for it: if it lies on the critical path,
    /// within one service, from one place to another.
    fn sample(&mut self) {
        let trace = &self.trace;
        let key = samples::key(trace.id());
        let last = self.tally.samples.last_key_value().map(|(last, _)| *last);
        if self.tally.samples.len() >= samples::SAMPLES && last.is_some_and(|last| last < key) {
            return;
        }
        let call = |index: SpanIndex| {
            let parent = trace.tree.parent(index)?;
            let place = |index: SpanIndex| trace.visits.place[index];
            let inner = trace.service(parent) == trace.service(index);
            let waits = trace.times.critical[index] > 0;
            let (from, to) = (place(parent), place(index));
            (inner && waits && from != to).then_some((from, to, 1))
        };
        let calls = samples::summed(trace.tree.spans.ids().filter_map(call));
        self.tally.samples.insert(key, calls);
        samples::cap(&mut self.tally.samples);
    }
}

/// Whether the records, sorted, are spans of one trace; then they need no copy.
fn is_one_trace(records: &[Record]) -> bool {
    match (records.first(), records.last()) {
        (Some(first), Some(last)) => first.trace == last.trace && last.flags & LINK == 0,
        _ => false,
    }
}
