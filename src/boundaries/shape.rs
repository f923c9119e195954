//! What a set of files looks like from outside: cohesion, place, size, change, load.
//!
//! In: [`Universe`], a set. Out: [`Shape`].
//! Invariant: every part lies in 0 to 1 and grows with what speaks for the cut.
//! Never: weighs the parts against each other.

use std::collections::BTreeMap;

use super::sets::FileSet;
use super::universe::Universe;
use super::views::{Folders, stem};
use crate::metrics::Load;

/// The parts that proposals are ranked by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    /// 1 - conductance over all ties: the share of its ties that stay inside.
    pub(crate) cohesion: f64,
    /// Largest Jaccard similarity with a folder: whether the set has a place and a name already.
    pub(crate) place: f64,
    /// How near the size is to a sixth of the files, the middle of what is really cut out.
    pub(crate) size: f64,
    /// Churn per file against that of all files, r / (1 + r).
    pub(crate) change: Option<f64>,
    /// Own time per file against that of all files, r / (1 + r).
    pub(crate) load: Option<f64>,
}

/// Share of the files in the middle of the sets that maintainers really cut out.
const USUAL_SHARE: f64 = 1.0 / 6.0;

/// Looks at sets of one universe.
pub(crate) struct Shaper<'a> {
    universe: &'a Universe,
    strength: Vec<f64>,
    total: f64,
    folders: Folders,
}

impl<'a> Shaper<'a> {
    pub(crate) fn new(universe: &'a Universe) -> Self {
        let strength: Vec<f64> = (0..universe.len() as u32)
            .map(|file| universe.mixed.strength(file))
            .collect();
        Self {
            universe,
            total: strength.iter().sum(),
            strength,
            folders: Folders::of(universe),
        }
    }

    pub(crate) fn shape(&self, set: &FileSet) -> Shape {
        Shape {
            cohesion: 1.0 - self.conductance(set),
            place: self.place(set),
            size: 1.0
                / (1.0
                    + (set.len() as f64 / self.universe.len() as f64 / USUAL_SHARE)
                        .ln()
                        .abs()),
            change: Self::intensity(
                set,
                self.universe
                    .history
                    .as_ref()
                    .map(|history| history.churn.as_slice()),
            ),
            load: self.load(set),
        }
    }

    /// Weight that crosses the border over the weight of the smaller side (Kannan, Vempala, Vetta 2004).
    fn conductance(&self, set: &FileSet) -> f64 {
        let inside = set.flags(self.universe.len());
        let volume: f64 = set.iter().map(|file| self.strength[file as usize]).sum();
        let outside = |file: u32| {
            let crossing = self
                .universe
                .mixed
                .neighbours(file)
                .filter(|&(other, _)| !inside[other as usize]);
            crossing.map(|(_, weight)| weight).sum::<f64>()
        };
        let cut: f64 = set.iter().map(outside).sum();
        let side = volume.min(self.total - volume);
        if side > 0.0 {
            (cut / side).min(1.0)
        } else {
            1.0
        }
    }

    fn place(&self, set: &FileSet) -> f64 {
        let mut shared: BTreeMap<&str, u32> = BTreeMap::new();
        let mut modules = Vec::new();
        for file in set.iter() {
            let path = &*self.universe.paths[file as usize];
            if self.folders.all.contains_key(stem(path)) {
                modules.push(stem(path));
            }
            let mut folder = path;
            while let Some((above, _)) = folder.rsplit_once('/') {
                *shared.entry(above).or_default() += 1;
                folder = above;
            }
        }
        let likeness = |folder: &str, shared: u32, extra: u32| {
            let size = self
                .folders
                .all
                .get(folder)
                .map(|folder| folder.len() as f64 + f64::from(extra));
            let both = f64::from(shared + extra);
            size.map(|size| both / (size + set.len() as f64 - both))
        };
        let plain = shared
            .iter()
            .filter_map(|(folder, &shared)| likeness(folder, shared, 0));
        let joined = modules
            .iter()
            .filter_map(|folder| likeness(folder, *shared.get(folder)?, 1));
        plain.chain(joined).fold(0.0, f64::max)
    }

    fn load(&self, set: &FileSet) -> Option<f64> {
        let loads = self.universe.load.as_ref()?;
        let times: Vec<u64> = loads
            .iter()
            .map(|load| load.unwrap_or_else(Load::default).self_time_ns)
            .collect();
        Self::intensity(set, Some(&times))
    }

    /// r / (1 + r) with r = amount per file of the set over amount per file of the universe.
    fn intensity(set: &FileSet, amounts: Option<&[u64]>) -> Option<f64> {
        let amounts = amounts?;
        let all: u64 = amounts.iter().sum();
        let own: u64 = set.iter().map(|file| amounts[file as usize]).sum();
        let ratio = (own as f64 / set.len() as f64) / (all as f64 / amounts.len() as f64);
        (all > 0).then(|| ratio / (1.0 + ratio))
    }
}
