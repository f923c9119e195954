//! Own time and critical path of the spans of one trace.
//!
//! In: a [`Tree`]. Out: nanoseconds per span.
//! Invariant: own time is never more than the duration; a span counts once on the critical path.
//! Never: recursion, changed timestamps.

use super::link::{SpanIndex, Tree};
use crate::model::IndexVec;
use crate::traces::spans::span::Kind;

/// Times of the spans of one trace, by index.
#[derive(Debug, Default)]
pub struct Times {
    /// Duration minus the union of the children's intervals, clipped to the span.
    pub own: IndexVec<SpanIndex, u64>,
    /// Time on the critical path of the trace (CRISP, Zhang et al., 2022), children on it excluded.
    pub critical: IndexVec<SpanIndex, u64>,
    /// Spans on the critical path that were not walked yet, with their interval.
    stack: Vec<(SpanIndex, u64, u64)>,
    /// Children of the span at hand, by end.
    shown: Vec<Child>,
    /// Their starts, sorted.
    starts: Vec<u64>,
}

/// Spans of a trace whose lists of children are not kept for the next one.
const LONG: usize = 1 << 16;

/// A child as far as it lies within its parent.
#[derive(Clone, Copy, Debug)]
struct Child {
    /// The child.
    index: SpanIndex,
    /// Where it starts, not before its parent.
    start: u64,
    /// Where it ends, not after its parent.
    end: u64,
}

impl Times {
    /// Computes both times; `kind` tells each span's role.
    pub fn compute(&mut self, tree: &Tree, kind: impl Fn(SpanIndex) -> Kind) {
        let count = tree.spans.len();
        self.own.entries_mut().clear();
        self.own
            .extend(tree.spans.ids().map(|index| own_time(tree, index)));
        self.critical.entries_mut().clear();
        self.critical.entries_mut().resize(count, 0);
        for root in tree.roots() {
            let span = tree.span(root);
            self.stack.push((root, span.start, span.end()));
            self.follow(tree, &kind);
        }
        if count > LONG {
            (self.stack, self.shown, self.starts) = (Vec::new(), Vec::new(), Vec::new());
        }
    }

    /// Walks the critical path down from the spans on the stack.
    fn follow(&mut self, tree: &Tree, kind: &impl Fn(SpanIndex) -> Kind) {
        while let Some((index, start, end)) = self.stack.pop() {
            let duration = end.saturating_sub(start);
            self.clip(tree, index, (start, end), kind);
            let below = self.walk_back(duration);
            self.critical[index] = duration.saturating_sub(below);
        }
    }

    /// Lists the children that lie within their parent, clipped, by end.
    ///
    /// A server below its only client is taken whole, even where the clock of its host puts it
    /// outside of the client's interval, as long as it is no more than a hundredth longer.
    fn clip(
        &mut self,
        tree: &Tree,
        parent: SpanIndex,
        (start, end): (u64, u64),
        kind: &impl Fn(SpanIndex) -> Kind,
    ) {
        self.shown.clear();
        let children = tree.children(parent);
        let duration = u128::from(end.saturating_sub(start));
        for &index in children {
            let span = tree.span(index);
            let pair =
                children.len() == 1 && kind(parent) == Kind::Client && kind(index) == Kind::Server;
            if pair && u128::from(span.duration) * 100 <= duration * 101 {
                self.shown.push(Child {
                    index,
                    start: span.start,
                    end: span.end(),
                });
            } else if span.start < end && span.end() > start {
                self.shown.push(Child {
                    index,
                    start: span.start.max(start),
                    end: span.end().min(end),
                });
            }
        }
        self.shown
            .sort_unstable_by_key(|child| (child.end, child.start, child.index));
    }

    /// Takes the last-ending child, then each earlier one that fits before it; gives their summed time.
    ///
    /// Of two children that overlap, only the one that ends last delays the parent. An overlap
    /// below a hundredth of the parent's duration is an inaccuracy of clocks, unless other
    /// children start or end in it.
    fn walk_back(&mut self, duration: u64) -> u64 {
        let Some(last) = self.shown.last().copied() else {
            return 0;
        };
        self.starts.clear();
        self.starts
            .extend(self.shown.iter().map(|child| child.start));
        self.starts.sort_unstable();
        let (mut current, mut below) = (last, 0);
        self.stack.push((last.index, last.start, last.end));
        below = last.end.saturating_sub(last.start).saturating_add(below);
        for child in self.shown.iter().rev().skip(1) {
            let overlap = child.end.saturating_sub(current.start);
            let joins = child.end <= current.start
                || (overlap.saturating_mul(100) < duration
                    && self.events(current.start, child.end) == 2);
            if joins && child.start < current.start {
                self.stack.push((child.index, child.start, child.end));
                below = child.end.saturating_sub(child.start).saturating_add(below);
                current = *child;
            }
        }
        below
    }

    /// Starts and ends of children within `from..=to`.
    fn events(&self, from: u64, to: u64) -> usize {
        let starts = &self.starts;
        let (first, after) = (
            starts.partition_point(|start| *start < from),
            starts.partition_point(|start| *start <= to),
        );
        let (earliest, past) = (
            self.shown.partition_point(|child| child.end < from),
            self.shown.partition_point(|child| child.end <= to),
        );
        after.saturating_sub(first) + past.saturating_sub(earliest)
    }
}

/// The duration of a span without the time in which some child was at work.
///
/// Children are in order of their start, so that one pass finds the union of their intervals.
fn own_time(tree: &Tree, index: SpanIndex) -> u64 {
    let span = tree.span(index);
    let (mut busy, mut reached) = (0, span.start);
    for child in tree.children(index).iter().map(|child| tree.span(*child)) {
        let (start, end) = (child.start.max(reached), child.end().min(span.end()));
        if end > start {
            busy += end - start;
            reached = end;
        }
    }
    span.duration.saturating_sub(busy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::spans::classes::Classes;
    use crate::traces::spans::store::Record;

    /// Spans as (id, parent, start, end); gives (own, critical) by id.
    fn check(spans: &[(u64, u64, u64, u64)], expected: &[(u64, u64)]) {
        let record = |(id, parent, start, end): &(u64, u64, u64, u64)| Record {
            trace: [0, 1],
            id: *id,
            parent: *parent,
            start: *start,
            duration: end - start,
            ..Record::default()
        };
        let mut tree = Tree {
            spans: spans.iter().map(record).collect(),
            ..Tree::default()
        };
        tree.build(&Classes::default());
        let mut times = Times::default();
        times.compute(&tree, |_| Kind::Unknown);
        let found: Vec<(u64, u64)> = times
            .own
            .iter()
            .copied()
            .zip(times.critical.iter().copied())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn parallel_children_count_once() {
        check(
            &[(1, 0, 0, 100), (2, 1, 10, 60), (3, 1, 20, 90)],
            &[(20, 30), (50, 0), (70, 70)],
        );
    }

    #[test]
    fn sequential_children_are_all_critical() {
        check(
            &[(1, 0, 0, 100), (2, 1, 10, 40), (3, 1, 40, 90)],
            &[(20, 20), (30, 30), (50, 50)],
        );
    }

    #[test]
    fn children_are_clipped_and_outsiders_dropped() {
        check(
            &[(1, 0, 10, 100), (2, 1, 50, 150), (3, 1, 200, 300)],
            &[(40, 40), (100, 50), (100, 0)],
        );
    }

    #[test]
    fn small_overlaps_still_join() {
        check(
            &[(1, 0, 0, 1000), (2, 1, 0, 505), (3, 1, 500, 1000)],
            &[(0, 0), (505, 505), (500, 500)],
        );
    }
}
