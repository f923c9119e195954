//! Files as areas: as large as their lines, as dark as their changes.
//!
//! In: [`Analysis`]. Out: [`Treemap`]; `None` without a history.
//! Invariant: areas in proportion to lines; the same files give the same drawing.
//! Never: more than [`FILES`] files; the rest is said in one number.
//!
//! Squarified as by Bruls, Huizing and van Wijk (2000): rows are filled while that makes their
//! areas more square.

use serde::Serialize;

use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, Role};
use crate::report::view::names::count;

/// Files drawn.
const FILES: usize = 140;
/// Size of the drawing.
const SIZE: (f64, f64) = (1100.0, 420.0);

/// The drawing.
#[derive(Serialize)]
pub(super) struct Treemap {
    width: f64,
    height: f64,
    areas: Vec<Area>,
    more: usize,
}

#[derive(Serialize)]
struct Area {
    x: String,
    y: String,
    width: String,
    height: String,
    /// Where its name stands, if it fits.
    label: Option<(String, String, String)>,
    about: String,
    heat: usize,
    fill: &'static str,
}

/// Shades by the share of the most changed file.
const FILLS: [&str; 5] = ["#eef1f5", "#d6e6f7", "#9cc4ec", "#4a8fd0", "#0b4f96"];

/// The largest files by lines; `None` where no file has changed. Shades are relative to the most
/// changed file, among those too small to be drawn as well.
pub(super) fn treemap(analysis: &Analysis) -> Option<Treemap> {
    let metric =
        |node: &NodeRecord, id: &str| node.metrics.get(id).copied().flatten().unwrap_or_default();
    let files = analysis.nodes.iter().filter(|node| {
        node.level == Level::File && !matches!(node.role, Role::Test | Role::Generated)
    });
    let mut files: Vec<(f64, f64, &NodeRecord)> = files
        .map(|node| (metric(node, "lines"), metric(node, "churn"), node))
        .filter(|(lines, ..)| *lines > 0.0)
        .collect();
    let most = files.iter().map(|(_, churn, _)| *churn).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    files.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.name.cmp(&b.2.name)));
    let more = files.len().saturating_sub(FILES);
    files.truncate(FILES);
    let sizes: Vec<f64> = files.iter().map(|(lines, ..)| *lines).collect();
    let areas =
        squarified(&sizes, SIZE)
            .into_iter()
            .zip(&files)
            .map(|(area, (lines, churn, node))| {
                let heat = heat(*churn / most);
                Area {
                    x: number(area.x),
                    y: number(area.y),
                    width: number(area.width),
                    height: number(area.height),
                    label: label(&area, node),
                    about: format!(
                        "{}: {} lines, {} commits, complexity {}",
                        node.path.as_deref().unwrap_or(&node.name),
                        count(*lines as u64),
                        count(*churn as u64),
                        count(metric(node, "complexity") as u64)
                    ),
                    heat,
                    fill: FILLS[heat],
                }
            });
    Some(Treemap {
        width: SIZE.0,
        height: SIZE.1,
        areas: areas.collect(),
        more,
    })
}

/// Few files hold most of the changes: the shades go by the square root.
fn heat(share: f64) -> usize {
    match share.sqrt() {
        s if s <= 0.0 => 0,
        s if s < 0.25 => 1,
        s if s < 0.5 => 2,
        s if s < 0.75 => 3,
        _ => 4,
    }
}

/// Where the file name stands, and the name; `None` where it does not fit at about 6.6 units per
/// letter.
fn label(area: &Rectangle, node: &NodeRecord) -> Option<(String, String, String)> {
    let name = crate::model::names::tail(node.path.as_deref().unwrap_or(&node.name));
    let fits = area.height >= 16.0 && area.width >= name.chars().count() as f64 * 6.6 + 6.0;
    fits.then(|| (number(area.x + 4.0), number(area.y + 13.0), name.to_owned()))
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A rectangle of the drawing.
struct Rectangle {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Rectangles in proportion to the sizes, which fall.
fn squarified(sizes: &[f64], (width, height): (f64, f64)) -> Vec<Rectangle> {
    let total: f64 = sizes.iter().sum();
    let scale = width * height / total.max(1.0);
    let mut free = Rectangle {
        x: 0.0,
        y: 0.0,
        width,
        height,
    };
    let mut done = Vec::with_capacity(sizes.len());
    let mut start = 0;
    while start < sizes.len() {
        let side = free.width.min(free.height).max(1.0);
        let mut end = start + 1;
        while end < sizes.len()
            && worst(&sizes[start..=end], side, scale) <= worst(&sizes[start..end], side, scale)
        {
            end += 1;
        }
        row(&sizes[start..end], scale, &mut free, &mut done);
        start = end;
    }
    done
}

/// The longest side over the shortest of the least square rectangle in a row of these sizes.
fn worst(sizes: &[f64], side: f64, scale: f64) -> f64 {
    let sum: f64 = sizes.iter().sum::<f64>() * scale;
    let depth = sum / side;
    let aspect = |size: &f64| {
        let length = size * scale / depth;
        (length / depth).max(depth / length)
    };
    sizes.iter().map(aspect).fold(0.0, f64::max)
}

/// Lays a row along the shorter side of what is free.
fn row(sizes: &[f64], scale: f64, free: &mut Rectangle, done: &mut Vec<Rectangle>) {
    let sum: f64 = sizes.iter().sum::<f64>() * scale;
    let upright = free.width >= free.height;
    let side = if upright { free.height } else { free.width }.max(1.0);
    let depth = sum / side;
    let mut along = 0.0;
    for size in sizes {
        let length = size * scale / depth;
        done.push(if upright {
            Rectangle {
                x: free.x,
                y: free.y + along,
                width: depth,
                height: length,
            }
        } else {
            Rectangle {
                x: free.x + along,
                y: free.y,
                width: length,
                height: depth,
            }
        });
        along += length;
    }
    if upright {
        free.x += depth;
        free.width -= depth;
    } else {
        free.y += depth;
        free.height -= depth;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_keep_their_share_and_fill_the_drawing() {
        let sizes = [60.0, 60.0, 40.0, 30.0, 20.0, 10.0];
        let areas = squarified(&sizes, (600.0, 400.0));
        let total: f64 = areas.iter().map(|area| area.width * area.height).sum();
        assert!((total - 240_000.0).abs() < 1.0);
        for (area, size) in areas.iter().zip(sizes) {
            assert!((area.width * area.height - size * 240_000.0 / 220.0).abs() < 1.0);
            assert!((area.width / area.height).max(area.height / area.width) < 3.5);
        }
    }
}
