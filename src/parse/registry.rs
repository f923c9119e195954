//! The languages, and one text alone read by the one that its name tells.
//!
//! In: an extension. Out: the language that reads such files.
//! Invariant: one line a language.
//! Never: a file.

#[cfg(test)]
use std::cell::OnceCell;

use super::extracts::Readable;
#[cfg(test)]
use super::tokens::{Lexemes, any};
use super::{go, java, python, rust, typescript};
use crate::model::{LanguageId, LanguageInfo};

/// Every supported language.
pub(super) static LANGUAGES: [&dyn Readable; 5] = [
    &go::GO,
    &java::JAVA,
    &python::PYTHON,
    &rust::RUST,
    &typescript::TYPESCRIPT,
];

/// The language of a file name extension.
#[must_use]
pub fn language_of(extension: &str) -> Option<LanguageId> {
    LanguageInfo::of_extension(extension)?.id()
}

/// The language that reads files with an extension.
fn language(extension: &str) -> Option<&'static dyn Readable> {
    let family = language_of(extension)?.family();
    let mut known = LANGUAGES.iter().copied();
    known.find(|language| language.id() == family)
}

/// Reads one text alone, as a file with that extension; for benchmarks.
pub fn probe(extension: &str, text: &str) {
    if let Some(language) = language(extension) {
        language.probe(&format!("fuzz.{extension}"), text, None);
    }
}

/// What one text alone consists of, as a file with that extension.
#[cfg(test)]
pub(crate) fn lexemes(extension: &str, text: &str) -> Lexemes {
    let heard = OnceCell::new();
    let listen = |told: &dyn Fn() -> Lexemes| {
        heard.get_or_init(told);
    };
    if let Some(language) = language(extension) {
        language.probe(&format!("x.{extension}"), text, Some(&listen));
    }
    heard
        .into_inner()
        .unwrap_or_else(|| any::lexemes(extension, text))
}
