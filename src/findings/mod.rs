//! What is wrong, why, and what to do: one rule per file.
//!
//! In: [`Facts`]. Out: [`Finding`]s, worst first.
//! Invariant: every finding names its subject and a place or a trace that a person can open.
//! Never: disk, time or chance; the same facts give the same findings.

mod async_cycle;
mod bypassed_contract;
mod chatty_pair;
mod deep_chain;
mod distributed_monolith;
mod foreign_write;
mod hidden_coupling;
mod hotspot;
mod hub;
mod import_cycle;
mod layer_cut;
mod lockstep_change;
mod lockstep_library;
mod place;
mod repeated_call;
mod rule;
mod service_cycle;
mod shared_datastore_load;
mod shared_table;
pub mod side_by_side;
mod undeclared_edge;
mod unstable_dependency;
mod unused_edge;
mod wasteful_edge;

pub use rule::{Facts, Finding, Rule};
pub(crate) use rule::{counted, percent};

/// Every rule, in the order in which equally severe findings are listed.
pub const RULES: &[Rule] = &[
    distributed_monolith::RULE,
    service_cycle::RULE,
    shared_table::RULE,
    shared_datastore_load::RULE,
    foreign_write::RULE,
    lockstep_change::RULE,
    wasteful_edge::RULE,
    repeated_call::RULE,
    chatty_pair::RULE,
    deep_chain::RULE,
    hub::RULE,
    import_cycle::RULE,
    bypassed_contract::RULE,
    hidden_coupling::RULE,
    lockstep_library::RULE,
    async_cycle::RULE,
    layer_cut::RULE,
    unused_edge::RULE,
    undeclared_edge::RULE,
    unstable_dependency::RULE,
    hotspot::RULE,
];

/// Runs every rule; worst first, then heaviest, then by rule and subject.
#[must_use]
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut ranked: Vec<(usize, Finding)> = Vec::new();
    for (order, rule) in RULES.iter().enumerate() {
        ranked.extend(
            (rule.check)(facts)
                .into_iter()
                .map(|finding| (order, finding)),
        );
    }
    rank(ranked)
}

/// Findings of two looks at one system in one list, in the same order as those of one look.
#[must_use]
pub fn ranked(findings: Vec<Finding>) -> Vec<Finding> {
    let order = |finding: &Finding| RULES.iter().position(|rule| rule.id == finding.rule);
    let placed = findings.into_iter();
    let placed = placed.map(|finding| (order(&finding).unwrap_or(RULES.len()), finding));
    rank(placed.collect())
}

/// Sorts by severity, rule, weight and fingerprint; the last makes the order total.
fn rank(mut ranked: Vec<(usize, Finding)>) -> Vec<Finding> {
    ranked.sort_by(|(order_a, a), (order_b, b)| {
        (a.severity, order_a)
            .cmp(&(b.severity, order_b))
            .then(b.weight.total_cmp(&a.weight))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    ranked.into_iter().map(|(_, finding)| finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_documented() {
        for rule in RULES {
            for text in [rule.summary, rule.what, rule.why, rule.example, rule.fix] {
                assert!(text.len() > 15, "{} lacks a text", rule.id);
            }
        }
    }
}
