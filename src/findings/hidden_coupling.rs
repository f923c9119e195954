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

fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = services(facts);
    found.extend(files(facts));
    found
}

fn services(facts: &Facts<'_>) -> Vec<Finding> {
    let names = place::business(facts);
    let service = |node: NodeIndex| {
        facts
            .graph
            .ancestor(node, Level::Service)
            .map(|node| facts.graph.node(node).name.clone())
    };
    let linked: BTreeSet<_> = facts
        .graph
        .edges()
        .iter()
        .filter_map(|edge| Some((service(edge.from)?, service(edge.to)?)))
        .collect();
    let mut found = Vec::new();
    for (at, a) in names.iter().enumerate() {
        for b in names.iter().skip(at + 1) {
            let pair = |x: &std::sync::Arc<str>, y: &std::sync::Arc<str>| {
                linked.contains(&(x.clone(), y.clone()))
            };
            let Some((several, any)) =
                lockstep_change::together(facts, a, b).filter(|_| !pair(a, b) && !pair(b, a))
            else {
                continue;
            };
            found.push(Finding {
                title: format!("{a} and {b} change together, but nothing links them"),
                evidence: format!("{several} of {any} change sets ({} %) touch both; no call, message, table or reference between them", percent(several, any)),
                advice: "find out what the shared change sets are about and give it one home".to_owned(),
                locations: place::of_services(facts, [*a, *b]),
                #[expect(clippy::cast_precision_loss, reason = "orders findings only")]
                weight: 1_000.0 + several as f64,
                ..Finding::new(RULE.id, Severity::Warning, vec![place::id_of(facts, a), place::id_of(facts, b)])
            });
        }
    }
    found
}

fn files(facts: &Facts<'_>) -> Vec<Finding> {
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
    let nodes: Vec<Option<Vertex>> = log.paths.iter().map(node_of).collect();
    let changes = ChangeFacts::of(log, &nodes, view.nodes.len(), MOST_FILES);
    let linked: BTreeSet<(NodeIndex, NodeIndex)> = facts
        .graph
        .edges()
        .iter()
        .map(|edge| (edge.from, edge.to))
        .collect();
    let mut pairs = Vec::new();
    for pair in changes
        .coupled
        .iter()
        .filter(|pair| pair.shared >= MIN_SHARED)
    {
        let (a, b) = (view.nodes[pair.a], view.nodes[pair.b]);
        let apart = facts.graph.node(a).parent != facts.graph.node(b).parent;
        let degree = changes.degree(*pair).unwrap_or(0.0);
        if apart && degree >= MIN_DEGREE && !linked.contains(&(a, b)) && !linked.contains(&(b, a)) {
            pairs.push((degree, pair.shared, a, b));
        }
    }
    pairs.sort_by(|x, y| {
        y.0.total_cmp(&x.0)
            .then(y.1.cmp(&x.1))
            .then((x.2, x.3).cmp(&(y.2, y.3)))
    });
    pairs
        .into_iter()
        .take(MOST)
        .map(|(degree, shared, a, b)| of_files(facts, degree, shared, a, b))
        .collect()
}

fn of_files(facts: &Facts<'_>, degree: f64, shared: u64, a: NodeIndex, b: NodeIndex) -> Finding {
    let (a, b) = (facts.graph.node(a), facts.graph.node(b));
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
