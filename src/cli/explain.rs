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
use crate::traces::{FORMATS, JOBS, STORES, SUM_KINDS};

/// Prints one text, or the list of all.
pub(super) fn run(explain: &Explain) -> Result<ExitCode> {
    let text = match &explain.name {
        Some(name) => one(name)?,
        None => list(),
    };
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// The text of a topic, a rule, a rule of the gate or a metric, in this order; an error with the
/// nearest name where nothing is called so.
fn one(name: &str) -> Result<String> {
    if name == LINKS {
        return Ok(links());
    }
    if name == TRACES {
        return Ok(traces());
    }
    if name == LOAD {
        return Ok(load());
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
        .chain([LINKS, TRACES, LOAD]);
    let hint = nearest(name, known);
    bail!("no rule or metric is called `{name}`{hint}; `seamline explain` lists them all")
}

/// The topics that are no rule and no metric.
const LINKS: &str = "links";
const TRACES: &str = "traces";
const LOAD: &str = "load";
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
        "\nNames in several repositories\n  A name means the service of its own repository, else the one whose full host it is, else the only one of \
         all other\n  repositories. Where several would answer, none is joined (ambiguous-address). `redis`, `db` and their like never \
         lead\n  into another repository.\n",
    );
    text.push_str(
        "\nWhat is known; rows of your own go into seamline.toml, in the same shape, under [knowledge.TABLE]\n",
    );
    let tables = Tables::texts().into_iter();
    for (name, table) in tables.filter(|(name, _)| TABLES.contains(name)) {
        let _ = writeln!(text, "\n[knowledge.{name}]\n{}", table.trim_end());
    }
    text
}

/// What traces may be written in, and the stores that queries are printed for.
fn traces() -> String {
    let mut text = String::from(
        "traces: what `--traces` and `traces fold` read, told by content, in gzip and zstd too\n\nFormats\n",
    );
    for format in FORMATS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:27} {}", format.id, format.about);
    }
    text.push_str(
        "\nAn input is read record by record, and a record may have 64 MiB (of Google Cloud Trace's first API it is a whole trace).\nRecords that are none are left out and counted.\n\nStores that `traces query` prints a query for\n",
    );
    for store in STORES {
        let _ = writeln!(text, "  {:27} {}", store.id, store.about);
    }
    text.push_str("\nEngines that `traces job` prints a job for\n");
    for job in JOBS {
        let _ = writeln!(text, "  {:27} {}", job.id, job.about);
    }
    text
}

/// Where load comes from, how it finds its file, and how more of it does.
fn load() -> String {
    let mut text = String::from(include_str!("explain_load.txt"));
    for kind in SUM_KINDS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:22} {}", kind.id, kind.about);
    }
    text.push_str(LOAD_RULES);
    text
}

/// How weights of profiles and logs are dealt out.
const LOAD_RULES: &str = "
A profile: the deepest frame of the stack that lies in the repository gets the weight, so that work in libraries
belongs to whoever asks for it; own (the leaf alone) and total (anywhere on the stack, recursion once) stand beside
it. A path means the file with which it has the longest tail in common; where several fit it is nobody's.
An access log: the file that declares the route. A service graph: edges, without loops, repeated calls or requests.
Two sources are never added up: the one that tells of most programs is the load, of several a profile before
traces, and traces before an access log; every output names it.
";

/// Topics, rules and metrics, a line each.
fn list() -> String {
    let mut text = String::from(
        "Topics\n  links                  how calls between services are found, what is known, how to add to it\n  load                   where load comes from, which file it belongs to, how to find more\n  traces                 formats of traces that are read, stores that queries are printed for\n\nRules\n",
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
