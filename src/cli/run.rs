//! The commands, one function each.
//!
//! In: [`Cli`]. Out: an exit code, or the error that ends the run.
//! Invariant: analyse once, then print in every format asked for.
//! Never: a decision that belongs to a stage.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use super::args::{self, AxisArg, Cli, Command, Input, IntentArg, TraceLimits};
use super::{check, explain, fold, init, output, whatif};
use crate::analysis::{Analysis, Roadmap, VERSION, narrow};
use crate::boundaries::{self, Intent, RoadmapKind};
use crate::config::Config;
use crate::gate::Verdict;
use crate::history;
use crate::model::{Level, Severity};
use crate::parse;
use crate::pipeline::{self, Wanted};
use crate::report::{Reads, Reporter, Show, Topic, View, reporter};
use crate::traces::{self, Input as Trace};

pub(super) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Analyze(input) => print(&input, Topic::Summary, "text"),
        Command::Graph(graph) => {
            let level = args::level(&graph.level).ok_or_else(|| anyhow!("no such level"))?;
            let unshown = without_proposals(&graph.input);
            print_with(&graph.input, Topic::Graph(level), "json", unshown)
        }
        Command::Cycles(cycles) => {
            let level = cycles.level.as_deref().and_then(args::level);
            let unshown = without_proposals(&cycles.input);
            print_with(&cycles.input, Topic::Cycles(level), "text", unshown)
        }
        Command::Boundaries(boundaries) => {
            let plan = boundaries.plan.map(args::PlanArg::kind);
            let wanted = |options: &mut pipeline::Options| {
                options.boundaries.top = boundaries.top;
                if let Some(intent) = boundaries.intent {
                    options.boundaries.fit = false;
                    options.boundaries.intent = match intent {
                        IntentArg::Service => Intent::Service,
                        IntentArg::Library => Intent::Library,
                    };
                }
                options.boundaries.roadmap = plan;
                options.boundaries.by_change = boundaries.axes.contains(&AxisArg::Change);
                options.boundaries.by_load = boundaries.axes.contains(&AxisArg::Load);
                let views = boundaries.views.iter();
                let views: Vec<_> = views
                    .filter_map(|name| boundaries::View::named(name))
                    .collect();
                if !views.is_empty() {
                    options.boundaries.views = views;
                }
            };
            print_planned(&boundaries.input, plan, wanted)
        }
        Command::Report(report) => {
            let mut input = report.input;
            input
                .format
                .push(format!("html={}", report.output.display()));
            let code = print(&input, Topic::Summary, "html")?;
            output::say(&format!("wrote {}", report.output.display()));
            Ok(code)
        }
        Command::Whatif(arguments) => whatif::run(&arguments),
        Command::Traces(args::Traces::Fold(arguments)) => fold::fold(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Baseline(arguments) => check::baseline(&arguments),
        Command::Explain(explain) => explain::run(&explain),
        Command::Init(init) => init::run(&init),
    }
}

/// Analyses and prints in every format asked for.
fn print(input: &Input, topic: Topic, default: &str) -> Result<ExitCode> {
    print_with(input, topic, default, |_| ())
}

/// Leaves out proposals, which only the page shows beside other results.
pub(super) fn without_proposals(input: &Input) -> impl FnOnce(&mut pipeline::Options) + use<> {
    let page = input.format.iter().any(|format| format.starts_with("html"));
    move |options| {
        if !page {
            options.boundaries.top = 0;
        }
    }
}

fn print_with(
    input: &Input,
    topic: Topic,
    default: &str,
    adjust: impl FnOnce(&mut pipeline::Options),
) -> Result<ExitCode> {
    let analysis = analyze_for(input, topic, default, adjust)?;
    print_analysis(input, topic, default, analysis)
}

/// Prints proposals; a saved analysis may lack the roadmap.
fn print_planned(
    input: &Input,
    plan: Option<RoadmapKind>,
    adjust: impl FnOnce(&mut pipeline::Options),
) -> Result<ExitCode> {
    let topic = Topic::Boundaries;
    let analysis = analyze_for(input, topic, "text", adjust)?;
    let found = analysis.roadmap.as_ref().map(Roadmap::kind);
    if let Some(kind) = plan.filter(|_| found != plan) {
        bail!(
            "a plan (`{}`) is made from folders, not from a saved analysis, and of at least one proposal (--top)",
            kind.name()
        );
    }
    print_analysis(input, topic, "text", analysis)
}

fn analyze_for(
    input: &Input,
    topic: Topic,
    default: &str,
    adjust: impl FnOnce(&mut pipeline::Options),
) -> Result<Analysis> {
    let sinks = sinks(&input.format, default)?;
    analyze(input, |options| {
        options.wanted = wanted(input, &sinks, topic);
        adjust(options);
    })
}

fn print_analysis(
    input: &Input,
    topic: Topic,
    default: &str,
    mut analysis: Analysis,
) -> Result<ExitCode> {
    let sinks = sinks(&input.format, default)?;
    if let Some(within) = &input.within {
        narrow(&mut analysis, &folder(within));
    }
    write_all(input, &sinks, &analysis, None, topic)?;
    // The process ends: its memory goes back in one piece.
    std::mem::forget(analysis);
    Ok(ExitCode::SUCCESS)
}

/// The results that the formats read; `--strict` judges all of them.
fn wanted(input: &Input, sinks: &[Sink], topic: Topic) -> Wanted {
    let reads = |wanted: &[Reads]| {
        let known = |(reporter, _): &Sink| wanted.contains(&reporter.reads);
        !input.strict && sinks.iter().all(known)
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

/// Prints a verdict in every format asked for.
pub(super) fn print_verdict(input: &Input, analysis: &Analysis, verdict: &Verdict) -> Result<()> {
    let sinks = sinks(&input.format, "text")?;
    write_all(input, &sinks, analysis, Some(verdict), Topic::Check)
}

fn write_all(
    input: &Input,
    sinks: &[Sink],
    analysis: &Analysis,
    verdict: Option<&Verdict>,
    topic: Topic,
) -> Result<()> {
    for (reporter, file) in sinks {
        let show = Show {
            all: input.all,
            skipped: input.show_skipped,
            services: input.show_services,
            links: input.show_links,
            unresolved: input.show_unresolved,
            color: file.is_none() && output::colored(input.color),
        };
        let view = View {
            analysis,
            verdict,
            topic,
            show,
        };
        output::write(file.as_deref(), |sink| (reporter.render)(&view, sink))?;
    }
    if input.strict && is_incomplete(analysis) {
        bail!("the analysis is incomplete (--strict); see the notifications, or --show-skipped");
    }
    Ok(())
}

type Sink = (&'static Reporter, Option<PathBuf>);

/// The formats of `--format`, each with its file; `default` on standard output when none is given.
fn sinks(formats: &[String], default: &str) -> Result<Vec<Sink>> {
    let default = [default.to_owned()];
    let formats = if formats.is_empty() {
        &default
    } else {
        formats
    };
    formats.iter().map(|text| sink(text)).collect()
}

fn sink(text: &str) -> Result<Sink> {
    let (id, file) = text
        .split_once('=')
        .map_or((text, None), |(id, file)| (id, Some(file.into())));
    let found = reporter(id).ok_or_else(|| {
        anyhow!(
            "no format is called `{id}`; use one of {}",
            args::format_names()
        )
    });
    Ok((found?, file))
}

fn is_incomplete(analysis: &Analysis) -> bool {
    let lost = |severity| matches!(severity, Severity::Error | Severity::Warning);
    analysis
        .notifications
        .iter()
        .any(|note| lost(note.severity))
}

/// Runs the analysis, or reads a saved one.
pub(super) fn analyze(
    input: &Input,
    adjust: impl FnOnce(&mut pipeline::Options),
) -> Result<Analysis> {
    if let [path] = input.paths.as_slice()
        && path.is_file()
    {
        return saved(path);
    }
    let mut options = options(input)?;
    adjust(&mut options);
    let start = Instant::now();
    let analysis = pipeline::analyze(&options)?;
    if !input.quiet {
        let files = analysis.coverage.files.parsed;
        output::say(&format!(
            "analysed {files} files in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
    }
    Ok(analysis)
}

fn saved(path: &Path) -> Result<Analysis> {
    let shown = path.display();
    let text = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    let hint = "give a folder, or a result of `seamline analyze --format json`";
    let analysis: Analysis = serde_json::from_slice(&text)
        .map_err(|error| anyhow!("`{shown}` is no saved analysis: {error}; {hint}"))?;
    if analysis.version != VERSION {
        bail!(
            "`{shown}` has contract version {}, this program reads {VERSION}; analyse anew",
            analysis.version
        );
    }
    Ok(analysis)
}

/// Joins the configuration file and the command line; the command line wins.
pub(super) fn options(input: &Input) -> Result<pipeline::Options> {
    let config = configuration(input)?;
    if let Some((file, _)) = config
        .as_ref()
        .filter(|_| !input.quiet && input.config.is_none())
    {
        output::say(&format!("configuration: {}", file.display()));
    }
    let (base, config) = config.map_or_else(
        || (PathBuf::new(), Config::default()),
        |(file, config)| {
            (
                file.parent().map(Path::to_path_buf).unwrap_or_default(),
                config,
            )
        },
    );
    if let Some(threads) = input.threads {
        // Refused only when a pool exists already, which then has the size of an earlier request.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(super::STACK_BYTES)
            .build_global();
    }
    let mut options = pipeline::Options {
        roots: input.paths.clone(),
        discover: config.discover(),
        ..pipeline::Options::default()
    };
    options.limits.file_bytes = input.max_file_bytes.unwrap_or(options.limits.file_bytes);
    options.limits.files = input.max_files.unwrap_or(options.limits.files);
    if let Some(since) = input.since.as_ref().or(config.since.as_ref()) {
        options.history.window = since.parse()?;
    }
    options.history.origin = match &input.history {
        Some(file) => history::Origin::Recorded(file.clone()),
        None if input.no_git => history::Origin::Nowhere,
        None => history::Origin::Repository,
    };
    let configured = config
        .traces
        .files
        .iter()
        .map(|path| base.join(path))
        .collect();
    let files = if input.traces.is_empty() {
        configured
    } else {
        input.traces.clone()
    };
    options.assumptions = config.assumptions;
    options.boundaries = config.boundaries();
    options.boundaries.intent = Intent::Service;
    options.boundaries.fit = true;
    options.boundaries.within = input.within.as_deref().map(folder).unwrap_or_default();
    options.traces = traces(files)?;
    options.scip = input
        .scip
        .iter()
        .map(|path| index(path))
        .collect::<Result<_>>()?;
    options.history.threads = input.threads.unwrap_or(options.history.threads);
    options.trace_limits = trace_limits(
        &input.trace_limits,
        config.traces.sampling_ratio,
        input.threads,
    )?;
    options.code.clone_from(&config.traces.code);
    Ok(options)
}

/// Limits of reading traces: flags before the configuration before defaults.
pub(super) fn trace_limits(
    flags: &TraceLimits,
    configured: Option<f64>,
    threads: Option<usize>,
) -> Result<traces::Options> {
    let standard = traces::Options::default();
    let sampling_ratio = flags.sampling_ratio.or(configured);
    if sampling_ratio.is_some_and(|ratio| !(ratio > 0.0 && ratio <= 1.0)) {
        bail!("the sampling ratio must be above 0 and at most 1");
    }
    Ok(traces::Options {
        buffered_spans: flags.max_trace_spans.unwrap_or(standard.buffered_spans),
        trace_spans: flags.max_spans_per_trace.unwrap_or(standard.trace_spans),
        decompressed_bytes: flags.max_trace_bytes.unwrap_or(standard.decompressed_bytes),
        services: flags.max_trace_services.unwrap_or(standard.services),
        operations: flags.max_trace_operations.unwrap_or(standard.operations),
        sampling_ratio,
        threads: threads.unwrap_or(0),
    })
}

/// A SCIP index, whose paths are relative to the analysed folder.
fn index(path: &Path) -> Result<parse::scip::Index> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(parse::scip::Index {
        bytes,
        prefix: String::new(),
    })
}

/// A folder as the analysis names it: `./src/` is `src`.
pub(super) fn folder(path: &str) -> String {
    path.trim_start_matches("./")
        .trim_end_matches('/')
        .trim_end_matches('.')
        .to_owned()
}

/// Trace inputs by path; `-` is standard input.
pub(super) fn traces(paths: Vec<PathBuf>) -> Result<Vec<Trace>> {
    let input = |path: PathBuf| {
        if path == Path::new("-") {
            return Ok(Trace::Stdin);
        }
        if !path.exists() {
            bail!(
                "no traces at `{}`; give a file, a folder, or - for standard input",
                path.display()
            );
        }
        Ok(Trace::Path(path))
    };
    paths.into_iter().map(input).collect()
}

/// The configuration asked for, or the nearest one.
pub(super) fn configuration(input: &Input) -> Result<Option<(PathBuf, Config)>> {
    if let Some(file) = &input.config {
        return Ok(Some((file.clone(), Config::load(file)?)));
    }
    let Some(dir) = input
        .paths
        .first()
        .and_then(|path| path.canonicalize().ok())
    else {
        return Ok(None);
    };
    let top = dir
        .ancestors()
        .find(|dir| dir.join(".git").exists())
        .unwrap_or(&dir);
    Ok(Config::find(&dir, top)?)
}
