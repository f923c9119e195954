//! Candidates from several views of the same files.
//!
//! In: [`Universe`]. Out: [`Candidate`]s.
//! Invariant: every candidate says which views found it; equal sets are one candidate.
//! Never: judges; that is the rank's part.

mod closures;
mod communities;
mod cuts;
mod directories;
mod seeds;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::sets::FileSet;
use super::universe::Universe;

/// A way to see which files belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Folders, and the module file beside a folder.
    Directories,
    /// Folders as wholes, joined by communities.
    Folders,
    /// Communities of files by references.
    References,
    /// Communities of files by common changes.
    Changes,
    /// Communities of files by recorded calls.
    Calls,
    /// Communities of files by common tables.
    Tables,
    /// Communities of files by words in their paths.
    Words,
    /// Communities of files by references, changes, calls and tables together.
    Mixed,
    /// Sets grown from the files with the most ties as long as less crosses the border.
    Closures,
    /// Sets grown from files that declare routes.
    Routes,
    /// Sets grown from the users of a table, and minimum cuts around them.
    Entities,
    /// Sets grown from the files that the most time is spent in.
    Load,
    /// Minimum cuts around a folder.
    Cuts,
    /// Slices through all layers, by the words of names (services only).
    Domains,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 14] = [
        Self::Directories,
        Self::Folders,
        Self::References,
        Self::Changes,
        Self::Calls,
        Self::Tables,
        Self::Words,
        Self::Mixed,
        Self::Closures,
        Self::Routes,
        Self::Entities,
        Self::Load,
        Self::Cuts,
        Self::Domains,
    ];

    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Directories => "directories",
            Self::Folders => "folders",
            Self::References => "references",
            Self::Changes => "changes",
            Self::Calls => "calls",
            Self::Tables => "tables",
            Self::Words => "words",
            Self::Mixed => "mixed",
            Self::Closures => "closures",
            Self::Routes => "routes",
            Self::Entities => "entities",
            Self::Load => "load",
            Self::Cuts => "cuts",
            Self::Domains => "domains",
        }
    }

    /// The view that it votes with: sets grown over the mixed graph are no opinion of their own.
    pub(crate) const fn ballot(self) -> Self {
        match self {
            Self::Closures | Self::Routes | Self::Entities | Self::Load => Self::Mixed,
            own => own,
        }
    }

    /// The view with the given name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// A set of files that some views hold together.
pub(crate) struct Candidate {
    pub(crate) set: FileSet,
    pub(crate) views: BTreeSet<View>,
}

/// Fewest files of a candidate.
const FEWEST: usize = 3;
/// Largest share of the universe that a candidate may be.
const LARGEST: f64 = 0.6;

/// Most files of a candidate.
pub(crate) fn largest(universe: &Universe) -> usize {
    (LARGEST * universe.len() as f64) as usize
}

/// All candidates that `views` find, sorted by their members.
pub(crate) fn candidates(universe: &Universe, views: &[View]) -> Vec<Candidate> {
    let most = largest(universe);
    let fronts = Folders::of(universe).fronts(universe, most);
    let of_view = |&view: &View| {
        let inner = |set: FileSet| set.iter().filter(|&file| !fronts[file.index()]).collect();
        let fits = |set: &FileSet| (FEWEST..=most).contains(&set.len());
        let sets = sets(universe, view).into_iter().map(inner);
        sets.filter(fits).map(|set| (set, view)).collect::<Vec<_>>()
    };
    let mut found: BTreeMap<FileSet, BTreeSet<View>> = BTreeMap::new();
    for (set, view) in views.par_iter().flat_map_iter(of_view).collect::<Vec<_>>() {
        found.entry(set).or_default().insert(view);
    }
    found
        .into_iter()
        .map(|(set, views)| Candidate { set, views })
        .collect()
}

fn sets(universe: &Universe, view: View) -> Vec<FileSet> {
    match view {
        View::Directories => directories::sets(universe),
        View::Folders => communities::of_folders(universe),
        View::References => communities::of_files(&universe.references),
        View::Changes => communities::of_files(&universe.changes),
        View::Calls => communities::of_files(&universe.calls),
        View::Tables => communities::of_files(&universe.tables),
        View::Words => communities::of_files(&universe.words),
        View::Mixed => communities::of_files(&universe.mixed),
        View::Closures => closures::sets(universe),
        View::Routes => seeds::routes(universe),
        View::Entities => seeds::entities(universe),
        View::Load => seeds::load(universe),
        View::Cuts => cuts::sets(universe),
        // Ranked on their own, before all others.
        View::Domains => Vec::new(),
    }
}

pub(crate) use directories::{Folders, common, parent, stands_for_folder, stem};
