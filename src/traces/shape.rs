//! The shape of a request: which services it visits, how deep, and whether it comes back.
//!
//! In: the trace at hand. Out: sums of shapes, loops and depths.
//! Invariant: one shape for each trace; equal neighbours on a path are collapsed.
//! Never: times, but for containment.

use super::class::Name;
use super::fold::Folder;
use super::intern::mix;
use super::link::NONE;
use super::span::flags;
use super::tally::Shape;
use crate::model::CallMode;

/// Most services on a loop's path; longer ones are cut in the middle.
const LONGEST_LOOP: usize = 32;

/// Most services on a shape's path; the first ones of a longer path stay.
const LONGEST_PATH: usize = 1024;

/// Most shapes of requests that are kept: those with the smallest hashes, whatever the order they came in.
pub(super) const SHAPES: usize = 4096;

/// Keeps [`SHAPES`] shapes and counts the requests of the others.
fn prune(folder: &mut Folder<'_>) {
    let mut hashes: Vec<u64> = folder
        .tally
        .shapes
        .values()
        .map(|(hash, _)| *hash)
        .collect();
    hashes.sort_unstable();
    let limit = hashes.get(SHAPES - 1).copied().unwrap_or(u64::MAX);
    folder.shape_limit = limit;
    let shapeless = &mut folder.tally.shapeless;
    folder.tally.shapes.retain(|_, (hash, count)| {
        *shapeless += if *hash <= limit { 0 } else { *count };
        *hash <= limit
    });
}

/// One part of a shape: a name, a number, or the end of a list.
pub(super) enum Part<'s, N> {
    /// The name of a service.
    Name(&'s N),
    /// Calls, or whether the root failed.
    Number(u64),
}

/// A hash that is the same whether names are texts or numbers; `hash` gives that of a name.
pub(super) fn shape_hash<'s, N: 's>(
    parts: impl Iterator<Item = Part<'s, N>>,
    hash: impl Fn(&N) -> u64,
) -> u64 {
    parts.fold(0, |sum, part| match part {
        Part::Name(name) => mix(sum ^ hash(name)),
        Part::Number(number) => mix(sum.wrapping_add(number).wrapping_add(0x9E37_79B9)),
    })
}

/// The parts of a shape in a fixed order.
pub(super) fn shape_parts<'s, N>(
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
    fn fitted(mut self) -> Self {
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

    fn parts(&self) -> impl Iterator<Item = Part<'_, Name>> {
        let lists = [&self.path, &self.services, &self.failed, &self.reentered].map(Vec::as_slice);
        shape_parts(lists, &self.edges, self.root_failed)
    }
}

/// Adds the shape, loops and depth of the trace to the sums.
pub(super) fn record(folder: &mut Folder<'_>) {
    let reentered = loops(folder);
    let deepest = folder
        .visits
        .depth
        .iter()
        .copied()
        .filter(|depth| *depth != NONE)
        .max()
        .unwrap_or(0);
    *folder.tally.depths.entry(deepest).or_default() += 1;
    let mut services: Vec<Name> = Vec::new();
    let mut failed: Vec<Name> = Vec::new();
    for index in 0..folder.tree.spans.len() as u32 {
        let service = folder.service(index);
        if folder.visits.entry[index as usize] == index {
            services.push(service);
        }
        if folder.tree.span(index).has(flags::ERROR) {
            failed.push(service);
        }
    }
    let root_failed = root(folder).is_some_and(|root| folder.tree.span(root).has(flags::ERROR));
    let shape = Shape {
        path: longest(folder),
        services: once(services),
        edges: edges(folder),
        failed: once(failed),
        reentered: once(reentered),
        root_failed,
    };
    let hash = shape_hash(shape.parts(), |name| {
        folder
            .classes
            .hashes
            .get(*name as usize)
            .copied()
            .unwrap_or(0)
    });
    match folder.tally.shapes.get_mut(&shape) {
        Some((_, count)) => *count += 1,
        None if hash > folder.shape_limit => folder.tally.shapeless += 1,
        None => {
            folder.tally.shapes.insert(shape.fitted(), (hash, 1));
        }
    }
    if folder.tally.shapes.len() > SHAPES + SHAPES / 4 {
        prune(folder);
    }
}

fn once(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names.dedup();
    names
}

fn edges(folder: &Folder<'_>) -> Vec<(Name, Name, u64)> {
    let pairs = folder
        .made
        .iter()
        .map(|made| folder.key(made))
        .map(|key| (key.caller, key.callee));
    let mut between = Vec::with_capacity(folder.made.len());
    between.extend(pairs.filter(|(caller, callee)| caller != callee));
    between.sort_unstable();
    between
        .chunk_by(|left, right| left == right)
        .map(|same| (same[0].0, same[0].1, same.len() as u64))
        .collect()
}

/// The root span: the earliest without a parent, else the earliest orphan.
fn root(folder: &Folder<'_>) -> Option<u32> {
    let roots = folder
        .tree
        .order
        .iter()
        .copied()
        .take_while(|index| folder.tree.parent(*index).is_none());
    roots.min_by_key(|index| {
        let span = folder.tree.span(*index);
        (span.parent != 0, span.start, span.id)
    })
}

/// The services on the longest path of visits whose callers wait.
fn longest(folder: &Folder<'_>) -> Vec<Name> {
    let count = folder.tree.spans.len();
    let mut waits = vec![true; count];
    for made in &folder.made {
        let key = folder.key(made);
        if key.caller != key.callee && !key.inferred {
            waits[made.span as usize] = key.mode == CallMode::Sync;
        }
    }
    let mut reach = vec![0_u32; count];
    let mut best: Option<(std::cmp::Reverse<u32>, Name, u32)> = None;
    for &index in folder
        .tree
        .order
        .iter()
        .filter(|index| folder.visits.entry[**index as usize] == **index)
    {
        let above = folder.visits.above[index as usize];
        let depth = match reach.get(above as usize) {
            _ if above == NONE => 1,
            Some(depth) if *depth > 0 && waits[index as usize] => depth + 1,
            _ => continue,
        };
        reach[index as usize] = depth;
        let candidate = (std::cmp::Reverse(depth), folder.service(index), index);
        if best.is_none_or(|best| candidate < best) {
            best = Some(candidate);
        }
    }
    let mut path: Vec<Name> = best
        .map(|(.., end)| {
            folder
                .ancestry(end)
                .map(|visit| folder.service(visit))
                .collect()
        })
        .unwrap_or_default();
    path.reverse();
    path.truncate(LONGEST_PATH);
    path
}

/// Counts the loops; gives the services that were re-entered while busy.
fn loops(folder: &mut Folder<'_>) -> Vec<Name> {
    let trace = folder.id();
    let found = std::mem::take(&mut folder.visits.loops);
    let mut reentered = Vec::new();
    for &(inner, outer) in &found {
        let (span, around) = (*folder.tree.span(inner), *folder.tree.span(outer));
        let contained =
            span.start >= around.start && span.end() <= around.end() && span.has(flags::TIMED);
        let mut path: Vec<Name> = Vec::new();
        for visit in folder.ancestry(inner) {
            if visit == outer || path.len() + 1 == LONGEST_LOOP {
                break;
            }
            path.push(folder.service(visit));
        }
        path.push(folder.service(outer));
        path.reverse();
        if contained {
            reentered.push(folder.service(inner));
        }
        let sums = folder.tally.loops.entry(path).or_default();
        sums.count += 1;
        sums.contained += u64::from(contained);
        if sums.example == [0, 0] || trace < sums.example {
            sums.example = trace;
        }
    }
    folder.visits.loops = found;
    reentered
}
