//! What a Python file consists of, as its own lexer tells it apart.
//!
//! In: the text of a file and its tokens. Out: [`Lexemes`].
//! Invariant: an f-string is one text, its expressions included, whatever quotes stand in them.
//! Never: a text that is a statement of its own, which documents.
//!
//! What lines and their indentation mean stands as the marks of other languages: `;` and braces.

use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

use crate::parse::tokens::lexemes::{Class, Lexemes};

/// Reads the tokens of `text`.
///
/// Indentation becomes an opening mark (`Body` below `def` and `class`, else `Block`) and a
/// closing one; a line end becomes `End`, unless a block follows. An f-string is joined from
/// its start to its end, nested ones included. A text that is a whole statement is a
/// docstring, and left out.
pub(super) fn lexemes(text: &str, tokens: &[Token]) -> Lexemes {
    let mut found = Lexemes::of(text.len());
    let counting = tokens.iter().filter(|token| counts(token.kind()));
    let mut tokens = counting.peekable();
    let mut last = TokenKind::EndOfFile;
    // Whether the statement here declares a function or class.
    let mut declares = false;
    while let Some(token) = tokens.next() {
        let kind = token.kind();
        let mut open = i32::from(opens(kind));
        let mut span = token.range().to_std_range();
        while let Some(part) = tokens.next_if(|_| open > 0) {
            open += i32::from(opens(part.kind())) - i32::from(closes(part.kind()));
            span.end = part.range().end().to_usize();
        }
        let next = tokens
            .peek()
            .map_or(TokenKind::EndOfFile, |next| next.kind());
        if !ends(kind) && (ends(last) || last == TokenKind::Async) {
            declares = matches!(kind, TokenKind::Def | TokenKind::Class);
        }
        let text_alone = is_text(kind) && ends(last) && ends(next);
        let written = text.get(span.clone()).unwrap_or_default();
        match layout(kind, next) {
            _ if text_alone => {}
            Some(Class::Block) if declares => found.push(Class::Body, span.end..span.end),
            Some(Class::End) => found.push(Class::End, span.start..span.start),
            Some(class) => found.push(class, span.end..span.end),
            None if kind != TokenKind::Semi && ends(kind) => {}
            None => push(&mut found, kind, span, written),
        }
        last = kind;
    }
    found
}

/// Adds a token that is written as `written`.
///
/// A brace opens a dictionary or set. The prefix of a text (`rb"…"`) is no part of it.
fn push(found: &mut Lexemes, kind: TokenKind, mut span: Range<usize>, written: &str) {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..);
    let class = match kind {
        TokenKind::Lbrace => Class::Value,
        TokenKind::String => Class::Text,
        _ if opens(kind) => Class::Formatted,
        _ if written.as_bytes().first().is_some_and(word) => Class::Word,
        _ => Class::Marks,
    };
    if is_text(kind) {
        // A text starts at its quote.
        span.start += written.find(['"', '\'']).unwrap_or(0);
    }
    found.push(class, span);
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

/// What a line end or a change of indentation stands for, by what follows.
///
/// `None` for a line end before an indented block, and for all other tokens.
fn layout(kind: TokenKind, next: TokenKind) -> Option<Class> {
    match kind {
        TokenKind::Newline if next != TokenKind::Indent => Some(Class::End),
        TokenKind::Indent => Some(Class::Block),
        TokenKind::Dedent => Some(Class::Close),
        _ => None,
    }
}

/// Whether a string starts here, plain or formatted.
fn is_text(kind: TokenKind) -> bool {
    kind == TokenKind::String || opens(kind)
}

/// Whether a formatted string starts here (`f"…"` or `t"…"`).
fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart)
}

/// Whether a formatted string ends here.
fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FStringEnd | TokenKind::TStringEnd)
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::*;

    fn shown(text: &str) -> String {
        let parsed = parse_module(text).expect("a module");
        lexemes(text, parsed.tokens()).shown(text)
    }

    #[test]
    fn formatted_texts_are_whole() {
        assert_eq!(
            shown("u = f\"http://{os.environ[\"HOST\"]}:{port:{width}}\" + rb'x'"),
            "u = f<http://{os.environ[\"HOST\"]}:{port:{width}}> + <x> ;"
        );
        assert_eq!(shown("x: int = a ** 2.5 # no"), "x : int = a * * 2.5 ;");
    }

    #[test]
    fn indentation_stands_as_braces() {
        assert_eq!(
            shown(
                "class A:\n  if x:\n\n    # no\n    f(\n1)\n  async def b(): c\nasync def d():\n  e; f"
            ),
            "class A : :{ if x : { f ( 1 ) ; } async def b ( ) : c ; } async def d ( ) : :{ e ; f ; }"
        );
    }

    #[test]
    fn documentation_is_none() {
        assert_eq!(shown("'a module'\nx = 'y'\n"), "; x = <y> ;");
        assert_eq!(
            shown("def f():\n    \"\"\"calls http://a\"\"\"\n    return 'b'\n"),
            "def f ( ) : :{ ; return <b> ; }"
        );
        assert_eq!(
            shown("f(\n    'a'\n)\nx = {\n    'a':\n    'b'\n}\n"),
            "f ( <a> ) ; x = ={ <a> : <b> } ;"
        );
    }
}
