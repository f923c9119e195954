//! Makes names from outside harmless, one function per sink.
//!
//! In: any text. Out: text that the sink shows as it is.
//! Invariant: no control character, no text direction override, no markup survives.
//! Never: loses a visible character.

use std::fmt::Write;

/// For a terminal: control, C1 and direction characters, and those that no text may hold, become `\u{..}`.
#[must_use]
pub fn shown(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// For a terminal, shortened from the left to at most `width` characters.
#[must_use]
pub fn shown_path(path: &str, width: usize) -> String {
    let path = shown(path);
    let count = path.chars().count();
    if count <= width {
        return path;
    }
    let tail: String = path.chars().skip(count - width.saturating_sub(1)).collect();
    format!("…{tail}")
}

/// Whether every byte is printable ASCII. The fold looks at all bytes on purpose: without an early
/// exit the compiler can vectorise it.
fn is_plain(text: &str) -> bool {
    let plain = |all: bool, byte: u8| all & matches!(byte, b' '..=b'~');
    text.bytes().fold(true, plain)
}

/// Control characters, marks of text direction, line separators and characters that XML forbids.
/// Direction overrides are among them because they can make a name read as another.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{fffe}' | '\u{ffff}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// For a quoted string of DOT.
pub(in crate::report) fn dot(text: &str) -> String {
    shown(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// For a quoted label of Mermaid, which reads HTML entities.
pub(in crate::report) fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '"' | '#' | '%' | '<' | '>' | '&' | ';' | '`' | '|' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// For text or an attribute of XML.
pub(in crate::report) fn xml(text: &str) -> String {
    shown(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Appends a field of CSV: quoted, and never read as a formula by a spreadsheet.
pub(in crate::report) fn csv(out: &mut String, text: &str) {
    out.push('"');
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        out.push('\'');
    }
    if is_plain(text) && !text.contains('"') {
        out.push_str(text);
    } else {
        out.push_str(&shown(text).replace('"', "\"\""));
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sink_neutralises_what_it_would_interpret() {
        assert_eq!(
            shown("a\u{1b}[31m\nb\u{202e}"),
            "a\\u{1b}[31m\\u{a}b\\u{202e}"
        );
        assert_eq!(shown("a\u{61c}b\u{9b}c"), "a\\u{61c}b\\u{9b}c");
        assert_eq!(xml("a\u{fffe}\u{ffff}"), "a\\u{fffe}\\u{ffff}");
        assert_eq!(dot("a\"b\\"), "a\\\"b\\\\");
        assert_eq!(mermaid("a\"]<b>"), "a#34;]#60;b#62;");
        assert_eq!(xml("<a b=\"c\">&"), "&lt;a b=&quot;c&quot;&gt;&amp;");
        let mut field = String::new();
        csv(&mut field, "=1+\"x\"");
        assert_eq!(field, "\"'=1+\"\"x\"\"\"");
    }

    #[test]
    fn long_paths_keep_their_end() {
        assert_eq!(shown_path("src/very/long/name.rs", 10), "…g/name.rs");
        assert_eq!(shown_path("a.rs", 10), "a.rs");
    }
}
