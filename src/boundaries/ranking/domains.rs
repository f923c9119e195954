//! Orders the domains of a program by change, load and how well they hold together.
//!
//! In: [`Universe`]. Out: [`Ranked`], the best first; other cuts fill the list where domains are few.
//! Invariant: the score grows with every part; a domain that must not be a service says why.
//! Never: makes candidates of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::SAME;
use super::rank::Ranked;
use super::shape::{Shape, Shaper};
use super::slices::{self, Slice};
use crate::boundaries::base::input::Options;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::boundaries::base::view::View;
use crate::graph::Vertex;

/// Fewest files of a domain.
const FEWEST: usize = 3;
/// Share of the dependencies across the border that come in, from which the set is the kernel of all.
const KERNEL: f64 = 0.85;
/// Most of the border that comes in, and least share of the other domains that it uses, of what puts
/// the program together; it keeps no more of its ties than this to itself.
const ROOT: (f64, f64, f64) = (0.025, 0.25, 0.45);
/// What a cut that is no domain counts beside one.
const FILLING: f64 = 0.5;
/// What a domain without recorded load keeps of its score.
const UNLOADED: f64 = 0.05;
/// Share of the files of the smaller of two sets from which one of them makes the other superfluous.
const SHARED: f64 = 0.5;

/// What a domain is to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// One among them.
    Domain,
    /// Used by all, using little.
    Kernel,
    /// Used by none, using so many of them.
    Root(usize),
}

/// The domains of a universe by name, with what each is to the others.
pub(crate) fn standing(universe: &Universe) -> Vec<(Slice, Standing)> {
    let mut slices = slices::slices(universe);
    let all = slices.len();
    let of_file = of_file(&slices);
    let stands = |slice: &Slice| Border::of(universe, &slice.set, &of_file).standing(all);
    let standing: Vec<Standing> = slices.iter().map(stands).collect();
    let mut found: Vec<(Slice, Standing)> = slices.drain(..).zip(standing).collect();
    found.retain(|(slice, _)| slice.set.len() >= FEWEST);
    found
}

/// The number of the domain of each file.
fn of_file(slices: &[Slice]) -> BTreeMap<Vertex, usize> {
    let numbered = slices.iter().enumerate();
    numbered
        .flat_map(|(at, slice)| slice.set.iter().map(move |file| (file, at)))
        .collect()
}

/// The domains of a universe, the best first.
pub(crate) fn ranked(universe: &Universe, rejected: &[FileSet], options: &Options) -> Vec<Ranked> {
    let slices = slices::slices(universe);
    let allowed = |slice: &&Slice| {
        slice.set.len() >= FEWEST && rejected.iter().all(|no| no.jaccard(&slice.set) < SAME)
    };
    let shaper = Shaper::new(universe);
    let of_file = of_file(&slices);
    let mut found: Vec<Ranked> = slices
        .iter()
        .filter(allowed)
        .filter_map(|slice| {
            let border = Border::of(universe, &slice.set, &of_file);
            let shape = shaper.shape(&slice.set);
            let score = score(universe, &slice.set, &shape, &border, options);
            (border.crossing() > 0).then(|| Ranked {
                name: Some(slice.name.clone()),
                set: slice.set.clone(),
                source: View::Domains.name().to_owned(),
                shape: Shape {
                    modularity: border.modularity(universe),
                    ..shape
                },
                against: border.against(slices.len()),
                score,
            })
        })
        .collect();
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.name.cmp(&b.name))
    });
    found
}

/// The domains, then other cuts that share little with them, which count half as much.
pub(crate) fn filled(
    universe: &Universe,
    domains: Vec<Ranked>,
    others: Vec<Ranked>,
    options: &Options,
) -> Vec<Ranked> {
    let own = domains.len();
    let mut all = domains;
    for other in others {
        let apart = |own: &Ranked| {
            let smaller = own.set.len().min(other.set.len()) as f64;
            (own.set.common(&other.set) as f64) < SHARED * smaller
        };
        if all[..own].iter().all(apart) {
            let border = Border::of(universe, &other.set, &BTreeMap::new());
            let score = FILLING * score(universe, &other.set, &other.shape, &border, options);
            let modularity = border.modularity(universe);
            let shape = Shape {
                modularity,
                ..other.shape
            };
            all.push(Ranked {
                shape,
                score,
                ..other
            });
        }
    }
    all
}

/// √change × √load × modularity, each a share; what is unknown or switched off counts for all alike.
///
/// Measured on business applications: commits alone order worse than cohesion alone, and their
/// product orders best with the root of the commits (one busy file would win otherwise).
fn score(
    universe: &Universe,
    set: &FileSet,
    shape: &Shape,
    border: &Border,
    options: &Options,
) -> f64 {
    let change = options.by_change.then(|| change(universe, set)).flatten();
    let load = shape.load_share.filter(|_| options.by_load);
    border.modularity(universe)
        * change.map_or(1.0, f64::sqrt)
        * load.map_or(1.0, |share| (UNLOADED + (1.0 - UNLOADED) * share).sqrt())
}

/// Share of the commits that touch the set, one added to each number.
fn change(universe: &Universe, set: &FileSet) -> Option<f64> {
    let all = universe.commits.len();
    let inside = set.flags(universe.len());
    let touches = |commit: &&Vec<Vertex>| commit.iter().any(|&file| inside[file.index()]);
    let own = universe.commits.iter().filter(touches).count();
    (all > 0).then(|| (own + 1) as f64 / (all + 1) as f64)
}

/// Dependencies across the border of a domain.
struct Border {
    within: usize,
    out: usize,
    into: usize,
    /// Other domains that it uses.
    used: usize,
}

impl Border {
    /// Counts the ties of a set: within, outward and inward, and how many other domains it uses.
    /// `of_file` tells the domain at the other end.
    fn of(universe: &Universe, set: &FileSet, of_file: &BTreeMap<Vertex, usize>) -> Self {
        let inside = set.flags(universe.len());
        let (mut within, mut out, mut into) = (0, 0, 0);
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for file in set.iter() {
            for &to in universe.ties.successors(file) {
                if inside[to.index()] {
                    within += 1;
                } else {
                    out += 1;
                    used.extend(of_file.get(&to).copied());
                }
            }
            let users = universe.ties.predecessors(file).iter();
            into += users.filter(|&&from| !inside[from.index()]).count();
        }
        Self {
            within,
            out,
            into,
            used: used.len(),
        }
    }

    fn crossing(&self) -> usize {
        self.out + self.into
    }

    /// Share of all dependencies that stay inside, less what chance would put there (Leicht, Newman 2008).
    fn modularity(&self, universe: &Universe) -> f64 {
        let all = universe.ties.edges().max(1) as f64;
        let (out, into) = (self.within + self.out, self.within + self.into);
        ((self.within as f64 - out as f64 * into as f64 / all) / all).max(0.0)
    }

    /// Why the set is no service, if it is none: everyone uses it, or it puts everything together.
    fn against(&self, domains: usize) -> Option<String> {
        match self.standing(domains) {
            Standing::Domain => None,
            Standing::Kernel => Some(
                "the rest uses it and it uses little: a library for all, no service".to_owned(),
            ),
            Standing::Root(parts) => Some(format!(
                "nothing uses it and it uses {parts} other parts: it puts the program together"
            )),
        }
    }

    /// What the set is to the others. Nearly all of the border coming in makes it the kernel;
    /// almost none, with uses of many domains and few ties inside, makes it the root that puts the
    /// program together.
    fn standing(&self, domains: usize) -> Standing {
        let coming = self.into as f64 / self.crossing().max(1) as f64;
        let spread = self.used as f64 / domains.saturating_sub(1).max(1) as f64;
        let kept = self.within as f64 / (self.within + self.crossing()).max(1) as f64;
        if coming > KERNEL {
            Standing::Kernel
        } else if coming < ROOT.0 && spread > ROOT.1 && kept < ROOT.2 {
            Standing::Root(self.used)
        } else {
            Standing::Domain
        }
    }
}
