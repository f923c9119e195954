//! The cycles, one after the other.
//!
//! In: [`View`]. Out: a paragraph for each cycle.
//! Invariant: the shortest way round and the cheapest cut with its places.
//! Never: all members of a large cycle.

use std::io::{self, Write};

use super::layout::{bold, counted, places, wrapped};
use crate::analysis::{Cycle, Exempt};
use crate::model::Level;
use crate::report::{View, shown};

/// The cycles, each with its shortest way round and its cheapest cut.
pub(super) fn write(view: &View<'_>, level: Option<Level>, sink: &mut dyn Write) -> io::Result<()> {
    let wanted = |cycle: &&Cycle| level.is_none_or(|level| cycle.level == level);
    let cycles: Vec<&Cycle> = view.analysis.cycles.iter().filter(wanted).collect();
    if cycles.is_empty() {
        return writeln!(sink, "no cycles");
    }
    for cycle in cycles {
        one_cycle(cycle, view.show.color, sink)?;
    }
    Ok(())
}

const fn exempt(reason: Exempt) -> &'static str {
    match reason {
        Exempt::Vendored => "vendored code",
        Exempt::OnePackage => "one Go package",
    }
}

fn one_cycle(cycle: &Cycle, color: bool, sink: &mut dyn Write) -> io::Result<()> {
    let name = |id: &str| shown(id.split_once(':').map_or(id, |(_, name)| name));
    let mut round: Vec<String> = cycle.shortest.iter().map(|id| name(id)).collect();
    round.extend(round.first().cloned());
    let members = cycle.members.len();
    let lead = if cycle.shortest.len() == members {
        ": "
    } else {
        ", shortest way: "
    };
    let title = format!(
        "{} cycle of {members}{lead}{}",
        cycle.level.name(),
        round.join(" -> ")
    );
    writeln!(sink, "{}", bold(color, &wrapped(&title, 2)))?;
    if cycle.synchronous == Some(false) {
        writeln!(sink, "  with messages: nobody waits all the way round")?;
    }
    if let Some(reason) = cycle.exempt {
        writeln!(sink, "  {}: listed, not counted", exempt(reason))?;
    }
    if let Some(verdict) = &cycle.verdict {
        writeln!(sink, "  {}", shown(verdict))?;
    }
    if let Some(score) = &cycle.score {
        writeln!(sink, "  score {} of 100", score.interval())?;
    }
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    writeln!(
        sink,
        "  cheapest cut: {}",
        counted(weight, "reference or call", "references or calls")
    )?;
    for edge in &cycle.cut {
        let mut line = format!(
            "{} -> {}  {}",
            name(&edge.from),
            name(&edge.to),
            edge.weight
        );
        if !edge.locations.is_empty() {
            line.push_str(&format!(" at {}", places(&edge.locations)));
        }
        writeln!(sink, "    {}", wrapped(&line, 6))?;
    }
    Ok(())
}
