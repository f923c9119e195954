//! Services to make one again, where they were split too far.
//!
//! In: [`Input`] with its [`System`]. Out: [`Boundary`]s of intent `merge`, the highest merge index first.
//! Invariant: the remedies of findings say the same; every effect was simulated.
//! Never: a pair that a person rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::groups::files;
use super::base::input::{Input, Named, Options};
use super::base::record::{Boundary, Cost, Merge, Plan};
use crate::graph::NodeIndex;
use crate::model::{Level, Location, Provenance};
use crate::simulate::merge::{self, MergeCase};
use crate::simulate::{System, remedies};

/// The intent of a merge, as output names it.
const MERGE: &str = "merge";
/// Places of calls that a step names.
const PLACES: usize = 3;

/// The merges that the system asks for or a person pinned, at most `options.top`, not numbered yet.
pub(super) fn merges(input: &Input<'_>, options: &Options) -> Vec<Boundary> {
    let Some(system) = input.system else {
        return Vec::new();
    };
    let known = |name: &String| {
        let id = input.project.service_named(name);
        let name = id.map_or(name.as_str(), |id| {
            &*input.project.services[id.index()].name
        });
        system.services.get_key_value(name).map(|(name, _)| name)
    };
    let pair = |named: &Named| match named.services.as_slice() {
        [a, b] => known(a).zip(known(b)).filter(|(a, b)| a != b),
        _ => None,
    };
    let is_of =
        |case: &MergeCase, named: &Named| pair(named).is_some_and(|(a, b)| case.is_of(a, b));
    let pins = || {
        options
            .pinned
            .iter()
            .filter_map(|pin| Some((pin, pair(pin)?)))
    };
    let pinned = pins().map(|(pin, (a, b))| (merge::case(system, a, b), Some(pin)));
    let found = merge::cases(system).into_iter().filter(|case| {
        let mut others = options.rejected.iter().chain(&options.pinned);
        !others.any(|named| is_of(case, named))
    });
    let all = pinned.chain(found.map(|case| (case, None)));
    let described = all.map(|(case, pin)| describe(input, system, &case, pin, options));
    let inside = |merge: &Boundary| options.within.is_empty() || !merge.members.is_empty();
    described.filter(inside).take(options.top).collect()
}

/// A merge in the form of a proposal: its members are the files of both services, its cost is the
/// calls to rewrite, its score the merge index.
fn describe(
    input: &Input<'_>,
    system: &System<'_>,
    case: &MergeCase,
    pin: Option<&Named>,
    options: &Options,
) -> Boundary {
    let both = BTreeSet::from([case.a.clone(), case.b.clone()]);
    let own = |file: &NodeIndex| {
        let service = input.graph.ancestor(*file, Level::Service);
        service.is_some_and(|service| both.contains(&input.graph.node(service).name))
    };
    let paths = files(input, options).into_iter().filter(own);
    let calls = calls(input, &both);
    let merge = effect(input, system, case, &both);
    Boundary {
        intent: MERGE.to_owned(),
        name: pin.map_or_else(
            || format!("{} + {}", case.a, case.b),
            |pin| pin.name.clone(),
        ),
        source: if pin.is_some() { "pinned" } else { "services" }.to_owned(),
        members: paths
            .filter_map(|file| input.graph.node(file).path.clone())
            .collect(),
        cost: Cost {
            call_sites: calls.len() as u64,
            ..Cost::default()
        },
        score: case.index.clamp(0.0, 1.0),
        parts: parts(case),
        plan: Plan {
            steps: steps(case, &merge, &calls),
            callers: paths_of(&calls),
            ..Plan::default()
        },
        merge: Some(merge),
        ..Boundary::default()
    }
}

/// The parts of the merge index. Scaling falls with the logarithm of the load ratio: 1 at equal
/// load, 0 at 1000 : 1.
fn parts(case: &MergeCase) -> BTreeMap<String, Option<f64>> {
    let apart = case.load_ratio.map(|ratio| (ratio.log10() / 3.0).min(1.0));
    [
        ("lockstep", case.lockstep()),
        ("write-dominance", case.dominance()),
        ("chat", case.chat),
        ("scaling", apart.map(|apart| 1.0 - apart)),
    ]
    .into_iter()
    .map(|(name, part)| (name.to_owned(), part))
    .collect()
}

/// The merge as it was simulated: what is saved, and which tables only these two use.
fn effect(
    input: &Input<'_>,
    system: &System<'_>,
    case: &MergeCase,
    both: &BTreeSet<Arc<str>>,
) -> Merge {
    let simulated = remedies::merge(system, case, &input.assumptions);
    let time = |state: &crate::simulate::State| state.network_ms_per_request;
    let saved = time(&simulated.before).zip(time(&simulated.after));
    let between = |table: &&crate::simulate::TableUsers| table.users == *both;
    let tables: BTreeSet<String> = system
        .tables
        .iter()
        .flatten()
        .filter(between)
        .map(|table| table.name.clone())
        .collect();
    Merge {
        services: vec![case.a.clone(), case.b.clone()],
        index: case.index,
        lockstep: case.lockstep(),
        change_sets: case.change_sets,
        write_dominance: case.dominance(),
        writes: case.writes,
        chat: case.chat,
        load_ratio: case.load_ratio,
        calls_in_process: system.requests.as_ref().map(|_| system.calls_inside(both)),
        saved_ms_per_request: saved.map(|(before, after)| before - after),
        tables_no_longer_shared: tables.into_iter().collect(),
        reason: simulated.reason,
        warning: simulated.warning,
        before: simulated.before,
        after: simulated.after,
    }
}

/// Where one of the two calls the other: places in code, then those in manifests.
fn calls(input: &Input<'_>, both: &BTreeSet<Arc<str>>) -> Vec<Location> {
    let is_end = |node: NodeIndex| {
        let node = input.graph.node(node);
        node.level == Level::Service && both.contains(&node.name)
    };
    let edges = input.graph.edges().iter();
    let between = edges.filter(|edge| {
        edge.kind.is_synchronous() && edge.from != edge.to && is_end(edge.from) && is_end(edge.to)
    });
    let places = between.flat_map(|edge| {
        let declared = edge.provenance != Provenance::Code;
        input.graph.places(edge).map(move |place| (declared, place))
    });
    let places: BTreeSet<(bool, Location)> = places.collect();
    places.into_iter().map(|(_, place)| place).collect()
}

/// The files of some places, each once.
fn paths_of(places: &[Location]) -> Vec<Arc<str>> {
    let paths: BTreeSet<&Arc<str>> = places.iter().map(|place| &place.path).collect();
    paths.into_iter().cloned().collect()
}

/// How to go about the merge, in order; steps with nothing to do are left out.
fn steps(case: &MergeCase, merge: &Merge, calls: &[Location]) -> Vec<String> {
    let (a, b) = (&case.a, &case.b);
    let mut steps = vec![format!(
        "put {b} beside {a} in one deployable, as a module with the interface that its API has now"
    )];
    if !calls.is_empty() {
        let named = calls.iter().take(PLACES);
        let named: Vec<String> = named
            .map(|at| format!("{}:{}", at.path, at.at.line))
            .collect();
        steps.push(format!(
            "call that module where one calls the other over the network now: {}{}",
            named.join(", "),
            if calls.len() > PLACES {
                " and others"
            } else {
                ""
            }
        ));
    }
    for table in &merge.tables_no_longer_shared {
        steps.push(format!(
            "give table {table} to one of the two modules; the other asks it"
        ));
    }
    steps.push(format!(
        "send what others call {b} for to the new deployable, then stop the old one"
    ));
    steps
}
