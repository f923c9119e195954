//! Numbers per node and per level, each with its formula, range and source.
//!
//! In: [`LevelFacts`]. Out: [`Values`] per [`Metric`].
//! Invariant: an undefined value is `None`, never 0 and never NaN.
//! Never: sees a language or a file; judges a number.

mod attribution;
pub mod change;
pub mod coupling;
pub mod cyclicity;
pub mod lakos;
pub mod load;
pub mod lockstep;
mod measured;
mod metric;
pub mod modularity;
pub mod noise;
mod places;
mod registry;
mod routes;
mod rules;
pub mod size;
mod sources;
mod spots;
mod table;

pub use attribution::attribute;
pub(crate) use metric::share;
pub use metric::{ChangeFacts, Compute, Coupled, LevelFacts, Load, Metric};
pub use places::{Attribution, Places};
pub use registry::{METRICS, Values, compute, find};
pub use rules::CodeRule;
pub use table::{Evidence, NodeValues, facts, table, table_at};

#[cfg(test)]
pub(crate) mod golden {
    use crate::graph::Digraph;

    /// The golden graph G6: A to F are 0 to 5.
    pub(crate) fn g6() -> Digraph {
        Digraph::of_numbers(
            6,
            [
                (0, 1, 5),
                (1, 2, 4),
                (2, 0, 1),
                (2, 3, 3),
                (3, 4, 2),
                (5, 0, 5),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Digraph;
    use crate::model::{Level, TypeCounts};

    #[test]
    fn every_metric_is_documented_and_unique() {
        for metric in METRICS {
            assert!(
                metric.docs.len() > 60 && metric.docs.ends_with('.'),
                "{}",
                metric.id
            );
            assert!(
                !metric.unit.is_empty() && !metric.range.is_empty(),
                "{}",
                metric.id
            );
            assert_eq!(
                METRICS.iter().filter(|other| other.id == metric.id).count(),
                1,
                "{}",
                metric.id
            );
        }
        assert_eq!(
            (METRICS.len(), find("nccd").map(|metric| metric.id)),
            (24, Some("nccd"))
        );
    }

    #[test]
    fn an_empty_level_has_no_numbers() {
        let digraph = Digraph::from_edges(0, []);
        for (metric, values) in compute(&LevelFacts::of_digraph(Level::Module, &digraph)) {
            match values {
                Values::PerNode(values) => assert!(values.is_empty(), "{}", metric.id),
                Values::WholeLevel(value) if metric.id == "cyclicity" => {
                    assert_eq!(value, Some(0.0));
                }
                Values::WholeLevel(value) => assert_eq!(value, None, "{}", metric.id),
            }
        }
    }

    proptest! {
        #[test]
        fn couplings_balance_and_ratios_stay_in_range(
            edges in proptest::collection::vec((0u32..12, 0u32..12, 1u64..9), 0..40),
            abstract_types in 0u32..4, concrete_types in 0u32..4,
        ) {
            let digraph = Digraph::of_numbers(12, edges);
            let mut facts = LevelFacts::of_digraph(Level::Module, &digraph);
            facts.types = vec![TypeCounts { abstract_types, concrete_types }; 12];
            let values: std::collections::BTreeMap<_, _> =
                compute(&facts).into_iter().map(|(metric, values)| (metric.id, values)).collect();
            let per_node = |id| match &values[id] {
                Values::PerNode(values) => values.clone(),
                Values::WholeLevel(value) => vec![*value],
            };
            let sum = |id| per_node(id).into_iter().flatten().sum::<f64>();
            prop_assert_eq!(sum("ca"), sum("ce"));
            prop_assert_eq!(sum("ca"), digraph.edges() as f64);
            for id in ["instability", "abstractness", "distance", "propagation_cost", "tangle", "coupling_share"] {
                for value in per_node(id).into_iter().flatten() {
                    prop_assert!((0.0..=1.0).contains(&value), "{} is {}", id, value);
                }
            }
        }
    }
}
