//! One trace: its spans as a tree, the time each takes, the visits to services, the shape of the request.
//!
//! In: the records of one trace, and the meaning of their texts. Out: [`Trace`].
//! Invariant: what is found depends on the spans alone, not on the order in which they were recorded.
//! Never: sums over several traces, recursion.

pub(super) mod halves;
pub(super) mod link;
pub(super) mod shape;
pub(super) mod times;
pub(super) mod visits;
pub(super) mod zipkin;

use link::{SpanIndex, Tree};
use times::Times;
use visits::Visits;

use super::spans::class::{Class, Name};
use super::spans::classes::Classes;
use super::spans::span::TraceId;

/// The trace at hand, in space that the next one uses again.
pub struct Trace<'c> {
    /// The meaning of the texts.
    pub classes: &'c Classes,
    /// Its spans.
    pub tree: Tree,
    /// Their times.
    pub times: Times,
    /// Its visits to services.
    pub visits: Visits,
}

impl<'c> Trace<'c> {
    /// Room for a trace.
    pub fn new(classes: &'c Classes) -> Self {
        Self {
            classes,
            tree: Tree::default(),
            times: Times::default(),
            visits: Visits::new(classes.names.len()),
        }
    }

    /// Gives the room back.
    pub fn clear(&mut self) {
        (self.tree, self.times) = (Tree::default(), Times::default());
        self.visits = Visits::new(0);
    }

    /// Finds all that the records in the tree tell.
    pub fn build(&mut self) {
        let classes = self.classes;
        self.tree.build(classes);
        let tree = &self.tree;
        self.times
            .compute(tree, |index| classes.of(tree.span(index)).kind);
        self.visits.find(tree, classes);
    }

    /// The meaning of span `index`.
    pub fn class(&self, index: SpanIndex) -> &'c Class {
        self.classes.of(self.tree.span(index))
    }

    /// The service of span `index`.
    pub fn service(&self, index: SpanIndex) -> Name {
        self.class(index).service
    }

    /// The id of the trace.
    pub fn id(&self) -> TraceId {
        let first = self.tree.spans.iter().next();
        first.map_or([0, 0], |span| span.trace)
    }

    /// The visits above the visit that `entry` opened, itself first.
    pub fn ancestry(&self, entry: SpanIndex) -> impl Iterator<Item = SpanIndex> + '_ {
        std::iter::successors(Some(entry), |visit| self.visits.above[*visit])
    }
}
