//! What a Python file consists of, as its own lexer tells it apart.
//!
//! In: the text of a file and its tokens. Out: [`Lexemes`].
//! Invariant: an f-string is one text, its expressions included, whatever quotes stand in them.
//! Never: a text that is a statement of its own, which documents.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

use crate::parse::lexemes::{Class, Lexemes};

/// Reads the tokens of `text`.
pub(super) fn lexemes(text: &str, tokens: &[Token]) -> Lexemes {
    let mut found = Lexemes::of(text.len());
    let mut begins = true;
    let mut tokens = tokens
        .iter()
        .filter(|token| counts(token.kind()))
        .peekable();
    while let Some(token) = tokens.next() {
        let (kind, mut span) = (token.kind(), token.range().to_std_range());
        let is_text = kind == TokenKind::String || opens(kind);
        if opens(kind) {
            let mut open = 1;
            while let Some(part) = tokens.next_if(|_| open > 0) {
                open += i32::from(opens(part.kind()));
                open -= i32::from(closes(part.kind()));
                span.end = part.range().end().to_usize();
            }
        }
        let documents = is_text && begins && tokens.peek().is_none_or(|next| ends(next.kind()));
        begins = ends(kind);
        let written = text.get(span.clone()).unwrap_or_default();
        let class = match written.as_bytes().first() {
            _ if documents || ends(kind) => continue,
            _ if opens(kind) => Class::Formatted,
            _ if is_text => Class::Text,
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..) => {
                Class::Word
            }
            _ => Class::Marks,
        };
        if is_text {
            // A text starts at its quote.
            span.start += written.find(['"', '\'']).unwrap_or(0);
        }
        found.push(class, span);
    }
    found
}

/// Whether it is more than a blank or a comment.
fn counts(kind: TokenKind) -> bool {
    !matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline)
}

/// Whether a statement ends with it, or a block begins.
fn ends(kind: TokenKind) -> bool {
    use TokenKind::{Dedent, EndOfFile, Indent, Newline, Semi};
    matches!(kind, Newline | Indent | Dedent | Semi | EndOfFile)
}

fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart)
}

fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FStringEnd | TokenKind::TStringEnd)
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::*;
    use crate::parse::lexemes::Kind;

    fn shown(text: &str) -> String {
        let parsed = parse_module(text).expect("a module");
        let found = lexemes(text, parsed.tokens());
        let show = |token: &crate::parse::lexemes::Token<'_>| match token.kind {
            Kind::Text if token.formatted => format!("f<{}>", token.text),
            Kind::Text => format!("<{}>", token.text),
            Kind::Word | Kind::Mark => token.text.to_owned(),
        };
        found
            .tokens(text)
            .iter()
            .map(show)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn formatted_texts_are_whole() {
        assert_eq!(
            shown("u = f\"http://{os.environ[\"HOST\"]}:{port:{width}}\" + rb'x'"),
            "u = f<http://{os.environ[\"HOST\"]}:{port:{width}}> + <x>"
        );
        assert_eq!(shown("x: int = a ** 2.5 # no"), "x : int = a * * 2.5");
    }

    #[test]
    fn documentation_is_none() {
        assert_eq!(shown("'a module'\nx = 'y'\n"), "x = <y>");
        assert_eq!(
            shown("def f():\n    \"\"\"calls http://a\"\"\"\n    return 'b'\n"),
            "def f ( ) : return <b>"
        );
        assert_eq!(
            shown("f(\n    'a'\n)\nx = {\n    'a':\n    'b'\n}\n"),
            "f ( <a> ) x = { <a> : <b> }"
        );
    }
}
