//! `whatif`: a change to two services or a set of files to cut out, before and after.
//!
//! In: arguments. Out: a table, or JSON of contract version 1.
//! Invariant: numbers that rest on an assumption say so.
//! Never: changes a file of the system.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use serde::Serialize;

use super::args::{ChangeArg, Whatif};
use super::before_after::{number, print, settings};
use super::extract;
use crate::analysis::VERSION;
use crate::pipeline;
use crate::simulate::{Change, State, WhatIf};

/// The result as JSON.
#[derive(Serialize)]
struct Printed<'a> {
    version: u32,
    #[serde(flatten)]
    result: &'a WhatIf,
}

/// Simulates the change and prints both states.
pub(super) fn run(arguments: &Whatif) -> Result<ExitCode> {
    if !arguments.change.extract.is_empty() {
        return extract::run(arguments);
    }
    let change = change(&arguments.change)?;
    let options = settings(&arguments.sources)?;
    let result = pipeline::what_if(&options, &change)?;
    print(
        &arguments.format,
        |sink| text(&result, sink),
        &Printed {
            version: VERSION,
            result: &result,
        },
    )
}

/// The change that the flags name; each takes two services as `A,B`.
fn change(arguments: &ChangeArg) -> Result<Change> {
    let pair = |text: &str| -> Result<(Arc<str>, Arc<str>)> {
        let (a, b) = text
            .split_once(',')
            .ok_or_else(|| anyhow!("give two services: A,B instead of `{text}`"))?;
        Ok((a.trim().into(), b.trim().into()))
    };
    if let Some(text) = &arguments.merge {
        let (a, b) = pair(text)?;
        return Ok(Change::Merge { a, b });
    }
    let calls =
        |text: &str, of: fn(Arc<str>, Arc<str>) -> Change| pair(text).map(|(a, b)| of(a, b));
    if let Some(text) = &arguments.asynchronous {
        return calls(text, |caller, callee| Change::Async { caller, callee });
    }
    if let Some(text) = &arguments.drop {
        return calls(text, |caller, callee| Change::Drop { caller, callee });
    }
    let text = arguments
        .pass
        .as_ref()
        .ok_or_else(|| anyhow!("give --merge, --async, --drop, --pass or --extract"))?;
    calls(text, |caller, callee| Change::PassData { caller, callee })
}

/// A table of the values before and after, with what estimates assume.
fn text(result: &WhatIf, sink: &mut dyn Write) -> io::Result<()> {
    let assumptions = &result.assumptions;
    writeln!(sink, "{}", title(&result.change))?;
    let network = "network ms per request";
    let answered = format!(
        "answered %, {} % a service",
        assumptions.availability * 100.0
    );
    let rows: [(&str, fn(&State) -> String); 8] = [
        ("services", |state| {
            group(state, |group| group.members.join(", "))
        }),
        ("score", score),
        ("verdict", verdict),
        ("share of requests that cross", |state| {
            group(state, |group| {
                number(group.traffic_share.map(|share| share * 100.0), 1) + " %"
            })
        }),
        ("synchronous cycles", |state| state.cycles.len().to_string()),
        ("calls per request", |state| {
            number(state.hops_per_request, 2)
        }),
        (network, |state| number(state.network_ms_per_request, 2)),
        (&answered, |state| {
            number(state.availability.map(|share| share * 100.0), 3)
        }),
    ];
    writeln!(sink, "{:34} {:>26} {:>26}", "", "before", "after")?;
    for (name, value) in rows {
        writeln!(
            sink,
            "{name:34} {:>26} {:>26}",
            value(&result.before),
            value(&result.after)
        )?;
    }
    if result.before.hops_per_request.is_some() {
        writeln!(sink, "network time: {}", assumptions.hop())?;
    }
    Ok(())
}

/// The change as a heading.
fn title(change: &Change) -> String {
    match change {
        Change::Merge { a, b } => format!("{a} and {b} as modules of one deployable"),
        Change::Async { caller, callee } => {
            format!("a message instead of the call {caller} -> {callee}")
        }
        Change::Drop { caller, callee } => format!("without the calls {caller} -> {callee}"),
        Change::Aggregate { caller, callee } => {
            format!("the client of {caller} asks {callee} itself")
        }
        Change::PassData { caller, callee } => {
            format!("{caller} passes {callee} what {callee} asks back for")
        }
    }
}

/// A value of the group of services; a word where only one service is left.
fn group(state: &State, shown: fn(&crate::simulate::GroupState) -> String) -> String {
    state
        .group
        .as_ref()
        .map_or_else(|| "one service".to_owned(), shown)
}

/// The interval of the score.
fn score(state: &State) -> String {
    group(state, |group| {
        format!("{:.1} - {:.1}", group.score.floor, group.score.ceiling)
    })
}

/// The verdict on the group, or `none`.
fn verdict(state: &State) -> String {
    let verdict = state.group.as_ref().and_then(|group| group.verdict);
    verdict.map_or_else(|| "none".to_owned(), |verdict| verdict.name().to_owned())
}
