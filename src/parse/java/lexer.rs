//! Java source text to tokens.
//!
//! In: source text. Out: [`Lexed`].
//! Invariant: linear time; every bracket knows its match or its own index.
//! Never: fails; unknown bytes are left out.

use super::token::{Kind, Token, WORDS};
use crate::parse::scan::{Bracket, Brackets, Symbols};

/// The tokens of a file and its words.
pub(super) struct Lexed<'t> {
    /// Tokens, an `End` last.
    pub(super) tokens: Vec<Token>,
    /// Words; those with a meaning come first.
    pub(super) symbols: Symbols<'t>,
}

/// Reads all tokens of `text`.
pub(super) fn lex(text: &str) -> Lexed<'_> {
    let words = WORDS.map(|(word, _)| word);
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 5 + 16),
        symbols: Symbols::new(&words),
        open: Brackets::default(),
    };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
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
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self, ahead: usize) -> &[u8] {
        self.bytes.get(self.at + ahead..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, start: usize, data: u32) {
        self.tokens.push(Token {
            kind,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            data,
        });
    }

    fn step(&mut self) {
        match self.peek(0) {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' if self.peek(1) == b'"' && self.peek(2) == b'"' => self.text_block(),
            quote @ (b'"' | b'\'') => self.quoted(quote),
            b'/' if self.peek(1) == b'/' => {
                self.at +=
                    memchr::memchr2(b'\n', b'\r', self.rest(0)).unwrap_or(self.rest(0).len());
            }
            b'/' if self.peek(1) == b'*' => {
                let rest = self.rest(2);
                self.at +=
                    2 + memchr::memmem::find(rest, b"*/").map_or(rest.len(), |length| length + 2);
            }
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            byte => self.punctuation(byte),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'_' | b'$' | 0x80..);
        let rest = self.rest(0);
        self.at += rest
            .iter()
            .position(|byte| !is_part(byte))
            .unwrap_or(rest.len());
        let symbol = self
            .symbols
            .intern(self.text.get(start..self.at).unwrap_or(""));
        let kind = WORDS
            .get(symbol as usize)
            .map_or(Kind::Ident, |(_, kind)| *kind);
        self.push(kind, start, symbol);
    }

    fn number(&mut self) {
        let start = self.at;
        loop {
            let byte = self.peek(0);
            let hexadecimal = self
                .bytes
                .get(start + 1)
                .is_some_and(|byte| matches!(byte, b'x' | b'X'));
            let exponent = if hexadecimal {
                matches!(byte, b'p' | b'P')
            } else {
                matches!(byte, b'e' | b'E')
            };
            if exponent && matches!(self.peek(1), b'+' | b'-') {
                self.at += 2;
            } else if byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (byte == b'.' && self.peek(1) != b'.')
            {
                self.at += 1;
            } else {
                break;
            }
        }
        self.push(Kind::Literal, start, 0);
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => break,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(Kind::Literal, start, 0);
    }

    fn text_block(&mut self) {
        let start = self.at;
        self.at += 3;
        loop {
            let Some(length) = memchr::memchr2(b'"', b'\\', self.rest(0)) else {
                self.at = self.bytes.len();
                break;
            };
            self.at += length;
            if self.peek(0) == b'\\' {
                self.at = (self.at + 2).min(self.bytes.len());
            } else if self.peek(1) == b'"' && self.peek(2) == b'"' {
                self.at += 3;
                break;
            } else {
                self.at += 1;
            }
        }
        self.push(Kind::Literal, start, 0);
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
        (b':', b':', _) => (Kind::DoubleColon, 2),
        (b':', ..) => (Kind::Colon, 1),
        (b'@', ..) => (Kind::At, 1),
        (b'?', ..) => (Kind::Question, 1),
        (b'-', b'>', _) => (Kind::Arrow, 2),
        (b'+', b'+', _) | (b'-', b'-', _) => (Kind::Step, 2),
        (b'&', b'&', _) | (b'|', b'|', _) => (Kind::Branch, 2),
        (b'<', b'<', b'=') => (Kind::Assign, 3),
        (b'<', b'<', _) | (b'<' | b'=' | b'!', b'=', _) => (Kind::Operator, 2),
        (b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', _) => (Kind::Assign, 2),
        (b'=', ..) => (Kind::Assign, 1),
        (b'<', ..) => (Kind::Less, 1),
        (b'>', ..) => (Kind::Greater, 1),
        (b'&', ..) => (Kind::Amp, 1),
        (b'!' | b'~', ..) => (Kind::Not, 1),
        (b'+' | b'-', ..) => (Kind::Sign, 1),
        (b'*', ..) => (Kind::Star, 1),
        (b'/' | b'%' | b'|' | b'^', ..) => (Kind::Operator, 1),
        _ => (Kind::End, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::java::token::{RECORD, USES};

    #[test]
    fn words_have_their_symbols() {
        assert_eq!(
            (WORDS[RECORD as usize].0, WORDS[USES as usize].0),
            ("record", "uses")
        );
    }

    #[test]
    fn literals_and_comments_hide_their_text() {
        use Kind::{End, Greater, Ident, Literal, Operator, Sign};
        let kinds = |text: &str| {
            lex(text)
                .tokens
                .iter()
                .map(|token| token.kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds("\"a\\\"b\" '\\'' /* x */ // y\n1e-3f 0x1.8p+1 1.0"),
            [Literal; 5].into_iter().chain([End]).collect::<Vec<_>>()
        );
        assert_eq!(
            kinds("\"\"\"\n a \"b\" \\\"\"\" c\"\"\" + x >> y <= z"),
            [
                Literal, Sign, Ident, Greater, Greater, Ident, Operator, Ident, End
            ]
        );
    }
}
