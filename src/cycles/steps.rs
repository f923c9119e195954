//! How to untie a large cycle, one piece of work after the other.
//!
//! In: a component of a [`LevelGraph`]. Out: [`Step`]s.
//! Invariant: each step frees at least one member of the largest knot that is left.
//! Never: cuts the wiring of a composition root, a routing table, a re-export or what lies below.

use super::candidates::{self, EDGES, Group};
use super::kind::Kind;
use super::knot::Knot;
use super::record::{CutEdge, Step};
use super::split::{self, Split};
use super::{advice, breakers};
use crate::graph::{DependencyGraph, Digraph, LevelGraph, Vertex, scc};

/// Members of a knot that a person still sees through.
const SMALL: usize = 6;
/// Steps that anybody plans ahead.
const STEPS: usize = 8;
/// Visits of nodes and edges that the search for one step may take.
const WORK: usize = 10_000_000;
/// Groups that may be put together to one, the first included.
const ROUNDS: usize = EDGES;
/// What moving a file costs, in places.
const FILE: u64 = 3;
/// How much dearer a member may be that a group frees beside another one.
const FADED: u64 = 5;

/// The steps for the component of `members`.
pub(super) fn of(
    graph: &DependencyGraph,
    level: &LevelGraph,
    priced: &Digraph,
    members: &[Vertex],
) -> Vec<Step> {
    if members.len() <= SMALL {
        return Vec::new();
    }
    let mut knot = Knot::of(graph, level, priced, members);
    let ids: Vec<_> = members
        .iter()
        .map(|&at| graph.node(level.nodes[at]).id.clone())
        .collect();
    let kind = Kind::of(level.level, &ids);
    let mut splits = split::of(graph, level, members);
    let mut steps = Vec::new();
    while steps.len() < STEPS && knot.largest.len() > SMALL {
        let (group, split) = match (best(&knot), best_split(&knot, &splits)) {
            (Some(group), Some((better, split))) if better.order(&group).is_lt() => {
                (better, Some(split.clone()))
            }
            (None, Some((group, split))) => (group, Some(split.clone())),
            (Some(group), _) => (group, None),
            (None, None) => break,
        };
        let of = knot.largest.len();
        let edge = |&(from, to): &(Vertex, Vertex)| {
            let (from, to) = (members[from.index()], members[to.index()]);
            breakers::edge(graph, level, (from, to))
        };
        let edges: Vec<CutEdge> = group.edges.iter().map(edge).collect();
        let advice = match &split {
            Some(split) => advice::of_split(&edges, split, kind),
            None => advice::of(&edges, &knot, &group.edges, kind),
        };
        knot = match &split {
            Some(split) => knot.split(split.member, &group.edges),
            None => knot.without(&group.edges),
        };
        splits.retain(|known| {
            split
                .as_ref()
                .is_none_or(|done| done.member != known.member)
        });
        steps.push(Step {
            advice,
            edges,
            moves: split.map_or_else(Vec::new, |split| split.files),
            of,
            frees: group.frees,
            left: knot.largest.len(),
        });
    }
    steps
}

/// The split that frees most by the least number of files.
fn best_split<'a>(knot: &Knot<'_>, splits: &'a [Split]) -> Option<(Group, &'a Split)> {
    let part = knot.digraph.induced(&knot.largest);
    let affordable = WORK / (part.nodes() + part.edges());
    let weighed = splits.iter().take(affordable.max(1)).map(|split| {
        let left = |pair: &&(Vertex, Vertex)| knot.digraph.weight(pair.0, pair.1).is_some();
        let edges: Vec<(Vertex, Vertex)> = split.pairs.iter().filter(left).copied().collect();
        let local = |node: Vertex| knot.largest.binary_search(&node).ok().map(Vertex::new);
        let inside: Vec<(Vertex, Vertex)> = edges
            .iter()
            .filter_map(|&(from, to)| Some((local(from)?, local(to)?)))
            .collect();
        let group = Group {
            frees: freed(&part, &inside),
            cost: FILE * split.files.len() as u64,
            edges,
        };
        (group, split)
    });
    weighed
        .filter(|(group, _)| group.frees > 0)
        .min_by(|a, b| a.0.order(&b.0))
}

/// The upward dependencies that free many at few places, widened as long as others free as much beside them.
fn best(knot: &Knot<'_>) -> Option<Group> {
    let part = knot.digraph.induced(&knot.largest);
    let scale = Scale { knot, part: &part };
    let found = candidates::of(knot, &part);
    let affordable = WORK / ROUNDS / (part.nodes() + part.edges());
    let weighed: Vec<Group> = found
        .into_iter()
        .take(affordable.max(1))
        .map(|edges| scale.weigh(edges))
        .collect();
    let freeing = weighed.iter().filter(|group| group.frees > 0);
    let first = freeing.min_by(|a, b| a.order(b))?;
    let mut chosen = scale.slim(first.clone());
    while let Some(wider) = scale.wider(&chosen, &weighed) {
        chosen = scale.slim(wider);
    }
    Some(knot.outside(chosen))
}

/// What groups of edges of the largest component are weighed on.
struct Scale<'a> {
    knot: &'a Knot<'a>,
    part: &'a Digraph,
}

impl Scale<'_> {
    fn weigh(&self, edges: Vec<(Vertex, Vertex)>) -> Group {
        let outside = |node: Vertex| self.knot.largest[node.index()];
        let pairs = || edges.iter().map(|&(from, to)| (outside(from), outside(to)));
        Group {
            frees: freed(self.part, &edges),
            cost: pairs().map(|pair| self.knot.cost(pair)).sum(),
            edges,
        }
    }

    /// The group with another one that frees more beside it, at no much higher price a member.
    fn wider(&self, group: &Group, others: &[Group]) -> Option<Group> {
        let more = others.iter().filter_map(|other| {
            let mut edges = [&*group.edges, &*other.edges].concat();
            edges.sort_unstable();
            edges.dedup();
            (edges.len() > group.edges.len() && edges.len() <= EDGES).then(|| self.weigh(edges))
        });
        let added = more.filter_map(|wide| {
            let added = Group {
                frees: wide
                    .frees
                    .checked_sub(group.frees)
                    .filter(|more| *more > 0)?,
                cost: wide.cost - group.cost,
                ..wide.clone()
            };
            let worth = added.frees as u64 * group.cost * FADED >= group.frees as u64 * added.cost;
            worth.then_some((added, wide))
        });
        let best = added.min_by(|a, b| a.0.order(&b.0))?;
        Some(best.1)
    }

    /// Leaves out the edges without which the others free as many, the last first.
    fn slim(&self, mut group: Group) -> Group {
        for at in (0..group.edges.len()).rev() {
            let mut fewer = group.edges.clone();
            fewer.remove(at);
            let fewer = self.weigh(fewer);
            if fewer.frees >= group.frees {
                group = fewer;
            }
        }
        group
    }
}

/// Members that leave the component without `edges`: all of them where no cycle is left.
fn freed(part: &Digraph, edges: &[(Vertex, Vertex)]) -> usize {
    let sizes = scc::components_without(part, edges).sizes();
    let largest = sizes.into_iter().max().unwrap_or_default() as usize;
    part.nodes() - if largest > 1 { largest } else { 0 }
}

#[cfg(test)]
mod tests;
