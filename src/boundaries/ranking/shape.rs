//! What a set of files looks like from outside: cohesion, words, place, direction, size, change, load.
//!
//! In: [`Universe`], a set. Out: [`Shape`].
//! Invariant: every part lies in 0 to 1 and grows with what speaks for the cut.
//! Never: weighs the parts against each other.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::siblings;
use crate::boundaries::base::paths::stem;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::{Universe, mix};
use crate::boundaries::views::Folders;
use crate::graph::{Similarity, Vertex};
use crate::metrics::Load;

/// The parts that proposals are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    /// 1 - conductance over references and calls: the share of its ties that stay inside.
    pub(crate) cohesion: f64,
    /// Whether a reference or a call crosses the border.
    pub(crate) tied: bool,
    /// 1 - conductance over the words in its paths: whether it speaks a language of its own.
    pub(crate) words: f64,
    /// Largest Jaccard similarity with a folder, or most of that with files of one folder that are
    /// named alike: whether the set has a place and a name already.
    pub(crate) place: f64,
    /// Whether the references across the border go one way: 1 - 2 × the share of the lesser way.
    pub(crate) direction: f64,
    /// 1 - 1/√files: how much there is to judge by.
    pub(crate) mass: f64,
    /// How near the size is to a sixth of the files, the middle of what is really cut out.
    pub(crate) size: f64,
    /// Churn per file against that of all files, r / (1 + r).
    pub(crate) change: Option<f64>,
    /// Own time per file against that of all files, r / (1 + r).
    pub(crate) load: Option<f64>,
    /// Share of all own time.
    pub(crate) load_share: Option<f64>,
    /// Share of the dependencies that it keeps inside beyond chance; 0 where nobody asks.
    pub(crate) modularity: f64,
}

/// What a name in common is worth, where a folder is worth 1.
const NAMED: f64 = 0.8;
/// Share of the files in the middle of the sets that maintainers really cut out.
const USUAL_SHARE: f64 = 1.0 / 6.0;

/// Looks at sets of one universe.
pub(crate) struct Shaper<'a> {
    universe: &'a Universe,
    /// What a border would cut: references and recorded calls. Common changes make candidates, but
    /// say less about a border: half of them cross it in cuts that were really made.
    ties: Ties<Similarity>,
    words: Ties<&'a Similarity>,
    /// Files below each folder, and of each group of files in one folder that are named alike.
    sizes: Vec<u32>,
    /// The first of these groups.
    groups: u32,
    /// Folders and groups that hold each file.
    above: Vec<Vec<u32>>,
    /// The folder that each file is the module of.
    beside: Vec<Option<u32>>,
}

impl<'a> Shaper<'a> {
    /// Prepares what all sets of a universe share: ties, folders, and groups of files that are
    /// named alike.
    pub(crate) fn new(universe: &'a Universe) -> Self {
        let folders = Folders::of(universe).all;
        let mut above = vec![Vec::new(); universe.len()];
        let groups = siblings::sets(&universe.paths);
        let places = || folders.values().chain(&groups);
        for (folder, files) in (0u32..).zip(places()) {
            files
                .iter()
                .for_each(|file| above[file.index()].push(folder));
        }
        let number: BTreeMap<&str, u32> = folders.keys().map(String::as_str).zip(0..).collect();
        let module = |path: &std::sync::Arc<str>| number.get(stem(path)).copied();
        Self {
            universe,
            ties: Ties::of(mix(&[&universe.references, &universe.calls])),
            words: Ties::of(&universe.words),
            sizes: places().map(|files| files.len() as u32).collect(),
            groups: folders.len() as u32,
            above,
            beside: universe.paths.iter().map(module).collect(),
        }
    }

    /// All parts for one set.
    pub(crate) fn shape(&self, set: &FileSet) -> Shape {
        let universe = self.universe;
        let churn = universe.history.as_ref();
        let share = set.len() as f64 / universe.len() as f64;
        Shape {
            cohesion: 1.0 - self.ties.conductance(set),
            tied: self.ties.cut(set) > 0.0,
            words: 1.0 - self.words.conductance(set),
            place: self.place(set),
            direction: self.direction(set),
            mass: 1.0 - 1.0 / (set.len().max(1) as f64).sqrt(),
            size: 1.0 / (1.0 + (share / USUAL_SHARE).ln().abs()),
            change: Self::intensity(set, churn.map(|history| history.churn.as_slice())),
            load: self.load(set),
            load_share: self.load_share(set),
            modularity: 0.0,
        }
    }

    /// 1 where references cross the border one way only, 0 where both ways are equal. A set without
    /// references across the border has nothing to turn round.
    fn direction(&self, set: &FileSet) -> f64 {
        let graph = &self.universe.digraph;
        let inside = set.flags(self.universe.len());
        let crosses = |(end, weight): (Vertex, u64)| (!inside[end.index()]).then_some(weight);
        let uses: u64 = set
            .iter()
            .flat_map(|file| graph.outgoing(file).filter_map(crosses))
            .sum();
        let used: u64 = set
            .iter()
            .flat_map(|file| graph.incoming(file).filter_map(crosses))
            .sum();
        if uses + used == 0 {
            1.0
        } else {
            1.0 - 2.0 * uses.min(used) as f64 / (uses + used) as f64
        }
    }

    /// A folder counts with or without the module file beside it.
    fn place(&self, set: &FileSet) -> f64 {
        let mut shared: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
        for file in set.iter() {
            for &folder in &self.above[file.index()] {
                shared.entry(folder).or_default().0 += 1;
            }
            if let Some(folder) = self.beside[file.index()] {
                shared.entry(folder).or_default().1 += 1;
            }
        }
        let likeness = |(folder, (inside, beside)): (u32, (u32, u32))| {
            let jaccard = |extra: u32| {
                let both = f64::from(inside + extra);
                both / (f64::from(self.sizes[folder as usize] + extra) + set.len() as f64 - both)
            };
            if inside == 0 {
                0.0
            } else if folder >= self.groups {
                NAMED * jaccard(0)
            } else {
                jaccard(0).max(jaccard(beside.min(1)))
            }
        };
        shared.into_iter().map(likeness).fold(0.0, f64::max)
    }

    /// Own time per file against that of the universe; `None` without measured load.
    fn load(&self, set: &FileSet) -> Option<f64> {
        Self::intensity(set, Some(&self.times()?))
    }

    /// The share of all own time that is spent in the set; `None` without any.
    fn load_share(&self, set: &FileSet) -> Option<f64> {
        let times = self.times()?;
        let all: u64 = times.iter().sum();
        let own: u64 = set.iter().map(|file| times[file.index()]).sum();
        (all > 0).then(|| own as f64 / all as f64)
    }

    /// Own time of each file.
    fn times(&self) -> Option<Vec<u64>> {
        let loads = self.universe.load.as_ref()?.iter();
        let times = loads.map(|load| load.unwrap_or_else(Load::default).weight);
        Some(times.collect())
    }

    /// r / (1 + r) with r = amount per file of the set over amount per file of the universe.
    fn intensity(set: &FileSet, amounts: Option<&[u64]>) -> Option<f64> {
        let amounts = amounts?;
        let all: u64 = amounts.iter().sum();
        let own: u64 = set.iter().map(|file| amounts[file.index()]).sum();
        let ratio = (own as f64 / set.len() as f64) / (all as f64 / amounts.len() as f64);
        (all > 0).then(|| ratio / (1.0 + ratio))
    }
}

/// A graph with the strength of each node.
struct Ties<G> {
    graph: G,
    strength: Vec<f64>,
    total: f64,
}

impl<G: Borrow<Similarity>> Ties<G> {
    /// The graph with the strength of its nodes computed once.
    fn of(graph: G) -> Self {
        let nodes = graph.borrow().vertices();
        let strength: Vec<f64> = nodes.map(|node| graph.borrow().strength(node)).collect();
        Self {
            total: strength.iter().sum(),
            strength,
            graph,
        }
    }

    /// Weight that crosses the border over the weight of the smaller side (Kannan, Vempala, Vetta 2004).
    fn conductance(&self, set: &FileSet) -> f64 {
        let volume: f64 = set.iter().map(|file| self.strength[file.index()]).sum();
        let side = volume.min(self.total - volume);
        if side > 0.0 {
            (self.cut(set) / side).min(1.0)
        } else {
            1.0
        }
    }

    /// Weight that crosses the border.
    fn cut(&self, set: &FileSet) -> f64 {
        let inside = set.flags(self.strength.len());
        let outside = |file: Vertex| {
            let ties = self.graph.borrow().neighbours(file);
            let crossing = ties.filter(|&(other, _)| !inside[other.index()]);
            crossing.map(|(_, weight)| weight).sum::<f64>()
        };
        set.iter().map(outside).sum()
    }
}
