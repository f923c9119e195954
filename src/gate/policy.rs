//! What a system promises to keep to.
//!
//! In: nothing. Out: [`Policy`].
//! Invariant: every entry knows its line in the configuration and may carry a reason.
//! Never: a default stricter than "no distributed monolith".

use std::collections::BTreeMap;

use super::select::Selector;
use crate::model::{Level, RuleId};

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
    /// Least shares of what the analysis must see.
    pub min_coverage: BTreeMap<Coverage, f64>,
    /// Whether lines of the baseline that are no longer needed are an error.
    pub locked: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            configured: false,
            limits: Vec::new(),
            forbid: Vec::new(),
            freeze: Vec::new(),
            layers: None,
            deny: vec![RuleId::DistributedMonolith],
            deny_by_default: true,
            deny_new: Vec::new(),
            allow: Vec::new(),
            min_coverage: BTreeMap::new(),
            locked: false,
        }
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
    /// Recorded spans that were used.
    Spans,
    /// Recorded load that was attributed to files.
    AttributedLoad,
}

impl Coverage {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Resolved,
        Self::Parsed,
        Self::Owned,
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
            Self::Spans => "spans",
            Self::AttributedLoad => "attributed-load",
        }
    }
}
