//! What changed since a base.
//!
//! In: [`Comparison`]. Out: [`Change`].
//! Invariant: what was added stands before what was removed; every list says how much it leaves out.
//! Never: judges; the gate does.

use serde::Serialize;

use super::short::Short;
use crate::gate::{Comparison, CycleChange, Difference, EdgeChange, MetricChange};
use crate::model::{Level, NodeKind};
use crate::report::view::names::{UNKNOWN, counted, decimal, place, short_commit};

/// Lines of a list.
const ROWS: usize = 25;
/// Places of a line.
const PLACES: usize = 2;

/// The section.
#[derive(Serialize)]
pub(super) struct Change {
    since: String,
    summary: String,
    added: Side,
    removed: Side,
    metrics: Short<(String, String, String, String)>,
}

/// What was added, or what was removed.
#[derive(Serialize)]
struct Side {
    cycles: Short<String>,
    services: Short<String>,
    edges: Short<Edge>,
    findings: Short<(String, String)>,
}

/// A dependency that came or went.
#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    kind: &'static str,
    in_cycle: bool,
    places: Short<String>,
}

/// The section, headed by the short commit of the base or by its name.
pub(super) fn change(comparison: &Comparison) -> Change {
    Change {
        since: match &comparison.base.commit {
            Some(commit) => short_commit(commit),
            None => comparison.base.name.clone(),
        },
        summary: summary(comparison),
        added: side(&comparison.added),
        removed: side(&comparison.removed),
        metrics: Short::new(comparison.metrics.iter().map(metric), ROWS),
    }
}

/// `1 new cycle, 2 new findings; 3 dependencies added, 1 removed.`
fn summary(comparison: &Comparison) -> String {
    let (added, removed) = (&comparison.added, &comparison.removed);
    if *added == Difference::default() && *removed == Difference::default() {
        return "Nothing that counts: the same dependencies, cycles, findings and services."
            .to_owned();
    }
    format!(
        "{} and {} more, {} and {} gone; {} added, {} removed.",
        counted(added.cycles.len(), "cycle", "cycles"),
        counted(added.findings.len(), "finding", "findings"),
        counted(removed.cycles.len(), "cycle", "cycles"),
        counted(removed.findings.len(), "finding", "findings"),
        counted(added.edges.len(), "dependency", "dependencies"),
        removed.edges.len(),
    )
}

/// One side of the comparison, each list cut at `ROWS`.
fn side(difference: &Difference) -> Side {
    let findings = difference.findings.iter();
    // What a cycle closes or a service calls comes first.
    let mut edges: Vec<&EdgeChange> = difference.edges.iter().collect();
    edges.sort_by_key(|edge| (edge.from.kind != NodeKind::Service, !edge.in_cycle));
    Side {
        cycles: Short::new(difference.cycles.iter().map(cycle), ROWS),
        services: Short::new(
            difference.services.iter().map(|id| id.name.to_string()),
            ROWS,
        ),
        edges: Short::new(edges.into_iter().map(edge), ROWS),
        findings: Short::new(
            findings.map(|finding| (finding.rule.to_string(), finding.title.clone())),
            ROWS,
        ),
    }
}

/// `package: a → b → a`, with how much of it was tied together before.
fn cycle(cycle: &CycleChange) -> String {
    let names = cycle.shortest.iter().chain(cycle.shortest.first());
    let names: Vec<&str> = names.map(|id| &*id.name).collect();
    let members = counted(
        cycle.members.len(),
        cycle.level.name(),
        &format!("{}s", cycle.level.name()),
    );
    let known = match cycle.known {
        0 => String::new(),
        known => format!(", {known} of them in a cycle on the other side, too"),
    };
    format!("{members}{known}: {}", names.join(" → "))
}

/// A dependency with up to `PLACES` places.
fn edge(edge: &EdgeChange) -> Edge {
    Edge {
        from: edge.from.name.to_string(),
        to: edge.to.name.to_string(),
        kind: edge.kind.name(),
        in_cycle: edge.in_cycle,
        places: Short::new(edge.locations.iter().map(place), PLACES),
    }
}

/// Node, metric, and the values before and after; a dash for what is not known.
fn metric(change: &MetricChange) -> (String, String, String, String) {
    let value = |value: Option<f64>| value.map_or_else(|| UNKNOWN.to_owned(), decimal);
    let node = match change.level {
        Level::System => "the system".to_owned(),
        _ => change.node.to_string(),
    };
    (
        node,
        change.id.clone(),
        value(change.before),
        value(change.after),
    )
}
