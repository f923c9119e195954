//! How to go about a cut, step by step.
//!
//! In: [`Input`], [`Universe`], a set with its crossing edges. Out: [`Plan`].
//! Invariant: steps name only files, tables and symbols that exist.
//! Never: a step that has nothing to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::input::{Input, Intent, Options};
use super::base::record::{Cost, Plan, SharedTable, Takes};
use super::base::sets::FileSet;
use super::base::universe::{Layer, Universe};
use super::cost::Crossing;
use crate::graph::Vertex;
use crate::model::names::counted;
use crate::model::{Labels, Role};

/// Most files that a list of the plan names.
const NAMED: usize = 20;

/// What a plan is made from, beside the set.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) crossing: &'a Crossing,
    pub(crate) cost: &'a Cost,
    pub(crate) takes: &'a Takes,
    pub(crate) layers: &'a [Layer],
}

/// The plan of a cut. Only files that answer or decide are entry points: an entity or a type is
/// passed along, not entered.
pub(crate) fn plan(
    input: &Input<'_>,
    universe: &Universe,
    set: &FileSet,
    facts: Facts<'_>,
    options: &Options,
) -> Plan {
    let crossing = facts.crossing;
    // What stores or is only passed on is entered by nobody.
    let enters = |file: &Vertex| matches!(facts.layers[file.index()], Layer::Routes | Layer::Logic);
    let entered = crossing.into.iter().filter(|edge| enters(&edge.1));
    let entry_points = heaviest(
        universe,
        entered.clone().map(|&(_, to, weight)| (to, weight)),
    );
    let callers = heaviest(universe, entered.map(|&(from, _, weight)| (from, weight)));
    let both = |table: &&SharedTable| table.writes_inside > 0 && table.writes_outside > 0;
    let tables = || facts.cost.shared_tables.iter().flatten();
    let mut plan = Plan {
        steps: Vec::new(),
        order: None,
        after: Vec::new(),
        test_readiness: readiness(input, universe, crossing),
        entry_points,
        callers,
        written_from_both: tables()
            .filter(both)
            .map(|table| table.table.clone())
            .collect(),
        events: events(universe, crossing),
    };
    plan.steps = steps(&plan, set, facts, options);
    plan
}

/// The files with the largest sums of weight, ties in the order of paths.
fn heaviest(universe: &Universe, weights: impl Iterator<Item = (Vertex, u64)>) -> Vec<Arc<str>> {
    let mut sums: BTreeMap<Vertex, u64> = BTreeMap::new();
    weights.for_each(|(file, weight)| *sums.entry(file).or_default() += weight);
    let mut files: Vec<(u64, Vertex)> = sums
        .into_iter()
        .map(|(file, weight)| (weight, file))
        .collect();
    files.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    files
        .into_iter()
        .take(NAMED)
        .map(|(_, file)| universe.paths[file.index()].clone())
        .collect()
}

/// Share of the files that the rest enters by which a test uses.
fn readiness(input: &Input<'_>, universe: &Universe, crossing: &Crossing) -> Option<f64> {
    let entries: BTreeSet<Vertex> = crossing.into.iter().map(|edge| edge.1).collect();
    let is_test = |edge: &&crate::graph::Edge| {
        edge.kind.is_code()
            && (edge.labels.any(Labels::TEST) || input.graph.node(edge.from).role == Role::Test)
    };
    let tested = input
        .graph
        .edges()
        .iter()
        .filter(is_test)
        .filter_map(|edge| universe.position(edge.to));
    let tested: BTreeSet<Vertex> = tested.filter(|file| entries.contains(file)).collect();
    (!entries.is_empty()).then(|| tested.len() as f64 / entries.len() as f64)
}

/// Recorded calls out of the set that the set never gets called back for: candidates for events.
fn events(universe: &Universe, crossing: &Crossing) -> Vec<String> {
    let back: BTreeSet<(Vertex, Vertex)> =
        crossing.into.iter().map(|edge| (edge.0, edge.1)).collect();
    let light = crossing
        .out
        .iter()
        .filter(|&&(from, to, weight)| weight == 1 && !back.contains(&(to, from)));
    let called: BTreeSet<(Vertex, Vertex)> = universe
        .call_pairs
        .iter()
        .map(|pair| (pair.0, pair.1))
        .collect();
    let known = light.filter(|&&(from, to, _)| called.contains(&(from, to)));
    known
        .map(|&(from, to, _)| {
            format!(
                "{} -> {}",
                universe.paths[from.index()],
                universe.paths[to.index()]
            )
        })
        .collect()
}

/// The steps in the order in which they are to be taken: tests, shared types, the loop, the move,
/// the callers. A step without anything to do is left out.
fn steps(plan: &Plan, set: &FileSet, facts: Facts<'_>, options: &Options) -> Vec<String> {
    let mut steps = Vec::new();
    if plan.test_readiness.is_some_and(|share| share < 0.5) {
        steps.push("write tests against the entry points first: fewer than half of them are used by a test".to_owned());
    }
    let types = facts
        .takes
        .crossing
        .iter()
        .find(|group| group.kind == "types");
    if let Some(types) = types.filter(|types| !types.names.is_empty()) {
        let more = if types.symbols as usize > types.names.len() {
            ", …"
        } else {
            ""
        };
        steps.push(format!(
            "duplicate {} that both sides know, or make a library of them: {}{more}",
            counted(types.symbols, "type", "types"),
            types.names.join(", ")
        ));
    }
    if facts.cost.back_edges > 0 {
        let sites: u64 = facts.crossing.lighter().iter().map(|edge| edge.2).sum();
        steps.push(format!(
            "remove {} ({}), so that only one of the two depends on the other",
            counted(facts.cost.back_edges, "dependency", "dependencies"),
            counted(sites, "call site", "call sites")
        ));
    }
    match options.intent {
        Intent::Library => steps.push(format!(
            "move {} into a package of their own{}",
            counted(set.len() as u64, "file", "files"),
            behind(plan)
        )),
        Intent::Service => service_steps(plan, set, facts.takes, &mut steps),
    }
    if let Some(first) = plan.callers.first() {
        steps.push(format!(
            "move the callers over, the heaviest first, beginning with {first}"
        ));
    }
    steps
}

/// ` behind 3 entry points`, where there are any.
fn behind(plan: &Plan) -> String {
    match plan.entry_points.len() as u64 {
        0 => String::new(),
        entries => format!(
            " behind {}",
            counted(entries, "entry point", "entry points")
        ),
    }
}

/// The steps that a service needs beyond a library: interface, routes, tables and events. A table
/// that both sides write is a problem of consistency, one that both use a question of ownership.
fn service_steps(plan: &Plan, set: &FileSet, takes: &Takes, steps: &mut Vec<String>) {
    if let Some(entry) = plan.entry_points.first() {
        steps.push(format!(
            "put an interface in front of {} that the rest calls, beginning with {entry}",
            counted(plan.entry_points.len() as u64, "file", "files")
        ));
    }
    if let Some(route) = takes.routes.first() {
        steps.push(format!(
            "let the gateway route {} to it, beginning with {route}",
            counted(takes.routes.len() as u64, "request", "requests")
        ));
    }
    let torn: Vec<&str> = takes
        .tables
        .iter()
        .filter(|table| !table.others.is_empty())
        .map(|table| &*table.table)
        .collect();
    for table in &plan.written_from_both {
        steps.push(format!("keep table {table} consistent while both sides write it: propagate the writes, put an API over the old database, or collect events"));
    }
    let read: Vec<&str> = torn
        .into_iter()
        .filter(|table| !plan.written_from_both.iter().any(|both| both == table))
        .collect();
    if let Some(first) = read.first() {
        steps.push(format!(
            "decide who owns {} that both sides use, beginning with {first}; let the other side ask for the data or listen to events",
            counted(read.len() as u64, "table", "tables")
        ));
    }
    if !plan.events.is_empty() {
        steps.push(format!(
            "see whether {} out of it can become events: nothing calls back",
            counted(plan.events.len() as u64, "call", "calls")
        ));
    }
    steps.push(format!(
        "move {} into the new service",
        counted(set.len() as u64, "file", "files")
    ));
}
