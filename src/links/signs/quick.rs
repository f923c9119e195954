//! Whether a text can name a table or declare a route at all: a look at its bytes before one at its tokens.
//!
//! In: source text. Out: yes or no.
//! Invariant: never no for a text in which the thorough look finds one.
//! Never: an answer to which table or route it is.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};

use super::{lex, routes, tables};
use crate::knowledge::RouteNames;
use crate::source::sql;

/// The macro of diesel that declares a table.
const MACRO: &str = "table";

/// What stands in every such text that has neither a telling literal nor annotation.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [&tables::NAMING[..], &[MACRO, routes::URL_MAP]].concat();
    // Of two that start together the longer one counts.
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words);
    longest.ok()
});

/// Whether a text of a file with that extension may tell any.
pub(in crate::links) fn may_tell(names: &RouteNames, extension: &str, text: &str) -> bool {
    let bytes = text.as_bytes();
    let behind = |at: usize| text.get(at + 1..).unwrap_or_default();
    let [first, second, third] = lex::quotes(extension);
    let mut quotes = memchr::memchr3_iter(first, second, third, bytes);
    let mut marks = memchr::memchr_iter(b'@', bytes);
    let named = |found: Match| {
        let before = bytes.get(found.start().wrapping_sub(1));
        let next = text.get(found.end()..).unwrap_or_default().trim_start();
        let name = text.get(found.range()).unwrap_or_default();
        let apart = before.is_none_or(|byte| !is_word(*byte));
        apart
            && match name {
                MACRO => next.starts_with('!'),
                _ => before == Some(&b'@') || gets_something(next),
            }
    };
    WORDS
        .as_ref()
        .is_none_or(|words| words.find_iter(text).any(named))
        || quotes.any(|at| opens(behind(at)))
        || marks.any(|at| annotates(names, behind(at)))
}

/// Whether a name before that text is called, assigned, or told what it is of.
fn gets_something(text: &str) -> bool {
    text.starts_with(['(', '<', '=', '+', ':', '?', '"', '\'', '`', '/'])
}

/// Whether a literal may start like a path or a statement; what follows the quote, to the end of the text.
fn opens(text: &str) -> bool {
    routes::starts_path(text) || sql::is_statement(text)
}

/// Whether the name behind an `@` may be that of a route.
fn annotates(names: &RouteNames, text: &str) -> bool {
    let text = text.trim_start();
    let in_name = |byte: &u8| *byte == b'.' || is_word(*byte);
    let name = text.bytes().take_while(in_name).count();
    let (name, rest) = text.split_at_checked(name).unwrap_or((text, ""));
    // Blanks and comments may stand before a name and around its dots.
    let rest = rest.trim_start();
    let goes_on = name.ends_with('.') || rest.starts_with(['.', '/', '#']);
    goes_on || routes::names_declaration(names, name.rsplit('.').next().unwrap_or(name))
}

/// Whether a byte is part of a word; every byte beyond ASCII counts, so that the answer is never a
/// wrong no.
fn is_word(byte: u8) -> bool {
    lex::is_word(byte) || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn says_yes_wherever_the_tokens_do() {
        let names = &Knowledge::default().frameworks.routes;
        let texts = [
            ("py", "urlpatterns = []"),
            ("py", "x = '''\n  SELECT a FROM b'''"),
            ("py", "@app . route('x')\ndef f(): pass"),
            ("java", "@ /* why */ GetMapping(X)"),
            ("java", "@org.spring.GetMapping(PATH) void f() {}"),
            ("go", "mux.Handle(\"GET /a/{id}\", f)"),
            ("ts", "app.get(`/a`, f)"),
            ("rs", "table ! { posts (id) { id -> Int4 } }"),
            ("rs", "diesel::table! {}"),
            ("ts", "const Table = 1"),
            ("py", "class A:\n    db_table = 'x'"),
            ("java", "@Entity\nclass A {}"),
            ("rs", "let x = r#\"delete from orders\"#;"),
            ("js", "db.query('with a as (select 1)')"),
            ("ts", "f('é', \"insert into é\")"),
        ];
        for (extension, text) in texts {
            let tokens = lex::tokens(extension, text);
            assert!(
                tables::may_name(&tokens) || routes::may_declare(names, &tokens),
                "{text}"
            );
            assert!(may_tell(names, extension, text), "{text}");
        }
    }

    #[test]
    fn says_no_to_most_texts() {
        let names = &Knowledge::default().frameworks.routes;
        let texts = [
            (
                "rs",
                "fn f<'a>(x: &'a str) -> String { x.split('/').map(|x| format!(\"{x} `/`\")) }",
            ),
            (
                "ts",
                "import { a } from './a'; /** @param x of a collection. */ f('with', `Update the ${x}`)",
            ),
            (
                "py",
                "from collections import deque, TableView\n@property\ndef size(self):\n    'Create a size'",
            ),
        ];
        for (extension, text) in texts {
            assert!(!may_tell(names, extension, text), "{text}");
        }
    }
}
