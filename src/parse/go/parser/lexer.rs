//! Go source text to tokens, with the semicolons that line breaks stand for.
//!
//! In: source text. Out: tokens and words in a [`Scanner`].
//! Invariant: linear time; every bracket knows its match or its own index.
//! Never: fails; unknown bytes are left out.

use super::token::{Kind, WORDS, ends_statement};
use crate::parse::tokens::Scanner;

/// Reads all tokens of `text`, an `End` last; the keywords are the first symbols.
pub(super) fn lex(text: &str) -> Scanner<'_, Kind> {
    // `_` follows the keywords, so that its symbol is known.
    let mut known = WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>();
    known.push("_");
    let mut scanner = Scanner::new(text, &known);
    while !scanner.is_done() {
        step(&mut scanner);
    }
    let end = scanner.at;
    line_end(&mut scanner, end);
    scanner.push(Kind::End, end, 0);
    scanner
}

/// Reads one token, blank or comment.
///
/// A comment that spans lines counts as a line break: `a /* … */ b` over two lines is two
/// statements.
fn step(scanner: &mut Scanner<'_, Kind>) {
    let start = scanner.at;
    match (scanner.peek(0), scanner.peek(1)) {
        (b'\n' | b'\r', _) => {
            line_end(scanner, start);
            scanner.at += 1;
        }
        (b' ' | b'\t', _) => scanner.at += 1,
        (b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.., _) => {
            let symbol = scanner.word(b'_').index();
            let kind = WORDS.get(symbol).map_or(Kind::Ident, |(_, kind)| *kind);
            scanner.push(kind, start, symbol);
        }
        (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => {
            scanner.number();
            scanner.push(Kind::Literal, start, scanner.at);
        }
        (b'"', _) => {
            scanner.quoted();
            scanner.push(Kind::Text, start, scanner.at);
        }
        (b'\'', _) => {
            scanner.quoted();
            scanner.push(Kind::Literal, start, scanner.at);
        }
        (b'`', _) => {
            let rest = scanner.rest(1);
            scanner.at += 1 + memchr::memchr(b'`', rest).map_or(rest.len(), |length| length + 1);
            scanner.push(Kind::Text, start, scanner.at);
        }
        (b'/', b'/') => scanner.line_comment(),
        (b'/', b'*') => {
            if memchr::memchr2(b'\n', b'\r', scanner.block_comment()).is_some() {
                line_end(scanner, start);
            }
        }
        (first, second) => {
            let (kind, length) = operator(first, second, scanner.peek(2));
            scanner.operator(kind, length);
        }
    }
}

/// The semicolon that a line break stands for after the last token.
fn line_end(scanner: &mut Scanner<'_, Kind>, at: usize) {
    let last = scanner.tokens.last().map_or(Kind::End, |token| token.kind);
    if ends_statement(last) {
        scanner.push(Kind::Semicolon, at, 0);
    }
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
        (b':', b'=', _) => (Kind::Define, 2),
        (b':', ..) => (Kind::Colon, 1),
        (b'~', ..) => (Kind::Tilde, 1),
        (b'+', b'+', _) | (b'-', b'-', _) => (Kind::Step, 2),
        (b'<', b'-', _) => (Kind::Arrow, 2),
        (b'&', b'&', _) | (b'|', b'|', _) => (Kind::Branch, 2),
        (b'=' | b'!' | b'<' | b'>', b'=', _) => (Kind::Operator, 2),
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
                .map(|token| token.partner())
                .collect::<Vec<_>>()
        };
        assert_eq!(data("(])")[..3], [2, 1, 0]);
        assert_eq!(data("{(}")[..3], [2, 1, 0]);
    }
}
