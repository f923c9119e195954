//! `seamline explain`: what a rule or metric means.
//!
//! In: a name. Out: its own documentation.
//! Invariant: the same text as in every other output.
//! Never: a text that a rule or metric does not carry itself.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::args::Explain;
use super::output;
use crate::analysis::{METRICS, RULES};
use crate::config::nearest;
use crate::gate::TEXTS;
use crate::model::RuleId;

pub(super) fn run(explain: &Explain) -> Result<ExitCode> {
    let text = match &explain.name {
        Some(name) => one(name)?,
        None => list(),
    };
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

fn one(name: &str) -> Result<String> {
    if let Some(rule) = RULES.iter().find(|rule| rule.id.name() == name) {
        return Ok(format!(
            "{} (rule): {}\n\nWhat it finds\n  {}\n\nWhy it is bad\n  {}\n\nExample\n  {}\n\nWhat to do\n  {}\n",
            rule.id, rule.summary, rule.what, rule.why, rule.example, rule.fix
        ));
    }
    if let Some(rule) = TEXTS.iter().find(|rule| rule.id.name() == name) {
        return Ok(format!(
            "{} (rule of the gate): {}\n\nWhat it finds\n  {}\n\nWhy it is bad\n  {}\n\nExample\n  {}\n\nWhat to do\n  {}\n",
            rule.id, rule.summary, rule.what, rule.why, rule.example, rule.fix
        ));
    }
    if let Some(metric) = METRICS.iter().find(|metric| metric.id == name) {
        return Ok(format!(
            "{} (metric, {}, {})\n\n  {}\n",
            metric.id, metric.unit, metric.range, metric.docs
        ));
    }
    let known = RuleId::ALL.iter().map(|id| id.name());
    let known = known.chain(METRICS.iter().map(|metric| metric.id));
    let hint = nearest(name, known);
    bail!("no rule or metric is called `{name}`{hint}; `seamline explain` lists them all")
}

fn list() -> String {
    let mut text = String::from("Rules\n");
    for rule in RULES {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:22} {}", rule.id, rule.summary);
    }
    for rule in TEXTS {
        let _ = writeln!(text, "  {:22} {}", rule.id, rule.summary);
    }
    text.push_str("\nMetrics\n");
    for metric in METRICS {
        let _ = writeln!(text, "  {:22} {}", metric.id, metric.unit);
    }
    text
}
