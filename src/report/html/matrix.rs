//! The dependency structure matrix of the coarsest level that fits.
//!
//! In: [`Analysis`]. Out: [`Matrix`], rows and columns in the same order.
//! Invariant: dependents stand before what they depend on; members of a cycle stand together, boxed.
//! Never: more than [`MOST`] nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, NodeId};
use crate::report::view::names::count;
use crate::report::view::order::{Weights, groups, order};
use crate::report::view::pairs::{Pair, Pairs, pairs};

/// Nodes that still read well.
const MOST: usize = 60;
/// Above this many, cells carry no numbers.
const NUMBERED: usize = 30;

/// A matrix: a row depends on its columns.
#[derive(Serialize)]
pub(super) struct Matrix {
    level: &'static str,
    dense: bool,
    rows: Vec<Row>,
    remark: String,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    name: String,
    role: Option<&'static str>,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    class: String,
    title: String,
}

/// The matrix of the coarsest level with a dependency and at most [`MOST`] connected nodes.
pub(super) fn coarsest(analysis: &Analysis) -> Option<Matrix> {
    [Level::Service, Level::Package, Level::Module, Level::File]
        .into_iter()
        .find_map(|level| matrix(analysis, level))
}

fn matrix(analysis: &Analysis, level: Level) -> Option<Matrix> {
    let pairs = pairs(analysis, level);
    let of_level = analysis.nodes.iter().filter(|node| node.level == level);
    let ends: BTreeSet<&NodeId> = pairs.keys().flat_map(|(from, to)| [from, to]).collect();
    let touched = |node: &&NodeRecord| ends.contains(&node.id);
    let (nodes, alone): (Vec<_>, Vec<_>) = of_level.partition(touched);
    if !(2..=MOST).contains(&nodes.len()) {
        return None;
    }
    let groups = groups(analysis, level, &nodes);
    let sequence = order(&groups, &weights(&nodes, &pairs));
    let nodes: Vec<(&NodeRecord, Option<usize>)> = sequence
        .iter()
        .filter_map(|&index| Some((*nodes.get(index)?, box_of(&groups, index))))
        .collect();
    let rows: Vec<Row> = (0..nodes.len())
        .map(|row| line(row, &nodes, &pairs))
        .collect();
    let backward = rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|cell| cell.class.contains("back"))
        .count();
    Some(Matrix {
        level: level.name(),
        dense: nodes.len() > NUMBERED,
        rows,
        remark: remark(level, backward, alone.len()),
    })
}

fn remark(level: Level, backward: usize, alone: usize) -> String {
    let back = match backward {
        0 => "None lies left of it.".to_owned(),
        1 => "One lies left of it, framed in orange: it points back.".to_owned(),
        more => format!("{more} lie left of it, framed in orange: they point back."),
    };
    let level = level.name();
    let left_out = match alone {
        0 => String::new(),
        1 => format!(" One {level} without a dependency is left out."),
        more => format!(" {more} {level}s without a dependency are left out."),
    };
    format!("{back} Members of a cycle are boxed.{left_out}")
}

/// The box that a node is drawn in; `None` when it is in no cycle.
fn box_of(groups: &[usize], index: usize) -> Option<usize> {
    let group = groups.get(index)?;
    (groups.iter().filter(|other| *other == group).count() > 1).then_some(*group)
}

fn weights(nodes: &[&NodeRecord], pairs: &Pairs) -> Weights {
    let index: BTreeMap<&NodeId, usize> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (&node.id, index))
        .collect();
    let ends = |(from, to): &(NodeId, NodeId)| Some((*index.get(from)?, *index.get(to)?));
    pairs
        .iter()
        .filter_map(|(pair, known)| Some((ends(pair)?, known.weight())))
        .collect()
}

fn line(row: usize, nodes: &[(&NodeRecord, Option<usize>)], pairs: &Pairs) -> Row {
    let (node, _) = nodes[row];
    let cells = (0..nodes.len()).map(|column| {
        let key = (node.id.clone(), nodes[column].0.id.clone());
        cell(row, column, nodes, pairs.get(&key))
    });
    Row {
        number: row + 1,
        name: node.name.to_string(),
        role: (node.level == Level::Service && !node.role.is_business()).then(|| node.role.name()),
        cells: cells.collect(),
    }
}

fn cell(
    row: usize,
    column: usize,
    nodes: &[(&NodeRecord, Option<usize>)],
    pair: Option<&Pair>,
) -> Cell {
    let mut class = Vec::new();
    let (own, other) = (nodes[row].1, nodes[column].1);
    if own.is_some() && own == other {
        class.push("box");
    }
    if row == column {
        class.push("self");
    }
    let Some(pair) = pair.filter(|pair| pair.weight() > 0) else {
        return Cell {
            text: String::new(),
            class: class.join(" "),
            title: String::new(),
        };
    };
    class.push(heat(pair.weight()));
    if column < row {
        class.push("back");
    }
    let kinds: Vec<&str> = pair.kinds.iter().copied().collect();
    let (from, to) = (&nodes[row].0.id.name, &nodes[column].0.id.name);
    Cell {
        text: short(pair.weight()),
        class: class.join(" "),
        title: format!(
            "{from} → {to}: {} ({})",
            count(pair.weight()),
            kinds.join(", ")
        ),
    }
}

/// Four shades, one for each power of ten.
fn heat(weight: u64) -> &'static str {
    match weight {
        0..10 => "h1",
        10..100 => "h2",
        100..1000 => "h3",
        _ => "h4",
    }
}

fn short(weight: u64) -> String {
    match weight {
        0..1000 => weight.to_string(),
        1000..1_000_000 => format!("{}k", weight / 1000),
        _ => format!("{}M", weight / 1_000_000),
    }
}
