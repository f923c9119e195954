//! One list of what is wrong, for formats that show nothing else.
//!
//! In: [`View`]. Out: [`Issue`]s, worst first.
//! Invariant: after `check` the violations and what the baseline accepts, else the findings.
//! Never: an issue that another format would not show.

use crate::analysis::{Finding, RULES};
use crate::gate::{TEXTS, Violation};
use crate::model::{Location, NodeId, RuleId, Severity};

use super::View;

/// One thing that is wrong.
pub(super) struct Issue<'a> {
    pub rule: RuleId,
    pub severity: Severity,
    pub title: &'a str,
    /// Numbers, then the reason of the policy, then what to do.
    pub details: Vec<&'a str>,
    pub advice: &'a str,
    pub subject: &'a [NodeId],
    pub locations: &'a [Location],
    pub fingerprint: &'a str,
    /// Whether the baseline accepts it.
    pub known: bool,
}

impl Issue<'_> {
    /// Title and details as one line.
    pub(super) fn sentence(&self) -> String {
        std::iter::once(self.title)
            .chain(self.details.iter().copied())
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// The issues of a view.
pub(super) fn issues<'a>(view: &View<'a>) -> Vec<Issue<'a>> {
    let Some(verdict) = view.verdict else {
        return view.analysis.findings.iter().map(of_finding).collect();
    };
    let violations = verdict
        .violations
        .iter()
        .map(|violation| of_violation(violation, false));
    violations
        .chain(
            verdict
                .known
                .iter()
                .map(|violation| of_violation(violation, true)),
        )
        .collect()
}

fn of_finding(finding: &Finding) -> Issue<'_> {
    Issue {
        rule: finding.rule,
        severity: finding.severity,
        title: &finding.title,
        details: vec![&finding.evidence],
        advice: &finding.advice,
        subject: &finding.subject,
        locations: &finding.locations,
        fingerprint: &finding.fingerprint,
        known: false,
    }
}

fn of_violation(violation: &Violation, known: bool) -> Issue<'_> {
    Issue {
        rule: violation.rule,
        severity: violation.severity,
        title: &violation.title,
        details: std::iter::once(violation.evidence.as_str())
            .chain(violation.reason.as_deref())
            .collect(),
        advice: &violation.advice,
        subject: &violation.subject,
        locations: &violation.locations,
        fingerprint: &violation.fingerprint,
        known,
    }
}

/// One line and the help text of a rule.
pub(super) fn help(rule: RuleId) -> Option<(&'static str, String)> {
    let finding = RULES
        .iter()
        .find(|known| known.id == rule)
        .map(|rule| (rule.summary, [rule.what, rule.why, rule.fix]));
    let gate = || {
        TEXTS
            .iter()
            .find(|known| known.id == rule)
            .map(|text| (text.summary, [text.what, text.why, text.fix]))
    };
    finding
        .or_else(gate)
        .map(|(summary, parts)| (summary, parts.join("\n\n")))
}
