//! What a change adds and removes: two analyses of one system side by side.
//!
//! In: [`Analysis`] of the base and of the head. Out: [`Comparison`].
//! Invariant: pure; a file that was renamed keeps its identity; equal analyses differ in nothing.
//! Never: judges; the policy does.
//!
//! A cycle is new where it ties together members that no cycle of the base tied together, so that
//! a cycle that shrinks or falls apart is no new one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::identity::Identity;
use crate::analysis::{Analysis, Cycle, EdgeRecord, Finding, VERSION};
use crate::model::{EdgeKind, Labels, Level, Location, NodeId, NodeKind, RuleId};

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of the contract.
    pub version: u32,
    /// The older side.
    pub base: Side,
    /// The newer side.
    pub head: Side,
    /// What only the head has.
    pub added: Difference,
    /// What only the base has.
    pub removed: Difference,
    /// Metrics of the system, its services and packages whose value differs, sorted.
    pub metrics: Vec<MetricChange>,
}

/// One of the two analyses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// Name of the analysed folder.
    pub name: String,
    /// Its commit, if it has one.
    pub commit: Option<String>,
}

/// What only one side has.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Dependencies between files and between services, sorted.
    pub edges: Vec<EdgeChange>,
    /// Cycles, coarse levels first.
    pub cycles: Vec<CycleChange>,
    /// Findings, worst first.
    pub findings: Vec<FindingChange>,
    /// Services, sorted.
    pub services: Vec<NodeId>,
}

/// A dependency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EdgeChange {
    /// The dependent.
    pub from: NodeId,
    /// What it depends on.
    pub to: NodeId,
    /// How, for services; `import` between files.
    pub kind: EdgeKind,
    /// Whether it lies within a cycle of its side.
    pub in_cycle: bool,
    /// Places to open.
    pub locations: Vec<Location>,
}

/// A cycle.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CycleChange {
    /// Its level.
    pub level: Level,
    /// Its members.
    pub members: Vec<NodeId>,
    /// The shortest way round.
    pub shortest: Vec<NodeId>,
    /// Members that a cycle of the other side ties together already.
    pub known: usize,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingChange {
    /// Id of its rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// Its stable key.
    pub fingerprint: String,
}

/// A metric of one node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricChange {
    /// Id of the metric.
    pub id: String,
    /// Level of the node.
    pub level: Level,
    /// The node.
    pub node: NodeId,
    /// Value in the base; `None` where undefined.
    pub before: Option<f64>,
    /// Value in the head.
    pub after: Option<f64>,
}

/// Compares `base` with `head`; renames are those that the head knows of.
#[must_use]
pub fn compare(base: &Analysis, head: &Analysis) -> Comparison {
    let renames = Identity::of(base, head);
    let (before, after) = (
        Known::of(base, &renames),
        Known::of(head, &Identity::default()),
    );
    Comparison {
        version: VERSION,
        base: side(base),
        head: side(head),
        added: difference(&after, &before),
        removed: difference(&before, &after),
        metrics: metrics(base, head, &renames),
    }
}

/// Name and commit of one analysis.
fn side(analysis: &Analysis) -> Side {
    Side {
        name: analysis.project.name.clone(),
        commit: analysis.project.commit.clone(),
    }
}

/// One side by the names of today.
struct Known {
    edges: BTreeMap<(NodeId, NodeId, EdgeKind), EdgeChange>,
    cycles: Vec<CycleChange>,
    findings: BTreeMap<String, (usize, FindingChange)>,
    services: BTreeSet<NodeId>,
}

impl Known {
    /// Edges, cycles, findings and services of one analysis under their names in the head. Imports
    /// and references between two files become one edge, so that a change of the number of
    /// references is no change of a dependency.
    fn of(analysis: &Analysis, renames: &Identity) -> Self {
        let counted = analysis.cycles.iter().filter(|cycle| cycle.is_counted());
        let cycles: Vec<CycleChange> = counted.map(|cycle| of_cycle(cycle, renames)).collect();
        let mut within: BTreeMap<&NodeId, BTreeSet<usize>> = BTreeMap::new();
        for (number, cycle) in cycles.iter().enumerate() {
            for member in &cycle.members {
                within.entry(member).or_default().insert(number);
            }
        }
        let mut edges: BTreeMap<(NodeId, NodeId, EdgeKind), EdgeChange> = BTreeMap::new();
        for edge in analysis.edges.iter().filter(|edge| counts(edge)) {
            let (from, to) = (renames.name(&edge.from), renames.name(&edge.to));
            let kind = if edge.kind.is_code() {
                EdgeKind::Import
            } else {
                edge.kind
            };
            let none = BTreeSet::new();
            let (left, right) = (
                within.get(&from).unwrap_or(&none),
                within.get(&to).unwrap_or(&none),
            );
            let in_cycle = !left.is_disjoint(right);
            let fresh = EdgeChange {
                from: from.clone(),
                to: to.clone(),
                kind,
                in_cycle,
                locations: Vec::new(),
            };
            let known = edges.entry((from, to, kind)).or_insert(fresh);
            known.locations.extend(edge.locations.iter().cloned());
        }
        let findings = analysis.findings.iter().enumerate();
        let findings = findings.map(|(rank, finding)| {
            let change = of_finding(finding, renames);
            (change.fingerprint.clone(), (rank, change))
        });
        let services = analysis
            .nodes
            .iter()
            .filter(|node| node.id.kind == NodeKind::Service);
        Self {
            edges,
            findings: findings.collect(),
            services: services.map(|node| node.id.clone()).collect(),
            cycles,
        }
    }
}

/// Dependencies that a reviewer would call one: no tests, nothing that merely changes together.
fn counts(edge: &EdgeRecord) -> bool {
    edge.from != edge.to
        && !matches!(edge.kind, EdgeKind::CoChange | EdgeKind::SharedLibrary)
        && !edge.labels.any(Labels::UNCOUNTED)
}

/// A cycle under its names in the head, not compared yet.
fn of_cycle(cycle: &Cycle, renames: &Identity) -> CycleChange {
    let renamed = |ids: &[NodeId]| ids.iter().map(|id| renames.name(id)).collect();
    CycleChange {
        level: cycle.level,
        members: renamed(&cycle.members),
        shortest: renamed(&cycle.shortest),
        known: 0,
    }
}

/// A finding under its names in the head. Ids are replaced with the bar before them, or `a` would
/// be replaced within `ba`.
fn of_finding(finding: &Finding, renames: &Identity) -> FindingChange {
    let mut fingerprint = finding.fingerprint.clone();
    for id in &finding.subject {
        let today = renames.name(id);
        if today != *id {
            fingerprint = fingerprint.replace(&format!("|{id}"), &format!("|{today}"));
        }
    }
    FindingChange {
        rule: finding.rule,
        title: finding.title.clone(),
        fingerprint,
    }
}

/// What `one` has and `other` has not.
fn difference(one: &Known, other: &Known) -> Difference {
    let edges = one
        .edges
        .iter()
        .filter(|(key, _)| !other.edges.contains_key(key));
    let findings = one
        .findings
        .iter()
        .filter(|(key, _)| !other.findings.contains_key(*key));
    let mut findings: Vec<&(usize, FindingChange)> = findings.map(|(_, finding)| finding).collect();
    findings.sort_by_key(|(rank, _)| *rank);
    let cycles = one.cycles.iter().filter_map(|cycle| {
        let known = known_members(cycle, &other.cycles);
        (known < cycle.members.len()).then(|| CycleChange {
            known,
            ..cycle.clone()
        })
    });
    Difference {
        edges: edges.map(|(_, edge)| edge.clone()).collect(),
        cycles: cycles.collect(),
        findings: findings
            .into_iter()
            .map(|(_, finding)| finding.clone())
            .collect(),
        services: one.services.difference(&other.services).cloned().collect(),
    }
}

/// The most members of the cycle that one cycle of the other side holds.
fn known_members(cycle: &CycleChange, others: &[CycleChange]) -> usize {
    let same = others.iter().filter(|other| other.level == cycle.level);
    let own: BTreeSet<&NodeId> = cycle.members.iter().collect();
    let shared = |other: &CycleChange| other.members.iter().filter(|id| own.contains(id)).count();
    same.map(shared).max().unwrap_or_default()
}

/// Metrics that the code decides; those of the history and of traces change with the time that is read.
fn metrics(base: &Analysis, head: &Analysis, renames: &Identity) -> Vec<MetricChange> {
    let shown = |level| matches!(level, Level::System | Level::Service | Level::Package);
    let mut values: BTreeMap<(Level, NodeId, &str), (Option<f64>, Option<f64>)> = BTreeMap::new();
    for (analysis, is_head) in [(base, false), (head, true)] {
        for node in analysis.nodes.iter().filter(|node| shown(node.level)) {
            // The folder may be called otherwise on the other side.
            let id = if node.level == Level::System {
                head_system(head, &node.id)
            } else {
                renames.name(&node.id)
            };
            for (metric, value) in node.metrics.iter().filter(|(metric, _)| of_code(metric)) {
                let entry = values.entry((node.level, id.clone(), metric)).or_default();
                if is_head {
                    entry.1 = *value;
                } else {
                    entry.0 = *value;
                }
            }
        }
    }
    let differs = |(before, after): &(Option<f64>, Option<f64>)| before != after;
    let changed = values.into_iter().filter(|(_, values)| differs(values));
    changed
        .map(|((level, node, id), (before, after))| MetricChange {
            id: id.to_owned(),
            level,
            node,
            before,
            after,
        })
        .collect()
}

/// The system node of the head. It is called after its folder, which differs between two checkouts
/// of one system.
fn head_system(head: &Analysis, id: &NodeId) -> NodeId {
    let mut nodes = head.nodes.iter().filter(|node| node.level == Level::System);
    nodes
        .next()
        .map_or_else(|| id.clone(), |node| node.id.clone())
}

/// Whether a metric depends on the code alone; `@level` is ignored.
fn of_code(metric: &str) -> bool {
    let id = metric.split('@').next().unwrap_or(metric);
    matches!(
        id,
        "ca" | "ce"
            | "instability"
            | "abstractness"
            | "distance"
            | "ccd"
            | "acd"
            | "nccd"
            | "propagation_cost"
            | "cyclicity"
            | "relative_cyclicity"
            | "tangle"
            | "modularity"
            | "lines"
            | "complexity"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::NodeRecord;
    use crate::model::{Provenance, Role};

    fn file(path: &str) -> NodeRecord {
        NodeRecord {
            id: NodeId::file(path),
            level: Level::File,
            name: path.into(),
            parent: None,
            path: Some(path.into()),
            language: None,
            aliases: Vec::new(),
            instances: None,
            quiet: false,
            role: Role::Business,
            metrics: BTreeMap::new(),
        }
    }

    fn import(from: &str, to: &str) -> EdgeRecord {
        EdgeRecord {
            from: NodeId::file(from),
            to: NodeId::file(to),
            kind: EdgeKind::Import,
            labels: Labels::NONE,
            provenance: Provenance::Code,
            grade: None,
            weight: 1,
            symbols: Vec::new(),
            via: None,
            locations: Vec::new(),
        }
    }

    fn cycle(members: &[&str]) -> Cycle {
        let members: Vec<NodeId> = members.iter().map(|path| NodeId::file(*path)).collect();
        Cycle {
            id: format!("cycle:{}", members[0]),
            level: Level::File,
            shortest: members.clone(),
            members,
            cut: Vec::new(),
            steps: Vec::new(),
            synchronous: None,
            verdict: None,
            score: None,
            exempt: None,
        }
    }

    fn analysis(edges: &[(&str, &str)], cycles: &[&[&str]]) -> Analysis {
        let paths: BTreeSet<&str> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        Analysis {
            nodes: paths.into_iter().map(file).collect(),
            edges: edges.iter().map(|(from, to)| import(from, to)).collect(),
            cycles: cycles.iter().map(|members| cycle(members)).collect(),
            ..Analysis::default()
        }
    }

    #[test]
    fn equal_analyses_differ_in_nothing() {
        let one = analysis(&[("a", "b"), ("b", "a")], &[&["a", "b"]]);
        let found = compare(&one, &one);
        assert_eq!(
            (found.added, found.removed),
            (Difference::default(), Difference::default())
        );
        assert!(found.metrics.is_empty());
    }

    #[test]
    fn a_cycle_that_grows_is_new_and_one_that_shrinks_is_not() {
        let two = analysis(&[("a", "b"), ("b", "a")], &[&["a", "b"]]);
        let three = analysis(
            &[("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")],
            &[&["a", "b", "c"]],
        );
        let grown = compare(&two, &three);
        assert_eq!(grown.added.cycles.len(), 1);
        assert_eq!(grown.added.cycles[0].known, 2);
        let shrunk = compare(&three, &two);
        assert!(shrunk.added.cycles.is_empty());
        assert_eq!(shrunk.removed.edges.len(), 2);
    }

    #[test]
    fn a_renamed_file_keeps_its_dependencies() {
        let base = analysis(&[("old", "b")], &[]);
        let mut head = analysis(&[("new", "b"), ("new", "c")], &[]);
        head.moved = BTreeMap::from([("old".into(), "new".into())]);
        let found = compare(&base, &head);
        let added: Vec<String> = found
            .added
            .edges
            .iter()
            .map(|edge| edge.to.to_string())
            .collect();
        assert_eq!(added, ["file:c"]);
        assert!(found.removed.edges.is_empty());
    }
}
