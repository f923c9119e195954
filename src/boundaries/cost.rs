//! What a cut costs: the dependencies, tables and calls that cross the border.
//!
//! In: [`Input`], [`Universe`], a set. Out: [`Cost`], the edges to break.
//! Invariant: every crossing edge keeps its call sites.
//! Never: counts test, type-only, build or facade edges.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::input::Input;
use super::base::record::{Break, Cost, SharedTable};
use super::base::sets::FileSet;
use super::base::universe::Universe;
use crate::graph::{Edge, Vertex, WeightedEdge};
use crate::model::{EdgeKind, Location};

/// Dependencies that cross the border, by direction.
pub(crate) struct Crossing {
    /// Of the rest on the set: (from, to, references).
    pub(crate) into: Vec<WeightedEdge>,
    /// Of the set on the rest.
    pub(crate) out: Vec<WeightedEdge>,
    /// Those to break.
    lighter: Vec<WeightedEdge>,
}

impl Crossing {
    /// `kernel` belongs to nobody: a use of it is no dependency to break.
    pub(crate) fn of(universe: &Universe, inside: &[bool], kernel: &[Vertex]) -> Self {
        let crosses = |from: bool, &(a, b, _): &WeightedEdge| {
            inside[a.index()] == from && inside[b.index()] != from
        };
        let of = |from| -> Vec<WeightedEdge> {
            let edges = universe.digraph.iter();
            edges.filter(|edge| crosses(from, edge)).collect()
        };
        let (into, out) = (of(false), of(true));
        let owned = |edges: &[WeightedEdge]| -> Vec<WeightedEdge> {
            let edges = edges.iter().copied();
            edges.filter(|edge| !kernel.contains(&edge.1)).collect()
        };
        let sum = |edges: &[WeightedEdge]| edges.iter().map(|edge| edge.2).sum::<u64>();
        let (to_set, to_rest) = (owned(&into), owned(&out));
        let lighter = if sum(&to_rest) <= sum(&to_set) {
            to_rest
        } else {
            to_set
        };
        Self { into, out, lighter }
    }

    /// The direction with fewer references, uses of the kernel aside; ties break the uses of the rest.
    pub(crate) fn lighter(&self) -> &[WeightedEdge] {
        &self.lighter
    }
}

/// What crosses the border. Values that rest on traces are `None` without them; the relative costs
/// then go by references, as the code is all that is known.
pub(crate) fn cost(
    input: &Input<'_>,
    universe: &Universe,
    set: &FileSet,
    crossing: &Crossing,
) -> Cost {
    let inside = set.flags(universe.len());
    let crosses = |&&(from, to, _): &&WeightedEdge| inside[from.index()] != inside[to.index()];
    let traced = universe.traced;
    let network: u64 = universe
        .call_pairs
        .iter()
        .filter(crosses)
        .map(|pair| pair.2)
        .sum();
    let references: Vec<_> = universe.digraph.iter().collect();
    let pairs = if universe.call_pairs.is_empty() {
        &references
    } else {
        &universe.call_pairs
    };
    Cost {
        crossing_in: crossing.into.len() as u64,
        crossing_out: crossing.out.len() as u64,
        call_sites: crossing
            .into
            .iter()
            .chain(&crossing.out)
            .map(|edge| edge.2)
            .sum(),
        interface: interface(input, universe, &inside),
        back_edges: crossing.lighter().len() as u64,
        shared_tables: (!input.tables.is_empty()).then(|| shared_tables(input, universe, &inside)),
        network_calls: traced.then_some(network),
        added_ms_p95: slowest(universe, &inside)
            .map(|calls| calls as f64 * input.assumptions.hop_ms),
        icp_raw: share_of(pairs, &inside, |weight| weight as f64),
        icp_log: share_of(pairs, &inside, |weight| 1.0 + (weight.max(1) as f64).ln()),
        ecf_icf: external_over_internal(universe, set, &inside),
    }
}

/// Calls that would cross the border among those that a request waits for, 95th percentile of the
/// sampled requests (nearest rank).
fn slowest(universe: &Universe, inside: &[bool]) -> Option<u64> {
    let crossing = |calls: &Vec<WeightedEdge>| -> u64 {
        let crosses = |call: &&WeightedEdge| inside[call.0.index()] != inside[call.1.index()];
        calls.iter().filter(crosses).map(|call| call.2).sum()
    };
    let mut requests: Vec<u64> = universe.requests.iter().map(crossing).collect();
    requests.sort_unstable();
    let rank = (requests.len() * 95).div_ceil(100);
    requests.get(rank.checked_sub(1)?).copied()
}

/// The weight that crosses the border over all weight; `None` where there is none. The caller
/// chooses the weight: raw counts let one hot pair decide, logarithms do not.
fn share_of(pairs: &[WeightedEdge], inside: &[bool], weight: impl Fn(u64) -> f64) -> Option<f64> {
    let sum = |crossing: bool| {
        let counts =
            |pair: &&WeightedEdge| !crossing || inside[pair.0.index()] != inside[pair.1.index()];
        pairs
            .iter()
            .filter(counts)
            .map(|pair| weight(pair.2))
            .sum::<f64>()
    };
    let all = sum(false);
    (all > 0.0).then(|| sum(true) / all)
}

/// External over internal change frequency (Jin et al. 2018), commits per pair of files.
fn external_over_internal(universe: &Universe, set: &FileSet, inside: &[bool]) -> Option<f64> {
    let history = universe.history.as_ref()?;
    let (mut within, mut across) = (0, 0);
    for pair in &history.coupled {
        match (inside[pair.a.index()], inside[pair.b.index()]) {
            (true, true) => within += pair.shared,
            (false, false) => {}
            (true, false) | (false, true) => across += pair.shared,
        }
    }
    let (own, rest) = (set.len() as f64, (universe.len() - set.len()) as f64);
    let internal = within as f64 / (own * (own - 1.0) / 2.0);
    (within > 0 && rest > 0.0).then(|| across as f64 / (own * rest) / internal)
}

/// Code edges that count, between files of the universe on different sides.
pub(super) fn crossing_edges<'a>(
    input: &Input<'a>,
    universe: &'a Universe,
    inside: &'a [bool],
) -> impl Iterator<Item = (Vertex, Vertex, &'a Edge)> {
    let counted = input
        .graph
        .edges()
        .iter()
        .filter(|edge| edge.kind.is_code() && edge.is_counted());
    let placed = counted.filter_map(|edge| {
        Some((
            universe.position(edge.from)?,
            universe.position(edge.to)?,
            edge,
        ))
    });
    placed.filter(|&(from, to, _)| inside[from.index()] != inside[to.index()])
}

/// The symbols that are used across the border, sorted by name.
fn interface(input: &Input<'_>, universe: &Universe, inside: &[bool]) -> Vec<Arc<str>> {
    let symbols = crossing_edges(input, universe, inside).flat_map(|(_, _, edge)| &edge.symbols);
    let names: BTreeSet<Arc<str>> = symbols.map(|symbol| symbol.name.clone()).collect();
    names.into_iter().collect()
}

/// The edges of `broken` with their call sites: symbol layer first, imports where there is nothing else.
pub(crate) fn breaks(
    input: &Input<'_>,
    universe: &Universe,
    inside: &[bool],
    broken: &[WeightedEdge],
) -> Vec<Break> {
    let mut places: BTreeMap<(Vertex, Vertex), [Vec<Location>; 2]> = broken
        .iter()
        .map(|edge| ((edge.0, edge.1), Default::default()))
        .collect();
    for (from, to, edge) in crossing_edges(input, universe, inside) {
        let import = matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport);
        if let Some(layers) = places.get_mut(&(from, to)) {
            layers[usize::from(import)].extend(input.graph.places(edge));
        }
    }
    let id = |file: Vertex| input.graph.node(universe.files[file.index()]).id.clone();
    let broken = |((from, to), [symbols, imports]): ((Vertex, Vertex), [Vec<Location>; 2])| {
        let mut locations = if symbols.is_empty() { imports } else { symbols };
        locations.sort_unstable();
        locations.dedup();
        Break {
            from: id(from),
            to: id(to),
            locations,
        }
    };
    places.into_iter().map(broken).collect()
}

/// Tables with uses on both sides, split into reads and writes. Uses in files outside of the
/// universe are not counted.
fn shared_tables(input: &Input<'_>, universe: &Universe, inside: &[bool]) -> Vec<SharedTable> {
    let mut tables: BTreeMap<&str, SharedTable> = BTreeMap::new();
    for table in input.tables {
        let Ok(at) = universe.paths.binary_search(&table.location.path) else {
            continue;
        };
        let uses = tables.entry(&table.table).or_insert_with(|| SharedTable {
            table: table.table.clone(),
            ..SharedTable::default()
        });
        let count = match (table.write, inside[at]) {
            (true, true) => &mut uses.writes_inside,
            (true, false) => &mut uses.writes_outside,
            (false, true) => &mut uses.reads_inside,
            (false, false) => &mut uses.reads_outside,
        };
        *count += 1;
    }
    let shared = |table: &SharedTable| {
        table.writes_inside + table.reads_inside > 0
            && table.writes_outside + table.reads_outside > 0
    };
    tables.into_values().filter(shared).collect()
}
