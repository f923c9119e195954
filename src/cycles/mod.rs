//! Dependency cycles per level: who is in, the shortest way round, the cheapest cut.
//!
//! In: [`DependencyGraph`]. Out: [`Cycle`]s.
//! Invariant: one cycle per strongly connected component; sorted by level, then id.
//! Never: counts test, type-only or build edges, or a facade that no run loads; enumerates elementary cycles.

mod advice;
mod breakers;
mod candidates;
mod exempt;
mod kind;
mod knot;
pub mod monolith;
mod needs;
mod record;
mod shortest;
mod split;
mod steps;

pub use self::kind::Kind;
pub use self::monolith::Score;
pub use self::record::{CutEdge, Cycle, Exempt, Step};
use crate::graph::{DependencyGraph, Digraph, LevelGraph, Vertex, feedback, scc};
use crate::model::{EdgeKind, Level, NodeId};

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

/// The cycles of one level. Prices of dependencies are computed only where there is a cycle.
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

/// A component as a cycle with its cheapest cut, its steps and its shortest way round. Its id is
/// that of its first member; a cycle by messages is marked, as the same services may have one of
/// calls as well.
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
        exempt: exempt::of(graph, level, members),
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
        let graph = two_files(
            language,
            [
                (EdgeKind::Import, Labels::NONE),
                (EdgeKind::Import, way_back),
            ],
        );
        let levels = [Level::File, Level::Module, Level::Package];
        let found = levels.into_iter();
        found
            .filter(|level| !find_at(&graph, *level).is_empty())
            .collect()
    }

    /// Two files that use each other once, in two packages.
    fn two_files(language: &'static str, ways: [(EdgeKind, Labels); 2]) -> DependencyGraph {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        let language = LanguageId(language);
        for (at, (path, (kind, labels))) in ["a/x", "b/y"].into_iter().zip(ways).enumerate() {
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
                kind,
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
        graph::build(graph::Parts {
            project: &project,
            code: &code,
            links: &StaticLinks::default(),
            calls: None,
        })
    }

    #[test]
    fn a_type_and_its_own_implementation_in_one_package_are_listed_and_not_counted() {
        let exempt = |there: EdgeKind, back: EdgeKind, labels: Labels| {
            let graph = two_files("java", [(there, labels), (back, labels)]);
            find_at(&graph, Level::File)[0].exempt
        };
        let (inherits, uses) = (EdgeKind::Inherit, EdgeKind::Reference);
        let own = Some(Exempt::OwnImplementation);
        assert_eq!(exempt(inherits, uses, Labels::IMPLICIT), own);
        assert_eq!(exempt(uses, inherits, Labels::IMPLICIT), own);
        assert_eq!(exempt(uses, uses, Labels::IMPLICIT), None);
        assert_eq!(exempt(inherits, uses, Labels::NONE), None);
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
