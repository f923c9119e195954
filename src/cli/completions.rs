//! `seamline completions`: what a shell needs to complete commands and options.
//!
//! In: the name of a shell. Out: its script.
//! Invariant: derived from the command line itself.
//! Never: a file of the user's shell.

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;

use super::args::{Cli, Completions};
use super::output;

/// Prints the script for a shell.
pub(super) fn run(completions: &Completions) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(
        completions.shell,
        &mut Cli::command(),
        "seamline",
        &mut script,
    );
    output::write(None, |sink| sink.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, ValueEnum};
    use clap_complete::Shell;

    use super::Cli;

    #[test]
    fn every_shell_gets_every_command() {
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "seamline", &mut script);
            let script = String::from_utf8(script).expect("text");
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {command}");
            }
        }
    }
}
