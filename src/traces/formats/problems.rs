//! What could not be read of an input, and where.
//!
//! In: faults, as readers meet them. Out: [`Problems`], their number and the first of them.
//! Invariant: the same, in whatever order parts of an input were read.
//! Never: a fault that ends the reading of what is good.

use std::io;

use crate::model::Notification;

/// Kind of the note that an input is damaged or cut off.
pub const DAMAGED: &str = "trace-damaged";

/// Where and why reading ended early.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The text ends inside a value.
    #[error("ends in the middle of a record")]
    Truncated {
        /// Offset of the end in the decompressed input.
        byte: u64,
    },
    /// Not the text that the format has.
    #[error("{what}")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Offset in the decompressed input.
        byte: u64,
    },
    /// The system or the decompressor failed.
    #[error("{error}")]
    Io {
        /// What it says.
        error: io::Error,
        /// Offset in the decompressed input.
        byte: u64,
    },
}

impl Fault {
    /// Offset in the decompressed input.
    #[must_use]
    pub fn byte(&self) -> u64 {
        match self {
            Self::Truncated { byte } | Self::Syntax { byte, .. } | Self::Io { byte, .. } => *byte,
        }
    }
}

/// What went wrong in one input.
#[derive(Debug, Default)]
pub struct Problems {
    /// Documents or messages that could not be read to their end.
    pub count: u64,
    /// The first of them.
    pub first: Option<Fault>,
    /// The format has conventions of its own, of which the kinds and peers of spans were derived.
    pub derived: bool,
    /// What was kept and what was lost, in the units of the kind; told beside the first problem.
    pub told: Vec<String>,
}

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, fault: Fault) {
        self.count += 1;
        if self
            .first
            .as_ref()
            .is_none_or(|first| fault.byte() < first.byte())
        {
            self.first = Some(fault);
        }
    }

    /// Adds those of another part of the same input.
    pub fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        self.derived |= other.derived;
        self.told.extend(other.told);
        if let Some(fault) = other.first {
            self.add(fault);
        }
        self.count = count;
    }

    /// What to tell of an input that was read as `kind` nevertheless.
    pub fn note(&self, kind: &str) -> Option<Notification> {
        let (first, count) = (self.first.as_ref()?, self.count);
        let kept = if self.told.is_empty() {
            "the rest was kept".to_owned()
        } else {
            self.told.join(", ")
        };
        let message = format!("{count} places could not be read as {kind}, {kept}; first: {first}");
        Some(Notification::warning(DAMAGED, message).at_byte(first.byte()))
    }
}
