//! Every metric of every node of the graph.
//!
//! In: [`DependencyGraph`] with what is known of changes and load. Out: values by node and metric id.
//! Invariant: whole-level values stand on the system node as `id@level`.
//! Never: a value for test code or for a copy of a third party's code.

use std::collections::BTreeMap;

use super::metric::{ChangeFacts, LevelFacts, Load};
use super::registry::{Values, compute, per_node};
use super::{Attribution, change};
use crate::graph::{DependencyGraph, LevelGraph, NodeIndex, Vertex};
use crate::model::{CallProfile, ChangeLog, FileId, IndexVec, Level, NodeId, Project};

/// Metric values of one node by metric id.
pub type NodeValues = BTreeMap<String, Option<f64>>;

/// What is known beside the graph.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The frame that paths refer to.
    pub project: &'a Project,
    /// The history; without commits it counts as absent.
    pub changes: &'a ChangeLog,
    /// Recorded calls, with the files that they belong to.
    pub calls: Option<(&'a CallProfile, &'a Attribution)>,
}

/// Computes all metrics on all levels; one entry per node of the graph, in its order.
#[must_use]
pub fn table(graph: &DependencyGraph, evidence: Evidence<'_>) -> Vec<NodeValues> {
    let mut table = vec![NodeValues::new(); graph.nodes().len()];
    for level in [
        Level::System,
        Level::Service,
        Level::Package,
        Level::Module,
        Level::File,
    ] {
        let view = graph.own_level(level);
        for (metric, values) in compute(&facts(graph, &view, evidence)) {
            match values {
                Values::PerNode(values) => {
                    for (node, value) in view.nodes.iter().zip(values) {
                        table[node.index()].insert(metric.id.to_owned(), value);
                    }
                }
                Values::WholeLevel(_) if level == Level::System => {}
                Values::WholeLevel(value) => {
                    if let Some(system) = table.first_mut() {
                        system.insert(format!("{}@{}", metric.id, level_name(level)), value);
                    }
                }
            }
        }
    }
    table
}

/// The metrics of the nodes of one level; one entry per node of the graph, empty on other levels.
#[must_use]
pub fn table_at(graph: &DependencyGraph, evidence: Evidence<'_>, level: Level) -> Vec<NodeValues> {
    if level == Level::System {
        return table(graph, evidence);
    }
    let mut table = vec![NodeValues::new(); graph.nodes().len()];
    let view = graph.own_level(level);
    for (metric, values) in per_node(&facts(graph, &view, evidence)) {
        for (node, value) in view.nodes.iter().zip(values) {
            table[node.index()].insert(metric.id.to_owned(), value);
        }
    }
    table
}

/// The name behind the `@` of a metric of a whole level.
const fn level_name(level: Level) -> &'static str {
    match level {
        Level::System => "system",
        Level::Service => "service",
        Level::Package => "package",
        Level::Module => "module",
        Level::File => "file",
    }
}

/// The facts of one level.
#[must_use]
pub fn facts<'a>(
    graph: &DependencyGraph,
    view: &'a LevelGraph,
    evidence: Evidence<'_>,
) -> LevelFacts<'a> {
    let nodes = || view.nodes.iter().map(|&node| graph.node(node));
    let positions = Positions::of(graph, view);
    LevelFacts {
        level: view.level,
        digraph: &view.digraph,
        groups: groups(nodes().map(|node| node.parent)),
        types: nodes().map(|node| node.types).collect(),
        lines: nodes()
            .map(|node| (node.lines > 0).then_some(node.lines))
            .collect(),
        complexity: nodes().map(|node| node.complexity).collect(),
        changes: changes(graph, &positions, evidence),
        load: evidence
            .calls
            .map(|(profile, files)| loads(graph, view, &positions, profile, files)),
    }
}

/// Numbers the parents in the order in which they appear.
fn groups(parents: impl Iterator<Item = Option<NodeIndex>>) -> Vec<u32> {
    let mut known = BTreeMap::new();
    let mut number = |parent| {
        let next = known.len() as u32;
        *known.entry(parent).or_insert(next)
    };
    parents.map(&mut number).collect()
}

/// The position in a level of the node above each file.
struct Positions {
    of_node: IndexVec<NodeIndex, Option<Vertex>>,
    level: Level,
}

impl Positions {
    /// The position of each node of the level.
    fn of(graph: &DependencyGraph, view: &LevelGraph) -> Self {
        let mut of_node: IndexVec<_, _> = vec![None; graph.nodes().len()].into();
        for (at, &node) in view.nodes.pairs() {
            of_node[node] = Some(at);
        }
        Self {
            of_node,
            level: view.level,
        }
    }

    /// The position of what contains a node at that level.
    fn get(&self, graph: &DependencyGraph, node: NodeIndex) -> Option<Vertex> {
        self.of_node[graph.ancestor(node, self.level)?]
    }
}

/// Change facts of the level; `None` without commits.
fn changes(
    graph: &DependencyGraph,
    positions: &Positions,
    evidence: Evidence<'_>,
) -> Option<ChangeFacts> {
    let log = evidence.changes;
    let place = |path: &str| positions.get(graph, graph.file(evidence.project.file(path)?)?);
    let node_of = log.paths.iter().map(|path| place(path)).collect();
    let last = positions.of_node.iter().flatten().max();
    let nodes = last.map_or(0, |last| last.index() + 1);
    let files = &evidence.project.knowledge.files;
    let facts = || ChangeFacts::of(log, files, &node_of, nodes, change::MOST_FILES);
    (!log.commits.is_empty()).then(facts)
}

/// The load of each node of the level. Systems and services take that of their operations, which
/// includes spans whose code is not known; finer levels take that of files.
fn loads(
    graph: &DependencyGraph,
    view: &LevelGraph,
    positions: &Positions,
    profile: &CallProfile,
    files: &Attribution,
) -> Vec<Option<Load>> {
    let mut loads: IndexVec<Vertex, Option<Load>> = IndexVec::of_size(&view.nodes, None);
    let mut add = |at: Option<Vertex>, more: Load| {
        if let Some(at) = at {
            loads[at] = Some(loads[at].unwrap_or_default().with(more));
        }
    };
    if matches!(view.level, Level::System | Level::Service) && files.is_of_spans() {
        for operation in &profile.operations {
            let service = graph.find(&NodeId::service(operation.service.clone()));
            let at = if view.level == Level::System {
                view.nodes.ids().next()
            } else {
                service.and_then(|node| positions.of_node[node])
            };
            let (calls, self_time_ns, critical_ns) = (
                operation.calls,
                operation.self_time_ns,
                operation.critical_ns,
            );
            add(
                at,
                Load {
                    calls,
                    weight: self_time_ns,
                    self_time_ns,
                    critical_ns,
                },
            );
        }
    } else {
        for (file, load) in files.files.iter().enumerate() {
            let node = load.and(graph.file(FileId::new(file)));
            add(
                node.and_then(|node| positions.get(graph, node)),
                load.unwrap_or_default(),
            );
        }
    }
    loads.into_iter().collect()
}
