//! What a cut gains: change and load apart, cycles broken, less propagation.
//!
//! In: [`Input`], [`Universe`], a set. Out: [`Benefit`].
//! Invariant: an unknown axis is `None`, never 0.
//! Never: adds the axes up.

use std::collections::BTreeSet;

use super::base::input::Input;
use super::base::record::Benefit;
use super::base::sets::FileSet;
use super::base::universe::Universe;
use super::cost::Crossing;
use crate::graph::{Digraph, Vertex, WeightedEdge};
use crate::metrics::{Load, lakos};
use crate::model::{AuthorId, IndexVec, PathId};

/// Seconds of a mean month.
const MONTH: f64 = 365.25 / 12.0 * 86_400.0;

/// The gains of a cut, each measured by itself. The propagation cost afterwards is that of the
/// universe without the dependencies to break: the cut as such removes none.
pub(crate) fn benefit(
    input: &Input<'_>,
    universe: &Universe,
    set: &FileSet,
    crossing: &Crossing,
) -> Benefit {
    let inside = set.flags(universe.len());
    let changes = Changes::of(input, universe, &inside);
    let after: BTreeSet<WeightedEdge> = crossing.lighter().iter().copied().collect();
    let without = Digraph::from_edges(
        universe.len(),
        universe.digraph.iter().filter(|edge| !after.contains(edge)),
    );
    let load = universe
        .load
        .as_ref()
        .map(|loads| split(loads, &inside))
        .filter(|(own, rest)| own.with(*rest).weight > 0);
    Benefit {
        change_share: changes
            .as_ref()
            .map(|changes| changes.own as f64 / changes.all as f64),
        churn_per_file: changes
            .as_ref()
            .and_then(|changes| changes.per_file_and_month(set)),
        trend: changes.as_ref().and_then(Changes::trend),
        load_share: load.map(|(own, rest)| own.weight as f64 / own.with(rest).weight as f64),
        load_asymmetry: load
            .and_then(|(own, rest)| asymmetry(own, rest, set.len(), universe.len())),
        critical_share: load
            .filter(|(own, rest)| own.with(*rest).critical_ns > 0)
            .map(|(own, rest)| own.critical_ns as f64 / own.with(rest).critical_ns as f64),
        cycles_broken: cycles_across(universe, &inside),
        propagation_before: universe.propagation,
        propagation_after: lakos::propagation_cost(&without),
        authors_separated: changes.as_ref().and_then(Changes::separated),
    }
}

/// The load of the set and of the rest. Files without measured load are skipped.
fn split(loads: &[Option<Load>], inside: &[bool]) -> (Load, Load) {
    let of = |wanted: bool| {
        Load::sum(
            loads
                .iter()
                .zip(inside)
                .filter(|(_, inside)| **inside == wanted)
                .map(|(load, _)| *load),
        )
    };
    (of(true), of(false))
}

/// Load per file of the set over load per file of the rest; `None` where the rest carries none.
fn asymmetry(own: Load, rest: Load, files: usize, all: usize) -> Option<f64> {
    let per_file = |load: Load, files: usize| load.weight as f64 / files.max(1) as f64;
    let rest = per_file(rest, all - files);
    (rest > 0.0).then(|| per_file(own, files) / rest)
}

/// Cycles of files with members on both sides, which the cut would break.
fn cycles_across(universe: &Universe, inside: &[bool]) -> u64 {
    let across = |cycle: &&Vec<Vertex>| {
        cycle.iter().any(|&file| inside[file.index()])
            && cycle.iter().any(|&file| !inside[file.index()])
    };
    universe.cycles.iter().filter(across).count() as u64
}

/// Commits of the universe, told apart by whether they touch the set.
#[derive(Default)]
struct Changes {
    all: u64,
    /// Commits that touch the set.
    own: u64,
    /// Files of the set that commits touch, each time counted.
    touches: u64,
    /// Commits to the set in the newer half of the window; `older` holds the others.
    newer: u64,
    older: u64,
    seconds: f64,
    authors: BTreeSet<AuthorId>,
    authors_of_rest: BTreeSet<AuthorId>,
}

impl Changes {
    /// Counts the commits; `None` where none touches the universe. Without a window of the history
    /// the first and the last commit bound it.
    fn of(input: &Input<'_>, universe: &Universe, inside: &[bool]) -> Option<Self> {
        let log = input.changes;
        let (from, to) = log.coverage.window.or_else(|| {
            Some((
                log.commits.iter().map(|commit| commit.time).min()?,
                log.commits.iter().map(|commit| commit.time).max()?,
            ))
        })?;
        let place = |path: &std::sync::Arc<str>| {
            universe.position(input.graph.file(input.project.file(path)?)?)
        };
        let place: IndexVec<PathId, Option<Vertex>> = log.paths.iter().map(place).collect();
        let mut changes = Self {
            seconds: (to - from).max(1) as f64,
            ..Self::default()
        };
        for commit in &log.commits {
            let files = || commit.files.iter().filter_map(|&path| place[path]);
            let own = files().filter(|&file| inside[file.index()]).count() as u64;
            let rest = files().count() as u64 - own;
            changes.all += u64::from(own + rest > 0);
            changes.touches += own;
            if rest > 0 {
                changes.authors_of_rest.insert(commit.author);
            }
            if own > 0 {
                changes.own += 1;
                changes.authors.insert(commit.author);
                let half = if commit.time - from > (to - from) / 2 {
                    &mut changes.newer
                } else {
                    &mut changes.older
                };
                *half += 1;
            }
        }
        (changes.all > 0).then_some(changes)
    }

    /// Touches per file of the set and month.
    fn per_file_and_month(&self, set: &FileSet) -> Option<f64> {
        let months = self.seconds / MONTH;
        (months > 0.0).then(|| self.touches as f64 / set.len() as f64 / months)
    }

    /// Commits of the newer half over those of the older half; `None` where the older half has
    /// none, since any number would then be infinite growth.
    fn trend(&self) -> Option<f64> {
        (self.older > 0).then(|| self.newer as f64 / self.older as f64)
    }

    /// Share of the authors of the set who never touch the rest.
    fn separated(&self) -> Option<f64> {
        let only = self.authors.difference(&self.authors_of_rest).count();
        (!self.authors.is_empty()).then(|| only as f64 / self.authors.len() as f64)
    }
}
