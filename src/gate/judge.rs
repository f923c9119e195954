//! Is the system as its policy wants it?
//!
//! In: [`Analysis`], [`Policy`], perhaps a [`Baseline`]. Out: [`Verdict`].
//! Invariant: pure; the same inputs give the same verdict, sorted by rule and subject.
//! Never: judges what the analysis could not see.

use std::collections::BTreeSet;

use super::baseline::Baseline;
use super::policy::Policy;
use super::verdict::{Outcome, Problem, Verdict, Violation};
use super::{coverage, edges, exceptions, layers, limits, rules, select};
use crate::analysis::{Analysis, VERSION, owners_of};
use crate::model::names::counted;
use crate::model::{Notification, RuleId, SELECTS_NOTHING, Severity};

/// Why a verdict on the analysis would say nothing: no source was read and no call recorded, or the
/// configuration names what is not there.
#[must_use]
pub fn unjudgeable(analysis: &Analysis) -> Option<String> {
    let idle = |note: &&Notification| *note.kind == *SELECTS_NOTHING;
    if let Some(note) = analysis.notifications.iter().find(idle) {
        return Some(note.message.clone());
    }
    let recorded = analysis.runtime.is_some();
    (analysis.coverage.files.parsed == 0 && !recorded).then(|| {
        "0 source files of a supported language were read; is the path right, and does `exclude` \
         in seamline.toml leave any?"
            .to_owned()
    })
}

/// Judges `analysis` by `policy`; `baseline` holds what is accepted for now.
#[must_use]
pub fn check(analysis: &Analysis, policy: &Policy, baseline: Option<&Baseline>) -> Verdict {
    let followed = baseline.map(|baseline| baseline.followed(&analysis.moved));
    let baseline = followed.as_ref();
    let (mut found, mut problems) = broken(analysis, policy);
    let excepted = weigh(analysis, policy, &mut found, &mut problems);
    let (known, open) = found.into_iter().partition(|it| accept(baseline, it));
    let mut verdict = verdict_on(analysis, policy, baseline, (open, known), problems);
    verdict.hints.extend(excepted);
    verdict
}

/// All breaches of the policy, accepted or not, and the entries that mean nothing.
pub(super) fn broken(analysis: &Analysis, policy: &Policy) -> (Vec<Violation>, Vec<Problem>) {
    let nodes = select::Nodes::of(analysis);
    let mut problems = Vec::new();
    let mut found = limits::check(&nodes, policy, &mut problems);
    found.extend(edges::check(analysis, &nodes, policy, &mut problems));
    found.extend(layers::check(analysis, &nodes, policy, &mut problems));
    found.extend(rules::check(analysis, &nodes, policy));
    found.extend(coverage::check(analysis, policy));
    (found, problems)
}

/// Gives breaches the severity of the policy, excuses those of its exceptions and puts the worst first; hints name the
/// exceptions that expired or cover nothing.
pub(super) fn weigh(
    analysis: &Analysis,
    policy: &Policy,
    found: &mut [Violation],
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    for violation in found.iter_mut() {
        // What a policy denies is an error, however mild the finding is by itself.
        let severity = policy.severity.get(&violation.rule);
        violation.severity = severity.copied().unwrap_or(Severity::Error);
        violation.owners = owners_of(&analysis.owners, &violation.subject);
    }
    let excepted = exceptions::apply(found, &select::Nodes::of(analysis), policy, problems);
    found.sort_by(|a, b| {
        (a.severity, &a.rule, &a.fingerprint).cmp(&(b.severity, &b.rule, &b.fingerprint))
    });
    problems.sort();
    excepted
}

/// Whether an exception or the baseline accepts it.
pub(super) fn accept(baseline: Option<&Baseline>, violation: &Violation) -> bool {
    violation.accepted.is_some()
        || (violation.acceptable && baseline.is_some_and(|baseline| baseline.accepts(violation)))
}

/// The verdict on breaches that are weighed and split into open and known ones. Only errors fail,
/// and stale lines of the baseline where the policy is locked.
pub(super) fn verdict_on(
    analysis: &Analysis,
    policy: &Policy,
    baseline: Option<&Baseline>,
    (open, known): (Vec<Violation>, Vec<Violation>),
    problems: Vec<Problem>,
) -> Verdict {
    let all: Vec<&Violation> = open.iter().chain(&known).collect();
    let stale = baseline.map_or_else(Vec::new, |baseline| stale(analysis, baseline, &all));
    let fails = |violation: &Violation| violation.severity == Severity::Error;
    let (violations, warnings): (Vec<_>, Vec<_>) = open.into_iter().partition(fails);
    let failed = !violations.is_empty() || (policy.locked && !stale.is_empty());
    let mut hints = hints(policy, &stale);
    if analysis.coverage.history.shallow {
        hints.push(
            "the clone is shallow: what changed before it is unknown; `git fetch --unshallow` \
             (in CI: fetch-depth: 0)"
                .to_owned(),
        );
    }
    hints.extend(layers::unused(policy, &select::Nodes::of(analysis)));
    Verdict {
        version: VERSION,
        verdict: if failed { Outcome::Fail } else { Outcome::Pass },
        against: None,
        violations,
        warnings,
        known,
        hints,
        stale,
        problems,
    }
}

/// Lines of the baseline that no finding needs any more; a partial analysis cannot tell.
pub(super) fn stale(analysis: &Analysis, baseline: &Baseline, found: &[&Violation]) -> Vec<String> {
    let partial = analysis
        .notifications
        .iter()
        .any(|note| note.severity == Severity::Error);
    if partial {
        return Vec::new();
    }
    let current: BTreeSet<&str> = found
        .iter()
        .flat_map(|violation| violation.keys.iter().map(String::as_str))
        .collect();
    baseline
        .keys()
        .filter(|key| !current.contains(key) && could_judge(analysis, key))
        .map(str::to_owned)
        .collect()
}

/// Whether this run could have found what a line of the baseline accepts: findings of traces need
/// traces, those of the history need one.
pub(super) fn could_judge(analysis: &Analysis, key: &str) -> bool {
    let rule = key.split(' ').next().and_then(RuleId::named);
    let traced = analysis.runtime.is_some();
    let history = analysis.coverage.history.commits > 0;
    match rule {
        Some(
            RuleId::AsyncCycle
            | RuleId::ChattyPair
            | RuleId::DeepChain
            | RuleId::RepeatedCall
            | RuleId::ServiceCycle
            | RuleId::SharedDatastoreLoad
            | RuleId::UndeclaredEdge
            | RuleId::UnusedEdge
            | RuleId::WastefulEdge,
        ) => traced,
        Some(RuleId::DistributedMonolith) => traced,
        Some(
            RuleId::HiddenCoupling
            | RuleId::Hotspot
            | RuleId::LockstepChange
            | RuleId::LockstepLibrary,
        ) => history,
        _ => true,
    }
}

/// What a user may not know: that no policy is set, and that lines of the baseline can go.
pub(super) fn hints(policy: &Policy, stale: &[String]) -> Vec<String> {
    let mut hints = Vec::new();
    if !policy.configured {
        let fails = if policy.deny_new.is_empty() {
            "only a distributed monolith fails"
        } else {
            "only a distributed monolith and cycles of services that the change adds fail"
        };
        hints.push(format!(
            "no policy: {fails}; set limits, layers and forbidden edges in seamline.toml"
        ));
    }
    if !stale.is_empty() {
        hints.push(format!(
            "{} gone: `seamline baseline prune` forgets what is",
            counted(
                stale.len() as u64,
                "accepted finding is",
                "accepted findings are"
            )
        ));
    }
    hints
}
