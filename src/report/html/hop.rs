//! A proposal with its neighbours, as a small drawing.
//!
//! In: a [`Hop`]. Out: [`Picture`]; `None` where nothing crosses its border.
//! Invariant: users on the left, what it uses on the right; the same hop gives the same drawing.
//! Never: more than [`MOST`] on a side; the rest is one box.

use serde::Serialize;

use crate::report::view::hop::Hop;
use crate::report::view::names::{count, counted, short};

/// Neighbours on a side.
const MOST: usize = 6;
/// Width and height of a box, the blank between two, and the room for the arrows.
const BOX: (usize, usize) = (210, 26);
const GAP: usize = 8;
const ROOM: usize = 110;
/// Characters of a name that fit into a box.
const FIT: usize = 27;

/// The drawing.
#[derive(Serialize)]
pub(super) struct Picture {
    title: String,
    width: usize,
    height: usize,
    name: String,
    middle_y: usize,
    left: Vec<Side>,
    right: Vec<Side>,
}

/// A neighbour with its arrow.
#[derive(Serialize)]
struct Side {
    x: usize,
    y: usize,
    label: String,
    about: String,
    path: String,
    width: String,
}

/// The boxes left and right of the proposal, each side centred on it. The width of an arrow grows
/// with the logarithm of its dependencies, so that one module with hundreds does not hide the rest.
pub(super) fn picture(name: &str, hop: &Hop) -> Option<Picture> {
    let (users, used) = (shortened(&hop.users), shortened(&hop.used));
    let lines = users.len().max(used.len());
    if lines == 0 {
        return None;
    }
    let height = lines * (BOX.1 + GAP) + GAP;
    let middle = height / 2;
    let width = 3 * BOX.0 + 2 * ROOM + 4;
    let centre = BOX.0 + ROOM + 2;
    let side = |list: Vec<(String, u64)>, right: bool| -> Vec<Side> {
        let top = usize::midpoint(height - list.len() * (BOX.1 + GAP), GAP);
        let place = |(index, (name, pairs)): (usize, (String, u64))| {
            let y = top + index * (BOX.1 + GAP);
            let x = if right { centre + BOX.0 + ROOM } else { 2 };
            let mid = y + BOX.1 / 2;
            let (from, to) = if right {
                ((centre + BOX.0, middle), (x - 8, mid))
            } else {
                ((x + BOX.0, mid), (centre - 8, middle))
            };
            let bend = usize::midpoint(from.0, to.0);
            Side {
                x,
                y,
                label: short(&name, FIT),
                about: format!(
                    "{name}: {}",
                    counted(pairs as usize, "dependency", "dependencies")
                ),
                path: format!(
                    "M{} {}C{bend} {} {bend} {} {} {}",
                    from.0, from.1, from.1, to.1, to.0, to.1
                ),
                width: format!("{:.1}", 1.2 + ((pairs + 1) as f64).log10() * 1.6),
            }
        };
        list.into_iter().enumerate().map(place).collect()
    };
    let sum = |list: &[(String, u64)]| count(list.iter().map(|(_, pairs)| pairs).sum::<u64>());
    Some(Picture {
        title: format!(
            "{name}: used by {} dependencies on the left, uses {} on the right",
            sum(&hop.users),
            sum(&hop.used)
        ),
        width,
        height,
        name: short(name, FIT),
        middle_y: middle,
        left: side(users, false),
        right: side(used, true),
    })
}

/// The most important ones, the others together.
fn shortened(list: &[(String, u64)]) -> Vec<(String, u64)> {
    if list.len() <= MOST {
        return list.to_vec();
    }
    let (first, rest) = list.split_at(MOST - 1);
    let pairs = rest.iter().map(|(_, pairs)| pairs).sum();
    let others = [(format!("{} others", rest.len()), pairs)];
    first.iter().cloned().chain(others).collect()
}
