//! Complex files that change all the time.
//!
//! In: churn and complexity of files. Out: the worst files.
//! Invariant: in the top tenth of both.
//! Never: tests, generated code, files without a known complexity.

use super::{Facts, Finding, Rule, place};
use crate::graph::Node;
use crate::model::{Level, Location, Position, RuleId, Severity};

/// Fewest commits of a hotspot.
const MIN_COMMITS: f64 = 10.0;
/// Share of files above it, at most.
const TOP: usize = 10;
/// Most files that are reported.
const MOST: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::Hotspot,
    summary: "a complex file that changes all the time",
    what: "Reports the five files with the highest churn × complexity among those with at least 10 commits in the window \
           that are in the top tenth of the files by both.",
    why: "Most work and most faults of a system happen in few files; here reading is hard and changes are frequent.",
    example: "PriceEngine.java: 74 commits, complexity in the top 1 %.",
    fix: "Split it along what changes together; the boundaries command proposes where.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let value = |at: usize, metric: &str| {
        facts
            .values
            .get(at)
            .and_then(|values| values.get(metric).copied().flatten())
    };
    let files: Vec<(&Node, f64, f64)> = facts
        .graph
        .nodes()
        .iter()
        .enumerate()
        .filter(|(_, node)| node.level == Level::File && place::is_first_party(node))
        .filter_map(|(at, node)| Some((node, value(at, "churn")?, value(at, "complexity")?)))
        .collect();
    let cut = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(|a, b| b.total_cmp(a));
        values
            .get(values.len() / TOP)
            .copied()
            .unwrap_or(f64::INFINITY)
    };
    let (churn, complexity) = (
        cut(files.iter().map(|file| file.1).collect()),
        cut(files.iter().map(|file| file.2).collect()),
    );
    let mut hot: Vec<&(&Node, f64, f64)> = files
        .iter()
        .filter(|file| file.1 >= churn.max(MIN_COMMITS) && file.2 >= complexity.max(2.0))
        .collect();
    hot.sort_by(|a, b| {
        (b.1 * b.2)
            .total_cmp(&(a.1 * a.2))
            .then_with(|| a.0.id.cmp(&b.0.id))
    });
    hot.into_iter()
        .take(MOST)
        .map(|(node, churn, complexity)| finding(node, *churn, *complexity))
        .collect()
}

fn finding(node: &Node, churn: f64, complexity: f64) -> Finding {
    Finding {
        title: format!("{} is complex and changes all the time", node.name),
        evidence: format!(
            "{churn:.0} commits in the window, cyclomatic complexity {complexity:.0}, {} lines",
            node.lines
        ),
        advice: "split it along what changes together".to_owned(),
        locations: node
            .path
            .iter()
            .map(|path| Location::new(path.clone(), Position::new(1, 1)))
            .collect(),
        weight: churn * complexity,
        ..Finding::new(RULE.id, Severity::Note, vec![node.id.clone()])
    }
}
