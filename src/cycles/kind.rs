//! What to call the members of a cycle.
//!
//! In: the level and the ids of the members. Out: [`Kind`].
//! Invariant: the word that their language has for them.
//! Never: "module" where the language means a file by it.

use crate::model::{Level, NodeId};

/// What the members of a cycle are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Their level.
    pub level: Level,
    /// How they are called, one and several.
    words: (&'static str, &'static str),
}

impl Kind {
    /// Rust has modules, JavaScript's are folders, others call them packages.
    #[must_use]
    pub fn of(level: Level, members: &[NodeId]) -> Self {
        let any = |mark: &str| members.iter().any(|id| id.name.contains(mark));
        let words = match level {
            Level::System => ("system", "systems"),
            Level::Service => ("service", "services"),
            Level::File => ("file", "files"),
            Level::Module if any("::") => ("module", "modules"),
            Level::Module if any("/") => ("folder", "folders"),
            Level::Package | Level::Module => ("package", "packages"),
        };
        Self { level, words }
    }

    /// One of them.
    #[must_use]
    pub const fn one(self) -> &'static str {
        self.words.0
    }

    /// Several of them.
    #[must_use]
    pub const fn several(self) -> &'static str {
        self.words.1
    }
}
