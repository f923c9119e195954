//! The boundary proposals, one after the other.
//!
//! In: [`View`]. Out: a paragraph for each proposal, with its score and steps where they are asked for.
//! Invariant: what is gained and what it costs on one line; unknown parts are left out.
//! Never: a proposal without the dependencies to break.

use std::io::{self, Write};

use super::layout::{bold, counted, place, wrapped, wrapped_after};
use super::members;
use crate::analysis::{Analysis, Boundary};
use crate::model::LoadKind;
use crate::report::view::escape::shown;
use crate::report::view::proposal;
use crate::report::view::reporter::View;

/// Files of the shared kernel that are named.
const KERNEL: usize = 4;
/// Proposals left out that are named.
const DOUBTED: usize = 4;

/// Every proposal with the parts of its score and the steps to take.
pub(super) fn all(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let (cuts, merges) = listed(view);
    basis(view, sink)?;
    if cuts.is_empty() {
        none(view, sink)?;
    }
    for boundary in &cuts {
        one(boundary, view, sink)?;
        files(boundary, view, sink)?;
        score(boundary, sink)?;
    }
    doubted(view, sink)?;
    order(view, &cuts, sink)?;
    if !merges.is_empty() {
        writeln!(sink, "{}", bold(view.show.color, "Merge next"))?;
    }
    for boundary in merges {
        super::merges::one(boundary, view, sink)?;
        score(boundary, sink)?;
    }
    Ok(())
}

/// Which question the proposals answer, why, and what they are ranked by.
fn basis(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    for line in proposal::basis(view.analysis) {
        writeln!(sink, "   {}", wrapped(&shown(&line), 3))?;
    }
    Ok(())
}

/// The cuts and the merges that are shown.
fn listed<'a>(view: &View<'a>) -> (Vec<&'a Boundary>, Vec<&'a Boundary>) {
    let all = view.analysis.boundaries.iter();
    let shown = all.filter(|boundary| view.show.all || boundary.doubts.is_empty());
    shown.partition(|boundary| boundary.merge.is_none())
}

/// How many proposals are not shown, and why.
fn doubted(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let all = view.analysis.boundaries.iter();
    let doubted = all.filter(|boundary| !boundary.doubts.is_empty());
    let names: Vec<String> = doubted
        .map(|boundary| format!("{} ({})", boundary.name, boundary.doubts[0]))
        .collect();
    if view.show.all || names.is_empty() {
        return Ok(());
    }
    let more = match names.len().saturating_sub(DOUBTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = names[..names.len().min(DOUBTED)].join(", ");
    let line = format!("left out (--all): {named}{more}");
    writeln!(sink, "   {}", wrapped(&shown(&line), 6))
}

/// In which order to go about the cuts, where there is a choice.
fn order(view: &View<'_>, cuts: &[&Boundary], sink: &mut dyn Write) -> io::Result<()> {
    let mut ordered: Vec<&Boundary> = cuts.to_vec();
    ordered.retain(|boundary| boundary.plan.order.is_some());
    ordered.sort_by_key(|boundary| boundary.plan.order);
    if ordered.len() < 2 {
        return Ok(());
    }
    let name = |boundary: &&Boundary| {
        let after: Vec<String> = boundary
            .plan
            .after
            .iter()
            .filter(|rank| cuts.iter().any(|cut| cut.rank == **rank))
            .map(|&rank| view.letter(rank))
            .collect();
        match after.as_slice() {
            [] => view.letter(boundary.rank),
            after => format!("{} (uses {})", view.letter(boundary.rank), after.join(", ")),
        }
    };
    let names: Vec<String> = ordered.iter().map(name).collect();
    let line = format!(
        "in this order, what others use first, then the cheapest: {}",
        names.join(", ")
    );
    writeln!(sink, "   {}", wrapped(&line, 6))
}

/// Which files it is about, what speaks against it, and which earlier proposal it excludes.
fn files(boundary: &Boundary, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "   {}",
        wrapped(&shown(&members::line(&boundary.members)), 6)
    )?;
    let against = boundary
        .doubts
        .iter()
        .map(|doubt| format!("not proposed: {doubt}"));
    let concerns = boundary
        .concerns
        .iter()
        .map(|concern| format!("but: {concern}"));
    for line in against.chain(concerns) {
        writeln!(sink, "   {}", wrapped(&shown(&line), 6))?;
    }
    let is_listed = |rank: &u32| listed(view).0.iter().any(|other| other.rank == *rank);
    let Some(other) = boundary.instead_of.filter(is_listed) else {
        return Ok(());
    };
    let line = format!(
        "instead of {}, not beside it: they share files",
        view.letter(other)
    );
    writeln!(sink, "   {}", wrapped(&line, 6))
}

/// Why nothing is proposed: all proposals have doubts, or there was none.
fn none(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let cuts = view
        .analysis
        .boundaries
        .iter()
        .any(|boundary| boundary.merge.is_none());
    let reason = if cuts {
        "Nothing worth extracting: what was found nobody would cut out (--all)"
    } else {
        "Nothing worth extracting: no part is large and independent enough"
    };
    writeln!(sink, "   {reason}")
}

/// What the rank goes by, where the proposal comes from, and what to do.
fn score(boundary: &Boundary, sink: &mut dyn Write) -> io::Result<()> {
    let known = |(name, part): (&String, &Option<f64>)| Some(format!("{name} {:.2}", (*part)?));
    let parts: Vec<String> = boundary.parts.iter().filter_map(known).collect();
    let pareto = if boundary.pareto {
        "; no other is better in change, load and cost"
    } else {
        ""
    };
    let line = format!(
        "score {:.3}: {}; found by {}{pareto}",
        boundary.score,
        parts.join(", "),
        boundary.source.replace('+', ", ")
    );
    writeln!(sink, "   {}", wrapped(&line, 6))?;
    for (name, facts) in [("gain", gain(boundary)), ("cost", cost(boundary))] {
        if !facts.is_empty() {
            writeln!(
                sink,
                "   {name}: {}",
                wrapped_after(&shown(&facts.join(", ")), 6, 6)
            )?;
        }
    }
    if !boundary.shared_kernel.is_empty() {
        let kernel = &boundary.shared_kernel;
        let named = kernel[..kernel.len().min(KERNEL)].join(", ");
        let more = match kernel.len().saturating_sub(KERNEL) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let line = format!("belongs to nobody (duplicate, or make a library): {named}{more}");
        writeln!(sink, "   {}", wrapped(&line, 6))?;
    }
    for (at, step) in boundary.plan.steps.iter().enumerate() {
        writeln!(sink, "   {}. {}", at + 1, wrapped(step, 6))?;
    }
    Ok(())
}

/// What is known of the gain beside the shares of the first line.
fn gain(boundary: &Boundary) -> Vec<String> {
    let gain = &boundary.benefit;
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let known = [
        gain.trend
            .filter(|trend| *trend > 0.0)
            .map(|trend| format!("changes x{trend:.1} from the older half to the newer")),
        some(gain.authors_separated)
            .map(|share| format!("{} of its authors need only this side", percent(share))),
        some(gain.critical_share).map(|share| format!("{} of critical paths", percent(share))),
        gain.load_asymmetry
            .map(|times| format!("{times:.1} times the load of the rest per file")),
    ];
    known.into_iter().flatten().collect()
}

/// A share that does not read as nothing.
fn some(share: Option<f64>) -> Option<f64> {
    share.filter(|share| *share >= 0.005)
}

/// What is known of the cost beside the border.
fn cost(boundary: &Boundary) -> Vec<String> {
    let cost = &boundary.cost;
    let symbols = cost.interface.len() as u64;
    let symbols =
        (symbols > 0).then(|| counted(symbols, "symbol of interface", "symbols of interface"));
    let calls = cost
        .network_calls
        .zip(cost.added_ms_p95)
        .map(|(calls, ms)| {
            let calls = counted(calls, "recorded call crosses", "recorded calls cross");
            format!("{calls}, {ms:.2} ms more in a slow request (p95)")
        });
    let tables = cost.shared_tables.iter().flatten().map(|table| {
        let (own, all) = (
            table.writes_inside,
            table.writes_inside + table.writes_outside,
        );
        format!("shares table {} ({own} of {all} writes here)", table.table)
    });
    let ratios = [
        ("ICP", cost.icp_raw),
        ("ICP log", cost.icp_log),
        ("ECF/ICF", cost.ecf_icf),
    ];
    let known = ratios
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {:.2}", value?)));
    symbols
        .into_iter()
        .chain(calls)
        .chain(tables)
        .chain(known)
        .collect()
}

/// The first `count` cuts, and the first `count` merges under a heading of their own.
pub(super) fn write(view: &View<'_>, count: usize, sink: &mut dyn Write) -> io::Result<()> {
    let (cuts, merges) = listed(view);
    writeln!(sink, "{}", bold(view.show.color, "Extract next"))?;
    basis(view, sink)?;
    if cuts.is_empty() {
        none(view, sink)?;
    }
    for boundary in cuts.iter().take(count) {
        one(boundary, view, sink)?;
    }
    more(cuts.len(), count, sink)?;
    if merges.is_empty() {
        return Ok(());
    }
    writeln!(sink, "\n{}", bold(view.show.color, "Merge next"))?;
    for boundary in merges.iter().take(count) {
        super::merges::one(boundary, view, sink)?;
    }
    more(merges.len(), count, sink)
}

/// How many proposals the summary leaves out; nothing where it shows all.
fn more(all: usize, shown: usize, sink: &mut dyn Write) -> io::Result<()> {
    match all.saturating_sub(shown) {
        0 => Ok(()),
        1 => writeln!(sink, "   1 more proposal (seamline boundaries)"),
        more => writeln!(sink, "   {more} more proposals (seamline boundaries)"),
    }
}

/// What shares of the load are of.
fn of_load(analysis: &Analysis) -> String {
    match &analysis.coverage.load {
        Some(load)
            if load.kind != LoadKind::Spans && load.found.is_some_and(|found| found < 0.995) =>
        {
            format!("of the {} found", load.unit)
        }
        Some(load) => format!("of {}", load.unit),
        None => "of recorded time".to_owned(),
    }
}

/// The paragraph of a cut: name and shares, whether it is a package already, the facts, and the
/// first three places where the loop with the rest could be cut.
fn one(boundary: &Boundary, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let gain = &boundary.benefit;
    let mut parts = vec![counted(boundary.members.len() as u64, "file", "files")];
    let change = gain
        .change_share
        .filter(|_| proposal::knows_change(view.analysis));
    let shares = [
        ("of the commits to the code", change),
        (&*of_load(view.analysis), gain.load_share),
    ];
    let known = shares
        .iter()
        .filter_map(|(name, share)| Some((name, (*share)?)));
    parts.extend(known.map(|(name, share)| format!("{:.0} % {name}", share * 100.0)));
    let name = bold(
        view.show.color,
        &format!("{} {}", view.letter(boundary.rank), shown(&boundary.name)),
    );
    writeln!(
        sink,
        " {name}   as a {}   {}",
        boundary.intent,
        parts.join("   ")
    )?;
    if let Some(package) = &boundary.package {
        let note = format!(
            "a package already ({}): a service needs only an entry point",
            shown(package)
        );
        writeln!(sink, "   {}", wrapped(&note, 3))?;
    }
    for line in proposal::facts(boundary) {
        writeln!(sink, "   {}", wrapped(&shown(&line), 6))?;
    }
    let sites: Vec<String> = boundary
        .breaks
        .iter()
        .filter_map(|broken| broken.locations.first())
        .take(3)
        .map(place)
        .collect();
    if sites.is_empty() {
        Ok(())
    } else {
        let line = format!(
            "to end the loop with the rest, remove {}: {}",
            counted(boundary.breaks.len() as u64, "dependency", "dependencies"),
            sites.join(", ")
        );
        writeln!(sink, "   {}", wrapped(&line, 6))
    }
}
