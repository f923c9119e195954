//! The gate on a change: only what it adds can fail.
//!
//! In: [`Analysis`] of the base and of the head, [`Policy`], perhaps a [`Baseline`]. Out: [`Verdict`].
//! Invariant: what the base broke in the same way is known, whatever its place, name or number; a cycle is known by
//! its dependencies, so that it may shrink but not grow.
//! Never: judges the base by names of the head: a file that moves where its imports are forbidden breaks the policy.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::freeze;
use super::identity::Identity;
use super::judge::{accept, broken, verdict_on, weigh};
use super::policy::Policy;
use super::verdict::{Against, Ratchet, Verdict, Violation};
use crate::analysis::Analysis;
use crate::model::names::counted;

/// Judges what `head` breaks that `base` did not.
#[must_use]
pub fn check_change(
    base: &Analysis,
    head: &Analysis,
    name: &str,
    policy: &Policy,
    baseline: Option<&Baseline>,
) -> Verdict {
    let policy = &policy.on_a_change();
    let identity = Identity::of(base, head);
    let (old, kept) = keys(base, policy, &identity);
    let mut judged = broken(head, policy);
    let frozen = freeze::check(base, head, &identity, policy);
    judged.0.extend(frozen.violations);
    judged.1.extend(frozen.problems);
    let excepted = weigh(head, policy, &mut judged.0, &mut judged.1);
    let gone = old.len() - old.intersection(&all_keys(&judged.0)).count();
    let baseline = baseline.map(|baseline| baseline.followed(&head.moved));
    let (known, open): (Vec<_>, Vec<_>) =
        judged.0.into_iter().partition(|violation: &Violation| {
            let turned = |today: Ratchet| {
                let before = kept.get(&violation.fingerprint);
                before.is_some_and(|before| today.is_worse_than(*before))
            };
            let was_there = violation.keys.iter().all(|key| old.contains(key))
                && !violation.ratchet.is_some_and(turned);
            was_there || accept(baseline.as_ref(), violation)
        });
    let open = open.into_iter().map(|it| narrowed(it, &old));
    let mut verdict = verdict_on(
        head,
        policy,
        baseline.as_ref(),
        (open.collect(), known),
        judged.1,
    );
    let against = Against {
        name: name.to_owned(),
        commit: base.project.commit.clone(),
    };
    verdict.hints.insert(0, told(&against, &verdict, gone));
    verdict.hints.extend(frozen.trend);
    verdict.hints.extend(excepted);
    verdict.against = Some(against);
    verdict
}

/// What the base breaks, by the names of the head, and the values of its ratchets.
fn keys(
    base: &Analysis,
    policy: &Policy,
    identity: &Identity,
) -> (BTreeSet<String>, BTreeMap<String, f64>) {
    let (found, _) = broken(base, policy);
    let keys = found.iter().flat_map(|violation| &violation.keys);
    let kept = found.iter().filter_map(|violation| {
        let value = violation.ratchet?.value;
        Some((identity.key(&violation.fingerprint), value))
    });
    (keys.map(|key| identity.key(key)).collect(), kept.collect())
}

/// Every key of some violations.
fn all_keys(found: &[Violation]) -> BTreeSet<String> {
    found.iter().flat_map(|it| it.keys.clone()).collect()
}

/// A breach of several dependencies, shown by those that the change adds.
fn narrowed(violation: Violation, old: &BTreeSet<String>) -> Violation {
    let fresh: Vec<&String> = violation
        .keys
        .iter()
        .filter(|key| !old.contains(*key))
        .collect();
    if violation.places.is_empty() || fresh.is_empty() {
        return violation;
    }
    let edge = |key: &&String| key.split_once(' ').map_or("", |(_, edge)| edge).to_owned();
    let shown: Vec<String> = fresh.iter().take(3).map(edge).collect();
    let more = match fresh.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let grown = fresh.len() < violation.keys.len();
    let verb = if grown {
        "the cycle was there, the change adds to it"
    } else {
        "the change closes it"
    };
    let places = fresh.iter().filter_map(|key| violation.places.get(*key));
    let locations: Vec<_> = places.flatten().cloned().collect();
    let evidence = format!("{verb}: {}{more}", shown.join(", "));
    Violation {
        evidence,
        locations: if locations.is_empty() {
            violation.locations.clone()
        } else {
            locations
        },
        ..violation
    }
}

/// One sentence: what the comparison is with, what was added, what was there, what is mended.
fn told(against: &Against, verdict: &Verdict, gone: usize) -> String {
    let commit = against.commit.as_deref().unwrap_or("no commit");
    let commit = commit.get(..10).unwrap_or(commit);
    let mended = match gone {
        0 => String::new(),
        gone => format!(", {gone} mended"),
    };
    let warned = match verdict.warnings.len() {
        0 => String::new(),
        count => format!(" and {}", counted(count as u64, "warning", "warnings")),
    };
    let there = verdict.known.iter().filter(|it| it.accepted.is_none());
    format!(
        "compared with {commit} ({}): {} added{warned}, {} there before{mended}",
        against.name,
        verdict.violations.len(),
        there.count(),
    )
}
