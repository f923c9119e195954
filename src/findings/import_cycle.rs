//! Packages, modules or files that depend on each other in a circle.
//!
//! In: cycles of the code levels. Out: a finding per cycle.
//! Invariant: a cycle of files is reported only inside one module; above, the modules' cycle is.
//! Never: test, type-only, build or facade edges.

use super::service_cycle::round;
use super::{Facts, Finding, Rule};
use crate::cycles::Cycle;
use crate::model::{Level, Severity};

/// Smallest cycle of files inside one module that is reported.
const MIN_FILES: usize = 3;

pub(super) const RULE: Rule = Rule {
    id: "import-cycle",
    summary: "packages, modules or files depend on each other in a circle",
    what: "Reports every strongly connected component of packages and of modules, and of three or more files inside one \
           module. Tests, type-only imports, build scripts and re-exports do not count.",
    why: "No part of the circle can be understood, tested, reused or taken out alone; every change may travel all the way \
          round.",
    example: "orders.model imports orders.api for a constant, and orders.api imports orders.model.",
    fix: "Cut the dependencies that the finding names: they are the cheapest set whose removal leaves no circle. Move what \
          both need below both, or turn the direction round with an interface.",
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    facts
        .cycles
        .iter()
        .filter(|cycle| counts(facts, cycle))
        .map(finding)
        .collect()
}

fn counts(facts: &Facts<'_>, cycle: &Cycle) -> bool {
    match cycle.level {
        Level::Package | Level::Module => true,
        Level::File => {
            let parent = |id: &std::sync::Arc<str>| {
                facts
                    .graph
                    .find(Level::File, id)
                    .and_then(|node| facts.graph.node(node).parent)
            };
            let mut parents = cycle.members.iter().map(parent);
            let first = parents.next();
            cycle.members.len() >= MIN_FILES && parents.all(|parent| Some(parent) == first)
        }
        Level::System | Level::Service => false,
    }
}

fn finding(cycle: &Cycle) -> Finding {
    let level = match cycle.level {
        Level::Package => "packages",
        Level::Module => "modules",
        Level::File | Level::System | Level::Service => "files",
    };
    let severity = if cycle.level == Level::File {
        Severity::Note
    } else {
        Severity::Warning
    };
    let references: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    let locations: Vec<_> = cycle
        .cut
        .iter()
        .flat_map(|edge| edge.locations.iter().cloned())
        .take(12)
        .collect();
    let scale = if cycle.level == Level::Package {
        1_000.0
    } else {
        1.0
    };
    Finding {
        title: format!("{} {level} in a circle: {}", cycle.members.len(), round(&cycle.shortest)),
        evidence: format!("cheapest cut: {references} references in {} dependencies", cycle.cut.len()),
        advice: "cut the named references: move what both sides need below both, or turn one direction round".to_owned(),
        locations,
        #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
        weight: cycle.members.len() as f64 * scale,
        ..Finding::new(RULE.id, severity, cycle.members.clone())
    }
}
