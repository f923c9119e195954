//! Puts every file into a domain, into the shared kernel, or leaves it.
//!
//! In: [`Universe`], domains. Out: a [`Place`] per file.
//! Invariant: proposals go before words, words before ties; every round reads the round before only.
//! Never: moves a file that has a place.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::joined;
use crate::boundaries::base::input::{Input, Options};
use crate::boundaries::base::record::Boundary;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::boundaries::ranking::choose::SAME;
use crate::boundaries::ranking::domains::{self, Standing};
use crate::graph::Vertex;

/// Share of a file's ties to domains that makes it one's own.
const CLEAR: f64 = 0.6;
/// Domains that use a file of the kernel.
const USERS: usize = 3;
/// Rounds after which files that still follow each other stay.
const ROUNDS: usize = 100;

/// Where a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Into the domain with this number.
    Domain(u32),
    /// Into the shared library.
    Kernel,
    /// Nowhere.
    Stays,
}

/// Files with their places.
pub(super) struct Placed {
    pub(super) universe: Universe,
    /// Names of the domains, sorted.
    pub(super) names: Vec<String>,
    /// How many files each of them had before others followed by their ties.
    pub(super) named: Vec<usize>,
    pub(super) of: Vec<Place>,
}

/// A set of files by its name, with what it is to the others.
type Found = (String, FileSet, Standing);

/// The places of all files of all programs: first the proposals that people see and what they pinned,
/// then the other domains that words tell, then what follows by its ties.
pub(super) fn place(input: &Input<'_>, options: &Options, list: &[Boundary]) -> Placed {
    let groups = super::super::universes(input, options);
    let universe = joined(input, groups.clone()).without(&options.layer_words);
    let mut found = seen(&universe, options, list);
    if let [_] = groups.as_slice() {
        found = with_words(found, &universe, &universe, options);
    } else {
        for files in groups {
            let part = Universe::of(input, files).without(&options.layer_words);
            found = with_words(found, &part, &universe, options);
        }
    }
    let mut of: Vec<Option<Place>> = vec![None; universe.len()];
    let mut domains: Vec<(String, Vec<Vertex>)> = Vec::new();
    let mut taken = vec![false; universe.len()];
    for (name, set, standing) in found {
        let free = set.iter();
        let free = free.filter(|&file| !std::mem::replace(&mut taken[file.index()], true));
        let free: Vec<Vertex> = free.collect();
        match standing {
            Standing::Domain if free.is_empty() => {}
            Standing::Domain => domains.push((unused(name, &domains), free)),
            Standing::Kernel => put(&mut of, &free, Place::Kernel),
            Standing::Root(_) => put(&mut of, &free, Place::Stays),
        }
    }
    domains.sort();
    for (domain, (_, files)) in (0..).zip(&domains) {
        put(&mut of, files, Place::Domain(domain));
    }
    spread(&universe, &mut of);
    let of = of.into_iter().map(|place| place.unwrap_or(Place::Stays));
    Placed {
        of: of.collect(),
        universe,
        named: domains.iter().map(|(_, files)| files.len()).collect(),
        names: domains.into_iter().map(|(name, _)| name).collect(),
    }
}

/// Gives files their place, whatever they had.
fn put(of: &mut [Option<Place>], files: &[Vertex], place: Place) {
    for &file in files {
        of[file.index()] = Some(place);
    }
}

/// The proposals that are planned, then the sets that a person pinned.
fn seen(universe: &Universe, options: &Options, list: &[Boundary]) -> Vec<Found> {
    let proposed = super::ground::planned(list).map(|it| {
        let places = it.members.iter();
        let places = places.filter_map(|path| universe.paths.binary_search(path).ok());
        (it.name.clone(), places.map(Vertex::new).collect())
    });
    let pinned = universe.named(&options.pinned);
    proposed
        .chain(pinned)
        .map(|(name, set)| (name, set, Standing::Domain))
        .collect()
}

/// The same, and the domains of one program by their words that are apart from these and not rejected.
fn with_words(
    mut found: Vec<Found>,
    part: &Universe,
    all: &Universe,
    options: &Options,
) -> Vec<Found> {
    let rejected = all.named(&options.rejected);
    let mut words: Vec<Found> = Vec::new();
    for (slice, standing) in domains::standing(part) {
        let files = slice.set.iter();
        let set: FileSet = files
            .filter_map(|file| all.position(part.files[file.index()]))
            .collect();
        let covered =
            |(_, other, _): &Found| 2 * other.common(&set) >= other.len().min(set.len()).max(1);
        let is_rejected = rejected.iter().any(|(_, no)| no.jaccard(&set) >= SAME);
        if !is_rejected && !found.iter().any(covered) {
            words.push((slice.name, set, standing));
        }
    }
    found.extend(words);
    found
}

/// `name`, or the first of `name 2`, `name 3`, … that no domain bears.
fn unused(name: String, domains: &[(String, Vec<Vertex>)]) -> String {
    let is_free = |name: &String| domains.iter().all(|(other, _)| other != name);
    let numbered = (2..).map(|number: u32| format!("{name} {number}"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(is_free).unwrap_or(name)
}

/// Lets files without a place follow their ties until nothing changes.
fn spread(universe: &Universe, of: &mut [Option<Place>]) {
    for _ in 0..ROUNDS {
        let open = universe
            .vertices()
            .filter(|&file| of[file.index()].is_none());
        let found: Vec<(Vertex, Place)> = open
            .filter_map(|file| Some((file, follow(universe, of, file)?)))
            .collect();
        if found.is_empty() {
            return;
        }
        for (file, place) in found {
            of[file.index()] = Some(place);
        }
    }
}

/// The domain that most ties lead to; the kernel for what several domains use, more than it uses
/// itself (else it puts them together), and for what the kernel rests on.
fn follow(universe: &Universe, of: &[Option<Place>], file: Vertex) -> Option<Place> {
    let (uses, users) = (
        universe.ties.successors(file),
        universe.ties.predecessors(file),
    );
    let domain = |&file: &Vertex| match of[file.index()] {
        Some(Place::Domain(domain)) => Some(domain),
        Some(Place::Kernel | Place::Stays) | None => None,
    };
    let mut ties: BTreeMap<u32, usize> = BTreeMap::new();
    for domain in uses.iter().chain(users).filter_map(domain) {
        *ties.entry(domain).or_default() += 1;
    }
    let all: usize = ties.values().sum();
    let most = ties
        .iter()
        .max_by_key(|(domain, ties)| (**ties, std::cmp::Reverse(**domain)));
    if let Some((&domain, &own)) = most
        && own as f64 >= CLEAR * all as f64
    {
        return Some(Place::Domain(domain));
    }
    let distinct = |files: &[Vertex]| {
        files
            .iter()
            .filter_map(domain)
            .collect::<BTreeSet<u32>>()
            .len()
    };
    let (used, using) = (distinct(uses), distinct(users));
    let of_kernel = |user: &Vertex| of[user.index()] == Some(Place::Kernel);
    let shared = using >= USERS && used < using || used == 0 && users.iter().any(of_kernel);
    shared.then_some(Place::Kernel)
}
