//! Settings that a file reads into a field or constant, and does nothing else with.
//!
//! In: tokens. Out: [`Held`].
//! Invariant: a setting that is handed to any call is not held.
//! Never: whether another file uses the name.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::lex::{Kind, Token};
use super::told::{File, is_setting};
use crate::model::Position;

/// Deepest nesting of objects that is looked through.
const MAX_DEPTH: usize = 6;

/// What a file keeps of its settings, and the words by which it may use what others keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Held {
    /// Variables that only fields hold, each in source order.
    pub(in crate::links) readings: Vec<Reading>,
    /// Constants that the file gives a text and does not name again, with the place of the text.
    pub(in crate::links) constants: Vec<(String, Position)>,
    /// Hashes of all words of the file, sorted.
    words: Vec<u32>,
}

/// A variable that is read into a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Reading {
    pub(in crate::links) variable: String,
    /// Names on the way to the value that stand nowhere else in the file:
    /// `billing` in `config = { billing: { url: process.env.BILLING_URL } }`.
    pub(in crate::links) names: Vec<String>,
    /// The variable, or the text that holds it.
    pub(in crate::links) at: Position,
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
            Kind::Text => found.words.extend(path_words(token.text).map(hash)),
        }
        let constant = assigned(tokens, at).filter(|name| file.count(name) == 1);
        found
            .constants
            .extend(constant.map(|name| (name.to_owned(), token.at)));
        let read = variables(token).filter(|name| file.count(name) < 2);
        let mut read = read.peekable();
        if read.peek().is_none() {
            continue;
        }
        let names = holders(file, at).unwrap_or_default().into_iter();
        let alone = names.filter(|name| file.count(name) == 1);
        let names: Vec<String> = alone.map(str::to_owned).collect();
        if !names.is_empty() {
            found.readings.extend(read.map(|variable| Reading {
                variable: variable.to_owned(),
                names: names.clone(),
                at: token.at,
            }));
        }
    }
    once(&mut found.readings);
    found.words.sort_unstable();
    found.words.dedup();
    found
}

/// The constant that a text is given to: `BILLING_URL = "http://billing"`.
fn assigned<'t>(tokens: &[Token<'t>], at: usize) -> Option<&'t str> {
    let token = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let name = token(2).filter(|name| name.kind == Kind::Word && is_setting(name.text))?;
    let given = token(1).is_some_and(|mark| mark.is("=")) && tokens[at].kind == Kind::Text;
    given.then_some(name.text)
}

/// The words of a text that may name fields: those of the path of a setting, as `apis.billing.url`, and those in the
/// holes of a format, as `{config.billing.url}/x`; prose names none.
fn path_words(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_path = text.len() < 80 && text.chars().all(|c| inside(c) || ".:-[]".contains(c));
    let path = if is_path { text } else { "" };
    let holes = text.split('{').skip(1);
    let holes = holes.map(|rest| rest.split('}').next().unwrap_or(rest));
    std::iter::once(path)
        .chain(holes)
        .flat_map(move |part| part.split(move |c| !inside(c)))
}

/// The variables that a token reads: its own name, or those in the holes of a text.
fn variables<'t>(token: &Token<'t>) -> impl Iterator<Item = &'t str> {
    let own = (token.kind == Kind::Word).then_some(token.text);
    let text = if token.kind == Kind::Text {
        token.text
    } else {
        ""
    };
    let holes = text.split("${").skip(1);
    let inside = holes.map(|rest| rest.split('}').next().unwrap_or(rest));
    let named = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let names = inside.flat_map(move |hole| hole.split(named));
    own.into_iter().chain(names).filter(|name| is_setting(name))
}

/// Keeps the variables that one place alone reads.
fn once(readings: &mut Vec<Reading>) {
    let all: Vec<String> = readings.iter().map(|read| read.variable.clone()).collect();
    let count = |name: &str| all.iter().filter(|other| *other == name).count();
    readings.retain(|read| count(&read.variable) == 1);
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

/// A hash of 32 bits, the same in every run.
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
        let show = |read: &Reading| format!("{}: {}", read.variable, read.names.join(","));
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

    #[test]
    fn a_constant_that_is_never_named_again_is_kept_in_mind() {
        let constants = |text: &str| {
            let tokens = tokens("py", text);
            let known = Knowledge::default();
            let found = held(&File::new(&known.told, &tokens), &tokens).constants;
            found.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let text = "BILLING_URL = 'http://billing'\nUSED_URL = 'http://used'\nfetch(USED_URL)\nx(A_B='c')\n";
        assert_eq!(constants(text), ["BILLING_URL"]);
    }

    #[test]
    fn a_field_holds_the_variables_in_the_holes_of_its_text() {
        let config = "module.exports = { apis: { billing: { url: `http://${process.env.BILLING_HOST || 'localhost'}:80` } } };";
        assert_eq!(shown(config), "BILLING_HOST: url,billing,apis");
        assert_eq!(shown("fetch(`http://${process.env.BILLING_HOST}/x`);"), "");
    }

    #[test]
    fn paths_of_settings_are_words_and_prose_is_not() {
        let says = |text: &str| {
            let tokens = tokens("ts", text);
            let known = Knowledge::default();
            held(&File::new(&known.told, &tokens), &tokens).says("billing")
        };
        assert!(says("config.billing.url") && says("config.get('apis.billing.url')"));
        assert!(says("fetch(`${config.billing.url}/x`)"));
        assert!(!says("throw new Error('services/billing is down')"));
    }
}
