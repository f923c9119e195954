//! A small drawing of a cycle.
//!
//! In: a [`Cycle`]. Out: boxes and arrows with their coordinates.
//! Invariant: the same cycle gives the same drawing; the table beside it says the same.
//! Never: more than [`MOST`] boxes.

use serde::Serialize;

use crate::analysis::Cycle;
use crate::report::view::names::short;

/// Boxes that still read well in one row.
const MOST: usize = 5;
/// Width of a box, of a gap, and height of a box.
const BOX: usize = 148;
const GAP: usize = 56;
const HEIGHT: usize = 40;
/// Characters of a name that fit into a box.
const FIT: usize = 18;

/// A drawing in one row with the way back below.
#[derive(Serialize)]
pub(super) struct Ring {
    width: usize,
    height: usize,
    boxes: Vec<Node>,
    arrows: Vec<Arrow>,
    title: String,
}

#[derive(Serialize)]
struct Node {
    x: usize,
    middle: usize,
    label: String,
    name: String,
}

#[derive(Serialize)]
struct Arrow {
    path: String,
    cut: bool,
    mark_x: usize,
    mark_y: usize,
}

/// The shortest way round as boxes in a row; `None` for a cycle that is too long for one.
pub(super) fn ring(cycle: &Cycle) -> Option<Ring> {
    let number = cycle.shortest.len();
    if !(2..=MOST).contains(&number) {
        return None;
    }
    let names: Vec<&str> = cycle.shortest.iter().map(|id| &*id.name).collect();
    let boxes = names.iter().enumerate().map(|(index, name)| Node {
        x: left(index),
        middle: left(index) + BOX / 2,
        label: short(name, FIT),
        name: (*name).to_owned(),
    });
    Some(Ring {
        width: left(number) - GAP + 2,
        height: HEIGHT * 2 + 6,
        boxes: boxes.collect(),
        arrows: (0..number).map(|index| arrow(cycle, index)).collect(),
        title: format!("{} → {}", names.join(" → "), names.first().unwrap_or(&"")),
    })
}

fn left(index: usize) -> usize {
    1 + index * (BOX + GAP)
}

/// The arrow from box `index` to the next. The last one runs back below the row: down, left, and up
/// to the first box. `cut` marks the arrows of the cheapest cut.
fn arrow(cycle: &Cycle, index: usize) -> Arrow {
    let number = cycle.shortest.len();
    let next = (index + 1) % number;
    let ends = (cycle.shortest.get(index), cycle.shortest.get(next));
    let cut = cycle
        .cut
        .iter()
        .any(|edge| (Some(&edge.from), Some(&edge.to)) == ends);
    let middle = HEIGHT / 2 + 1;
    if next > index {
        let (start, end) = (left(index) + BOX, left(next) - 8);
        return Arrow {
            path: format!("M{start} {middle}H{end}"),
            cut,
            mark_x: left(next) - GAP / 2 - 4,
            mark_y: middle - 6,
        };
    }
    let (start, end, low) = (left(index) + BOX / 2, left(0) + BOX / 2, HEIGHT * 2 - 8);
    let (bottom, tip) = (HEIGHT + 2, HEIGHT + 10);
    Arrow {
        path: format!("M{start} {bottom}V{low}H{end}V{tip}"),
        cut,
        mark_x: usize::midpoint(start, end),
        mark_y: low - 6,
    }
}
