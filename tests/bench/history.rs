//! Reads a repository's whole history and prints what was counted; `tests/bench/history` times it.
//!
//! Arguments: FOLDER [threads] [off|exact|similar] [window].

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use seamline::history::{self, Options, Renames, Window};
use seamline::source::{Limits, Source};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument =
        |index: usize, default: &'static str| arguments.get(index).map_or(default, String::as_str);
    let source = Source::open(&[argument(0, ".").into()], Limits::default())?;
    let renames = match argument(2, "off") {
        "exact" => Renames::Exact,
        "similar" => Renames::Similar(50),
        _ => Renames::Off,
    };
    let window: Window = argument(3, "all").parse()?;
    let log = history::read(
        &source,
        &Options {
            window,
            renames,
            threads: argument(1, "2").parse()?,
            ..Options::default()
        },
    );
    let touches: usize = log.commits.iter().map(|commit| commit.files.len()).sum();
    println!(
        "commits {} touches {touches} paths {} authors {}",
        log.commits.len(),
        log.paths.len(),
        log.authors.len()
    );
    for note in &log.notifications {
        println!("{:?} {} {}", note.severity, note.kind, note.message);
    }
    Ok(())
}
