//! A first-party library that ties services together.
//!
//! In: packages, history. Out: a finding per library.
//! Invariant: only libraries that change, and that every user takes at once.
//! Never: third-party libraries.

use super::{Facts, Finding, Rule, place};
use crate::model::{Severity, is_within};

/// Fewest services that share the library.
const MIN_USERS: usize = 3;
/// Fewest commits that change it within the window.
const MIN_CHANGES: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: "lockstep-library",
    summary: "a shared first-party library forces its users to release together",
    what: "Reports a package of the tree that at least 3 services link without a version of its own, when at least \
           5 commits of the window change it.",
    why: "Every change of the library is a change of all services that link it; they are rebuilt, tested and \
          deployed together, although they look apart.",
    example: "13 of 14 services link common-lib, which changed 38 times in a year.",
    fix: "Keep only what hardly ever changes in shared libraries, give them versions of their own, or copy the \
          few lines that each service needs.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let libraries = facts
        .system
        .libraries
        .iter()
        .filter(|library| library.together && library.users.len() >= MIN_USERS);
    libraries
        .filter_map(|library| finding(facts, library))
        .collect()
}

fn finding(facts: &Facts<'_>, library: &crate::simulate::Library) -> Option<Finding> {
    let package = facts
        .project
        .packages
        .iter()
        .find(|package| package.name == library.name)?;
    let log = facts.changes?;
    let inside: Vec<bool> = log
        .paths
        .iter()
        .map(|path| is_within(path, &package.dir))
        .collect();
    let touches = |commit: &&crate::model::Commit| {
        commit
            .files
            .iter()
            .any(|file| inside.get(*file as usize) == Some(&true))
    };
    let changes = log.commits.iter().filter(touches).count();
    if changes < MIN_CHANGES || package.dir.is_empty() {
        return None;
    }
    let subject = std::iter::once(format!("package:{}", library.name).into())
        .chain(library.users.iter().map(|user| place::id_of(facts, user)));
    let names: Vec<&str> = library.users.iter().map(|user| &**user).collect();
    let base = Finding::new(RULE.id, Severity::Note, subject.collect());
    Some(Finding {
        title: format!(
            "{} services are rebuilt with every change of {}",
            library.users.len(),
            library.name
        ),
        evidence: format!(
            "{changes} commits changed it; linked by {}",
            names.join(", ")
        ),
        advice: "give it a version of its own, or keep only what hardly ever changes in it"
            .to_owned(),
        locations: vec![crate::model::Location::new(
            package.manifest.clone(),
            crate::model::Position::new(1, 1),
        )],
        fingerprint: format!("{}|package:{}", RULE.id, library.name),
        #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
        weight: (library.users.len() * changes) as f64,
        ..base
    })
}
