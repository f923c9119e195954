//! One list of what is wrong, for formats that show nothing else.
//!
//! In: [`View`]. Out: [`Issue`]s, worst first.
//! Invariant: after `check` the violations, warnings and what is accepted, else the findings.
//! Never: an issue that another format would not show.

use crate::analysis::{Finding, RULES};
use crate::gate::{TEXTS, Violation};
use crate::model::{Location, NodeId, RuleId, Severity};

use super::view::reporter::View;

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
    /// Why it is accepted: by the baseline, or by an exception of the policy.
    pub accepted: Option<&'a str>,
    /// Whether it makes the gate fail, as far as the gate was asked.
    pub fails: bool,
}

impl Issue<'_> {
    /// Whether it is accepted for now.
    pub(super) const fn is_known(&self) -> bool {
        self.accepted.is_some()
    }

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
    let open = verdict.violations.iter().chain(&verdict.warnings);
    let open = open.map(|violation| of_violation(violation, None));
    let known = verdict.known.iter().map(|violation| {
        let exception = violation.accepted.as_deref();
        of_violation(
            violation,
            Some(exception.unwrap_or("accepted by the baseline")),
        )
    });
    open.chain(known).collect()
}

/// A finding outside of `check`: nothing is accepted, and every finding counts as failing.
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
        accepted: None,
        fails: true,
    }
}

/// A violation of the gate. `accepted` says by what it is excused; only an error that is not
/// excused fails.
fn of_violation<'a>(violation: &'a Violation, accepted: Option<&'a str>) -> Issue<'a> {
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
        accepted,
        fails: accepted.is_none() && violation.severity == Severity::Error,
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
