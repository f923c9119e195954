//! Martin's coupling family and the share of coupling that crosses a border.
//!
//! In: [`LevelFacts`]. Out: ca, ce, instability, abstractness, distance, `coupling_share`.
//! Invariant: the unit counted is the node of the level shown.
//! Never: counts references in Ca and Ce; those count components.

use super::metric::{Compute, LevelFacts, Metric, share};
use crate::graph::{Digraph, Vertex, WeightedEdge};

/// Afferent coupling.
pub const CA: Metric = Metric {
    id: "ca",
    unit: "components",
    range: "0 to N - 1",
    docs: "Afferent coupling: number of distinct components of the same level that depend on this one. \
           Tests and type-only uses do not count. Source: Martin 1994.",
    compute: Compute::PerNode(|facts| {
        facts.per_node(|node| Some(facts.digraph.predecessors(node).len() as f64))
    }),
};

/// Efferent coupling.
pub const CE: Metric = Metric {
    id: "ce",
    unit: "components",
    range: "0 to N - 1",
    docs: "Efferent coupling: number of distinct components of the same level that this one depends on. \
           Third-party code does not count. Source: Martin 1994.",
    compute: Compute::PerNode(|facts| {
        facts.per_node(|node| Some(facts.digraph.successors(node).len() as f64))
    }),
};

/// Instability.
pub const INSTABILITY: Metric = Metric {
    id: "instability",
    unit: "ratio",
    range: "0 (stable) to 1 (unstable)",
    docs: "Instability I = Ce / (Ca + Ce). Undefined for an isolated component \
           (other tools say 0 or 1). Source: Martin 1994.",
    compute: Compute::PerNode(|facts| facts.per_node(|node| instability(facts.digraph, node))),
};

/// Abstractness.
pub const ABSTRACTNESS: Metric = Metric {
    id: "abstractness",
    unit: "ratio",
    range: "0 (concrete) to 1 (abstract)",
    docs: "Abstractness A = abstract types / all types; traits, interfaces, protocols and abstract classes \
           are abstract (that traits count is our choice). Undefined without types. Source: Martin 1994.",
    compute: Compute::PerNode(|facts| facts.per_node(|node| abstractness(facts, node))),
};

/// Distance from the main sequence.
pub const DISTANCE: Metric = Metric {
    id: "distance",
    unit: "ratio",
    range: "0 (on the main sequence) to 1",
    docs: "Distance from the main sequence D = |A + I - 1|. \
           Undefined where abstractness or instability is. Source: Martin 1994.",
    compute: Compute::PerNode(|facts| {
        facts.per_node(|node| {
            Some((abstractness(facts, node)? + instability(facts.digraph, node)? - 1.0).abs())
        })
    }),
};

/// Share of all coupling that crosses the border of a node.
pub const COUPLING_SHARE: Metric = Metric {
    id: "coupling_share",
    unit: "ratio",
    range: "0 to 1",
    docs: "Weight of the dependencies that cross the component's border, in either direction, \
           as a share of the weight of all dependencies of the level. Undefined when nothing depends on anything.",
    compute: Compute::PerNode(|facts| {
        let total = facts.digraph.total_weight();
        facts.per_node(|node| {
            share(
                facts.digraph.in_weight(node) + facts.digraph.out_weight(node),
                total,
            )
        })
    }),
};

/// Ce / (Ca + Ce) of one node, `None` when it is isolated.
#[must_use]
pub fn instability(graph: &Digraph, node: Vertex) -> Option<f64> {
    let (ca, ce) = (
        graph.predecessors(node).len() as u64,
        graph.successors(node).len() as u64,
    );
    share(ce, ca + ce)
}

/// Dependencies on something less stable than the dependent (stable-dependencies principle, Martin 1994).
///
/// Pairs (from, to) with I(from) < I(to), ascending; equality passes.
#[must_use]
pub fn unstable_dependencies(graph: &Digraph) -> Vec<(Vertex, Vertex)> {
    let worse = |&(from, to, _): &WeightedEdge| instability(graph, from) < instability(graph, to);
    graph
        .iter()
        .filter(worse)
        .map(|(from, to, _)| (from, to))
        .collect()
}

/// Weight that crosses the border of the set marked by `inside`, and its share of all weight.
#[must_use]
pub fn border(graph: &Digraph, inside: &[bool]) -> (u64, Option<f64>) {
    let crosses = |&(from, to, _): &WeightedEdge| inside[from.index()] != inside[to.index()];
    let crossing = graph
        .iter()
        .filter(crosses)
        .map(|(_, _, weight)| weight)
        .sum();
    (crossing, share(crossing, graph.total_weight()))
}

/// Abstract types over all types; `None` without types.
fn abstractness(facts: &LevelFacts<'_>, node: Vertex) -> Option<f64> {
    let types = facts.types[node.index()];
    let abstract_types = u64::from(types.abstract_types);
    share(
        abstract_types,
        abstract_types + u64::from(types.concrete_types),
    )
}

#[cfg(test)]
mod tests {
    use super::super::golden::g6;
    use super::super::registry::{Values, compute};
    use super::*;
    use crate::model::{Level, TypeCounts};

    fn values(facts: &LevelFacts<'_>, id: &str) -> Vec<Option<f64>> {
        let found = compute(facts)
            .into_iter()
            .find(|(metric, _)| metric.id == id);
        match found.map(|(_, values)| values) {
            Some(Values::PerNode(values)) => values,
            other => panic!("{id} is not per node: {other:?}"),
        }
    }

    #[test]
    fn golden_couplings() {
        let graph = g6();
        let facts = LevelFacts::of_digraph(Level::Module, &graph);
        let whole = |numbers: [f64; 6]| numbers.map(Some).to_vec();
        assert_eq!(values(&facts, "ca"), whole([2.0, 1.0, 1.0, 1.0, 1.0, 0.0]));
        assert_eq!(values(&facts, "ce"), whole([1.0, 1.0, 2.0, 1.0, 0.0, 1.0]));
        assert_eq!(
            values(&facts, "instability"),
            whole([1.0 / 3.0, 0.5, 2.0 / 3.0, 0.5, 0.0, 1.0])
        );
        let [a, b, c] = [0, 1, 2].map(Vertex::of);
        assert_eq!(unstable_dependencies(&graph), [(a, b), (b, c)]);
        assert_eq!(
            border(&graph, &[true, true, true, false, false, false]),
            (8, Some(0.4))
        );
    }

    #[test]
    fn isolated_and_typeless_components_are_undefined() {
        let graph = Digraph::from_edges(1, []);
        let facts = LevelFacts::of_digraph(Level::Module, &graph);
        for id in ["instability", "abstractness", "distance", "coupling_share"] {
            assert_eq!(values(&facts, id), [None], "{id}");
        }
    }

    #[test]
    fn golden_distance() {
        let graph = Digraph::of_numbers(4, [(1, 0, 1), (2, 0, 1), (0, 3, 1)]);
        let mut facts = LevelFacts::of_digraph(Level::Module, &graph);
        facts.types = vec![
            TypeCounts {
                abstract_types: 1,
                concrete_types: 2
            };
            4
        ];
        let distance = values(&facts, "distance")[0].expect("defined");
        assert!((distance - 1.0 / 3.0).abs() < 1e-12);
    }
}
