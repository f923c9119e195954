//! Folders from which several deployments are built.
//!
//! In: candidates, then groups of them. Out: which of them own the code of such a folder.
//! Invariant: a folder is the code of at least one service that is built from it.
//! Never: shares the folder of a service with what only tests or packs it.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::dirs::Folders;
use super::group::Group;
use crate::model::names::{self, key};

/// A folder that differently named deployments build from is first looked upon as that of the one that is called like
/// it, else as nobody's. Returns all such folders, and those that are nobody's.
pub(super) fn unshare(candidates: &mut [Candidate]) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|c| c.origin.deploys() && !c.job) {
        if let Some(dir) = &candidate.dir {
            users
                .entry(dir.clone())
                .or_default()
                .insert(key(&candidate.name));
        }
    }
    let own = |dir: &str| key(names::tail(dir));
    users.retain(|_, names| names.len() > 1);
    for candidate in candidates.iter_mut().filter(|c| c.origin.deploys()) {
        let name = key(&candidate.name);
        let yields = |dir: &mut String| users.contains_key(dir) && own(dir) != name;
        if let Some(dir) = candidate.dir.take_if(yields) {
            candidate.context = Some(dir);
        }
    }
    let all = users.keys().cloned().collect();
    users.retain(|dir, names| !names.contains(&own(dir)));
    (all, users.into_keys().collect())
}

/// Services that are built from one folder own it together, unless at least two of them have folders of their
/// own inside: several images or commands of one code base are not several code bases. A folder that is one's own by
/// its name is shared with what works off its tasks: `celery worker` built from `orders` beside `orders`.
pub(super) fn share(
    groups: &mut [Group],
    folders: &Folders,
    contexts: &BTreeSet<String>,
    shared: &BTreeSet<String>,
) {
    for context in contexts.iter().filter(|dir| folders.has_code(dir)) {
        let members = groups.iter().flat_map(|group| &group.members);
        let owners = members.filter(|c| c.origin.deploys() && c.dir.as_ref() == Some(context));
        let owners: Vec<&Candidate> = owners.collect();
        let uses = |group: &Group| {
            let built = |c: &Candidate| {
                let runs = || c.works_off() || owners.iter().any(|owner| owner.starts_as(c));
                c.origin.deploys()
                    && c.context.as_ref() == Some(context)
                    && (shared.contains(context) || runs())
            };
            !group.is_job() && group.any(built)
        };
        let users: Vec<usize> = (0..groups.len()).filter(|at| uses(&groups[*at])).collect();
        let apart = |at: &usize| {
            let dirs = &groups[*at].dirs;
            let others = users.iter().filter(|other| *other != at);
            let mut others = others.flat_map(|other| &groups[*other].dirs);
            let nests = |other: &String| {
                dirs.iter()
                    .any(|dir| names::within(dir, other) || names::within(other, dir))
            };
            !dirs.is_empty() && !others.any(nests)
        };
        if users.iter().filter(|at| apart(at)).count() > 1 {
            continue;
        }
        for at in users {
            let dirs = &mut groups[at].dirs;
            if !dirs.iter().any(|dir| folders.is_marked(dir)) {
                *dirs = BTreeSet::from([context.clone()]);
            }
        }
    }
}
