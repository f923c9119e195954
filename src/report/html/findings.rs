//! All findings, worst first.
//!
//! In: [`Analysis`]. Out: [`Row`]s.
//! Invariant: same order and texts as every other format.
//! Never: more than [`ROWS`] of them.

use serde::Serialize;

use super::short::Short;
use crate::analysis::{Analysis, Finding, RULES};
use crate::model::{RuleId, Severity};
use crate::report::view::names::place;

/// Findings on the page.
const ROWS: usize = 200;
/// Places listed per finding.
const PLACES: usize = 6;

/// A finding.
#[derive(Serialize)]
pub(super) struct Row {
    anchor: String,
    severity: &'static str,
    rule: String,
    title: String,
    evidence: String,
    advice: String,
    places: Short<String>,
    trace: Option<String>,
}

/// Rules by whether they found anything.
#[derive(Serialize)]
pub(super) struct Rules {
    found: Vec<&'static str>,
    passed: Vec<&'static str>,
}

pub(super) fn rules(analysis: &Analysis) -> Rules {
    let names = RULES.iter().map(|rule| rule.id);
    let (found, passed): (Vec<RuleId>, Vec<RuleId>) =
        names.partition(|id| analysis.findings.iter().any(|finding| finding.rule == *id));
    let names = |ids: Vec<RuleId>| ids.into_iter().map(RuleId::name).collect();
    Rules {
        found: names(found),
        passed: names(passed),
    }
}

/// The fragment of the page that shows the finding at `index`.
pub(super) fn anchor(index: usize) -> String {
    format!("finding-{}", index + 1)
}

pub(super) fn rows(analysis: &Analysis) -> Short<Row> {
    let more = analysis.findings.len().saturating_sub(ROWS);
    let shown = analysis.findings.iter().take(ROWS).enumerate();
    Short {
        items: shown.map(|(index, finding)| row(index, finding)).collect(),
        more,
    }
}

fn row(index: usize, finding: &Finding) -> Row {
    Row {
        anchor: anchor(index),
        severity: severity(finding.severity),
        rule: finding.rule.to_string(),
        title: finding.title.clone(),
        evidence: finding.evidence.clone(),
        advice: finding.advice.clone(),
        places: Short::new(finding.locations.iter().map(place), PLACES),
        trace: finding.trace.as_deref().map(str::to_owned),
    }
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
