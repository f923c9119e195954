//! The dependency structure matrix of the coarsest level, and of its largest parts.
//!
//! In: [`Analysis`]. Out: [`Section`], rows and columns in the same order.
//! Invariant: dependents stand before what they depend on; members of a cycle stand together, boxed.
//! Never: more than [`MOST`] nodes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::short::Short;
use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, NodeId};
use crate::report::view::groups::{WORDS, shared};
use crate::report::view::names::{count, place};
use crate::report::view::order::order;
use crate::report::view::pairs::{Pair, Pairs, pairs};
use crate::report::view::units::{Unit, Units};
use crate::report::view::words::words;

/// Nodes that still read well, in the whole and in a part of it.
const MOST: usize = 60;
const MOST_INSIDE: usize = 24;
/// Parts that are shown with what is in them.
const INSIDE: usize = 8;
/// Cells whose references are listed, and places of each.
const REFS: usize = 300;
const PLACES: usize = 4;
/// Above this many, cells carry no numbers.
const NUMBERED: usize = 30;

/// The whole, and its largest parts.
#[derive(Serialize)]
pub(super) struct Section {
    whole: Matrix,
    inside: Vec<Inside>,
    refs: Short<Behind>,
}

/// A part of the whole.
#[derive(Serialize)]
struct Inside {
    name: String,
    matrix: Matrix,
}

/// A matrix: a row depends on its columns.
#[derive(Serialize)]
struct Matrix {
    /// What a row is.
    what: &'static str,
    /// What each name begins with; left out in the rows.
    head: String,
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

#[derive(Default, Serialize)]
struct Cell {
    text: String,
    class: String,
    title: String,
    /// Fragment of its references.
    link: Option<String>,
}

/// The references behind a cell.
#[derive(Serialize)]
struct Behind {
    anchor: String,
    title: String,
    places: Short<String>,
}

/// The matrix of the coarsest level with a dependency, then what its largest parts look like inside.
pub(super) fn matrices(analysis: &Analysis) -> Option<Section> {
    let coarsest = [Level::Service, Level::Package, Level::Module, Level::File];
    let mut refs = Refs::default();
    let (whole, level, units) = coarsest.into_iter().find_map(|level| {
        let pairs = pairs(analysis, level);
        let nodes: Vec<&NodeRecord> = analysis
            .nodes
            .iter()
            .filter(|node| node.level == level)
            .collect();
        let (units, alone) = connected(&nodes, level, &pairs, MOST)?;
        Some((
            matrix(analysis, level, &units, alone, &pairs, &mut refs),
            level,
            units,
        ))
    })?;
    let mut parts: Vec<&Unit<'_>> = units.list.iter().collect();
    parts.sort_by_key(|unit| (Reverse(unit.members.len()), &unit.name));
    let finer = Finer::of(analysis, level);
    let inside = parts.into_iter().filter_map(|unit| {
        let (level, nodes, pairs) = finer.of_unit(unit)?;
        let (units, alone) = connected(&nodes, level, pairs, MOST_INSIDE)?;
        Some(Inside {
            name: unit.name.clone(),
            matrix: matrix(analysis, level, &units, alone, pairs, &mut refs),
        })
    });
    let inside = inside.take(INSIDE).collect();
    Some(Section {
        whole,
        inside,
        refs: Short {
            more: refs.left_out,
            items: refs.list,
        },
    })
}

/// Nodes and dependencies of the level itself and of the next finer one.
struct Finer<'a> {
    own: (Level, Pairs),
    next: Option<(Level, Pairs)>,
    children: BTreeMap<&'a NodeId, Vec<&'a NodeRecord>>,
}

impl<'a> Finer<'a> {
    /// Reads the pairs of `level` and of the level below it, and which nodes of that level lie in
    /// which node. Services have no finer level: their code is not split between them.
    fn of(analysis: &'a Analysis, level: Level) -> Self {
        let next = match level {
            Level::Package => Some(Level::Module),
            Level::Module => Some(Level::File),
            _ => None,
        };
        let mut children: BTreeMap<&NodeId, Vec<&NodeRecord>> = BTreeMap::new();
        for node in analysis
            .nodes
            .iter()
            .filter(|node| Some(node.level) == next)
        {
            if let Some(parent) = &node.parent {
                children.entry(parent).or_default().push(node);
            }
        }
        Self {
            own: (level, pairs(analysis, level)),
            next: next.map(|level| (level, pairs(analysis, level))),
            children,
        }
    }

    /// The nodes of a group, or what lies in a single node.
    fn of_unit(&self, unit: &Unit<'a>) -> Option<(Level, Vec<&'a NodeRecord>, &Pairs)> {
        let Some(node) = unit.only() else {
            return Some((self.own.0, unit.members.clone(), &self.own.1));
        };
        let (level, pairs) = self.next.as_ref()?;
        Some((*level, self.children.get(&node.id)?.clone(), pairs))
    }
}

/// The nodes that a dependency between two of them touches, joined to at most `most`, and the number of the others.
fn connected<'a>(
    nodes: &[&'a NodeRecord],
    level: Level,
    pairs: &Pairs,
    most: usize,
) -> Option<(Units<'a>, usize)> {
    let within: BTreeSet<&NodeId> = nodes.iter().map(|node| &node.id).collect();
    let inner = pairs
        .keys()
        .filter(|(from, to)| within.contains(from) && within.contains(to));
    let ends: BTreeSet<&NodeId> = inner.flat_map(|(from, to)| [from, to]).collect();
    let touched: Vec<&NodeRecord> = nodes
        .iter()
        .filter(|node| ends.contains(&node.id))
        .copied()
        .collect();
    let units = Units::of(&touched, level, most, most);
    (units.list.len() > 1).then_some((units, nodes.len() - touched.len()))
}

/// One matrix. Rows are ordered so that dependencies lie right of the diagonal; `alone` is the
/// number of nodes that were left out because nothing joins them.
fn matrix(
    analysis: &Analysis,
    level: Level,
    units: &Units<'_>,
    alone: usize,
    pairs: &Pairs,
    refs: &mut Refs,
) -> Matrix {
    let groups = units.cycles(analysis, level);
    let sequence = order(&groups, &units.weights(pairs));
    let mut joined: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
    for (ends, pair) in pairs {
        if let Some(ends) = units.ends(ends) {
            joined.entry(ends).or_default().join(pair);
        }
    }
    let names: Vec<&str> = units.list.iter().map(|unit| &*unit.name).collect();
    let head = shared(&names, WORDS);
    let drawing = Drawing {
        units,
        groups,
        sequence,
        joined,
        head,
    };
    let rows: Vec<Row> = (0..units.list.len())
        .map(|row| drawing.row(row, level, refs))
        .collect();
    let cells = || rows.iter().flat_map(|row| &row.cells);
    let backward = cells().filter(|cell| cell.class.contains("back")).count();
    Matrix {
        what: units.what(analysis).1,
        head: names
            .first()
            .and_then(|name| name.get(..head))
            .unwrap_or_default()
            .to_owned(),
        dense: units.list.len() > NUMBERED,
        remark: remark(words(analysis, level), backward, alone),
        rows,
    }
}

/// How many marks lie on the wrong side of the diagonal, and what was left out.
fn remark((one, several): (&str, &str), backward: usize, alone: usize) -> String {
    let back = match backward {
        0 => "No mark lies left of it.".to_owned(),
        1 => {
            "One mark lies left of it, framed in orange: a dependency against the normal direction."
                .to_owned()
        }
        more => format!(
            "{more} marks lie left of it, framed in orange: dependencies against the normal direction."
        ),
    };
    let left_out = match alone {
        0 => String::new(),
        1 => format!(" One {one} without a dependency here is left out."),
        more => format!(" {more} {several} without a dependency here are left out."),
    };
    format!("{back} Members of a cycle are boxed.{left_out}")
}

/// What the cells of one matrix are made of.
struct Drawing<'a> {
    units: &'a Units<'a>,
    /// Units that a cycle ties share the number.
    groups: Vec<usize>,
    /// Numbers of units from the first row to the last.
    sequence: Vec<usize>,
    joined: BTreeMap<(usize, usize), Pair>,
    /// Bytes that all names begin with.
    head: usize,
}

impl Drawing<'_> {
    fn name(&self, row: usize) -> &str {
        let name = &self.units.list[self.sequence[row]].name;
        name.get(self.head..).unwrap_or(name)
    }

    /// Whether the unit is in a cycle with another one.
    fn is_tied(&self, unit: usize) -> bool {
        self.groups
            .iter()
            .filter(|group| **group == self.groups[unit])
            .count()
            > 1
    }

    /// One row; the role is named only for services that are not business code.
    fn row(&self, row: usize, level: Level, refs: &mut Refs) -> Row {
        let unit = &self.units.list[self.sequence[row]];
        Row {
            number: row + 1,
            name: self.name(row).to_owned(),
            role: (level == Level::Service && !unit.role().is_business())
                .then(|| unit.role().name()),
            cells: (0..self.sequence.len())
                .map(|column| self.cell(row, column, refs))
                .collect(),
        }
    }

    /// The cell of a dependency of `row` on `column`. Classes say whether it lies on the diagonal,
    /// in a box of a cycle, or against the normal direction (left of the diagonal).
    fn cell(&self, row: usize, column: usize, refs: &mut Refs) -> Cell {
        let (from, to) = (self.sequence[row], self.sequence[column]);
        let mut class = Vec::new();
        if self.groups[from] == self.groups[to] && self.is_tied(from) {
            class.push("box");
        }
        if row == column {
            class.push("self");
        }
        let Some(pair) = self
            .joined
            .get(&(from, to))
            .filter(|pair| pair.weight() > 0)
        else {
            return Cell {
                class: class.join(" "),
                ..Cell::default()
            };
        };
        class.push(heat(pair.weight()));
        if column < row {
            class.push("back");
        }
        let kinds: Vec<&str> = pair.kinds.iter().copied().collect();
        let title = format!(
            "{} → {}: {} ({})",
            self.name(row),
            self.name(column),
            count(pair.weight()),
            kinds.join(", ")
        );
        Cell {
            text: short(pair.weight()),
            class: class.join(" "),
            link: refs.add(&title, pair),
            title,
        }
    }
}

/// What lies behind the cells, in their order.
#[derive(Default)]
struct Refs {
    list: Vec<Behind>,
    left_out: usize,
}

impl Refs {
    /// The fragment of the references of a cell; `None` where the page has too many already.
    fn add(&mut self, title: &str, pair: &Pair) -> Option<String> {
        if pair.places.is_empty() {
            return None;
        }
        if self.list.len() == REFS {
            self.left_out += 1;
            return None;
        }
        let anchor = format!("cell-{}", self.list.len() + 1);
        let places = pair.places.iter().map(place);
        self.list.push(Behind {
            anchor: anchor.clone(),
            title: title.to_owned(),
            places: Short::new(places, PLACES),
        });
        Some(anchor)
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

/// A number that fits into a cell: 1,999 becomes `1k`, rounded down.
fn short(weight: u64) -> String {
    match weight {
        0..1000 => weight.to_string(),
        1000..1_000_000 => format!("{}k", weight / 1000),
        _ => format!("{}M", weight / 1_000_000),
    }
}
