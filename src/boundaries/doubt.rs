//! What speaks against a proposal: so much that nobody would make it, or something to know.
//!
//! In: a ranked set, or the list of proposals. Out: [`Objections`].
//! Invariant: only what nobody would extract is withheld from people, never from the list.
//! Never: objects to what a person pinned.

use std::collections::{BTreeMap, BTreeSet};

use super::base::groups::SPLIT;
use super::base::input::{Input, Intent, Options};
use super::base::record::Boundary;
use super::base::sets::FileSet;
use super::base::universe::{Universe, largest};
use super::base::view::View;
use super::base::words::{self, singular};
use super::ranking::rank::Ranked;
use super::views::Folders;
use crate::graph::{NodeIndex, Vertex};
use crate::model::Level;

/// Fewest files of a service that carries no load worth mentioning, and of a library.
const FEWEST: (usize, usize) = (5, 4);
/// Least share of the ties of a service that stay inside.
const COHESION: f64 = 0.25;
/// The same of a library that no folder holds.
const LOOSE: f64 = 0.1;
/// Files from which a set may be a service that neither answers requests nor keeps data.
const MODEST: usize = 10;
/// Share of the ties inside from which a layer stands on its own.
const APART: f64 = 0.6;
/// Share of all files from which a set is no part of the program, unless it is as much like a folder.
const SCATTERED: (f64, f64) = (0.25, 0.6);
/// Least share of the time spent that makes any set worth a look.
const LOAD: f64 = 0.2;
/// Share of the files in one layer from which a set is that layer.
const LAYER: f64 = 0.8;
/// Files that declare routes from which the requests that are answered count as known.
const ROUTED: usize = 4;
/// Share of all files from which a set is no part of the program any more.
const WHOLE: f64 = 0.4;
/// Likeness with a service that is there already from which a set is that one.
const SAME: f64 = 0.8;
/// Share of a set that lies in an earlier one from which it says nothing new.
const INSIDE: f64 = 0.95;

/// What speaks against a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Objections {
    /// Why nobody would extract it.
    pub(super) absurd: Vec<String>,
    /// What to know before doing it.
    pub(super) concerns: Vec<String>,
}

/// What speaks against one set; `crossing`: dependencies across its border.
pub(super) fn objections(
    input: &Input<'_>,
    universe: &Universe,
    ranked: &Ranked,
    crossing: usize,
    load_share: Option<f64>,
    options: &Options,
) -> Objections {
    if ranked.is_of_a_person() {
        return Objections::default();
    }
    let loaded = load_share.is_some_and(|share| share >= LOAD);
    let shape = &ranked.shape;
    let share = ranked.set.len() as f64 / universe.len().max(1) as f64;
    let alone = (crossing == 0)
        .then(|| "nothing of it uses the rest, or is used by it: it is apart already".to_owned());
    let whole = ranked.set.len() as f64 / universe.files_of_all.max(1) as f64;
    let most = (whole > WHOLE).then(|| {
        format!(
            "{:.0} % of all files: the rest would be the part",
            whole * 100.0
        )
    });
    let untied = (shape.cohesion <= 0.0).then(|| "nothing ties its files together".to_owned());
    let scattered = (share > SCATTERED.0 && shape.place < SCATTERED.1).then(|| {
        format!(
            "{:.0} % of all files, under no folder of their own",
            share * 100.0
        )
    });
    let of_any = [alone, most];
    let (absurd, concerns) = match options.intent {
        Intent::Library => (Vec::new(), as_library(universe, ranked)),
        Intent::Service => as_service(input, universe, ranked, loaded),
    };
    Objections {
        absurd: of_any.into_iter().chain(absurd).flatten().collect(),
        concerns: [untied, scattered]
            .into_iter()
            .chain(concerns)
            .flatten()
            .collect(),
    }
}

/// Why the set is no library: few files, a package that is small already, or too few ties inside
/// without a folder that holds it.
fn as_library(universe: &Universe, ranked: &Ranked) -> Vec<Option<String>> {
    let (files, all) = (ranked.set.len(), universe.len());
    let is_split = universe.packages_of_all > 1 && all < SPLIT.0;
    let is_loose = ranked.shape.cohesion < LOOSE && ranked.shape.place < SCATTERED.1;
    vec![
        (files < FEWEST.1).then(|| format!("{files} files: small for a package of its own")),
        is_split.then(|| format!("its package has {all} files: split up enough")),
        is_loose.then(|| crossing_share(ranked)),
    ]
}

/// Why the set is no service, and what to know before making it one.
fn as_service(
    input: &Input<'_>,
    universe: &Universe,
    ranked: &Ranked,
    loaded: bool,
) -> (Vec<Option<String>>, Vec<Option<String>>) {
    let (files, cohesion) = (ranked.set.len(), ranked.shape.cohesion);
    let layer = (cohesion < APART)
        .then(|| layer(universe, ranked))
        .flatten();
    let layer = layer.map(|name| {
        format!("a layer ({name}): every feature that passes through it would be split")
    });
    let small = (files < FEWEST.0 && !loaded)
        .then(|| format!("{files} files: small for a service of its own"));
    // Where there are several services, the others show what one is.
    let of_several = universe.len() * 2 < universe.files_of_all;
    let absurd = vec![
        small.clone().filter(|_| of_several),
        ranked.against.clone(),
        layer,
        start(universe, ranked),
        deployed(input, universe, ranked),
        unnamed(universe, ranked),
        idle(universe, ranked, loaded),
        modest(universe, ranked, loaded),
    ];
    let concerns = vec![
        small.filter(|_| !of_several),
        (cohesion < COHESION && !loaded).then(|| crossing_share(ranked)),
        answering(universe, ranked),
    ];
    (absurd, concerns)
}

/// That all its name tells is a layer: nobody could say what the service is about.
fn unnamed(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let layer = &universe.knowledge.words.layer;
    let name = ranked.name.as_deref().unwrap_or_default();
    let tells = |word: &String| word.len() > 2 && !layer.has(&singular(word));
    let is_domain = ranked.source == View::Domains.name();
    (!is_domain && !words::in_order(name).iter().any(tells))
        .then(|| "no one word tells what it is about".to_owned())
}

/// That the set is a service already.
fn deployed(input: &Input<'_>, universe: &Universe, ranked: &Ranked) -> Option<String> {
    let mut services: BTreeMap<NodeIndex, Vec<Vertex>> = BTreeMap::new();
    for (at, &file) in (0..).map(Vertex::new).zip(&universe.files) {
        if let Some(service) = input.graph.ancestor(file, Level::Service) {
            services.entry(service).or_default().push(at);
        }
    }
    let is_same = |files: &Vec<Vertex>| {
        files.len() < universe.len()
            && files
                .iter()
                .copied()
                .collect::<FileSet>()
                .jaccard(&ranked.set)
                >= SAME
    };
    let same = services.iter().find(|(_, files)| is_same(files))?;
    let name = &input.graph.node(*same.0).name;
    Some(format!("a service already ({name})"))
}

/// That the set is where programs start: it lies in folders of commands, and nothing uses it.
fn start(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let commands = &universe.knowledge.folders.commands;
    let is_command = |file: &Vertex| {
        let mut parts = universe.paths[file.index()].split('/');
        parts.any(|part| commands.has(part))
    };
    let commands = ranked.set.iter().filter(is_command).count();
    let most = commands as f64 >= LAYER * ranked.set.len() as f64;
    (most && !crosses(universe, ranked, |file| universe.digraph.predecessors(file)))
        .then(|| "commands that start the program: nothing uses them".to_owned())
}

/// Whether one of the files next to those of the set lies outside of it.
fn crosses<'u>(
    universe: &'u Universe,
    ranked: &Ranked,
    next: impl Fn(Vertex) -> &'u [Vertex],
) -> bool {
    let inside = ranked.set.flags(universe.len());
    let mut files = ranked.set.iter();
    files.any(|file| next(file).iter().any(|&other| !inside[other.index()]))
}

/// That the set is a program of its own: it answers nothing although others do, and nothing uses it.
fn idle(universe: &Universe, ranked: &Ranked, loaded: bool) -> Option<String> {
    let declares = |file: &Vertex| universe.routes.contains_key(file);
    let is_used = || crosses(universe, ranked, |file| universe.ties.predecessors(file));
    let idle = universe.routes.len() >= ROUTED
        && !loaded
        && ranked.source != View::Domains.name()
        && !ranked.set.iter().any(|file| declares(&file))
        && !is_used();
    idle.then(|| {
        "it answers no request, and nothing uses it: a program of its own already, or its start"
            .to_owned()
    })
}

/// That the set is a handful of files which answer nothing and keep nothing, where it is known who does.
fn modest(universe: &Universe, ranked: &Ranked, loaded: bool) -> Option<String> {
    let files = ranked.set.len();
    let known = !universe.routes.is_empty() || !universe.entities.is_empty();
    let inside = ranked.set.flags(universe.len());
    let answers = || universe.routes.keys().any(|file| inside[file.index()]);
    let keeps = || {
        let mut stored = universe.entities.iter().flat_map(FileSet::iter);
        stored.any(|file| inside[file.index()])
    };
    (files < MODEST && known && !loaded && !answers() && !keeps()).then(|| {
        format!("{files} files that answer no request and keep no data: too little for a service")
    })
}

/// What the requests that the set answers make harder, where any are known.
fn answering(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let all = universe.routes.len();
    let declares = |file: &Vertex| universe.routes.contains_key(file);
    let own = ranked.set.iter().filter(declares).count();
    let most = all >= ROUTED && own as f64 > LAYER * all as f64;
    most.then(|| "it answers nearly all requests: little remains".to_owned())
}

/// How much of its ties the set shares with the rest, as a reason.
fn crossing_share(ranked: &Ranked) -> String {
    let crossing = 100.0 * (1.0 - ranked.shape.cohesion);
    format!("{crossing:.0} % of its dependencies cross the border")
}

/// The layers that the set is: it lies in them, by the first folder below the trunk, and holds most of them.
fn layer(universe: &Universe, ranked: &Ranked) -> Option<String> {
    let folders = Folders::of(universe).all;
    let most = largest(universe);
    let is_trunk = |folder: &str| folders.get(folder).is_none_or(|files| files.len() > most);
    let part = |file: Vertex| -> Option<&str> {
        let path = &*universe.paths[file.index()];
        let ends = path.match_indices('/').map(|(end, _)| end);
        ends.map(|end| &path[..end])
            .find(|folder| !is_trunk(folder))
    };
    let words = &universe.knowledge.words.layer;
    let of_layer = |folder: &&str| words.has(&singular(&last(folder).to_lowercase()));
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

/// Withholds what lies in an earlier proposal that is shown.
pub(super) fn inside(proposals: &mut [Boundary]) {
    for at in 0..proposals.len() {
        let (earlier, own) = proposals.split_at_mut(at);
        let own = &mut own[0];
        if own.source == crate::boundaries::ranking::rank::PINNED {
            continue;
        }
        let holds = |other: &&Boundary| {
            let both = own
                .members
                .iter()
                .filter(|path| other.members.binary_search(path).is_ok());
            other.doubts.is_empty() && both.count() as f64 >= INSIDE * own.members.len() as f64
        };
        if let Some(name) = earlier.iter().find(holds).map(|other| other.name.clone()) {
            own.doubts.push(format!("a part of {name}"));
        }
    }
}
