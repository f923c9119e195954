//! The map of the system: who uses whom, entries above, stores below.
//!
//! In: [`Analysis`]. Out: [`Map`]; `None` where nothing depends on anything.
//! Invariant: an arrow points down unless a cycle turns it up; ties by name.
//! Never: coordinates, colours; more than [`MOST`] nodes.
//!
//! Of a system of services the nodes are services and their stores, of one program its packages or
//! modules. More than [`MOST`] of them are joined by folder: `orders/api` and `orders/worker`
//! become `orders`. Rejected: to drop the small ones, since a reader would look for them in vain.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analysis, NodeRecord, known_services};
use crate::model::names::{counted, tail};
use crate::model::{EdgeKind, Level, NodeId, NodeKind, Role};

use super::order::{Weights, order};
use super::pairs::{Pair, pairs};
use super::strip::owned_files;
use super::units::Units;

/// Nodes that still read well; more are joined by folder.
const MOST: usize = 40;
/// Nodes that folders are joined to: more tell less of the whole.
const JOINED: usize = 24;
/// Most boxes around nodes of one folder.
const BOXES: usize = 6;

/// A map.
pub(in crate::report) struct Map {
    /// What one node is called, and several: `service`, `package`, `group`.
    pub(in crate::report) what: (&'static str, &'static str),
    /// Whether the nodes are services, of which every call in a cycle counts; in a program the ways down are normal.
    pub(in crate::report) of_services: bool,
    /// Nodes, in rows from top to bottom.
    pub(in crate::report) nodes: Vec<Place>,
    /// Dependencies, by their ends.
    pub(in crate::report) arrows: Vec<Arrow>,
    /// Names of the boxes.
    pub(in crate::report) boxes: Vec<String>,
    /// What is not drawn, and how to read the rest.
    pub(in crate::report) remarks: Vec<String>,
}

/// A node of the map.
pub(in crate::report) struct Place {
    /// The node of the analysis; `None` for several of one folder.
    pub(in crate::report) id: Option<NodeId>,
    /// Its name.
    pub(in crate::report) name: String,
    /// What it is for.
    pub(in crate::report) role: Role,
    /// Its row, from the top.
    pub(in crate::report) row: usize,
    /// Index of the box that it stands in.
    pub(in crate::report) within: Option<usize>,
    /// Whether it is a service of which no call is known.
    pub(in crate::report) unknown: bool,
    /// Nodes of the analysis that it stands for.
    pub(in crate::report) members: usize,
}

/// How two nodes are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Line {
    /// The caller waits, or the code refers to it.
    Solid,
    /// A message.
    Dashed,
    /// Only configured: no call was seen.
    Dotted,
}

/// A dependency on the map.
pub(in crate::report) struct Arrow {
    /// Index of the dependent.
    pub(in crate::report) from: usize,
    /// Index of the dependency.
    pub(in crate::report) to: usize,
    /// How they are joined.
    pub(in crate::report) line: Line,
    /// Recorded calls; 0 where none is.
    pub(in crate::report) calls: u64,
    /// Places in code and manifests.
    pub(in crate::report) places: u64,
    /// Kinds of edges, each once.
    pub(in crate::report) kinds: Vec<&'static str>,
    /// Whether it is part of a cycle that counts.
    pub(in crate::report) in_cycle: bool,
}

/// The map of the system.
pub(in crate::report) fn map(analysis: &Analysis) -> Option<Map> {
    [Level::Service, Level::Package, Level::Module]
        .into_iter()
        .find_map(|level| at(analysis, level))
}

/// The map of one level; `None` where it has fewer than two nodes that are joined.
fn at(analysis: &Analysis, level: Level) -> Option<Map> {
    let pairs = pairs(analysis, level);
    let touched: BTreeSet<&NodeId> = pairs.keys().flat_map(|(from, to)| [from, to]).collect();
    let shown = |node: &&NodeRecord| {
        node.level == level
            && (touched.contains(&node.id) || (level == Level::Service && node.role.is_business()))
    };
    let nodes: Vec<&NodeRecord> = analysis.nodes.iter().filter(shown).collect();
    let own = nodes.iter().filter(|node| node.role.is_business()).count();
    if nodes.len() < 2
        || touched.is_empty()
        || (level == Level::Service && !tells(analysis, own, &nodes, &touched))
    {
        return None;
    }
    let units = Units::of(&nodes, level, MOST, JOINED);
    let weights = units.weights(&pairs);
    let groups = units.cycles(analysis, level);
    let rows = rows(&units, &groups, &weights);
    let known = known_services(analysis);
    let boxes = boxes(&units);
    let nodes = units.list.iter().zip(rows).map(|(unit, row)| {
        let is_unknown = |node: &&NodeRecord| !known.contains(&node.id);
        Place {
            id: unit.only().map(|node| node.id.clone()),
            name: unit.name.clone(),
            role: unit.role(),
            row,
            within: boxes
                .iter()
                .position(|name| Some(name) == unit.folder.as_ref()),
            unknown: level == Level::Service
                && unit.role().is_business()
                && unit.members.iter().all(is_unknown),
            members: unit.members.len(),
        }
    });
    let mut map = Map {
        what: units.what(analysis),
        of_services: level == Level::Service,
        nodes: nodes.collect(),
        arrows: arrows(&units, &pairs, &groups),
        boxes,
        remarks: Vec::new(),
    };
    map.remarks = remarks(analysis, level, &map);
    Some(map)
}

/// Whether services are what the system consists of: a call joins one of them, and they run at least half of the code.
///
/// Tools beside one large program would else stand for the whole of it.
fn tells(
    analysis: &Analysis,
    own: usize,
    nodes: &[&NodeRecord],
    touched: &BTreeSet<&NodeId>,
) -> bool {
    let joined = nodes
        .iter()
        .any(|node| node.role.is_business() && touched.contains(&node.id));
    let (owned, all) = owned_files(analysis);
    own >= 2 && joined && owned * 2 >= all
}

/// One arrow for all pairs of nodes between the same two units. It is part of a cycle where both
/// units are in the same group.
fn arrows(
    units: &Units<'_>,
    pairs: &BTreeMap<(NodeId, NodeId), Pair>,
    groups: &[usize],
) -> Vec<Arrow> {
    let mut joined: BTreeMap<(usize, usize), Arrow> = BTreeMap::new();
    for (ends, pair) in pairs {
        let Some((from, to)) = units.ends(ends) else {
            continue;
        };
        let fresh = || Arrow {
            from,
            to,
            line: Line::Dotted,
            calls: 0,
            places: 0,
            kinds: Vec::new(),
            in_cycle: groups[from] == groups[to],
        };
        joined.entry((from, to)).or_insert_with(fresh).add(pair);
    }
    joined.into_values().collect()
}

impl Arrow {
    /// Adds a pair. The strongest line wins: solid over dashed over dotted, so that one real call
    /// among configured addresses is visible.
    fn add(&mut self, pair: &Pair) {
        self.calls += pair.observed;
        self.places += pair.in_code() + pair.declared;
        self.kinds.extend(&pair.kinds);
        self.kinds.sort_unstable();
        self.kinds.dedup();
        let only_messages = pair
            .kinds
            .iter()
            .all(|kind| *kind == EdgeKind::Messaging.name());
        let line = match (pair.only_configured(), only_messages) {
            (true, _) => Line::Dotted,
            (false, true) => Line::Dashed,
            (false, false) => Line::Solid,
        };
        self.line = match (self.line, line) {
            (Line::Solid, _) | (_, Line::Solid) => Line::Solid,
            (Line::Dashed, _) | (_, Line::Dashed) => Line::Dashed,
            _ => Line::Dotted,
        };
    }
}

/// Boxes for folders that hold two or more, where several do.
fn boxes(units: &Units<'_>) -> Vec<String> {
    let mut sizes: BTreeMap<&String, usize> = BTreeMap::new();
    for folder in units.list.iter().filter_map(|unit| unit.folder.as_ref()) {
        *sizes.entry(folder).or_default() += 1;
    }
    let large: Vec<String> = sizes
        .into_iter()
        .filter(|(_, size)| *size > 1)
        .map(|(name, _)| name.clone())
        .collect();
    if (2..=BOXES).contains(&large.len()) {
        large
    } else {
        Vec::new()
    }
}

/// The row of each unit: below all that use it, as far as no cycle turns round; stores last.
fn rows(units: &Units<'_>, groups: &[usize], weights: &Weights) -> Vec<usize> {
    let is_store = |unit: usize| matches!(units.list[unit].role(), Role::Datastore | Role::Broker);
    let sequence = order(groups, weights);
    let mut place = vec![0; groups.len()];
    for (at, &unit) in sequence.iter().enumerate() {
        place[unit] = at;
    }
    let mut rows = vec![0; groups.len()];
    for &unit in &sequence {
        let above = weights
            .keys()
            .filter(|(from, to)| *to == unit && place[*from] < place[unit]);
        rows[unit] = above.map(|(from, _)| rows[*from] + 1).max().unwrap_or(0);
    }
    let joined: BTreeSet<usize> = weights.keys().flat_map(|(from, to)| [*from, *to]).collect();
    let lowest = |wanted: &dyn Fn(usize) -> bool| {
        (0..rows.len())
            .filter(|&unit| wanted(unit))
            .map(|unit| rows[unit])
            .max()
    };
    let alone = lowest(&|unit| joined.contains(&unit) && !is_store(unit)).map_or(0, |row| row + 1);
    let any_alone = (0..rows.len()).any(|unit| !joined.contains(&unit) && !is_store(unit));
    let bottom = alone + usize::from(any_alone);
    (0..rows.len())
        .map(|unit| match (is_store(unit), joined.contains(&unit)) {
            (true, _) => bottom,
            (false, false) => alone,
            (false, true) => rows[unit],
        })
        .collect()
}

/// What the map does not show: services of which no call is known, and nodes that nothing joins.
fn remarks(analysis: &Analysis, level: Level, map: &Map) -> Vec<String> {
    let mut remarks = Vec::new();
    let is_counted = |node: &&NodeRecord| {
        node.level == level && !matches!(node.role, Role::Test | Role::Generated)
    };
    let of_level = analysis.nodes.iter().filter(is_counted);
    let drawn: usize = map.nodes.iter().map(|node| node.members).sum();
    let left_out = of_level.count().saturating_sub(drawn) as u64;
    let unknown = map.nodes.iter().filter(|node| node.unknown).count();
    if unknown > 0 {
        remarks.push(format!(
            "It is not known whom {} may call (marked ?).",
            counted(unknown as u64, "service", "services")
        ));
    }
    if left_out > 0 {
        let left_out = match level {
            Level::Service => counted(
                left_out,
                "other program or store",
                "other programs and stores",
            ),
            _ => format!(
                "{left_out} of the {}",
                super::words::words(analysis, level).1
            ),
        };
        remarks.push(format!("Not drawn, since nothing joins them: {left_out}."));
    }
    remarks
}

/// What a place is called in a link: `service-orders`.
pub(in crate::report) fn anchor(id: &NodeId) -> String {
    let kind = match id.kind {
        NodeKind::Service => "service",
        _ => "node",
    };
    let name: String = id
        .name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    format!("{kind}-{}", tail(&name))
}
