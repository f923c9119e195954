//! Two services to make one, as a paragraph.
//!
//! In: a [`Boundary`] with its merge. Out: what speaks for it, what it changes, what it costs.
//! Invariant: estimates name what they assume; unknown parts are left out.
//! Never: a merge without the lockstep that it rests on.

use std::io::{self, Write};

use super::layout::{bold, counted, wrapped, wrapped_after};
use super::remedies::effect;
use crate::analysis::{Boundary, Merge};
use crate::report::view::escape::shown;
use crate::report::view::reporter::View;

/// The paragraph of a merge; nothing for a cut.
pub(super) fn one(boundary: &Boundary, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let Some(merge) = &boundary.merge else {
        return Ok(());
    };
    let name = format!("{} {}", view.letter(boundary.rank), shown(&boundary.name));
    let lockstep = merge.lockstep.map_or_else(String::new, |share| {
        format!("   lockstep {:.0} %", share * 100.0)
    });
    let title = bold(view.show.color, &name);
    writeln!(
        sink,
        " {title}   merge as modules of one deployable{lockstep}"
    )?;
    writeln!(sink, "   {}", wrapped(&shown(&merge.reason), 3))?;
    if let Some(calls) = merge.calls_in_process {
        let hop = view.analysis.assumptions.hop();
        writeln!(sink, "   {}", wrapped(&saved(merge, calls, &hop), 3))?;
    }
    let effect = format!("before/after: {}", effect(&merge.before, &merge.after));
    writeln!(sink, "   {}", wrapped(&effect, 6))?;
    if !merge.tables_no_longer_shared.is_empty() {
        let tables = merge.tables_no_longer_shared.join(", ");
        let line = format!("no longer shared: {}", shown(&tables));
        writeln!(sink, "   {}", wrapped(&line, 6))?;
    }
    match &merge.warning {
        Some(warning) => writeln!(sink, "   but {}", wrapped_after(&shown(warning), 6, 4)),
        None => Ok(()),
    }
}

/// `12 recorded calls stay in the process: 0.40 ms less per request, at …`. The time is left out
/// where it could not be estimated.
fn saved(merge: &Merge, calls: u64, hop: &str) -> String {
    let stay = if calls == 1 { "stays" } else { "stay" };
    let calls = counted(calls, "recorded call", "recorded calls");
    let time = merge.saved_ms_per_request.map_or_else(String::new, |time| {
        format!(": {time:.2} ms less per request, at {hop}")
    });
    format!("{calls} {stay} in the process{time}")
}
