//! The tokens of a file, in the words of the rooms that read them.
//!
//! In: nothing. Out: [`Token`]s, their [`Kind`]s; in tests, the tokens of a text alone.
//! Invariant: those of the language's own lexer, where it has one here.
//! Never: tells one apart itself.

pub(in crate::links) use crate::parse::tokens::any::{is_code, is_word, quotes};
pub(in crate::links) use crate::parse::tokens::lexemes::{Kind, Role, Token};

/// The tokens of a text alone, as of a file with that extension.
#[cfg(test)]
pub(in crate::links) fn tokens<'t>(extension: &str, text: &'t str) -> Vec<Token<'t>> {
    crate::parse::lexemes(extension, text).tokens(text)
}
