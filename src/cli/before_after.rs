//! What the two ways to simulate a change share.
//!
//! In: arguments, a result. Out: text or JSON.
//! Invariant: what is not known is called unknown.
//! Never: a format that shows less than the other.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use serde::Serialize;

use super::input::{Input, Sources};
use super::{analyze, flags, output};
use crate::analysis::to_json;
use crate::config::Found;
use crate::pipeline;

/// The options of an analysis of these sources.
pub(super) fn settings(sources: &Sources) -> Result<pipeline::Options> {
    let input = Input::of(sources);
    let flags = flags::of(&input);
    analyze::settings(&input, &flags, &Found::by(&flags)?)
}

/// Prints text or JSON, whatever is asked for.
pub(super) fn print(
    formats: &[String],
    text: impl Fn(&mut dyn Write) -> io::Result<()>,
    json: &impl Serialize,
) -> Result<ExitCode> {
    let default = ["text".to_owned()];
    for format in if formats.is_empty() {
        &default[..]
    } else {
        formats
    } {
        let (id, file) = format
            .split_once('=')
            .map_or((format.as_str(), None), |(id, file)| (id, Some(file)));
        let file = file.map(std::path::Path::new);
        match id {
            "text" => output::write(file, &text)?,
            "json" => output::write(file, |sink| to_json(json, sink))?,
            other => bail!("whatif prints text or json, not `{other}`"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A number with so many digits, or `unknown`.
pub(super) fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.digits$}"))
}
