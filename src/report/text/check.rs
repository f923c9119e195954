//! The verdict of the gate for a terminal.
//!
//! In: [`View`]. Out: text.
//! Invariant: violations first, then warnings, each with its reason and a place; then one line of counts.
//! Never: more than ten places per violation.

use std::io::{self, Write};

use crate::gate::{Outcome, Verdict, Violation};
use crate::model::Severity;
use crate::model::names::counted;

use crate::report::view::escape::shown;
use crate::report::view::reporter::View;

/// Places shown per violation.
const PLACES: usize = 10;

/// The verdict; nothing without one. What is accepted is listed only with `--all` or against a
/// base, where it reads `old` instead of `known`.
pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let Some(verdict) = view.verdict else {
        return Ok(());
    };
    for violation in verdict.violations.iter().chain(&verdict.warnings) {
        one(violation, sink)?;
    }
    if view.show.all || verdict.against.is_some() {
        for violation in &verdict.known {
            let word = match &verdict.against {
                Some(_) if violation.accepted.is_none() => "old",
                _ => "known",
            };
            writeln!(
                sink,
                "{word} {} {}",
                violation.rule,
                shown(&violation.title)
            )?;
            if let Some(why) = &violation.accepted {
                writeln!(sink, "  {}", shown(why))?;
            }
        }
        for key in &verdict.stale {
            writeln!(sink, "stale {}", shown(key))?;
        }
    }
    summary(verdict, sink)
}

/// One violation with its reason, owners, first places and advice.
fn one(violation: &Violation, sink: &mut dyn Write) -> io::Result<()> {
    let mark = match violation.severity {
        Severity::Error => "",
        Severity::Warning => "warning: ",
        Severity::Note => "note: ",
    };
    let title = shown(&violation.title);
    writeln!(sink, "{mark}{}  {title}", violation.rule)?;
    writeln!(sink, "  {}", shown(&violation.evidence))?;
    if let Some(reason) = &violation.reason {
        writeln!(sink, "  reason: {}", shown(reason))?;
    }
    if !violation.owners.is_empty() {
        writeln!(sink, "  owners: {}", shown(&violation.owners.join(", ")))?;
    }
    for at in violation.locations.iter().take(PLACES) {
        writeln!(
            sink,
            "  {}:{}:{}",
            shown(&at.path),
            at.at.line,
            at.at.column
        )?;
    }
    if violation.locations.len() > PLACES {
        writeln!(
            sink,
            "  and {} more places",
            violation.locations.len() - PLACES
        )?;
    }
    writeln!(sink, "  {}\n", shown(&violation.advice))
}

/// The last line: `fail: 2 violations, 1 warning, 3 accepted by the baseline, 0 stale`, or what was
/// added since a base.
fn summary(verdict: &Verdict, sink: &mut dyn Write) -> io::Result<()> {
    let word = match verdict.verdict {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
    };
    let excepted = |violation: &&Violation| violation.accepted.is_some();
    let excepted = verdict.known.iter().filter(excepted).count();
    let known = verdict.known.len() - excepted;
    let some = |count: usize, what: &str| match count {
        0 => String::new(),
        count => format!(", {count} {what}"),
    };
    let warnings = match verdict.warnings.len() {
        0 => String::new(),
        count => format!(", {}", counted(count as u64, "warning", "warnings")),
    };
    let violations = counted(verdict.violations.len() as u64, "violation", "violations");
    if let Some(against) = &verdict.against {
        let commit = against.commit.as_deref().unwrap_or_default();
        let (commit, name) = (commit.get(..10).unwrap_or(commit), shown(&against.name));
        return writeln!(
            sink,
            "{word}: {violations} added since {commit} ({name}){warnings}, {known} old{}",
            some(excepted, "accepted by exceptions"),
        );
    }
    writeln!(
        sink,
        "{word}: {violations}{warnings}, {known} accepted by the baseline{}, {} stale",
        some(excepted, "by exceptions"),
        verdict.stale.len(),
    )
}
