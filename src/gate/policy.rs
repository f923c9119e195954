//! What a system promises to keep to.
//!
//! In: nothing. Out: [`Policy`].
//! Invariant: every entry knows its line in the configuration and may carry a reason.
//! Never: a default stricter than "no distributed monolith".

use std::collections::BTreeMap;

use super::select::Selector;
use crate::model::{EdgeKind, Level, RuleId, Severity};

/// The whole policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether a configuration set it.
    pub configured: bool,
    /// Bounds of metrics.
    pub limits: Vec<Limit>,
    /// Dependencies that must not be.
    pub forbid: Vec<Forbid>,
    /// Code that may be mended, but must not grow; judged where a change is.
    pub freeze: Vec<Freeze>,
    /// Dependencies that may be although an entry of `forbid` says otherwise.
    pub may: Vec<Allow>,
    /// Who may depend on whom.
    pub layers: Option<Layers>,
    /// Rules of which no finding is tolerated.
    pub deny: Vec<RuleId>,
    /// Whether nobody asked for that, so that a baseline may accept what is found today.
    pub deny_by_default: bool,
    /// Rules of which only findings in the baseline are tolerated.
    pub deny_new: Vec<RuleId>,
    /// Rules whose findings never count.
    pub allow: Vec<RuleId>,
    /// Rules whose findings are shown as warnings or notes and do not fail the gate.
    pub severity: BTreeMap<RuleId, Severity>,
    /// Findings that may stay until a day.
    pub exceptions: Vec<Exception>,
    /// The day that exceptions are judged on, as `2026-12-31`; empty: none has expired.
    pub today: String,
    /// Least shares of what the analysis must see.
    pub min_coverage: BTreeMap<Coverage, f64>,
    /// Whether lines of the baseline that are no longer needed are an error.
    pub locked: bool,
}

impl Default for Policy {
    /// No distributed monolith, and nothing else.
    fn default() -> Self {
        Self {
            configured: false,
            limits: Vec::new(),
            forbid: Vec::new(),
            freeze: Vec::new(),
            may: Vec::new(),
            layers: None,
            deny: vec![RuleId::DistributedMonolith],
            deny_by_default: true,
            deny_new: Vec::new(),
            allow: Vec::new(),
            severity: BTreeMap::new(),
            exceptions: Vec::new(),
            today: String::new(),
            min_coverage: BTreeMap::new(),
            locked: false,
        }
    }
}

impl Policy {
    /// The policy by which a change is judged: who asks for nothing wants no new cycle of services either.
    ///
    /// A cycle that was there is no reason to stop work; one that a change closes is cheapest to open again now.
    pub(super) fn on_a_change(&self) -> Self {
        let mut policy = self.clone();
        if policy.deny_by_default && policy.deny_new.is_empty() {
            policy.deny_new.push(RuleId::ServiceCycle);
        }
        policy
    }
}

/// Bounds of one metric at one level.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Id of the metric.
    pub metric: String,
    /// The level whose nodes are judged; whole-level metrics are judged once.
    pub level: Level,
    /// Only nodes that this selects.
    pub within: Option<Selector>,
    /// Largest value that passes.
    pub max: Option<f64>,
    /// Smallest value that passes.
    pub min: Option<f64>,
    /// Whether what lies beyond may get better, but not worse than the baseline or the base of a change has it.
    pub ratchet: bool,
    /// Why.
    pub reason: Option<String>,
    /// Line in the configuration, from 1.
    pub line: usize,
}

/// A dependency that must not be.
#[derive(Clone, Debug)]
pub struct Forbid {
    /// The dependents.
    pub from: Selector,
    /// What they must not depend on.
    pub to: Selector,
    /// Exceptions among the dependents.
    pub except: Vec<Selector>,
    /// Only dependencies of these kinds; imports and calls where empty.
    pub kinds: Vec<EdgeKind>,
    /// Why.
    pub reason: Option<String>,
    /// Line in the configuration, from 1.
    pub line: usize,
}

/// Code that must not grow.
#[derive(Clone, Debug)]
pub struct Freeze {
    /// The code, tests left out.
    pub paths: Vec<Selector>,
    /// Why, and where its work goes on.
    pub reason: Option<String>,
    /// Line in the configuration, from 1.
    pub line: usize,
}

impl Freeze {
    /// The paths as given.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.paths.iter().map(Selector::text).collect();
        texts.join("`, `")
    }
}

/// A dependency that may be although it is forbidden.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The dependents.
    pub from: Selector,
    /// What they may depend on.
    pub to: Selector,
    /// Only dependencies of these kinds; all of them where empty.
    pub kinds: Vec<EdgeKind>,
    /// Line in the configuration, from 1.
    pub line: usize,
}

/// Findings of one rule that may stay until a day.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rule.
    pub rule: RuleId,
    /// What the findings are about: every part of a finding's subject must be selected. Empty: all findings.
    pub subject: Vec<Selector>,
    /// Why they may stay.
    pub reason: String,
    /// Where the work is tracked, such as `SHOP-12`.
    pub ticket: Option<String>,
    /// The last day, as `2026-12-31`.
    pub expires: String,
    /// Line in the configuration, from 1.
    pub line: usize,
}

/// An order of parts; each may depend only on lower ranks.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Ranks from high to low; parts of one rank are strangers to each other.
    pub order: Vec<Vec<Selector>>,
    /// For some parts, by name: the only parts that they may depend on.
    pub may: BTreeMap<String, Vec<String>>,
    /// The folder that the parts lie in.
    pub within: Option<String>,
    /// Whether a file in no layer is a violation.
    pub exhaustive: bool,
    /// Why.
    pub reason: Option<String>,
    /// Line in the configuration, from 1.
    pub line: usize,
}

/// A share of the input that the analysis made use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// First-party references that lead to one file, of all but external ones.
    Resolved,
    /// Files of a supported language that were parsed.
    Parsed,
    /// Source files that belong to a service, where there are services.
    Owned,
    /// Business services of which a call is known, in code or in traffic; where there are two or more.
    Calls,
    /// Source files in languages that are read, of all in programming languages.
    Languages,
    /// Recorded spans that were used.
    Spans,
    /// Recorded load that was attributed to files.
    AttributedLoad,
}

impl Coverage {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Resolved,
        Self::Parsed,
        Self::Owned,
        Self::Calls,
        Self::Languages,
        Self::Spans,
        Self::AttributedLoad,
    ];

    /// The key in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Parsed => "parsed",
            Self::Owned => "owned",
            Self::Calls => "calls",
            Self::Languages => "languages",
            Self::Spans => "spans",
            Self::AttributedLoad => "attributed-load",
        }
    }
}
