//! What a run cost, told on standard error.
//!
//! In: what the stages took, the analysis. Out: lines on standard error.
//! Invariant: results stay the same with and without it.
//! Never: a file, or a line on standard output.

use std::time::Duration;

use super::output;
use crate::analysis::Analysis;
use crate::model::Level;
use crate::pipeline::Timings;

/// Where Linux tells the most memory that the process ever had.
const STATUS: &str = "/proc/self/status";

/// Tells what each stage took, all of it, the peak of memory and the size of the graph.
pub(super) fn tell(timings: &Timings, all: Duration, analysis: &Analysis) {
    output::say(
        "seconds of each stage (history is read beside the code, boundaries beside metrics):",
    );
    let stages = timings.stages();
    let row = |(stage, took): &(&str, Duration)| {
        output::say(&format!("  {stage:<20} {:8.3}", took.as_secs_f64()));
    };
    stages.iter().for_each(row);
    row(&("in all", all));
    if let Some(kibibytes) = peak() {
        output::say(&format!("peak memory: {} MiB", kibibytes >> 10));
    }
    let nodes = |level: Level| {
        let of_level = analysis.nodes.iter().filter(|node| node.level == level);
        of_level.count()
    };
    output::say(&format!(
        "graph: {} files, {} modules, {} packages, {} services, {} edges",
        nodes(Level::File),
        nodes(Level::Module),
        nodes(Level::Package),
        nodes(Level::Service),
        analysis.edges.len()
    ));
}

/// The most memory that the process ever had, in KiB; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string(STATUS).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
