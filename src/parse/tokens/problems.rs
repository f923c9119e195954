//! What a scanner could not read, as the user is told.
//!
//! In: an extract, lines of trouble. Out: [`Parsed`], its [`Notification`]s.
//! Invariant: the same words for every language.
//! Never: an error; the rest of the file was read.

use std::sync::Arc;

use crate::model::Notification;

/// What was kept of a file, and where its text was not understood.
pub(crate) struct Parsed<E> {
    /// What was kept.
    pub(crate) extract: E,
    /// Line of the first syntax error.
    pub(crate) error: Option<u32>,
    /// Line of the first part that was nested too deeply.
    pub(crate) too_deep: Option<u32>,
}

impl<E> Parsed<E> {
    /// The extract, to be shared, and the warnings about the file at `path`.
    pub(crate) fn noted(self, path: &str) -> (Arc<E>, Vec<Notification>) {
        let problems = self.problems(path);
        (Arc::new(self.extract), problems)
    }

    /// Warnings about the file, which is at `path`, by the first line of each kind of trouble.
    pub(crate) fn problems(&self, path: &str) -> Vec<Notification> {
        let deep = "parts nested too deeply were skipped; their references are missing";
        let syntax = "not all of the file was understood; references near this line may be missing";
        [
            ("too-deep", deep, self.too_deep),
            ("syntax-error", syntax, self.error),
        ]
        .into_iter()
        .filter_map(|(kind, message, line)| {
            let note = Notification::warning(kind, message);
            Some(note.in_file(path).at_line(line?))
        })
        .collect()
    }
}
