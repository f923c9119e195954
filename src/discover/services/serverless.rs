//! Services that a provider runs function by function, one for what is deployed in one piece.
//!
//! In: the files of the tree. Out: candidates, one per template, with what its functions are given and listen to.
//! Invariant: what a template refers to in another one stands in its settings as the address of that one.
//! Never: who may call whom; the permissions of a template are no calls.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::stacks::{self, Stack, World};
use crate::knowledge::Serverless;
use crate::model::names::{self, folder, tail, within};
use crate::model::{Location, Position};
use crate::source::{ReadText, yaml::Item};

/// The services of all templates among `paths` (sorted).
pub(super) fn read(
    known: &Serverless,
    paths: &[&str],
    folders: &Folders,
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let own: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| !folders.is_auxiliary(path))
        .collect();
    let all = stacks::read(known, &own, text);
    let world = World::new(known, &all);
    let names = names_of(&all, folders);
    let candidates = (0..all.len()).filter(|at| is_service(known, &all[*at]));
    candidates
        .flat_map(|at| candidate(&world, at, &names[at], folders))
        .collect()
}

/// Whether a template runs something: functions, or an entrance to others. A template of tables
/// alone does not.
fn is_service(known: &Serverless, stack: &Stack) -> bool {
    let fronts = |item: &Item| known.fronts.has(item.text_of("Type").unwrap_or_default());
    !stack.functions.is_empty() || stack.resources.values().any(fronts)
}

/// What every template is called: its folder, where it is the only one there; else the only folder of its code, or its
/// file.
fn names_of(all: &[Stack], folders: &Folders) -> Vec<String> {
    let name = |stack: &Stack| {
        let dir = stack.dir();
        let alone = all.iter().filter(|other| other.dir() == dir).count() == 1;
        let telling = !dir.is_empty() && !names::is_generic(tail(dir));
        let coded = code(stack, folders).into_iter();
        let coded: Vec<String> = coded.filter(|dir| !names::is_generic(tail(dir))).collect();
        let file = stack.path.rsplit('/').next().unwrap_or_default();
        let file = file.split('.').next().unwrap_or_default();
        let file = file
            .trim_end_matches("-template")
            .trim_end_matches("-stack");
        match () {
            () if !stack.name.is_empty() => stack.name.clone(),
            () if coded.len() == 1 && coded[0] != dir => tail(&coded[0]).to_owned(),
            () if alone && telling => tail(dir).to_owned(),
            () if matches!(file, "template" | "serverless" | "cdk") => tail(folder(dir)).to_owned(),
            () => file.to_owned(),
        }
    };
    all.iter().map(name).collect()
}

/// The mentions of one template: the first with everything that it says, one more per further folder of code.
fn candidate(world: &World<'_>, at: usize, name: &str, folders: &Folders) -> Vec<Candidate> {
    let stack = &world.stacks[at];
    let place = Location::new(stack.path.as_str(), Position::new(1, 1));
    let mut found = Candidate::new(Origin::Stack, name, place);
    found.hosts.insert(stack.host());
    let folder_name = tail(stack.dir());
    if !folder_name.is_empty() && !names::is_generic(folder_name) {
        found.aliases.insert(folder_name.to_owned());
    }
    if stack.functions.is_empty() {
        found.hints.insert("function-front".to_owned());
    }
    found.settings = world.settings(at);
    let mut dirs = code(stack, folders).into_iter();
    found.dir = dirs.next().or_else(|| Some(stack.dir().to_owned()));
    let more = |dir: String| {
        let further = Candidate::new(Origin::Stack, name, found.location.clone());
        further.in_dir(dir)
    };
    let rest: Vec<Candidate> = dirs.map(more).collect();
    std::iter::once(found).chain(rest).collect()
}

/// The folders of the code of a template: its own where all of it lies there.
fn code(stack: &Stack, folders: &Folders) -> BTreeSet<String> {
    let named = stack.functions.iter().filter_map(|f| f.code.as_deref());
    let inside = named.filter_map(|code| names::join(stack.dir(), code));
    let dirs = inside.filter_map(|path| {
        let around = [path.clone(), folder(&path).to_owned()];
        around.into_iter().find(|dir| folders.has_code(dir))
    });
    let dirs: BTreeSet<String> = dirs.collect();
    let own = stack.dir();
    if dirs.iter().all(|dir| within(dir, own)) {
        return BTreeSet::from([own.to_owned()]);
    }
    let outer = |dir: &&String| !dirs.iter().any(|other| other != *dir && within(dir, other));
    let found: BTreeSet<String> = dirs.iter().filter(outer).cloned().collect();
    if found.contains("") {
        let inner = dirs.into_iter().filter(|dir| !dir.is_empty()).collect();
        return inner;
    }
    found
}

#[cfg(test)]
mod tests;
