//! Which services change together.
//!
//! In: the history, the folders of services. Out: change sets by service, and the signals that rest on them.
//! Invariant: a path belongs to the service of the deepest folder that holds it.
//! Never: a count where there is no history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::library::Library;
use super::system::{Changes, System};
use crate::cycles::monolith::Signal;
use crate::metrics::lockstep::{Lockstep, MOST_FILES};
use crate::model::{ChangeLog, IndexVec, PathId, Project};

/// Fewest change sets that show a habit; one alone may be the first commit.
const HABIT: u64 = 2;

impl<'a> Changes<'a> {
    /// Counts the changes of the services; `None` without a history.
    pub(super) fn of<'n>(
        log: Option<&'a ChangeLog>,
        project: &'a Project,
        services: impl Iterator<Item = &'n Arc<str>>,
    ) -> Option<Self> {
        let log = log.filter(|log| !log.commits.is_empty())?;
        let group_of = services.cloned().zip(0..).collect();
        let groups = groups(project, log, &group_of);
        let files = &project.knowledge.files;
        Some(Self {
            lockstep: Lockstep::of(log, files, &groups, MOST_FILES),
            log,
            files,
            groups,
            group_of,
        })
    }

    /// Lets the changes of both services count as those of one, which is called `name`.
    pub(super) fn join(&mut self, from: &str, into: &str, name: &Arc<str>) {
        let group_of = |name: &str| self.group_of.get(name).copied();
        let Some(new) = group_of(into) else { return };
        if let Some(old) = group_of(from) {
            let groups = self.groups.iter_mut();
            groups
                .filter(|group| **group == Some(old))
                .for_each(|group| *group = Some(new));
            self.group_of.insert(from.into(), new);
            self.lockstep = Lockstep::of(self.log, self.files, &self.groups, MOST_FILES);
        }
        self.group_of.insert(name.clone(), new);
    }
}

impl System<'_> {
    /// Change sets that touch two or more, and any, of `members`; `None` without a history.
    #[must_use]
    pub fn change_sets(&self, members: &BTreeSet<Arc<str>>) -> Option<(u64, u64)> {
        let changes = self.changes.as_ref()?;
        let groups = members.iter().filter_map(|name| changes.group_of.get(name));
        let groups: BTreeSet<u32> = groups.copied().collect();
        let groups: Vec<u32> = groups.into_iter().collect();
        let together = changes.lockstep.among(&groups);
        Some((together.several, together.any))
    }

    /// Ids of the latest change sets that touch several of `members`; a log may hold none.
    #[must_use]
    pub fn shared_changes(&self, members: &BTreeSet<Arc<str>>) -> Vec<&str> {
        let Some(changes) = &self.changes else {
            return Vec::new();
        };
        let groups = members.iter().filter_map(|name| changes.group_of.get(name));
        let groups: Vec<u32> = groups.copied().collect();
        let places = changes.lockstep.samples(changes.log, &groups);
        let commits = places.iter().filter_map(|at| changes.log.commits.get(*at));
        commits
            .map(|commit| &*commit.id)
            .filter(|id| !id.is_empty())
            .collect()
    }

    /// Whether one of the two calls the other and waits.
    #[must_use]
    pub fn is_called_between(&self, a: &Arc<str>, b: &Arc<str>) -> bool {
        let calls = |from: &Arc<str>, to: &Arc<str>| {
            self.synchronous.contains_key(&(from.clone(), to.clone()))
        };
        calls(a, b) || calls(b, a)
    }

    /// Share of change sets that touch several members.
    pub(super) fn lockstep(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        self.change_sets(members)
            .map_or(Signal::UNKNOWN, |(several, any)| {
                Signal::share(several, any)
            })
    }

    /// Libraries of which every change that concerns a member concerns two or more, by all that two or more link.
    pub(super) fn lib(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        let used: Vec<&Library> = self
            .libraries
            .iter()
            .filter(|library| library.users.intersection(members).count() > 1)
            .collect();
        if used.iter().any(|library| library.changes.is_none()) {
            return Signal::UNKNOWN;
        }
        let together = |library: &&&Library| {
            let (several, any) = library.bumped(members);
            several >= HABIT && several == any
        };
        let together = used.iter().filter(together).count();
        Signal::share(together as u64, used.len() as u64)
    }
}

/// The service of each path of the history.
fn groups(
    project: &Project,
    log: &ChangeLog,
    group_of: &BTreeMap<Arc<str>, u32>,
) -> IndexVec<PathId, Option<u32>> {
    let mut dirs: Vec<(&str, u32)> = Vec::new();
    for service in &project.services {
        let group = group_of.get(service.name.as_str()).copied();
        dirs.extend(
            service
                .dirs
                .iter()
                .filter_map(|dir| Some((dir.as_str(), group?))),
        );
    }
    dirs.sort_by(|a, b| (b.0.len(), a).cmp(&(a.0.len(), b)));
    let group = |path: &Arc<str>| {
        dirs.iter()
            .find(|(dir, _)| crate::model::is_within(path, dir))
            .map(|(_, group)| *group)
    };
    log.paths.iter().map(group).collect()
}
