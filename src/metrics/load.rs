//! What recorded traces say about the load on each part.
//!
//! In: [`LevelFacts`]. Out: `load_calls`, `load_self_time_ns`, `load_share`, `critical_share`.
//! Invariant: shares are of the load that was attributed at the level shown.
//! Never: a number for a part that no span names.

use super::metric::{Compute, LevelFacts, Load, Metric, share};

/// Spans.
pub const LOAD_CALLS: Metric = Metric {
    id: "load_calls",
    unit: "calls",
    range: "0 and up",
    docs: "Recorded spans that ran in the component: operations of a service, or spans whose code attributes \
           name the file; requests of an access log. Undefined where no span names it, and with the samples of a profile.",
    compute: Compute::PerNode(|facts| {
        per_node(facts, |load, _| {
            (load.calls > 0).then_some(load.calls as f64)
        })
    }),
};

/// Own time.
pub const LOAD_SELF_TIME_NS: Metric = Metric {
    id: "load_self_time_ns",
    unit: "nanoseconds",
    range: "0 and up",
    docs: "Time of the component's recorded spans that no child span covers, summed; the same of a profile or access log \
           that tells time. Undefined where nothing names the component.",
    compute: Compute::PerNode(|facts| {
        let timed = |load: Load| load.calls > 0 || load.self_time_ns > 0;
        per_node(facts, |load, _| {
            timed(load).then_some(load.self_time_ns as f64)
        })
    }),
};

/// Share of all own time.
pub const LOAD_SHARE: Metric = Metric {
    id: "load_share",
    unit: "ratio",
    range: "0 to 1",
    docs: "Load of the component as a share of all load attributed at this level: own time of spans, else samples of a \
           profile with what they call outside of the repository, else requests of an access log (the `load` of the \
           result says which). Undefined where nothing names the component.",
    compute: Compute::PerNode(|facts| per_node(facts, |load, all| share(load.weight, all.weight))),
};

/// Share of all time on critical paths.
pub const CRITICAL_SHARE: Metric = Metric {
    id: "critical_share",
    unit: "ratio",
    range: "0 to 1",
    docs: "Time of the component on the critical paths of the recorded requests, as a share of all such time: \
           what speeding it up could save at most. Undefined where no span names the component. \
           Source: CRISP (Zhang et al. 2022).",
    compute: Compute::PerNode(|facts| {
        per_node(facts, |load, all| share(load.critical_ns, all.critical_ns))
    }),
};

/// A value of the load of each node and of the whole; `None` for a node without load.
fn per_node(facts: &LevelFacts<'_>, value: impl Fn(Load, Load) -> Option<f64>) -> Vec<Option<f64>> {
    let Some(loads) = &facts.load else {
        return facts.per_node(|_| None);
    };
    let all = Load::sum(loads.iter().copied());
    loads
        .iter()
        .map(|load| load.and_then(|load| value(load, all)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Digraph;
    use crate::model::Level;

    #[test]
    fn shares_are_of_the_attributed_load() {
        let digraph = Digraph::from_edges(3, []);
        let mut facts = LevelFacts::of_digraph(Level::Service, &digraph);
        assert_eq!(
            per_node(&facts, |load, _| Some(load.calls as f64)),
            [None; 3]
        );
        let load = |self_time_ns| {
            Some(Load {
                calls: 1,
                weight: self_time_ns,
                self_time_ns,
                critical_ns: 0,
            })
        };
        facts.load = Some(vec![load(30), None, load(10)]);
        assert_eq!(
            per_node(&facts, |load, all| share(load.weight, all.weight)),
            [Some(0.75), None, Some(0.25)]
        );
        assert_eq!(
            per_node(&facts, |load, all| share(load.critical_ns, all.critical_ns)),
            [None; 3]
        );
    }
}
