//! Workers: programs that work off the tasks which others queue that run the same code.
//!
//! In: what commands start, calls of code. Out: sides of a topic that stands for the queue.
//! Invariant: worker and queuer run the same code, and code outside of the file of the tasks queues some.
//! Never: a worker that queues for itself.

use std::collections::BTreeSet;

use crate::model::names::{folder, tail};
use crate::model::{Location, stacks};

use super::code::CodeFile;
use super::directory::Index;
use super::effect::Side;
use super::material::Material;

/// Adds to `add` who queues tasks and who works them off.
pub(super) fn tasks(material: &Material<'_>, add: &mut dyn FnMut(Side, Index, String, Location)) {
    named(material, add);
    for worker in material.calling() {
        for setting in &material.settings[worker] {
            let Some(library) = (setting.key == stacks::WORKS).then_some(&setting.value) else {
                continue;
            };
            let queuers = queuers(material, worker, library);
            if queuers.is_empty() {
                continue;
            }
            let name = &material.directory.service(worker).name;
            let topic = format!("{library}.{name}");
            add(
                Side::Subscribe,
                worker,
                topic.clone(),
                setting.location.clone(),
            );
            for (service, at) in queuers {
                add(Side::Publish, service, topic.clone(), at);
            }
        }
    }
}

/// The services with the code of a worker that queue tasks of the library, each with a place.
fn queuers(material: &Material<'_>, worker: Index, library: &str) -> Vec<(Index, Location)> {
    let Some(known) = material.knowledge.messaging.workers_of.get(library) else {
        return Vec::new();
    };
    let twins = &material.twins[worker];
    let runs = |file: &&CodeFile| {
        let owner = file.service;
        owner.is_some_and(|owner| owner == worker || twins.contains(&owner))
    };
    let place = |file: &CodeFile| {
        let mut queued = file.tasks.queued.iter();
        let (_, at) = queued.find(|(name, _)| known.calls.has(name))?;
        Some(Location::new(file.path.clone(), *at))
    };
    let outside = |file: &&CodeFile| file.tasks.defined.is_empty();
    let mut code = material.code.iter().filter(runs).filter(outside);
    let queued = code.find_map(place);
    let told = |service: Index, key: &str| {
        let mut settings = material.settings[service].iter();
        settings.find(|setting| setting.key == key).cloned()
    };
    let others = twins.iter().filter(|twin| material.calls(**twin));
    let queuer = |twin: &Index| {
        let by_time = told(*twin, stacks::SCHEDULES).map(|setting| setting.location);
        let works = told(*twin, stacks::WORKS).is_some();
        let at = by_time.or_else(|| queued.clone().filter(|_| !works))?;
        Some((*twin, at))
    };
    others.filter_map(queuer).collect()
}

/// Tasks that other code queues by their name, which is that of the function behind that of its module.
fn named(material: &Material<'_>, add: &mut dyn FnMut(Side, Index, String, Location)) {
    for (service, file) in material.callers() {
        for (function, at) in &file.tasks.defined {
            for module in modules(&file.path) {
                let at = Location::new(file.path.clone(), *at);
                add(Side::Subscribe, service, format!("{module}.{function}"), at);
            }
        }
    }
}

/// The names that a file may have as a module, from the shortest: `tasks`, `app.tasks`, … of `orders/app/tasks.py`.
fn modules(path: &str) -> BTreeSet<String> {
    let stem = |name: &str| {
        name.rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned()
    };
    let mut name = stem(tail(path));
    let mut found = BTreeSet::from([name.clone()]);
    let mut above = folder(path);
    while !above.is_empty() && found.len() < 8 {
        name = format!("{}.{name}", tail(above));
        found.insert(name.clone());
        above = folder(above);
    }
    found
}
