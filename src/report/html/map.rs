//! The map as a drawing, with a table that says the same.
//!
//! In: [`Map`]. Out: [`Drawing`], every coordinate a whole number.
//! Invariant: boxes do not overlap; the same map gives the same drawing.
//! Never: a style that only a style sheet gives; some hosts strip it.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::model::Role;
use crate::report::view::map::{self, Line, Map, Place, anchor};
use crate::report::view::names::{count, counted, short};

/// Width and height of a node.
const NODE: (usize, usize) = (150, 42);
/// Blank between nodes of a row, and between rows; room for the arrows.
const GAP: (usize, usize) = (22, 58);
/// Blank between the lines of a row that is too long for one.
const LINE_GAP: usize = 14;
/// Blank within a box, and the height of its name.
const PAD: usize = 12;
const TITLE: usize = 20;
/// Most nodes side by side where nothing is boxed, and in one box.
const COLUMNS: usize = 6;
const BOXED: usize = 3;
/// Characters of a name that fit into a node.
const FIT: usize = 19;
/// Above this many arrows only those of cycles are drawn.
const ARROWS: usize = 240;

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
    let drawn = |arrow: &&map::Arrow| map.arrows.len() <= ARROWS || arrow.in_cycle;
    let ports = Ports::of(&map, &at);
    let curves = map.arrows.iter().filter(drawn);
    let curves = curves.map(|arrow| curve(&map, arrow, &at, &ports));
    let mut remarks = map.remarks.clone();
    if map.arrows.len() > ARROWS {
        remarks.push(format!(
            "Of {} dependencies only those in cycles are drawn; the table has all of them.",
            count(map.arrows.len() as u64)
        ));
    }
    let right = at.iter().map(|(x, _)| x + NODE.0).max().unwrap_or_default();
    let low = at.iter().map(|(_, y)| y + NODE.1).max().unwrap_or_default();
    let of_line = |line| map.arrows.iter().any(|arrow| arrow.line == line);
    Some(Drawing {
        title: format!("Map of {}", analysis.project.name),
        about: about(&map),
        width: right + PAD + 60,
        height: low + PAD + 6,
        boxes: frames(&map, &at),
        nodes: map
            .nodes
            .iter()
            .enumerate()
            .map(|(key, place)| node(key, place, at[key]))
            .collect(),
        arrows: curves.collect(),
        rows: map.arrows.iter().map(|arrow| row(&map, arrow)).collect(),
        stores: map.nodes.iter().any(|place| is_store(place.role)),
        dashed: of_line(Line::Dashed),
        dotted: of_line(Line::Dotted),
        cycles: map.arrows.iter().any(|arrow| arrow.in_cycle),
        remarks,
    })
}

fn about(map: &Map) -> String {
    let several = match map.what {
        "group of services" => "groups of services".to_owned(),
        what => format!("{what}s"),
    };
    format!(
        "{} and {}. An arrow runs from the user to what it uses; users stand above.",
        counted(map.nodes.len(), map.what, &several),
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

fn node(key: usize, place: &Place, (x, y): (usize, usize)) -> Node {
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
        label: short(&place.name, if place.unknown { FIT - 2 } else { FIT }),
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

fn role(place: &Place) -> &'static str {
    match place.role {
        Role::Business => "own code",
        other => other.name(),
    }
}

/// Where arrows leave and reach a node, so that those of one side do not lie upon each other.
struct Ports {
    out: Vec<usize>,
    into: Vec<usize>,
}

impl Ports {
    /// A port for each arrow of the map, by its index among those of the same end.
    fn of(map: &Map, at: &[(usize, usize)]) -> Self {
        let spread = |own: fn(&map::Arrow) -> usize, other: fn(&map::Arrow) -> usize| {
            let mut ports = vec![0; map.arrows.len()];
            for node in 0..map.nodes.len() {
                let mut ends: Vec<usize> = (0..map.arrows.len())
                    .filter(|&arrow| own(&map.arrows[arrow]) == node)
                    .collect();
                ends.sort_by_key(|&arrow| at[other(&map.arrows[arrow])]);
                let number = ends.len() + 1;
                for (place, arrow) in ends.into_iter().enumerate() {
                    ports[arrow] = at[node].0 + 10 + (NODE.0 - 20) * (place + 1) / number;
                }
            }
            ports
        };
        Self {
            out: spread(|arrow| arrow.from, |arrow| arrow.to),
            into: spread(|arrow| arrow.to, |arrow| arrow.from),
        }
    }
}

fn curve(map: &Map, arrow: &map::Arrow, at: &[(usize, usize)], ports: &Ports) -> Curve {
    let index = map
        .arrows
        .iter()
        .position(|other| std::ptr::eq(other, arrow))
        .unwrap_or_default();
    let (from, to) = (at[arrow.from], at[arrow.to]);
    let path = if to.1 > from.1 {
        down(
            (ports.out[index], from.1 + NODE.1),
            (ports.into[index], to.1),
        )
    } else {
        up(from, to)
    };
    let ties = arrow.in_cycle && (map.of_services || to.1 <= from.1);
    let (stroke, tip) = if ties {
        ("#a94400", "tip-cut")
    } else {
        ("#4a6b8f", "tip")
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
        kind: if ties { "cycle" } else { "plain" },
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

/// From the lower edge of one node to the upper edge of another.
fn down((x, y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let (to_y, bend) = (to_y - 7, (to_y - y) / 2);
    format!(
        "M{x} {y}C{x} {} {to_x} {} {to_x} {to_y}",
        y + bend,
        to_y - bend
    )
}

/// From the right edge of a node round to the right edge of one above it or beside it.
fn up(from: (usize, usize), to: (usize, usize)) -> String {
    let (x, y) = (from.0 + NODE.0, from.1 + NODE.1 / 2 - 6);
    let (to_x, to_y) = (to.0 + NODE.0 + 7, to.1 + NODE.1 / 2 + 6);
    let bend = x.max(to_x) + 34 + y.abs_diff(to_y) / 12;
    format!("M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}")
}

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
