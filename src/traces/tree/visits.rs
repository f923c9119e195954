//! Visits: runs of spans within one service.
//!
//! In: a [`Tree`]. Out: for each span, the span that opened its visit, and what lies above.
//! Invariant: a visit opens where the parent is missing or belongs to another service.
//! Never: recursion.

use super::link::{SpanIndex, Tree};
use crate::model::IndexVec;
use crate::traces::spans::class::Name;
use crate::traces::spans::classes::Classes;
use crate::traces::spans::span::Kind;
use crate::traces::spans::store::ClassId;

/// The visits of one trace, by index of span.
#[derive(Debug, Default)]
pub struct Visits {
    /// The span that opened the visit.
    pub entry: IndexVec<SpanIndex, SpanIndex>,
    /// For opening spans, the opening span of the visit above.
    pub above: IndexVec<SpanIndex, Option<SpanIndex>>,
    /// For opening spans, visits from the root down to this one; 0 for the others.
    pub depth: IndexVec<SpanIndex, u32>,
    /// The class that the span's own time counts for: a query or call without place in the code counts for its caller.
    pub place: IndexVec<SpanIndex, ClassId>,
    /// Re-entries: the opening span of the inner visit and of the outer one.
    pub loops: Vec<(SpanIndex, SpanIndex)>,
    /// The innermost visit to each service on the way down.
    last: Vec<Option<SpanIndex>>,
    /// Steps to be taken.
    stack: Vec<Step>,
}

/// A step on the way through the tree.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Down to a span.
    Into(SpanIndex),
    /// Back out of a visit to a service, with the visit to it that is around.
    Out(Name, Option<SpanIndex>),
}

impl Visits {
    /// Room for services among `names` names.
    pub fn new(names: usize) -> Self {
        Self {
            last: vec![None; names],
            ..Self::default()
        }
    }

    /// Finds the visits of `tree`.
    ///
    /// A span of the same service as its parent belongs to its parent's visit. Loops need three
    /// visits below one another, so most traces are not searched for them.
    pub fn find(&mut self, tree: &Tree, classes: &Classes) {
        let class = |index: SpanIndex| classes.of(tree.span(index));
        let spans = tree.spans.ids();
        refill(&mut self.entry, spans.clone());
        refill(&mut self.above, spans.clone().map(|_| None));
        refill(&mut self.depth, spans.clone().map(|_| 0));
        refill(&mut self.place, spans.map(|at| tree.span(at).class()));
        let mut most = 0;
        for &at in &tree.order {
            let parent = tree.parent(at);
            let within = |parent: &SpanIndex| class(*parent).service == class(at).service;
            if let Some(parent) = parent.filter(within) {
                self.entry[at] = self.entry[parent];
                let calls_out = matches!(class(at).kind, Kind::Client | Kind::Producer);
                if calls_out && class(at).code == [0; 3] {
                    self.place[at] = self.place[parent];
                }
            } else {
                let above = parent.map(|parent| self.entry[parent]);
                self.above[at] = above;
                self.depth[at] = above.map_or(0, |above| self.depth[above]) + 1;
                most = most.max(self.depth[at]);
            }
        }
        self.loops.clear();
        if most >= 3 {
            self.find_loops(tree, |index| class(index).service);
        }
    }

    /// Goes down the tree, remembering the last visit to each service on the way.
    fn find_loops(&mut self, tree: &Tree, service: impl Fn(SpanIndex) -> Name) {
        self.stack.extend(tree.roots().map(Step::Into));
        while let Some(step) = self.stack.pop() {
            let index = match step {
                Step::Into(index) => index,
                Step::Out(service, around) => {
                    self.last[service as usize] = around;
                    continue;
                }
            };
            if self.entry[index] == index {
                let service = service(index);
                let around = self.last[service as usize].replace(index);
                self.loops.extend(around.map(|around| (index, around)));
                self.stack.push(Step::Out(service, around));
            }
            let children = tree.children(index).iter();
            self.stack.extend(children.copied().map(Step::Into));
        }
    }
}

/// Fills a list anew, in the space that it has.
fn refill<T>(list: &mut IndexVec<SpanIndex, T>, entries: impl Iterator<Item = T>) {
    list.entries_mut().clear();
    list.extend(entries);
}
