//! Java source text to tokens.
//!
//! In: source text. Out: tokens and words in a [`Scanner`].
//! Invariant: linear time; every bracket knows its match or its own index.
//! Never: fails; unknown bytes are left out.

use super::token::{Kind, WORDS};
use crate::parse::tokens::Scanner;

/// Reads all tokens of `text`, an `End` last; words with a meaning are the first symbols.
pub(super) fn lex(text: &str) -> Scanner<'_, Kind> {
    let mut scanner = Scanner::new(
        text,
        &WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>(),
    );
    while !scanner.is_done() {
        step(&mut scanner);
    }
    scanner.push(Kind::End, scanner.at, 0);
    scanner
}

/// Reads one token, blank or comment.
fn step(scanner: &mut Scanner<'_, Kind>) {
    let start = scanner.at;
    match (scanner.peek(0), scanner.peek(1)) {
        (b' ' | b'\t' | b'\n' | b'\r' | 0x0c, _) => scanner.at += 1,
        (b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.., _) => {
            let symbol = scanner.word(b'$').index();
            let kind = WORDS.get(symbol).map_or(Kind::Ident, |(_, kind)| *kind);
            scanner.push(kind, start, symbol);
        }
        (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => {
            scanner.number();
            scanner.push(Kind::Literal, start, scanner.at);
        }
        (b'"', b'"') if scanner.peek(2) == b'"' => {
            text_block(scanner);
            scanner.push(Kind::Literal, start, scanner.at);
        }
        (b'"' | b'\'', _) => {
            scanner.quoted();
            scanner.push(Kind::Literal, start, scanner.at);
        }
        (b'/', b'/') => scanner.line_comment(),
        (b'/', b'*') => {
            let _ = scanner.block_comment();
        }
        (first, second) => {
            let (kind, length) = operator(first, second, scanner.peek(2));
            scanner.operator(kind, length);
        }
    }
}

/// Moves behind a text block, `\"""` in it minded; an unclosed one ends with the file.
fn text_block(scanner: &mut Scanner<'_, Kind>) {
    scanner.at += 3;
    let end = scanner.at + scanner.rest(0).len();
    while let Some(length) = memchr::memchr2(b'"', b'\\', scanner.rest(0)) {
        scanner.at += length;
        match (scanner.peek(0), scanner.peek(1), scanner.peek(2)) {
            (b'\\', ..) => scanner.at = (scanner.at + 2).min(end),
            (_, b'"', b'"') => {
                scanner.at += 3;
                return;
            }
            _ => scanner.at += 1,
        }
    }
    scanner.at = end;
}

/// The operator that starts with `first`, and its length; 0 when there is none.
pub(super) fn operator(first: u8, second: u8, third: u8) -> (Kind, usize) {
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
    use super::super::token::{RECORD, USES};
    use super::*;

    #[test]
    fn words_have_their_symbols() {
        assert_eq!(
            (WORDS[RECORD.index()].0, WORDS[USES.index()].0),
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
