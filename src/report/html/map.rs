//! The map as a drawing, with a table that says the same.
//!
//! In: [`Map`]. Out: [`Drawing`], every coordinate a whole number.
//! Invariant: boxes do not overlap; the same map gives the same drawing.
//! Never: a style that only a style sheet gives; some hosts strip it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::route;
use crate::analysis::Analysis;
use crate::model::Role;
use crate::report::view::groups;
use crate::report::view::map::{self, Line, Map, Place, anchor};
use crate::report::view::names::{count, counted, short};

/// Width and height of a node.
const NODE: (usize, usize) = (164, 42);
/// Blank between nodes of a row, and between rows; room for the arrows.
const GAP: (usize, usize) = (34, 62);
/// Blank between the lines of a row that is too long for one.
const LINE_GAP: usize = 38;
/// Blank within a box, and the height of its name.
const PAD: usize = 12;
const TITLE: usize = 20;
/// Most nodes side by side where nothing is boxed, and in one box.
const COLUMNS: usize = 5;
const BOXED: usize = 3;
/// Characters of a name that fit into a node.
const FIT: usize = 20;
/// Above this many arrows only those of cycles are drawn.
const ARROWS: usize = 240;
/// Above this many arrows of a program those that point down, as they should, are faint, and hidden where others imply them.
const CLEAR: usize = 30;

/// The map, laid out.
#[derive(Serialize)]
pub(super) struct Drawing {
    title: String,
    about: String,
    width: usize,
    height: usize,
    boxes: Vec<Frame>,
    nodes: Vec<Node>,
    arrows: Vec<Curve>,
    /// The same as a table.
    rows: Vec<Row>,
    remarks: Vec<String>,
    stores: bool,
    /// Whether arrows that point down are faint.
    faint: bool,
    /// Whether arrows point up that are part of no cycle of what is inside.
    loose: bool,
    of_services: bool,
    calls: bool,
    /// What each name begins with; left out in the drawing.
    head: String,
    dashed: bool,
    dotted: bool,
    cycles: bool,
}

/// A box around the nodes of one folder.
#[derive(Serialize)]
struct Frame {
    name: String,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

#[derive(Serialize)]
struct Node {
    /// What the script and the arrows call it.
    key: usize,
    x: usize,
    y: usize,
    middle: usize,
    label: String,
    link: Option<String>,
    about: String,
    kind: &'static str,
    unknown: bool,
    fill: &'static str,
    stroke: &'static str,
    /// Ends of a store are round.
    round: usize,
}

#[derive(Serialize)]
struct Curve {
    from: usize,
    to: usize,
    path: String,
    about: String,
    kind: &'static str,
    store: bool,
    stroke: &'static str,
    opacity: &'static str,
    dash: &'static str,
    width: String,
    tip: &'static str,
}

#[derive(Serialize)]
struct Row {
    from: String,
    to: String,
    kinds: String,
    grade: &'static str,
    places: String,
    calls: String,
    cycle: bool,
}

/// The drawing of the system; `None` where nothing is joined.
pub(super) fn drawing(analysis: &Analysis) -> Option<Drawing> {
    let map = map::map(analysis)?;
    let at = placed(&map);
    let fates = fates(&map, &at);
    let shown = fates.iter().filter(|fate| **fate != Fate::Implied).count();
    let (mut curves, mut reach) = (Vec::new(), 0);
    // Each with ways of its own: those that are hidden must not push the others aside.
    for hidden in [false, true] {
        let some = map.arrows.iter().zip(&fates).filter(|(arrow, fate)| {
            (**fate == Fate::Implied) == hidden && (shown <= ARROWS || arrow.in_cycle)
        });
        let some: Vec<(&map::Arrow, Fate)> = some.map(|(arrow, fate)| (arrow, *fate)).collect();
        let ends: Vec<(usize, usize)> = some
            .iter()
            .map(|(arrow, _)| (arrow.from, arrow.to))
            .collect();
        let (paths, right) = route::paths(&at, NODE, &ends);
        reach = reach.max(right);
        let drawn = some.into_iter().zip(paths);
        curves.extend(drawn.map(|((arrow, fate), path)| curve(&map, arrow, fate, path)));
    }
    let names: Vec<&str> = map.nodes.iter().map(|place| &*place.name).collect();
    let head = groups::shared(&names, groups::WORDS);
    let mut remarks = map.remarks.clone();
    let all = count(map.arrows.len() as u64);
    if shown > ARROWS {
        remarks.push(format!(
            "Of {all} dependencies only those in cycles are drawn; the table has all of them."
        ));
    } else if shown < map.arrows.len() {
        remarks.push(format!(
            "Of {all} dependencies {} are drawn; the others run beside longer ways that are drawn. The table has all of them.",
            count(shown as u64)
        ));
    }
    let right = at.iter().map(|(x, _)| x + NODE.0).max().unwrap_or_default();
    let low = at.iter().map(|(_, y)| y + NODE.1).max().unwrap_or_default();
    let last = at.iter().map(|(_, y)| *y).max();
    let level = map
        .arrows
        .iter()
        .any(|arrow| at[arrow.from].1 == at[arrow.to].1 && Some(at[arrow.to].1) == last);
    let of_line = |line| map.arrows.iter().any(|arrow| arrow.line == line);
    Some(Drawing {
        title: format!("Map of {}", analysis.project.name),
        about: about(&map),
        width: right.max(reach) + 2 * PAD,
        height: low + PAD + if level { GAP.1 / 2 } else { 6 },
        boxes: frames(&map, &at),
        nodes: map
            .nodes
            .iter()
            .enumerate()
            .map(|(key, place)| node(key, place, at[key], head))
            .collect(),
        rows: map.arrows.iter().map(|arrow| row(&map, arrow)).collect(),
        stores: map.nodes.iter().any(|place| is_store(place.role)),
        faint: fates.contains(&Fate::Faint),
        loose: !map.of_services
            && map
                .arrows
                .iter()
                .any(|arrow| !arrow.in_cycle && at[arrow.to].1 <= at[arrow.from].1),
        of_services: map.of_services,
        calls: map.arrows.iter().any(|arrow| arrow.calls > 0),
        head: names
            .first()
            .and_then(|name| name.get(..head))
            .unwrap_or_default()
            .to_owned(),
        dashed: of_line(Line::Dashed),
        dotted: of_line(Line::Dotted),
        cycles: curves.iter().any(|curve| curve.kind == "cycle"),
        arrows: curves,
        remarks,
    })
}

/// The text for readers who do not see the drawing.
fn about(map: &Map) -> String {
    format!(
        "{} and {}. An arrow runs from the user to what it uses; users stand above.",
        counted(map.nodes.len(), map.what.0, map.what.1),
        counted(map.arrows.len(), "dependency", "dependencies")
    )
}

const fn is_store(role: Role) -> bool {
    matches!(role, Role::Datastore | Role::Broker)
}

/// The upper left corner of each node: rows below each other, boxes side by side.
fn placed(map: &Map) -> Vec<(usize, usize)> {
    let lanes = map.boxes.len() + 1;
    let lane = |place: &Place| place.within.unwrap_or(lanes - 1);
    let rows = map
        .nodes
        .iter()
        .map(|place| place.row + 1)
        .max()
        .unwrap_or_default();
    let mut cells: Vec<Vec<Vec<usize>>> = vec![vec![Vec::new(); lanes]; rows];
    for (index, place) in map.nodes.iter().enumerate() {
        cells[place.row][lane(place)].push(index);
    }
    let most = if map.boxes.is_empty() { COLUMNS } else { BOXED };
    let columns: Vec<usize> = (0..lanes)
        .map(|lane| {
            cells
                .iter()
                .map(|row| row[lane].len().min(most))
                .max()
                .unwrap_or_default()
        })
        .collect();
    let left = lefts(&columns);
    let mut at = vec![(0, 0); map.nodes.len()];
    let mut top = if map.boxes.is_empty() {
        PAD
    } else {
        PAD + TITLE
    };
    for row in &mut cells {
        let mut lines = 1;
        for (lane, members) in row.iter_mut().enumerate() {
            sort_below(map, members, &at);
            let width = columns[lane].max(1);
            lines = lines.max(members.len().div_ceil(width));
            for (place, &index) in members.iter().enumerate() {
                let (line, column) = (place / width, place % width);
                let in_line = (members.len() - line * width).min(width);
                // A short row stands in the middle.
                let shift = (width - in_line) * (NODE.0 + GAP.0) / 2;
                at[index] = (
                    left[lane] + shift + column * (NODE.0 + GAP.0),
                    top + line * (NODE.1 + LINE_GAP),
                );
            }
        }
        top += lines * (NODE.1 + LINE_GAP) - LINE_GAP + GAP.1;
    }
    at
}

/// The left edge of each box's nodes.
fn lefts(columns: &[usize]) -> Vec<usize> {
    let mut x = PAD;
    let mut left = Vec::with_capacity(columns.len());
    for &columns in columns {
        left.push(x + PAD);
        if columns > 0 {
            x += columns * (NODE.0 + GAP.0) - GAP.0 + 3 * PAD;
        }
    }
    left
}

/// Orders a row by where the users of its nodes stand, to cross few arrows (the barycentre rule of Sugiyama, 1981).
fn sort_below(map: &Map, members: &mut [usize], at: &[(usize, usize)]) {
    let centre = |node: usize| {
        let users = map
            .arrows
            .iter()
            .filter(|arrow| arrow.to == node && map.nodes[arrow.from].row < map.nodes[node].row);
        let places: Vec<usize> = users.map(|arrow| at[arrow.from].0).collect();
        (places.iter().sum::<usize>())
            .checked_div(places.len())
            .unwrap_or(usize::MAX / 2)
    };
    members.sort_by_key(|&node| (centre(node), map.nodes[node].name.clone()));
}

/// A box around the nodes of each folder, with room for its name above them. A box without nodes is
/// left out.
fn frames(map: &Map, at: &[(usize, usize)]) -> Vec<Frame> {
    let frame = |(index, name): (usize, &String)| {
        let inside =
            || (0..map.nodes.len()).filter(move |&node| map.nodes[node].within == Some(index));
        let (left, right) = (
            inside().map(|node| at[node].0).min()?,
            inside().map(|node| at[node].0).max()?,
        );
        let (top, low) = (
            inside().map(|node| at[node].1).min()?,
            inside().map(|node| at[node].1).max()?,
        );
        Some(Frame {
            name: name.clone(),
            x: left - PAD,
            y: top.saturating_sub(PAD + TITLE - 6),
            width: right + NODE.0 - left + 2 * PAD,
            height: low + NODE.1 - top + 2 * PAD + TITLE - 6,
        })
    };
    map.boxes.iter().enumerate().filter_map(frame).collect()
}

/// One node at its place. `head` is the number of bytes that all names begin with: they are left
/// out of the label and kept in the description.
fn node(key: usize, place: &Place, (x, y): (usize, usize), head: usize) -> Node {
    let name = place.name.get(head..).unwrap_or(&place.name);
    let (kind, fill, stroke) = match place.role {
        Role::Datastore | Role::Broker => ("store", "#eef1f5", "#5a6675"),
        Role::Gateway => ("gateway", "#d6e6f7", "#0b5cad"),
        role if role.is_business() => ("own", "#e3eefa", "#0b5cad"),
        _ => ("other", "#ffffff", "#5a6675"),
    };
    let mut about = format!("{}: {}", place.name, role(place));
    if place.members > 1 {
        about.push_str(&format!(", {} together", count(place.members as u64)));
    }
    if place.unknown {
        about.push_str(", no call known");
    }
    Node {
        key,
        x,
        y,
        middle: x + NODE.0 / 2,
        label: short(name, if place.unknown { FIT - 2 } else { FIT }),
        link: place
            .id
            .as_ref()
            .filter(|id| id.kind == crate::model::NodeKind::Service)
            .map(anchor),
        about,
        kind,
        unknown: place.unknown,
        fill,
        stroke,
        round: if is_store(place.role) { NODE.1 / 2 } else { 6 },
    }
}

/// The role in words; `own code` for what is neither infrastructure nor generated.
fn role(place: &Place) -> &'static str {
    match place.role {
        Role::Business => "own code",
        other => other.name(),
    }
}

/// How an arrow is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Part of a cycle.
    Cycle,
    /// Clear.
    Plain,
    /// Pale: it points down in a map with many arrows.
    Faint,
    /// Hidden until its ends are looked at: other arrows lead from one to the other.
    Implied,
}

/// How each arrow is drawn.
fn fates(map: &Map, at: &[(usize, usize)]) -> Vec<Fate> {
    let is_many = !map.of_services && map.arrows.len() > CLEAR;
    let down: BTreeSet<(usize, usize)> = map
        .arrows
        .iter()
        .map(|arrow| (arrow.from, arrow.to))
        .filter(|(from, to)| at[*to].1 > at[*from].1)
        .collect();
    let implied = if is_many {
        implied(map.nodes.len(), &down)
    } else {
        BTreeSet::new()
    };
    let fate = |arrow: &map::Arrow| {
        let ends = (arrow.from, arrow.to);
        match (arrow.in_cycle, down.contains(&ends)) {
            (true, false) => Fate::Cycle,
            (true, true) if map.of_services => Fate::Cycle,
            (_, true) if implied.contains(&ends) => Fate::Implied,
            (_, true) if is_many => Fate::Faint,
            _ => Fate::Plain,
        }
    };
    map.arrows.iter().map(fate).collect()
}

/// Those of some arrows without a cycle whose ends a longer way joins, too (a transitive reduction).
fn implied(nodes: usize, arrows: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    let next = |node: usize| arrows.range((node, 0)..(node + 1, 0)).map(|(_, to)| *to);
    let mut implied = BTreeSet::new();
    for from in 0..nodes {
        let (mut far, mut left) = (BTreeSet::new(), Vec::new());
        left.extend(next(from).flat_map(next));
        while let Some(node) = left.pop() {
            if far.insert(node) {
                left.extend(next(node));
            }
        }
        implied.extend(
            next(from)
                .filter(|to| far.contains(to))
                .map(|to| (from, to)),
        );
    }
    implied
}

/// One arrow with its look. `path` is the way that was laid for it; colour and opacity follow its
/// fate, the dashes follow its line, and the width grows with the recorded calls.
fn curve(map: &Map, arrow: &map::Arrow, fate: Fate, path: String) -> Curve {
    let (stroke, tip) = match fate {
        Fate::Cycle => ("#a94400", "tip-cut"),
        _ => ("#4a6b8f", "tip"),
    };
    let (from, to) = (&map.nodes[arrow.from], &map.nodes[arrow.to]);
    let mut about = format!("{} → {}: {}", from.name, to.name, arrow.kinds.join(", "));
    if arrow.places > 0 {
        about.push_str(&format!(
            ", {}",
            counted(arrow.places as usize, "place", "places")
        ));
    }
    if arrow.calls > 0 {
        about.push_str(&format!(
            ", {}",
            counted(arrow.calls as usize, "recorded call", "recorded calls")
        ));
    }
    Curve {
        from: arrow.from,
        to: arrow.to,
        path,
        about,
        kind: match fate {
            Fate::Cycle => "cycle",
            Fate::Plain => "plain",
            Fate::Faint => "faint",
            Fate::Implied => "implied",
        },
        opacity: match fate {
            Fate::Cycle | Fate::Plain => "1",
            Fate::Faint => "0.45",
            Fate::Implied => "0",
        },
        store: is_store(to.role),
        stroke,
        dash: match arrow.line {
            Line::Solid => "none",
            Line::Dashed => "7 4",
            Line::Dotted => "2 4",
        },
        // One recorded call is thin, a million six times as wide.
        width: format!("{:.1}", 1.4 + ((arrow.calls + 1) as f64).log10() * 0.8),
        tip,
    }
}

/// The same arrow as a row of the table. Recorded beats code, and a dotted line means that only an
/// address was found.
fn row(map: &Map, arrow: &map::Arrow) -> Row {
    Row {
        from: map.nodes[arrow.from].name.clone(),
        to: map.nodes[arrow.to].name.clone(),
        kinds: arrow.kinds.join(", "),
        grade: match arrow.line {
            Line::Dotted => "configured only",
            _ if arrow.calls > 0 => "recorded",
            _ => "in code",
        },
        places: count(arrow.places),
        calls: if arrow.calls > 0 {
            count(arrow.calls)
        } else {
            "–".to_owned()
        },
        cycle: arrow.in_cycle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_beside_a_longer_way_is_implied() {
        let arrows = BTreeSet::from([(0, 1), (1, 2), (0, 2), (0, 3)]);
        assert_eq!(implied(4, &arrows), BTreeSet::from([(0, 2)]));
    }
}
