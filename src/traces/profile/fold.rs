//! Folds the spans of one trace into the sums.
//!
//! In: the records of one trace at a time. Out: [`Tally`].
//! Invariant: the sums do not depend on the order of traces or of the spans in them.
//! Never: texts.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::messages::KEPT;
use super::tally::{ClassSums, PairId, PairKey, Tally};
use super::{Profile, calls, repeats, samples, shapes, zipkin_links};
use crate::model::IndexVec;
use crate::traces::spans::class::{ClassId, Classes, Name};
use crate::traces::spans::collect::LINK;
use crate::traces::spans::span::flags;
use crate::traces::spans::store::Record;
use crate::traces::tree::Trace;
use crate::traces::tree::halves::Who;
use crate::traces::tree::link::SpanIndex;

/// One thread's sums, with room for the trace at hand.
pub struct Folder<'c> {
    /// The sums.
    pub tally: Tally,
    /// Messages between traces.
    pub messages: Profile,
    /// The trace at hand.
    pub trace: Trace<'c>,
    /// Its calls between services.
    pub made: Vec<Made>,
    /// Largest hash of a shape that is kept.
    pub shape_limit: u64,
    /// Texts of those who send and take messages, by class.
    pub whos: FxHashMap<ClassId, Arc<Who>>,
    /// The only environment to fold; all of them without.
    pub only: Option<Name>,
    /// Which of its spans an answering span in another service or trace was found for.
    pub answered: IndexVec<SpanIndex, bool>,
}

/// A call in the trace at hand, in 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Number of the pair in [`Tally::pairs`](super::tally::Tally::pairs): between whom and how.
    pub pair: PairId,
    /// The span that tells its time and result.
    pub span: SpanIndex,
    /// The calling span.
    pub from: SpanIndex,
    /// Whether it failed.
    pub failed: bool,
    /// Status in HTTP's numbers.
    pub status: u16,
}

impl<'c> Folder<'c> {
    /// A folder without sums.
    pub fn new(classes: &'c Classes) -> Self {
        Self {
            tally: Tally {
                classes: IndexVec::of_size(&classes.list, ClassSums::default()),
                ..Tally::default()
            },
            trace: Trace::new(classes),
            messages: Profile::default(),
            made: Vec::new(),
            shape_limit: u64::MAX,
            whos: FxHashMap::default(),
            answered: IndexVec::default(),
            only: None,
        }
    }

    /// Whether `record` is to be folded; what is not is counted.
    #[inline]
    pub fn wants(&mut self, record: &Record) -> bool {
        let Some(only) = self.only else { return true };
        let wanted = only == self.trace.classes.of(record).environment;
        self.tally.elsewhere += u64::from(!wanted && record.flags & LINK == 0);
        wanted
    }

    /// Gives back the room that the last trace took.
    pub fn finish(&mut self) {
        self.trace.clear();
        (self.made, self.answered) = (Vec::new(), IndexVec::default());
    }

    /// Between whom the call `made` goes, and how.
    pub fn key(&self, made: &Made) -> &PairKey {
        self.tally.pairs.key(made.pair)
    }

    /// The texts of the senders and takers of `class`.
    pub fn who(&mut self, class: ClassId) -> Arc<Who> {
        let classes = self.trace.classes;
        let who = || Arc::new(Who::of(&classes.list[class], classes));
        Arc::clone(self.whos.entry(class).or_insert_with(who))
    }

    /// Folds all traces in `records`, which it sorts.
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
        samples::record(self);
    }

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
}

/// Whether the records, sorted, are spans of one trace; then they need no copy.
fn is_one_trace(records: &[Record]) -> bool {
    match (records.first(), records.last()) {
        (Some(first), Some(last)) => first.trace == last.trace && last.flags & LINK == 0,
        _ => false,
    }
}
