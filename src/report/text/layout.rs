//! Lines of at most 80 columns, places, numbers, emphasis.
//!
//! In: texts without control characters. Out: the same, laid out for a terminal.
//! Invariant: breaks only at spaces; a longer word stands alone.
//! Never: an escape sequence unless colours are asked for.

pub(super) use crate::model::names::{counted, thousands};
use crate::model::{Location, Severity};
use crate::report::view::escape::shown;

/// Columns of a terminal.
const COLUMNS: usize = 80;
/// Places named at once.
const PLACES: usize = 4;

/// `text` broken into lines that fit behind `indent` columns.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    wrapped_after(text, indent, 0)
}

/// The same, where `before` columns of the first line are taken.
pub(super) fn wrapped_after(text: &str, indent: usize, before: usize) -> String {
    let mut out = String::new();
    let (mut column, mut gap) = (indent + before, 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if length == 0 {
            gap += 1;
            continue;
        }
        if !out.is_empty() && column + gap + length > COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            out.push_str(&" ".repeat(gap));
            column += gap;
        }
        out.push_str(word);
        column += length;
        gap = 1;
    }
    out
}

/// The first places, each line once, and how many more there are.
pub(super) fn places(locations: &[Location]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for place in locations.iter().map(place) {
        if !lines.contains(&place) {
            lines.push(place);
        }
    }
    let first = lines.get(..PLACES).unwrap_or(&lines).join(", ");
    match lines.len().saturating_sub(PLACES) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// `src/a.rs:12`.
pub(super) fn place(location: &Location) -> String {
    match location.at.line {
        0 => shown(&location.path),
        line => format!("{}:{line}", shown(&location.path)),
    }
}

/// Bold, when colours are asked for.
pub(super) fn bold(color: bool, text: &str) -> String {
    painted(color, "1", text)
}

/// Coloured by severity, when colours are asked for: red, yellow, blue.
pub(super) fn severity(color: bool, severity: Severity, text: &str) -> String {
    let code = match severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Note => "34",
    };
    painted(color, code, text)
}

/// `text` between an SGR code and a reset, or as it is.
fn painted(color: bool, code: &str, text: &str) -> String {
    if color {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_long_words_stand_alone() {
        let text = format!("{} {} end", "word ".repeat(20).trim(), "x".repeat(90));
        let lines: Vec<String> = format!("   {}", wrapped(&text, 3))
            .lines()
            .map(str::to_owned)
            .collect();
        assert!(lines.iter().all(|line| line.starts_with("   ")));
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() <= 80 || line.trim() == "x".repeat(90)),
            "{lines:?}"
        );
        assert_eq!(lines.last().map(String::as_str), Some("   end"));
        assert_eq!(wrapped_after("ab cd", 2, 75), "ab\n  cd");
        assert_eq!(wrapped("ab  cd", 2), "ab  cd", "gaps within a line stay");
    }

    #[test]
    fn colours_only_when_asked_for() {
        assert_eq!(bold(false, "a"), "a");
        assert_eq!(severity(true, Severity::Error, "a"), "\u{1b}[31ma\u{1b}[0m");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
