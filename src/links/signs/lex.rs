//! The tokens of a file, in the words of the rooms that read them.
//!
//! In: nothing. Out: [`Token`]s, their [`Kind`]s; in tests, the tokens of a text alone.
//! Invariant: those of the language's own lexer, where it has one here.
//! Never: tells one apart itself.

pub(in crate::links) use crate::parse::tokens::any::{is_code, is_word, quotes};
pub(in crate::links) use crate::parse::tokens::lexemes::{Kind, Role, Token};

/// Whether the token at `at` is this mark.
pub(in crate::links) fn is(tokens: &[Token<'_>], at: usize, mark: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(mark))
}

/// The word at `at`.
pub(in crate::links) fn word<'s, 't>(tokens: &'s [Token<'t>], at: usize) -> Option<&'s Token<'t>> {
    tokens.get(at).filter(|token| token.kind == Kind::Word)
}

/// The text of the token at `at`; empty behind the last one.
pub(in crate::links) fn text<'t>(tokens: &[Token<'t>], at: usize) -> &'t str {
    tokens.get(at).map_or("", |token| token.text)
}

/// The token `back` before `at`.
pub(in crate::links) fn before<'s, 't>(
    tokens: &'s [Token<'t>],
    at: usize,
    back: usize,
) -> Option<&'s Token<'t>> {
    tokens.get(at.checked_sub(back)?)
}

/// The tokens of a text alone, as of a file with that extension.
#[cfg(test)]
pub(in crate::links) fn tokens<'t>(extension: &str, text: &'t str) -> Vec<Token<'t>> {
    crate::parse::lexemes(extension, text).tokens(text)
}
