//! Packages, modules or files that depend on each other in a circle.
//!
//! In: cycles of the code levels. Out: a finding per cycle.
//! Invariant: a cycle of files is reported only inside one module; above, the modules' cycle is.
//! Never: test, type-only or build edges, or a facade that no run loads; circles that are not counted.

use super::service_cycle::round;
use super::{Facts, Finding, Rule, counted};
use crate::cycles::{CutEdge, Cycle};
use crate::model::{Level, Location, RuleId, Severity};

/// Smallest cycle of files inside one module that is reported.
const MIN_FILES: usize = 3;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ImportCycle,
    summary: "packages, modules or files depend on each other in a circle",
    what: "Reports every strongly connected component of packages and of modules, and of three or more files inside one \
           module. Tests, type-only imports, build scripts and re-exports do not count. A circle that falls apart without \
           one module in which all the others are nested (Rust) is only a note: a parent and its parts may see each other. \
           Vendored code and the files of one Go package, which need no import, are left out.",
    why: "No part of the circle can be understood, tested, reused or taken out alone; every change may travel all the way \
          round.",
    example: "orders.model imports orders.api for a constant, and orders.api imports orders.model.",
    fix: "Cut the dependencies that the finding names: of a small circle they are the cheapest set whose removal leaves \
          none, of a large one the first step, which frees many members at once; `seamline cycles` prints the steps after \
          it. Move what both need below both, or turn the direction round with an interface.",
    check,
};

/// A finding for each counted cycle of code that is to be reported at its level.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    facts
        .cycles
        .iter()
        .filter(|cycle| cycle.is_counted() && is_reported(facts, cycle))
        .map(finding)
        .collect()
}

/// Whether the cycle gets a finding. One of files must lie within one module and be large enough; a
/// cycle of files across modules shows as one of modules.
fn is_reported(facts: &Facts<'_>, cycle: &Cycle) -> bool {
    match cycle.level {
        Level::Package | Level::Module => true,
        Level::File => {
            let parent = |id| {
                let node = facts.graph.find(id)?;
                facts.graph.node(node).parent
            };
            let mut parents = cycle.members.iter().map(parent);
            let first = parents.next();
            cycle.members.len() >= MIN_FILES && parents.all(|parent| Some(parent) == first)
        }
        Level::System | Level::Service => false,
    }
}

/// A finding with the places of its first step, or of its cheapest cut. Cycles of packages go
/// before all others of the rule, whatever their size.
fn finding(cycle: &Cycle) -> Finding {
    let severity = if cycle.level == Level::File || cycle.within_one_parent() {
        Severity::Note
    } else {
        Severity::Warning
    };
    let scale = if cycle.level == Level::Package {
        1_000.0
    } else {
        1.0
    };
    let todo = cycle.steps.first().map_or(&cycle.cut, |step| &step.edges);
    Finding {
        title: title(cycle),
        evidence: evidence(cycle),
        advice: advice(cycle),
        locations: places(todo).take(12).cloned().collect(),
        weight: cycle.members.len() as f64 * scale,
        ..Finding::new(RULE.id, severity, cycle.members.clone())
    }
}

/// `Dependency cycle of 3 packages: a → b → c → a`.
fn title(cycle: &Cycle) -> String {
    let all = cycle.shortest.len() == cycle.members.len();
    let lead = if all { ": " } else { "; shortest loop: " };
    let (count, several) = (cycle.members.len(), cycle.kind().several());
    let round = round(&cycle.shortest).replace(" -> ", " → ");
    format!("Dependency cycle of {count} {several}{lead}{round}")
}

/// Where to start with a large cycle, what to cut of a small one.
fn evidence(cycle: &Cycle) -> String {
    if let Some(step) = cycle.steps.first() {
        return format!("start with {}", step.summary());
    }
    format!(
        "cheapest cut: {} in {}",
        counted(places(&cycle.cut).count() as u64, "reference"),
        counted(cycle.cut.len() as u64, "dependency")
    )
}

/// What to do first; `seamline cycles` says the rest.
fn advice(cycle: &Cycle) -> String {
    let one = cycle.kind().one();
    let Some(step) = cycle.steps.first() else {
        return match cycle.cut.as_slice() {
            [edge] => format!(
                "remove {} → {}: move what it uses into a {one} that both may use, or invert it with an interface",
                edge.from.name, edge.to.name
            ),
            several => format!(
                "remove {}: move what they use into a {one} below both ends, or invert them with interfaces",
                listed(several)
            ),
        };
    };
    let first = step.advice.split(". ").next().unwrap_or_default();
    let more = step.advice.matches(". ").count();
    let first = first.trim_end_matches('.');
    match more {
        0 => first.to_owned(),
        1 => format!("{first}; and one more change that goes with it"),
        more => format!("{first}; and {more} more changes that go with it"),
    }
}

/// The first dependencies of a cut, and how many more there are.
fn listed(cut: &[CutEdge]) -> String {
    const FEW: usize = 3;
    let named = cut.iter().take(FEW);
    let named: Vec<String> = named
        .map(|edge| format!("{} → {}", edge.from.name, edge.to.name))
        .collect();
    match (named.split_last(), cut.len().saturating_sub(FEW)) {
        (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
        (_, more) => format!("{} and {more} more", named.join(", ")),
    }
}

/// All places of some dependencies.
fn places(edges: &[CutEdge]) -> impl Iterator<Item = &Location> {
    edges.iter().flat_map(|edge| &edge.locations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycles::Step;
    use crate::model::{NodeId, NodeKind};

    fn cycle(members: &[&str], cut: &[(&str, &str)]) -> Cycle {
        let id = |name: &str| NodeId::new(NodeKind::Module, name);
        let edge = |&(from, to): &(&str, &str)| CutEdge {
            from: id(from),
            to: id(to),
            weight: 1,
            calls: None,
            symbols: Vec::new(),
            locations: Vec::new(),
        };
        Cycle {
            id: format!("cycle:module:{}", members[0]),
            level: Level::Module,
            members: members.iter().map(|name| id(name)).collect(),
            shortest: Vec::new(),
            cut: cut.iter().map(edge).collect(),
            steps: Vec::new(),
            synchronous: None,
            verdict: None,
            score: None,
            exempt: None,
        }
    }

    #[test]
    fn a_large_cycle_says_where_to_start() {
        let mut large = cycle(&["a", "b", "c"], &[("a", "b"), ("b", "c")]);
        assert_eq!(
            finding(&large).evidence,
            "cheapest cut: 0 references in 2 dependencies"
        );
        large.steps = vec![Step {
            edges: large.cut[..1].to_vec(),
            moves: Vec::new(),
            advice: "Move it. Then rest.".to_owned(),
            of: 135,
            frees: 41,
            tied: 0,
            left: 94,
        }];
        let found = finding(&large);
        assert_eq!(
            found.evidence,
            "start with a → b (1 reference): frees 41 of 135"
        );
        assert_eq!(
            found.advice,
            "Move it; and one more change that goes with it"
        );
    }

    #[test]
    fn a_module_and_its_own_parts_are_a_note() {
        let severity =
            |members: &[&str], cut: &[(&str, &str)]| finding(&cycle(members, cut)).severity;
        let nested = severity(
            &["app::a", "app::a::b", "app::a::c"],
            &[("app::a::b", "app::a"), ("app::a::c", "app::a")],
        );
        assert_eq!(nested, Severity::Note);
        // Beside each other, or only called alike.
        assert_eq!(
            severity(&["app::a", "app::b"], &[("app::b", "app::a")]),
            Severity::Warning
        );
        assert_eq!(
            severity(&["app::a", "app::ab"], &[("app::ab", "app::a")]),
            Severity::Warning
        );
        // The parts have a circle of their own.
        let parts = severity(
            &["app::a", "app::a::b", "app::a::c"],
            &[("app::a", "app::a::b"), ("app::a::b", "app::a::c")],
        );
        assert_eq!(parts, Severity::Warning);
        // A package inside another one of a Java program is a package of its own.
        assert_eq!(
            severity(
                &["com.acme", "com.acme.util"],
                &[("com.acme.util", "com.acme")]
            ),
            Severity::Warning
        );
    }
}
