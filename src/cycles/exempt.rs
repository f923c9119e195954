//! Circles that are not for this team to cut.
//!
//! In: [`DependencyGraph`], the members of a component. Out: [`Exempt`].
//! Invariant: one own file in the circle, or one file of another package, and it counts.
//! Never: drops a circle; it stays listed.

use super::record::Exempt;
use crate::graph::{DependencyGraph, LevelGraph, NodeIndex, Vertex};
use crate::model::{EdgeKind, Labels, Level};

/// Why the circle does not count; `None` where it does. Files of one Go package need no import of
/// each other, so that a circle of them is no decision of anybody.
pub(super) fn of(
    graph: &DependencyGraph,
    level: &LevelGraph,
    members: &[Vertex],
) -> Option<Exempt> {
    if is_own_implementation(graph, level, members) {
        return Some(Exempt::OwnImplementation);
    }
    let members = members.iter().map(|&node| level.nodes[node]);
    // What runs is the team's, even where its code is elsewhere, as with services known by traces alone.
    let foreign = |node: NodeIndex| {
        let node = graph.node(node);
        !node.is_own && node.level != Level::Service
    };
    if members.clone().all(foreign) {
        return Some(Exempt::Vendored);
    }
    let mut packages = members.map(|file| go_package(graph, file));
    let first = packages.next().flatten()?;
    packages
        .all(|package| package == Some(first))
        .then_some(Exempt::OnePackage)
}

/// Whether one of two files of a package does nothing to the other but implement its type, and is named there once:
/// the fallback that the annotation of a remote client names, the default that a type is given.
///
/// Neither could move without the other, and nobody could take one of them alone. Rejected: to leave out what
/// annotations name, as one that names the class of another part ties the two like any other use.
fn is_own_implementation(graph: &DependencyGraph, level: &LevelGraph, members: &[Vertex]) -> bool {
    let &[one, other] = members else { return false };
    let edges = |from, to| {
        let edges = level.edges(from, to).iter();
        edges.map(|&edge| graph.edge(edge))
    };
    let implements = |from, to| edges(from, to).all(|edge| edge.kind == EdgeKind::Inherit);
    let names_once = |from, to| edges(from, to).map(|edge| edge.weight).sum::<u64>() == 1;
    let in_one_package = |from, to| edges(from, to).all(|edge| edge.labels.any(Labels::IMPLICIT));
    level.level == Level::File
        && in_one_package(one, other)
        && in_one_package(other, one)
        && ((implements(one, other) && names_once(other, one))
            || (implements(other, one) && names_once(one, other)))
}

/// The package of a Go file.
fn go_package(graph: &DependencyGraph, file: NodeIndex) -> Option<NodeIndex> {
    let node = graph.node(file);
    let go = node.level == Level::File && node.language.is_some_and(|language| language.0 == "go");
    node.parent.filter(|_| go)
}
