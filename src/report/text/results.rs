//! What was found: health, the first findings, what to extract next.
//!
//! In: [`View`]. Out: the body of the summary.
//! Invariant: at most three findings and two proposals unless all are asked for.
//! Never: a number without a meaning.

use std::io::{self, Write};

use super::coverage::thousands;
use crate::analysis::{Analysis, Cycle, Finding};
use crate::model::{Level, Location};
use crate::report::{View, shown};

/// Findings shown without `--all`.
const FIRST_FINDINGS: usize = 3;
/// Call sites shown per cut.
const FIRST_SITES: usize = 4;

pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "Health   {}\n", health(view.analysis))?;
    findings(view, sink)?;
    boundaries(view, if view.show.all { usize::MAX } else { 2 }, sink)?;
    next(view.analysis, sink)
}

fn health(analysis: &Analysis) -> String {
    let system = analysis
        .nodes
        .iter()
        .find(|node| node.level == Level::System);
    let metric = |id: &str| system.and_then(|node| node.metrics.get(id).copied().flatten());
    let mut parts = Vec::new();
    if let Some(cost) = metric("propagation_cost@file") {
        parts.push(format!("propagation {cost:.2}"));
    }
    let cycles: Vec<String> = [Level::Service, Level::Package, Level::Module, Level::File]
        .into_iter()
        .map(|level| {
            (
                level,
                analysis
                    .cycles
                    .iter()
                    .filter(|cycle| cycle.level == level)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{count} {}", level.name()))
        .collect();
    parts.push(format!(
        "cycles {}",
        if cycles.is_empty() {
            "none".to_owned()
        } else {
            cycles.join(", ")
        }
    ));
    parts.push(format!("distributed monolith: {}", monolith(analysis)));
    parts.join("   ")
}

fn monolith(analysis: &Analysis) -> &'static str {
    let services = analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service && node.role.is_business());
    if services.count() < 2 {
        return "not asked (fewer than two services)";
    }
    let found = |rule: &str| {
        analysis
            .findings
            .iter()
            .any(|finding| &*finding.rule == rule)
    };
    if found("distributed-monolith") {
        "yes"
    } else if found("service-cycle") {
        "suspected"
    } else {
        "no sign of it"
    }
}

fn findings(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let all = &view.analysis.findings;
    let count = if view.show.all {
        all.len()
    } else {
        FIRST_FINDINGS.min(all.len())
    };
    for (index, finding) in all[..count].iter().enumerate() {
        one_finding(index + 1, finding, sink)?;
    }
    if all.len() > count {
        writeln!(sink, "   {} more findings (--all)", all.len() - count)?;
    }
    if all.is_empty() {
        writeln!(sink, "   no findings")?;
    }
    writeln!(sink)
}

fn one_finding(number: usize, finding: &Finding, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "{number:2} {}  ({})",
        shown(&finding.title),
        finding.rule
    )?;
    writeln!(sink, "     {}", shown(&finding.evidence))?;
    if !finding.locations.is_empty() {
        writeln!(sink, "     at {}", places(&finding.locations))?;
    }
    if let Some(trace) = &finding.trace {
        writeln!(sink, "     trace {}", shown(trace))?;
    }
    writeln!(sink, "     {}", shown(&finding.advice))
}

fn places(locations: &[Location]) -> String {
    let first: Vec<String> = locations.iter().take(FIRST_SITES).map(place).collect();
    match locations.len().saturating_sub(FIRST_SITES) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn place(location: &Location) -> String {
    format!("{}:{}", shown(&location.path), location.at.line)
}

/// The cycles, each with its shortest way round and its cheapest cut.
pub(super) fn cycles(
    view: &View<'_>,
    level: Option<Level>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let wanted = |cycle: &&Cycle| level.is_none_or(|level| cycle.level == level);
    let cycles: Vec<&Cycle> = view.analysis.cycles.iter().filter(wanted).collect();
    if cycles.is_empty() {
        return writeln!(sink, "no cycles");
    }
    for cycle in cycles {
        one_cycle(cycle, sink)?;
    }
    Ok(())
}

fn one_cycle(cycle: &Cycle, sink: &mut dyn Write) -> io::Result<()> {
    let name = |id: &str| shown(id.split_once(':').map_or(id, |(_, name)| name));
    let mut round: Vec<String> = cycle.shortest.iter().map(|id| name(id)).collect();
    round.extend(round.first().cloned());
    writeln!(
        sink,
        "{} cycle of {}: {}",
        cycle.level.name(),
        cycle.members.len(),
        round.join(" -> ")
    )?;
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    writeln!(sink, "  cheapest cut: {} references", thousands(weight))?;
    for edge in &cycle.cut {
        let sites = places(&edge.locations);
        writeln!(
            sink,
            "    {} -> {}  {} at {sites}",
            name(&edge.from),
            name(&edge.to),
            edge.weight
        )?;
    }
    Ok(())
}

/// The first `count` boundary proposals.
pub(super) fn boundaries(view: &View<'_>, count: usize, sink: &mut dyn Write) -> io::Result<()> {
    let _ = (view, count);
    writeln!(sink)
}

fn next(analysis: &Analysis, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "Next: seamline report PATH           open the full review (HTML)"
    )?;
    if let Some(finding) = analysis.findings.first() {
        let command = format!("seamline explain {}", finding.rule);
        writeln!(sink, "      {command:30} what this rule means, how to fix")?;
    }
    writeln!(
        sink,
        "      seamline init                  write seamline.toml"
    )
}
