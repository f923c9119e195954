//! Five numbers that sum the system up.
//!
//! In: [`Analysis`]. Out: [`Number`]s, always five.
//! Invariant: each has a meaning, a threshold where one is known, and a symbol beside its colour.
//! Never: a zero for what is unknown.

use serde::Serialize;

use super::verdict::resolved;
use crate::analysis::{Analysis, Answer, Cycle};
use crate::gate::Comparison;
use crate::model::{Level, Severity};
use crate::report::view::names::{UNKNOWN, bounds, count, percent};
use crate::report::view::verdict::{self, is_proven, waiting};

/// A number with its meaning.
#[derive(Serialize)]
pub(super) struct Number {
    label: &'static str,
    value: String,
    note: String,
    tone: &'static str,
    /// How it stood in the base.
    change: Option<String>,
}

/// Share of references that should be resolved before the numbers are trusted.
const ENOUGH_RESOLVED: f64 = 0.85;
/// Propagation cost below which public systems count as modular (`MacCormack` et al., 2006), and the one to stay below.
const PROPAGATION: (f64, f64) = (0.10, 0.40);

/// The numbers in their fixed order; with a base, cycles and propagation cost say how they stood.
pub(super) fn five(analysis: &Analysis, change: Option<&Comparison>) -> Vec<Number> {
    let mut numbers = vec![
        monolith(analysis),
        cycles(analysis),
        propagation(analysis),
        waste(analysis),
        seen(analysis),
    ];
    if let Some(change) = change {
        numbers[1].change = Some(cycles_since(change));
        numbers[2].change = propagation_since(change);
    }
    numbers
}

/// `2 new or grown, 1 gone or shrunk since the base`.
fn cycles_since(change: &Comparison) -> String {
    let (more, gone) = (change.added.cycles.len(), change.removed.cycles.len());
    if (more, gone) == (0, 0) {
        "as in the base".to_owned()
    } else {
        format!("{more} new or grown, {gone} gone or shrunk since the base")
    }
}

/// `0.12 in the base`; `None` where the metric did not change or was unknown.
fn propagation_since(change: &Comparison) -> Option<String> {
    let mut metrics = change.metrics.iter();
    let found = metrics.find(|metric| metric.id == "propagation_cost@file")?;
    Some(format!("{:.2} in the base", found.before?))
}

/// The verdict, as the severity of the worst cycle that waits for itself. Once the answer is a
/// proven yes, only proven cycles count: a suspected one with a higher score would otherwise lend
/// its number to the proof.
fn monolith(analysis: &Analysis) -> Number {
    let verdict = analysis.verdict;
    let answer = crate::report::view::monolith::answer(verdict);
    // What is not applicable has no value, only a reason.
    let (word, seen) = answer.split_once("; ").unwrap_or((UNKNOWN, &answer));
    let waiting = waiting(analysis);
    let severity = waiting
        .iter()
        .filter(|cycle| verdict.answer != Answer::Yes || is_proven(cycle))
        .filter_map(|cycle| cycle.score.as_ref())
        .max_by(|a, b| a.floor.total_cmp(&b.floor));
    let value = match severity {
        Some(score) => bounds(
            &format!("{:.0}", score.floor),
            &format!("{:.0}", score.ceiling),
            "–",
        ),
        None => word.to_owned(),
    };
    let note = match (verdict.answer, severity) {
        (Answer::Yes, Some(_)) => format!("severity of 100, confirmed; {seen} (target 0)"),
        (Answer::Suspected, Some(_)) => format!("severity of 100, suspected; {seen} (target 0)"),
        _ => seen.to_owned(),
    };
    let tone = match verdict.answer {
        Answer::Yes | Answer::Suspected => "bad",
        Answer::NoneFound => "good",
        Answer::Unknown | Answer::NotApplicable => "unknown",
    };
    Number {
        label: "Distributed monolith",
        value,
        note,
        tone,
        change: None,
    }
}

/// Cycles that count. Only those of services or packages whose callers wait are bad; without any
/// cycle the tone is good only where most of the code could be read.
fn cycles(analysis: &Analysis) -> Number {
    let all = counted(analysis).count();
    let parts = verdict::cycles(analysis);
    let is_coarse = |cycle: &&Cycle| {
        matches!(cycle.level, Level::Service | Level::Package) && cycle.synchronous != Some(false)
    };
    let coarse = counted(analysis).filter(is_coarse).count();
    let unread = verdict::is_mostly_unread(analysis);
    let tone = match (coarse, all) {
        (_, 0) if unread => "unknown",
        (_, 0) => "good",
        (0, _) => "warn",
        _ => "bad",
    };
    let note = if parts.is_empty() && unread {
        "most of the code has no parser; target: 0".to_owned()
    } else if parts.is_empty() {
        "target: 0".to_owned()
    } else {
        format!("{}; target: 0", parts.join(", "))
    };
    Number {
        label: "Cycles",
        value: count(all as u64),
        note,
        tone,
        change: None,
    }
}

/// The cycles that are neither exempt nor otherwise left out of the count.
fn counted(analysis: &Analysis) -> impl Iterator<Item = &Cycle> {
    analysis.cycles.iter().filter(|cycle| cycle.is_counted())
}

/// A metric of the whole system.
pub(super) fn whole(analysis: &Analysis, id: &str) -> Option<f64> {
    let system = analysis
        .nodes
        .iter()
        .find(|node| node.level == Level::System)?;
    system.metrics.get(id).copied().flatten()
}

/// The share of the files that an average change reaches, or of the services where no file is
/// known. Below 10 % counts as modular, above 40 % as tangled.
fn propagation(analysis: &Analysis) -> Number {
    let label = "Propagation cost";
    let at = |level: Level| {
        whole(analysis, &format!("propagation_cost@{}", level.name())).map(|value| (value, level))
    };
    let Some((value, level)) = at(Level::File).or_else(|| at(Level::Service)) else {
        return Number {
            label,
            value: UNKNOWN.to_owned(),
            note: "no dependencies in the code are known".to_owned(),
            tone: "unknown",
            change: None,
        };
    };
    let tone = match value {
        v if v < PROPAGATION.0 => "good",
        v if v < PROPAGATION.1 => "warn",
        _ => "bad",
    };
    let note = format!(
        "of the {}s are reached by an average change; below 10 % is modular, above 40 % is tangled",
        level.name()
    );
    Number {
        label,
        value: percent(value),
        note,
        tone,
        change: None,
    }
}

/// The share of recorded calls that failed or were answered with a 4xx status. The larger of both
/// counts is taken, as their sum could count a call twice. Below 1 % is good, from 5 % on bad;
/// unknown without traces or without calls.
fn waste(analysis: &Analysis) -> Number {
    let label = "Wasted calls";
    let Some(runtime) = &analysis.runtime else {
        return Number {
            label,
            value: UNKNOWN.to_owned(),
            note: "unknown without traces".to_owned(),
            tone: "unknown",
            change: None,
        };
    };
    let calls: u64 = runtime.edges.iter().map(|edge| edge.calls).sum();
    let failed: u64 = runtime
        .edges
        .iter()
        .map(|edge| edge.errors.max(edge.client_errors))
        .sum();
    if calls == 0 {
        return Number {
            label,
            value: UNKNOWN.to_owned(),
            note: "no call between services was recorded".to_owned(),
            tone: "unknown",
            change: None,
        };
    }
    let share = failed as f64 / calls as f64;
    let tone = match share {
        s if s < 0.01 => "good",
        s if s < 0.05 => "warn",
        _ => "bad",
    };
    let note = format!(
        "{} of {} recorded calls failed or found nothing; target: below 1 %",
        count(failed),
        count(calls)
    );
    Number {
        label,
        value: percent(share),
        note,
        tone,
        change: None,
    }
}

/// The share of the references into the project that were resolved, beside the inputs that were
/// lost.
fn seen(analysis: &Analysis) -> Number {
    let label = "References resolved";
    let Some(share) = resolved(analysis) else {
        return Number {
            label,
            value: UNKNOWN.to_owned(),
            note: "no reference was found".to_owned(),
            tone: "unknown",
            change: None,
        };
    };
    let lost = analysis
        .notifications
        .iter()
        .filter(|note| note.severity == Severity::Error)
        .count();
    let inside = analysis.coverage.tally().inside();
    let note = format!(
        "of {} into this system; {lost} inputs lost; target: 85 %",
        count(inside)
    );
    let tone = if share >= ENOUGH_RESOLVED {
        "good"
    } else {
        "warn"
    };
    Number {
        label,
        value: percent(share),
        note,
        tone,
        change: None,
    }
}
