//! The cycles, one after the other.
//!
//! In: [`View`]. Out: a paragraph for each cycle.
//! Invariant: the shortest way round, then the steps or the cheapest cut with their places.
//! Never: all members of a large cycle.

use std::io::{self, Write};

use super::layout::{bold, counted, places, thousands, wrapped};
use crate::analysis::{CutEdge, Cycle, Exempt, Step};
use crate::model::Level;
use crate::report::view::escape::shown;
use crate::report::view::reporter::View;

/// Members that steps may leave, and how many steps there are at most.
const SEEN_THROUGH: usize = 6;
const MANY: usize = 8;

/// The cycles, each with its shortest way round and what to cut.
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

/// Why a cycle is listed and not counted.
const fn exempt(reason: Exempt) -> &'static str {
    match reason {
        Exempt::Vendored => "vendored code",
        Exempt::OnePackage => "one Go package",
        Exempt::OwnImplementation => "a type and its own implementation",
    }
}

/// Title, verdict and score of a cycle, then the steps out of it and the cheapest cut.
fn one_cycle(cycle: &Cycle, color: bool, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "{}", bold(color, &wrapped(&title(cycle), 2)))?;
    if cycle.synchronous == Some(false) {
        writeln!(
            sink,
            "  partly by messages: no caller waits for the whole loop"
        )?;
    }
    if let Some(reason) = cycle.exempt {
        writeln!(sink, "  {}: listed, not counted", exempt(reason))?;
    }
    if let Some(verdict) = cycle.verdict {
        writeln!(sink, "  {}", verdict.name())?;
    }
    if let Some(score) = &cycle.score {
        writeln!(sink, "  score {} of 100", score.interval())?;
    }
    for (at, step) in cycle.steps.iter().enumerate() {
        one_step(at + 1, step, sink)?;
    }
    rest(cycle, sink)?;
    cheapest_cut(cycle, sink)
}

/// Why there are no more steps, where they leave a large cycle.
fn rest(cycle: &Cycle, sink: &mut dyn Write) -> io::Result<()> {
    match cycle.steps.last() {
        Some(step) if step.left > SEEN_THROUGH && cycle.steps.len() < MANY => {
            let kind = cycle.kind().several();
            let line = format!(
                "no five dependencies were found that free more of the {} {kind} left",
                step.left
            );
            writeln!(sink, "  {}", wrapped(&line, 4))
        }
        _ => Ok(()),
    }
}

/// `Dependency cycle of 3 packages: a → b → c → a`. Where the shortest loop leaves out members it
/// is called the shortest loop.
fn title(cycle: &Cycle) -> String {
    let mut round: Vec<String> = cycle.shortest.iter().map(|id| shown(&id.name)).collect();
    round.extend(round.first().cloned());
    let members = cycle.members.len();
    let all = cycle.shortest.len() == members;
    let lead = if all { ": " } else { "; shortest loop: " };
    let kind = cycle.kind().several();
    format!(
        "Dependency cycle of {members} {kind}{lead}{}",
        round.join(" → ")
    )
}

/// The dependencies to remove together, what that brings, how to do it.
fn one_step(number: usize, step: &Step, sink: &mut dyn Write) -> io::Result<()> {
    let work = if step.moves.is_empty() {
        counted(step.places(), "reference", "references")
    } else {
        step.work()
    };
    let line = format!(
        "Step {number}: {work}, {}, leaves {}",
        step.outcome(),
        step.left
    );
    writeln!(sink, "  {}", wrapped(&shown(&line), 4))?;
    let listed = step.edges.iter().filter(|_| step.moves.is_empty());
    for edge in listed {
        writeln!(sink, "    {}", wrapped(&cut(edge), 6))?;
    }
    writeln!(sink, "    {}", wrapped(&shown(&step.advice), 4))
}

/// The dependencies whose removal leaves no cycle; their number only where there are steps.
fn cheapest_cut(cycle: &Cycle, sink: &mut dyn Write) -> io::Result<()> {
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    let weight = counted(weight, "reference or call", "references or calls");
    if !cycle.steps.is_empty() {
        let number = counted(cycle.cut.len() as u64, "dependency", "dependencies");
        let line = format!("to remove every loop: {weight} in {number}, listed in the JSON");
        return writeln!(sink, "  {}", wrapped(&line, 4));
    }
    writeln!(sink, "  cheapest cut: {weight}")?;
    for edge in &cycle.cut {
        writeln!(sink, "    {}", wrapped(&cut(edge), 6))?;
    }
    Ok(())
}

/// A dependency with its weight and places; recorded calls are named only beside places, since
/// without these the weight already is the number of calls.
fn cut(edge: &CutEdge) -> String {
    let (from, to) = (shown(&edge.from.name), shown(&edge.to.name));
    let mut line = format!("{from} → {to}  {}", thousands(edge.weight));
    if !edge.locations.is_empty() {
        line.push_str(&format!(" at {}", places(&edge.locations)));
    }
    if let Some(calls) = edge.calls.filter(|_| !edge.locations.is_empty()) {
        let calls = counted(calls, "recorded call", "recorded calls");
        line.push_str(&format!("; {calls}"));
    }
    line
}
