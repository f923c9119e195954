//! Layers: who may depend on whom.
//!
//! In: [`Analysis`], [`Policy`]. Out: one [`Violation`] per pair of files or services.
//! Invariant: a part depends on lower ranks only, and on nothing but what `may` lists for it.
//! Never: test code.

use super::edges::{self, Dependency, shown};
use super::policy::{Layers, Policy};
use super::select::Nodes;
use super::verdict::{Problem, Violation};
use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, Role, RuleId};

/// A part of the order: its rank (0 is the highest) and its place in the rank.
type Part = (usize, usize);

/// Breaches of `[layers]`.
pub(super) fn check(
    analysis: &Analysis,
    nodes: &Nodes<'_>,
    policy: &Policy,
    problems: &mut Vec<Problem>,
) -> Vec<Violation> {
    let Some(layers) = &policy.layers else {
        return Vec::new();
    };
    let within = layers.within.as_deref().unwrap_or_default();
    let lies_within = |node: &NodeRecord| is_inside(within, node.path.as_deref());
    if !nodes.all.iter().any(lies_within) {
        problems.push(Problem {
            line: layers.line,
            message: format!("`within`: no file lies in `{within}`"),
        });
    }
    if policy.allow.contains(&RuleId::LayerViolation) {
        return Vec::new();
    }
    let mut found = if layers.exhaustive {
        strays(layers, nodes)
    } else {
        Vec::new()
    };
    for dependency in edges::judged(analysis, nodes) {
        if !dependency.is_ordinary() {
            continue;
        }
        let ends =
            part_of(layers, dependency.from, nodes).zip(part_of(layers, dependency.to, nodes));
        if let Some((from, to)) = ends
            && let Some(evidence) = breach(layers, from, to)
        {
            found.push(violation(layers, &dependency, evidence));
        }
    }
    found
}

/// Layers that hold nothing yet: worth a hint, for an order may be written before the code.
pub(super) fn unused(policy: &Policy, nodes: &Nodes<'_>) -> Vec<String> {
    let parts = policy
        .layers
        .iter()
        .flat_map(|layers| layers.order.iter().flatten());
    let idle = parts.filter(|part| !nodes.all.iter().any(|node| part.matches(node, nodes)));
    idle.map(|part| format!("layer `{}` holds nothing", part.text()))
        .collect()
}

/// The part that a node belongs to: the longest name wins, so that `a/b` may stand apart from `a`.
fn part_of(layers: &Layers, node: &NodeRecord, nodes: &Nodes<'_>) -> Option<Part> {
    let parts = layers.order.iter().enumerate();
    let parts = parts.flat_map(|(rank, parts)| {
        parts
            .iter()
            .enumerate()
            .map(move |(at, part)| (part, (rank, at)))
    });
    let own = parts.filter(|(part, _)| part.matches(node, nodes));
    own.max_by_key(|(part, place)| (part.text().len(), std::cmp::Reverse(*place)))
        .map(|(_, place)| place)
}

/// What is wrong with a dependency of `from` on `to`.
fn breach(layers: &Layers, from: Part, to: Part) -> Option<String> {
    if from == to {
        return None;
    }
    let name = |(rank, at): Part| {
        layers
            .order
            .get(rank)
            .and_then(|parts| parts.get(at))
            .map_or("", |part| part.text())
    };
    let (dependent, dependency) = (name(from), name(to));
    if from.0 > to.0 {
        return Some(format!("layer `{dependent}` lies below `{dependency}`"));
    }
    if from.0 == to.0 {
        return Some(format!(
            "layers `{dependent}` and `{dependency}` are strangers"
        ));
    }
    let allowed = layers.may.get(dependent)?;
    (!allowed.iter().any(|name| name == dependency))
        .then(|| format!("layer `{dependent}` may depend on {} only", listed(allowed)))
}

/// Names in backticks, or `nothing`.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// A breach of the order, with the places of the imports or calls.
fn violation(layers: &Layers, dependency: &Dependency<'_>, evidence: String) -> Violation {
    let (from, to) = (dependency.from, dependency.to);
    Violation {
        title: format!("{} depends on {}", shown(from), shown(to)),
        reason: layers.reason.clone(),
        evidence,
        advice: "Pass what is needed as data from above, or move it to a lower layer.".to_owned(),
        locations: dependency.locations(edges::is_ordinary),
        ..Violation::new(RuleId::LayerViolation, vec![from.id.clone(), to.id.clone()])
    }
}

/// Whether a path lies in the folder; all do in the empty one.
fn is_inside(within: &str, path: Option<&str>) -> bool {
    let within = within.trim_matches('/');
    let rest = path.and_then(|path| path.strip_prefix(within));
    within.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Files of the folder that belong to no layer.
fn strays(layers: &Layers, nodes: &Nodes<'_>) -> Vec<Violation> {
    let within = layers.within.as_deref().unwrap_or_default();
    let inside = |node: &&NodeRecord| is_inside(within, node.path.as_deref());
    let judged = |node: &&NodeRecord| {
        node.level == Level::File && !matches!(node.role, Role::Test | Role::Generated)
    };
    let files = nodes.all.iter().filter(judged).filter(inside);
    let stray = files.filter(|node| part_of(layers, node, nodes).is_none());
    stray
        .map(|node| Violation {
            title: format!("{} belongs to no layer", shown(node)),
            reason: layers.reason.clone(),
            evidence: "the list of layers is exhaustive".to_owned(),
            advice: "Give its folder a place in `[layers]`, or move the file into a layer."
                .to_owned(),
            ..Violation::new(RuleId::LayerViolation, vec![node.id.clone()])
        })
        .collect()
}
