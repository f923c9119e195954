//! Complex files that change all the time.
//!
//! In: churn and complexity of files. Out: the worst files.
//! Invariant: in the top tenth of both.
//! Never: tests, generated code, files without a known complexity.

use super::{Facts, Finding, Rule, place};
use crate::graph::Node;
use crate::metrics::NodeValues;
use crate::model::names::thousands;
use crate::model::{Level, Location, Position, RuleId, Severity};

/// Fewest commits of a hotspot.
const MIN_COMMITS: f64 = 10.0;
/// Share of files above it, at most.
const TOP: usize = 10;
/// Most files that are reported.
const MOST: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::Hotspot,
    summary: "a complex file that changes often",
    what: "Reports the five files with the highest churn × complexity among those with at least 10 commits in the window \
           that are in the top tenth of the files by both.",
    why: "Most work and most faults of a system happen in few files; here reading is hard and changes are frequent.",
    example: "PriceEngine.java: 74 commits, complexity in the top 1 %.",
    fix: "Split it along what changes together; the boundaries command proposes where.",
    check,
};

/// A file with its commits and its complexity.
type Measured<'a> = (&'a Node, f64, f64);

/// The files in the top tenth by commits and by complexity, ordered by the product of both. The
/// fixed minimums keep small or quiet projects from having hotspots at all costs.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let files = measured(facts);
    let churn = upper(files.iter().map(|file| file.1)).max(MIN_COMMITS);
    let complexity = upper(files.iter().map(|file| file.2)).max(2.0);
    let is_hot = |file: &&Measured<'_>| file.1 >= churn && file.2 >= complexity;
    let mut hot: Vec<&Measured<'_>> = files.iter().filter(is_hot).collect();
    let heat = |file: &Measured<'_>| file.1 * file.2;
    hot.sort_by(|a, b| {
        let order = heat(b).total_cmp(&heat(a));
        order.then_with(|| a.0.id.cmp(&b.0.id))
    });
    hot.into_iter()
        .take(MOST)
        .map(|(node, churn, complexity)| finding(node, *churn, *complexity))
        .collect()
}

/// The first-party files of which both are known.
fn measured<'a>(facts: &Facts<'a>) -> Vec<Measured<'a>> {
    let known = |(node, values): (&'a Node, &NodeValues)| {
        let value = |metric: &str| values.get(metric).copied().flatten();
        Some((node, value("churn")?, value("complexity")?))
    };
    let files = facts.graph.nodes().iter().zip(facts.values);
    let own = files.filter(|(node, _)| node.level == Level::File && place::is_first_party(node));
    own.filter_map(known).collect()
}

/// The least of the highest values: one in [`TOP`].
fn upper(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let least = values.get(values.len() / TOP).copied();
    least.unwrap_or(f64::INFINITY)
}

/// A note at the first line of the file.
fn finding(node: &Node, churn: f64, complexity: f64) -> Finding {
    Finding {
        title: format!(
            "{} is complex and often changed ({churn:.0} commits)",
            node.name
        ),
        evidence: format!(
            "cyclomatic complexity {complexity:.0} in {} lines",
            thousands(node.lines)
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
