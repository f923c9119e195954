//! Sets that the services of a system know already: one of these, parts of several, or what several share.
//!
//! In: a set of files, which service each belongs to. Out: why the set is withheld.
//! Invariant: files of no service, such as shared contracts, speak for nothing beside others.
//! Never: a set inside of one service, which is what may be extracted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::input::Input;
use super::base::sets::FileSet;
use super::base::universe::Universe;
use crate::model::{FileRole, ServiceId};

/// Share of the files of a service from which a set is that service.
const MOST: f64 = 0.6;
/// Share of the owned files of a set from which it lies in one service.
const INSIDE: f64 = 0.75;

/// Why a set is no service to cut out where several have code: it is one, it takes from several, or several share it.
pub(super) fn known(input: &Input<'_>, universe: &Universe, set: &FileSet) -> Option<String> {
    let service = |path: &Arc<str>| input.project.source(input.project.file(path)?).service;
    let reason = reason(input, universe, set, &service)?;
    // Looked at last: in one program all of whose files have one owner it takes them all.
    let mut owners = universe.paths.iter().filter_map(service);
    let first = owners.next()?;
    owners.any(|other| other != first).then_some(reason)
}

/// What speaks against the set, from the services of its files. Without an owned file its users
/// decide; else it is a service if it holds most of one, and a mix if no service owns most of it.
/// `None` for a set that lies inside of one service, which may be extracted from it.
fn reason(
    input: &Input<'_>,
    universe: &Universe,
    set: &FileSet,
    service: &dyn Fn(&Arc<str>) -> Option<ServiceId>,
) -> Option<String> {
    let project = input.project;
    let mut own: BTreeMap<ServiceId, usize> = BTreeMap::new();
    let members = set.members().iter();
    for id in members.filter_map(|file| service(&universe.paths[file.index()])) {
        *own.entry(id).or_default() += 1;
    }
    let called = |ids: &BTreeSet<ServiceId>| {
        let names = ids.iter().map(|id| &*project.services[id.index()].name);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.truncate(3);
        names.join(", ")
    };
    if own.is_empty() {
        let users = set.members().iter();
        let users = users.flat_map(|file| universe.digraph.predecessors(*file));
        let users = users.filter_map(|file| service(&universe.paths[file.index()]));
        let users: BTreeSet<ServiceId> = users.collect();
        return (users.len() > 1).then(|| format!("several services share it: {}", called(&users)));
    }
    let all: usize = own.values().sum();
    let (most, count) = own.iter().max_by_key(|(_, count)| **count)?;
    let of_service = project.files.iter().filter(|file| {
        file.service == Some(*most) && file.role == FileRole::Source && file.language.is_some()
    });
    let name = &project.services[most.index()].name;
    if *count as f64 >= MOST * of_service.count() as f64 {
        return Some(format!("it is a service already: {name}"));
    }
    ((*count as f64) < INSIDE * all as f64).then(|| {
        let ids = own.keys().copied().collect();
        format!("its files belong to several services: {}", called(&ids))
    })
}
