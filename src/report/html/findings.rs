//! All findings, worst first.
//!
//! In: [`Analysis`]. Out: [`Row`]s.
//! Invariant: same order and texts as every other format.
//! Never: more than [`ROWS`] of them.

use std::collections::BTreeSet;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::short::Short;
use crate::analysis::{Analysis, Finding, RULES};
use crate::gate::Comparison;
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
    /// As `CODEOWNERS` says.
    owners: Vec<String>,
    /// `new` or `known`, where a base was given.
    state: Option<&'static str>,
}

/// Rules by whether they found anything.
#[derive(Serialize)]
pub(super) struct Rules {
    found: Vec<&'static str>,
    passed: Vec<&'static str>,
    /// Owners of findings, sorted.
    owners: BTreeSet<String>,
}

/// The rules of the registry, split into those that found something and those that did not.
pub(super) fn rules(analysis: &Analysis) -> Rules {
    let names = RULES.iter().map(|rule| rule.id);
    let (found, passed): (Vec<RuleId>, Vec<RuleId>) =
        names.partition(|id| analysis.findings.iter().any(|finding| finding.rule == *id));
    let names = |ids: Vec<RuleId>| ids.into_iter().map(RuleId::name).collect();
    Rules {
        found: names(found),
        passed: names(passed),
        owners: (analysis.findings.iter().take(ROWS))
            .flat_map(|finding| finding.owners.iter().map(ToString::to_string))
            .collect(),
    }
}

/// The fragment of the page that shows the finding; the same in every run that finds it.
pub(super) fn anchor(finding: &Finding) -> String {
    let digest = Sha256::digest(finding.fingerprint.as_bytes());
    let start: String = digest
        .iter()
        .take(5)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("finding-{start}")
}

/// The first rows. Without a base no finding is marked as new or known.
pub(super) fn rows(analysis: &Analysis, change: Option<&Comparison>) -> Short<Row> {
    let added: Option<BTreeSet<&str>> = change.map(|change| {
        let added = change.added.findings.iter();
        added.map(|finding| &*finding.fingerprint).collect()
    });
    let state = |finding: &Finding| {
        let added = added.as_ref()?;
        Some(if added.contains(&*finding.fingerprint) {
            "new"
        } else {
            "known"
        })
    };
    let rows = analysis.findings.iter();
    Short::new(rows.map(|finding| row(finding, state(finding))), ROWS)
}

/// One finding as it is shown, with its first places.
fn row(finding: &Finding, state: Option<&'static str>) -> Row {
    Row {
        anchor: anchor(finding),
        owners: finding.owners.iter().map(ToString::to_string).collect(),
        state,
        severity: severity(finding.severity),
        rule: finding.rule.to_string(),
        title: finding.title.clone(),
        evidence: finding.evidence.clone(),
        advice: finding.advice.clone(),
        places: Short::new(finding.locations.iter().map(place), PLACES),
        trace: finding.trace.as_deref().map(str::to_owned),
    }
}

/// The word for a severity, also its class in the style sheet.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
