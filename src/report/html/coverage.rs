//! What was seen, and what was not.
//!
//! In: [`Analysis`]. Out: [`Coverage`].
//! Invariant: one row for each language and each source; every notification counted.
//! Never: hides a lost input.

use serde::Serialize;

use super::findings::severity;
use super::short::Short;
use crate::analysis::Analysis;
use crate::model::{Notification, Tally};
use crate::report::view::names::{UNKNOWN, count, date, percent, share};

/// Notifications and unresolved references on the page.
const NOTES: usize = 100;
const UNRESOLVED: usize = 50;

/// The tables of the section.
#[derive(Serialize)]
pub(super) struct Coverage {
    languages: Vec<Language>,
    facts: Vec<(&'static str, String)>,
    notes: Short<Note>,
    unresolved: Short<Unresolved>,
}

/// References of one language by how they were resolved.
#[derive(Serialize)]
struct Language {
    name: String,
    files: String,
    resolved: String,
    share: String,
    ambiguous: String,
    unresolved: String,
    external: String,
}

/// What was skipped or lost, and where.
#[derive(Serialize)]
struct Note {
    severity: &'static str,
    place: String,
    message: String,
}

/// A reference whose target was not found.
#[derive(Serialize)]
struct Unresolved {
    place: String,
    text: String,
    reason: &'static str,
}

/// The tables of the section; a language without references has a row of zeros.
pub(super) fn coverage(analysis: &Analysis) -> Coverage {
    let languages = analysis.coverage.languages.iter().map(|(name, files)| {
        let tally = analysis
            .coverage
            .references
            .get(name)
            .copied()
            .unwrap_or_default();
        language(name, *files, tally)
    });
    let unresolved = analysis.unresolved.iter().map(|found| Unresolved {
        place: crate::report::view::names::place(&found.location),
        text: found.text.clone(),
        reason: found.reason.name(),
    });
    Coverage {
        languages: languages.collect(),
        facts: facts(analysis),
        notes: Short::new(analysis.notifications.iter().map(note), NOTES),
        unresolved: Short::new(unresolved, UNRESOLVED),
    }
}

/// The row of a language. The share is of the references into the project: external ones, such as
/// those to the standard library, are not part of it.
fn language(name: &str, files: u64, tally: Tally) -> Language {
    Language {
        name: name.to_owned(),
        files: count(files),
        resolved: count(tally.resolved),
        share: share(tally.resolved, tally.inside()),
        ambiguous: count(tally.ambiguous),
        unresolved: count(tally.unresolved),
        external: count(tally.external),
    }
}

/// Labels and values of what was read: files, commits, spans and load. Rows of the traces are there
/// only where traces were given.
fn facts(analysis: &Analysis) -> Vec<(&'static str, String)> {
    let files = &analysis.coverage.files;
    let history = &analysis.coverage.history;
    let mut facts = vec![
        ("Files parsed", count(files.parsed)),
        (
            "of which tests (left out of the metrics)",
            count(files.tests),
        ),
        ("of which generated", count(files.generated)),
        ("of which vendored", count(files.vendored)),
        ("Files not parsed", count(files.skipped)),
    ];
    for (language, files) in &analysis.coverage.unsupported {
        facts.push((
            "Files without a parser",
            format!("{language}: {}", count(*files)),
        ));
    }
    facts.extend([
        ("Commits", count(history.commits)),
        (
            "Time window",
            history.window.map_or_else(
                || UNKNOWN.to_owned(),
                |(from, to)| format!("{} to {}", date(from), date(to)),
            ),
        ),
    ]);
    if history.shallow {
        facts.push(("Clone", "shallow: older commits are missing".to_owned()));
    }
    if let Some(spans) = &analysis.coverage.spans {
        let rejected: u64 = spans.rejected.values().sum();
        facts.extend([
            ("Spans", count(spans.spans)),
            ("Traces", count(spans.traces)),
            ("Spans without their parent", count(spans.orphans)),
            ("Spans seen twice", count(spans.duplicates)),
            ("Spans rejected", count(rejected)),
            (
                "Load attributed to files",
                analysis
                    .coverage
                    .attributed_load
                    .map_or_else(|| UNKNOWN.to_owned(), percent),
            ),
        ]);
    }
    if let Some(load) = &analysis.coverage.load {
        facts.push(("Load comes from", load.phrase()));
    }
    facts
}

/// A notification; its place reads `a.json:3 at byte 120`, as far as that is known.
fn note(note: &Notification) -> Note {
    let mut place = note.path.as_deref().unwrap_or_default().to_owned();
    if let Some(line) = note.line {
        place = format!("{place}:{line}");
    }
    if let Some(byte) = note.byte {
        place = format!("{place} at byte {byte}");
    }
    Note {
        severity: severity(note.severity),
        place,
        message: note.message.clone(),
    }
}
