//! First-party libraries that several services link, and how often they change with them.
//!
//! In: graph, history. Out: [`Library`] records.
//! Invariant: only packages of the tree that stand outside of services.
//! Never: an opinion on a library that never changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::graph::DependencyGraph;
use crate::metrics::lockstep::MOST_FILES;
use crate::model::{
    ChangeLog, Commit, EdgeKind, IndexVec, Location, NodeId, PathId, Project, is_within,
};

/// A first-party library and the services that link it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Name of the package.
    pub name: Arc<str>,
    /// Services with a package that depends on it.
    pub users: BTreeSet<Arc<str>>,
    /// Where their manifests say so.
    pub locations: Vec<Location>,
    /// Change sets that touch it; `None` without a history.
    pub changes: Option<u64>,
    /// The users that such change sets touch, manifests included, with their number; sets without a user left out.
    pub bumps: BTreeMap<BTreeSet<Arc<str>>, u64>,
}

impl Library {
    /// Change sets that touch the library and at least two of `members`, and those with at least one.
    #[must_use]
    pub fn bumped(&self, members: &BTreeSet<Arc<str>>) -> (u64, u64) {
        let touched = |users: &BTreeSet<Arc<str>>| users.intersection(members).count();
        let at_least = |least: usize| {
            let sets = self.bumps.iter();
            sets.filter(|(users, _)| touched(users) >= least)
                .map(|(_, count)| count)
                .sum()
        };
        (at_least(2), at_least(1))
    }

    /// Lets `renamed` name the users.
    pub(super) fn rename(&mut self, renamed: &dyn Fn(&Arc<str>) -> Arc<str>) {
        let set = |names: &BTreeSet<Arc<str>>| names.iter().map(renamed).collect::<BTreeSet<_>>();
        self.users = set(&self.users);
        let mut bumps = BTreeMap::new();
        for (users, count) in std::mem::take(&mut self.bumps) {
            *bumps.entry(set(&users)).or_default() += count;
        }
        self.bumps = bumps;
    }
}

/// The libraries that at least two services link, by name.
pub(super) fn libraries(
    graph: &DependencyGraph,
    project: &Project,
    changes: Option<&ChangeLog>,
) -> Vec<Library> {
    let mut found: BTreeMap<NodeId, (Library, Arc<str>)> = BTreeMap::new();
    let linked = graph.edges().iter();
    for edge in linked.filter(|edge| edge.kind == EdgeKind::SharedLibrary) {
        let (user, package) = (graph.node(edge.from), graph.node(edge.to));
        let (library, _) = found.entry(package.id.clone()).or_insert_with(|| {
            let name = package.name.clone();
            let dir = package.path.clone().unwrap_or_default();
            (
                Library {
                    name,
                    ..Library::default()
                },
                dir,
            )
        });
        library.users.insert(user.name.clone());
        library.locations.extend(graph.places(edge));
    }
    for (library, dir) in found.values_mut().filter(|(_, dir)| !dir.is_empty()) {
        if let Some(log) = changes {
            count(library, dir, project, log);
        }
    }
    found.into_values().map(|(library, _)| library).collect()
}

/// Counts the change sets of people that touch the library, and which of its users they touch as
/// well. Large commits are left out: they touch everything and prove nothing.
fn count(library: &mut Library, dir: &str, project: &Project, log: &ChangeLog) {
    let user_of = |path: &Arc<str>| {
        let of = |service: &&crate::model::Service| {
            let mut dirs = service.dirs.iter().filter(|dir| !dir.is_empty());
            library.users.contains(service.name.as_str()) && dirs.any(|dir| is_within(path, dir))
        };
        let user = project.services.iter().find(of)?;
        Some(Arc::<str>::from(user.name.as_str()))
    };
    let users: IndexVec<PathId, Option<Arc<str>>> = log.paths.iter().map(user_of).collect();
    let inside: IndexVec<PathId, bool> =
        log.paths.iter().map(|path| is_within(path, dir)).collect();
    let counts = |commit: &&Commit| {
        let program = log.bots.binary_search(&commit.author).is_ok();
        let touches = |file: &PathId| inside[*file];
        !program && commit.touched <= MOST_FILES && commit.files.iter().any(touches)
    };
    let mut changes = 0;
    for commit in log.commits.iter().filter(counts) {
        changes += 1;
        let touched = commit.files.iter().filter_map(|file| users[*file].clone());
        let touched: BTreeSet<Arc<str>> = touched.collect();
        if !touched.is_empty() {
            *library.bumps.entry(touched).or_default() += 1;
        }
    }
    library.changes = Some(changes);
}
