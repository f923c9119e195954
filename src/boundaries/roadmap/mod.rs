//! A roadmap over all proposals, by one of three strategies.
//!
//! In: [`Input`], the finished list of proposals. Out: [`Roadmap`].
//! Invariant: the same input gives the same roadmap; where there is nothing to plan, a sentence says so.
//! Never: a proposal that the list leaves out.

mod additive;
mod complete;
mod gradual;
mod loops;
mod place;
pub(super) mod record;
#[cfg(test)]
mod tests;

use super::record::Boundary;
use super::sets::FileSet;
use super::universe::Universe;
use super::{Input, Intent, Options, kernel};
use crate::graph::{NodeIndex, Vertex};

use record::{Additive, Complete, Roadmap};

/// Which roadmap to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoadmapKind {
    /// Proposals one after the other.
    Gradual,
    /// All files at once.
    Complete,
    /// New services around frozen code.
    Additive,
}

impl RoadmapKind {
    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradual => "gradual",
            Self::Complete => "complete",
            Self::Additive => "additive",
        }
    }
}

impl Roadmap {
    /// Which one it is.
    #[must_use]
    pub const fn kind(&self) -> RoadmapKind {
        match self {
            Self::Gradual(_) => RoadmapKind::Gradual,
            Self::Complete(_) => RoadmapKind::Complete,
            Self::Additive(_) => RoadmapKind::Additive,
        }
    }
}

/// Why an empty list has no order.
const NOTHING: &str = "Nothing to plan: no proposal is worth extracting.";
/// Why libraries have no complete or additive plan.
const LIBRARIES: &str = "This plan is for services; these proposals are libraries, which the plan `gradual` puts in order (--intent service asks for services).";

/// The roadmap of `kind` for the proposals of `list`.
pub(super) fn roadmap(
    input: &Input<'_>,
    options: &Options,
    kind: RoadmapKind,
    list: &[Boundary],
) -> Roadmap {
    let library = options.intent == Intent::Library;
    match kind {
        RoadmapKind::Gradual => {
            Roadmap::Gradual(gradual::gradual(&Ground::of(input, options, list)))
        }
        RoadmapKind::Complete if library => Roadmap::Complete(Complete {
            remark: Some(LIBRARIES.to_owned()),
            ..Complete::default()
        }),
        RoadmapKind::Complete => Roadmap::Complete(complete::complete(input, options, list)),
        RoadmapKind::Additive if library => Roadmap::Additive(Additive {
            remark: Some(LIBRARIES.to_owned()),
            ..Additive::default()
        }),
        RoadmapKind::Additive => {
            let ground = Ground::of(input, options, list);
            Roadmap::Additive(additive::additive(input, &ground))
        }
    }
}

/// The proposals to plan with, and the files around them.
struct Ground {
    universe: Universe,
    /// By rank; no file is in two of them.
    parts: Vec<Part>,
    /// Whether each file belongs to nobody, as everyone uses it.
    kernel: Vec<bool>,
}

/// A proposal to plan with.
struct Part {
    rank: u32,
    name: String,
    set: FileSet,
}

impl Ground {
    /// The programs or packages that the proposals are cut out of.
    fn of(input: &Input<'_>, options: &Options, list: &[Boundary]) -> Self {
        let open: Vec<&Boundary> = planned(list).collect();
        let path = |file: &NodeIndex| input.graph.node(*file).path.clone().unwrap_or_default();
        let is_cut = |files: &Vec<NodeIndex>| {
            files.iter().any(|file| {
                let path = path(file);
                open.iter()
                    .any(|part| part.members.binary_search(&path).is_ok())
            })
        };
        let mut groups = super::universes(input, options);
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
    fn owners(&self) -> Vec<u32> {
        let mut owners = vec![self.parts.len() as u32; self.universe.len()];
        for (at, part) in (0..).zip(&self.parts) {
            part.set.iter().for_each(|file| owners[file.index()] = at);
        }
        owners
    }
}

/// The cuts that can be made beside each other: those that have a place in the order.
fn planned(list: &[Boundary]) -> impl Iterator<Item = &Boundary> {
    list.iter()
        .filter(|it| it.merge.is_none() && it.plan.order.is_some())
}

/// One universe of several groups of files.
fn joined(input: &Input<'_>, groups: Vec<Vec<NodeIndex>>) -> Universe {
    let mut files: Vec<NodeIndex> = groups.into_iter().flatten().collect();
    files.sort_by(|&a, &b| input.graph.node(a).path.cmp(&input.graph.node(b).path));
    Universe::of(input, files)
}
