//! Annotations of GitHub workflows.
//!
//! In: [`View`]. Out: one workflow command per issue.
//! Invariant: worst first, ten per kind, because the host shows no more; the rest is counted.
//! Never: a place for what is accepted; a character that would end or forge a command.

use std::io::{self, Write};

use crate::model::Severity;

use super::issues::{Issue, issues};
use super::view::escape::shown;
use super::view::reporter::{Reads, Reporter, View};

/// The host shows that many per kind and step.
const MOST: usize = 10;

pub(super) const REPORTER: Reporter = Reporter {
    id: "github",
    about: "annotations of GitHub workflows",
    reads: Reads::All,
    render,
};

/// Writes errors, warnings and notices, each kind cut at what the host shows. Where there are more,
/// the last place goes to a line that counts the rest: with 12 errors nine are written, then `and 3
/// more`.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let issues = issues(view);
    for kind in ["error", "warning", "notice"] {
        let of_kind: Vec<&Issue<'_>> = issues
            .iter()
            .filter(|issue| !issue.is_known() && command(issue) == kind)
            .collect();
        let shown_here = if of_kind.len() > MOST { MOST - 1 } else { MOST };
        for issue in of_kind.iter().take(shown_here) {
            writeln!(sink, "::{kind} {}::{}", place(issue), data(&message(issue)))?;
        }
        if of_kind.len() > MOST {
            writeln!(
                sink,
                "::{kind} title=seamline::and {} more",
                of_kind.len() - shown_here
            )?;
        }
    }
    Ok(())
}

/// The workflow command of a severity; GitHub says `notice` for a note.
fn command(issue: &Issue<'_>) -> &'static str {
    match issue.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// What is wrong, followed by what to do about it.
fn message(issue: &Issue<'_>) -> String {
    format!("{}. {}", shown(&issue.sentence()), shown(issue.advice))
}

/// The properties of an annotation: `file=src/a.rs,line=12,title=…`. Without a location only the
/// title is given. A location without a line counts as line 1, since lines are counted from 1.
fn place(issue: &Issue<'_>) -> String {
    let title = format!("title={}", property(issue.rule.name()));
    let Some(at) = issue.locations.first() else {
        return title;
    };
    format!(
        "file={},line={},{title}",
        property(&at.path),
        at.at.line.max(1)
    )
}

/// Escapes the message of a workflow command. The percent sign goes first, since the other
/// replacements introduce it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command, where colons and commas are separators as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(property("a,b:c%\r\n"), "a%2Cb%3Ac%25%0D%0A");
        assert_eq!(data("::error::x\n"), "::error::x%0A");
    }
}
