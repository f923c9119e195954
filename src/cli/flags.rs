//! From what was typed to what a run is told.
//!
//! In: arguments. Out: [`Flags`].
//! Invariant: what was not typed keeps its default.
//! Never: reads a file.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::args::{AxisArg, Boundaries, IntentArg, PlanArg};
use super::input::{Input, TraceLimits};
use crate::boundaries::{self, Intent, RoadmapKind, View};
use crate::config::Flags;
use crate::model::Level;
use crate::pipeline::Wanted;
use crate::report::{Reads, Reporter, Topic};
use crate::{history, source, traces};

/// The flags that every command that analyses takes.
pub(super) fn of(input: &Input) -> Flags {
    let limits = source::Limits::default();
    let paths = input.sources.paths.iter().cloned();
    let (parts, roots) = paths.partition(|path| path.is_file());
    Flags {
        roots,
        parts,
        reduce: false,
        beside: false,
        file: input.sources.config.clone(),
        traces: input.sources.traces.clone(),
        since: input.sources.since.clone(),
        origin: match &input.sources.history {
            Some(file) => history::Origin::Recorded(file.clone()),
            None if input.sources.no_git => history::Origin::Nowhere,
            None => history::Origin::Repository,
        },
        scip: input.sources.scip.clone(),
        within: input.scope.within.clone(),
        limits: source::Limits {
            file_bytes: input.sources.max_file_bytes.unwrap_or(limits.file_bytes),
            files: input.sources.max_files.unwrap_or(limits.files),
        },
        trace_limits: traces::Options {
            sampling_ratio: input.sampling.sampling_ratio,
            ..trace_limits(&input.sources.trace_limits, input.sources.threads)
        },
        threads: input.sources.threads,
        boundaries: boundaries::Options {
            intent: Intent::Service,
            fit: true,
            ..boundaries::Options::default()
        },
        wanted: Wanted::Everything,
    }
}

/// The same with no more results than `topic` shows in these formats.
pub(super) fn for_topic(input: &Input, topic: Topic, sinks: &[Sink]) -> Flags {
    let mut flags = of(input);
    flags.reduce = sinks.iter().any(|(reporter, _)| reporter.id == "part");
    flags.wanted = wanted(input, sinks, topic);
    // Beside other results, only the page shows proposals.
    let shown = matches!(topic, Topic::Summary | Topic::Boundaries);
    if !shown && sinks.iter().all(|(reporter, _)| reporter.id != "html") {
        flags.boundaries.top = 0;
    }
    flags
}

/// The results that the formats read; `--strict` judges all of them.
fn wanted(input: &Input, sinks: &[Sink], topic: Topic) -> Wanted {
    let reads = |wanted: &[Reads]| {
        let known = |(reporter, _): &Sink| wanted.contains(&reporter.reads);
        !input.results.strict && sinks.iter().all(known)
    };
    match topic {
        Topic::Graph(level) if reads(&[Reads::Edges, Reads::Topic]) => Wanted::Edges(level),
        Topic::Graph(level) if reads(&[Reads::Edges, Reads::Topic, Reads::Metrics]) => {
            Wanted::Nodes(level)
        }
        Topic::Cycles(Some(level))
            if level > Level::Service && reads(&[Reads::Topic, Reads::Metrics]) =>
        {
            Wanted::Cycles(level)
        }
        _ => Wanted::Everything,
    }
}

/// What `boundaries` is asked to propose.
pub(super) fn boundaries(arguments: &Boundaries, base: &Flags) -> boundaries::Options {
    let base = base.boundaries.clone();
    let views = arguments.views.iter();
    let views: Vec<View> = views.filter_map(|name| View::named(name)).collect();
    boundaries::Options {
        top: arguments.top,
        fit: arguments.intent.is_none(),
        intent: match arguments.intent {
            Some(IntentArg::Library) => Intent::Library,
            Some(IntentArg::Service) | None => Intent::Service,
        },
        roadmap: arguments.plan.map(roadmap),
        by_change: arguments.axes.contains(&AxisArg::Change),
        by_load: arguments.axes.contains(&AxisArg::Load),
        views: if views.is_empty() { base.views } else { views },
        ..base
    }
}

/// The roadmap that a plan asks for.
pub(super) const fn roadmap(plan: PlanArg) -> RoadmapKind {
    match plan {
        PlanArg::Gradual => RoadmapKind::Gradual,
        PlanArg::Complete => RoadmapKind::Complete,
        PlanArg::Additive => RoadmapKind::Additive,
    }
}

/// Limits of reading traces.
pub(super) fn trace_limits(flags: &TraceLimits, threads: Option<usize>) -> traces::Options {
    let standard = traces::Options::default();
    traces::Options {
        buffered_spans: flags.max_trace_spans.unwrap_or(standard.buffered_spans),
        trace_spans: flags.max_spans_per_trace.unwrap_or(standard.trace_spans),
        decompressed_bytes: flags.max_trace_bytes.unwrap_or(standard.decompressed_bytes),
        services: flags.max_trace_services.unwrap_or(standard.services),
        operations: flags.max_trace_operations.unwrap_or(standard.operations),
        sampling_ratio: None,
        environment: flags.environment.clone(),
        shard: None,
        allow_empty: flags.allow_empty,
        threads: threads.unwrap_or(0),
    }
}

/// The level called `name`.
pub(super) fn level(name: &str) -> Result<Level> {
    let mut levels = Level::ALL.into_iter();
    let level = levels.find(|level| level.name() == name);
    level.ok_or_else(|| anyhow!("no such level"))
}

/// A format, and the file that it goes to; standard output without one.
pub(super) type Sink = (&'static Reporter, Option<PathBuf>);
