//! In which order to cut out the proposals of a list.
//!
//! In: [`Boundary`]s of one list. Out: their places in the order.
//! Invariant: what others use goes before them; of several that nothing holds up the cheapest goes first.
//! Never: orders two of which only one can be cut out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::input::Input;
use super::base::record::Boundary;

/// Numbers the cuts that can be made beside each other, and says which of them each one waits for.
pub(super) fn order(input: &Input<'_>, proposals: &mut [Boundary]) {
    let uses = uses(input, proposals);
    let sites = |at: usize| -> usize {
        let breaks = proposals[at].breaks.iter();
        breaks.map(|broken| broken.locations.len()).sum()
    };
    let is_listed = |at: usize| {
        proposals
            .get(at)
            .is_some_and(|other| other.doubts.is_empty())
    };
    let is_open = |at: &usize| {
        let rival = proposals[*at].instead_of.map(|rank| rank as usize - 1);
        is_listed(*at) && !rival.is_some_and(is_listed)
    };
    let mut open: BTreeSet<usize> = (0..proposals.len()).filter(is_open).collect();
    let mut done: Vec<usize> = Vec::new();
    let cost: Vec<usize> = (0..proposals.len()).map(sites).collect();
    while !open.is_empty() {
        let held = |at: usize| {
            open.iter()
                .filter(|&&other| uses.contains(&(at, other)))
                .count()
        };
        let next = open
            .iter()
            .copied()
            .min_by_key(|&at| (held(at), cost[at], at));
        let Some(next) = next else { break };
        open.remove(&next);
        done.push(next);
    }
    for (place, &at) in done.iter().enumerate() {
        let before = done[..place]
            .iter()
            .filter(|&&other| uses.contains(&(at, other)));
        let mut after: Vec<u32> = before.map(|&other| proposals[other].rank).collect();
        after.sort_unstable();
        proposals[at].plan.order = u32::try_from(place + 1).ok();
        proposals[at].plan.after = after;
    }
}

/// Pairs of proposals of which the first uses the second.
fn uses(input: &Input<'_>, proposals: &[Boundary]) -> BTreeSet<(usize, usize)> {
    let mut of_path: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
    for (at, proposal) in proposals.iter().enumerate() {
        for path in &proposal.members {
            of_path.entry(path).or_default().push(at);
        }
    }
    let sets = |node: crate::graph::NodeIndex| {
        let path = input.graph.node(node).path.as_ref();
        path.and_then(|path| of_path.get(path))
            .map_or(&[][..], Vec::as_slice)
    };
    let edges = input.graph.edges().iter();
    let counted = edges.filter(|edge| edge.kind.is_code() && edge.is_counted());
    let pairs = counted.flat_map(|edge| {
        let (from, to) = (sets(edge.from), sets(edge.to));
        let apart = from.iter().filter(|at| !to.contains(at));
        apart.flat_map(|&a| {
            to.iter()
                .filter(|at| !from.contains(at))
                .map(move |&b| (a, b))
        })
    });
    pairs.collect()
}
