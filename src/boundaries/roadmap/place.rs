//! Puts every file into a domain, into the shared kernel, or leaves it.
//!
//! In: [`Universe`], domains. Out: a [`Place`] per file.
//! Invariant: what its words tell goes before what its ties tell; every round reads the round before only.
//! Never: moves a file that has a place.

use std::collections::{BTreeMap, BTreeSet};

use super::super::choose::SAME;
use super::super::domains::{self, Standing};
use super::super::sets::FileSet;
use super::super::universe::Universe;
use super::super::{Input, Options};
use super::joined;

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
    /// How many files each of them had by their words.
    pub(super) named: Vec<usize>,
    pub(super) of: Vec<Place>,
}

/// The places of all files of all programs.
pub(super) fn place(input: &Input<'_>, options: &Options) -> Placed {
    let groups = super::super::universes(input, options);
    let universe = joined(input, groups.clone());
    let mut found: Vec<(String, FileSet, Standing)> = pinned(&universe, options);
    if let [_] = groups.as_slice() {
        found.extend(by_words(&universe, &universe, options));
    } else {
        for files in groups {
            let part = Universe::of(input, files);
            found.extend(by_words(&part, &universe, options));
        }
    }
    let mut of: Vec<Option<Place>> = vec![None; universe.len()];
    let (mut names, mut named) = (Vec::new(), Vec::new());
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    for (name, set, standing) in found {
        let place = match standing {
            Standing::Domain => Place::Domain(names.len() as u32),
            Standing::Kernel => Place::Kernel,
            Standing::Root(_) => Place::Stays,
        };
        let open = set.iter().filter(|&file| of[file as usize].is_none());
        let open: Vec<u32> = open.collect();
        open.iter()
            .for_each(|&file| of[file as usize] = Some(place));
        if standing == Standing::Domain {
            names.push(unused(name, &names));
            named.push(open.len());
        }
    }
    spread(&universe, &mut of);
    let of = of.into_iter().map(|place| place.unwrap_or(Place::Stays));
    Placed {
        of: of.collect(),
        universe,
        names,
        named,
    }
}

/// The sets that a person pinned, which are domains whatever they look like.
fn pinned(universe: &Universe, options: &Options) -> Vec<(String, FileSet, Standing)> {
    let named = universe.named(&options.pinned).into_iter();
    named
        .map(|(name, set)| (name, set, Standing::Domain))
        .collect()
}

/// The domains of one program by their words, as files of all programs; less what is pinned or rejected.
fn by_words(
    part: &Universe,
    all: &Universe,
    options: &Options,
) -> Vec<(String, FileSet, Standing)> {
    let pinned = pinned(part, options).into_iter();
    let pinned: BTreeSet<u32> = pinned
        .flat_map(|(_, set, _)| set.members().to_vec())
        .collect();
    let rejected = part.named(&options.rejected);
    let is_rejected = |set: &FileSet| rejected.iter().any(|(_, no)| no.jaccard(set) >= SAME);
    let found = domains::standing(part).into_iter();
    let kept = found.filter(|(slice, _)| !is_rejected(&slice.set));
    kept.map(|(slice, standing)| {
        let free = slice.set.iter().filter(|file| !pinned.contains(file));
        let set = free.filter_map(|file| all.position(part.files[file as usize]));
        (slice.name, set.collect(), standing)
    })
    .collect()
}

/// `name`, or the first of `name 2`, `name 3`, … that no domain bears.
fn unused(name: String, names: &[String]) -> String {
    let is_free = |name: &String| !names.contains(name);
    let numbered = (2..).map(|number: u32| format!("{name} {number}"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(is_free).unwrap_or(name)
}

/// Lets files without a place follow their ties until nothing changes.
fn spread(universe: &Universe, of: &mut [Option<Place>]) {
    for _ in 0..ROUNDS {
        let open = (0..universe.len() as u32).filter(|&file| of[file as usize].is_none());
        let found: Vec<(u32, Place)> = open
            .filter_map(|file| Some((file, follow(universe, of, file)?)))
            .collect();
        if found.is_empty() {
            return;
        }
        for (file, place) in found {
            of[file as usize] = Some(place);
        }
    }
}

/// The domain that most ties lead to; the kernel for what several domains, or the kernel, use.
fn follow(universe: &Universe, of: &[Option<Place>], file: u32) -> Option<Place> {
    let (uses, users) = (
        universe.ties.successors(file),
        universe.ties.predecessors(file),
    );
    let domain = |&file: &u32| match of[file as usize] {
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
    let using: BTreeSet<u32> = users.iter().filter_map(domain).collect();
    let of_kernel = |user: &u32| of[*user as usize] == Some(Place::Kernel);
    let shared = using.len() >= USERS || users.iter().any(of_kernel);
    shared.then_some(Place::Kernel)
}
