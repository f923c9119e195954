//! A comment for a pull request.
//!
//! In: [`View`]. Out: Markdown.
//! Invariant: begins with a hidden marker, so that the comment is found and replaced.
//! Never: a mention, a link or markup from a name.

use std::io::{self, Write};

use crate::gate::Outcome;
use crate::model::names::counted;

use super::issues::{Issue, issues};
use super::view::escape::shown;
use super::view::reporter::{Reads, Reporter, View};

/// Most issues that are listed; hosts cut long comments.
const MOST: usize = 50;

pub(super) const REPORTER: Reporter = Reporter {
    id: "markdown",
    about: "a comment for a pull request",
    reads: Reads::All,
    render,
};

/// The hidden marker, a headline, a table of the first issues, and the advice for the worst one.
/// Accepted issues are counted in the headline only.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let issues = issues(view);
    let fresh: Vec<&Issue<'_>> = issues.iter().filter(|issue| !issue.is_known()).collect();
    writeln!(sink, "<!-- seamline -->")?;
    writeln!(sink, "### Seamline: {}\n", headline(view, &fresh))?;
    if fresh.is_empty() {
        return Ok(());
    }
    writeln!(sink, "| Rule | What | Where |\n|---|---|---|")?;
    for issue in fresh.iter().take(MOST) {
        let place = issue
            .locations
            .first()
            .map(|at| code(&format!("{}:{}", at.path, at.at.line)));
        let (rule, what) = (code(issue.rule.name()), text(&issue.sentence()));
        writeln!(sink, "| {rule} | {what} | {} |", place.unwrap_or_default())?;
    }
    if fresh.len() > MOST {
        writeln!(sink, "\nand {} more", fresh.len() - MOST)?;
    }
    let rule = fresh.first().map_or("", |issue| issue.rule.name());
    writeln!(
        sink,
        "\nWhat to do: {}",
        fresh
            .first()
            .map_or_else(String::new, |issue| text(issue.advice))
    )?;
    writeln!(sink, "More: {}", code(&format!("seamline explain {rule}")))
}

/// `fail (2 violations, 1 warning, 3 accepted)` after `check`, else `4 findings`.
fn headline(view: &View<'_>, fresh: &[&Issue<'_>]) -> String {
    let failing = fresh.iter().filter(|issue| issue.fails).count();
    match view.verdict {
        Some(verdict) => {
            let word = if verdict.verdict == Outcome::Pass {
                "pass"
            } else {
                "fail"
            };
            format!(
                "{word} ({}, {}{} accepted)",
                counted(failing as u64, "violation", "violations"),
                match verdict.warnings.len() {
                    0 => String::new(),
                    count => format!("{}, ", counted(count as u64, "warning", "warnings")),
                },
                verdict.known.len()
            )
        }
        None => counted(fresh.len() as u64, "finding", "findings"),
    }
}

/// Text of a table cell: every letter that could start markup, a mention or a reference is escaped.
fn text(text: &str) -> String {
    let mut out = String::new();
    for letter in shown(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            ':' => out.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// A code span; bars would end the cell even there.
fn code(text: &str) -> String {
    let inner = shown(text).replace('`', "'").replace('|', "\\|");
    format!("`{inner}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_mention_link_or_leave_the_cell() {
        assert_eq!(
            text("@all [x](http://y) | <b>"),
            "&#64;all \\[x\\]\\(http&#58;//y\\) \\| &lt;b&gt;"
        );
        assert_eq!(code("a`b|c\n"), "`a'b\\|c\\u{a}`");
    }
}
