//! The commands, one line each.
//!
//! In: [`Cli`]. Out: an exit code, or the error that ends the run.
//! Invariant: every command is a function of its arguments.
//! Never: what a command does.

use std::process::ExitCode;

use anyhow::Result;

use super::args::{Cli, Command, Traces};
use super::{
    analyze, check, completions, diff, explain, flags, fold, init, man, report, schema, whatif,
};
use crate::report::Topic;

/// Runs the command with its default format.
pub(super) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Analyze(input) => analyze::print(&input, Topic::Summary, "text"),
        Command::Graph(graph) => {
            let level = flags::level(&graph.level)?;
            analyze::print(&graph.input(), Topic::Graph(level), "json")
        }
        Command::Cycles(cycles) => {
            let level = cycles.level.as_deref().map(flags::level).transpose()?;
            analyze::print(&cycles.input(), Topic::Cycles(level), "text")
        }
        Command::Boundaries(arguments) => analyze::boundaries(&arguments),
        Command::Report(report) => report::run(&report),
        Command::Whatif(arguments) => whatif::run(&arguments),
        Command::Traces(Traces::Fold(arguments)) => fold::fold(&arguments),
        Command::Traces(Traces::Query(arguments)) => fold::query(&arguments),
        Command::Traces(Traces::Job(arguments)) => fold::job(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Baseline(arguments) => check::baseline(&arguments),
        Command::Explain(explain) => explain::run(&explain),
        Command::Init(init) => init::run(&init),
        Command::Schema(schema) => schema::run(&schema),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}
