//! From the graph to what is said of it.
//!
//! In: [`Streams`] and their graph. Out: [`Analysis`].
//! Invariant: what does not depend on each other runs side by side.
//! Never: logic of a stage.

use super::options::{Options, Wanted};
use super::streams::Streams;
use crate::analysis::{self, Analysis, Results};
use crate::graph::DependencyGraph;
use crate::simulate::{Assumptions, System};
use crate::{boundaries, cycles, findings, metrics, simulate};

/// The results that are wanted. For edges, nodes or cycles of one level no other stage runs.
pub(super) fn results(
    options: &Options,
    streams: &Streams,
    graph: &DependencyGraph,
    attribution: Option<&metrics::Attribution>,
) -> Analysis {
    let evidence = streams.evidence(attribution);
    let none = || vec![metrics::NodeValues::new(); graph.nodes().len()];
    let results = match options.wanted {
        Wanted::Everything => return everything(options, streams, graph, evidence),
        Wanted::Edges(_) => streams.results(graph, none()),
        Wanted::Nodes(level) => streams.results(graph, metrics::table_at(graph, evidence, level)),
        Wanted::Cycles(level) => Results {
            cycles: cycles::find_at(graph, level),
            ..streams.results(graph, none())
        },
    };
    analysis::assemble(results)
}

/// All results. Proposals do not depend on metrics, cycles and findings, so both halves run side by
/// side.
fn everything(
    options: &Options,
    streams: &Streams,
    graph: &DependencyGraph,
    evidence: metrics::Evidence<'_>,
) -> Analysis {
    let system = streams.system(graph);
    let assumptions = options.assumptions.measured(streams.calls.as_ref());
    let input = boundaries::Input {
        graph,
        project: &streams.project,
        changes: &streams.changes,
        calls: evidence.calls,
        tables: &streams.links.tables,
        routes: &streams.links.routes,
        answering: &streams.links.answering,
        named: &streams.links.named,
        system: Some(&system),
        assumptions,
    };
    let (judged, proposals) = rayon::join(
        || {
            let judge = || judge(streams, graph, evidence, &system, assumptions);
            options.timed("measure and judge", judge)
        },
        || {
            let propose = || boundaries::propose(&input, &options.boundaries);
            options.timed("propose boundaries", propose)
        },
    );
    let (links, named_calls) = (&streams.links, streams.named_calls.as_ref());
    analysis::assemble(Results {
        attribution: evidence.calls.map(|(_, attribution)| attribution),
        dependencies: findings::side_by_side::rows(&streams.project, links, named_calls),
        assumptions,
        cycles: judged.cycles,
        findings: judged.findings,
        proposals,
        ..streams.results(graph, judged.values)
    })
}

/// What the graph is like.
struct Judged {
    values: Vec<metrics::NodeValues>,
    cycles: Vec<cycles::Cycle>,
    findings: Vec<findings::Finding>,
}

/// Metrics and judged cycles side by side, then the findings, which read both.
fn judge(
    streams: &Streams,
    graph: &DependencyGraph,
    evidence: metrics::Evidence<'_>,
    system: &System,
    assumptions: Assumptions,
) -> Judged {
    let (values, cycles) = rayon::join(
        || metrics::table(graph, evidence),
        || simulate::judge(cycles::find(graph), system, &assumptions),
    );
    let findings = findings::check(&findings::Facts {
        project: &streams.project,
        graph,
        links: &streams.links,
        calls: streams.named_calls.as_ref(),
        changes: Some(&streams.changes),
        system,
        cycles: &cycles,
        values: &values,
        assumptions,
    });
    Judged {
        values,
        cycles,
        findings,
    }
}
