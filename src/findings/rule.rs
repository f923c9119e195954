//! What a rule is, what it looks at and what it finds.
//!
//! In: nothing. Out: the records that every rule reads and fills.
//! Invariant: a finding is known by its fingerprint, which no line, count or date changes.
//! Never: a rule itself.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cycles::Cycle;
use crate::graph::DependencyGraph;
use crate::metrics::NodeValues;
use crate::model::{
    CallProfile, ChangeLog, Location, NodeId, Project, RuleId, Severity, StaticLinks,
};
use crate::simulate::remedies::Remedy;
use crate::simulate::{Assumptions, System};

/// Everything that a rule may look at.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Files, packages and services.
    pub project: &'a Project,
    /// The dependency graph.
    pub graph: &'a DependencyGraph,
    /// Service links and uses of tables found without running anything.
    pub links: &'a StaticLinks,
    /// Recorded calls, if any.
    pub calls: Option<&'a CallProfile>,
    /// The history, if it was read.
    pub changes: Option<&'a ChangeLog>,
    /// The services and all that couples them.
    pub system: &'a System<'a>,
    /// Cycles of every level, those of services judged.
    pub cycles: &'a [Cycle],
    /// Metrics of every node, in the order of the graph.
    pub values: &'a [NodeValues],
    /// What estimates assume.
    pub assumptions: Assumptions,
}

/// A rule: what it looks for, and the texts that `explain` and the SARIF help show.
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// One line.
    pub summary: &'static str,
    /// What it does, thresholds included.
    pub what: &'static str,
    /// Why it is bad.
    pub why: &'static str,
    /// An example.
    pub example: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Looks for it; the order of the result is free.
    pub check: fn(&Facts<'_>) -> Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// One line: the bad thing with its subject.
    pub title: String,
    /// Ids of the nodes that it is about, in a meaningful order.
    pub subject: Vec<NodeId>,
    /// One sentence with the numbers.
    pub evidence: String,
    /// One sentence: what to do.
    pub advice: String,
    /// Places to open, the best first.
    pub locations: Vec<Location>,
    /// A trace that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Arc<str>>,
    /// Stable key: rule and subject, free of lines, counts and dates.
    pub fingerprint: String,
    /// Proposals, each simulated before it is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
    /// Who owns it, as `CODEOWNERS` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Arc<str>>,
    /// Who changed the files of its places in most commits, with how many; no programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<(Arc<str>, u64)>,
    /// Orders findings of one severity, highest first; never shown.
    #[serde(skip)]
    pub weight: f64,
}

impl Finding {
    /// A finding of `rule` about `subject`; fill in the rest with struct update syntax.
    #[must_use]
    pub fn new(rule: RuleId, severity: Severity, subject: Vec<NodeId>) -> Self {
        Self {
            rule,
            severity,
            title: String::new(),
            fingerprint: fingerprint(rule, &subject),
            subject,
            evidence: String::new(),
            advice: String::new(),
            locations: Vec::new(),
            trace: None,
            remedies: Vec::new(),
            owners: Vec::new(),
            authors: Vec::new(),
            weight: 0.0,
        }
    }
}

/// `rule|id|id`: what a finding is known by from run to run.
fn fingerprint(rule: RuleId, subject: &[NodeId]) -> String {
    let subject = subject.iter().map(|id| format!("|{id}"));
    std::iter::once(rule.to_string()).chain(subject).collect()
}

/// `1 call`, `2 calls`; `thing` takes its plural by an `s`, or by `ies` for a `y`.
#[must_use]
pub(crate) fn counted(count: u64, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (count, Some(stem)) => format!("{count} {stem}ies"),
        (count, None) => format!("{count} {thing}s"),
    }
}

/// `part` of `whole` in percent, rounded.
#[must_use]
pub(crate) fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        0
    } else {
        (part * 200 + whole) / (whole * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_counted_in_words() {
        assert_eq!(counted(1, "dependency"), "1 dependency");
        assert_eq!(counted(2, "dependency"), "2 dependencies");
        assert_eq!(counted(0, "call"), "0 calls");
    }

    #[test]
    fn percentages_are_rounded() {
        assert_eq!((percent(1, 3), percent(2, 3), percent(0, 0)), (33, 67, 0));
    }
}
