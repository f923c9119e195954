//! What a maintainer would object to at once.
//!
//! In: a ranked set, or the list of proposals. Out: sentences.
//! Invariant: a doubt keeps a proposal off the pages that people read, never out of the list.
//! Never: doubts what a person pinned.

use std::collections::BTreeSet;

use super::rank::Ranked;
use super::record::Boundary;
use super::universe::Universe;
use super::views::{Folders, largest};
use super::{Intent, Options, SPLIT};

/// Fewest files of a service that carries no load worth mentioning, and of a library.
const FEWEST: (usize, usize) = (5, 4);
/// Least share of the ties of a service that stay inside.
const COHESION: f64 = 0.25;
/// The same of a library that no folder holds.
const LOOSE: f64 = 0.1;
/// Share of the ties inside from which a layer stands on its own.
const APART: f64 = 0.6;
/// Share of all files from which a set is no part of the program, unless it is as much like a folder.
const SCATTERED: (f64, f64) = (0.25, 0.6);
/// Least share of the time spent that makes any set worth a look.
const LOAD: f64 = 0.2;
/// Share of the files in one layer from which a set is that layer.
const LAYER: f64 = 0.8;
/// Folders of the commands that start a program.
const COMMANDS: [&str; 5] = ["bin", "cli", "cmd", "commands", "management"];
/// Files that declare routes from which the requests that are answered count as known.
const ROUTED: usize = 4;
/// Share of the first score below which a proposal adds little.
const BEHIND: f64 = 0.2;
/// Proposals that are shown however far they are behind.
const CHOICE: usize = 3;

/// Folders that name what kind of code they hold, not what it is about.
const LAYERS: [&str; 42] = [
    "api",
    "common",
    "components",
    "config",
    "configuration",
    "constants",
    "controller",
    "controllers",
    "dao",
    "database",
    "db",
    "domain",
    "dto",
    "dtos",
    "entities",
    "entity",
    "errors",
    "exceptions",
    "handlers",
    "helper",
    "helpers",
    "hooks",
    "mapper",
    "mappers",
    "model",
    "models",
    "pages",
    "persistence",
    "repositories",
    "repository",
    "resources",
    "rest",
    "schemas",
    "service",
    "services",
    "shared",
    "types",
    "util",
    "utilities",
    "utils",
    "views",
    "web",
];

/// Doubts about one set.
pub(super) fn doubts(
    universe: &Universe,
    ranked: &Ranked,
    load_share: Option<f64>,
    options: &Options,
) -> Vec<String> {
    if ranked.is_of_a_person() {
        return Vec::new();
    }
    let loaded = load_share.is_some_and(|share| share >= LOAD);
    let of_intent = match options.intent {
        Intent::Library => as_library(universe, ranked),
        Intent::Service => as_service(universe, ranked, loaded),
    };
    let shape = &ranked.shape;
    let share = ranked.set.len() as f64 / universe.len().max(1) as f64;
    let untied = (shape.cohesion <= 0.0).then(|| "nothing ties its files together".to_owned());
    let scattered = (share > SCATTERED.0 && shape.place < SCATTERED.1).then(|| {
        format!(
            "{:.0} % of all files, under no folder of their own",
            share * 100.0
        )
    });
    let of_any = untied.into_iter().chain(scattered);
    of_any.chain(of_intent.into_iter().flatten()).collect()
}

fn as_library(universe: &Universe, ranked: &Ranked) -> Vec<Option<String>> {
    let (files, all) = (ranked.set.len(), universe.len());
    let is_split = universe.packages_of_all > 1 && all < SPLIT.0;
    let is_loose = ranked.shape.cohesion < LOOSE && ranked.shape.place < SCATTERED.1;
    vec![
        (files < FEWEST.1).then(|| format!("{files} files: too small for a package of its own")),
        is_split.then(|| format!("its package has {all} files: split up enough")),
        is_loose.then(|| crossing(ranked)),
    ]
}

fn as_service(universe: &Universe, ranked: &Ranked, loaded: bool) -> Vec<Option<String>> {
    let (files, cohesion) = (ranked.set.len(), ranked.shape.cohesion);
    let layer = (cohesion < APART)
        .then(|| layer(universe, ranked))
        .flatten();
    vec![
        (files < FEWEST.0 && !loaded)
            .then(|| format!("{files} files: too small for a service of its own")),
        layer.map(|name| {
            format!("a layer ({name}): every feature that passes through it would be split")
        }),
        (cohesion < COHESION && !loaded).then(|| crossing(ranked)),
        answering(universe, ranked, loaded),
        start(universe, ranked),
    ]
}

/// That the set is where programs start: it lies in folders of commands, and nothing uses it.
fn start(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let is_command = |file: &u32| {
        let mut parts = universe.paths[*file as usize].split('/');
        parts.any(|part| COMMANDS.contains(&part))
    };
    let commands = ranked.set.iter().filter(is_command).count();
    let most = commands as f64 >= LAYER * ranked.set.len() as f64;
    (most && !crosses(universe, ranked, |file| universe.digraph.predecessors(file)))
        .then(|| "commands that start the program: nothing uses them".to_owned())
}

/// Whether one of the files next to those of the set lies outside of it.
fn crosses<'u>(universe: &'u Universe, ranked: &Ranked, next: impl Fn(u32) -> &'u [u32]) -> bool {
    let inside = ranked.set.flags(universe.len());
    let mut files = ranked.set.iter();
    files.any(|file| next(file).iter().any(|&other| !inside[other as usize]))
}

/// What speaks against a service by the requests that the set answers, where any are known.
fn answering(universe: &Universe, ranked: &Ranked, loaded: bool) -> Option<String> {
    let all = universe.routes.len();
    let declares = |file: &u32| universe.routes.contains_key(file);
    let own = ranked.set.iter().filter(declares).count();
    let is_used = || crosses(universe, ranked, |file| universe.digraph.predecessors(file));
    let uses = || crosses(universe, ranked, |file| universe.digraph.successors(file));
    let doubt = if all >= ROUTED && own as f64 > LAYER * all as f64 {
        "it answers nearly all requests: what remains is no service"
    } else if all < ROUTED || own > 0 || loaded {
        return None;
    } else if !is_used() {
        "it answers no request, and nothing uses it: a program of its own already, or its start"
    } else if !uses() {
        "it answers no request, and uses nothing of the rest: a library"
    } else {
        return None;
    };
    Some(doubt.to_owned())
}

fn crossing(ranked: &Ranked) -> String {
    let crossing = 100.0 * (1.0 - ranked.shape.cohesion);
    format!("{crossing:.0} % of its dependencies cross the border")
}

/// The layers that the set is: it lies in them, by the first folder below the trunk, and holds most of them.
fn layer(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let folders = Folders::of(universe).all;
    let most = largest(universe);
    let is_trunk = |folder: &str| folders.get(folder).is_none_or(|files| files.len() > most);
    let part = |file: u32| -> Option<&str> {
        let path = &*universe.paths[file as usize];
        let ends = path.match_indices('/').map(|(end, _)| end);
        ends.map(|end| &path[..end])
            .find(|folder| !is_trunk(folder))
    };
    let of_layer = |folder: &&str| LAYERS.contains(&last(folder).to_lowercase().as_str());
    let inside: Vec<&str> = ranked
        .set
        .iter()
        .filter_map(part)
        .filter(of_layer)
        .collect();
    let layers: BTreeSet<&str> = inside.iter().copied().collect();
    let sizes = layers.iter().filter_map(|folder| folders.get(*folder));
    let whole: usize = sizes.map(|files| files.len()).sum();
    let names: BTreeSet<&str> = layers.iter().map(|folder| last(folder)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let is_in_them = inside.len() as f64 >= LAYER * ranked.set.len() as f64;
    (is_in_them && inside.len() * 2 >= whole).then(|| names.join(", "))
}

/// The name of a folder.
fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Doubts about proposals that add little to those before them that nobody doubts; a choice remains.
pub(super) fn behind(proposals: &mut [Boundary]) {
    let is_found = |proposal: &Boundary| proposal.source != super::rank::PINNED;
    let is_listed = |proposal: &Boundary| is_found(proposal) && proposal.doubts.is_empty();
    let listed = proposals.iter().filter(|it| is_listed(it));
    let first = listed.map(|proposal| proposal.score).fold(0.0, f64::max);
    let mut shown = 0;
    for proposal in proposals.iter_mut().filter(|it| is_found(it)) {
        if proposal.score < BEHIND * first && shown >= CHOICE {
            proposal.doubts.push("far behind the first".to_owned());
        }
        shown += usize::from(proposal.doubts.is_empty());
    }
}
