//! The conductor: calls the stages top to bottom.
//!
//! In: [`Options`]. Out: [`Analysis`].
//! Invariant: every datum passes through here; no stage calls the next.
//! Never: logic of a stage.

use std::path::PathBuf;

use crate::analysis::{self, Analysis, Results};
use crate::source::{self, Source, SourceError};
use crate::{
    boundaries, cycles, discover, findings, graph, history, links, metrics, parse, simulate, traces,
};

/// What to analyse and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders to analyse together.
    pub roots: Vec<PathBuf>,
    /// Limits of reading.
    pub limits: source::Limits,
    /// Where discovery needs help.
    pub discover: discover::Options,
    /// Where the history is, how far back it counts, how renames are followed.
    pub history: history::Options,
    /// Indexes of other tools whose edges replace those found here.
    pub scip: Vec<parse::scip::Index>,
    /// Recorded traces.
    pub traces: Vec<traces::Input>,
    /// Limits of reading them.
    pub trace_limits: traces::Options,
    /// What to propose, where and how.
    pub boundaries: boundaries::Options,
}

/// Analyses the folders of `options`.
///
/// # Errors
/// A folder is missing. Everything else that goes wrong is a notification.
pub fn analyze(options: &Options) -> Result<Analysis, SourceError> {
    let source = Source::open(&options.roots, options.limits)?;
    let project = discover::discover(&source, &options.discover, parse::language_of);
    let parsed = || parse::parse(&project, &source);
    let read_code = || parse::scip::overlay(parsed(), &project, &options.scip);
    let (code, changes) = rayon::join(read_code, || history::read(&source, &options.history));
    let links = links::links(&project, &source);
    let calls =
        (!options.traces.is_empty()).then(|| traces::read(&options.traces, &options.trace_limits));
    let attribution = calls
        .as_ref()
        .map(|calls| metrics::attribute(calls, &project, &code));
    let graph = graph::build(graph::Parts {
        project: &project,
        code: &code,
        links: &links,
        calls: calls.as_ref(),
    });
    let evidence = metrics::Evidence {
        project: &project,
        changes: &changes,
        calls: calls.as_ref().zip(attribution.as_ref()),
    };
    let values = metrics::table(&graph, evidence);
    let system = simulate::System::of(simulate::Inputs {
        project: &project,
        graph: &graph,
        links: &links,
        calls: calls.as_ref(),
        changes: Some(&changes),
    });
    let assumptions = simulate::Assumptions::default();
    let cycles = simulate::judge(cycles::find(&graph), &system, &assumptions);
    let facts = findings::Facts {
        project: &project,
        graph: &graph,
        links: &links,
        calls: calls.as_ref(),
        changes: Some(&changes),
        system: &system,
        cycles: &cycles,
        values: &values,
        assumptions,
    };
    let findings = findings::check(&facts);
    let input = boundaries::Input {
        graph: &graph,
        project: &project,
        changes: &changes,
        calls: evidence.calls,
        tables: &links.tables,
    };
    let boundaries = boundaries::propose(&input, &options.boundaries);
    Ok(analysis::assemble(Results {
        project: &project,
        code: &code,
        changes: &changes,
        attributed_load: attribution
            .as_ref()
            .and_then(|attribution| attribution.share),
        calls,
        graph: &graph,
        values,
        cycles,
        findings,
        boundaries,
    }))
}
