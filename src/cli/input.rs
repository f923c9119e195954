//! What commands that analyse can be told, in groups: each takes those that act on it.
//!
//! In: nothing. Out: [`Input`].
//! Invariant: an option stands only under the commands where it changes something.
//! Never: an option that is accepted and ignored.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What to analyse and how; every command that analyses takes these.
#[derive(Args, Clone, Debug, Default)]
pub struct Sources {
    /// Folders to analyse, parts of repositories (--format part=FILE), or one saved analysis (a .json file).
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Recorded traces, CPU profiles, access logs, service graphs or folded profiles: a file, a folder, or - for
    /// standard input; may be given several times (`seamline explain traces`, `seamline explain load`).
    #[arg(long, value_name = "FILE|DIR|-")]
    pub traces: Vec<PathBuf>,
    /// History window: `12 months`, `2025-01-31`, `all`.
    #[arg(long, value_name = "SPAN")]
    pub since: Option<String>,
    /// A recorded log instead of the repository's own history, made by `git log --no-merges --raw --abbrev=40 --format='commit %H%nauthor %aN <%aE>%ndate %at%nsubject %s%n'`.
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// A SCIP index made by another tool: its edges replace those of the files that it covers.
    #[arg(long, value_name = "FILE")]
    pub scip: Vec<PathBuf>,
    /// Leave the git history out.
    #[arg(long, conflicts_with = "history")]
    pub no_git: bool,
    /// This configuration instead of the nearest `seamline.toml`.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Largest file that is read, in bytes.
    #[arg(long, value_name = "BYTES")]
    pub max_file_bytes: Option<u64>,
    /// Most files that are listed.
    #[arg(long, value_name = "COUNT")]
    pub max_files: Option<usize>,
    /// Limits of reading traces.
    #[command(flatten)]
    pub trace_limits: TraceLimits,
    /// Threads to use; as many as there are processors unless given.
    #[arg(long, value_name = "COUNT", value_parser = threads)]
    pub threads: Option<usize>,
    /// Only results and errors, no notes.
    #[arg(long, short)]
    pub quiet: bool,
}

impl Sources {
    /// An option that was given, but says how a folder is read.
    pub(super) fn of_folders(&self) -> Option<&'static str> {
        let limits = &self.trace_limits;
        let given = [
            ("--traces", !self.traces.is_empty()),
            ("--since", self.since.is_some()),
            ("--history", self.history.is_some()),
            ("--scip", !self.scip.is_empty()),
            ("--no-git", self.no_git),
            ("--max-file-bytes", self.max_file_bytes.is_some()),
            ("--max-files", self.max_files.is_some()),
            ("--environment", limits.environment.is_some()),
            ("--allow-empty", limits.allow_empty),
            ("--threads", self.threads.is_some()),
        ];
        let given = given.into_iter().find(|(_, given)| *given);
        given.map(|(name, _)| name)
    }
}

/// Which part of the results is meant; the analysis still covers everything.
#[derive(Args, Clone, Debug, Default)]
pub struct Scope {
    /// Report only what lies inside this folder; the analysis still covers everything.
    #[arg(long, value_name = "SUBTREE")]
    pub within: Option<String>,
    /// Report only what this owner has, as `CODEOWNERS` says.
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
}

/// How the results are printed.
#[derive(Args, Clone, Debug, Default)]
pub struct Results {
    /// An incomplete analysis is an error (exit code 2).
    #[arg(long)]
    pub strict: bool,
    /// How to print, and where to: `text`, `json=result.json`; repeat for several.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<String>,
}

/// What the summary tells more of.
#[derive(Args, Clone, Debug, Default)]
pub struct Details {
    /// Show every skipped input with its reason.
    #[arg(long)]
    pub show_skipped: bool,
    /// Show every service with its evidence.
    #[arg(long)]
    pub show_services: bool,
    /// Show every dependency of services: declared, found in code, observed in traffic.
    #[arg(long)]
    pub show_links: bool,
    /// Show every unresolved reference with its place.
    #[arg(long)]
    pub show_unresolved: bool,
}

/// Everything that a command may be told of its input and output; `analyze` takes all of it.
#[derive(Args, Clone, Debug, Default)]
pub struct Input {
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Which part is meant.
    #[command(flatten)]
    pub scope: Scope,
    /// How much of the traffic was recorded.
    #[command(flatten)]
    pub sampling: Sampling,
    /// How it is printed.
    #[command(flatten)]
    pub results: Results,
    /// Show every finding and proposal.
    #[arg(long)]
    pub all: bool,
    /// What the summary tells more of.
    #[command(flatten)]
    pub details: Details,
    /// Tell on standard error what each stage took, the peak of memory and the size of the graph.
    #[arg(long)]
    pub timings: bool,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

impl Input {
    /// The input of a command that takes nothing but sources.
    #[must_use]
    pub fn of(sources: &Sources) -> Self {
        Self {
            sources: sources.clone(),
            ..Self::default()
        }
    }
}

/// Limits of reading traces; what lies past them is counted and told.
#[derive(Args, Clone, Debug, Default)]
pub struct TraceLimits {
    /// Most distinct services and peers in traces; the rest is counted under `(other)`.
    #[arg(long, value_name = "COUNT")]
    pub max_trace_services: Option<usize>,
    /// Most distinct operations in traces; the rest is counted under `(other)`.
    #[arg(long, value_name = "COUNT")]
    pub max_trace_operations: Option<usize>,
    /// Most bytes that one compressed trace file may become.
    #[arg(long, value_name = "BYTES")]
    pub max_trace_bytes: Option<u64>,
    /// Maximum number of spans kept in memory while reading; more go to temporary files.
    #[arg(long, value_name = "COUNT")]
    pub max_trace_spans: Option<usize>,
    /// Most spans of one trace; a longer one is left out and counted.
    #[arg(long, value_name = "COUNT")]
    pub max_spans_per_trace: Option<usize>,
    /// Only spans of this deployment environment.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Traces without a single span are no error.
    #[arg(long)]
    pub allow_empty: bool,
}

/// How much of the traffic was recorded; for commands that estimate all of it.
#[derive(Args, Clone, Debug, Default)]
pub struct Sampling {
    /// Share of requests that was recorded (0.01 for one in a hundred), for spans without a sampling attribute.
    #[arg(long, value_name = "RATIO")]
    pub sampling_ratio: Option<f64>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Most threads that are started, whatever is asked for: each has a large stack of its own.
const MOST_THREADS: usize = 256;

/// A number of threads, capped.
pub(super) fn threads(text: &str) -> Result<usize, std::num::ParseIntError> {
    text.parse().map(|count: usize| count.min(MOST_THREADS))
}
