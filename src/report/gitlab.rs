//! GitLab Code Quality.
//!
//! In: [`View`]. Out: a JSON list.
//! Invariant: one fingerprint per issue, because the host collapses equal ones.
//! Never: an issue that is accepted.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::analysis::to_json;
use crate::model::Severity;

use super::issues::{Issue, issues};
use super::sarif::hash;
use super::view::escape::shown;
use super::view::reporter::{Reads, Reporter, View};

pub(super) const REPORTER: Reporter = Reporter {
    id: "gitlab",
    about: "GitLab Code Quality",
    reads: Reads::All,
    render,
};

/// Writes every issue that is not accepted as a JSON array.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let issues = issues(view);
    let entries: Vec<Value> = issues
        .iter()
        .filter(|issue| !issue.is_known())
        .map(entry)
        .collect();
    to_json(&entries, sink)
}

/// One issue in the form of Code Climate. GitLab demands a place, so the first line of
/// `seamline.toml` stands for an issue without one.
fn entry(issue: &Issue<'_>) -> Value {
    let (path, line) = issue
        .locations
        .first()
        .map_or(("seamline.toml", 1), |at| (&*at.path, at.at.line.max(1)));
    json!({
        "description": shown(&issue.sentence()),
        "check_name": issue.rule,
        "fingerprint": hash(issue.fingerprint),
        "severity": severity(issue.severity),
        "location": { "path": path, "lines": { "begin": line } },
    })
}

/// The severity in the words of Code Climate, which knows five of them.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
