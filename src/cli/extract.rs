//! `whatif --extract`: a set of files as a service of its own, before and after.
//!
//! In: files and folders. Out: a table with the dependencies to break and the steps, or JSON.
//! Invariant: the same numbers as a proposal of `boundaries` has; unknown stays unknown.
//! Never: moves a file.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;

use super::args::Whatif;
use super::before_after::{number, print, settings};
use crate::analysis::{Boundary, VERSION};
use crate::boundaries::Named;
use crate::config::folder;
use crate::pipeline;
use crate::simulate::Assumptions;

/// Dependencies, files or steps that the text names.
const SHOWN: usize = 10;

/// The result as JSON.
#[derive(Serialize)]
struct Printed<'a> {
    version: u32,
    change: &'static str,
    paths: &'a [String],
    boundary: &'a Boundary,
    assumptions: Assumptions,
}

/// Assesses the named files as a proposal and prints it.
pub(super) fn run(arguments: &Whatif) -> Result<ExitCode> {
    let paths = &arguments.change.extract;
    let set = Named {
        name: paths.join(", "),
        paths: paths.iter().map(|path| folder(path)).collect(),
        ..Named::default()
    };
    let (boundary, assumptions) = pipeline::extract(&settings(&arguments.sources)?, &set)?;
    let printed = Printed {
        version: VERSION,
        change: "extract",
        paths: &set.paths,
        boundary: &boundary,
        assumptions,
    };
    print(
        &arguments.format,
        |sink| text(&boundary, assumptions, sink),
        &printed,
    )
}

/// The table before and after, then what to break, what is shared, the entry points and the steps.
fn text(boundary: &Boundary, assumptions: Assumptions, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "{} ({} files) as a service of its own",
        boundary.name,
        boundary.members.len()
    )?;
    writeln!(sink, "{:42} {:>12} {:>12}", "", "before", "after")?;
    for (name, before, after) in rows(boundary) {
        writeln!(sink, "{name:42} {before:>12} {after:>12}")?;
    }
    if boundary.cost.added_ms_p95.is_some() {
        writeln!(sink, "with {}", assumptions.hop())?;
    }
    let places = boundary.breaks.iter().map(|broken| {
        let place = broken.locations.first();
        let place = place.map_or_else(String::new, |at| format!(" ({}:{})", at.path, at.at.line));
        format!("{} -> {}{place}", broken.from.name, broken.to.name)
    });
    let places: Vec<String> = places.collect();
    list("dependencies to break", &places, sink)?;
    let of =
        |paths: &[Arc<str>]| -> Vec<String> { paths.iter().map(ToString::to_string).collect() };
    list(
        "shared by all, belongs to nobody",
        &of(&boundary.shared_kernel),
        sink,
    )?;
    list("entered by", &of(&boundary.plan.entry_points), sink)?;
    list("steps", &boundary.plan.steps, sink)
}

/// Name, before, after. A set within one program has no call over the network yet.
fn rows(boundary: &Boundary) -> Vec<(&'static str, String, String)> {
    let (cost, gain) = (&boundary.cost, &boundary.benefit);
    let share = |value: Option<f64>| number(value.map(|share| share * 100.0), 1);
    let count = |value: Option<u64>| value.map_or_else(|| "unknown".to_owned(), |n| n.to_string());
    let both = cost.crossing_in + cost.crossing_out;
    let tables = cost
        .shared_tables
        .as_ref()
        .map(|tables| tables.len() as u64);
    let zero = || "0".to_owned();
    vec![
        (
            "propagation cost of all files",
            number(gain.propagation_before, 3),
            number(gain.propagation_after, 3),
        ),
        (
            "cycles of files across the border",
            gain.cycles_broken.to_string(),
            zero(),
        ),
        (
            "dependencies against the direction",
            cost.back_edges.to_string(),
            zero(),
        ),
        (
            "dependencies across the border",
            both.to_string(),
            (both - cost.back_edges).to_string(),
        ),
        (
            "symbols across the border",
            zero(),
            cost.interface.len().to_string(),
        ),
        (
            "recorded calls over the network",
            zero(),
            count(cost.network_calls),
        ),
        (
            "ms that a slow request waits for them (p95)",
            zero(),
            number(cost.added_ms_p95, 2),
        ),
        ("tables used on both sides", zero(), count(tables)),
        (
            "share of the commits, %",
            share(gain.change_share),
            share(gain.change_share),
        ),
        (
            "share of the load, %",
            share(gain.load_share),
            share(gain.load_share),
        ),
    ]
}

/// Lines under a heading with their number; nothing without lines.
fn list(title: &str, lines: &[String], sink: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(sink, "\n{title}: {}", lines.len())?;
    for line in lines.iter().take(SHOWN) {
        writeln!(sink, "  {line}")?;
    }
    match lines.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(sink, "  and {more} more (--format json)"),
    }
}
