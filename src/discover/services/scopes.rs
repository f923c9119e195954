//! Which repository a path belongs to, when several are analysed together.
//!
//! In: the analysed folders. Out: their names by path.
//! Invariant: one folder has no name; all of its paths belong together.
//! Never: looks at a file.

use super::candidate::Candidate;
use crate::model::names::within;
use crate::source::Source;

/// The names under which the analysed folders appear.
pub(super) struct Scopes(Vec<String>);

impl Scopes {
    /// The scopes of `source`.
    pub(super) fn new(source: &Source) -> Self {
        let roots = source.repositories().into_iter();
        let names = roots.map(|root| root.prefix.trim_end_matches('/').to_owned());
        Self(names.filter(|name| !name.is_empty()).collect())
    }

    /// The repository that holds `path`; empty when there is but one.
    pub(super) fn of(&self, path: &str) -> &str {
        let holds = self.0.iter().filter(|name| within(path, name));
        holds
            .max_by_key(|name| name.len())
            .map_or("", String::as_str)
    }

    /// The repository that holds the code of a candidate, else its manifest.
    pub(super) fn of_candidate(&self, candidate: &Candidate) -> &str {
        let code = candidate.dir.as_ref().or(candidate.context.as_ref());
        self.of(code.map_or(&candidate.location.path, |dir| dir))
    }
}
