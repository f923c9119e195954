//! What a change did to a system, for people.
//!
//! In: [`Comparison`]. Out: text.
//! Invariant: what ties the system together comes first: cycles, services, dependencies, then numbers.
//! Never: a list without an end, unless all of it is asked for.

use std::io::{self, Write};

use super::view::escape::shown;
use crate::gate::{Comparison, CycleChange, Difference, EdgeChange, MetricChange};
use crate::model::{EdgeKind, Level, NodeId, NodeKind};

/// Most lines of one list.
const LINES: usize = 12;

/// Writes what changed since `name`; every line where `all` is set.
///
/// # Errors
/// The sink cannot be written.
pub fn text(
    comparison: &Comparison,
    name: &str,
    all: bool,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let short = |commit: &Option<String>| {
        let commit = commit.as_deref().unwrap_or("no commit");
        commit.get(..10).unwrap_or(commit).to_owned()
    };
    let (base, head) = (
        short(&comparison.base.commit),
        short(&comparison.head.commit),
    );
    writeln!(
        sink,
        "{}: {base} ({}) to {head} and what lies in the folder",
        shown(&comparison.head.name),
        shown(name)
    )?;
    let lines = lines(comparison);
    if lines.iter().all(|(_, lines)| lines.is_empty()) {
        return writeln!(
            sink,
            "no dependency, cycle, service or metric of the code changed"
        );
    }
    for (title, lines) in lines.iter().filter(|(_, lines)| !lines.is_empty()) {
        writeln!(sink, "\n{title}")?;
        let most = if all { lines.len() } else { LINES };
        for line in lines.iter().take(most) {
            writeln!(sink, "  {line}")?;
        }
        if lines.len() > most {
            writeln!(sink, "  and {} more (--all)", lines.len() - most)?;
        }
    }
    Ok(())
}

/// The sections in the order of their weight, each with its lines: `+` for what was added, `-` for
/// what was removed. A section may be empty.
fn lines(comparison: &Comparison) -> Vec<(&'static str, Vec<String>)> {
    let (added, removed) = (&comparison.added, &comparison.removed);
    let signed = |list: fn(&Difference) -> Vec<String>| {
        let plus = list(added).into_iter().map(|line| format!("+ {line}"));
        let minus = list(removed).into_iter().map(|line| format!("- {line}"));
        plus.chain(minus).collect::<Vec<_>>()
    };
    let cycles = added.cycles.iter().map(|cycle| closed(cycle, &added.edges));
    let opened = removed.cycles.iter().map(opened);
    vec![
        ("Cycles", cycles.chain(opened).collect()),
        (
            "Services",
            signed(|side| side.services.iter().map(name).collect()),
        ),
        ("Links between services", signed(|side| edges(side, true))),
        (
            "Dependencies in the code",
            signed(|side| edges(side, false)),
        ),
        ("Findings", signed(findings)),
        ("Metrics", comparison.metrics.iter().map(metric).collect()),
    ]
}

/// `+ this change closes a cycle of services: orders -> payment -> orders`.
fn closed(cycle: &CycleChange, added: &[EdgeChange]) -> String {
    let what = kind(cycle.level);
    let round = round(cycle);
    let lead = if cycle.known > 1 {
        let (now, before) = (cycle.members.len(), cycle.known);
        format!("+ this change makes a cycle of {before} {what} one of {now}")
    } else {
        format!(
            "+ this change closes a cycle of {} {what}",
            cycle.members.len()
        )
    };
    let inside =
        |edge: &&EdgeChange| cycle.members.contains(&edge.from) && cycle.members.contains(&edge.to);
    let place = added
        .iter()
        .filter(inside)
        .find_map(|edge| edge.locations.first());
    let place = place.map_or_else(String::new, |at| {
        format!(", by {}:{}", shown(&at.path), at.at.line)
    });
    format!("{lead}: {round}{place}")
}

/// `- a cycle of 3 services is gone: a -> b -> a`. Where some of its members still tie each other
/// together the cycle has only shrunk, and their number is given instead.
fn opened(cycle: &CycleChange) -> String {
    let what = kind(cycle.level);
    let count = cycle.members.len();
    if cycle.known > 1 {
        let left = cycle.known;
        return format!(
            "- a cycle of {count} {what} is one of {left} now: {}",
            round(cycle)
        );
    }
    format!("- a cycle of {count} {what} is gone: {}", round(cycle))
}

/// The shortest way round, closed: `a -> b -> a`.
fn round(cycle: &CycleChange) -> String {
    let mut names: Vec<String> = cycle.shortest.iter().map(name).collect();
    names.extend(names.first().cloned());
    names.join(" -> ")
}

/// The plural for members of a cycle at `level`.
const fn kind(level: Level) -> &'static str {
    match level {
        Level::System => "systems",
        Level::Service => "services",
        Level::Package => "packages",
        Level::Module => "modules",
        Level::File => "files",
    }
}

fn name(id: &NodeId) -> String {
    shown(&id.name)
}

/// Dependencies of one side, those in a cycle first. `services` chooses the ones that start at
/// anything but a file, else only those that start at a file are listed.
fn edges(side: &Difference, services: bool) -> Vec<String> {
    let of_kind = |edge: &&EdgeChange| (edge.from.kind != NodeKind::File) == services;
    let mut edges: Vec<&EdgeChange> = side.edges.iter().filter(of_kind).collect();
    edges.sort_by_key(|edge| !edge.in_cycle);
    edges.into_iter().map(edge).collect()
}

/// `src/a.rs -> src/b.rs  (line 12)  in a cycle`. The path is left out of the place where the
/// dependency starts in that very file; an import is the usual kind and is not named.
fn edge(edge: &EdgeChange) -> String {
    let kind = match edge.kind {
        EdgeKind::Import => String::new(),
        kind => format!("  {}", kind.name()),
    };
    let place = edge.locations.first().map_or_else(String::new, |at| {
        let path = if at.path == edge.from.name {
            "line ".to_owned()
        } else {
            format!("{}:", shown(&at.path))
        };
        format!("  ({path}{})", at.at.line)
    });
    let cycle = if edge.in_cycle { "  in a cycle" } else { "" };
    format!(
        "{} -> {}{kind}{place}{cycle}",
        name(&edge.from),
        name(&edge.to)
    )
}

/// The findings without those about cycles, which have a section of their own.
fn findings(side: &Difference) -> Vec<String> {
    let cycles = ["import-cycle", "service-cycle", "distributed-monolith"];
    let others = side
        .findings
        .iter()
        .filter(|finding| !cycles.contains(&finding.rule.name()));
    others
        .map(|finding| format!("{}  {}", finding.rule, shown(&finding.title)))
        .collect()
}

/// `propagation_cost of orders  0.12 -> 0.2`; `none` stands for a value that is not known.
fn metric(change: &MetricChange) -> String {
    let value = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), number);
    let of = match change.level {
        Level::System => String::new(),
        _ => format!(" of {}", name(&change.node)),
    };
    format!(
        "{}{of}  {} -> {}",
        change.id,
        value(change.before),
        value(change.after)
    )
}

/// Three digits behind the point, or none where all are 0.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}
