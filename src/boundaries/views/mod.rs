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

use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::{FEWEST, Universe, largest};
use crate::boundaries::base::view::View;

/// A set of files that some views hold together.
pub(crate) struct Candidate {
    pub(crate) set: FileSet,
    pub(crate) views: BTreeSet<View>,
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

/// The sets of files that one view finds.
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

pub(crate) use directories::Folders;
