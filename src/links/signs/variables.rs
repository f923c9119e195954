//! Names of variables and settings that a file mentions.
//!
//! In: texts, uses. Out: names, as written and as frameworks relax them.
//! Invariant: a name that the file does not hold is not mentioned.
//! Never: whether somebody reads the setting.

use rustc_hash::FxHashSet;

use crate::knowledge::List;
use crate::model::Position;
use crate::model::names::key;

use super::lex::Token;
use super::uses::Use;

/// Names of variables among the tokens, those aside that are only told to others.
pub(in crate::links) fn names(tokens: &[Token<'_>], told: &FxHashSet<Position>) -> Vec<String> {
    let named = tokens
        .iter()
        .filter(|token| is_variable(token.text) && !told.contains(&token.at));
    named.map(|token| token.text.to_owned()).collect()
}

/// Names of variables and keys in texts: whole, inside of longer texts, and as frameworks relax them.
pub(in crate::links) fn mentioned(uses: &[Use], told: &FxHashSet<Position>) -> Vec<String> {
    let counts = |u: &&Use| !u.name && !told.contains(&u.at);
    let texts = || uses.iter().filter(counts).map(|u| &u.text);
    // No name of a variable or setting holds a blank.
    let named = |text: &&String| text.len() < 80 && !text.contains(char::is_whitespace);
    let mut words: Vec<String> = texts().filter(named).cloned().collect();
    words.extend(
        texts()
            .filter(|text| text.contains('_'))
            .flat_map(|text| self::words(text)),
    );
    words.sort_unstable();
    words.dedup();
    let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
    words.extend(keys);
    words
}

/// Prefixes of the settings that a file binds to types, as keys: texts, or constants of that file.
pub(in crate::links) fn prefixes<'u>(
    annotations: &'u List,
    uses: &'u [Use],
) -> impl Iterator<Item = String> + 'u {
    let bound = uses.iter().filter(|u| annotations.has(&u.callee));
    let written = |u: &Use| {
        let last = u.text.rsplit('.').next()?;
        let constant = |other: &&Use| !other.name && other.key == last;
        let named = if u.name {
            uses.iter().find(constant)?
        } else {
            u
        };
        Some(key(&named.text))
    };
    bound.filter_map(written).filter(|key| key.len() > 3)
}

/// Names in `${name:default}`, as keys.
pub(in crate::links) fn placeholders(text: &str) -> impl Iterator<Item = String> {
    text.split("${")
        .skip(1)
        .map(|rest| key(rest.split([':', '}']).next().unwrap_or(rest)))
}

/// Whether a word is spelt like a variable of several words: `ORDERS_URL`, but not `URL`.
fn is_variable(word: &str) -> bool {
    let fits = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    word.len() > 3 && word.as_bytes().iter().all(fits) && word.contains('_')
}

/// Names of variables and keys in a text of any kind.
pub(in crate::links) fn words(text: &str) -> Vec<String> {
    let all = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    all.filter(|word| is_variable(word))
        .map(str::to_owned)
        .collect()
}
