//! A first-party library that ties services together.
//!
//! In: libraries with the change sets that touch them. Out: a finding per library.
//! Invariant: only libraries whose changes were changes of several users, again and again.
//! Never: third-party libraries; a library that merely is shared.

use super::{Facts, Finding, Rule, percent, place};
use crate::model::{NodeId, NodeKind, RuleId, Severity};
use crate::simulate::Library;

/// Smallest share of the library's change sets, in percent.
const MIN_SHARE: u64 = 30;
/// Fewest such change sets.
const MIN_SHARED: u64 = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::LockstepLibrary,
    summary: "a shared first-party library changes together with the services that link it",
    what: "Reports a package of the tree that at least two services link, when at least 30 % of the change sets that \
           touch it, and at least 5, touch two or more of these services as well (their manifests included).",
    why: "Every such change of the library is a change of several services: they are rebuilt, tested and deployed \
          together, although they look apart.",
    example: "13 of 14 services link common-lib; 21 of its 38 changes touched several of them.",
    fix: "Keep only what hardly ever changes in shared libraries, give them versions of their own, or copy the \
          few lines that each service needs.",
    check,
};

/// A finding for each library that changes together with its users.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let libraries = facts.system.libraries.iter();
    libraries
        .filter_map(|library| finding(facts, library))
        .collect()
}

/// A warning about the library and its users; `None` without a history or below the thresholds. Its
/// fingerprint names the library alone, so that a new user does not make it a new finding.
fn finding(facts: &Facts<'_>, library: &Library) -> Option<Finding> {
    let changes = library.changes?;
    let (several, _) = library.bumped(&library.users);
    if several < MIN_SHARED || percent(several, changes) < MIN_SHARE {
        return None;
    }
    let subject = std::iter::once(NodeId::new(NodeKind::Package, library.name.clone()))
        .chain(library.users.iter().map(|user| place::id_of(facts, user)));
    let names: Vec<&str> = library.users.iter().map(|user| &**user).collect();
    let base = Finding::new(RULE.id, Severity::Warning, subject.collect());
    Some(Finding {
        title: format!(
            "{} changes together with {} services that link it",
            library.name,
            library.users.len()
        ),
        evidence: format!(
            "{several} of its {changes} change sets touch two or more of {}",
            names.join(", ")
        ),
        advice: "give it a version of its own, or keep only what hardly ever changes in it"
            .to_owned(),
        locations: library.locations.clone(),
        fingerprint: format!("{}|package:{}", RULE.id, library.name),
        weight: several as f64,
        ..base
    })
}
