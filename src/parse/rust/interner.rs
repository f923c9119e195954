//! Names as small numbers.
//!
//! In: identifiers. Out: [`Interner`].
//! Invariant: equal names have equal numbers; numbers count up from 0 in order of appearance.
//! Never: keeps a raw identifier's `r#`.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::facts::Name;

#[derive(Default)]
pub(super) struct Interner {
    numbers: FxHashMap<Box<str>, Name>,
    names: Vec<Box<str>>,
    buffer: String,
}

impl Interner {
    pub(super) fn intern(&mut self, name: &str) -> Name {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = Name::try_from(self.names.len()).unwrap_or(Name::MAX);
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// The number of an identifier, or whatever else displays as one.
    pub(super) fn ident(&mut self, ident: &proc_macro2::Ident) -> Name {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let _ = write!(buffer, "{ident}");
        let number = self.intern(buffer.strip_prefix("r#").unwrap_or(&buffer));
        self.buffer = buffer;
        number
    }

    pub(super) fn name(&self, number: Name) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    pub(super) fn into_names(self) -> Vec<Box<str>> {
        self.names
    }
}
