//! The command line: arguments, streams, exit codes.
//!
//! In: arguments. Out: results on stdout, all else on stderr, an exit code.
//! Invariant: 0 clean, 1 the gate failed, 2 bad usage or input, 70 internal, 130 interrupted.
//! Never: a half-written file.

mod against;
mod analyze;
mod args;
mod before_after;
mod check;
mod completions;
mod diff;
mod explain;
mod extract;
mod flags;
mod fold;
mod fold_text;
mod init;
mod input;
mod man;
mod output;
mod progress;
mod report;
mod run;
mod schema;
mod timings;
mod whatif;
mod workers;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use args::Cli;

/// Runs the program with `arguments`; the first is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let lost = error
                .print()
                .is_err_and(|lost| lost.kind() != std::io::ErrorKind::BrokenPipe);
            return ExitCode::from(if error.use_stderr() || lost { 2 } else { 0 });
        }
    };
    if let Err(why) = workers::prepare() {
        output::error(&format!("cannot start: {why}"));
        return ExitCode::from(2);
    }
    output::on_interrupt();
    let worker = std::thread::Builder::new()
        .stack_size(workers::stack())
        .spawn(move || run::run(cli));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(code))) => code,
        Ok(Ok(Err(error))) => {
            output::error(&format!("{error:#}"));
            ExitCode::from(2)
        }
        Ok(Err(_)) => {
            output::error("internal error; please report it with the command that you ran");
            ExitCode::from(70)
        }
        Err(error) => {
            output::error(&format!("cannot start: {error}"));
            ExitCode::from(2)
        }
    }
}
