//! Names as small numbers.
//!
//! In: identifiers. Out: [`Interner`].
//! Invariant: equal names have equal numbers, those with a meaning of their own the first ones.
//! Never: keeps a raw identifier's `r#`.

use std::fmt::Write as _;
use std::sync::Arc;

use super::facts::Name;
use crate::model::{Id, IndexVec, Texts, id};

id!(
    /// A name of the whole program (a file numbers its own).
    pub(crate) Symbol
);
/// Names with a meaning of their own, at fixed places among the names of each file and of the program.
const RESERVED: [&str; 5] = ["crate", "self", "super", "$crate", "Self"];

/// The places of these names.
pub(crate) trait Reserved: Id {
    /// `crate`.
    const CRATE: Self;
    /// `self`.
    const SELF: Self;
    /// `super`.
    const SUPER: Self;
    /// `$crate`, the crate that defines a macro.
    const DOLLAR_CRATE: Self;
    /// `Self`; in scanned tokens also a name behind `$` or `.`, which is no item.
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
    /// The names by number.
    names: Texts<I>,
    /// Room for the text of an identifier, so that looking one up does not allocate.
    buffer: String,
}

impl<I: Reserved> Interner<I> {
    /// The reserved names and no others.
    pub(crate) fn new() -> Self {
        let mut names = Texts::default();
        for reserved in RESERVED {
            names.id(reserved);
        }
        Self {
            names,
            buffer: String::new(),
        }
    }

    /// The number of a name.
    pub(crate) fn intern(&mut self, name: &str) -> I {
        self.names.id(name)
    }

    /// The number of an identifier.
    pub(crate) fn ident(&mut self, ident: &proc_macro2::Ident) -> I {
        self.buffer.clear();
        let _ = write!(self.buffer, "{ident}");
        let name = self.buffer.strip_prefix("r#").unwrap_or(&self.buffer);
        self.names.id(name)
    }

    /// The text of a number.
    pub(crate) fn name(&self, number: I) -> &str {
        self.names.text(number)
    }

    /// The names as a list, by number.
    pub(crate) fn into_names(self) -> IndexVec<I, Arc<str>> {
        self.names.into_list()
    }
}
