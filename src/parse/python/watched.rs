//! The names that imports of a file may bind; no other name can lead to another file.
//!
//! In: the text of a file and its tokens. Out: [`Watched`].
//! Invariant: never fewer names than the imports bind; all of them where a star import may bind any.
//! Never: knows where a name is bound or seen.

use memchr::memmem;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

/// Names, and a look that mostly says no, and fast.
#[derive(Debug, Default)]
pub(super) struct Watched<'a> {
    /// The names in the import statements; some of them more than once.
    pub(super) names: Vec<&'a str>,
    /// Whether an import may bind any name.
    pub(super) any: bool,
    /// One bit for each length and first letter among the names.
    marks: u64,
}

impl<'a> Watched<'a> {
    /// The names in the import statements of a file.
    ///
    /// Every occurrence of `import` in the text is looked at that is a token of its own. For
    /// `from a import b as c`, the names are those behind the keyword, `as` included: a name too
    /// many costs a look-up, a name too few an edge.
    pub(super) fn of(text: &'a str, tokens: &[Token]) -> Self {
        let mut watched = Self::default();
        for at in memmem::find_iter(text.as_bytes(), "import") {
            // The end of a block stands at the same place, before it.
            let first = tokens.partition_point(|token| token.start().to_usize() < at);
            let here = &tokens[first..];
            let starts = |token: &&Token| token.start().to_usize() == at;
            let mut starting = here.iter().take_while(starts);
            if let Some(skipped) = starting.position(|token| token.kind() == TokenKind::Import) {
                watched.add_statement(text, &here[skipped..]);
            }
        }
        watched
    }

    /// Adds the names of the statement that starts with the tokens.
    fn add_statement(&mut self, text: &'a str, statement: &[Token]) {
        let ends = |token: &&Token| matches!(token.kind(), TokenKind::Newline | TokenKind::Semi);
        for token in statement.iter().take_while(|token| !ends(token)) {
            let name = &text[token.range().to_std_range()];
            // The parser normalises other letters, and a star may stand for any name.
            self.any |= name == "*" || !name.is_ascii();
            if name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()) {
                self.marks |= mark(name);
                self.names.push(name);
            }
        }
    }

    /// Whether `name` may be one of the names.
    pub(super) fn may_hold(&self, name: &str) -> bool {
        self.any || self.marks & mark(name) != 0
    }
}

/// The bit for a name. Names share bits; the answer of `may_hold` may be wrongly yes, never
/// wrongly no.
fn mark(name: &str) -> u64 {
    let first = name.as_bytes().first().copied().unwrap_or(0);
    1 << ((usize::from(first) + 7 * name.len()) % 64)
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::super::scope::Scopes;
    use super::*;

    fn watched<'a>(text: &'a str, name: &'a str) -> bool {
        let parsed = parse_module(text).expect("a module");
        let mut scopes = Scopes::<()>::new(Watched::of(text, parsed.tokens()));
        scopes.watched(name).is_some()
    }

    #[test]
    fn watches_what_imports_bind_in_every_form() {
        let text = "import a.b as c, d\nx = 'import e'; important = 1\ndef f():\n    \
                    from .g import (  # h) i\n        match,\n        j as k,\n    ); l = 1\n    from m import \\\n      n\nimport o\n";
        for name in ["a", "c", "d", "match", "j", "k", "n", "o"] {
            assert!(watched(text, name), "{name}");
        }
        for name in ["e", "important", "f", "h", "i", "l", "x", "m"] {
            assert!(!watched(text, name), "{name}");
        }
    }

    #[test]
    fn watches_every_name_where_any_may_be_imported() {
        assert!(watched("from a import *\n", "b"));
        assert!(watched("from a import ﬁnd\n", "find"));
        assert!(!watched("a = 2 * 3\n", "a"));
    }
}
