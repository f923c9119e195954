//! Which candidates make the list.
//!
//! In: [`Weighed`] candidates, [`Overlaps`]. Out: positions with the share of plausibility that each adds.
//! Invariant: the same candidates give the same list; ties go to the larger set, then by members.
//! Never: weighs the parts of a shape.

use std::collections::BTreeSet;

use super::shape::Shape;
use crate::boundaries::base::sets::{FileSet, Overlaps};
use crate::boundaries::base::view::View;

/// Two sets at least this alike are the same proposal.
pub(crate) const SAME: f64 = 0.8;
/// Of sets at least this alike the most plausible one is listed.
const ALIKE: f64 = 0.7;

/// Two sets at least this alike are two tries at one thing.
const RIVAL: f64 = 0.4;

/// A candidate with its plausibility.
pub(crate) struct Weighed {
    pub(crate) set: FileSet,
    pub(crate) views: BTreeSet<View>,
    pub(crate) shape: Shape,
    pub(crate) plausibility: f64,
    /// Plausibility times the votes of the views; each view has one vote for all its sets.
    pub(crate) weight: f64,
}

/// The larger set first, then by members.
pub(crate) fn order(a: &Weighed, b: &Weighed) -> std::cmp::Ordering {
    b.set
        .len()
        .cmp(&a.set.len())
        .then_with(|| a.set.cmp(&b.set))
}

/// Greedy maximum coverage (Nemhauser, Wolsey, Fisher 1978): each choice adds the most plausibility
/// that no earlier choice stands for. Rivals of an earlier choice are chosen after all others,
/// when little is left for them to stand for. Returns positions with the share that each adds.
pub(crate) fn choose(
    pool: &[Weighed],
    overlaps: &Overlaps,
    pinned: usize,
    top: usize,
) -> Vec<(usize, f64)> {
    let total: f64 = pool.iter().map(|candidate| candidate.weight).sum();
    let mut open: Vec<f64> = pool.iter().map(|candidate| candidate.weight).collect();
    let mut places = vec![Place::Apart; pool.len()];
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    while chosen.len() < top.min(pool.len()) {
        let gains: Vec<f64> = (0..pool.len())
            .map(|at| gain(overlaps, &open, at))
            .collect();
        let best = if chosen.len() < pinned {
            Some(chosen.len())
        } else {
            next(pool, overlaps, &gains, &places, pinned)
        };
        let Some(best) = best else { break };
        chosen.push((best, gains[best] / total.max(f64::MIN_POSITIVE)));
        for at in 0..pool.len() {
            let jaccard = overlaps.jaccard(best, at);
            open[at] *= 1.0 - stands_for(jaccard);
            if at == best || jaccard >= SAME {
                places[at] = Place::Taken;
            } else if places[at] == Place::Apart && jaccard >= RIVAL {
                places[at] = Place::Rival;
            }
        }
    }
    chosen
}

/// How a candidate stands to those already chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Apart,
    /// Much like one that is chosen.
    Rival,
    /// Chosen, or the same as one that is.
    Taken,
}

/// The candidate that gains most, represented by the most plausible one of those that are alike.
fn next(
    pool: &[Weighed],
    overlaps: &Overlaps,
    gains: &[f64],
    places: &[Place],
    pinned: usize,
) -> Option<usize> {
    let all = || pinned..pool.len();
    let wanted = if all().any(|at| places[at] == Place::Apart) {
        Place::Apart
    } else {
        Place::Rival
    };
    let most = |candidates: &mut dyn Iterator<Item = usize>, value: &dyn Fn(usize) -> f64| {
        candidates.max_by(|&a, &b| {
            let values = value(a).total_cmp(&value(b));
            values.then_with(|| order(&pool[b], &pool[a]))
        })
    };
    let free = || all().filter(|&at| places[at] == wanted);
    let first = most(&mut free(), &|at| gains[at])?;
    let alike = |&at: &usize| at == first || overlaps.jaccard(first, at) >= ALIKE;
    most(&mut free().filter(alike), &|at| pool[at].plausibility)
}

/// What choosing a candidate adds: the weight of all that it stands for and nothing chosen does.
fn gain(overlaps: &Overlaps, open: &[f64], at: usize) -> f64 {
    overlaps
        .row(at)
        .iter()
        .zip(open)
        .map(|(&jaccard, weight)| weight * stands_for(f64::from(jaccard)))
        .sum()
}

/// How far one set stands for another: not at all up to a Jaccard similarity of .3, wholly from .6 on.
fn stands_for(jaccard: f64) -> f64 {
    ((jaccard - 0.3) / 0.3).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_try_at_a_chosen_set_comes_after_what_is_apart() {
        let sets: [&[u32]; 3] = [&[0, 1, 2, 3, 4, 5], &[0, 1, 2, 3, 6, 7], &[8, 9, 10]];
        let weighed = |(at, members): (usize, &&[u32])| Weighed {
            set: members.iter().copied().collect(),
            views: BTreeSet::new(),
            shape: Shape::default(),
            plausibility: 1.0,
            weight: [3.0, 2.9, 0.1][at],
        };
        let pool: Vec<Weighed> = sets.iter().enumerate().map(weighed).collect();
        let overlaps = Overlaps::of(pool.iter().map(|candidate| &candidate.set), 11);
        let order = |(at, _): &(usize, f64)| *at;
        let chosen: Vec<usize> = choose(&pool, &overlaps, 0, 3).iter().map(order).collect();
        assert_eq!(chosen, [0, 2, 1]);
    }
}
