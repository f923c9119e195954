//! The rules that found something and the metrics shown, in their own words.
//!
//! In: [`Analysis`], the registries. Out: [`Glossary`].
//! Invariant: the same texts as `explain`.
//! Never: a text of its own for a rule or metric.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::analysis::{Analysis, METRICS, RULES};
use crate::model::RuleId;

/// Metrics that the page shows.
const SHOWN: [&str; 7] = [
    "propagation_cost",
    "churn",
    "authors",
    "complexity",
    "lines",
    "load_share",
    "change_coupling",
];

/// Texts of rules and metrics.
#[derive(Serialize)]
pub(super) struct Glossary {
    rules: Vec<RuleText>,
    metrics: Vec<MetricText>,
}

/// A rule in the words of `explain`.
#[derive(Serialize)]
struct RuleText {
    id: &'static str,
    what: &'static str,
    why: &'static str,
    fix: &'static str,
}

/// A metric with its unit and range.
#[derive(Serialize)]
struct MetricText {
    id: &'static str,
    unit: &'static str,
    range: &'static str,
    docs: &'static str,
}

/// Texts of the rules that found something and of the metrics in `SHOWN`; all others would only
/// lengthen the page.
pub(super) fn glossary(analysis: &Analysis) -> Glossary {
    let found: BTreeSet<RuleId> = analysis
        .findings
        .iter()
        .map(|finding| finding.rule)
        .collect();
    let rules = RULES.iter().filter(|rule| found.contains(&rule.id));
    let metrics = METRICS.iter().filter(|metric| SHOWN.contains(&metric.id));
    Glossary {
        rules: rules
            .map(|rule| RuleText {
                id: rule.id.name(),
                what: rule.what,
                why: rule.why,
                fix: rule.fix,
            })
            .collect(),
        metrics: metrics
            .map(|metric| MetricText {
                id: metric.id,
                unit: metric.unit,
                range: metric.range,
                docs: metric.docs,
            })
            .collect(),
    }
}
