//! Parts that change together without any dependency between them.
//!
//! In: history, graph. Out: findings for services and for files.
//! Invariant: no edge of any kind, in either direction, between the two.
//! Never: tests beside their code, generated files, files of one module.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Facts, Finding, Rule, lockstep_change, percent, place};
use crate::graph::{NodeIndex, Vertex};
use crate::metrics::ChangeFacts;
use crate::metrics::Coupled;
use crate::model::{Level, Location, Position, RuleId, Severity};

/// Fewest commits that two files share.
const MIN_SHARED: u64 = 10;
/// Smallest degree of change coupling of two files.
const MIN_DEGREE: f64 = 0.6;
/// Most pairs of files that are reported.
const MOST: usize = 10;
/// Largest commit that counts.
const MOST_FILES: usize = 30;

pub(super) const RULE: Rule = Rule {
    id: RuleId::HiddenCoupling,
    summary: "parts change together with no dependency between them",
    what: "Reports two business services without a link whose change sets overlap as lockstep-change defines it, and \
           the ten strongest pairs of files of different modules with at least 10 shared commits and a degree of \
           change coupling of at least 0.6, without a reference between them.",
    why: "Something binds them that neither compiler nor contract knows: a copied rule, a shared format, an order of \
          deployment. Whoever changes one must know about the other.",
    example: "The tax rates stand in invoice/rates.py and in shop/tax_table.py.",
    fix: "Find out what the shared commits change, and give it one home that both depend on.",
    check,
};

/// Findings for services, then for files.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = services(facts);
    found.extend(files(facts));
    found
}

/// Pairs of business services in lockstep without any edge between them, code edges of their files
/// included.
fn services(facts: &Facts<'_>) -> Vec<Finding> {
    let service = |node: NodeIndex| facts.graph.ancestor(node, Level::Service);
    let edges = facts.graph.edges().iter();
    let ends = edges.filter_map(|edge| Some((service(edge.from)?, service(edge.to)?)));
    let name = |node| &*facts.graph.node(node).name;
    let linked: BTreeSet<(&str, &str)> = ends.map(|(a, b)| (name(a), name(b))).collect();
    let apart = |a: &str, b: &str| !linked.contains(&(a, b)) && !linked.contains(&(b, a));
    let names = place::business(facts);
    let pairs = names.iter().enumerate();
    let pairs = pairs.flat_map(|(at, a)| names.iter().skip(at + 1).map(move |b| (*a, *b)));
    pairs
        .filter(|(a, b)| apart(a, b))
        .filter_map(|(a, b)| of_services(facts, a, b))
        .collect()
}

/// A warning where the two are in lockstep; `None` otherwise.
fn of_services(facts: &Facts<'_>, a: &Arc<str>, b: &Arc<str>) -> Option<Finding> {
    let (several, any) = lockstep_change::together(facts, a, b)?;
    let share = percent(several, any);
    Some(Finding {
        title: format!("{a} and {b} change together, but nothing links them"),
        evidence: format!(
            "{several} of {any} change sets ({share} %) touch both; no call, message, table or reference between them"
        ),
        advice: "find out what the shared change sets are about and give it one home".to_owned(),
        locations: place::of_services(facts, [a, b]),
        weight: 1_000.0 + several as f64,
        ..Finding::new(RULE.id, Severity::Warning, place::pair(facts, a, b))
    })
}

/// The strongest pairs of files of different modules. Neighbours in one module are left out: that
/// they change together is what a module is for.
fn files(facts: &Facts<'_>) -> Vec<Finding> {
    let edges = facts.graph.edges().iter();
    let linked: BTreeSet<_> = edges.map(|edge| (edge.from, edge.to)).collect();
    let hidden = |pair: &Pair| {
        let (a, b) = pair.files;
        let parent = |file| facts.graph.node(file).parent;
        pair.degree >= MIN_DEGREE
            && parent(a) != parent(b)
            && !linked.contains(&(a, b))
            && !linked.contains(&(b, a))
    };
    let mut pairs: Vec<Pair> = coupled(facts).into_iter().filter(hidden).collect();
    pairs.sort_by(|x, y| {
        let strength = y.degree.total_cmp(&x.degree).then(y.shared.cmp(&x.shared));
        strength.then(x.files.cmp(&y.files))
    });
    let strongest = pairs.iter().take(MOST);
    strongest.map(|pair| of_files(facts, pair)).collect()
}

/// Two files that changed together.
struct Pair {
    files: (NodeIndex, NodeIndex),
    degree: f64,
    shared: u64,
}

/// First-party files that share enough commits.
fn coupled(facts: &Facts<'_>) -> Vec<Pair> {
    let Some(log) = facts.changes.filter(|log| !log.commits.is_empty()) else {
        return Vec::new();
    };
    let view = facts.graph.level(Level::File);
    let own = view.nodes.pairs();
    let own = own.filter(|(_, node)| place::is_first_party(facts.graph.node(**node)));
    let places: BTreeMap<NodeIndex, Vertex> = own.map(|(at, node)| (*node, at)).collect();
    let node_of = |path: &Arc<str>| {
        let node = facts.graph.file(facts.project.file(path)?)?;
        places.get(&node).copied()
    };
    let nodes = log.paths.iter().map(node_of).collect();
    let changes = ChangeFacts::of(
        log,
        &facts.project.knowledge.files,
        &nodes,
        view.nodes.len(),
        MOST_FILES,
    );
    let often = changes.coupled.iter();
    let often = often.filter(|pair| pair.shared >= MIN_SHARED);
    let pair = |pair: &Coupled| Pair {
        files: (view.nodes[pair.a], view.nodes[pair.b]),
        degree: changes.degree(*pair).unwrap_or(0.0),
        shared: pair.shared,
    };
    often.map(pair).collect()
}

/// A note with both files as places.
fn of_files(facts: &Facts<'_>, pair: &Pair) -> Finding {
    let (degree, shared) = (pair.degree, pair.shared);
    let (a, b) = (
        facts.graph.node(pair.files.0),
        facts.graph.node(pair.files.1),
    );
    let places = [a, b]
        .into_iter()
        .filter_map(|node| Some(Location::new(node.path.clone()?, Position::new(1, 1))));
    Finding {
        title: format!(
            "{} and {} change together without a reference",
            a.name, b.name
        ),
        evidence: format!("{shared} commits touch both, degree of change coupling {degree:.2}"),
        advice: "find out what the shared commits change and give it one home".to_owned(),
        locations: places.collect(),
        weight: degree,
        ..Finding::new(RULE.id, Severity::Note, vec![a.id.clone(), b.id.clone()])
    }
}
