//! The first sentence: what this system is, and how far the data carries.
//!
//! In: [`Analysis`]. Out: [`Head`].
//! Invariant: the verdict names the limits of the data beside it.
//! Never: a verdict that the analysis has not reached.

use serde::Serialize;

use super::super::view::{self, monolith};
use crate::analysis::{Analysis, Answer, Cycle, NodeRecord, Verdict};
use crate::model::{Level, Severity};
use crate::report::view::names::{bounds, count, counted, date, percent, short_commit};

/// The head of the page.
#[derive(Serialize)]
pub(super) struct Head {
    name: String,
    tool: String,
    commit: Option<String>,
    window: Option<String>,
    tone: &'static str,
    verdict: String,
    limits: Vec<String>,
}

/// A bar of the coverage strip.
#[derive(Serialize)]
pub(super) struct Bar {
    label: &'static str,
    said: String,
    /// Per cent, 0 to 100.
    width: u64,
    tone: &'static str,
}

/// Share from which a source counts as well seen.
const WELL: f64 = 0.8;

pub(super) fn strip(analysis: &Analysis) -> Vec<Bar> {
    let bars = view::strip::strip(analysis).into_iter();
    bars.map(|bar| Bar {
        label: bar.label,
        tone: match bar.share {
            None => "unknown",
            Some(share) if share >= WELL => "good",
            Some(_) => "warn",
        },
        said: match bar.share {
            Some(share) if bar.said.contains(" of ") => {
                format!("{} ({})", percent(share), bar.said)
            }
            _ => bar.said,
        },
        width: (bar.share.unwrap_or_default() * 100.0) as u64,
    })
    .collect()
}

pub(super) fn head(analysis: &Analysis) -> Head {
    let (tone, verdict) = verdict(analysis);
    let project = &analysis.project;
    Head {
        name: project.name.clone(),
        tool: format!("{} {}", analysis.tool.name, analysis.tool.version),
        commit: project.commit.as_deref().map(short_commit),
        window: project
            .window
            .map(|window| format!("{} to {}", date(window.from), date(window.to))),
        tone,
        verdict,
        limits: limits(analysis),
    }
}

/// Business services of the system.
pub(super) fn services(analysis: &Analysis) -> impl Iterator<Item = &NodeRecord> {
    let nodes = analysis.nodes.iter();
    nodes.filter(|node| node.level == Level::Service && node.role.is_business())
}

/// Cycles of services that wait for each other.
pub(super) fn waiting(analysis: &Analysis) -> Vec<&Cycle> {
    let cycles = analysis.cycles.iter();
    cycles
        .filter(|cycle| cycle.level == Level::Service && cycle.synchronous == Some(true))
        .collect()
}

/// Whether the analysis calls `cycle` a distributed monolith.
pub(super) fn is_proven(cycle: &Cycle) -> bool {
    cycle.verdict == Some(Verdict::DistributedMonolith)
}

fn verdict(analysis: &Analysis) -> (&'static str, String) {
    if analysis.coverage.files.parsed == 0 && analysis.runtime.is_none() {
        return (
            "unknown",
            "Nothing to judge: no file of a supported language and no traces were found."
                .to_owned(),
        );
    }
    let seen = monolith::answer(analysis.verdict);
    let waiting = waiting(analysis);
    match (analysis.verdict.answer, waiting.first()) {
        (Answer::NotApplicable, _) => program(analysis),
        (Answer::Yes, _) => ("bad", proven(&waiting)),
        (Answer::Suspected, Some(worst)) => {
            let rest = match waiting.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let text = format!(
                "A distributed monolith is suspected: {} wait for each other in a cycle{}{rest}.",
                round(worst),
                score(worst)
            );
            ("bad", text)
        }
        (Answer::NoneFound, _) => ("good", format!("Distributed monolith: {seen}.")),
        (Answer::Unknown | Answer::Suspected, _) => {
            let text = format!("Whether this is a distributed monolith is {seen}.");
            ("unknown", text)
        }
    }
}

/// What the proven cycle is.
fn proven(waiting: &[&Cycle]) -> String {
    let Some(worst) = waiting.iter().find(|cycle| is_proven(cycle)) else {
        return String::new();
    };
    format!(
        "This is a distributed monolith: {} cannot be changed and run apart{}.",
        round(worst),
        score(worst)
    )
}

fn round(cycle: &Cycle) -> String {
    let names: Vec<&str> = cycle.members.iter().take(4).map(|id| &*id.name).collect();
    match cycle.members.len() - names.len() {
        0 => names.join(" and "),
        more => format!("{} and {more} more services", names.join(", ")),
    }
}

fn score(cycle: &Cycle) -> String {
    let Some(score) = &cycle.score else {
        return String::new();
    };
    let (floor, ceiling) = (
        format!("{:.0}", score.floor),
        format!("{:.0}", score.ceiling),
    );
    format!(" (score {} of 100)", bounds(&floor, &ceiling, " to "))
}

fn program(analysis: &Analysis) -> (&'static str, String) {
    let of = |level: Level| {
        analysis.cycles.iter().filter(move |cycle| {
            cycle.level == level && cycle.is_counted() && !cycle.within_one_parent()
        })
    };
    let modules = of(Level::Module).chain(of(Level::Package));
    let largest = modules.max_by_key(|cycle| (cycle.members.len(), std::cmp::Reverse(&cycle.id)));
    let what = match services(analysis).next() {
        Some(service) => format!("One service, {}", service.name),
        None => "One program or a set of libraries, no services".to_owned(),
    };
    match largest {
        Some(cycle) => {
            let all = of(Level::Module).count() + of(Level::Package).count();
            let cycles = counted(all, "cycle", "cycles");
            let (largest, level) = (cycle.members.len(), cycle.level.name());
            (
                "warn",
                format!(
                    "{what}: {cycles} between its parts; the largest ties {largest} {level}s together."
                ),
            )
        }
        None => (
            "good",
            format!(
                "{what}: no cycle between its packages, nor between modules other than a parent and its own parts."
            ),
        ),
    }
}

/// What the data cannot tell, one sentence each.
fn limits(analysis: &Analysis) -> Vec<String> {
    let coverage = &analysis.coverage;
    let mut limits = Vec::new();
    if coverage.files.parsed == 0 {
        limits.push(
            "No file of a supported language was parsed: dependencies in the code are unknown."
                .to_owned(),
        );
    } else {
        limits.push(references(analysis));
    }
    limits.push(match &coverage.spans {
        None => "No traces were given: calls at run time, load and waste are unknown.".to_owned(),
        Some(spans) => format!("The traces are a sample: {} spans of {} traces. What did not happen while they were recorded is not in them.", count(spans.spans), count(spans.traces)),
    });
    limits.push(history(analysis));
    let lost = analysis
        .notifications
        .iter()
        .filter(|note| note.severity != Severity::Note);
    match lost.count() {
        0 => {}
        lost => limits.push(format!(
            "{} lost or degraded, listed under “Coverage”.",
            counted(lost, "input was", "inputs were")
        )),
    }
    limits
}

/// Share of the references into the project that are resolved; `None` without references.
pub(super) fn resolved(analysis: &Analysis) -> Option<f64> {
    let sum = analysis.coverage.tally();
    let inside = sum.inside();
    (inside > 0).then(|| sum.resolved as f64 / inside as f64)
}

fn references(analysis: &Analysis) -> String {
    let files = count(analysis.coverage.files.parsed);
    match resolved(analysis) {
        Some(share) => format!(
            "{files} files were parsed from source text alone; {} of their references into this system were resolved.",
            percent(share)
        ),
        None => format!("{files} files were parsed; none refers to another."),
    }
}

fn history(analysis: &Analysis) -> String {
    let history = &analysis.coverage.history;
    if history.commits == 0 {
        return "No git history was found: what changes often or together is unknown.".to_owned();
    }
    let shallow = if history.shallow {
        "; the clone is shallow, so older ones are missing"
    } else {
        ""
    };
    let window = history.window.map_or_else(String::new, |(from, to)| {
        format!(", {} to {}", date(from), date(to))
    });
    format!(
        "Change data: {} commits{window}{shallow}.",
        count(history.commits)
    )
}
