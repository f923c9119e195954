//! Findings that may stay until a day.
//!
//! In: [`Violation`]s, `[[exceptions]]` of the [`Policy`]. Out: the same violations, excused or not.
//! Invariant: an exception holds through its last day; after that the finding counts again and says why.
//! Never: excuses a finding with a part that the exception does not name, such as a cycle that grew.

use super::policy::{Exception, Policy};
use super::select::Nodes;
use super::verdict::{Problem, Violation};
use crate::model::names::counted;

/// Excuses what an exception covers; hints name the exceptions that expired or cover nothing.
pub(super) fn apply(
    found: &mut [Violation],
    nodes: &Nodes<'_>,
    policy: &Policy,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let mut hints = Vec::new();
    for exception in &policy.exceptions {
        let idle = exception
            .subject
            .iter()
            .find(|selector| !nodes.all.iter().any(|node| selector.matches(node, nodes)));
        if let Some(selector) = idle {
            problems.push(Problem {
                line: exception.line,
                message: format!("`{}` selects nothing", selector.text()),
            });
            continue;
        }
        hints.extend(apply_one(exception, found, nodes, &policy.today));
    }
    hints
}

/// Excuses what one exception covers, or says in the evidence that it expired. Returns a hint where
/// it expired or covers nothing. Dates are compared as text, which works for `YYYY-MM-DD`.
fn apply_one(
    exception: &Exception,
    found: &mut [Violation],
    nodes: &Nodes<'_>,
    today: &str,
) -> Option<String> {
    let is_expired = !today.is_empty() && exception.expires.as_str() < today;
    let (name, day) = (name(exception), &exception.expires);
    let mut covered = 0;
    for violation in found.iter_mut().filter(|it| covers(exception, it, nodes)) {
        covered += 1;
        if is_expired {
            let told = format!("; {name} expired on {day}");
            violation.evidence.push_str(&told);
        } else {
            violation.accepted = Some(format!("{name} until {day}: {}", exception.reason));
            violation.acceptable = false;
        }
    }
    match covered {
        0 => Some(format!("{name} covers nothing any more; remove it")),
        count if is_expired => Some(format!(
            "{name} expired on {day}: {} again",
            counted(count as u64, "finding counts", "findings count")
        )),
        _ => None,
    }
}

/// How messages call an exception: by its rule, its ticket, and its line.
fn name(exception: &Exception) -> String {
    let ticket = exception.ticket.as_deref();
    let ticket = ticket.map_or_else(String::new, |ticket| format!(" ({ticket})"));
    format!(
        "the exception from {}{ticket} in line {}",
        exception.rule, exception.line
    )
}

/// Whether the exception names every part of the subject; one without a subject is for the whole rule.
fn covers(exception: &Exception, violation: &Violation, nodes: &Nodes<'_>) -> bool {
    let named = |id| {
        nodes.get(id).is_some_and(|node| {
            let mut selectors = exception.subject.iter();
            selectors.any(|selector| selector.matches(node, nodes))
        })
    };
    let names_all = !violation.subject.is_empty() && violation.subject.iter().all(named);
    violation.rule == exception.rule && (exception.subject.is_empty() || names_all)
}
