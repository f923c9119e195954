//! Lists of words and their tables, which can be joined.
//!
//! In: arrays and tables of TOML. Out: [`List`].
//! Invariant: a list is sorted and holds no word twice; looking one up costs one comparison.
//! Never: changes a word; its spelling is that of the row.

use std::collections::BTreeMap;
use std::ops::Deref;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::spelling;

/// A list of words whose order means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Box<str>>")]
pub struct List {
    /// In the order of the alphabet, each once.
    rows: Vec<Box<str>>,
    /// The same rows, to look one up with a single comparison.
    set: FxHashSet<Box<str>>,
}

impl List {
    /// Whether the word has a row.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.set.contains(word)
    }

    /// Whether the [`key`](spelling::key) of a name has a row.
    #[must_use]
    pub fn has_key(&self, name: &str) -> bool {
        spelling::with_key(name, |key| self.has(key))
    }

    /// Whether any of the [`words`](spelling::words) of a name has a row.
    #[must_use]
    pub fn has_word(&self, name: &str) -> bool {
        spelling::any_word(name, |word| self.has(word))
    }

    /// The rows, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.rows.iter().map(|row| &**row)
    }
}

impl From<Vec<Box<str>>> for List {
    fn from(mut rows: Vec<Box<str>>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let set = rows.iter().cloned().collect();
        Self { rows, set }
    }
}

/// A list of words that are looked up in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "List")]
pub struct LowerList(List);

impl TryFrom<List> for LowerList {
    type Error = String;

    fn try_from(rows: List) -> Result<Self, String> {
        let capital = rows.iter().find(|row| **row != row.to_lowercase());
        match capital {
            Some(row) => Err(format!(
                "`{row}` would never be found: write it in small letters"
            )),
            None => Ok(Self(rows)),
        }
    }
}

impl Deref for LowerList {
    type Target = List;

    fn deref(&self) -> &List {
        &self.0
    }
}

/// What a user's rows can be added to.
pub(super) trait Join {
    /// Adds rows behind those that are there.
    fn join(&mut self, rows: Self);

    /// Every list with its path: `images.hints.gateways`.
    #[cfg(test)]
    fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>);
}

impl Join for List {
    fn join(&mut self, rows: Self) {
        self.rows.extend(rows.rows);
        *self = std::mem::take(&mut self.rows).into();
    }

    #[cfg(test)]
    fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>) {
        found.push((path.to_owned(), self.iter().map(str::to_owned).collect()));
    }
}

impl Join for LowerList {
    fn join(&mut self, rows: Self) {
        self.0.join(rows.0);
    }

    #[cfg(test)]
    fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>) {
        self.0.lists(path, found);
    }
}

/// A list of which the first word that fits counts.
impl Join for Vec<Box<str>> {
    fn join(&mut self, rows: Self) {
        self.extend(rows);
    }

    #[cfg(test)]
    fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>) {
        found.push((
            path.to_owned(),
            self.iter().map(|row| row.to_string()).collect(),
        ));
    }
}

impl<T: Join + Default> Join for BTreeMap<String, T> {
    fn join(&mut self, rows: Self) {
        for (name, rows) in rows {
            self.entry(name).or_default().join(rows);
        }
    }

    #[cfg(test)]
    fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>) {
        for (name, rows) in self {
            rows.lists(&format!("{path}.{name}"), found);
        }
    }
}
