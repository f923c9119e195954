//! Folds the spans of one trace into the sums.
//!
//! In: the records of one trace at a time. Out: [`Tally`].
//! Invariant: the sums do not depend on the order of traces or of the spans in them.
//! Never: texts.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::calls;
use super::class::{Class, Classes, Name};
use super::collect::LINK;
use super::halves::{KEPT, Who};
use super::link::{NONE, Tree};
use super::profile::Profile;
use super::repeats;
use super::sample;
use super::shape;
use super::span::{TraceId, flags};
use super::store::Record;
use super::tally::{PairKey, Tally};
use super::times::Times;
use super::visits::Visits;
use super::zipkin_links;

/// One thread's sums, with room for the trace at hand.
pub struct Folder<'c> {
    /// The meaning of the texts.
    pub classes: &'c Classes,
    /// The sums.
    pub tally: Tally,
    /// The trace at hand.
    pub tree: Tree,
    /// Its times.
    pub times: Times,
    /// Messages between traces.
    pub messages: Profile,
    /// Its visits to services.
    pub visits: Visits,
    /// Its calls between services.
    pub made: Vec<Made>,
    /// Largest hash of a shape that is kept.
    pub shape_limit: u64,
    /// Texts of those who send and take messages, by class.
    pub whos: FxHashMap<u32, Arc<Who>>,
    /// Which of its spans an answering span in another service or trace was found for.
    pub answered: Vec<bool>,
}

/// A call in the trace at hand, in 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Number of the pair in [`Tally::pairs`](super::tally::Tally::pairs): between whom and how.
    pub pair: u32,
    /// The span that tells its time and result.
    pub span: u32,
    /// The calling span.
    pub from: u32,
    /// Whether it failed.
    pub failed: bool,
    /// Status in HTTP's numbers.
    pub status: u16,
}

impl<'c> Folder<'c> {
    /// A folder without sums.
    pub fn new(classes: &'c Classes) -> Self {
        let mut tally = Tally::default();
        tally
            .classes
            .resize_with(classes.list.len(), Default::default);
        let (tree, times, visits) = (
            Tree::default(),
            Times::default(),
            Visits::new(classes.names.len()),
        );
        Self {
            classes,
            tally,
            tree,
            times,
            visits,
            messages: Profile::default(),
            made: Vec::new(),
            shape_limit: u64::MAX,
            whos: FxHashMap::default(),
            answered: Vec::new(),
        }
    }

    /// Gives back the room that the last trace took.
    pub fn finish(&mut self) {
        (self.tree, self.times) = (Tree::default(), Times::default());
        (self.made, self.answered) = (Vec::new(), Vec::new());
        self.visits = Visits::new(0);
    }

    /// Between whom the call `made` goes, and how.
    pub fn key(&self, made: &Made) -> &PairKey {
        self.tally.pairs.key(made.pair)
    }

    /// The texts of the senders and takers of `class`.
    pub fn who(&mut self, class: u32) -> Arc<Who> {
        let classes = self.classes;
        let who = || Arc::new(Who::of(&classes.list[class as usize], classes));
        Arc::clone(self.whos.entry(class).or_insert_with(who))
    }

    /// Folds all traces in `records`, which it sorts.
    pub fn traces(&mut self, records: &mut Vec<Record>) {
        records.sort_unstable_by_key(|record| (record.trace, record.flags & LINK));
        if is_one_trace(records) {
            std::mem::swap(&mut self.tree.spans, records);
            self.trace(&[]);
            std::mem::swap(&mut self.tree.spans, records);
        } else {
            for trace in records.chunk_by(|left, right| left.trace == right.trace) {
                let spans = trace.partition_point(|record| record.flags & LINK == 0);
                let (spans, links) = trace.split_at(spans);
                self.tree.spans.clear();
                self.tree.spans.extend_from_slice(spans);
                self.trace(links);
            }
        }
        if self.messages.halves.len() > KEPT + KEPT / 4 {
            self.messages.cap_halves();
        }
    }

    /// Folds the trace whose records are in the tree.
    fn trace(&mut self, links: &[Record]) {
        if self.tree.spans.is_empty() {
            calls::linked(self, links);
            return;
        }
        let classes = self.classes;
        let zipkin = |span: &Record| span.has(flags::ZIPKIN);
        let zipkin = self.tree.spans.iter().any(zipkin);
        self.tree.build(classes);
        self.times.compute(&self.tree, |index| {
            classes
                .list
                .get(classes_of(&self.tree, index))
                .map_or_else(Default::default, |class| class.kind)
        });
        self.visits.find(&self.tree, classes);
        self.made.clear();
        self.made.reserve(self.tree.spans.len());
        self.answered.clear();
        self.answered.resize(self.tree.spans.len(), false);
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
        shape::record(self);
        sample::record(self);
    }

    fn count(&mut self) {
        let (tally, tree) = (&mut self.tally, &self.tree);
        tally.traces += 1;
        tally.spans += tree.spans.len() as u64;
        tally.orphans += tree.orphans;
        tally.duplicates += tree.duplicates;
        tally.merged += tree.merged;
        tally.cycles += tree.cycles;
        let unadjusted = tree
            .spans
            .iter()
            .any(|span| self.classes.list[span.class as usize].unadjusted);
        tally.unadjusted += if unadjusted {
            tree.spans.len() as u64
        } else {
            0
        };
    }

    /// Adds the load of each span to its class, and to the class that opened its visit.
    fn loads(&mut self) {
        for index in 0..self.tree.spans.len() as u32 {
            let span = *self.tree.span(index);
            let (own, critical) = (
                self.times.own[index as usize],
                self.times.critical[index as usize],
            );
            let entry = self.visits.entry[index as usize];
            let place = self.visits.place[index as usize];
            let sums = &mut self.tally.classes[span.class as usize];
            sums.spans += 1;
            sums.time_ns += u128::from(span.duration);
            let sums = &mut self.tally.classes[place as usize];
            sums.own_ns += u128::from(own);
            sums.critical_ns += u128::from(critical);
            let weight = self.classes.list[span.class as usize].weight;
            let opened = self.tree.span(entry).class;
            let sums = &mut self.tally.classes[opened as usize];
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

    /// The meaning of span `index`.
    pub fn class(&self, index: u32) -> &'c Class {
        &self.classes.list[classes_of(&self.tree, index)]
    }

    /// The service of span `index`.
    pub fn service(&self, index: u32) -> Name {
        self.class(index).service
    }

    /// The id of the trace at hand.
    pub fn id(&self) -> TraceId {
        self.tree.spans.first().map_or([0, 0], |span| span.trace)
    }

    /// The visits above the visit that `entry` opened, itself first.
    pub fn ancestry(&self, entry: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(entry), |visit| {
            Some(self.visits.above[*visit as usize]).filter(|above| *above != NONE)
        })
    }
}

/// Whether the records, sorted, are spans of one trace; then they need no copy.
fn is_one_trace(records: &[Record]) -> bool {
    match (records.first(), records.last()) {
        (Some(first), Some(last)) => first.trace == last.trace && last.flags & LINK == 0,
        _ => false,
    }
}

fn classes_of(tree: &Tree, index: u32) -> usize {
    tree.span(index).class as usize
}
