//! `seamline diff`: what changed since a commit.
//!
//! In: a name, the inputs of an analysis. Out: a text or JSON.
//! Invariant: exit code 0 whatever changed; `check --against` is what fails.
//! Never: a judgement.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::args::Diff;
use super::{against, flags, output};
use crate::config::Found;
use crate::gate::compare;
use crate::report::{Topic, diff};

/// Analyses both sides and prints what differs between them.
pub(super) fn run(arguments: &Diff) -> Result<ExitCode> {
    let input = &arguments.input();
    let sinks = sinks(&arguments.format)?;
    let flags = flags::for_topic(input, Topic::Check, &[]);
    let found = Found::by(&flags)?;
    let change = against::change(input, &flags, found, &arguments.reference)?;
    let comparison = compare(&change.base, &change.head);
    for (as_json, file) in sinks {
        output::write(file.as_deref(), |sink| {
            if as_json {
                crate::analysis::to_json(&comparison, sink)
            } else {
                diff::text(&comparison, &arguments.reference, input.all, sink)
            }
        })?;
    }
    std::mem::forget(change);
    Ok(ExitCode::SUCCESS)
}

/// Whether it is JSON, and the file; standard output without one.
fn sinks(formats: &[String]) -> Result<Vec<(bool, Option<PathBuf>)>> {
    if formats.is_empty() {
        return Ok(vec![(false, None)]);
    }
    let sink = |text: &String| {
        let (id, file) = match text.split_once('=') {
            Some((id, file)) => (id, Some(PathBuf::from(file))),
            None => (text.as_str(), None),
        };
        if !matches!(id, "text" | "json") {
            bail!("`diff` prints `text` or `json`, not `{id}`");
        }
        if let Some(file) = &file {
            output::can_hold(file)?;
        }
        Ok((id == "json", file))
    };
    formats.iter().map(sink).collect()
}
