//! The shape of a request: which services it visits, how deep, and whether it comes back.
//!
//! In: a [`Trace`]. Out: its [`Shape`], and the paths of its loops.
//! Invariant: one shape for each trace; equal neighbours on a path are collapsed.
//! Never: times, but for containment.

use std::cell::LazyCell;

use super::Trace;
use super::link::SpanIndex;
use crate::model::IndexVec;
use crate::traces::spans::class::Name;
use crate::traces::spans::intern::mix;
use crate::traces::spans::span::{Kind, flags};

/// Most services on a loop's path; longer ones are cut in the middle.
const LONGEST_LOOP: usize = 32;

/// Most services on a shape's path; the first ones of a longer path stay.
const LONGEST_PATH: usize = 1024;

/// The shape of a request, by numbers of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape {
    /// Services on the longest synchronous path.
    pub path: Vec<Name>,
    /// Services visited, sorted.
    pub services: Vec<Name>,
    /// Calls by caller and callee, sorted.
    pub edges: Vec<(Name, Name, u64)>,
    /// Services with a failed span, sorted.
    pub failed: Vec<Name>,
    /// Services re-entered, sorted.
    pub reentered: Vec<Name>,
    /// Whether the root span failed.
    pub root_failed: bool,
}

/// One part of a shape: a name, a number, or the end of a list.
pub enum Part<'s, N> {
    /// The name of a service.
    Name(&'s N),
    /// Calls, or whether the root failed.
    Number(u64),
}

/// A hash that is the same whether names are texts or numbers; `hash` gives that of a name.
pub(in crate::traces) fn shape_hash<'s, N: 's>(
    parts: impl Iterator<Item = Part<'s, N>>,
    hash: impl Fn(&N) -> u64,
) -> u64 {
    parts.fold(0, |sum, part| match part {
        Part::Name(name) => mix(sum ^ hash(name)),
        Part::Number(number) => mix(sum.wrapping_add(number).wrapping_add(0x9E37_79B9)),
    })
}

/// The parts of a shape in a fixed order.
pub(in crate::traces) fn shape_parts<'s, N>(
    lists: [&'s [N]; 4],
    edges: &'s [(N, N, u64)],
    root_failed: bool,
) -> impl Iterator<Item = Part<'s, N>> {
    let names = lists.into_iter().flat_map(|list| {
        let count = Part::Number(list.len() as u64);
        std::iter::once(count).chain(list.iter().map(Part::Name))
    });
    let edges = edges
        .iter()
        .flat_map(|(from, to, calls)| [Part::Name(from), Part::Name(to), Part::Number(*calls)]);
    names
        .chain(edges)
        .chain(std::iter::once(Part::Number(u64::from(root_failed))))
}

impl Shape {
    /// The same shape without room to spare, since thousands are kept.
    pub fn fitted(mut self) -> Self {
        for list in [
            &mut self.path,
            &mut self.services,
            &mut self.failed,
            &mut self.reentered,
        ] {
            list.shrink_to_fit();
        }
        self.edges.shrink_to_fit();
        self
    }

    /// The parts of the shape, for its hash.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_, Name>> {
        let lists = [&self.path, &self.services, &self.failed, &self.reentered].map(Vec::as_slice);
        shape_parts(lists, &self.edges, self.root_failed)
    }
}

/// A service that a request visits again while an earlier visit is above.
pub(in crate::traces) struct Loop {
    /// Services from the earlier visit down to the inner one.
    pub path: Vec<Name>,
    /// The service.
    pub service: Name,
    /// Whether the inner visit lies within the earlier one, which is busy with it then.
    pub contained: bool,
}

/// The loops of a trace.
///
/// A loop in time (`contained`) is one where the outer visit is busy with the inner one; else
/// the service is merely entered again later. Clocks of several hosts may disagree, so
/// nesting is also accepted where kinds and durations prove it.
pub(in crate::traces) fn loops<'t>(trace: &'t Trace<'_>) -> impl Iterator<Item = Loop> + 't {
    let waiting = LazyCell::new(move || waiting(trace));
    let found = trace.visits.loops.iter();
    found.map(move |&(inner, outer)| {
        let (span, around) = (trace.tree.span(inner), trace.tree.span(outer));
        let between = trace.ancestry(inner).take_while(|visit| *visit != outer);
        let between = between.take(LONGEST_LOOP - 1);
        let mut path: Vec<Name> = between.map(|visit| trace.service(visit)).collect();
        path.push(trace.service(outer));
        path.reverse();
        Loop {
            path,
            service: trace.service(inner),
            contained: span.has(flags::TIMED)
                && ((span.start >= around.start && span.end() <= around.end())
                    || waiting[inner] <= trace.visits.depth[outer]),
        }
    })
}

/// By opening span, the depth of the outermost visit that waits for it by kinds and durations alone, as clocks of
/// several hosts may disagree: every visit on the way answers a calling span that lasts at least as long, within its
/// own visit.
fn waiting(trace: &Trace<'_>) -> IndexVec<SpanIndex, u32> {
    let visits = &trace.visits;
    let mut outermost = IndexVec::of_size(&trace.tree.spans, 0_u32);
    let opening = trace.tree.order.iter().copied();
    for entry in opening.filter(|index| visits.entry[*index] == *index) {
        let caller = trace.tree.parent(entry);
        let waiting = caller.filter(|caller| waits_for(trace, *caller, entry));
        outermost[entry] = match waiting {
            Some(caller) => outermost[visits.entry[caller]],
            None => visits.depth[entry],
        };
    }
    outermost
}

/// Whether the visit of `caller` waits for the visit that `entry` opens.
fn waits_for(trace: &Trace<'_>, caller: SpanIndex, entry: SpanIndex) -> bool {
    let (answer, call) = (trace.tree.span(entry), trace.tree.span(caller));
    let around = trace.tree.span(trace.visits.entry[caller]);
    trace.class(caller).kind == Kind::Client
        && trace.class(entry).kind == Kind::Server
        && !answer.has(flags::FOLLOWS)
        && call.has(flags::TIMED)
        && answer.duration <= call.duration
        && call.start >= around.start
        && call.end() <= around.end()
}

/// Most visits below one another.
pub(in crate::traces) fn depth(trace: &Trace<'_>) -> u32 {
    trace.visits.depth.iter().copied().max().unwrap_or(0)
}

/// Whether the root failed: the earliest span without a parent, else the earliest orphan.
pub(in crate::traces) fn root_failed(trace: &Trace<'_>) -> bool {
    let root = trace.tree.roots().min_by_key(|index| {
        let span = trace.tree.span(*index);
        (span.parent != 0, span.start, span.id)
    });
    root.is_some_and(|root| trace.tree.span(root).has(flags::ERROR))
}

/// The services visited, and those with a failed span; both sorted.
pub(in crate::traces) fn services(trace: &Trace<'_>) -> (Vec<Name>, Vec<Name>) {
    let (mut visited, mut failed) = (Vec::new(), Vec::new());
    for (index, span) in trace.tree.spans.pairs() {
        let service = trace.service(index);
        if trace.visits.entry[index] == index {
            visited.push(service);
        }
        if span.has(flags::ERROR) {
            failed.push(service);
        }
    }
    (once(visited), once(failed))
}

/// Sorts, and leaves each name once.
pub(in crate::traces) fn once(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names.dedup();
    names
}

/// The services on the longest path of visits whose callers wait, as `waits` tells by opening span.
///
/// Of paths of one length, that which ends in the service with the smallest number wins, so
/// that equal requests have equal shapes.
pub(in crate::traces) fn longest(
    trace: &Trace<'_>,
    waits: &IndexVec<SpanIndex, bool>,
) -> Vec<Name> {
    let visits = &trace.visits;
    let mut reach = IndexVec::of_size(&trace.tree.spans, 0_u32);
    let mut best: Option<(std::cmp::Reverse<u32>, Name, SpanIndex)> = None;
    let opening = trace.tree.order.iter().copied();
    for index in opening.filter(|index| visits.entry[*index] == *index) {
        let depth = match visits.above[index] {
            None => 1,
            Some(above) if reach[above] > 0 && waits[index] => reach[above] + 1,
            Some(_) => continue,
        };
        reach[index] = depth;
        let candidate = (std::cmp::Reverse(depth), trace.service(index), index);
        if best.is_none_or(|best| candidate < best) {
            best = Some(candidate);
        }
    }
    let path = best.into_iter().flat_map(|(.., end)| trace.ancestry(end));
    let mut path: Vec<Name> = path.map(|visit| trace.service(visit)).collect();
    path.reverse();
    path.truncate(LONGEST_PATH);
    path
}
