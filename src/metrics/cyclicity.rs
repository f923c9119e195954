//! How much of a level is caught in cycles.
//!
//! In: [`LevelFacts`]. Out: cyclicity, `relative_cyclicity`, tangle.
//! Invariant: a component alone is no cycle.
//! Never: enumerates elementary cycles.

use super::metric::{Compute, LevelFacts, Metric, share};
use crate::graph::{feedback, scc};

/// Cyclicity.
pub const CYCLICITY: Metric = Metric {
    id: "cyclicity",
    unit: "squared components",
    range: "0 to N²",
    docs: "Cyclicity: the sum of s² over the strongly connected components of s >= 2 members; \
           self-loops are excluded. Source: Sonargraph.",
    compute: Compute::WholeLevel(|facts| Some(squares(facts))),
};

/// Relative cyclicity.
pub const RELATIVE_CYCLICITY: Metric = Metric {
    id: "relative_cyclicity",
    unit: "percent",
    range: "0 to 100",
    docs: "Relative cyclicity: 100 · √(Σ s²) / N over the strongly connected components of s >= 2 members. \
           Undefined for an empty level. Source: Sonargraph.",
    compute: Compute::WholeLevel(|facts| {
        let nodes = facts.digraph.nodes();
        (nodes > 0).then(|| 100.0 * squares(facts).sqrt() / nodes as f64)
    }),
};

/// Tangle.
pub const TANGLE: Metric = Metric {
    id: "tangle",
    unit: "ratio",
    range: "0 to 1/2",
    docs: "Tangle: weight of the minimum feedback arc set (the cheapest references whose removal breaks \
           every cycle) divided by the weight of all dependencies. Exact for cycles of up to about 20 \
           members, else an upper bound. Undefined without dependencies. Source: Structure101.",
    compute: Compute::WholeLevel(|facts| {
        let cut: u64 = feedback::arcs(facts.digraph).iter().map(|arc| arc.2).sum();
        share(cut, facts.digraph.total_weight())
    }),
};

/// The sum of the squared sizes of the cycles.
fn squares(facts: &LevelFacts<'_>) -> f64 {
    let sizes = scc::components(facts.digraph).sizes();
    sizes
        .into_iter()
        .filter(|&size| size > 1)
        .map(|size| f64::from(size) * f64::from(size))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::golden::g6;
    use super::*;
    use crate::graph::Digraph;
    use crate::model::Level;

    fn values(graph: &Digraph) -> [Option<f64>; 3] {
        let facts = LevelFacts::of_digraph(Level::Module, graph);
        [CYCLICITY, RELATIVE_CYCLICITY, TANGLE].map(|metric| match metric.compute {
            Compute::WholeLevel(compute) => compute(&facts),
            Compute::PerNode(_) => None,
        })
    }

    #[test]
    fn golden_values() {
        assert_eq!(values(&g6()), [Some(9.0), Some(50.0), Some(0.05)]);
    }

    #[test]
    fn two_cycles_among_ten() {
        let edges = [
            (0, 1, 1),
            (1, 2, 1),
            (2, 0, 1),
            (3, 4, 1),
            (4, 3, 1),
            (8, 8, 1),
        ];
        let relative = values(&Digraph::of_numbers(10, edges))[1].expect("defined");
        assert!((relative - 36.06).abs() < 0.005);
    }
}
