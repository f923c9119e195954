//! What the analysis could not see or had to cut short.
//!
//! In: nothing. Out: [`Notification`].
//! Invariant: every skipped input leaves one; none is ever dropped.
//! Never: a reason to abort the run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The kind of notification about an entry of the configuration that selects nothing.
pub const SELECTS_NOTHING: &str = "selects-nothing";

/// How much a notification limits the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The input was lost.
    Error,
    /// Part of the input was lost or degraded.
    Warning,
    /// Worth knowing, nothing lost.
    Note,
}

/// One thing that was skipped, degraded or capped, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Notification {
    /// Stable kebab-case id, such as `too-deep`, `binary`, `shallow-history`.
    pub kind: Arc<str>,
    /// How much was lost.
    pub severity: Severity,
    /// One sentence: what happened and what to do about it.
    pub message: String,
    /// The file, relative to the analysed folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Arc<str>>,
    /// Line in the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Byte offset in the (decompressed) input, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// How little it may matter beside others of its kind; 0 for those that are told first.
    #[serde(default, skip_serializing_if = "is_first")]
    pub after: u8,
}

/// Whether a notification is among the first of its kind, the usual case, which the output leaves
/// out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
const fn is_first(after: &u8) -> bool {
    *after == 0
}

impl Notification {
    /// A warning of `kind` without a place.
    pub fn warning(kind: &str, message: impl Into<String>) -> Self {
        let (kind, message) = (kind.into(), message.into());
        Self {
            kind,
            severity: Severity::Warning,
            message,
            path: None,
            line: None,
            byte: None,
            after: 0,
        }
    }

    /// An error of `kind` without a place.
    pub fn error(kind: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            ..Self::warning(kind, message)
        }
    }

    /// A note of `kind` without a place.
    pub fn note(kind: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::warning(kind, message)
        }
    }

    /// The same notification, placed in the file `path`.
    #[must_use]
    pub fn in_file(self, path: impl Into<Arc<str>>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// The same notification, placed at `line` (from 1).
    #[must_use]
    pub fn at_line(self, line: u32) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The same notification, placed at the byte offset `byte`.
    #[must_use]
    pub fn at_byte(self, byte: u64) -> Self {
        Self {
            byte: Some(byte),
            ..self
        }
    }
}
