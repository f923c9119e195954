//! Settings that a file reads into a field or constant, and does nothing else with.
//!
//! In: tokens. Out: [`Held`].
//! Invariant: a setting that is handed to any call is not held.
//! Never: whether another file uses the name.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::lex::{Kind, Token};
use super::told::{File, is_setting};

/// Deepest nesting of objects that is looked through.
const MAX_DEPTH: usize = 6;

/// What a file keeps of its settings, and the words by which it may use what others keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Held {
    /// A variable, and the names on the way to its value that stand nowhere else in the file:
    /// `billing` in `config = { billing: { url: process.env.BILLING_URL } }`.
    pub(in crate::links) readings: Vec<(String, Vec<String>)>,
    /// Hashes of all words of the file, sorted.
    words: Vec<u32>,
}

impl Held {
    /// Whether the file may hold the word. A chance equality of hashes only makes a link surer.
    pub(in crate::links) fn says(&self, word: &str) -> bool {
        self.words.binary_search(&hash(word)).is_ok()
    }
}

/// Finds the settings that a file holds.
pub(in crate::links) fn held(file: &File<'_, '_>, tokens: &[Token<'_>]) -> Held {
    let mut found = Held::default();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark => continue,
            Kind::Word => found.words.push(hash(token.text)),
            Kind::Text if token.text.len() < 80 => {
                let words = token
                    .text
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
                found.words.extend(words.map(hash));
            }
            Kind::Text => continue,
        }
        if is_setting(token.text) && file.count(token.text) < 2 {
            let names = holders(file, at).unwrap_or_default();
            let alone: Vec<String> = names
                .into_iter()
                .filter(|name| file.count(name) == 1)
                .map(str::to_owned)
                .collect();
            if !alone.is_empty() {
                found.readings.push((token.text.to_owned(), alone));
            }
        }
    }
    found.words.sort_unstable();
    found.words.dedup();
    found
}

/// The names of the fields that lead to a value, without the object that holds them all; `None` where the value
/// goes anywhere else.
fn holders<'t>(file: &File<'t, '_>, at: usize) -> Option<Vec<&'t str>> {
    let mut names = Vec::new();
    let mut at = at;
    for _ in 0..MAX_DEPTH {
        if let Some(name) = file.key_of(at) {
            names.push(name);
            at = file.object_around(at)?;
        } else if !names.is_empty() {
            return file.is_named_object(at).then_some(names);
        } else {
            at = file.lookup_around(at)?;
        }
    }
    None
}

fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(text: &str) -> String {
        let tokens = tokens("ts", text);
        let known = Knowledge::default();
        let found = held(&File::new(&known.told, &tokens), &tokens);
        let show = |(name, names): &(String, Vec<String>)| format!("{name}: {}", names.join(","));
        found
            .readings
            .iter()
            .map(show)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn fields_hold_settings_until_somebody_reads_them() {
        let config =
            "export const config = { port: 1, billing: { url: process.env.BILLING_URL } };";
        assert_eq!(shown(config), "BILLING_URL: url,billing");
        assert_eq!(
            shown(&format!("{config}\nfetch(config.billing.url);")),
            "",
            "the file itself reads it"
        );
        assert_eq!(
            shown("const api = axios.create({ baseURL: process.env.BILLING_URL });"),
            ""
        );
        assert_eq!(shown("fetch(process.env.BILLING_URL + '/x');"), "");
        assert_eq!(shown("const url = process.env.BILLING_URL;"), "");
    }
}
