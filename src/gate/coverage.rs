//! How much of the input the analysis must have seen.
//!
//! In: coverage of an [`Analysis`], [`Policy`]. Out: [`Violation`]s.
//! Invariant: nothing to see counts as seen.
//! Never: accepted by a baseline.

use super::policy::{Coverage, Policy};
use super::verdict::Violation;
use crate::analysis::Analysis;
use crate::model::{RuleId, Tally};

/// Breaches of `min-coverage`.
pub(super) fn check(analysis: &Analysis, policy: &Policy) -> Vec<Violation> {
    if policy.allow.contains(&RuleId::LowCoverage) {
        return Vec::new();
    }
    let low = policy.min_coverage.iter().filter_map(|(&kind, &least)| {
        let share = share(analysis, kind)?;
        (share < least).then(|| violation(kind, share, least))
    });
    low.collect()
}

/// A breach that no baseline may accept: what is not seen cannot be judged.
fn violation(kind: Coverage, share: f64, least: f64) -> Violation {
    let name = kind.name();
    let fingerprint = format!("low-coverage {name}");
    Violation {
        title: format!("coverage `{name}` is {share:.3}, below {least}"),
        evidence: "what the analysis does not see, the gate cannot judge".to_owned(),
        advice: advice(kind).to_owned(),
        keys: vec![fingerprint.clone()],
        fingerprint,
        acceptable: false,
        ..Violation::new(RuleId::LowCoverage, Vec::new())
    }
}

/// What to do about a share that is too low.
const fn advice(kind: Coverage) -> &'static str {
    match kind {
        Coverage::Resolved | Coverage::Parsed => {
            "`--show-skipped` and `--show-unresolved` list what is missing."
        }
        Coverage::Owned => "Declare the services that own the rest under `[[services]]`.",
        Coverage::Calls => {
            "Give recorded `--traces`, or rows of `[knowledge]` for clients that are not known; \
             `--show-services` lists the services."
        }
        Coverage::Languages => "`analyze` names the languages that are not read.",
        Coverage::Spans | Coverage::AttributedLoad => {
            "`analyze --traces` tells what became of the spans."
        }
    }
}

/// The share that was seen, 0 to 1; `None` when there was nothing to see.
pub(super) fn share(analysis: &Analysis, kind: Coverage) -> Option<f64> {
    let coverage = &analysis.coverage;
    match kind {
        Coverage::Resolved => {
            let mut all = Tally::default();
            coverage
                .references
                .values()
                .for_each(|tally| all.add(*tally));
            of(all.resolved, all.resolved + all.ambiguous + all.unresolved)
        }
        Coverage::Parsed => {
            let files = coverage.files;
            of(
                files.parsed,
                files.parsed + files.skipped + files.unparsable,
            )
        }
        Coverage::Owned => {
            let files = coverage.files;
            of(files.owned, files.owned + files.unowned)
        }
        Coverage::Calls => {
            let verdict = analysis.verdict;
            (verdict.services > 1)
                .then(|| of(verdict.known, verdict.services))
                .flatten()
        }
        Coverage::Languages => {
            let read: u64 = coverage.languages.values().sum();
            of(read, read + coverage.unread())
        }
        Coverage::Spans => coverage.spans.as_ref().and_then(|spans| {
            let rejected: u64 = spans.rejected.values().sum();
            of(spans.spans, spans.spans + rejected)
        }),
        Coverage::AttributedLoad => coverage.attributed_load,
    }
}

/// A share; `None` where there was nothing to see.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn of(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
