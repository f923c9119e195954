//! The map of the system: who uses whom, entries above, stores below.
//!
//! In: [`Analysis`]. Out: [`Map`]; `None` where nothing depends on anything.
//! Invariant: an arrow points down unless a cycle turns it up; ties by name.
//! Never: coordinates, colours; more than [`ALL`] nodes.
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

/// Nodes that still read well; more are joined by folder.
const MOST: usize = 40;
/// Nodes that are shown where folders join too few; the rest is one node.
const ALL: usize = 80;
/// Most boxes around nodes of one folder.
const BOXES: usize = 6;

/// A map.
pub(in crate::report) struct Map {
    /// What a node is: a service, a package, a module, a folder.
    pub(in crate::report) what: &'static str,
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
    let enough = level != Level::Service || own >= 2;
    if nodes.len() < 2 || touched.is_empty() || !enough {
        return None;
    }
    let units = Units::of(&nodes, level);
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
        what: units.what,
        of_services: level == Level::Service,
        nodes: nodes.collect(),
        arrows: units.arrows(&pairs, &groups),
        boxes,
        remarks: Vec::new(),
    };
    map.arrows = units.arrows(&pairs, &groups);
    map.remarks = remarks(analysis, level, &map);
    Some(map)
}

/// What a node of the map stands for.
struct Unit<'a> {
    name: String,
    /// The folder that it shares with others.
    folder: Option<String>,
    members: Vec<&'a NodeRecord>,
}

impl<'a> Unit<'a> {
    fn only(&self) -> Option<&'a NodeRecord> {
        match self.members[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    fn role(&self) -> Role {
        self.members
            .first()
            .map_or(Role::Business, |node| node.role)
    }
}

struct Units<'a> {
    what: &'static str,
    list: Vec<Unit<'a>>,
    of: BTreeMap<&'a NodeId, usize>,
}

impl<'a> Units<'a> {
    /// One for each node, or one for each folder where there are too many.
    fn of(nodes: &[&'a NodeRecord], level: Level) -> Self {
        let folders = folders(nodes);
        let each = |(node, folder): (&&'a NodeRecord, &Option<String>)| Unit {
            name: node.name.to_string(),
            folder: folder.clone(),
            members: vec![*node],
        };
        let mut list: Vec<Unit<'_>> = nodes.iter().zip(&folders).map(each).collect();
        let mut what = level.name();
        if list.len() > MOST {
            let before = list.len();
            list = by_folder(list, level);
            let own = list
                .iter()
                .any(|unit| unit.members.len() > 1 && unit.role().is_business());
            if own && list.len() < before {
                what = if level == Level::Service {
                    "group of services"
                } else {
                    "folder"
                };
            }
        }
        let of = list.iter().enumerate();
        let of =
            of.flat_map(|(index, unit)| unit.members.iter().map(move |node| (&node.id, index)));
        Self {
            what,
            of: of.collect(),
            list,
        }
    }

    fn ends(&self, (from, to): &(NodeId, NodeId)) -> Option<(usize, usize)> {
        let ends = (*self.of.get(from)?, *self.of.get(to)?);
        (ends.0 != ends.1).then_some(ends)
    }

    fn weights(&self, pairs: &BTreeMap<(NodeId, NodeId), Pair>) -> Weights {
        let mut weights = Weights::new();
        for (ends, pair) in pairs {
            if let Some(ends) = self.ends(ends) {
                *weights.entry(ends).or_default() += pair.weight();
            }
        }
        weights
    }

    /// The number of the group of each unit; units that a counted cycle ties together share it.
    fn cycles(&self, analysis: &Analysis, level: Level) -> Vec<usize> {
        let mut groups: Vec<usize> = (0..self.list.len()).collect();
        let of_level = analysis.cycles.iter().filter(|cycle| {
            cycle.level == level && cycle.is_counted() && cycle.synchronous != Some(false)
        });
        for cycle in of_level {
            let tied: BTreeSet<usize> = cycle
                .members
                .iter()
                .filter_map(|id| self.of.get(id))
                .map(|unit| groups[*unit])
                .collect();
            let first = tied.first().copied().unwrap_or_default();
            for group in &mut groups {
                if tied.contains(group) {
                    *group = first;
                }
            }
        }
        groups
    }

    fn arrows(&self, pairs: &BTreeMap<(NodeId, NodeId), Pair>, groups: &[usize]) -> Vec<Arrow> {
        let mut joined: BTreeMap<(usize, usize), Arrow> = BTreeMap::new();
        for (ends, pair) in pairs {
            let Some((from, to)) = self.ends(ends) else {
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
}

impl Arrow {
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

/// The folder of each node that others share, below what all of them share.
fn folders(nodes: &[&NodeRecord]) -> Vec<Option<String>> {
    let paths: Vec<Vec<&str>> = nodes
        .iter()
        .map(|node| match &node.path {
            Some(path) => path.split('/').collect(),
            None => Vec::new(),
        })
        .collect();
    let with_path = || paths.iter().filter(|path| !path.is_empty());
    let first = with_path().next().cloned().unwrap_or_default();
    let shared = with_path()
        .map(|path| path.iter().zip(&first).take_while(|(a, b)| a == b).count())
        .min()
        .unwrap_or_default();
    let folder = |path: &Vec<&str>| {
        let deeper = path.len() > shared + 1;
        deeper.then(|| path[shared].to_owned())
    };
    paths.iter().map(folder).collect()
}

/// Joins the units of one folder; the smallest folders become one where there are still too many.
fn by_folder(list: Vec<Unit<'_>>, level: Level) -> Vec<Unit<'_>> {
    let mut joined: BTreeMap<String, Unit<'_>> = BTreeMap::new();
    for unit in list {
        let role = unit.role();
        let name = match (&unit.folder, level) {
            _ if level == Level::Service && !role.is_business() => format!("{}s", role.name()),
            (Some(folder), _) => folder.clone(),
            (None, Level::Service) => unit.name.clone(),
            (None, _) => top(&unit.name),
        };
        let fresh = || Unit {
            name: name.clone(),
            folder: None,
            members: Vec::new(),
        };
        joined
            .entry(name.clone())
            .or_insert_with(fresh)
            .members
            .extend(unit.members);
    }
    let mut list: Vec<Unit<'_>> = joined.into_values().collect();
    if list.len() > ALL {
        list.sort_by_key(|unit| (std::cmp::Reverse(unit.members.len()), unit.name.clone()));
        let rest: Vec<&NodeRecord> = list
            .split_off(ALL - 1)
            .into_iter()
            .flat_map(|unit| unit.members)
            .collect();
        list.push(Unit {
            name: format!("{} others", rest.len()),
            folder: None,
            members: rest,
        });
    }
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// The part of a module's name above its last separator.
fn top(name: &str) -> String {
    let ends = [".", "/", "::"]
        .into_iter()
        .filter_map(|mark| name.find(mark));
    name[..ends.min().unwrap_or(name.len())].to_owned()
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

fn remarks(analysis: &Analysis, level: Level, map: &Map) -> Vec<String> {
    let mut remarks = Vec::new();
    let of_level = analysis.nodes.iter().filter(|node| node.level == level);
    let drawn: usize = map.nodes.iter().map(|node| node.members).sum();
    let left_out = of_level.count().saturating_sub(drawn);
    let unknown = map.nodes.iter().filter(|node| node.unknown).count();
    if unknown > 0 {
        remarks.push(format!(
            "No call is known of {} (marked ?).",
            counted(unknown as u64, "service", "services")
        ));
    }
    if left_out > 0 {
        let (one, many) = match level {
            Level::Service => ("other program or store", "other programs and stores"),
            Level::Package => ("other package", "other packages"),
            _ => ("other module", "other modules"),
        };
        remarks.push(format!(
            "Not drawn, since nothing joins them: {}.",
            counted(left_out as u64, one, many)
        ));
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
