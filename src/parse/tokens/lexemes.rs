//! The words, texts and marks of a file, as the lexer of its language told them apart.
//!
//! In: spans from a lexer, in order. Out: [`Lexemes`], about two bytes each; [`Token`]s, with the text.
//! Invariant: comments, and code that exists for tests only, give none; a text is one, however it is spelt.
//! Never: knows a language.
//!
//! A file is tokenised once, by the parser of its language, and what links need of it is read from
//! those tokens. How much of a file counts is not known at once, so they wait, packed, with its text.

use std::ops::Range;

use crate::model::Position;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, keyword or number.
    Word,
    /// A string literal, without its quotes.
    Text,
    /// One character of punctuation.
    Mark,
}

/// A token and the place where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// The word, the text between its quotes, or the mark.
    pub(crate) text: &'a str,
    /// Where it starts; for a text, at its quote.
    pub(crate) at: Position,
    /// What the syntax tells of it.
    pub(crate) role: Role,
}

/// What the syntax of a language tells of a token, where it tells more than the token itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing.
    #[default]
    Plain,
    /// A text in whose braces stand names: an f-string of Python, `$"{host}"` of C#.
    Formatted,
    /// An opening brace, written or not, around what a function or type consists of.
    Body,
    /// The same around the statements of another statement.
    Block,
    /// An opening brace around the parts of a value: an object, a list, a literal of a struct.
    Value,
}

impl Token<'_> {
    /// Whether it is the punctuation character `mark`.
    ///
    /// Byte by byte: a mark is one character, and a call that compares memory costs more than that.
    #[inline]
    pub(crate) fn is(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text.bytes().eq(mark.bytes())
    }
}

/// What stands at a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// An identifier, keyword or number.
    Word,
    /// A text, from its opening quote on.
    Text,
    /// The same, with expressions between plain braces.
    Formatted,
    /// Characters of punctuation next to each other.
    Marks,
    /// An opening brace around what a function or type consists of; nothing where layout says so.
    Body,
    /// The same around the statements of another statement.
    Block,
    /// An opening brace around the parts of a value.
    Value,
    /// Nothing, where layout ends such a body.
    Close,
    /// Nothing, where a line ends a statement.
    End,
}

impl Class {
    /// All classes by the number under which they are packed.
    const ALL: [Self; 9] = [
        Self::Word,
        Self::Text,
        Self::Formatted,
        Self::Marks,
        Self::Body,
        Self::Block,
        Self::Value,
        Self::Close,
        Self::End,
    ];

    /// The kind and role of its tokens, and the mark that it stands for whatever is written.
    const fn means(self) -> (Kind, Role, Option<&'static str>) {
        match self {
            Self::Word => (Kind::Word, Role::Plain, None),
            Self::Text => (Kind::Text, Role::Plain, None),
            Self::Formatted => (Kind::Text, Role::Formatted, None),
            Self::Marks => (Kind::Mark, Role::Plain, None),
            Self::Body => (Kind::Mark, Role::Body, Some("{")),
            Self::Block => (Kind::Mark, Role::Block, Some("{")),
            Self::Value => (Kind::Mark, Role::Value, Some("{")),
            Self::Close => (Kind::Mark, Role::Plain, Some("}")),
            Self::End => (Kind::Mark, Role::Plain, Some(";")),
        }
    }
}

/// Bits of a packed number that tell the class.
const CLASS_BITS: u32 = 4;

/// The tokens of a file by their spans, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexemes {
    /// For each: the bytes since the one before and the class, then the length; seven bits a byte.
    packed: Vec<u8>,
    /// Byte offset behind the last token that was added.
    end: usize,
    /// Bytes of code that exists for tests only, in order.
    tests: Vec<Range<usize>>,
}

impl Lexemes {
    /// None yet, of a text with so many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        Self {
            packed: Vec::with_capacity(bytes / 2),
            ..Self::default()
        }
    }

    /// Adds what stands at `span`, unless that is not behind all others, or in a test.
    pub(crate) fn push(&mut self, class: Class, span: Range<usize>) {
        let unwritten = matches!(
            class,
            Class::Body | Class::Block | Class::Close | Class::End
        );
        let nothing = span.is_empty() && !unwritten;
        if nothing || span.start < self.end || self.is_test(span.start) {
            return;
        }
        self.number((span.start - self.end) << CLASS_BITS | class as usize);
        self.number(span.len());
        self.end = span.end;
    }

    /// Says that the code at `span`, behind all such, exists for tests only.
    pub(crate) fn leave_out(&mut self, span: Range<usize>) {
        self.tests.push(span);
    }

    /// Whether the byte at `offset` is code for tests; a binary search, as the spans are in order.
    fn is_test(&self, offset: usize) -> bool {
        let begun = self.tests.partition_point(|test| test.start <= offset);
        let last = begun.checked_sub(1).and_then(|last| self.tests.get(last));
        last.is_some_and(|test| offset < test.end)
    }

    /// Packs a number, lowest seven bits first; the high bit of a byte says that another follows.
    ///
    /// `300` takes two bytes: `0xAC 0x02`.
    fn number(&mut self, number: usize) {
        let mut rest = number;
        while rest >= 0x80 {
            self.packed.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.packed.push(rest as u8);
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.packed.len()
    }

    /// Frees what was set aside for more of them.
    pub(crate) fn shrink(&mut self) {
        self.packed.shrink_to_fit();
    }

    /// The text without code that exists for tests only.
    pub(crate) fn without_tests<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        if self.tests.is_empty() {
            return text.into();
        }
        let starts = std::iter::once(0).chain(self.tests.iter().map(|test| test.end));
        let ends = self.tests.iter().map(|test| test.start);
        let ends = ends.chain(std::iter::once(text.len()));
        let kept = starts.zip(ends);
        kept.filter_map(|(start, end)| text.get(start..end))
            .collect::<String>()
            .into()
    }

    /// The tokens, in order; `text` is the text that they are of.
    pub(crate) fn tokens<'t>(&self, text: &'t str) -> Vec<Token<'t>> {
        let mut place = Place::default();
        let mut tokens = Vec::with_capacity(self.packed.len() / 2);
        let mut packed = self.packed.iter();
        while let Some((gap, length)) = unpack(&mut packed).zip(unpack(&mut packed)) {
            place.pass(text, gap >> CLASS_BITS);
            let at = place.position();
            let span = place.offset..place.offset + length;
            let found = text.get(span).unwrap_or_default();
            let class = Class::ALL.get(gap & ((1 << CLASS_BITS) - 1));
            let (kind, role, mark) = class.map_or(Class::Marks, |class| *class).means();
            let token = |text, column: usize| Token {
                kind,
                text,
                at: Position::new(at.line, at.column + column as u32),
                role,
            };
            match (kind, mark) {
                (_, Some(mark)) => tokens.push(token(mark, 0)),
                (Kind::Word, None) => tokens.push(token(found, 0)),
                (Kind::Text, None) => tokens.push(token(inside(found), 0)),
                (Kind::Mark, None) => {
                    let marks = found.split_inclusive(|_: char| true).enumerate();
                    tokens.extend(marks.map(|(column, mark)| token(mark, column)));
                }
            }
            place.pass(text, length);
        }
        tokens
    }
}

/// The next packed number; `None` at the end of the list.
fn unpack(packed: &mut std::slice::Iter<'_, u8>) -> Option<usize> {
    let mut number = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = usize::from(*packed.next()?);
        number |= (byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// A text without its quotes: one at each end, or three.
fn inside(text: &str) -> &str {
    let Some(quote) = text.chars().next() else {
        return text;
    };
    let mut fences = ["\"\"\"", "'''"].into_iter();
    let long = |fence: &&str| text.starts_with(*fence) && text.len() >= 2 * fence.len();
    let fence = fences.find(long).unwrap_or(&text[..quote.len_utf8()]);
    let body = &text[fence.len()..];
    body.strip_suffix(fence).unwrap_or(body)
}

/// Where the reading of a text has come to.
struct Place {
    /// Byte offset from the start of the text.
    offset: usize,
    /// Line, from 1.
    line: u32,
    /// Column in characters, from 1.
    column: u32,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            offset: 0,
            line: 1,
            column: 1,
        }
    }
}

impl Place {
    /// Line and column of the place.
    const fn position(&self) -> Position {
        Position::new(self.line, self.column)
    }

    /// Moves on by `bytes`, counting lines, and the characters of the last one.
    fn pass(&mut self, text: &str, bytes: usize) {
        let end = self.offset + bytes;
        for byte in text.as_bytes().get(self.offset..end).unwrap_or_default() {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else if *byte & 0xC0 != 0x80 {
                self.column += 1;
            }
        }
        self.offset = end;
    }
}

#[cfg(test)]
impl Lexemes {
    /// The tokens as one line: texts as `<a>`, formatted ones as `f<a>`, braces around values as `={`, those of functions and types as `:{`.
    pub(crate) fn shown(&self, text: &str) -> String {
        let show = |token: &Token<'_>| match (token.kind, token.role) {
            (Kind::Text, Role::Formatted) => format!("f<{}>", token.text),
            (Kind::Text, _) => format!("<{}>", token.text),
            (_, Role::Value) => format!("={}", token.text),
            (_, Role::Body) => format!(":{}", token.text),
            _ => token.text.to_owned(),
        };
        let shown: Vec<String> = self.tokens(text).iter().map(show).collect();
        shown.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_packed_and_placed() {
        let blank = " ".repeat(20_000);
        let text = format!("é {blank}\n'{blank}'+=x");
        let (line, end) = (3 + blank.len(), text.len());
        let mut found = Lexemes::of(text.len());
        found.leave_out(0..1);
        for (class, span) in [
            (Class::Word, 0..2),
            (Class::End, line..line),
            (Class::Text, line + 1..end - 3),
            (Class::Text, line + 1..end),
            (Class::Marks, end - 3..end - 1),
            (Class::Word, end - 1..end),
        ] {
            found.push(class, span);
        }
        let tokens = found.tokens(&text);
        let columns: Vec<u32> = tokens.iter().map(|token| token.at.column).collect();
        assert_eq!(found.shown(&text), format!("; <{blank}> + = x"));
        assert_eq!(columns, [20_003, 1, 20_003, 20_004, 20_005]);
        assert!(found.bytes() < 20 && tokens[4].at.line == 2);
    }

    #[test]
    fn code_for_tests_is_left_out() {
        let mut found = Lexemes::of(9);
        found.leave_out(1..4);
        found.leave_out(6..7);
        assert_eq!(found.without_tests("abcdefghi"), "aefhi");
        assert_eq!(Lexemes::of(0).without_tests("abc"), "abc");
    }
}
