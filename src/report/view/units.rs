//! Nodes of one level, joined where there are too many of them.
//!
//! In: nodes of the analysis, a level. Out: [`Units`], which map and matrix show.
//! Invariant: each node lies in exactly one unit; units in the order of their names where they were joined.
//! Never: infrastructure and services of one's own in one unit.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::{self, Group};
use super::order::Weights;
use super::pairs::Pairs;
use super::words::words;
use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, NodeId, Role};

/// One node, or several of one folder.
pub(in crate::report) struct Unit<'a> {
    /// Its name.
    pub(in crate::report) name: String,
    /// The folder that it shares with others.
    pub(in crate::report) folder: Option<String>,
    /// The nodes that it stands for.
    pub(in crate::report) members: Vec<&'a NodeRecord>,
}

impl<'a> Unit<'a> {
    /// A unit without members yet.
    const fn new(name: String) -> Self {
        Self {
            name,
            folder: None,
            members: Vec::new(),
        }
    }

    pub(in crate::report) fn only(&self) -> Option<&'a NodeRecord> {
        match self.members[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    pub(in crate::report) fn role(&self) -> Role {
        self.members
            .first()
            .map_or(Role::Business, |node| node.role)
    }
}

pub(in crate::report) struct Units<'a> {
    /// Whether some stand for several nodes.
    joined: bool,
    level: Level,
    pub(in crate::report) list: Vec<Unit<'a>>,
    of: BTreeMap<&'a NodeId, usize>,
}

impl<'a> Units<'a> {
    /// One for each node, or one for each folder where there are too many.
    pub(in crate::report) fn of(
        nodes: &[&'a NodeRecord],
        level: Level,
        most: usize,
        joined: usize,
    ) -> Self {
        let folders = folders(nodes);
        let each = |(node, folder): (&&'a NodeRecord, &Option<String>)| Unit {
            name: node.name.to_string(),
            folder: folder.clone(),
            members: vec![*node],
        };
        let mut list: Vec<Unit<'_>> = nodes.iter().zip(&folders).map(each).collect();
        let before = list.len();
        if before > most {
            list = by_folder(list, level, joined);
        }
        let joined = list.len() < before;
        let of = list.iter().enumerate();
        let of =
            of.flat_map(|(index, unit)| unit.members.iter().map(move |node| (&node.id, index)));
        Self {
            joined,
            level,
            of: of.collect(),
            list,
        }
    }

    /// What one of them is called, and several.
    pub(in crate::report) fn what(&self, analysis: &Analysis) -> (&'static str, &'static str) {
        match (self.joined, self.level) {
            (false, level) => words(analysis, level),
            (true, Level::Service) => ("group of services", "groups of services"),
            (true, _) => ("group", "groups"),
        }
    }

    /// The units at the ends of a dependency; `None` within one unit or beyond all.
    pub(in crate::report) fn ends(&self, (from, to): &(NodeId, NodeId)) -> Option<(usize, usize)> {
        let ends = (*self.of.get(from)?, *self.of.get(to)?);
        (ends.0 != ends.1).then_some(ends)
    }

    pub(in crate::report) fn weights(&self, pairs: &Pairs) -> Weights {
        let mut weights = Weights::new();
        for (ends, pair) in pairs {
            if let Some(ends) = self.ends(ends) {
                *weights.entry(ends).or_default() += pair.weight();
            }
        }
        weights
    }

    /// The number of the group of each unit; units that a counted cycle ties together share it.
    pub(in crate::report) fn cycles(&self, analysis: &Analysis, level: Level) -> Vec<usize> {
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
}

/// Joins the units of one folder, as deep as `most` allows; what is not a service of one's own, by its role.
fn by_folder(list: Vec<Unit<'_>>, level: Level, most: usize) -> Vec<Unit<'_>> {
    let is_other = |unit: &Unit<'_>| level == Level::Service && !unit.role().is_business();
    let (others, own): (Vec<_>, Vec<_>) = list.into_iter().partition(is_other);
    let mut joined: BTreeMap<String, Unit<'_>> = BTreeMap::new();
    for unit in others {
        let name = format!("{}s", unit.role().name());
        joined
            .entry(name.clone())
            .or_insert_with(|| Unit::new(name))
            .members
            .extend(unit.members);
    }
    let parts = |unit: &Unit<'_>| match unit.only().and_then(|node| node.path.as_deref()) {
        Some(path) if !path.is_empty() => groups::parts(&format!("{path}/")),
        _ => groups::parts(&unit.name),
    };
    let parts: Vec<Vec<String>> = own.iter().map(parts).collect();
    let mut list: Vec<Unit<'_>> = groups::groups(&parts, most)
        .into_iter()
        .map(|group| group_unit(&group, &own))
        .chain(joined.into_values())
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// A group of units as one; a single one keeps its name.
fn group_unit<'a>(group: &Group, own: &[Unit<'a>]) -> Unit<'a> {
    if let [only] = group.members[..] {
        let mut unit = Unit::new(own[only].name.clone());
        unit.members.clone_from(&own[only].members);
        return unit;
    }
    let units = || group.members.iter().map(|&member| &own[member]);
    let mark = units().find_map(|unit| {
        ["::", "/", "."]
            .into_iter()
            .find(|mark| unit.name.contains(mark))
    });
    let place = group.parts.join(mark.unwrap_or("/"));
    let name = match (group.others, place.is_empty()) {
        (true, true) => format!("{} others", group.members.len()),
        (true, false) => format!("{} others in {place}", group.members.len()),
        (false, true) => "(top)".to_owned(),
        (false, false) => place,
    };
    let mut unit = Unit::new(name);
    unit.members = units()
        .flat_map(|unit| unit.members.iter().copied())
        .collect();
    unit
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
