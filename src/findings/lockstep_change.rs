//! Services that change together.
//!
//! In: change sets of services. Out: a finding per pair.
//! Invariant: manifests, lock files, programs' commits and mass changes do not count.
//! Never: a pair that only shares a few commits.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Facts, Finding, Rule, percent, place};
use crate::model::{RuleId, Severity};
use crate::simulate::merge::{self, MergeCase};
use crate::simulate::remedies;

/// Smallest share of change sets, in percent.
const MIN_SHARE: u64 = 30;
/// Digits of a commit id that tell it apart.
const SHORT: usize = 8;
/// Fewest shared change sets.
const MIN_SHARED: u64 = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::LockstepChange,
    summary: "two services change together again and again",
    what: "Reports two business services of which at least 30 % of the change sets that touch either touch both, \
           with at least 5 such sets. Commits of programs, manifests, lock files, change sets of more than 50 files \
           and settings, documents or generated files of one kind that three services change at once do not \
           count. Prints the latest two shared commits.",
    why: "Whatever the boundary between them was meant to separate is not separate: features need both, so both \
          are reviewed, tested and deployed together.",
    example: "subscription and entitlement change together in 18 of 30 change sets.",
    fix: "Look at what the shared change sets are about: move that part to one side, make the contract between \
          them wider, or merge the two as modules of one deployable.",
    check,
};

/// A finding for each pair of business services in lockstep.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let names = place::business(facts);
    let cases = merge::cases(facts.system);
    let mut found = Vec::new();
    for (at, a) in names.iter().enumerate() {
        for b in names.iter().skip(at + 1) {
            found.extend(finding(facts, a, b, &cases));
        }
    }
    found
}

/// Change sets that touch both, and either, when they are in lockstep.
pub(super) fn together(facts: &Facts<'_>, a: &Arc<str>, b: &Arc<str>) -> Option<(u64, u64)> {
    let (several, any) = facts
        .system
        .change_sets(&BTreeSet::from([a.clone(), b.clone()]))?;
    (several >= MIN_SHARED && percent(several, any) >= MIN_SHARE).then_some((several, any))
}

/// A warning with the latest shared commits; `None` for a pair that is not in lockstep. Merging is
/// proposed only where a merge case was found, that is where more than the history ties the two.
fn finding(facts: &Facts<'_>, a: &Arc<str>, b: &Arc<str>, cases: &[MergeCase]) -> Option<Finding> {
    let (several, any) = together(facts, a, b)?;
    let subject = place::pair(facts, a, b);
    let case = cases.iter().find(|case| case.is_of(a, b));
    let remedies: Vec<_> = case
        .map(|case| remedies::merge(facts.system, case, &facts.assumptions))
        .into_iter()
        .collect();
    let mut locations = place::between(facts, a, b);
    locations.extend(place::between(facts, b, a));
    locations.extend(place::of_services(facts, [a, b]));
    let reason = case.map_or_else(String::new, |case| format!("; {}", case.ties()));
    Some(Finding {
        title: format!(
            "{a} and {b} change together in {} % of their change sets",
            percent(several, any)
        ),
        evidence: format!(
            "{several} of {any} change sets touch both{}{reason}",
            samples(facts, a, b)
        ),
        advice: remedies.first().map_or_else(
            || otherwise(facts, a, b).to_owned(),
            |remedy| remedy.action.clone(),
        ),
        locations,
        remedies,
        weight: several as f64,
        ..Finding::new(RULE.id, Severity::Warning, subject)
    })
}

/// The latest commits that touch both, to look at.
fn samples(facts: &Facts<'_>, a: &Arc<str>, b: &Arc<str>) -> String {
    let pair = BTreeSet::from([a.clone(), b.clone()]);
    let ids = facts.system.shared_changes(&pair);
    let short = |id: &&str| id.get(..SHORT).unwrap_or(id).to_owned();
    let short: Vec<String> = ids.iter().map(short).collect();
    if short.is_empty() {
        String::new()
    } else {
        format!(" (latest {})", short.join(", "))
    }
}

/// What to do where nothing speaks for a merge but the history.
fn otherwise(facts: &Facts<'_>, a: &Arc<str>, b: &Arc<str>) -> &'static str {
    if facts.system.is_called_between(a, b) {
        "move what changes together to one side, or make the contract between them wider"
    } else {
        "look at what the shared commits are about; no call ties the two, so a merge would not help"
    }
}
