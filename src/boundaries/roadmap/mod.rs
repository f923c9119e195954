//! A roadmap over all proposals, by one of three strategies.
//!
//! In: [`Input`], the finished list of proposals. Out: [`Roadmap`].
//! Invariant: the same input gives the same roadmap; where there is nothing to plan, a sentence says so.
//! Never: a proposal that the list leaves out.

mod additive;
mod complete;
mod gradual;
mod ground;
mod loops;
mod place;
#[cfg(test)]
mod tests;

use crate::boundaries::base::input::{Input, Intent, Options};
use crate::boundaries::base::record::Boundary;

use ground::Ground;

use crate::boundaries::base::roadmap::{Additive, Complete, Roadmap, RoadmapKind};

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
