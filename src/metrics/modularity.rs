//! How well the containing parts match the dependencies.
//!
//! In: `LevelFacts`. Out: modularity.
//! Invariant: directed and weighted, as Leicht and Newman define it.
//! Never: a value when there is no dependency.

use super::metric::{Compute, Metric};
use crate::graph::Digraph;

/// Directed modularity of the partition into containing parts.
pub const MODULARITY: Metric = Metric {
    id: "modularity",
    unit: "ratio",
    range: "-1 to 1",
    docs: "Modularity Q = (1/W) Σ_c [w_in(c) - K_out(c)·K_in(c)/W] of the partition of this level's components \
           into the parts that contain them (files into modules, modules into packages). High when dependencies \
           stay inside. Undefined without dependencies. Source: Leicht, Newman 2008.",
    compute: Compute::WholeLevel(|facts| modularity(facts.digraph, &facts.groups)),
};

/// Directed, weighted modularity of the partition that `group` gives (Leicht, Newman 2008).
#[must_use]
pub fn modularity(graph: &Digraph, group: &[u32]) -> Option<f64> {
    let groups = group.iter().max().map_or(0, |&most| most as usize + 1);
    let total = graph.total_weight() as f64;
    let mut sums = vec![(0.0, 0.0, 0.0); groups];
    for (from, to, weight) in graph.iter() {
        let (from, to, weight) = (
            group[from.index()] as usize,
            group[to.index()] as usize,
            weight as f64,
        );
        sums[from].1 += weight;
        sums[to].2 += weight;
        if from == to {
            sums[from].0 += weight;
        }
    }
    let gain = |(inside, out, into): (f64, f64, f64)| inside - out * into / total;
    (total > 0.0).then(|| sums.into_iter().map(gain).sum::<f64>() / total)
}

#[cfg(test)]
mod tests {
    use super::super::golden::g6;
    use super::*;

    #[test]
    fn golden_values() {
        let groups = [0, 0, 0, 1, 1, 2];
        let near = |graph: &Digraph, expected: f64| {
            let value = modularity(graph, &groups).expect("defined");
            assert!(
                (value - expected).abs() < 1e-12,
                "{value} instead of {expected}"
            );
        };
        near(&g6(), 0.0875);
        near(
            &Digraph::from_edges(6, g6().iter().map(|(from, to, _)| (from, to, 1))),
            1.0 / 6.0,
        );
    }

    #[test]
    fn two_cycles_and_a_bridge() {
        let edges = [
            (0, 1, 1),
            (1, 2, 1),
            (2, 0, 1),
            (3, 4, 1),
            (4, 5, 1),
            (5, 3, 1),
            (2, 3, 1),
        ];
        let value =
            modularity(&Digraph::of_numbers(6, edges), &[0, 0, 0, 1, 1, 1]).expect("defined");
        assert!((value - 18.0 / 49.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_depends_on_anything() {
        assert_eq!(modularity(&Digraph::from_edges(2, []), &[0, 1]), None);
    }
}
