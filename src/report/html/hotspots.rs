//! Files that change often, are complex, and carry load.
//!
//! In: [`Analysis`]. Out: [`Row`]s, hottest first.
//! Invariant: ordered by commits × complexity (lines where it is unknown), doubled by a full share of the load.
//! Never: test, generated or unchanged files.

use serde::Serialize;

use super::short::Short;
use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, Role};
use crate::report::view::names::{UNKNOWN, count, decimal, percent};

/// Rows on the page.
const ROWS: usize = 20;

/// A file.
#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    bar: u64,
    commits: String,
    authors: String,
    complexity: String,
    lines: String,
    load: String,
    coupling: String,
}

/// The hottest files. A file without heat, such as one that did not change in the window, is not
/// listed.
pub(super) fn rows(analysis: &Analysis) -> Short<Row> {
    let files = analysis.nodes.iter().filter(|node| {
        node.level == Level::File && !matches!(node.role, Role::Test | Role::Generated)
    });
    let mut hot: Vec<(f64, &NodeRecord)> = files
        .map(|node| (heat(node), node))
        .filter(|(heat, _)| *heat > 0.0)
        .collect();
    hot.sort_by(|(left, a), (right, b)| right.total_cmp(left).then_with(|| a.id.cmp(&b.id)));
    let most = hot.first().map_or(1.0, |(heat, _)| *heat);
    Short::new(hot.iter().map(|(heat, node)| row(node, heat / most)), ROWS)
}

fn value(node: &NodeRecord, id: &str) -> Option<f64> {
    node.metrics.get(id).copied().flatten()
}

/// Commits × complexity × (1 + share of the load). Lines take the place of an unknown complexity;
/// an unknown share of the load counts as 0, so that files are still ranked without traces.
fn heat(node: &NodeRecord) -> f64 {
    let size = value(node, "complexity")
        .or_else(|| value(node, "lines"))
        .unwrap_or_default();
    value(node, "churn").unwrap_or_default()
        * size
        * (1.0 + value(node, "load_share").unwrap_or_default())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 100, and counts"
)]
/// One file; `share` is its heat relative to the hottest, 0 to 1, and becomes a bar of 1 to 100.
fn row(node: &NodeRecord, share: f64) -> Row {
    let number = |id: &str| {
        value(node, id).map_or_else(|| UNKNOWN.to_owned(), |value| count(value.max(0.0) as u64))
    };
    Row {
        path: node.path.as_deref().unwrap_or(&node.name).to_owned(),
        bar: (share * 100.0).clamp(1.0, 100.0) as u64,
        commits: number("churn"),
        authors: number("authors"),
        complexity: number("complexity"),
        lines: number("lines"),
        load: value(node, "load_share").map_or_else(|| UNKNOWN.to_owned(), percent),
        coupling: value(node, "change_coupling").map_or_else(|| UNKNOWN.to_owned(), decimal),
    }
}
