//! The first sentence: what this system is, and how far the data carries.
//!
//! In: [`Analysis`]. Out: [`Head`].
//! Invariant: the verdict names the limits of the data beside it.
//! Never: a verdict that the analysis has not reached.

use serde::Serialize;

use super::super::view;
use crate::analysis::Analysis;
use crate::model::Severity;
use crate::report::view::names::{count, counted, date, percent, short_commit};

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
    /// Commits by month, beside the history.
    spark: Option<super::services::Spark>,
}

/// Share from which a source counts as well seen.
const WELL: f64 = 0.8;

/// The bars in the order of the view. A bar without a share has no width and an unknown tone, which
/// is not the same as a share of 0.
pub(super) fn strip(analysis: &Analysis) -> Vec<Bar> {
    let bars = view::strip::strip(analysis).into_iter();
    bars.map(|bar| Bar {
        label: bar.label,
        spark: (bar.label == view::strip::HISTORY)
            .then(|| super::services::spark(&analysis.project.months))
            .flatten(),
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

/// Name, commit and window of the analysis with its verdict.
pub(super) fn head(analysis: &Analysis) -> Head {
    let (tone, verdict) = view::verdict::verdict(analysis);
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

/// How much of the code was understood, as a sentence.
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

/// How many commits were read, from when, and whether older ones are missing.
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
