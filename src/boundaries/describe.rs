//! Puts a ranked set into the shape of the contract.
//!
//! In: [`Ranked`]. Out: [`Boundary`].
//! Invariant: members are paths, sorted.
//! Never: changes the order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::base::input::{Input, Options};
use super::base::kernel;
use super::base::record::Boundary;
use super::base::sets::FileSet;
use super::base::universe::Universe;
use super::cost::{self, Crossing};
use super::ranking::rank::Ranked;
use super::{benefit, doubt, plan, takes};
use crate::graph::Vertex;

/// The proposal with cost, benefit, objections and plan. Its rank, owners and authors are filled in
/// later, when the whole list is known.
pub(crate) fn describe(
    input: &Input<'_>,
    universe: &Universe,
    ranked: &Ranked,
    options: &Options,
) -> Boundary {
    let set = &ranked.set;
    let inside = set.flags(universe.len());
    let kernel = kernel::files(universe);
    let crossing = Crossing::of(universe, &inside, &kernel);
    let cost = cost::cost(input, universe, set, &crossing);
    let touched: Vec<Vertex> = crossing.out.iter().map(|edge| edge.1).collect();
    let benefit = benefit::benefit(input, universe, set, &crossing);
    let crosses = crossing.into.len() + crossing.out.len();
    let outward = set.iter().any(|file| universe.outward[file.index()]);
    let crosses = crosses.max(usize::from(ranked.shape.tied || outward));
    let against = doubt::objections(
        input,
        universe,
        ranked,
        crosses,
        benefit.load_share,
        options,
    );
    let name = ranked.name.as_deref().unwrap_or_default();
    let layers = takes::layers(input, universe);
    let takes = takes::takes(input, universe, set, layers, name);
    let facts = plan::Facts {
        crossing: &crossing,
        cost: &cost,
        takes: &takes,
        layers,
    };
    let plan = plan::plan(input, universe, set, facts, options);
    let shared = |file: &Vertex| inside[file.index()] || touched.contains(file);
    Boundary {
        rank: 0,
        intent: options.intent.name().to_owned(),
        name: ranked.name.clone().unwrap_or_default(),
        package: package(input, universe, set),
        instead_of: None,
        source: ranked.source.clone(),
        members: set
            .iter()
            .map(|file| universe.paths[file.index()].clone())
            .collect(),
        owners: Vec::new(),
        authors: Vec::new(),
        doubts: against.absurd,
        concerns: against.concerns,
        benefit,
        score: ranked.score,
        parts: parts(ranked),
        pareto: false,
        breaks: cost::breaks(input, universe, &inside, crossing.lighter()),
        shared_kernel: kernel
            .into_iter()
            .filter(shared)
            .map(|file| universe.paths[file.index()].clone())
            .collect(),
        plan,
        takes,
        cost,
        merge: None,
    }
}

/// The parts of the score by name. A modularity of 0 means that nobody asked for it and is left out
/// as unknown.
fn parts(ranked: &Ranked) -> BTreeMap<String, Option<f64>> {
    let shape = &ranked.shape;
    let parts = [
        ("cohesion", Some(shape.cohesion)),
        ("words", Some(shape.words)),
        ("place", Some(shape.place)),
        ("direction", Some(shape.direction)),
        ("mass", Some(shape.mass)),
        ("size", Some(shape.size)),
        ("change", shape.change),
        ("load", shape.load),
        (
            "modularity",
            (shape.modularity > 0.0).then_some(shape.modularity),
        ),
    ];
    parts
        .into_iter()
        .map(|(name, part)| (name.to_owned(), part))
        .collect()
}

/// Least Jaccard similarity at which a set is called a package that is there already.
const SAME: f64 = 0.8;

/// The package that the set hardly differs from, if there are others.
fn package(input: &Input<'_>, universe: &Universe, set: &FileSet) -> Option<Arc<str>> {
    let packages = &universe.packages;
    let same = packages
        .iter()
        .find(|(_, files)| set.jaccard(files) >= SAME)?;
    (packages.len() > 1).then(|| input.graph.node(same.0).name.clone())
}
