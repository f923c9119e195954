//! Dependencies of services: declared, found and observed side by side.
//!
//! In: [`View`]. Out: a line of counts, or a table.
//! Invariant: every dependency stands in the table once, with a place or a number of calls.
//! Never: a judgement; findings judge.

use std::io::{self, Write};

use super::layout::{place, thousands, wrapped};
use crate::analysis::{Analysis, Dependency};
use crate::report::view::escape::shown;

/// The line of the summary; empty without services.
pub(super) fn summary(analysis: &Analysis) -> String {
    let rows = &analysis.dependencies;
    if rows.is_empty() {
        return String::new();
    }
    let count = |test: &dyn Fn(&Dependency) -> bool| rows.iter().filter(|row| test(row)).count();
    let mut line = format!("{} between services, topics and datastores", rows.len());
    if analysis.runtime.is_some() {
        let both = count(&|row| row.found && row.calls > 0);
        let code = count(&|row| row.found && row.calls == 0);
        let traffic = count(&|row| !row.found && row.calls > 0);
        line.push_str(&format!(
            ": {both} in code and traffic, {code} only in code, {traffic} only in traffic"
        ));
    }
    let declared = count(&|row| row.intended && !row.found && row.calls == 0);
    if declared > 0 {
        line.push_str(&format!(", {declared} only declared"));
    }
    format!("{line} (--show-links)")
}

/// The table of `--show-links`.
pub(super) fn list(analysis: &Analysis, sink: &mut dyn Write) -> io::Result<()> {
    for row in &analysis.dependencies {
        let known: Vec<&str> = [
            (row.intended, "declared"),
            (row.found && !row.configured, "in code"),
            (row.configured, "configured"),
            (row.calls > 0, "in traffic"),
        ]
        .into_iter()
        .filter_map(|(is, name)| is.then_some(name))
        .collect();
        let mut line = format!(
            "{} -> {}  {}",
            shown(&row.from),
            shown(&row.to),
            known.join(", ")
        );
        if row.calls > 0 {
            line.push_str(&format!(" ({} calls)", thousands(row.calls)));
        }
        if let Some(first) = row.locations.first() {
            line.push_str(&format!("  {}", place(first)));
        }
        writeln!(sink, "  {}", wrapped(&line, 4))?;
    }
    Ok(())
}
