//! The commands that analyse and print.
//!
//! In: arguments. Out: results in every format asked for.
//! Invariant: analyse once, then print.
//! Never: a decision that belongs to a stage.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use super::args::{self, Boundaries};
use super::flags::Sink;
use super::input::Input;
use super::{flags, fold, output, progress, timings, workers};
use crate::analysis::{Analysis, Roadmap, VERSION, is_owner, keep_owner, narrow};
use crate::config::{self, ConfigError, Flags, Found, folder, nearest};
use crate::gate::Verdict;
use crate::model::Severity;
use crate::parse::NO_THREADS;
use crate::part;
use crate::pipeline;
use crate::report::{Page, REPORTERS, Show, Topic, View, reporter};
use crate::source::named;
use crate::traces;

/// Analyses and prints in every format asked for.
pub(super) fn print(input: &Input, topic: Topic, default: &str) -> Result<ExitCode> {
    let sinks = sinks(input, default)?;
    let flags = flags::for_topic(input, topic, &sinks);
    let analysis = analyze(input, &flags, || Found::by(&flags))?;
    show(input, topic, &sinks, analysis)
}

/// Prints proposals; a saved analysis may lack the roadmap.
pub(super) fn boundaries(arguments: &Boundaries) -> Result<ExitCode> {
    let (input, topic) = (&arguments.input(), Topic::Boundaries);
    let sinks = sinks(input, "text")?;
    let flags = flags::for_topic(input, topic, &sinks);
    let flags = Flags {
        boundaries: flags::boundaries(arguments, &flags),
        ..flags
    };
    let analysis = analyze(input, &flags, || Found::by(&flags))?;
    let (plan, found) = (flags.boundaries.roadmap, analysis.roadmap.as_ref());
    if let Some(kind) = plan.filter(|_| found.map(Roadmap::kind) != plan) {
        bail!(
            "a plan (`{}`) is made from folders, not from a saved analysis, and of at least one proposal (--top)",
            kind.name()
        );
    }
    show(input, topic, &sinks, analysis)
}

/// Prints an analysis that was already made.
fn show(input: &Input, topic: Topic, sinks: &[Sink], analysis: Analysis) -> Result<ExitCode> {
    show_page(input, topic, sinks, analysis, Page::default())
}

/// Narrows the analysis to a folder or owner and writes it. The memory of the analysis is left to
/// the system: freeing millions of small records takes longer than ending the process.
pub(super) fn show_page(
    input: &Input,
    topic: Topic,
    sinks: &[Sink],
    mut analysis: Analysis,
    page: Page<'_>,
) -> Result<ExitCode> {
    if let Some(within) = &input.scope.within {
        narrow(&mut analysis, &folder(within));
    }
    if let Some(owner) = &input.scope.owner {
        let owner = known_owner(&analysis, owner)?;
        keep_owner(&mut analysis, owner);
    }
    write_all(input, sinks, (&analysis, None), topic, page)?;
    // The process ends: its memory goes back in one piece.
    std::mem::forget(analysis);
    Ok(ExitCode::SUCCESS)
}

/// The owner, if the analysis has one of that name.
pub(super) fn known_owner<'o>(analysis: &Analysis, owner: &'o str) -> Result<&'o str> {
    let known: BTreeSet<&str> = analysis
        .owners
        .values()
        .flatten()
        .map(|name| &**name)
        .collect();
    if known.is_empty() {
        bail!(
            "--owner needs a CODEOWNERS file (.github/, top folder, docs/, .gitlab/) that names owners of what was analysed"
        );
    }
    if !known.iter().any(|name| is_owner(name, owner)) {
        let hint = nearest(owner, known.iter().copied());
        bail!("nothing belongs to `{owner}`{hint}");
    }
    Ok(owner)
}

/// Runs the analysis by flags and configuration, or reads a saved one, which needs neither.
pub(super) fn analyze(
    input: &Input,
    flags: &Flags,
    found: impl FnOnce() -> Result<Found, ConfigError>,
) -> Result<Analysis> {
    if let [path] = input.sources.paths.as_slice()
        && path.is_file()
        && let Some(saved) = saved(path)?
    {
        let timings = input.timings.then_some("--timings");
        if let Some(option) = input.sources.of_folders().or(timings) {
            let shown = path.display();
            bail!(
                "`{shown}` is a saved analysis, which {option} does not change; analyse its folder with it"
            );
        }
        return Ok(saved);
    }
    let mut options = settings(input, flags, &found()?)?;
    options.timings = input.timings.then(Arc::default);
    let start = Instant::now();
    let analysis = progress::beside(&options.progress, input.sources.quiet, || {
        pipeline::analyze(&options)
    })?;
    let mut notes = analysis.notifications.iter();
    if let Some(note) = notes.find(|note| &*note.kind == NO_THREADS) {
        bail!("{}", note.message);
    }
    all_read(&options, &analysis)?;
    if !input.sources.quiet {
        let files = analysis.coverage.files.parsed;
        output::say(&format!(
            "analysed {files} files in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
    }
    if let Some(timings) = &options.timings {
        timings::tell(timings, start.elapsed(), &analysis);
    }
    Ok(analysis)
}

/// No verdict rests on an input that was given and could not be read.
pub(super) fn all_read(options: &pipeline::Options, analysis: &Analysis) -> Result<()> {
    let names: Vec<String> = options.traces.iter().map(traces::Input::name).collect();
    let lost = analysis.notifications.iter().find(|note| {
        let given = |path: &str| names.iter().any(|name| name == path);
        note.severity == Severity::Error && note.path.as_deref().is_some_and(given)
    });
    if let Some(note) = lost {
        let path = note.path.as_deref().unwrap_or_default();
        bail!("{path}: {}", note.message);
    }
    match &analysis.runtime {
        Some(runtime) if !runtime.tells_calls() && !options.trace_limits.allow_empty => {
            bail!("{}", fold::nothing_read(&runtime.coverage));
        }
        _ => Ok(()),
    }
}

/// Resolves flags and configuration, tells which one it is, and starts the threads.
pub(super) fn settings(input: &Input, flags: &Flags, found: &Found) -> Result<pipeline::Options> {
    if let Some(file) = &found.file
        && !input.sources.quiet
        && input.sources.config.is_none()
    {
        output::say(&format!("configuration: {}", file.display()));
    }
    if let Some(threads) = flags.threads {
        // Refused only when a pool exists already, which then has the size of an earlier request.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(workers::stack())
            .build_global();
    }
    Ok(config::resolve(flags, found)?)
}

/// The saved analysis that a result is compared with.
pub(super) fn base(path: &Path) -> Result<Analysis> {
    let shown = path.display();
    saved(path)?.ok_or_else(|| anyhow!("`{shown}` is a part, not a saved analysis"))
}

/// The saved analysis in a file; `None` for a part.
fn saved(path: &Path) -> Result<Option<Analysis>> {
    let shown = path.display();
    let text = named::given(path).with_context(|| format!("cannot read `{shown}`"))?;
    if part::is_part(&text) {
        return Ok(None);
    }
    let hint = "give a folder, a part, or a result of `seamline analyze --format json`";
    let analysis: Analysis = serde_json::from_slice(&text)
        .map_err(|error| anyhow!("`{shown}` is not a saved analysis: {error}; {hint}"))?;
    if analysis.version != VERSION {
        bail!(
            "`{shown}` has contract version {}, this program reads {VERSION}; analyse anew",
            analysis.version
        );
    }
    Ok(Some(analysis))
}

/// Writes the results to every sink.
pub(super) fn write_all(
    input: &Input,
    sinks: &[Sink],
    (analysis, verdict): (&Analysis, Option<&Verdict>),
    topic: Topic,
    page: Page<'_>,
) -> Result<()> {
    for (reporter, file) in sinks {
        let show = Show {
            all: input.all,
            skipped: input.details.show_skipped,
            services: input.details.show_services,
            links: input.details.show_links,
            unresolved: input.details.show_unresolved,
            color: file.is_none() && output::colored(input.color),
        };
        let view = View {
            analysis,
            verdict,
            topic,
            show,
            page,
        };
        output::write(file.as_deref(), |sink| (reporter.render)(&view, sink))?;
    }
    if input.results.strict && is_incomplete(analysis) {
        bail!("the analysis is incomplete (--strict); see the notifications, or --show-skipped");
    }
    Ok(())
}

/// The formats of `--format`, each with its file; `default` on standard output when none is given.
pub(super) fn sinks(input: &Input, default: &str) -> Result<Vec<Sink>> {
    if input.results.format.is_empty() {
        return Ok(vec![sink(default)?]);
    }
    input.results.format.iter().map(|text| sink(text)).collect()
}

/// `json=out.json` → the reporter and its file. An unknown format is an error with the nearest
/// known name; a file without a folder is one before any work is done.
fn sink(text: &str) -> Result<Sink> {
    let (id, file) = text
        .split_once('=')
        .map_or((text, None), |(id, file)| (id, Some(PathBuf::from(file))));
    let found = reporter(id).ok_or_else(|| {
        let hint = nearest(id, REPORTERS.iter().map(|reporter| reporter.id));
        let all = args::format_names();
        anyhow!("unknown format `{id}`{hint}; use one of {all}")
    });
    let found = found?;
    if let Some(file) = &file {
        output::can_hold(file)?;
    }
    Ok((found, file))
}

/// Whether some input was lost, which `--strict` takes for an error.
fn is_incomplete(analysis: &Analysis) -> bool {
    let lost = |severity| matches!(severity, Severity::Error | Severity::Warning);
    analysis
        .notifications
        .iter()
        .any(|note| lost(note.severity))
}
