//! Who changed which files most.
//!
//! In: [`ChangeLog`]. Out: names with commits, of any set of files.
//! Invariant: a commit counts once for a set, however many of its files it changed; most commits first, then by name.
//! Never: a program (`dependabot`), an address.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::{AuthorId, ChangeLog, Commit};

/// Authors that are listed.
const LISTED: usize = 3;

/// The commits of people, by the files that they changed.
pub(super) struct Authors<'a> {
    changes: &'a ChangeLog,
    commits: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Authors<'a> {
    /// Notes which commits of people changed each path.
    pub(super) fn of(changes: &'a ChangeLog) -> Self {
        let mut commits: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let people = changes.commits.iter().enumerate();
        for (at, commit) in people.filter(|(_, commit)| !is_bot(changes, commit)) {
            for &path in &commit.files {
                commits.entry(&changes.paths[path]).or_default().push(at);
            }
        }
        Self { changes, commits }
    }

    /// The people who changed any of `paths` in most commits, with how many these are.
    pub(super) fn most<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<(Arc<str>, u64)> {
        let commits = paths.filter_map(|path| self.commits.get(path));
        let mut commits: Vec<usize> = commits.flatten().copied().collect();
        commits.sort_unstable();
        commits.dedup();
        let mut counts: BTreeMap<AuthorId, u64> = BTreeMap::new();
        for at in commits {
            *counts.entry(self.changes.commits[at].author).or_default() += 1;
        }
        // Two ids may bear one name.
        let mut named: BTreeMap<&Arc<str>, u64> = BTreeMap::new();
        for (author, count) in counts {
            *named.entry(&self.changes.authors[author]).or_default() += count;
        }
        let named = named.into_iter();
        let mut named: Vec<(Arc<str>, u64)> =
            named.map(|(name, count)| (name.clone(), count)).collect();
        named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        named.truncate(LISTED);
        named
    }
}

/// Whether a program wrote the commit.
pub(super) fn is_bot(changes: &ChangeLog, commit: &Commit) -> bool {
    changes.bots.binary_search(&commit.author).is_ok()
}
