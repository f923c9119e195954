//! Leaves out the tests that a file of code holds beside what it tests.
//!
//! In: the text of a file. Out: the text without them, every line in its place.
//! Invariant: the same number of lines; code that no attribute marks stays.
//! Never: files that are tests as a whole; their role tells.

use std::borrow::Cow;

/// The attribute that marks what is built for tests only.
const MARK: &str = "#[cfg(test)]";

/// The text of a file with that extension without modules of tests.
///
/// A module ends at the first line that closes a brace where its attribute starts, as the formatter
/// sets it. Counting braces instead would need a lexer, for a text that is then read by one anyway.
pub(super) fn without_tests<'t>(extension: &str, text: &'t str) -> Cow<'t, str> {
    if extension != "rs" || !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut closing: Option<String> = None;
    let mut marked: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        let indent = &code[..code.len() - code.trim_start().len()];
        if let Some(end) = &closing {
            kept.push('\n');
            if code == end {
                closing = None;
            }
            continue;
        }
        let opens = starts_module(code.trim_start()) && code.ends_with('{');
        match marked {
            Some(indent) if opens => {
                closing = Some(format!("{indent}}}"));
                kept.push('\n');
            }
            _ => kept.push_str(line),
        }
        let goes_on = marked.is_some() && code.trim_start().starts_with("#[");
        marked = if code.trim_start() == MARK {
            Some(indent)
        } else {
            marked.filter(|_| goes_on)
        };
    }
    Cow::Owned(kept)
}

fn starts_module(code: &str) -> bool {
    ["mod ", "pub mod ", "pub(crate) mod ", "pub(super) mod "]
        .iter()
        .any(|start| code.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_tests_leave_only_their_lines() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests;\n\n#[cfg(test)]\n#[expect(x)]\nmod more {\n    fn b() {\n    }\n}\nfn c() {}\n";
        let found = without_tests("rs", text);
        assert_eq!(
            found,
            "fn a() {}\n#[cfg(test)]\nmod tests;\n\n#[cfg(test)]\n#[expect(x)]\n\n\n\n\nfn c() {}\n"
        );
        assert_eq!(text.lines().count(), found.lines().count());
        assert_eq!(without_tests("java", text), text);
    }
}
