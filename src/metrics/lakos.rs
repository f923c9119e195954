//! Lakos's dependency measures and propagation cost.
//!
//! In: [`LevelFacts`]. Out: ccd, acd, nccd, `propagation_cost`.
//! Invariant: a component reaches itself; members of one cycle share one value.
//! Never: a value for an empty level.

use super::metric::{Compute, LevelFacts, Metric};
use crate::graph::{Digraph, reach};

/// Cumulative component dependency.
pub const CCD: Metric = Metric {
    id: "ccd",
    unit: "components",
    range: "N to N²",
    docs: "Cumulative component dependency: the sum over all components of the number of components \
           that each reaches, itself included. Undefined for an empty level; beyond about a million \
           components estimated. Source: Lakos 1996.",
    compute: Compute::WholeLevel(|facts| total(facts).map(|(total, _)| total)),
};

/// Average component dependency.
pub const ACD: Metric = Metric {
    id: "acd",
    unit: "components",
    range: "1 to N",
    docs: "Average component dependency: CCD / N, the number of components that one component \
           needs on average, itself included. Source: Lakos 1996.",
    compute: Compute::WholeLevel(|facts| total(facts).map(|(total, nodes)| total / nodes)),
};

/// Normalised cumulative component dependency.
pub const NCCD: Metric = Metric {
    id: "nccd",
    unit: "ratio",
    range: "above 0; 1 is a balanced binary tree, more is vertical or cyclic",
    docs: "Normalised CCD: CCD divided by the CCD of a balanced binary tree of as many components \
           (by level sums: 1, 3, 5, 8, 11, 14, 17, 21 for N = 1 to 8). Source: Lakos 1996.",
    compute: Compute::WholeLevel(|facts| {
        total(facts).map(|(total, _)| total / tree_ccd(facts.digraph.nodes()))
    }),
};

/// Propagation cost.
pub const PROPAGATION_COST: Metric = Metric {
    id: "propagation_cost",
    unit: "ratio",
    range: "1/N to 1",
    docs: "Propagation cost: density of the reflexive visibility matrix, CCD / N²; the share of the system \
           that a change to a random component can reach. Source: MacCormack, Rusnak, Baldwin 2006.",
    compute: Compute::WholeLevel(|facts| propagation_cost(facts.digraph)),
};

/// CCD / N² of a graph, `None` when it is empty.
#[must_use]
pub fn propagation_cost(graph: &Digraph) -> Option<f64> {
    let nodes = graph.nodes() as f64;
    (graph.nodes() > 0).then(|| (reach::sizes(graph).total() / (nodes * nodes)).min(1.0))
}

fn total(facts: &LevelFacts<'_>) -> Option<(f64, f64)> {
    let nodes = facts.digraph.nodes();
    (nodes > 0).then(|| (reach::sizes(facts.digraph).total(), nodes as f64))
}

/// Sum over the nodes of a balanced binary tree of their depth, the root counting 1.
fn tree_ccd(nodes: usize) -> f64 {
    let (mut left, mut width, mut depth, mut sum) = (nodes, 1, 1, 0);
    while left > 0 {
        let here = left.min(width);
        sum += here * depth;
        left -= here;
        width *= 2;
        depth += 1;
    }
    sum as f64
}

#[cfg(test)]
mod tests {
    use super::super::golden::g6;
    use super::super::registry::{Values, compute};
    use super::*;
    use crate::model::Level;

    fn whole(graph: &Digraph, id: &str) -> Option<f64> {
        let facts = LevelFacts::of_digraph(Level::Module, graph);
        let found = compute(&facts)
            .into_iter()
            .find(|(metric, _)| metric.id == id);
        match found.map(|(_, values)| values) {
            Some(Values::WholeLevel(value)) => value,
            other => panic!("{id} is not of the whole level: {other:?}"),
        }
    }

    #[test]
    fn golden_values() {
        let graph = g6();
        assert_eq!(whole(&graph, "ccd"), Some(24.0));
        assert_eq!(whole(&graph, "acd"), Some(4.0));
        assert_eq!(whole(&graph, "nccd"), Some(24.0 / 14.0));
        assert_eq!(whole(&graph, "propagation_cost"), Some(24.0 / 36.0));
    }

    #[test]
    fn trees_by_level_sums() {
        assert_eq!(
            (1..=8).map(tree_ccd).collect::<Vec<_>>(),
            [1.0, 3.0, 5.0, 8.0, 11.0, 14.0, 17.0, 21.0]
        );
    }
}
