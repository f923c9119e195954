//! Which repository a path belongs to, when several are analysed together.
//!
//! In: the analysed folders. Out: their names by path.
//! Invariant: one folder has no name; all of its paths belong together.
//! Never: looks at a file.

use crate::source::Source;

/// The names under which the analysed folders appear.
pub(super) struct Scopes(Vec<String>);

impl Scopes {
    /// The scopes of `source`.
    pub(super) fn new(source: &Source) -> Self {
        let prefixes = source
            .roots()
            .iter()
            .map(|root| root.prefix.trim_end_matches('/').to_owned());
        Self(prefixes.filter(|prefix| !prefix.is_empty()).collect())
    }

    /// The folder that holds `path`; empty when there is but one.
    pub(super) fn of<'p>(&self, path: &'p str) -> &'p str {
        let first = path.split('/').next().unwrap_or_default();
        if self.0.iter().any(|name| name == first) {
            first
        } else {
            ""
        }
    }
}
