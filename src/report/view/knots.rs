//! Cycles that are the same knot, seen at several levels, told once.
//!
//! In: [`Analysis`]. Out: [`Knot`]s, coarse levels first, then proven, then large ones.
//! Invariant: every counted cycle belongs to exactly one knot.
//! Never: joins a cycle within one package to a knot of that package with others.
//!
//! Files that depend on each other across three packages make a cycle of packages, one of modules
//! and one of files. A reader has one thing to untie.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, Cycle, NodeRecord, Verdict};
use crate::model::{Level, NodeId};

/// A knot at its coarsest level.
pub(in crate::report) struct Knot<'a> {
    /// The cycle at that level.
    pub(in crate::report) cycle: &'a Cycle,
    /// The same at finer levels: level and members.
    pub(in crate::report) also: Vec<(Level, usize)>,
}

/// All knots of counted cycles.
pub(in crate::report) fn knots(analysis: &Analysis) -> Vec<Knot<'_>> {
    let parents: FxHashMap<&NodeId, &NodeRecord> =
        analysis.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut found: Vec<(Knot<'_>, BTreeSet<&NodeId>)> = Vec::new();
    for cycle in ranked(analysis) {
        let holders = |knot: &BTreeSet<&NodeId>| {
            let held = cycle
                .members
                .iter()
                .filter_map(|id| holder(&parents, id, knot));
            held.collect::<BTreeSet<_>>().len()
        };
        let same = found.iter_mut().find(|(knot, members)| {
            knot.cycle.level < cycle.level
                && knot.cycle.synchronous.is_none()
                && holders(members) > 1
        });
        if let Some((knot, _)) = same {
            knot.also.push((cycle.level, cycle.members.len()));
        } else {
            let knot = Knot {
                cycle,
                also: Vec::new(),
            };
            found.push((knot, cycle.members.iter().collect()));
        }
    }
    found.into_iter().map(|(knot, _)| knot).collect()
}

/// The member of the knot that the node lies in.
fn holder<'a>(
    nodes: &FxHashMap<&'a NodeId, &'a NodeRecord>,
    id: &'a NodeId,
    knot: &BTreeSet<&'a NodeId>,
) -> Option<&'a NodeId> {
    let mut at = nodes.get(id)?.parent.as_ref();
    while let Some(parent) = at {
        if knot.contains(parent) {
            return Some(parent);
        }
        at = nodes.get(parent)?.parent.as_ref();
    }
    None
}

/// Counted cycles by level, verdict and size.
fn ranked(analysis: &Analysis) -> Vec<&Cycle> {
    let counted = analysis.cycles.iter().filter(|cycle| cycle.is_counted());
    let mut cycles: Vec<&Cycle> = counted.collect();
    cycles.sort_by_key(|cycle| {
        let asynchronous = cycle.synchronous == Some(false);
        let proven = cycle.verdict == Some(Verdict::DistributedMonolith);
        (
            cycle.level,
            asynchronous,
            !proven,
            Reverse(cycle.members.len()),
            &cycle.id,
        )
    });
    cycles
}
