//! `seamline traces fold`: traces to a mergeable profile.
//!
//! In: trace files and profiles. Out: a profile file, or its summary.
//! Invariant: the same spans give the same bytes, whole or in shards.
//! Never: analyses code.

use std::process::ExitCode;

use anyhow::{Result, bail};
use serde_json::json;

use super::args::Fold;
use super::{flags, fold_text, output};
use crate::analysis::{VERSION, to_json};
use crate::config;
use crate::report::shown;
use crate::traces;

pub(super) fn fold(fold: &Fold) -> Result<ExitCode> {
    let inputs = config::trace_inputs(fold.files.clone())?;
    let options = config::trace_limits(flags::trace_limits(&fold.limits, fold.threads))?;
    let profile = traces::fold(&inputs, &options);
    let runtime = profile.summary();
    for note in &runtime.notifications {
        let place = note.path.as_deref().map(shown).unwrap_or_default();
        output::say(&format!("{place}: {}", note.message));
    }
    if runtime.coverage.spans == 0 {
        bail!("no span was read; give OTLP, Jaeger, Zipkin or Tempo files, or folded profiles");
    }
    if let Some(file) = &fold.output {
        output::write(Some(file), |sink| sink.write_all(&profile.to_bytes()))?;
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
