//! `seamline explain`: what a rule or metric means, and how links are found.
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
use crate::knowledge::Tables;
use crate::links::EVIDENCE;
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
    if name == LINKS {
        return Ok(links());
    }
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
    let known = known
        .chain(METRICS.iter().map(|metric| metric.id))
        .chain([LINKS]);
    let hint = nearest(name, known);
    bail!("no rule or metric is called `{name}`{hint}; `seamline explain` lists them all")
}

/// The topic that is no rule and no metric.
const LINKS: &str = "links";
/// Tables by which links between services are found.
const TABLES: [&str; 4] = ["clients", "messaging", "proxies", "datastores"];

/// How calls between services are found, what is known, and how to add to it.
fn links() -> String {
    let mut text = String::from(
        "links: how calls between services are found without running anything\n\nKinds of evidence\n",
    );
    for evidence in EVIDENCE {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:22} {}", evidence.id, evidence.summary);
    }
    text.push_str(
        "\nWhat is known; rows of your own go into seamline.toml, in the same shape, under [knowledge.TABLE]\n",
    );
    let tables = Tables::texts().into_iter();
    for (name, table) in tables.filter(|(name, _)| TABLES.contains(name)) {
        let _ = writeln!(text, "\n[knowledge.{name}]\n{}", table.trim_end());
    }
    text
}

fn list() -> String {
    let mut text = String::from(
        "Topics\n  links                  how calls between services are found, what is known, how to add to it\n\nRules\n",
    );
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
