//! Circles that are not for this team to cut.
//!
//! In: [`DependencyGraph`], the members of a component. Out: [`Exempt`].
//! Invariant: one own file in the circle, or one file of another package, and it counts.
//! Never: drops a circle; it stays listed.

use super::record::Exempt;
use crate::graph::{DependencyGraph, NodeIndex};
use crate::model::Level;

pub(super) fn of(
    graph: &DependencyGraph,
    members: impl Iterator<Item = NodeIndex> + Clone,
) -> Option<Exempt> {
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

/// The package of a Go file.
fn go_package(graph: &DependencyGraph, file: NodeIndex) -> Option<NodeIndex> {
    let node = graph.node(file);
    let go = node.level == Level::File && node.language.is_some_and(|language| language.0 == "go");
    node.parent.filter(|_| go)
}
