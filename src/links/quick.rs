//! Whether a text can name a table or declare a route at all: a look at its bytes before one at its tokens.
//!
//! In: source text. Out: yes or no.
//! Invariant: never no where the tokens say yes.
//! Never: an answer to which table or route it is.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};

use super::{route, tables};

/// What stands in every such text that has neither a telling literal nor annotation.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [&tables::NAMING[..], &["table!", "table !", route::URL_MAP]].concat();
    // Of two that start together the longer one counts.
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words);
    longest.ok()
});

pub(super) fn may_tell(text: &str) -> bool {
    let bytes = text.as_bytes();
    let behind = |at: usize| text.get(at + 1..).unwrap_or_default();
    let mut quotes = memchr::memchr3_iter(b'"', b'\'', b'`', bytes);
    let mut marks = memchr::memchr_iter(b'@', bytes);
    let whole = |found: Match| {
        let apart = |at: usize| bytes.get(at).is_none_or(|byte| !is_word(*byte));
        apart(found.start().wrapping_sub(1)) && apart(found.end())
    };
    WORDS
        .as_ref()
        .is_none_or(|words| words.find_iter(text).any(whole))
        || quotes.any(|at| opens(behind(at)))
        || marks.any(|at| annotates(behind(at)))
}

/// Whether a literal may start like a path or a statement; what follows the quote, to the end of the text.
fn opens(text: &str) -> bool {
    route::starts_path(text) || tables::is_statement(text)
}

/// Whether the name behind an `@` may be that of a route.
fn annotates(text: &str) -> bool {
    let text = text.trim_start();
    let in_name = |byte: &u8| *byte == b'.' || is_word(*byte);
    let name = text.bytes().take_while(in_name).count();
    let (name, rest) = text.split_at_checked(name).unwrap_or((text, ""));
    // Blanks and comments may stand before a name and around its dots.
    let rest = rest.trim_start();
    let goes_on = name.ends_with('.') || rest.starts_with(['.', '/', '#']);
    goes_on || route::names_declaration(name.rsplit('.').next().unwrap_or(name))
}

fn is_word(byte: u8) -> bool {
    matches!(byte, b'_' | b'$' | 0x80..) || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::super::lex;
    use super::*;

    #[test]
    fn says_yes_wherever_the_tokens_do() {
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
            ("rs", "let x = r#\"delete from orders\"#;"),
            ("js", "db.query('with a as (select 1)')"),
            ("ts", "f('é', \"insert into é\")"),
        ];
        for (extension, text) in texts {
            let tokens = lex::tokens(extension, text);
            assert!(
                tables::may_name(&tokens) || route::may_declare(&tokens),
                "{text}"
            );
            assert!(may_tell(text), "{text}");
        }
    }

    #[test]
    fn says_no_to_most_texts() {
        let texts = [
            "use std::fmt; fn f<'a>(x: &'a str) -> String { format!(\"{x} selects\") }",
            "import { a } from './a'; /** @param x what */ export const b = a('with')",
            "from collections import deque, TableView\n@property\ndef size(self):\n    '''Says how large it is.'''\n    return 1 / 2",
        ];
        for text in texts {
            assert!(!may_tell(text), "{text}");
        }
    }
}
