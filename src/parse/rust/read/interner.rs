//! Names as small numbers.
//!
//! In: identifiers. Out: [`Interner`].
//! Invariant: equal names have equal numbers, those with a meaning of their own the first ones.
//! Never: keeps a raw identifier's `r#`.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::facts::Name;
use crate::model::{Id, IndexVec, id};

id!(
    /// A name of the whole program (a file numbers its own).
    pub(crate) Symbol
);
/// Names with a meaning of their own, at fixed places among the names of each file and of the program.
const RESERVED: [&str; 5] = ["crate", "self", "super", "$crate", "Self"];

/// The places of these names.
pub(crate) trait Reserved: Id {
    const CRATE: Self;
    const SELF: Self;
    const SUPER: Self;
    const DOLLAR_CRATE: Self;
    const SELF_TYPE: Self;
}

macro_rules! reserved {
    ($id:ident) => {
        impl Reserved for $id {
            const CRATE: Self = Self::new(0);
            const SELF: Self = Self::new(1);
            const SUPER: Self = Self::new(2);
            const DOLLAR_CRATE: Self = Self::new(3);
            const SELF_TYPE: Self = Self::new(4);
        }
    };
}
reserved!(Name);
reserved!(Symbol);

/// The names of a file, or of the program.
pub(crate) struct Interner<I> {
    numbers: FxHashMap<Box<str>, I>,
    names: IndexVec<I, Box<str>>,
    buffer: String,
}

impl<I: Reserved> Interner<I> {
    pub(crate) fn new() -> Self {
        let mut interner = Self {
            numbers: FxHashMap::default(),
            names: IndexVec::default(),
            buffer: String::new(),
        };
        for reserved in RESERVED {
            interner.intern(reserved);
        }
        interner
    }

    pub(crate) fn intern(&mut self, name: &str) -> I {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// The number of an identifier, or whatever else displays as one.
    pub(crate) fn ident(&mut self, ident: &proc_macro2::Ident) -> I {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let _ = write!(buffer, "{ident}");
        let number = self.intern(buffer.strip_prefix("r#").unwrap_or(&buffer));
        self.buffer = buffer;
        number
    }

    pub(crate) fn name(&self, number: I) -> &str {
        &self.names[number]
    }

    pub(crate) fn into_names(self) -> IndexVec<I, Box<str>> {
        self.names
    }
}
