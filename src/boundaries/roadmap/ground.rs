//! The proposals to plan with, and the files around them.
//!
//! In: [`Input`], the finished list of proposals. Out: [`Ground`].
//! Invariant: no file is in two of its parts.
//! Never: an order; each strategy has its own.

use crate::boundaries::base::groups::universes;
use crate::boundaries::base::input::{Input, Options};
use crate::boundaries::base::kernel;
use crate::boundaries::base::record::Boundary;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::graph::{NodeIndex, Vertex};

/// Why an empty list has no order.
pub(super) const NOTHING: &str = "Nothing to plan: no proposal is worth extracting.";

/// The proposals to plan with, and the files around them.
pub(super) struct Ground {
    pub(super) universe: Universe,
    /// By rank; no file is in two of them.
    pub(super) parts: Vec<Part>,
    /// Whether each file belongs to nobody, as everyone uses it.
    pub(super) kernel: Vec<bool>,
}

/// A proposal to plan with.
pub(super) struct Part {
    pub(super) rank: u32,
    pub(super) name: String,
    pub(super) set: FileSet,
}

impl Ground {
    /// The programs or packages that the proposals are cut out of.
    pub(super) fn of(input: &Input<'_>, options: &Options, list: &[Boundary]) -> Self {
        let open: Vec<&Boundary> = planned(list).collect();
        let path = |file: &NodeIndex| input.graph.node(*file).path.clone().unwrap_or_default();
        let is_cut = |files: &Vec<NodeIndex>| {
            files.iter().any(|file| {
                let path = path(file);
                open.iter()
                    .any(|part| part.members.binary_search(&path).is_ok())
            })
        };
        let mut groups = universes(input, options);
        groups.retain(is_cut);
        let universe = joined(input, groups);
        let mut taken = vec![false; universe.len()];
        let parts = open.iter().map(|part| {
            let places = part.members.iter();
            let places = places.filter_map(|path| universe.paths.binary_search(path).ok());
            let free = places.filter(|&at| !std::mem::replace(&mut taken[at], true));
            Part {
                rank: part.rank,
                name: part.name.clone(),
                set: free.map(Vertex::new).collect(),
            }
        });
        let parts = parts.collect();
        let mut kernel = vec![false; universe.len()];
        for file in kernel::files(&universe) {
            kernel[file.index()] = true;
        }
        Self {
            universe,
            parts,
            kernel,
        }
    }

    /// The part that each file belongs to; one past the last for what none takes.
    pub(super) fn owners(&self) -> Vec<u32> {
        let mut owners = vec![self.parts.len() as u32; self.universe.len()];
        for (at, part) in (0..).zip(&self.parts) {
            part.set.iter().for_each(|file| owners[file.index()] = at);
        }
        owners
    }
}

/// The cuts that can be made beside each other: those that have a place in the order.
pub(super) fn planned(list: &[Boundary]) -> impl Iterator<Item = &Boundary> {
    list.iter()
        .filter(|it| it.merge.is_none() && it.plan.order.is_some())
}

/// One universe of several groups of files.
pub(super) fn joined(input: &Input<'_>, groups: Vec<Vec<NodeIndex>>) -> Universe {
    let mut files: Vec<NodeIndex> = groups.into_iter().flatten().collect();
    files.sort_by(|&a, &b| input.graph.node(a).path.cmp(&input.graph.node(b).path));
    Universe::of(input, files)
}
