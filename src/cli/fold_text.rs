//! The summary of folded traces for people.
//!
//! In: [`CallProfile`]. Out: lines of text.
//! Invariant: the largest first; every ranking ends by name; what is left out is counted.
//! Never: a name with control characters.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::{CallEdge, CallMode, CallProfile, LoadKind, MeasuredLoad};
use crate::report::shown;

/// Rows of each list.
const ROWS: usize = 20;

/// The summary as text.
pub(super) fn summary(profile: &CallProfile) -> String {
    let mut text = String::new();
    let coverage = &profile.coverage;
    let sums_only = !profile.measured.is_empty() || !coverage.graphs.is_empty();
    if coverage.spans > 0 || !sums_only {
        let _ = writeln!(
            text,
            "{} spans in {} traces; {} orphans, {} duplicates, {} skewed, {} cycles cut, {} rejected",
            coverage.spans,
            coverage.traces,
            coverage.orphans,
            coverage.duplicates,
            coverage.skewed,
            coverage.cycles,
            coverage.rejected.values().sum::<u64>()
        );
    }
    measured(profile, &mut text);
    edges(profile, &mut text);
    operations(profile, &mut text);
    loops(profile, &mut text);
    repeats(profile, &mut text);
    text
}

/// Load without spans: profiles by their heaviest leaves, access logs by route.
fn measured(profile: &CallProfile, text: &mut String) {
    for load in &profile.measured {
        let inputs: Vec<String> = load.inputs.iter().map(|name| shown(name)).collect();
        let _ = writeln!(
            text,
            "\n{} {} in {}",
            load.weight,
            load.unit,
            inputs.join(", ")
        );
        leaves(load, text);
        let mut routes: Vec<_> = load.routes.iter().collect();
        routes.sort_by_key(|route| (Reverse(route.calls), &route.operation, &route.service));
        let head = [
            "requests by route",
            "service",
            "requests",
            "errors",
            "404",
            "p50",
            "p95",
        ];
        table(text, &head, &routes, |route| {
            vec![
                shown(&route.operation),
                shown(route.service.as_deref().unwrap_or("-")),
                route.calls.to_string(),
                route.errors.to_string(),
                route.not_found.to_string(),
                time(route.p50_ns),
                time(route.p95_ns),
            ]
        });
    }
}

/// The places of a profile where most of the weight was spent.
fn leaves(load: &MeasuredLoad, text: &mut String) {
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for stack in &load.stacks {
        let leaf = stack
            .places
            .first()
            .filter(|_| load.kind == LoadKind::Profile);
        if let Some(place) = leaf.and_then(|at| load.places.get(*at as usize)) {
            let parts = [&place.file, &place.namespace, &place.function];
            let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
            *sums.entry(shown(&parts.join(" "))).or_default() += stack.weight;
        }
    }
    let mut leaves: Vec<(String, u64)> = sums.into_iter().collect();
    leaves.sort_by_key(|(name, weight)| (Reverse(*weight), name.clone()));
    let head = ["where it was spent", "share"];
    table(text, &head, &leaves, |(name, weight)| {
        let share = u128::from(*weight) * 100 / u128::from(load.weight.max(1));
        vec![name.clone(), format!("{share} %")]
    });
}

/// Calls between services, most frequent first.
fn edges(profile: &CallProfile, text: &mut String) {
    let mut edges: Vec<&CallEdge> = profile.edges.iter().collect();
    edges.sort_by_key(|&edge| (Reverse(edge.calls), &edge.caller, &edge.callee, edge.mode));
    let row = |edge: &&CallEdge| {
        let mark = if edge.inferred { " (inferred)" } else { "" };
        vec![
            format!("{} -> {}{mark}", shown(&edge.caller), shown(&edge.callee)),
            mode(edge.mode).to_owned(),
            edge.calls.to_string(),
            estimate(edge),
            edge.errors.to_string(),
            edge.not_found.to_string(),
            time(edge.p50_ns),
            time(edge.p95_ns),
        ]
    };
    let head = [
        "calls between services",
        "mode",
        "calls",
        "estimated",
        "errors",
        "404",
        "p50",
        "p95",
    ];
    table(text, &head, &edges, row);
}

/// Operations by their time on critical paths: what speeding them up could save.
fn operations(profile: &CallProfile, text: &mut String) {
    let mut list: Vec<_> = profile.operations.iter().collect();
    list.sort_by_key(|&load| (Reverse(load.critical_ns), &load.service, &load.operation));
    let all: u128 = list.iter().map(|load| u128::from(load.critical_ns)).sum();
    let share = |part: u64| {
        format!(
            "{} %",
            (u128::from(part) * 100).checked_div(all).unwrap_or(0)
        )
    };
    let head = [
        "load by operation",
        "calls",
        "errors",
        "self time",
        "critical path",
        "p95",
    ];
    table(text, &head, &list, |load| {
        vec![
            format!("{}  {}", shown(&load.service), shown(&load.operation)),
            load.calls.to_string(),
            load.errors.to_string(),
            time(Some(load.self_time_ns)),
            share(load.critical_ns),
            time(load.p95_ns),
        ]
    });
}

/// Requests that come back, first those whose inner visit lies within the outer one.
fn loops(profile: &CallProfile, text: &mut String) {
    let mut list: Vec<_> = profile.loops.iter().collect();
    list.sort_by_key(|&found| (Reverse(found.contained), Reverse(found.count), &found.path));
    let head = ["re-entrant loops", "times", "while busy", "example trace"];
    table(text, &head, &list, |found| {
        let path: Vec<String> = found.path.iter().map(|name| shown(name)).collect();
        vec![
            path.join(" -> "),
            found.count.to_string(),
            found.contained.to_string(),
            shown(&found.example_trace),
        ]
    });
}

/// Operations that one visit calls again and again, most calls first.
fn repeats(profile: &CallProfile, text: &mut String) {
    let mut list: Vec<_> = profile.repeated.iter().collect();
    list.sort_by_key(|&call| {
        (
            Reverse(call.calls),
            &call.caller,
            &call.callee,
            &call.operation,
        )
    });
    let head = [
        "repeated calls in one visit",
        "visits",
        "calls",
        "most",
        "retries",
        "example trace",
    ];
    table(text, &head, &list, |call| {
        vec![
            format!(
                "{} -> {}  {}",
                shown(&call.caller),
                shown(&call.callee),
                shown(&call.operation)
            ),
            call.visits.to_string(),
            call.calls.to_string(),
            call.most.to_string(),
            call.retries.to_string(),
            shown(&call.example_trace),
        ]
    });
}

/// Columns as wide as their widest cell; the first to the left, the others to the right.
fn table<T>(text: &mut String, head: &[&str], items: &[T], row: impl Fn(&T) -> Vec<String>) {
    if items.is_empty() {
        return;
    }
    let mut rows = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    rows.extend(items.iter().take(ROWS).map(row));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row: &Vec<String>| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    text.push('\n');
    for row in &rows {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = match at {
                0 => write!(text, "{cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    if items.len() > ROWS {
        let _ = writeln!(text, "{} more", items.len() - ROWS);
    }
}

/// How the caller waits, in one word.
fn mode(mode: CallMode) -> &'static str {
    match mode {
        CallMode::Sync => "sync",
        CallMode::Async => "async",
        CallMode::Messaging => "messaging",
        CallMode::Datastore => "datastore",
    }
}

/// Calls of all traffic, estimated from the sampled ones.
fn estimate(edge: &CallEdge) -> String {
    format!("{:.0}", edge.estimated_calls)
}

/// Nanoseconds in the unit that leaves two to four digits for most values, cut off and not rounded;
/// `-` where unknown.
fn time(nanoseconds: Option<u64>) -> String {
    match nanoseconds {
        None => "-".to_owned(),
        Some(ns) if ns < 10_000 => format!("{ns} ns"),
        Some(ns) if ns < 10_000_000 => format!("{} us", ns / 1000),
        Some(ns) if ns < 10_000_000_000 => format!("{} ms", ns / 1_000_000),
        Some(ns) => format!("{} s", ns / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_listed_with_their_numbers_and_the_rest_is_counted() {
        let edge = |at: u64| CallEdge {
            caller: "web".into(),
            callee: format!("s{at:02}").into(),
            calls: at,
            errors: 1,
            p50_ns: Some(1_500_000),
            ..CallEdge::default()
        };
        let profile = CallProfile {
            edges: (1..=ROWS as u64 + 2).map(edge).collect(),
            ..CallProfile::default()
        };
        let text = summary(&profile);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[3].split_whitespace().collect::<Vec<_>>(),
            [
                "web", "->", "s22", "sync", "22", "0", "1", "0", "1500", "us", "-"
            ]
        );
        assert_eq!(lines.last(), Some(&"2 more"));
    }
}
