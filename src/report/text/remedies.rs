//! Remedies of a finding, with what was simulated before and after.
//!
//! In: [`Remedy`] records. Out: two lines for each.
//! Invariant: what rests on an assumption names it.
//! Never: a remedy that was not simulated.

use std::io::{self, Write};

use super::layout::{wrapped, wrapped_after};
use crate::analysis::{Assumptions, Remedy, State};
use crate::report::view::escape::shown;

/// Remedies shown for one finding.
const MOST: usize = 3;

/// The first remedies under a line that names what the simulation assumes; nothing without
/// remedies.
pub(super) fn write(
    remedies: &[Remedy],
    assumptions: &Assumptions,
    sink: &mut dyn Write,
) -> io::Result<()> {
    if remedies.is_empty() {
        return Ok(());
    }
    let each = assumptions.availability * 100.0;
    let hop = assumptions.hop();
    let head = format!("simulated, with {hop} and {each} % availability a service:");
    writeln!(sink, "   {}", wrapped(&head, 3))?;
    for remedy in remedies.iter().take(MOST) {
        let action = format!("{}: {}", remedy.kind, remedy.action);
        writeln!(sink, "    - {}", wrapped_after(&shown(&action), 6, 0))?;
        writeln!(
            sink,
            "      {}",
            wrapped(&effect(&remedy.before, &remedy.after), 6)
        )?;
        if let Some(warning) = &remedy.warning {
            writeln!(sink, "      but {}", wrapped_after(&shown(warning), 6, 4))?;
        }
    }
    Ok(())
}

/// `score 33.3-43.3 -> 6.0-16.0, 1 -> 0 cycles, 1.40 -> 0.80 calls, …`.
pub(super) fn effect(before: &State, after: &State) -> String {
    let mut parts = vec![
        format!("score {} -> {}", score(before), score(after)),
        format!("cycles {} -> {}", before.cycles.len(), after.cycles.len()),
    ];
    let numbers = [
        (
            "calls a request",
            before.hops_per_request,
            after.hops_per_request,
            2,
        ),
        (
            "network ms",
            before.network_ms_per_request,
            after.network_ms_per_request,
            2,
        ),
        (
            "answered %",
            before.availability.map(|a| a * 100.0),
            after.availability.map(|a| a * 100.0),
            2,
        ),
    ];
    for (name, old, new, digits) in numbers {
        if let (Some(old), Some(new)) = (old, new) {
            parts.push(format!("{name} {old:.digits$} -> {new:.digits$}"));
        }
    }
    parts.join(", ")
}

/// The interval of the score, or a word where one service is left, which has none.
fn score(state: &State) -> String {
    let interval = |group: &crate::analysis::GroupState| group.score.interval();
    state
        .group
        .as_ref()
        .map_or_else(|| "none (one service)".to_owned(), interval)
}
