//! Size of the source.
//!
//! In: `LevelFacts`. Out: lines, complexity.
//! Invariant: sums over the files below a node.
//! Never: a number where the language gives none.

use super::metric::{Compute, Metric};

/// Lines of source.
pub const LINES: Metric = Metric {
    id: "lines",
    unit: "lines",
    range: "0 and up",
    docs: "Lines of the source files of the component, comments and blank lines included; \
           tests are left out. Undefined without source.",
    compute: Compute::PerNode(|facts| {
        facts
            .lines
            .iter()
            .map(|lines| lines.map(|lines| lines as f64))
            .collect()
    }),
};

/// Cyclomatic complexity.
pub const COMPLEXITY: Metric = Metric {
    id: "complexity",
    unit: "paths",
    range: "0 and up",
    docs: "McCabe's cyclomatic number (decisions + 1) summed over the functions of the component. \
           Undefined where a language does not give it. Source: McCabe 1976.",
    compute: Compute::PerNode(|facts| {
        facts
            .complexity
            .iter()
            .map(|paths| paths.map(|paths| paths as f64))
            .collect()
    }),
};
