//! Go source text to tokens, with the semicolons that line breaks stand for.
//!
//! In: source text. Out: [`Lexed`].
//! Invariant: linear time; every bracket knows its match or its own index.
//! Never: fails; unknown bytes are left out.

use super::token::{KEYWORDS, Kind, Token, ends_statement};
use crate::parse::scan::{Bracket, Brackets, Symbols};

/// The tokens of a file and its identifiers.
pub(super) struct Lexed<'t> {
    /// Tokens, an `End` last.
    pub(super) tokens: Vec<Token>,
    /// Identifiers; the keywords come first.
    pub(super) symbols: Symbols<'t>,
}

/// Reads all tokens of `text`.
pub(super) fn lex(text: &str) -> Lexed<'_> {
    // `_` follows the keywords, so that its symbol is known.
    let mut known = KEYWORDS.map(|(word, _)| word).to_vec();
    known.push("_");
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 4 + 16),
        symbols: Symbols::new(&known),
        open: Brackets::default(),
        last: Kind::End,
    };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.line_end(lexer.at);
    lexer.push(Kind::End, lexer.at, 0);
    Lexed {
        tokens: lexer.tokens,
        symbols: lexer.symbols,
    }
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    symbols: Symbols<'t>,
    open: Brackets,
    last: Kind,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize, data: u32) {
        self.last = kind;
        self.tokens.push(Token {
            kind,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            data,
        });
    }

    fn step(&mut self) {
        match self.peek(0) {
            b'\n' | b'\r' => {
                self.line_end(self.at);
                self.at += 1;
            }
            b' ' | b'\t' => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.quoted(b'"', Kind::Text),
            b'\'' => self.quoted(b'\'', Kind::Literal),
            b'`' => self.raw(),
            b'/' => self.slash(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            byte => self.punctuation(byte),
        }
    }

    fn line_end(&mut self, at: usize) {
        if ends_statement(self.last) {
            self.push(Kind::Semicolon, at, 0);
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.at += rest
            .iter()
            .position(|byte| !is_part(byte))
            .unwrap_or(rest.len());
        let symbol = self
            .symbols
            .intern(self.text.get(start..self.at).unwrap_or(""));
        let kind = KEYWORDS
            .get(symbol as usize)
            .map_or(Kind::Ident, |(_, kind)| *kind);
        self.push(kind, start, symbol);
    }

    fn number(&mut self) {
        let start = self.at;
        loop {
            let byte = self.peek(0);
            let exponent =
                matches!(byte, b'e' | b'E' | b'p' | b'P') && matches!(self.peek(1), b'+' | b'-');
            let hexadecimal = self
                .bytes
                .get(start + 1)
                .is_some_and(|byte| matches!(byte, b'x' | b'X'));
            if exponent && !(hexadecimal && matches!(byte, b'e' | b'E')) {
                self.at += 2;
            } else if byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_' {
                self.at += 1;
            } else {
                break;
            }
        }
        self.push(Kind::Literal, start, 0);
    }

    fn quoted(&mut self, quote: u8, kind: Kind) {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => break,
                0 if self.at >= self.bytes.len() => break,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(kind, start, u32::try_from(self.at).unwrap_or(u32::MAX));
    }

    fn raw(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        self.at = memchr::memchr(b'`', rest).map_or(self.bytes.len(), |length| start + length + 2);
        self.push(
            Kind::Text,
            start,
            u32::try_from(self.at).unwrap_or(u32::MAX),
        );
    }

    fn slash(&mut self) {
        match self.peek(1) {
            b'/' => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            b'*' => self.block_comment(),
            _ => self.punctuation(b'/'),
        }
    }

    fn block_comment(&mut self) {
        let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
        let length = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |length| length + 2);
        let body = rest.get(..length).unwrap_or_default();
        if memchr::memchr2(b'\n', b'\r', body).is_some() {
            self.line_end(self.at);
        }
        self.at += 2 + length;
    }

    fn punctuation(&mut self, byte: u8) {
        let start = self.at;
        let (kind, length) = operator(byte, self.peek(1), self.peek(2));
        self.at += length.max(1);
        if length > 0 {
            let index = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
            self.push(kind, start, index);
            self.brackets(kind, index);
        }
    }

    /// Joins brackets to their partners; a stray or wrong one stays alone.
    fn brackets(&mut self, kind: Kind, index: u32) {
        let bracket = match kind {
            Kind::OpenParen | Kind::CloseParen => Bracket::Round,
            Kind::OpenBracket | Kind::CloseBracket => Bracket::Square,
            Kind::OpenBrace | Kind::CloseBrace => Bracket::Curly,
            _ => return,
        };
        if matches!(kind, Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace) {
            return self.open.open(bracket, index);
        }
        let Some(open) = self.open.close(bracket) else {
            return;
        };
        for (at, other) in [(open, index), (index, open)] {
            if let Some(token) = self.tokens.get_mut(at as usize) {
                token.data = other;
            }
        }
    }
}

/// The operator that starts with `first`, and its length; 0 when there is none.
fn operator(first: u8, second: u8, third: u8) -> (Kind, usize) {
    match (first, second, third) {
        (b'(', ..) => (Kind::OpenParen, 1),
        (b')', ..) => (Kind::CloseParen, 1),
        (b'[', ..) => (Kind::OpenBracket, 1),
        (b']', ..) => (Kind::CloseBracket, 1),
        (b'{', ..) => (Kind::OpenBrace, 1),
        (b'}', ..) => (Kind::CloseBrace, 1),
        (b',', ..) => (Kind::Comma, 1),
        (b';', ..) => (Kind::Semicolon, 1),
        (b'.', b'.', b'.') => (Kind::Ellipsis, 3),
        (b'.', ..) => (Kind::Dot, 1),
        (b':', b'=', _) => (Kind::Define, 2),
        (b':', ..) => (Kind::Colon, 1),
        (b'~', ..) => (Kind::Tilde, 1),
        (b'+', b'+', _) | (b'-', b'-', _) => (Kind::Step, 2),
        (b'<', b'-', _) => (Kind::Arrow, 2),
        (b'&', b'&', _) | (b'|', b'|', _) => (Kind::Branch, 2),
        (b'=', b'=', _) | (b'!' | b'<' | b'>', b'=', _) => (Kind::Operator, 2),
        (b'<', b'<', b'=') | (b'>', b'>', b'=') | (b'&', b'^', b'=') => (Kind::Assign, 3),
        (b'<', b'<', _) | (b'>', b'>', _) | (b'&', b'^', _) => (Kind::Operator, 2),
        (b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', _) => (Kind::Assign, 2),
        (b'=', ..) => (Kind::Assign, 1),
        (b'*', ..) => (Kind::Star, 1),
        (b'+' | b'-' | b'^' | b'&' | b'!', ..) => (Kind::Sign, 1),
        (b'/' | b'%' | b'|' | b'<' | b'>', ..) => (Kind::Operator, 1),
        _ => (Kind::End, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(text).tokens.iter().map(|token| token.kind).collect()
    }

    #[test]
    fn line_breaks_end_statements_only_after_operands() {
        use Kind::{Assign, End, Ident, Literal, Semicolon, Sign};
        assert_eq!(
            kinds("a =\n 1 +\n 2\n"),
            [Ident, Assign, Literal, Sign, Literal, Semicolon, End]
        );
        assert_eq!(
            kinds("a /* x\n */ b"),
            [Ident, Semicolon, Ident, Semicolon, End]
        );
        assert_eq!(
            kinds("0x1p-2 1e+5 'x' '\\'' `a\nb`"),
            [
                Literal,
                Literal,
                Literal,
                Literal,
                Kind::Text,
                Semicolon,
                End
            ]
        );
    }

    #[test]
    fn brackets_know_their_match_even_in_broken_text() {
        let data = |text: &str| {
            lex(text)
                .tokens
                .iter()
                .map(|token| token.data)
                .collect::<Vec<_>>()
        };
        assert_eq!(data("(])")[..3], [2, 1, 0]);
        assert_eq!(data("{(}")[..3], [2, 1, 0]);
    }
}
