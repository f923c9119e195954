//! Languages without a parser here, and files that theirs cannot read: one lexer for all of them.
//!
//! In: source text, a file name extension. Out: [`Lexemes`].
//! Invariant: comments give none; an unclosed quote ends with its line.
//! Never: knows a grammar.
//!
//! That `requests.get(f"http://{HOST}/x")` is a call with a text in it can be told in any language
//! without a grammar, so that these say what links need, too.

use std::ops::Range;

use super::lexemes::{Class, Lexemes};
use crate::model::{LanguageInfo, Notation};

/// How files with this extension write comments and texts; `None` where they are no code.
fn rules(extension: &str) -> Option<Notation> {
    LanguageInfo::of_extension(extension)?.notation
}

/// Whether files with this extension are scanned as code.
pub(crate) fn is_code(extension: &str) -> bool {
    rules(extension).is_some()
}

/// The characters between which files with this extension hold texts; of fewer than three, one stands twice.
pub(crate) fn quotes(extension: &str) -> [u8; 3] {
    let rules = rules(extension);
    let single = |rules: &Notation| rules.single_quotes || rules.triple;
    let or = |quote, used| if used { quote } else { b'"' };
    [
        b'"',
        or(b'\'', rules.as_ref().is_some_and(single)),
        or(b'`', rules.is_some_and(|rules| rules.backticks)),
    ]
}

/// What `text` consists of, in order.
pub(crate) fn lexemes(extension: &str, text: &str) -> Lexemes {
    let mut found = Lexemes::of(text.len());
    read(extension, text, 0..text.len(), &mut found);
    found
}

/// Reads what stands at `span` of `text`.
pub(crate) fn read(extension: &str, text: &str, span: Range<usize>, found: &mut Lexemes) {
    let Some(rules) = rules(extension) else {
        return;
    };
    let mut scanner = Scanner {
        text: text.get(..span.end).unwrap_or(text),
        at: span.start,
        rules,
        found,
    };
    scanner.run();
}

/// A place in the text, and where the tokens go that are found there.
struct Scanner<'a> {
    text: &'a str,
    /// Byte offset of the next character.
    at: usize,
    /// How the language writes comments and texts.
    rules: Notation,
    found: &'a mut Lexemes,
}

impl<'a> Scanner<'a> {
    /// Reads to the end of the text: one word, text, comment or run of marks at a time.
    ///
    /// A `/`, `#` or `-` that starts no comment, and a quote that starts no text, is a mark.
    fn run(&mut self) {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C => self.at += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => self.word(),
                0x80.. => self.beyond_ascii(),
                b'/' | b'#' | b'-' if self.comment() => {}
                b'"' | b'\'' | b'`' if self.quoted(char::from(byte)) => {}
                _ => self.push(Class::Marks, 1),
            }
        }
    }

    /// The text from the current place on.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Adds a token of `bytes` bytes that starts here, and moves behind it.
    fn push(&mut self, class: Class, bytes: usize) {
        let end = self.at + bytes;
        self.found.push(class, self.at..end);
        self.at = end;
    }

    /// Reads an identifier, keyword or number; plain ASCII is counted by bytes, without decoding.
    ///
    /// `größe_2` is one word: letters of any script belong to it.
    fn word(&mut self) {
        let bytes = self.rest().as_bytes();
        let ascii = bytes.iter().take_while(|byte| is_word(**byte)).count();
        let length = match bytes.get(ascii) {
            Some(0x80..) => word_length(self.rest()),
            _ => ascii,
        };
        self.push(Class::Word, length);
    }

    /// Reads a character beyond ASCII: blank, letter of a word, or mark (`→`).
    fn beyond_ascii(&mut self) {
        match self.rest().chars().next() {
            Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
            Some(c) if c.is_alphanumeric() => self.word(),
            other => self.push(Class::Marks, other.map_or(1, char::len_utf8)),
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
        self.at += end.unwrap_or(rest.len());
        true
    }

    /// Reads a text that starts with `quote`; tells whether there was one.
    fn quoted(&mut self, quote: char) -> bool {
        let rest = self.rest();
        let fences = ["\"\"\"", "'''"].iter().filter(|_| self.rules.triple);
        if let Some(fence) = fences.into_iter().find(|fence| rest.starts_with(**fence)) {
            let body = rest.get(3..).unwrap_or_default();
            let length = body.find(fence).map_or(rest.len(), |length| length + 6);
            self.push(self.class(), length);
            return true;
        }
        let multiline = quote == '`' && self.rules.backticks;
        let plain = quote == '"' || (quote == '\'' && self.rules.single_quotes);
        if !multiline && !plain {
            return quote == '\'' && self.character();
        }
        let body = rest.get(1..).unwrap_or_default();
        let (length, closed) = length_of(body, quote, multiline);
        self.push(self.class(), 1 + length + usize::from(closed));
        true
    }

    /// What a text is that starts here, by the letters or signs before its quote.
    fn class(&self) -> Class {
        let before = self.text.get(..self.at).unwrap_or_default();
        let prefix = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '@');
        let prefix = before.len() - before.trim_end_matches(prefix).len();
        match before.get(before.len() - prefix..) {
            Some("f" | "F" | "rf" | "fr" | "$" | "$@" | "@$") => Class::Formatted,
            _ => Class::Text,
        }
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
            self.at += length + 2;
        }
        short
    }
}

/// Whether an ASCII byte belongs to a word; `$` does, as in PHP and JavaScript.
pub(crate) const fn is_word(byte: u8) -> bool {
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
    use crate::model::Position;

    fn shown(extension: &str, text: &str) -> String {
        lexemes(extension, text).shown(text)
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
            shown("cs", "f($\"{a}\", $@\"b\")"),
            "f ( $ f<{a}> , $ @ f<b> )"
        );
        assert_eq!(
            shown("rs", "fn f<'a>(c: char) { '\"'; 'x' }"),
            "fn f < ' a > ( c : char ) { ; }"
        );
        assert_eq!(shown("js", "don't\nx('y')"), "don <t> x ( <y> )");
    }

    #[test]
    fn places_count_characters() {
        let text = "é \"ü\"\n  x";
        let tokens = lexemes("java", text).tokens(text);
        assert_eq!(
            (tokens[1].at, tokens[2].at),
            (Position::new(1, 3), Position::new(2, 3))
        );
    }
}
