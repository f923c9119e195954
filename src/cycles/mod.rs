//! Dependency cycles per level: who is in, the shortest way round, the cheapest cut.
//!
//! In: [`DependencyGraph`]. Out: [`Cycle`]s.
//! Invariant: one cycle per strongly connected component; sorted by level, then id.
//! Never: counts test, type-only or build edges, or a facade that no run loads; enumerates elementary cycles.

mod breakers;
mod exempt;
mod kind;
pub mod monolith;
mod shortest;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::kind::Kind;
pub use self::steps::Step;
use crate::graph::{DependencyGraph, Digraph, LevelGraph, Vertex, feedback, scc};
use crate::model::{EdgeKind, Level, Location, NodeId};

/// A strongly connected component of at least two nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cycle {
    /// `cycle:` and the first member; stable while that member stays in the cycle.
    pub id: String,
    /// The level of its members.
    pub level: Level,
    /// Node ids, sorted.
    pub members: Vec<NodeId>,
    /// A shortest elementary cycle, beginning at its smallest member; the way back is left out.
    pub shortest: Vec<NodeId>,
    /// The cheapest dependencies whose removal leaves no cycle.
    pub cut: Vec<CutEdge>,
    /// How to untie a cycle of many members bit by bit; empty for small ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// At service level: whether every step makes its caller wait.
    pub synchronous: Option<bool>,
    /// What kind of cycle between services it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<monolith::Verdict>,
    /// How sure the verdict is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Why it is listed, but neither counted nor reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exempt>,
}

/// Why a circle is not for this team to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exempt {
    /// All of it is a third party's code.
    Vendored,
    /// Files of one Go package, which are compiled as one and see each other without an import.
    OnePackage,
}

impl Cycle {
    /// What to call its members.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(self.level, &self.members)
    }

    /// Whether the summary counts it and rules report it.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.exempt.is_none()
    }

    /// Whether the circle runs through one module and the modules nested in it, and nowhere beside that parent.
    ///
    /// A parent and its parts may see each other in Rust, and nearly every program uses that. The
    /// cut leaves no circle, so a circle among the parts alone would have to be cut between two parts.
    #[must_use]
    pub fn within_one_parent(&self) -> bool {
        let nested = |parent: &NodeId, id: &NodeId| {
            let rest = id.name.strip_prefix(&*parent.name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let holds_all = |parent: &&NodeId| self.members.iter().all(|id| nested(parent, id));
        self.level == Level::Module
            && self.members.iter().find(holds_all).is_some_and(|parent| {
                let touches = |edge: &CutEdge| edge.from == *parent || edge.to == *parent;
                self.cut.iter().all(touches)
            })
    }
}

/// A dependency to give up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CutEdge {
    /// Node id of the dependent.
    pub from: NodeId,
    /// Node id of the dependency.
    pub to: NodeId,
    /// References or other places in the code; recorded calls where no place is known.
    pub weight: u64,
    /// Calls that traces recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
    /// What is used, the most used first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Arc<str>>,
    /// The call sites to change, sorted.
    pub locations: Vec<Location>,
}

/// Bounds of a score from 0 to 100, with the signals behind it; an unknown signal is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score if every unknown signal were 0.
    pub floor: f64,
    /// The score if every unknown signal were 1.
    pub ceiling: f64,
    /// The signals by name, each 0 to 1.
    pub signals: BTreeMap<String, Option<f64>>,
}

impl Score {
    /// `33.3 to 43.3`, or `38.2` where the bounds agree.
    #[must_use]
    pub fn interval(&self) -> String {
        let (floor, ceiling) = (format!("{:.1}", self.floor), format!("{:.1}", self.ceiling));
        if floor == ceiling {
            floor
        } else {
            format!("{floor} to {ceiling}")
        }
    }
}

/// The levels on which cycles are searched.
pub const LEVELS: [Level; 4] = [Level::Service, Level::Package, Level::Module, Level::File];

/// Every cycle of every level.
#[must_use]
pub fn find(graph: &DependencyGraph) -> Vec<Cycle> {
    LEVELS
        .into_iter()
        .flat_map(|level| find_at(graph, level))
        .collect()
}

/// The cycles of one level, sorted by id.
#[must_use]
pub fn find_at(graph: &DependencyGraph, level: Level) -> Vec<Cycle> {
    let mut cycles = of_level(
        graph,
        &graph.level_with_facades(level),
        (level == Level::Service).then_some(true),
    );
    if level == Level::Service {
        let asynchronous = of_level(graph, &with_messages(graph), Some(false));
        let new = |cycle: &Cycle| !cycles.iter().any(|known| known.members == cycle.members);
        let new: Vec<_> = asynchronous.into_iter().filter(new).collect();
        cycles.extend(new);
        cycles.sort_by(|a, b| a.id.cmp(&b.id));
    }
    cycles
}

/// Business services with their synchronous calls and their messages.
fn with_messages(graph: &DependencyGraph) -> LevelGraph {
    graph.select(Level::Service, |edge| {
        let business = |node| graph.node(node).role.is_business();
        let between = edge.kind.is_synchronous() || edge.kind == EdgeKind::Messaging;
        between && edge.is_counted() && business(edge.from) && business(edge.to)
    })
}

fn of_level(graph: &DependencyGraph, level: &LevelGraph, synchronous: Option<bool>) -> Vec<Cycle> {
    let components = scc::components(&level.digraph).cycles();
    if components.is_empty() {
        return Vec::new();
    }
    let priced = breakers::priced(graph, level);
    components
        .iter()
        .map(|members| describe(graph, level, &priced, members, synchronous))
        .collect()
}

fn describe(
    graph: &DependencyGraph,
    level: &LevelGraph,
    priced: &Digraph,
    members: &[Vertex],
    synchronous: Option<bool>,
) -> Cycle {
    let cut = feedback::within(priced, members);
    let id = |&node: &Vertex| graph.node(level.nodes[node]).id.clone();
    let mark = if synchronous == Some(false) {
        "async:"
    } else {
        ""
    };
    let members_by_id: Vec<NodeId> = members.iter().map(id).collect();
    Cycle {
        id: format!("cycle:{mark}{}", members_by_id[0]),
        level: level.level,
        members: members_by_id,
        shortest: shortest::within(&level.digraph, members)
            .iter()
            .map(id)
            .collect(),
        cut: cut
            .iter()
            .map(|&(from, to, _)| breakers::edge(graph, level, (from, to)))
            .collect(),
        steps: steps::of(graph, level, priced, members),
        synchronous,
        verdict: None,
        score: None,
        exempt: exempt::of(graph, members.iter().map(|&node| level.nodes[node])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph;
    use crate::model::{
        CodeFacts, FileFacts, FileId, FileRole, Labels, LanguageId, Package, PackageId, ParsedFile,
        Position, Project, Reference, SourceFile, StaticLinks,
    };

    /// Levels with a circle, where one of two files in two packages takes the other for a facade.
    fn circles(language: &'static str, way_back: Labels) -> Vec<Level> {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        let language = LanguageId(language);
        let ways = [Labels::NONE, way_back];
        for (at, (path, labels)) in ["a/x", "b/y"].into_iter().zip(ways).enumerate() {
            project.packages.push(Package {
                name: path.to_owned(),
                dir: path[..1].to_owned(),
                ..Package::default()
            });
            project.files.push(SourceFile {
                path: path.into(),
                language: Some(language),
                role: FileRole::Source,
                bytes: 1,
                package: Some(PackageId::new(at)),
                service: None,
            });
            let reference = Reference {
                to: FileId::new(1 - at),
                via: None,
                name: None,
                kind: EdgeKind::Import,
                labels,
                at: Position::new(1, 1),
            };
            code.files.push(ParsedFile {
                file: FileId::new(at),
                language,
                generated: false,
                facts: FileFacts {
                    module: path.to_owned(),
                    references: vec![reference],
                    ..FileFacts::default()
                },
            });
        }
        let graph = graph::build(graph::Parts {
            project: &project,
            code: &code,
            links: &StaticLinks::default(),
            calls: None,
        });
        let levels = [Level::File, Level::Module, Level::Package];
        let found = levels.into_iter();
        found
            .filter(|level| !find_at(&graph, *level).is_empty())
            .collect()
    }

    #[test]
    fn a_facade_closes_a_circle_where_a_run_loads_it_and_between_packages() {
        let facade = Labels::FACADE;
        assert_eq!(circles("python", facade), [Level::File, Level::Package]);
        assert_eq!(circles("vue", facade), [Level::File, Level::Package]);
        assert_eq!(circles("rust", facade), [Level::Package]);
        assert_eq!(
            circles("python", facade.with(Labels::LAZY)),
            [Level::Package]
        );
        assert!(circles("python", facade.with(Labels::TYPE_ONLY)).is_empty());
        assert!(circles("rust", Labels::DOC).is_empty());
    }
}
