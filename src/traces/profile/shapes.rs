//! The shapes of requests, with their loops and depths.
//!
//! In: the trace at hand. Out: sums of shapes, loops and depths.
//! Invariant: the shapes with the smallest hashes, whatever the order they came in.
//! Never: more shapes than the cap.

use super::folder::Folder;
use super::tally::{PairKey, earliest};
use crate::model::{CallMode, IndexVec};
use crate::traces::spans::class::Name;
use crate::traces::tree::link::SpanIndex;
use crate::traces::tree::shape::{self, Shape, shape_hash};

/// Most shapes of requests that are kept: those with the smallest hashes, whatever the order they came in.
pub(super) const SHAPES: usize = 4096;

/// Keeps [`SHAPES`] shapes and counts the requests of the others.
///
/// A quarter more than that is let in between two prunings, so that sorting is rare.
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

/// Adds the shape, loops and depth of the trace to the sums.
///
/// A shape whose hash is past the limit is not even stored; it only counts as dropped.
pub(super) fn record(folder: &mut Folder<'_>) {
    let reentered = loops(folder);
    let trace = &folder.trace;
    *folder.tally.depths.entry(shape::depth(trace)).or_default() += 1;
    let (services, failed) = shape::services(trace);
    let shape = Shape {
        path: shape::longest(trace, &waits(folder)),
        services,
        edges: edges(folder),
        failed,
        reentered,
        root_failed: shape::root_failed(trace),
    };
    let hash = shape_hash(shape.parts(), |name| {
        folder.trace.classes.hashes[*name as usize]
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

/// Counts the loops; gives the services that were re-entered while busy, sorted.
///
/// A loop is a service that is entered again by way of others: `a` calls `b`, and `b` calls
/// `a`.
fn loops(folder: &mut Folder<'_>) -> Vec<Name> {
    let mut reentered = Vec::new();
    for found in shape::loops(&folder.trace) {
        if found.contained {
            reentered.push(found.service);
        }
        let sums = folder.tally.loops.entry(found.path).or_default();
        sums.count += 1;
        sums.contained += u64::from(found.contained);
        earliest(&mut sums.example, folder.trace.id());
    }
    shape::once(reentered)
}

/// By span: whether the caller of the visit that it opens waits for it.
fn waits(folder: &Folder<'_>) -> IndexVec<SpanIndex, bool> {
    let mut waits = IndexVec::of_size(&folder.trace.tree.spans, true);
    for made in &folder.made {
        let key = folder.key(made);
        if key.caller != key.callee && !key.inferred {
            waits[made.span] = key.mode == CallMode::Sync;
        }
    }
    waits
}

/// Calls between services, by caller and callee; a database or topic may be called like a service, and is none.
fn edges(folder: &Folder<'_>) -> Vec<(Name, Name, u64)> {
    let is_store = |key: &PairKey| key.inferred && key.mode.is_stored();
    let keys = folder.made.iter().map(|made| folder.key(made));
    let pairs = keys
        .filter(|key| !is_store(key))
        .map(|key| (key.caller, key.callee));
    let mut between = Vec::with_capacity(folder.made.len());
    between.extend(pairs.filter(|(caller, callee)| caller != callee));
    between.sort_unstable();
    between
        .chunk_by(|left, right| left == right)
        .map(|same| (same[0].0, same[0].1, same.len() as u64))
        .collect()
}
