//! The verdict of the gate for a terminal.
//!
//! In: [`View`]. Out: text.
//! Invariant: violations first, each with its reason and a place; then one line of counts.
//! Never: more than ten places per violation.

use std::io::{self, Write};

use crate::gate::{Outcome, Verdict, Violation};

use super::{View, shown};

/// Places shown per violation.
const PLACES: usize = 10;

pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let Some(verdict) = view.verdict else {
        return Ok(());
    };
    for violation in &verdict.violations {
        one(violation, sink)?;
    }
    if view.show.all || verdict.against.is_some() {
        for violation in &verdict.known {
            let word = if verdict.against.is_some() {
                "old"
            } else {
                "known"
            };
            writeln!(
                sink,
                "{word} {} {}",
                violation.rule,
                shown(&violation.title)
            )?;
        }
        for key in &verdict.stale {
            writeln!(sink, "stale {}", shown(key))?;
        }
    }
    summary(verdict, sink)
}

fn one(violation: &Violation, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "{}  {}", violation.rule, shown(&violation.title))?;
    writeln!(sink, "  {}", shown(&violation.evidence))?;
    if let Some(reason) = &violation.reason {
        writeln!(sink, "  reason: {}", shown(reason))?;
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

fn summary(verdict: &Verdict, sink: &mut dyn Write) -> io::Result<()> {
    let word = match verdict.verdict {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
    };
    let (violations, known, stale) = (
        verdict.violations.len(),
        verdict.known.len(),
        verdict.stale.len(),
    );
    if let Some(against) = &verdict.against {
        let commit = against.commit.as_deref().unwrap_or_default();
        let (commit, name) = (commit.get(..10).unwrap_or(commit), shown(&against.name));
        return writeln!(
            sink,
            "{word}: {violations} violations added since {commit} ({name}), {known} old"
        );
    }
    writeln!(
        sink,
        "{word}: {violations} violations, {known} accepted by the baseline, {stale} stale"
    )
}
