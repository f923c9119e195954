//! What a Rust file consists of, as the tokens of which its tree is built tell it apart.
//!
//! In: the text of a file and its tokens. Out: [`Lexemes`].
//! Invariant: what an attribute marks as a test, or as built for tests only, is left out.
//! Never: a comment, one that documents included.

use std::iter::Peekable;
use std::ops::Range;

use proc_macro2::{Delimiter, Ident, LineColumn, Span, TokenStream, TokenTree, token_stream};

use super::reader::Braces;
use crate::parse::tokens::lexemes::{Class, Lexemes};

/// The code of a file: all but a mark of its encoding and a first line that names an interpreter.
pub(super) fn code_of(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_attribute = |rest: &str| rest.trim_start().starts_with('[');
    match text.strip_prefix("#!") {
        Some(rest) if !is_attribute(rest) => text.find('\n').map_or("", |end| &text[end..]),
        _ => text,
    }
}

/// The tokens between two brackets.
type Level = Peekable<token_stream::IntoIter>;

/// Words that declare an item with a body in braces.
const DECLARES: [&str; 8] = [
    "fn",
    "impl",
    "trait",
    "mod",
    "struct",
    "enum",
    "union",
    "macro_rules",
];

/// Reads the tokens of `text`.
///
/// In a loop with a stack of levels, one for each open group.
pub(super) fn lexemes(text: &str, tokens: &TokenStream, braces: &Braces) -> Lexemes {
    let mut reading = Reading::new(text);
    let mut levels: Vec<(Level, Option<Span>)> = Vec::new();
    levels.push((tokens.clone().into_iter().peekable(), None));
    while let Some((level, close)) = levels.last_mut() {
        match level.next() {
            None => {
                reading.mark(*close);
                levels.pop();
            }
            Some(TokenTree::Group(group)) => {
                let written = group.delimiter() != Delimiter::None;
                let close = written.then(|| group.span_close());
                let open = written.then(|| group.span_open());
                match open.and_then(|open| braces.get(&open.start())) {
                    Some(class) => reading.one(*class, open),
                    None => reading.mark(open),
                }
                levels.push((group.stream().into_iter().peekable(), close));
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == '#' => {
                reading.attribute(punct.span(), level);
            }
            Some(token) => reading.plain(&token),
        }
    }
    reading.found
}

/// A text, and what was found in it so far.
struct Reading<'t> {
    /// All of the text.
    text: &'t str,
    /// Where lines start.
    lines: Vec<usize>,
    /// What was found so far.
    found: Lexemes,
}

impl<'t> Reading<'t> {
    /// At the start of the text; lines count from where its code starts.
    fn new(text: &'t str) -> Self {
        let first = text.len() - code_of(text).len();
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        Self {
            text,
            lines: std::iter::once(first)
                .chain(ends.skip_while(|start| *start <= first))
                .collect(),
            found: Lexemes::of(text.len()),
        }
    }

    /// The byte offset of a line and column; columns count characters, so lines beyond ASCII are
    /// walked.
    fn offset(&self, at: LineColumn) -> usize {
        let start = self.lines.get(at.line.wrapping_sub(1));
        let start = start.copied().unwrap_or(self.text.len());
        let line = &self.text.as_bytes()[start..];
        if line.get(..at.column).is_some_and(<[u8]>::is_ascii) {
            return start + at.column;
        }
        let mut characters = self.text[start..].char_indices();
        let found = characters.nth(at.column).map(|(offset, _)| start + offset);
        found.unwrap_or(self.text.len())
    }

    /// One character of punctuation.
    fn mark(&mut self, span: Option<Span>) {
        self.one(Class::Marks, span);
    }

    /// A token of one byte.
    fn one(&mut self, class: Class, span: Option<Span>) {
        if let Some(span) = span {
            let start = self.offset(span.start());
            self.found.push(class, start..start + 1);
        }
    }

    /// A token that is no group; of `r#type` the name without its prefix.
    fn plain(&mut self, token: &TokenTree) {
        let span = token.span();
        match token {
            TokenTree::Group(_) => {}
            TokenTree::Punct(_) => self.mark(Some(span)),
            TokenTree::Ident(_) => {
                let start = self.offset(span.start());
                let rest = &self.text[start..];
                let start = start + 2 * usize::from(rest.starts_with("r#"));
                let name = &self.text[start..];
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
                self.found.push(Class::Word, start..start + length);
            }
            TokenTree::Literal(_) => {
                self.literal(self.offset(span.start())..self.offset(span.end()));
            }
        }
    }

    /// A number or a text, from its quote on: `r#"a"#` starts at the quote, `'a'` is neither.
    fn literal(&mut self, span: Range<usize>) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        let quotes = written.find('"').zip(written.rfind('"'));
        let character = written.starts_with(['\'']) || written.starts_with("b'");
        if written.starts_with(|c: char| c.is_ascii_digit()) {
            self.found.push(Class::Word, span);
        } else if let Some((open, close)) = quotes.filter(|_| !character) {
            let text = span.start + open..span.start + close + 1;
            self.found.push(Class::Text, text);
        }
    }

    /// What begins with the `#` at `span`: a comment that documents, a test to be left out, or a mark.
    fn attribute(&mut self, span: Span, level: &mut Level) {
        let start = self.offset(span.start());
        if !self.text[start..].starts_with('#') {
            while level
                .next_if(|token| matches!(token, TokenTree::Punct(_)))
                .is_some()
            {}
            level.next();
        } else if level.peek().is_some_and(marks_test) {
            let end = last_of_item(level).map_or(start, |last| self.offset(last.end()));
            self.found.leave_out(start..end);
        } else {
            self.mark(Some(span));
        }
    }
}

/// Whether the brackets behind a `#` mark a test, or what is built for tests only.
///
/// `#[test]`, `#[tokio::test]`, `#[rstest]`, `#[cfg(test)]` and `#[cfg(all(test, …))]` do;
/// `#[cfg(not(test))]` does not.
fn marks_test(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let mut path = None;
    let mut inside = None;
    for token in group.stream() {
        match token {
            TokenTree::Ident(ident) => path = Some(ident),
            TokenTree::Group(group) => {
                inside = Some(group.stream());
                break;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            TokenTree::Punct(_) | TokenTree::Literal(_) => return false,
        }
    }
    let is = |ident: &Ident, names: &[&str]| names.iter().any(|name| ident == name);
    match (path, inside) {
        (Some(path), Some(condition)) if path == "cfg" => {
            let mut condition = condition.into_iter();
            match (condition.next(), condition.next()) {
                (Some(TokenTree::Ident(word)), None) => word == "test",
                (Some(TokenTree::Ident(word)), Some(TokenTree::Group(all))) => {
                    let first = all.stream().into_iter().next();
                    word == "all"
                        && matches!(first, Some(TokenTree::Ident(first)) if first == "test")
                }
                _ => false,
            }
        }
        (Some(path), _) => is(&path, &["test", "rstest", "test_case", "bench"]),
        (None, _) => false,
    }
}

/// Takes what follows the `#` of an attribute up to the end of what it stands on; tells the last token.
///
/// An item ends with `;` or with the braces of its body, a field or an argument with `,`. Braces do
/// not end a `use`, whose `{a, b}` is followed by `;`, nor a value that is assigned
/// (`const A: B = B { c: 1 };`).
fn last_of_item(level: &mut Level) -> Option<Span> {
    let mut last = level.next()?.span();
    while level.next_if(|token| is_mark(token, '#')).is_some() {
        last = level.next()?.span();
    }
    let (mut declares, mut assigns) = (false, false);
    for token in level {
        last = token.span();
        let ends = match &token {
            TokenTree::Ident(word) => {
                declares |= DECLARES.iter().any(|declares| word == declares);
                assigns |= word == "use";
                false
            }
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && (declares || !assigns)
            }
            // A comma ends a field, an argument or an arm.
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' => true,
                ',' => !declares,
                mark => {
                    assigns |= mark == '=';
                    false
                }
            },
            TokenTree::Literal(_) => false,
        };
        if ends {
            break;
        }
    }
    Some(last)
}

/// Whether a token is that punctuation character.
fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

#[cfg(test)]
mod tests {
    fn shown(text: &str) -> String {
        crate::parse::lexemes("rs", text).shown(text)
    }

    #[test]
    fn texts_are_told_from_other_literals() {
        assert_eq!(
            shown("fn f<'a>(c: char) { '\"'; b'x'; 1.5; r#\"a \"b\"\"#; b\"c\" } /* /* \" */ */"),
            "fn f < ' a > ( c : char ) :{ ; ; 1.5 ; <a \"b\"> ; <c> }"
        );
        assert_eq!(
            shown("#!/bin/x\n/// don't\nfn r#type() { \"é\"; x }"),
            "fn type ( ) :{ <é> ; x }"
        );
        assert_eq!(shown("\u{feff}//! says \"a\"\nuse a; // b"), "use a ;");
    }

    #[test]
    fn braces_say_what_they_hold() {
        assert_eq!(
            shown("impl A { fn b() { if c(d) { e } else { f }; match g { _ => H { i } } } }"),
            "impl A { fn b ( ) :{ if c ( d ) { e } else { f } ; match g { _ = > H ={ i } } } }"
        );
    }

    #[test]
    fn tests_are_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[expect(x)]\nmod more { fn b() {} }\nfn c() {}";
        assert_eq!(shown(text), "fn a ( ) :{ } fn c ( ) :{ }");
        let text = "impl A { #[cfg(all(test, x))] const A: B = B { c: 1 }; #[tokio::test] async fn t<A, B>(x: u8) -> u8 { x } fn c() {} }";
        assert_eq!(shown(text), "impl A { fn c ( ) :{ } }");
        let text = "struct A { #[cfg(test)] a: B<C>, d: E }";
        assert_eq!(shown(text), "struct A { d : E }");
        let kept = "# [ cfg ( not ( test ) ) ] fn a ( ) { } # [ get ( <x> ) ] fn b ( ) { }";
        assert_eq!(
            shown(&kept.replace(['<', '>'], "\"")),
            kept.replace(") {", ") :{")
        );
        let code = "a();\n#[test]\nfn t() {}\nb();";
        let found = crate::parse::lexemes("rs", code);
        assert_eq!(found.without_tests(code), "a();\n\nb();");
    }
}
