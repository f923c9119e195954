//! What a scanner could not read, as the user is told.
//!
//! In: lines of trouble. Out: [`Notification`]s.
//! Invariant: the same words for every language.
//! Never: an error; the rest of the file was read.

use crate::model::Notification;

/// Warnings about the file at `path`, by the first line of each kind of trouble.
pub(in crate::parse) fn problems(
    path: &str,
    too_deep: Option<u32>,
    syntax_error: Option<u32>,
) -> Vec<Notification> {
    let deep = "parts nested too deeply were skipped; their references are missing";
    let syntax = "not all of the file was understood; references near this line may be missing";
    [
        ("too-deep", deep, too_deep),
        ("syntax-error", syntax, syntax_error),
    ]
    .into_iter()
    .filter_map(|(kind, message, line)| {
        let note = Notification::warning(kind, message);
        Some(note.in_file(path).at_line(line?))
    })
    .collect()
}
