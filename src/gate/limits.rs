//! Limits of metrics.
//!
//! In: nodes with their metrics, [`Policy`]. Out: one [`Violation`] per node beyond a limit.
//! Invariant: an undefined value neither passes nor fails.
//! Never: rounds a value before it is compared.

use super::edges::shown;
use super::policy::{Limit, Policy};
use super::select::Nodes;
use super::verdict::{Problem, Ratchet, Violation};
use crate::analysis::NodeRecord;
use crate::model::{Level, Role, RuleId};

/// Breaches of `[[limits]]`.
pub(super) fn check(
    nodes: &Nodes<'_>,
    policy: &Policy,
    problems: &mut Vec<Problem>,
) -> Vec<Violation> {
    if policy.allow.contains(&RuleId::LimitExceeded) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for limit in &policy.limits {
        let measured = measured(limit, nodes);
        if measured.is_empty() {
            let message = format!(
                "no value of `{}` at level {} to judge",
                limit.metric,
                limit.level.name()
            );
            problems.push(Problem {
                line: limit.line,
                message,
            });
        }
        let beyond = measured
            .into_iter()
            .filter_map(|(node, value)| Some((node, value, beyond(limit, value)?)));
        found.extend(beyond.map(|(node, value, bound)| violation(limit, node, value, &bound)));
    }
    found
}

/// The nodes that have a value; for a metric of the whole level, the system.
fn measured<'a>(limit: &Limit, nodes: &Nodes<'a>) -> Vec<(&'a NodeRecord, f64)> {
    let whole = format!("{}@{}", limit.metric, limit.level.name());
    let inside = |node: &&NodeRecord| {
        limit
            .within
            .as_ref()
            .is_none_or(|within| within.matches(node, nodes))
    };
    let own = nodes
        .all
        .iter()
        .filter(|node| node.level == limit.level && node.role != Role::Test)
        .filter(inside);
    let mut values: Vec<_> = own
        .filter_map(|node| Some((node, value(node, &limit.metric)?)))
        .collect();
    if values.is_empty() && limit.within.is_none() {
        let system = nodes.all.iter().filter(|node| node.level == Level::System);
        values.extend(system.filter_map(|node| Some((node, value(node, &whole)?))));
    }
    values
}

fn value(node: &NodeRecord, metric: &str) -> Option<f64> {
    node.metrics.get(metric).copied().flatten()
}

/// How a value breaks its limit: `above 0.4`, `below 0.8`. A ratchet without bounds breaks always,
/// so that the baseline decides.
fn beyond(limit: &Limit, value: f64) -> Option<String> {
    if let Some(max) = limit.max.filter(|max| value > *max) {
        return Some(format!("above {max}"));
    }
    if let Some(min) = limit.min.filter(|min| value < *min) {
        return Some(format!("below {min}"));
    }
    let only_ratchet = limit.ratchet && limit.min.is_none() && limit.max.is_none();
    only_ratchet.then(|| "above its ratchet".to_owned())
}

/// A breach with the metric and node as its fingerprint. The direction of a ratchet follows the
/// bound that was broken.
fn violation(limit: &Limit, node: &NodeRecord, value: f64, bound: &str) -> Violation {
    let (metric, level) = (&limit.metric, limit.level.name());
    let fresh = Violation::new(RuleId::LimitExceeded, vec![node.id.clone()]);
    // The system is called after its folder, which may be another one elsewhere.
    let part = match node.level {
        Level::System => "system".to_owned(),
        _ => node.id.to_string(),
    };
    let fingerprint = format!("limit-exceeded {metric}@{level} {part}");
    let keep = if limit.ratchet {
        " `seamline baseline create` keeps today's value."
    } else {
        ""
    };
    Violation {
        title: format!("{metric} of {} is {bound}", shown(node)),
        reason: limit.reason.clone(),
        evidence: format!("{metric} at level {level} is {value:.4}"),
        advice: format!("`seamline explain {metric}` says what moves it.{keep}"),
        keys: vec![fingerprint.clone()],
        fingerprint,
        ratchet: limit.ratchet.then_some(Ratchet {
            value,
            is_max: limit.min.is_none_or(|min| value >= min),
        }),
        ..fresh
    }
}
