//! What a change makes of a request.
//!
//! In: the shape of a request. Out: the shape that it has after the change.
//! Invariant: what no call leads to any more is left out.
//! Never: a call that the request did not make, but by another caller.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::RequestShape;

type Calls = Vec<(Arc<str>, Arc<str>, u64)>;

/// Whether the request makes such a call.
pub(super) fn calls(shape: &RequestShape, caller: &Arc<str>, callee: &Arc<str>) -> bool {
    shape
        .edges
        .iter()
        .any(|(a, b, _)| a == caller && b == callee)
}

/// The request with its services called as `renamed` says; those of one name are one.
pub(super) fn merged(
    shape: &RequestShape,
    renamed: &dyn Fn(&Arc<str>) -> Arc<str>,
) -> RequestShape {
    let mut path: Vec<Arc<str>> = shape.path.iter().map(renamed).collect();
    path.dedup();
    let unique = |names: &[Arc<str>]| -> Vec<Arc<str>> {
        let names: BTreeSet<_> = names.iter().map(renamed).collect();
        names.into_iter().collect()
    };
    let edges = shape.edges.iter();
    let edges = edges.map(|(from, to, calls)| (renamed(from), renamed(to), *calls));
    let edges = summed(edges.filter(|(from, to, _)| from != to));
    RequestShape {
        path,
        services: unique(&shape.services),
        failed: unique(&shape.failed),
        reentered: still_reentered(&unique(&shape.reentered), &edges),
        edges,
        ..shape.clone()
    }
}

/// The request without the calls from `caller` to `callee` and what only they led to.
pub(super) fn without_call(
    shape: &RequestShape,
    caller: &Arc<str>,
    callee: &Arc<str>,
) -> RequestShape {
    if !calls(shape, caller, callee) {
        return shape.clone();
    }
    let mut edges = shape.edges.clone();
    edges.retain(|(a, b, _)| (a, b) != (caller, callee));
    let reached = reached(shape.path.first().or(shape.services.first()), &edges);
    edges.retain(|(a, _, _)| reached.contains(a));
    let mut path = shape.path.clone();
    path.truncate(step(shape, caller, callee).map_or(path.len(), |at| at + 1));
    let kept = |names: &[Arc<str>]| -> Vec<Arc<str>> {
        let kept = names.iter().filter(|name| reached.contains(*name));
        kept.cloned().collect()
    };
    RequestShape {
        path,
        services: kept(&shape.services),
        failed: kept(&shape.failed),
        reentered: still_reentered(&shape.reentered, &edges),
        edges,
        ..shape.clone()
    }
}

/// The request with the calls from `caller` to `callee` made by `client` instead.
pub(super) fn composed(
    shape: &RequestShape,
    client: &Arc<str>,
    caller: &Arc<str>,
    callee: &Arc<str>,
) -> RequestShape {
    let edges = shape.edges.iter().map(|(from, to, calls)| {
        let moved = from == caller && to == callee;
        let from = if moved { client } else { from };
        (from.clone(), to.clone(), *calls)
    });
    let edges = summed(edges);
    let mut path = shape.path.clone();
    if let Some(at) = step(shape, caller, callee) {
        path.remove(at);
    }
    RequestShape {
        path,
        reentered: still_reentered(&shape.reentered, &edges),
        edges,
        ..shape.clone()
    }
}

/// Sums up calls between the same two services, in the order in which they first stand.
fn summed(calls: impl Iterator<Item = (Arc<str>, Arc<str>, u64)>) -> Calls {
    let mut sums = Calls::new();
    for (from, to, calls) in calls {
        match sums.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
            Some((_, _, sum)) => *sum += calls,
            None => sums.push((from, to, calls)),
        }
    }
    sums
}

/// Where the longest path goes from `caller` to `callee`.
fn step(shape: &RequestShape, caller: &Arc<str>, callee: &Arc<str>) -> Option<usize> {
    let mut steps = shape.path.windows(2);
    steps.position(|pair| pair[0] == *caller && pair[1] == *callee)
}

/// Those of `names` that the calls still lead back to.
fn still_reentered(names: &[Arc<str>], edges: &Calls) -> Vec<Arc<str>> {
    let still = names.iter().filter(|name| returns(edges, name));
    still.cloned().collect()
}

/// The services that calls lead to from `root`, itself included; none without a root.
fn reached(root: Option<&Arc<str>>, edges: &Calls) -> BTreeSet<Arc<str>> {
    let mut seen: BTreeSet<Arc<str>> = root.cloned().into_iter().collect();
    let mut todo: Vec<Arc<str>> = seen.iter().cloned().collect();
    while let Some(at) = todo.pop() {
        for (_, to, _) in edges.iter().filter(|(from, _, _)| *from == at) {
            if seen.insert(to.clone()) {
                todo.push(to.clone());
            }
        }
    }
    seen
}

/// Whether calls lead from a service back to itself.
fn returns(edges: &Calls, name: &Arc<str>) -> bool {
    let next = edges
        .iter()
        .filter(|(from, _, _)| from == name)
        .map(|(_, to, _)| to);
    next.into_iter()
        .any(|to| to == name || reached(Some(to), edges).contains(name))
}
