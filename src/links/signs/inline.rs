//! Leaves out the tests that a file of code holds beside what it tests.
//!
//! In: the text of a file. Out: the text without them, every line in its place.
//! Invariant: the same number of lines; code that no attribute marks stays.
//! Never: files that are tests as a whole; their role tells.

use std::borrow::Cow;

use crate::model::LanguageInfo;

/// The text of a file with that extension without its tests.
///
/// A test ends at the first line that closes a brace where its mark starts, as the formatter sets
/// it. Counting braces instead would need a lexer, for a text that is then read by one anyway.
pub(super) fn without_tests<'t>(extension: &str, text: &'t str) -> Cow<'t, str> {
    let language = LanguageInfo::of_extension(extension).map(|language| language.name);
    let is_mark = match language {
        Some("rust") if text.contains("test") => marks_rust,
        Some("javascript" | "typescript") if text.contains("import.meta.vitest") => marks_vitest,
        _ => return Cow::Borrowed(text),
    };
    let mut kept = String::with_capacity(text.len());
    let mut closing: Option<String> = None;
    let mut marked: Option<&str> = None;
    let mut within = false;
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        let bare = code.trim_start();
        if let Some(end) = &closing {
            kept.push('\n');
            if code == end {
                closing = None;
            }
            continue;
        }
        if is_mark(bare) {
            marked = Some(&code[..code.len() - bare.len()]);
        }
        let Some(indent) = marked else {
            kept.push_str(line);
            continue;
        };
        kept.push('\n');
        if code.ends_with('{') {
            closing = Some(format!("{indent}}}"));
        }
        // A comma ends a marked field, unless it stands between the parameters of a function.
        within = code.ends_with('(') || (within && code.ends_with(','));
        if code.ends_with(['{', '}', ';']) || (code.ends_with(',') && !within) {
            marked = None;
        }
    }
    Cow::Owned(kept)
}

/// Whether a line starts with the attribute of a test, or of what is built for tests only.
fn marks_rust(code: &str) -> bool {
    let Some(attribute) = code.strip_prefix("#[") else {
        return false;
    };
    let end = attribute.find(['(', ']']).unwrap_or(attribute.len());
    let (path, inside) = attribute.split_at(end);
    match path {
        "cfg" => inside.starts_with("(test)") || inside.starts_with("(all(test,"),
        _ => matches!(
            path.rsplit("::").next(),
            Some("test" | "rstest" | "test_case" | "bench")
        ),
    }
}

/// `if (import.meta.vitest) {`
fn marks_vitest(code: &str) -> bool {
    code.starts_with("if (import.meta.vitest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_tests_leave_only_their_lines() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests;\n\n#[cfg(test)]\n#[expect(x)]\nmod more {\n    fn b() {\n    }\n}\nfn c() {}\n";
        let found = without_tests("rs", text);
        assert_eq!(found, "fn a() {}\n\n\n\n\n\n\n\n\n\nfn c() {}\n");
        assert_eq!(text.lines().count(), found.lines().count());
        assert_eq!(without_tests("java", text), text);
    }

    #[test]
    fn single_tests_and_their_constants_leave_only_their_lines() {
        let text = "#[cfg(test)]\nconst A: &str = \"http://a:1\";\n#[tokio::test]\nasync fn t() {\n    x();\n}\nfn c() {}\n";
        let found = without_tests("rs", text);
        assert_eq!(found, "\n\n\n\n\n\nfn c() {}\n");
        let inner = "impl A {\n    #[cfg(test)]\n    fn t(\n        x: u8,\n    ) -> u8 {\n        x\n    }\n    fn c() {}\n}\n";
        assert_eq!(
            without_tests("rs", inner),
            "impl A {\n\n\n\n\n\n\n    fn c() {}\n}\n"
        );
        let text = "f();\nif (import.meta.vitest) {\n  get('http://a:1');\n}\ng();\n";
        assert_eq!(without_tests("ts", text), "f();\n\n\n\ng();\n");
        let kept = "#[cfg(not(test))]\nfn a() {\n}\n#[cfg(feature = \"test\")]\nfn b() {\n}\n";
        assert_eq!(without_tests("rs", kept), kept);
    }
}
