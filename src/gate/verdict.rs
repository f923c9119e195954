//! What the gate says: the verdict, breaches of the policy, entries that mean nothing.
//!
//! In: nothing. Out: the records that every check fills.
//! Invariant: a breach is known by its fingerprint, which no line, count or date changes.
//! Never: a judgement.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{Location, NodeId, RuleId, Severity};

/// What `check` found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Version of the contract.
    pub version: u32,
    /// Pass or fail.
    pub verdict: Outcome,
    /// What the change was compared with; `None` where all of the system is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// What makes the gate fail, worst first.
    pub violations: Vec<Violation>,
    /// What the policy reports without failing: rules that it gives a lower severity.
    pub warnings: Vec<Violation>,
    /// What the baseline or an exception accepts for now, or was there before the change.
    pub known: Vec<Violation>,
    /// Lines of the baseline whose finding is gone; `baseline prune` removes them.
    pub stale: Vec<String>,
    /// What the reader should know beside the verdict.
    pub hints: Vec<String>,
    /// Entries of the policy that mean nothing here, with their lines.
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

/// Pass or fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The system keeps to its policy.
    Pass,
    /// It does not.
    Fail,
}

/// One breach of the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    /// Id of the rule.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// One line: the bad thing with its subject.
    pub title: String,
    /// Ids of the nodes that it is about.
    pub subject: Vec<NodeId>,
    /// Why the policy forbids it, in the words of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// One sentence with the numbers.
    pub evidence: String,
    /// One sentence: what to do.
    pub advice: String,
    /// Places to open, the best first.
    pub locations: Vec<Location>,
    /// Stable key: rule and subject, free of lines, counts and dates.
    pub fingerprint: String,
    /// Which exception of the policy covers it, until when and why; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// Who owns what it is about, as `CODEOWNERS` says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Arc<str>>,
    /// The lines of a baseline that accept it: all of them are needed.
    #[serde(skip)]
    pub keys: Vec<String>,
    /// Places of the dependencies among the keys; empty for what is no cycle.
    #[serde(skip)]
    pub places: BTreeMap<String, Vec<Location>>,
    /// For a limit that is a ratchet: today's value, which may get better, but not worse.
    #[serde(skip)]
    pub ratchet: Option<Ratchet>,
    /// Whether a baseline can accept it.
    #[serde(skip)]
    pub acceptable: bool,
}

/// A value that may get better, but not worse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratchet {
    /// The value.
    pub value: f64,
    /// Whether a larger one is worse.
    pub is_max: bool,
}

impl Ratchet {
    /// Whether it is worse than `kept`, by more than the order of a sum can change.
    #[must_use]
    pub fn is_worse_than(self, kept: f64) -> bool {
        let slack = kept.abs() * 1e-9;
        if self.is_max {
            self.value > kept + slack
        } else {
            self.value < kept - slack
        }
    }
}

/// An entry of the policy that means nothing for this system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line in the configuration, from 1; 0 when the policy has none.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Verdict {
    /// The verdict on what one owner has to mend; lines of the baseline are everybody's.
    pub fn keep(&mut self, is_wanted: impl Fn(&Violation) -> bool) {
        self.violations.retain(&is_wanted);
        self.warnings.retain(&is_wanted);
        self.known.retain(&is_wanted);
        self.stale.clear();
        if self.violations.is_empty() {
            self.verdict = Outcome::Pass;
        }
    }
}

impl Violation {
    /// A breach of `rule` by `subject`; fill in the rest with struct update syntax.
    pub(super) fn new(rule: RuleId, subject: Vec<NodeId>) -> Self {
        let ids: Vec<String> = subject.iter().map(NodeId::to_string).collect();
        let fingerprint = format!("{rule} {}", ids.join(" -> "));
        Self {
            rule,
            severity: Severity::Error,
            title: String::new(),
            subject,
            reason: None,
            evidence: String::new(),
            advice: String::new(),
            locations: Vec::new(),
            accepted: None,
            owners: Vec::new(),
            keys: vec![fingerprint.clone()],
            places: BTreeMap::new(),
            fingerprint,
            ratchet: None,
            acceptable: true,
        }
    }
}

/// What a change was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Against {
    /// As the user named it: a branch, a tag, a file.
    pub name: String,
    /// The commit; `None` for a saved analysis without one.
    pub commit: Option<String>,
}
