//! All mentions of one service.
//!
//! In: candidates. Out: [`Group`].
//! Invariant: the strongest mention comes first.
//! Never: which mentions belong together.

use std::collections::BTreeSet;

use super::candidate::Candidate;
use crate::model::names::key;

/// All mentions of one service.
pub(super) struct Group {
    pub(super) members: Vec<Candidate>,
    pub(super) dirs: BTreeSet<String>,
    /// Further folders, and files, that it alone builds upon.
    pub(super) layers: BTreeSet<String>,
}

impl Group {
    /// The strongest mention.
    pub(super) fn lead(&self) -> Option<&Candidate> {
        self.members.first()
    }

    /// Whether some mention passes a test.
    pub(super) fn any(&self, test: impl Fn(&Candidate) -> bool) -> bool {
        self.members.iter().any(test)
    }

    /// What its mentions say of one kind.
    pub(super) fn all<'g, I: IntoIterator>(
        &'g self,
        of: impl Fn(&'g Candidate) -> I,
    ) -> impl Iterator<Item = I::Item> {
        self.members.iter().flat_map(of)
    }

    /// The mentions in manifests that say that it runs.
    pub(super) fn deployed(&self) -> impl Iterator<Item = &Candidate> {
        self.members.iter().filter(|c| c.origin.deploys())
    }

    /// Whether it runs once and ends.
    pub(super) fn is_job(&self) -> bool {
        self.any(|c| c.job)
    }

    /// The name of each mention, aliases left out.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|c| c.name.as_str())
    }

    /// Every name that a mention uses, as keys.
    pub(super) fn keys(&self) -> BTreeSet<String> {
        let names = self
            .members
            .iter()
            .flat_map(|c| std::iter::once(&c.name).chain(&c.aliases));
        names
            .map(|name| key(name))
            .filter(|key| !key.is_empty())
            .collect()
    }
}
