//! The boundary proposals, one after the other.
//!
//! In: [`View`]. Out: a paragraph for each proposal, with its score and steps where they are asked for.
//! Invariant: what is gained and what it costs on one line; unknown parts are left out.
//! Never: a proposal without the dependencies to break.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::layout::{bold, counted, place, thousands, wrapped};
use crate::analysis::Boundary;
use crate::report::{View, shown};

/// Files, or folders of many files, that are named of a proposal.
const NAMED: usize = 8;

/// Every proposal with the parts of its score and the steps to take.
pub(super) fn all(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let all = &view.analysis.boundaries;
    if all.is_empty() {
        return none(sink);
    }
    for boundary in all {
        one(boundary, view.show.color, sink)?;
        files(boundary, sink)?;
        score(boundary, sink)?;
    }
    Ok(())
}

/// Which files it is about, and which earlier proposal it excludes.
fn files(boundary: &Boundary, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "   {}", wrapped(&shown(&members(boundary)), 6))?;
    let Some(other) = boundary.instead_of else {
        return Ok(());
    };
    let line = format!(
        "instead of {}, not beside it: they share files",
        letter(other)
    );
    writeln!(sink, "   {}", wrapped(&line, 6))
}

/// The files below the folder that holds them all; of many the entries of that folder with their numbers.
fn members(boundary: &Boundary) -> String {
    let paths = &boundary.members;
    let folder = |path: &str| path.rfind('/').map_or(0, |end| end + 1);
    let top = paths.first().map_or("", |first| {
        let holds = |top: &str| paths.iter().all(|path| path.starts_with(top));
        let mut top = &first[..folder(first)];
        while !holds(top) {
            top = &top[..folder(&top[..top.len() - 1])];
        }
        top
    });
    let mut entries: BTreeMap<&str, u64> = BTreeMap::new();
    for path in paths {
        let below = path.get(top.len()..).unwrap_or(path);
        let entry = match below.find('/') {
            Some(end) if paths.len() > NAMED => &below[..=end],
            _ => below,
        };
        *entries.entry(entry).or_default() += 1;
    }
    let mut entries: Vec<(&str, u64)> = entries.into_iter().collect();
    entries.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let more = entries.len().saturating_sub(NAMED);
    entries.truncate(NAMED);
    let text = entries.iter().map(|&(entry, files)| {
        if entry.ends_with('/') {
            format!("{entry} ({files})")
        } else {
            entry.to_owned()
        }
    });
    let rest = (more > 0).then(|| format!("{more} more"));
    let text: Vec<String> = text.chain(rest).collect();
    match top {
        "" => format!("files: {}", text.join(", ")),
        top => format!("in {top}: {}", text.join(", ")),
    }
}

fn none(sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "   nothing: no part large and apart enough (small services stay whole)"
    )
}

/// What the rank goes by, where the proposal comes from, and what to do.
fn score(boundary: &Boundary, sink: &mut dyn Write) -> io::Result<()> {
    let known = |(name, part): (&String, &Option<f64>)| Some(format!("{name} {:.2}", (*part)?));
    let parts: Vec<String> = boundary.parts.iter().filter_map(known).collect();
    let pareto = if boundary.pareto {
        "; no other is better in change, load and cost"
    } else {
        ""
    };
    let line = format!(
        "score {:.3}: {}; found by {}{pareto}",
        boundary.score,
        parts.join(", "),
        boundary.source.replace('+', ", ")
    );
    writeln!(sink, "   {}", wrapped(&line, 6))?;
    if !boundary.shared_kernel.is_empty() {
        let files = boundary.shared_kernel.join(", ");
        let line = format!("belongs to nobody (duplicate, or make a library): {files}");
        writeln!(sink, "   {}", wrapped(&line, 6))?;
    }
    for (at, step) in boundary.plan.steps.iter().enumerate() {
        writeln!(sink, "   {}. {}", at + 1, wrapped(step, 6))?;
    }
    Ok(())
}

/// The first `count` proposals.
pub(super) fn write(view: &View<'_>, count: usize, sink: &mut dyn Write) -> io::Result<()> {
    let all = &view.analysis.boundaries;
    if all.is_empty() {
        return none(sink);
    }
    for boundary in all.iter().take(count) {
        one(boundary, view.show.color, sink)?;
    }
    match all.len().saturating_sub(count) {
        0 => Ok(()),
        more => writeln!(sink, "   {more} more proposals (seamline boundaries)"),
    }
}

fn one(boundary: &Boundary, color: bool, sink: &mut dyn Write) -> io::Result<()> {
    let (cost, gain) = (&boundary.cost, &boundary.benefit);
    let mut parts = vec![
        counted(boundary.members.len() as u64, "file", "files"),
        format!(
            "cut {}",
            counted(boundary.breaks.len() as u64, "edge", "edges")
        ),
    ];
    let shares = [("change", gain.change_share), ("load", gain.load_share)];
    let known = shares
        .iter()
        .filter_map(|(name, share)| Some((name, (*share)?)));
    parts.extend(known.map(|(name, share)| format!("{name} {:.0} %", share * 100.0)));
    let name = bold(
        color,
        &format!("{} {}", letter(boundary.rank), shown(&boundary.name)),
    );
    writeln!(sink, " {name}   {}", parts.join("   "))?;
    if let Some(package) = &boundary.package {
        let note = format!(
            "a package already ({}): a service needs only an entry point",
            shown(package)
        );
        writeln!(sink, "   {}", wrapped(&note, 3))?;
    }
    let border = format!(
        "border: {} in, {} out, {}",
        thousands(cost.crossing_in),
        thousands(cost.crossing_out),
        counted(cost.call_sites, "call site", "call sites")
    );
    writeln!(sink, "   {border}")?;
    if let (Some(before), Some(after)) = (gain.propagation_before, gain.propagation_after) {
        let cycles = counted(gain.cycles_broken, "cycle", "cycles");
        writeln!(
            sink,
            "   before/after: propagation {before:.3} -> {after:.3}, {cycles} across the border broken"
        )?;
    }
    let sites: Vec<String> = boundary
        .breaks
        .iter()
        .filter_map(|broken| broken.locations.first())
        .take(3)
        .map(place)
        .collect();
    if sites.is_empty() {
        Ok(())
    } else {
        writeln!(sink, "   break first: {}", wrapped(&sites.join(", "), 6))
    }
}

/// A, B, ... by rank; the number beyond Z.
fn letter(rank: u32) -> String {
    match u8::try_from(rank) {
        Ok(rank @ 1..=26) => char::from(b'A' + rank - 1).to_string(),
        _ => rank.to_string(),
    }
}
