//! What a cut takes: its layers, its tables, what crosses the border by kind, the requests that it answers.
//!
//! In: [`Input`], [`Universe`], a set. Out: [`Takes`].
//! Invariant: each dependency across the border is counted in one group; lists are sorted, the most telling first.
//! Never: an entity, a type or a constant as an entry point.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::input::Input;
use super::base::never::Browser;
use super::base::paths::stem;
use super::base::record::{Group, OwnTable, Takes};
use super::base::sets::FileSet;
use super::base::universe::Universe;
use super::base::words::{self, singular};
use super::cost::crossing_edges;
use crate::boundaries::base::universe::Layer;
use crate::graph::Vertex;
use crate::knowledge::List;
use crate::model::{EdgeKind, FileRole};

/// Names that a group shows.
const NAMED: usize = 4;
/// Routes that are listed.
const ROUTES: usize = 1_000;

/// The layer of each file of a universe.
pub(super) fn layers<'u>(input: &Input<'_>, universe: &'u Universe) -> &'u [Layer] {
    universe
        .layers
        .get_or_init(|| found_layers(input, universe))
}

/// The layer of each file. A declared route decides first; then the last three words of the file
/// name, where types go before data: `OrderDto` beside an entity is a type. An import of a
/// framework that answers counts only where no route is known.
fn found_layers(input: &Input<'_>, universe: &Universe) -> Vec<Layer> {
    let answering: BTreeSet<&str> = super::serving::answering(input);
    // In some frameworks every file imports what answers; where routes are known, they tell the files apart.
    let blind = universe.routes.is_empty();
    let storing: BTreeSet<Vertex> = universe.entities.iter().flat_map(FileSet::iter).collect();
    let known = &universe.knowledge.words;
    let layer = |(at, path): (Vertex, &Arc<str>)| {
        let named = words::in_order(stem(path));
        let last = named.iter().rev().take(3).map(|word| singular(word));
        let has = |list: &List| last.clone().any(|word| list.has(&word));
        if universe.routes.contains_key(&at) || blind && answering.contains(&**path) {
            Layer::Routes
        } else if has(&known.types) {
            Layer::Types
        } else if storing.contains(&at) || has(&known.data) {
            Layer::Data
        } else if has(&known.routes) {
            Layer::Routes
        } else {
            Layer::Logic
        }
    };
    (0..)
        .map(Vertex::new)
        .zip(&universe.paths)
        .map(layer)
        .collect()
}

/// What a set takes along and leaves open; `name`: the word that its screens bear.
pub(super) fn takes(
    input: &Input<'_>,
    universe: &Universe,
    set: &FileSet,
    layers: &[Layer],
    name: &str,
) -> Takes {
    let inside = set.flags(universe.len());
    let mut files: BTreeMap<Layer, u64> = BTreeMap::new();
    for file in set.iter() {
        *files.entry(layers[file.index()]).or_default() += 1;
    }
    Takes {
        layers: files
            .into_iter()
            .map(|(layer, files)| (layer.name().to_owned(), files))
            .collect(),
        screens: screens(input, universe, name),
        routes: routes(input, universe, &inside),
        tables: tables(input, universe, &inside),
        crossing: crossing(input, universe, &inside, layers),
    }
}

/// Pages and scripts of a browser that bear the name of the set.
fn screens(input: &Input<'_>, universe: &Universe, name: &str) -> u64 {
    let counts = universe.screens.get_or_init(|| {
        let browser = Browser::of(input.project);
        let files = input.project.files.iter();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for file in files.filter(|file| file.role == FileRole::Source && browser.runs(&file.path)) {
            let named = words::in_order(&file.path);
            let named: BTreeSet<String> = named.iter().map(|word| singular(word)).collect();
            named
                .into_iter()
                .for_each(|word| *counts.entry(word).or_default() += 1);
        }
        counts
    });
    counts.get(&singular(name)).copied().unwrap_or_default()
}

/// The requests that the set answers.
fn routes(input: &Input<'_>, universe: &Universe, inside: &[bool]) -> Vec<String> {
    let own = input.routes.iter().filter(|route| {
        let at = universe.paths.binary_search(&route.location.path);
        !route.prefix && at.is_ok_and(|at| inside[at])
    });
    let texts: BTreeSet<String> = own
        .map(|route| format!("{} {}", route.method, route.path).trim().to_owned())
        .collect();
    texts.into_iter().take(ROUTES).collect()
}

/// The tables that files of the set use, with who else does.
fn tables(input: &Input<'_>, universe: &Universe, inside: &[bool]) -> Vec<OwnTable> {
    let mut users: BTreeMap<&str, (bool, BTreeSet<Arc<str>>)> = BTreeMap::new();
    for table in input.tables {
        let Ok(at) = universe.paths.binary_search(&table.location.path) else {
            continue;
        };
        let entry = users.entry(&table.table).or_default();
        if inside[at] {
            entry.0 = true;
        } else {
            entry.1.insert(table.location.path.clone());
        }
    }
    let own = users.into_iter().filter(|(_, (own, _))| *own);
    own.map(|(table, (_, others))| OwnTable {
        table: table.to_owned(),
        others: others.into_iter().collect(),
    })
    .collect()
}

/// The dependencies across the border by what they are: types that both sides know, data that is
/// read or joined, calls.
fn crossing(
    input: &Input<'_>,
    universe: &Universe,
    inside: &[bool],
    layers: &[Layer],
) -> Vec<Group> {
    let mut pairs: [BTreeSet<(Vertex, Vertex)>; 3] = Default::default();
    let mut sites = [0u64; 3];
    let mut names: [BTreeMap<Arc<str>, u64>; 3] = Default::default();
    for (from, to, edge) in crossing_edges(input, universe, inside) {
        let group = match layers[to.index()] {
            Layer::Types => 0,
            Layer::Data => 1,
            Layer::Logic | Layer::Routes => 2,
        };
        pairs[group].insert((from, to));
        if matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport) {
            continue;
        }
        sites[group] += edge.weight;
        for symbol in &edge.symbols {
            *names[group].entry(symbol.name.clone()).or_default() += u64::from(symbol.count);
        }
    }
    let kinds = ["types", "data", "calls"];
    let group = |((kind, pairs), (sites, names)): (
        (&str, BTreeSet<(Vertex, Vertex)>),
        (u64, BTreeMap<Arc<str>, u64>),
    )| {
        let distinct = names.len() as u64;
        let mut names: Vec<(Arc<str>, u64)> = names.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Group {
            kind: kind.to_owned(),
            edges: pairs.len() as u64,
            call_sites: sites,
            symbols: distinct,
            names: names
                .into_iter()
                .take(NAMED)
                .map(|(name, _)| name)
                .collect(),
        }
    };
    let groups = kinds
        .into_iter()
        .zip(pairs)
        .zip(sites.into_iter().zip(names))
        .map(group);
    groups.filter(|group| group.edges > 0).collect()
}
