//! Words, texts and marks of source code, the same for every language.
//!
//! In: source text, a file name. Out: [`Token`]s with places.
//! Invariant: comments give no tokens; an unclosed quote ends with its line.
//! Never: knows a grammar.

use crate::model::{LanguageInfo, Notation, Position};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::links) enum Kind {
    /// An identifier, keyword or number.
    Word,
    /// A string literal, without its quotes.
    Text,
    /// One character of punctuation.
    Mark,
}

/// A token and the place where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::links) struct Token<'a> {
    pub(in crate::links) kind: Kind,
    pub(in crate::links) text: &'a str,
    pub(in crate::links) at: Position,
}

impl Token<'_> {
    /// Whether it is the punctuation character `mark`.
    pub(in crate::links) fn is(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }
}

/// How files with this extension write comments and texts; `None` where they are no code.
fn rules(extension: &str) -> Option<Notation> {
    LanguageInfo::of_extension(extension)?.notation
}

/// Whether files with this extension are scanned as code.
pub(in crate::links) fn is_code(extension: &str) -> bool {
    rules(extension).is_some()
}

/// The characters between which files with this extension hold texts; of fewer than three, one stands twice.
pub(in crate::links) fn quotes(extension: &str) -> [u8; 3] {
    let rules = rules(extension);
    let single = |rules: &Notation| rules.single_quotes || rules.triple;
    let or = |quote, used| if used { quote } else { b'"' };
    [
        b'"',
        or(b'\'', rules.as_ref().is_some_and(single)),
        or(b'`', rules.is_some_and(|rules| rules.backticks)),
    ]
}

/// Fewer bytes than a token and the blanks around it take on average.
const BYTES_PER_TOKEN: usize = 6;

/// The tokens of `text`, in order.
pub(in crate::links) fn tokens<'a>(extension: &str, text: &'a str) -> Vec<Token<'a>> {
    let Some(rules) = rules(extension) else {
        return Vec::new();
    };
    let mut scanner = Scanner {
        text,
        at: 0,
        line: 1,
        column: 1,
        rules,
        found: Vec::with_capacity(text.len() / BYTES_PER_TOKEN),
    };
    scanner.run();
    scanner.found
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
    rules: Notation,
    found: Vec<Token<'a>>,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.pass(1),
                b'\n' => self.newline(),
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => self.word(),
                0x80.. => self.beyond_ascii(),
                b'/' | b'#' | b'-' if self.comment() => {}
                b'"' | b'\'' | b'`' if self.quoted(char::from(byte)) => {}
                _ => self.plain(Kind::Mark, 1),
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves on by characters of one byte each, all on this line.
    fn pass(&mut self, bytes: usize) {
        self.at += bytes;
        self.column += u32::try_from(bytes).unwrap_or(u32::MAX);
    }

    /// A token of such characters.
    fn plain(&mut self, kind: Kind, bytes: usize) {
        let at = Position::new(self.line, self.column);
        let text = self.rest().get(..bytes).unwrap_or_default();
        self.found.push(Token { kind, text, at });
        self.pass(bytes);
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.column = 1;
    }

    fn word(&mut self) {
        let bytes = self.rest().as_bytes();
        let ascii = bytes.iter().take_while(|byte| is_word(**byte)).count();
        match bytes.get(ascii) {
            Some(0x80..) => self.push(Kind::Word, 0, word_length(self.rest()), 0),
            _ => self.plain(Kind::Word, ascii),
        }
    }

    fn beyond_ascii(&mut self) {
        let first = self.rest().chars().next();
        match first {
            Some(c) if c.is_whitespace() => self.skip(c.len_utf8()),
            Some(c) if c.is_alphanumeric() => self.word(),
            other => self.push(Kind::Mark, 0, other.map_or(1, char::len_utf8), 0),
        }
    }

    /// Skips a comment, if one starts here.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let starts = |start: &&str| rest.starts_with(start);
        let end = if self.rules.line.iter().any(starts) {
            memchr::memchr(b'\n', rest.as_bytes())
        } else if self.rules.block && rest.starts_with("/*") {
            let inside = rest.get(2..).unwrap_or_default();
            inside.find("*/").map(|end| end + 4)
        } else {
            return false;
        };
        self.skip(end.unwrap_or(rest.len()));
        true
    }

    /// Moves on by `bytes`, counting lines and columns.
    fn skip(&mut self, bytes: usize) {
        let passed = self.rest().as_bytes();
        let passed = passed.get(..bytes).unwrap_or(passed);
        let last_line = match memchr::memrchr(b'\n', passed) {
            Some(last) => {
                let lines = memchr::memchr_iter(b'\n', passed).count();
                self.line += u32::try_from(lines).unwrap_or(u32::MAX);
                self.column = 1;
                passed.get(last + 1..).unwrap_or_default()
            }
            None => passed,
        };
        let begins = |byte: &&u8| **byte & 0xC0 != 0x80;
        let characters = last_line.iter().filter(begins).count();
        self.column += u32::try_from(characters).unwrap_or(u32::MAX);
        self.at += passed.len();
    }

    fn push(&mut self, kind: Kind, open: usize, length: usize, close: usize) {
        let at = Position::new(self.line, self.column);
        let text = self.rest().get(open..open + length).unwrap_or_default();
        self.found.push(Token { kind, text, at });
        self.skip((open + length + close).max(1));
    }

    /// Reads a text that starts with `quote`; tells whether there was one.
    fn quoted(&mut self, quote: char) -> bool {
        let rest = self.rest();
        if self.rules.triple {
            for fence in ["\"\"\"", "'''"] {
                if rest.starts_with(fence) {
                    let length = rest
                        .get(3..)
                        .and_then(|rest| rest.find(fence))
                        .unwrap_or(rest.len().saturating_sub(3));
                    self.push(Kind::Text, 3, length, 3);
                    return true;
                }
            }
        }
        let multiline = quote == '`' && self.rules.backticks;
        let plain = quote == '"' || (quote == '\'' && self.rules.single_quotes);
        if !multiline && !plain {
            return quote == '\'' && self.character();
        }
        let body = rest.get(1..).unwrap_or_default();
        let (length, closed) = length_of(body, quote, multiline);
        self.push(Kind::Text, 1, length, usize::from(closed));
        true
    }

    /// A character literal of C-like languages; a lifetime or a stray quote is a mark.
    fn character(&mut self) -> bool {
        let body = self.rest().get(1..).unwrap_or_default();
        let (length, closed) = length_of(body, '\'', false);
        let short = closed
            && body
                .get(..length)
                .is_some_and(|text| text.starts_with('\\') || text.chars().count() == 1);
        if short {
            self.skip(length + 2);
        }
        short
    }
}

pub(in crate::links) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// Bytes of the word that `text` starts with, letters of any script included.
fn word_length(text: &str) -> usize {
    let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
    text.find(ends).unwrap_or(text.len())
}

/// Bytes before the closing quote, and whether there is one on the line (or at all, if multiline).
fn length_of(body: &str, quote: char, multiline: bool) -> (usize, bool) {
    let (bytes, quote) = (body.as_bytes(), quote as u8);
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let found = if multiline {
            memchr::memchr2(quote, b'\\', rest)
        } else {
            memchr::memchr3(quote, b'\\', b'\n', rest)
        };
        let Some(found) = found else { break };
        at += found;
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(byte) => return (at, *byte == quote),
            None => break,
        }
    }
    (body.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(extension: &str, text: &str) -> String {
        let show = |token: &Token<'_>| match token.kind {
            Kind::Text => format!("<{}>", token.text),
            Kind::Word | Kind::Mark => token.text.to_owned(),
        };
        tokens(extension, text)
            .iter()
            .map(show)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn comments_vanish_and_texts_keep_their_content() {
        assert_eq!(
            shown("go", "a(\"x//y\") // \"no\"\n/* \"no\" */ `r\n\"`"),
            "a ( <x//y> ) <r\n\">"
        );
        assert_eq!(
            shown("py", "# 'no'\nf('a', \"\"\"b\"\"\")"),
            "f ( <a> , <b> )"
        );
        assert_eq!(
            shown("rs", "fn f<'a>(c: char) { '\"'; 'x' }"),
            "fn f < ' a > ( c : char ) { ; }"
        );
        assert_eq!(shown("js", "don't\nx('y')"), "don <t> x ( <y> )");
    }

    #[test]
    fn places_count_characters() {
        let tokens = tokens("java", "é \"ü\"\n  x");
        assert_eq!(
            (tokens[1].at, tokens[2].at),
            (Position::new(1, 3), Position::new(2, 3))
        );
    }
}
