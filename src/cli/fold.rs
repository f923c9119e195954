//! `seamline traces fold`: traces to a mergeable profile; `traces query`: where its rows come from; `traces job`:
//! how many machines fold them.
//!
//! In: trace files and profiles. Out: a profile file, or its summary.
//! Invariant: the same spans give the same bytes, whole or in shards.
//! Never: analyses code.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use serde_json::json;

use super::args::{Fold, Job, Query};
use super::{flags, fold_text, output};
use crate::analysis::{VERSION, to_json};
use crate::config;
use crate::model::{CallProfile, Notification, Severity, TraceCoverage};
use crate::report::shown;
use crate::traces;

/// Why there is no span, as far as it is known.
pub(super) fn nothing_read(coverage: &TraceCoverage) -> String {
    let rejected = coverage.rejected.iter();
    let reasons: Vec<String> = rejected
        .map(|(why, count)| format!("{count} × {why}"))
        .collect();
    let reasons = match reasons.as_slice() {
        [] => String::new(),
        _ => format!(" (left out: {})", reasons.join(", ")),
    };
    format!(
        "no span was read{reasons}; give traces in a format that `seamline explain traces` lists, folded profiles, or what `seamline explain load` names"
    )
}

/// Prints the query by which a store gives rows.
pub(super) fn query(wanted: &Query) -> Result<ExitCode> {
    let Query {
        store,
        table,
        from,
        to,
        shard,
    } = wanted.clone();
    let selection = traces::Selection {
        table,
        from,
        to,
        shard,
    };
    let text = traces::query(&store, &selection)?;
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the job by which an engine folds.
pub(super) fn job(wanted: &Job) -> Result<ExitCode> {
    let job = traces::JOBS.iter().find(|job| job.id == wanted.engine);
    let text = job.map_or("", |job| job.text);
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// Folds traces into a profile and writes it, its summary, or both. In a shard spans without their
/// parents are expected, as other shards hold other traces, so that note is left out.
pub(super) fn fold(fold: &Fold) -> Result<ExitCode> {
    let to_stdout = fold.output.as_deref() == Some(Path::new("-"));
    if to_stdout && fold.format.is_some() {
        bail!("the profile and its summary cannot both go to standard output; leave --format out");
    }
    let inputs = config::trace_inputs(fold.files.clone())?;
    let options = config::trace_limits(traces::Options {
        sampling_ratio: fold.sampling.sampling_ratio,
        shard: fold.shard,
        ..flags::trace_limits(&fold.limits, fold.threads)
    })?;
    let profile = traces::fold(&inputs, &options);
    let mut runtime = profile.summary();
    if fold.shard.is_some() {
        runtime
            .notifications
            .retain(|note| &*note.kind != traces::MISSING);
    }
    runtime.notifications.iter().for_each(tell);
    refuse(fold, &runtime)?;
    if let Some(file) = &fold.output {
        let file = Some(file.as_path()).filter(|_| !to_stdout);
        output::write(file, |mut sink| profile.write_to(&mut sink))?;
    }
    match fold.format.as_deref() {
        Some("text") => output::write(None, |sink| {
            sink.write_all(fold_text::summary(&runtime).as_bytes())
        })?,
        None if fold.output.is_some() => {}
        _ => output::write(None, |sink| {
            to_json(&json!({ "version": VERSION, "runtime": runtime }), sink)
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what a note says, and of which file.
fn tell(note: &Notification) {
    let place = note.path.as_deref().map(shown).unwrap_or_default();
    let place = if place.is_empty() {
        place
    } else {
        format!("{place}: ")
    };
    output::say(&format!("{place}{}", note.message));
}

/// Ends the run where the result would be taken for more than it is.
fn refuse(fold: &Fold, runtime: &CallProfile) -> Result<()> {
    let notes = || runtime.notifications.iter();
    let any = |kinds: &[&str]| notes().any(|note| kinds.contains(&&*note.kind));
    if any(&["profile-unreadable"]) {
        bail!(
            "a profile was not read, and the sum without it would be incomplete; nothing is written"
        );
    }
    if any(&["shard-repeated"]) {
        bail!("a shard is there twice, and would count twice; nothing is written");
    }
    let lost = notes().any(|note| note.severity == Severity::Error);
    let doubtful = [traces::MISSING, traces::DAMAGED, "profile-repeated"];
    if fold.strict && (lost || any(&doubtful)) {
        bail!("what was read is damaged or incomplete (--strict); nothing is written");
    }
    let nothing = !runtime.tells_calls() && runtime.measured.is_empty();
    let may_be_empty = fold.limits.allow_empty || (fold.shard.is_some() && !lost);
    if nothing && !may_be_empty {
        bail!("{}", nothing_read(&runtime.coverage));
    }
    if lost {
        output::say("what was read is incomplete: an input is missing in it");
    }
    Ok(())
}
