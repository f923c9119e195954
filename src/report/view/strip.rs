//! How much of the system was seen, as a strip of bars.
//!
//! In: [`Analysis`]. Out: [`Bar`]s, always in the same order.
//! Invariant: what was not looked at has no share, which is not a share of 0.
//! Never: a bar for a question that does not arise, such as calls of a single program.

use crate::analysis::{Analysis, NodeRecord};
use crate::model::names::thousands;
use crate::model::{Level, Role};

/// The label of the bar about commits.
pub(in crate::report) const HISTORY: &str = "History";
/// Commits below which a history says little of what changes together.
const FEW: u64 = 30;

/// One source or question.
pub(in crate::report) struct Bar {
    /// What is counted.
    pub(in crate::report) label: &'static str,
    /// The share that was seen, 0 to 1; `None` where nothing was looked at.
    pub(in crate::report) share: Option<f64>,
    /// The share in words and numbers.
    pub(in crate::report) said: String,
}

/// The strip.
pub(in crate::report) fn strip(analysis: &Analysis) -> Vec<Bar> {
    let bars = [
        calls(analysis),
        owned(analysis),
        Some(references(analysis)),
        Some(languages(analysis)),
        Some(history(analysis)),
        Some(traces(analysis)),
    ];
    bars.into_iter().flatten().collect()
}

/// `part` of `whole`, the numbers and the share.
fn of(label: &'static str, part: u64, whole: u64) -> Bar {
    Bar {
        label,
        share: (whole > 0).then(|| part as f64 / whole as f64),
        said: format!("{} of {}", thousands(part), thousands(whole)),
    }
}

/// Services with a known call, of all; `None` where there is only one service.
fn calls(analysis: &Analysis) -> Option<Bar> {
    let verdict = analysis.verdict;
    (verdict.services > 1).then(|| of("Services with known calls", verdict.known, verdict.services))
}

/// Files in the folder of a service, of all files of code; `None` for a single program.
fn owned(analysis: &Analysis) -> Option<Bar> {
    let (owned, all) = owned_files(analysis);
    let asked = analysis.verdict.services > 1 && all > 0;
    asked.then(|| of("Files that belong to a service", owned as u64, all as u64))
}

/// Files of code that lie in the folder of a service, of all that are neither tests nor generated.
pub(in crate::report) fn owned_files(analysis: &Analysis) -> (usize, usize) {
    let services = analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service);
    let folders: Vec<&str> = services.filter_map(|node| node.path.as_deref()).collect();
    let counts = |node: &&NodeRecord| {
        node.level == Level::File && matches!(node.role, Role::Business | Role::Library)
    };
    let within = |node: &&NodeRecord| {
        let path = node.path.as_deref().unwrap_or(&node.name);
        folders
            .iter()
            .any(|folder| crate::model::names::within(path, folder))
    };
    let files = || analysis.nodes.iter().filter(counts);
    (files().filter(within).count(), files().count())
}

fn references(analysis: &Analysis) -> Bar {
    let sum = analysis.coverage.tally();
    of("References resolved", sum.resolved, sum.inside())
}

/// Files with a parser, of all that are code.
fn languages(analysis: &Analysis) -> Bar {
    let parsed = analysis.coverage.files.parsed;
    let all = parsed + analysis.coverage.unread();
    of("Files of code with a parser", parsed, all)
}

/// How much the commits tell. No exact share exists: a shallow clone or fewer than `FEW` commits
/// count as half.
fn history(analysis: &Analysis) -> Bar {
    let history = &analysis.coverage.history;
    let commits = thousands(history.commits);
    let (share, said) = match (history.commits, history.shallow) {
        (0, _) => (None, "none read".to_owned()),
        (_, true) => (
            Some(0.5),
            format!("{commits} commits, the clone is shallow"),
        ),
        (few, false) if few < FEW => (Some(0.5), format!("only {commits} commits")),
        (_, false) => (Some(1.0), format!("{commits} commits")),
    };
    Bar {
        label: HISTORY,
        share,
        said,
    }
}

/// Spans that could be used, of all that were read. Orphans, whose parent is missing, are not used.
fn traces(analysis: &Analysis) -> Bar {
    let label = "Spans used";
    match &analysis.coverage.spans {
        None => Bar {
            label,
            share: None,
            said: "no traces given".to_owned(),
        },
        Some(spans) => {
            let lost = spans.orphans + spans.rejected.values().sum::<u64>();
            let all = spans.spans + spans.rejected.values().sum::<u64>();
            of(label, all.saturating_sub(lost), all)
        }
    }
}
