//! What the user can type.
//!
//! In: nothing. Out: [`Cli`].
//! Invariant: every command that analyses takes the same sources.
//! Never: a default that hides a failure.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::input::{Color, Input, Results, Sampling, Scope, Sources, TraceLimits, threads};
use crate::boundaries::View;
use crate::model::Level;
use crate::report::REPORTERS;
use crate::traces::Shard;

/// Finds the seams of a system: one dependency graph from code, recorded traces and git history.
#[derive(Debug, Parser)]
#[command(
    name = "seamline",
    version,
    max_term_width = 100,
    propagate_version = true
)]
#[command(
    after_help = "Exit codes: 0 clean, 1 the gate failed, 2 bad usage or input, 70 internal error, 130 interrupted."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse a system and print a summary: cycles, findings, what to extract next.
    Analyze(Input),
    /// Write the HTML report for an architecture review.
    Report(Report),
    /// Print the dependency graph at one level.
    Graph(AtLevel),
    /// Print the dependency cycles with their cheapest cuts.
    Cycles(Cycles),
    /// Propose what to extract or merge, ranked by change and load.
    Boundaries(Boundaries),
    /// Simulate a change to the services before anybody makes it.
    Whatif(Whatif),
    /// Work on recorded traces alone.
    #[command(subcommand)]
    Traces(Traces),
    /// Judge a system by the policy of `seamline.toml`: exit code 1 when it fails.
    Check(Check),
    /// Say what changed since a commit: dependencies, cycles, services, metrics.
    Diff(Diff),
    /// Write the findings that are accepted for now.
    Baseline(BaselineArgs),
    /// Say what a rule or metric means and what to do about it.
    Explain(Explain),
    /// Write a `seamline.toml` that the system keeps to today, and the step for its continuous integration.
    Init(Init),
    /// Print a JSON Schema, for editors and scripts.
    Schema(Schema),
    /// Print what a shell needs to complete commands and options.
    Completions(Completions),
    /// Print a page of the manual, or write all pages into a folder.
    Man(Man),
}

/// Arguments of `report`.
#[derive(Args, Debug)]
pub struct Report {
    /// The file to write.
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "seamline-report.html"
    )]
    pub output: PathBuf,
    /// Write the page, its style and its script as files of this folder instead, for hosts that drop inline code.
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub html_dir: Option<PathBuf>,
    /// Where places lead to: an address with `{commit}`, `{path}` and `{line}`, or `none`. Without it, the page of the file on
    /// the host that `origin` names, if it is one of GitHub, GitLab, Bitbucket, Gitea or Forgejo.
    #[arg(long, value_name = "URL")]
    pub source_url: Option<String>,
    /// Show what changed since this saved analysis (`analyze --format json=FILE`), or since HEAD left this branch, tag or
    /// commit.
    #[arg(long, value_name = "FILE|REF")]
    pub against: Option<String>,
    /// One sheet for the wall: the map, five numbers, three things to do.
    #[arg(long)]
    pub poster: bool,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Which part is meant.
    #[command(flatten)]
    pub scope: Scope,
    /// An incomplete analysis is an error (exit code 2).
    #[arg(long)]
    pub strict: bool,
}

impl Report {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            scope: self.scope.clone(),
            results: Results {
                strict: self.strict,
                ..Results::default()
            },
            ..Input::of(&self.sources)
        }
    }
}

/// Arguments of `graph`.
#[derive(Args, Debug)]
pub struct AtLevel {
    /// The level to show.
    #[arg(long, default_value = "module", value_parser = level_names())]
    pub level: String,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// How it is printed.
    #[command(flatten)]
    pub results: Results,
}

impl AtLevel {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            results: self.results.clone(),
            ..Input::of(&self.sources)
        }
    }
}

/// Arguments of `cycles`.
#[derive(Args, Debug)]
pub struct Cycles {
    /// Only cycles of this level.
    #[arg(long, value_parser = level_names())]
    pub level: Option<String>,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Which part is meant.
    #[command(flatten)]
    pub scope: Scope,
    /// How it is printed.
    #[command(flatten)]
    pub results: Results,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

impl Cycles {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            scope: self.scope.clone(),
            results: self.results.clone(),
            color: self.color,
            ..Input::of(&self.sources)
        }
    }
}

/// What extracted parts are meant to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IntentArg {
    /// A service: ranked by change and load.
    Service,
    /// A library: ranked by cohesion and stability.
    Library,
}

/// Arguments of `boundaries`.
#[derive(Args, Debug)]
pub struct Boundaries {
    /// How many proposals.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub top: usize,
    /// What the extracted part is meant to become; a service where something answers requests, else a library.
    #[arg(long, value_enum)]
    pub intent: Option<IntentArg>,
    /// What makes a service worth its own deployable, beside being one piece.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "AXIS",
        default_values_t = [AxisArg::Change, AxisArg::Load]
    )]
    pub axes: Vec<AxisArg>,
    /// Views of the files that make candidates; all of them unless given.
    #[arg(long, value_delimiter = ',', value_name = "VIEW", value_parser = PossibleValuesParser::new(View::ALL.map(View::name)))]
    pub views: Vec<String>,
    /// Add a roadmap over all proposals.
    #[arg(long, value_enum, value_name = "STRATEGY")]
    pub plan: Option<PlanArg>,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Which part is meant.
    #[command(flatten)]
    pub scope: Scope,
    /// How it is printed.
    #[command(flatten)]
    pub results: Results,
    /// Show every finding and proposal.
    #[arg(long)]
    pub all: bool,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

impl Boundaries {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            scope: self.scope.clone(),
            results: self.results.clone(),
            all: self.all,
            color: self.color,
            ..Input::of(&self.sources)
        }
    }
}

/// How to get to the proposed services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanArg {
    /// One proposal after the other: each step the cheapest that is left.
    Gradual,
    /// All files at once: the services that would come out, and what is wrong with them.
    Complete,
    /// New services around frozen code: shims, gateway routes, freeze policy.
    Additive,
}

/// An axis that proposals are ranked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AxisArg {
    /// How often the files change.
    Change,
    /// How much time is spent in them.
    Load,
    /// Neither.
    None,
}

/// Arguments of `whatif`.
#[derive(Args, Debug)]
pub struct Whatif {
    /// The change; exactly one.
    #[command(flatten)]
    pub change: ChangeArg,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Print in this format, and where to: `text`, `json=result.json`; repeat for both.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<String>,
}

/// A change to two services, or a set of files to cut out.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct ChangeArg {
    /// Make the two services modules of one deployable.
    #[arg(long, value_name = "A,B")]
    pub merge: Option<String>,
    /// Let A send B a message instead of waiting for a call.
    #[arg(long = "async", value_name = "A,B")]
    pub asynchronous: Option<String>,
    /// Drop every call from A to B.
    #[arg(long, value_name = "A,B")]
    pub drop: Option<String>,
    /// Let A pass B the data that B asks A back for.
    #[arg(long, value_name = "A,B")]
    pub pass: Option<String>,
    /// Cut out these files and folders (relative to the analysed folder) as a service.
    #[arg(long, value_name = "PATHS", num_args = 1.., value_delimiter = ',')]
    pub extract: Vec<String>,
}

/// The commands on recorded traces.
#[derive(Debug, Subcommand)]
pub enum Traces {
    /// Fold traces into a profile of service and operation edges.
    Fold(Fold),
    /// Print the query by which a store gives rows that `traces fold` reads; it is yours to run.
    Query(Query),
    /// Print a job by which an engine for many machines folds spans into one profile; it is yours to run.
    Job(Job),
}

/// Arguments of `traces job`.
#[derive(Args, Debug)]
pub struct Job {
    /// The engine.
    #[arg(value_parser = crate::traces::JOBS.iter().map(|job| job.id).collect::<Vec<_>>())]
    pub engine: String,
}

/// Arguments of `traces query`.
#[derive(Args, Clone, Debug)]
pub struct Query {
    /// The store, and the shape of its tables.
    #[arg(value_parser = crate::traces::STORES.iter().map(|store| store.id).collect::<Vec<_>>())]
    pub store: String,
    /// The table with the spans (a path or pattern for Parquet), if it is not called as usual.
    #[arg(long)]
    pub table: Option<String>,
    /// Only traces that start at this time or later: `2026-01-31`, `2026-01-31T12:00:00Z`; UTC unless it says otherwise.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only traces that start before this time.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Only each Nth trace: those whose id's last eight hexadecimal digits leave I when divided by N, 0 ≤ I < N.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

/// All formats, for the help.
fn formats() -> String {
    let ids: Vec<&str> = crate::traces::FORMATS
        .iter()
        .map(|format| format.id)
        .collect();
    format!(
        "Formats: {}; `seamline explain traces` says what each is",
        ids.join(", ")
    )
}

/// Arguments of `traces fold`.
#[derive(Args, Debug)]
#[command(after_help = formats())]
pub struct Fold {
    /// Trace files, folders, folded profiles, or - for standard input.
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub files: Vec<PathBuf>,
    /// Write a mergeable profile (- for standard output); `--traces` accepts it wherever it accepts traces.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the summary in this format.
    #[arg(long, value_parser = ["json", "text"])]
    pub format: Option<String>,
    /// Fold only each Nth trace: those whose id's last eight hexadecimal digits leave I when divided by N, 0 ≤ I < N.
    /// The profiles of all shards give that of the whole.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Write nothing and exit with 2 if an input is damaged or cut off, or a shard is missing or there twice.
    #[arg(long)]
    pub strict: bool,
    /// Limits of reading traces.
    #[command(flatten)]
    pub limits: TraceLimits,
    /// How much of the traffic was recorded.
    #[command(flatten)]
    pub sampling: Sampling,
    /// Threads to use; as many as there are processors unless given.
    #[arg(long, value_name = "COUNT", value_parser = threads)]
    pub threads: Option<usize>,
}

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// A branch, tag or commit, such as `origin/main` or `HEAD~1`, or a saved analysis (a .json file). Compared is
    /// what changed since HEAD left it.
    #[arg(value_name = "REF")]
    pub reference: String,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Report only what lies inside this folder; the analysis still covers everything.
    #[arg(long, value_name = "SUBTREE")]
    pub within: Option<String>,
    /// Show every finding and proposal.
    #[arg(long)]
    pub all: bool,
    /// Print in this format, and where to: `text`, `json=result.json`; repeat for both.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<String>,
}

impl Diff {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            scope: Scope {
                within: self.within.clone(),
                ..Scope::default()
            },
            all: self.all,
            ..Input::of(&self.sources)
        }
    }
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Fail only on what was added since HEAD left this branch, tag or commit, such as `origin/main`; a saved analysis
    /// (a .json file) will do, too.
    #[arg(long, value_name = "REF")]
    pub against: Option<String>,
    /// The accepted findings; `seamline-baseline.txt` beside the configuration unless given.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Accepted findings that are gone are an error.
    #[arg(long, conflicts_with_all = ["within", "owner"])]
    pub locked: bool,
    /// Parts of the other repositories, or a folder of .part files: fails only on what the analysed one takes part in.
    #[arg(long, value_name = "FILE|DIR")]
    pub with: Vec<PathBuf>,
    /// Exit code 0 also when the gate fails, for steps that only upload the result.
    #[arg(long)]
    pub exit_zero: bool,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
    /// Which part is meant.
    #[command(flatten)]
    pub scope: Scope,
    /// How it is printed.
    #[command(flatten)]
    pub results: Results,
    /// Show every finding and proposal.
    #[arg(long)]
    pub all: bool,
}

impl Check {
    /// What it is told of its input and output.
    pub(super) fn input(&self) -> Input {
        Input {
            scope: self.scope.clone(),
            results: self.results.clone(),
            all: self.all,
            ..Input::of(&self.sources)
        }
    }
}

/// What to do with the accepted findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BaselineAction {
    /// Record all current findings as accepted.
    Create,
    /// Remove entries that no longer occur.
    Prune,
}

/// Arguments of `baseline`.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// What to do.
    #[arg(value_enum)]
    pub action: BaselineAction,
    /// The file; `seamline-baseline.txt` beside the configuration unless given.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Put what owners have alone into a file beside their code (`CODEOWNERS`); the file at the top names it.
    #[arg(long, conflicts_with = "baseline")]
    pub per_owner: bool,
    /// What to analyse.
    #[command(flatten)]
    pub sources: Sources,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// A rule, a metric or `links`, such as `service-cycle` or `propagation_cost`; all are listed without one.
    pub name: Option<String>,
}

/// Arguments of `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// The folder to write to.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
}

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub struct Schema {
    /// Of what.
    #[arg(value_enum)]
    pub name: SchemaName,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// The configuration, `seamline.toml`.
    Config,
    /// The result of `analyze --format json`.
    Analysis,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The command; the page of the program without one.
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub name: Option<String>,
    /// Write every page into this folder, such as `~/.local/share/man/man1`.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

fn level_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Level::ALL.map(Level::name))
}

/// The formats with what each is for, for messages.
pub(super) fn format_names() -> String {
    let names: Vec<&str> = REPORTERS.iter().map(|reporter| reporter.id).collect();
    names.join(", ")
}
