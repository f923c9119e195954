//! Stable modules that depend on unstable ones.
//!
//! In: the graph of packages and of modules. Out: the worst pairs.
//! Invariant: Martin's instability, counted dependencies only.
//! Never: pairs inside a cycle; `import-cycle` reports those.

use super::{Facts, Finding, Rule, place};
use crate::graph::{LevelGraph, Vertex, scc};
use crate::metrics::coupling::{instability, unstable_dependencies};
use crate::model::{Level, RuleId, Severity};

/// Smallest difference of instability that is reported.
const MIN_DIFFERENCE: f64 = 0.5;
/// Fewest dependents of the stable side.
const MIN_DEPENDENTS: usize = 3;
/// Most pairs per level.
const MOST: usize = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnstableDependency,
    summary: "a module that many depend on itself depends on an unstable one",
    what: "Reports, per level (package, module), the five worst dependencies of a node with at least 3 dependents on one \
           whose instability Ce ÷ (Ca + Ce) is higher by at least 0.5 (Martin's stable-dependencies principle).",
    why: "What changes often drags along what should stand still, and all that rests on it.",
    example: "core depends on web.forms, which depends on twelve other modules.",
    fix: "Turn the dependency round with an interface that the stable side owns, or move the needed part down.",
    check,
};

/// The worst pairs of packages, then of modules.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    [Level::Package, Level::Module]
        .into_iter()
        .flat_map(|level| at(facts, level))
        .collect()
}

/// The worst pairs of one level. Pairs within one cycle are left out, since neither end of it is
/// more stable; so is third parties' code.
fn at(facts: &Facts<'_>, level: Level) -> Vec<Finding> {
    let view = facts.graph.level(level);
    let components = scc::components(&view.digraph).cycles();
    let together = |a: Vertex, b: Vertex| {
        components
            .iter()
            .any(|members| members.contains(&a) && members.contains(&b))
    };
    let vendored = place::vendored(facts);
    let own = |at: Vertex| !vendored.contains(&view.nodes[at]);
    let value = |node| instability(&view.digraph, node).unwrap_or(0.0);
    let mut pairs: Vec<(f64, Vertex, Vertex)> = unstable_dependencies(&view.digraph)
        .into_iter()
        .map(|(from, to)| (value(to) - value(from), from, to))
        .filter(|&(difference, from, to)| {
            difference >= MIN_DIFFERENCE
                && view.digraph.predecessors(from).len() >= MIN_DEPENDENTS
                && !together(from, to)
                && own(from)
                && own(to)
        })
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs
        .into_iter()
        .take(MOST)
        .map(|(_, from, to)| finding(facts, &view, from, to))
        .collect()
}

/// A note with the instability of both ends.
fn finding(facts: &Facts<'_>, view: &LevelGraph, from: Vertex, to: Vertex) -> Finding {
    let node = |at: Vertex| facts.graph.node(view.nodes[at]);
    let value = |at| instability(&view.digraph, at).unwrap_or(0.0);
    let edges = view.edges(from, to).iter();
    let mut locations = place::of_all(facts, edges.map(|&edge| facts.graph.edge(edge)));
    locations.truncate(place::MOST);
    let (stable, other) = (node(from), node(to));
    let subject = vec![stable.id.clone(), other.id.clone()];
    Finding {
        title: format!("{} depends on the less stable {}", stable.name, other.name),
        evidence: format!(
            "instability {:.2} against {:.2}; {} others depend on {}",
            value(from),
            value(to),
            view.digraph.predecessors(from).len(),
            stable.name
        ),
        advice: "invert the dependency with an interface that the stable side owns".to_owned(),
        locations,
        weight: value(to) - value(from),
        ..Finding::new(RULE.id, Severity::Note, subject)
    }
}
