//! The part of the configuration that the gate judges by.
//!
//! In: the tables `limits`, `forbid`, `layers` and `gate`. Out: [`Policy`].
//! Invariant: every name is checked against what exists; a fault has its line and a suggestion.
//! Never: a policy that contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::nearest::nearest;
use crate::analysis::METRICS;
use crate::gate::{
    Allow, BadSelector, Coverage, Exception, Forbid, Freeze, Layers, Limit, Policy, Selector,
};
use crate::model::{EdgeKind, Level, RuleId, Severity};

/// A `[[limits]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LimitEntry {
    metric: Spanned<String>,
    level: Spanned<String>,
    within: Option<Spanned<String>>,
    max: Option<f64>,
    min: Option<f64>,
    #[serde(default)]
    ratchet: bool,
    reason: Option<String>,
}

/// A `[[forbid]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ForbidEntry {
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    reason: Option<String>,
}

/// A `[[freeze]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct FreezeEntry {
    paths: Vec<Spanned<String>>,
    reason: Option<String>,
}

/// An `[[allow]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AllowEntry {
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    /// For readers of the file; nothing that is allowed is printed.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

/// An `[[exceptions]]` entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ExceptionEntry {
    rule: Spanned<String>,
    #[serde(default)]
    subject: Vec<Spanned<String>>,
    reason: String,
    ticket: Option<String>,
    expires: Spanned<toml::Value>,
}

/// The `[layers]` table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LayersEntry {
    order: Spanned<Vec<Vec<Spanned<String>>>>,
    #[serde(default)]
    may: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    within: Option<String>,
    #[serde(default)]
    exhaustive: bool,
    reason: Option<String>,
}

/// The `[gate]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct GateEntry {
    deny: Option<Vec<Spanned<String>>>,
    deny_new: Vec<Spanned<String>>,
    allow: Vec<Spanned<String>>,
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
    min_coverage: BTreeMap<Spanned<String>, f64>,
}

/// A fault and where it stands in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub start: usize,
    pub message: String,
    pub hint: String,
}

/// The tables as they were read.
pub(super) struct Tables<'a> {
    pub limits: &'a [Spanned<LimitEntry>],
    pub forbid: &'a [Spanned<ForbidEntry>],
    pub freeze: &'a [Spanned<FreezeEntry>],
    pub allow: &'a [Spanned<AllowEntry>],
    pub exceptions: &'a [Spanned<ExceptionEntry>],
    pub layers: Option<&'a LayersEntry>,
    pub gate: Option<&'a GateEntry>,
}

/// Checks the tables; `line` gives the line of a place in the text.
pub(super) fn policy(tables: &Tables<'_>, line: &dyn Fn(usize) -> usize) -> Result<Policy, Fault> {
    let configured = !tables.limits.is_empty()
        || !tables.forbid.is_empty()
        || !tables.freeze.is_empty()
        || !tables.exceptions.is_empty()
        || tables.layers.is_some()
        || tables.gate.is_some();
    let mut policy = Policy {
        configured,
        ..Policy::default()
    };
    for entry in tables.limits {
        policy.limits.push(limit(entry, line)?);
    }
    for entry in tables.forbid {
        policy.forbid.push(forbid(entry, line)?);
    }
    for entry in tables.freeze {
        policy.freeze.push(freeze(entry, line)?);
    }
    for entry in tables.allow {
        policy.may.push(allow(entry, line)?);
    }
    for entry in tables.exceptions {
        policy.exceptions.push(exception(entry, line)?);
    }
    policy.layers = tables.layers.map(|entry| layers(entry, line)).transpose()?;
    if let Some(gate) = tables.gate {
        if let Some(deny) = &gate.deny {
            policy.deny = rules(deny)?;
            policy.deny_by_default = false;
        }
        policy.deny_new = rules(&gate.deny_new)?;
        policy.allow = rules(&gate.allow)?;
        policy.min_coverage = coverage(&gate.min_coverage)?;
        contradiction(gate)?;
        severities(gate, &mut policy)?;
    }
    Ok(policy)
}

/// A fault at a place, without a suggestion.
fn fault(start: usize, message: impl Into<String>) -> Fault {
    Fault {
        start,
        message: message.into(),
        hint: String::new(),
    }
}

/// The fault that `name` is none of `known`.
fn unknown<'a>(name: &Spanned<String>, what: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let message = format!("unknown {what} `{}`", name.get_ref());
    Fault {
        hint: nearest(name.get_ref(), known),
        ..fault(name.span().start, message)
    }
}

/// A bound on a known metric at a known level. Without any bound it would pass everything, with
/// crossed ones nothing: both are faults.
fn limit(entry: &Spanned<LimitEntry>, line: &dyn Fn(usize) -> usize) -> Result<Limit, Fault> {
    let start = entry.span().start;
    let entry = entry.get_ref();
    let metrics = || METRICS.iter().map(|metric| metric.id);
    if !metrics().any(|id| id == entry.metric.get_ref()) {
        return Err(unknown(&entry.metric, "metric", metrics()));
    }
    let level = Level::ALL
        .into_iter()
        .find(|level| level.name() == entry.level.get_ref());
    let level = level.ok_or_else(|| {
        unknown(
            &entry.level,
            "level",
            Level::ALL.iter().map(|level| level.name()),
        )
    })?;
    match (entry.min, entry.max) {
        (None, None) if !entry.ratchet => {
            return Err(fault(
                start,
                "a limit needs `max`, `min` or `ratchet` (= true)",
            ));
        }
        (Some(min), Some(max)) if min > max => {
            return Err(fault(start, "`min` is above `max`: nothing can pass"));
        }
        _ => {}
    }
    Ok(Limit {
        metric: entry.metric.get_ref().clone(),
        level,
        within: entry.within.as_ref().map(selector).transpose()?,
        max: entry.max,
        min: entry.min,
        ratchet: entry.ratchet,
        reason: entry.reason.clone(),
        line: line(entry.metric.span().start),
    })
}

/// A selector whose paths start in the analysed folder.
fn selector(text: &Spanned<String>) -> Result<Selector, Fault> {
    selector_within(text, "")
}

/// A selector whose paths start in the folder `within`.
fn selector_within(text: &Spanned<String>, within: &str) -> Result<Selector, Fault> {
    Selector::new(text.get_ref(), within)
        .map_err(|error: BadSelector| fault(text.span().start, error.to_string()))
}

/// A forbidden dependency.
fn forbid(entry: &Spanned<ForbidEntry>, line: &dyn Fn(usize) -> usize) -> Result<Forbid, Fault> {
    let entry = entry.get_ref();
    Ok(Forbid {
        from: selector(&entry.from)?,
        to: selector(&entry.to)?,
        except: entry
            .except
            .iter()
            .map(selector)
            .collect::<Result<_, _>>()?,
        kinds: kinds(&entry.kinds)?,
        reason: entry.reason.clone(),
        line: line(entry.from.span().start),
    })
}

/// Code that must not grow; no paths at all is a fault, since it would freeze nothing without a
/// word.
fn freeze(entry: &Spanned<FreezeEntry>, line: &dyn Fn(usize) -> usize) -> Result<Freeze, Fault> {
    let start = entry.span().start;
    let entry = entry.get_ref();
    if entry.paths.is_empty() {
        return Err(fault(
            start,
            "`paths` of a freeze is empty: nothing is frozen",
        ));
    }
    Ok(Freeze {
        paths: entry.paths.iter().map(selector).collect::<Result<_, _>>()?,
        reason: entry.reason.clone(),
        line: line(start),
    })
}

/// An exception to forbidden dependencies.
fn allow(entry: &Spanned<AllowEntry>, line: &dyn Fn(usize) -> usize) -> Result<Allow, Fault> {
    let entry = entry.get_ref();
    Ok(Allow {
        from: selector(&entry.from)?,
        to: selector(&entry.to)?,
        kinds: kinds(&entry.kinds)?,
        line: line(entry.from.span().start),
    })
}

/// Findings that may stay until a day; a reason is required.
fn exception(
    entry: &Spanned<ExceptionEntry>,
    line: &dyn Fn(usize) -> usize,
) -> Result<Exception, Fault> {
    let start = entry.span().start;
    let entry = entry.get_ref();
    if entry.reason.trim().is_empty() {
        return Err(fault(start, "an exception needs a `reason`"));
    }
    Ok(Exception {
        rule: rule(&entry.rule)?,
        subject: entry
            .subject
            .iter()
            .map(selector)
            .collect::<Result<_, _>>()?,
        reason: entry.reason.clone(),
        ticket: entry.ticket.clone(),
        expires: day(&entry.expires)?,
        line: line(entry.rule.span().start),
    })
}

/// A day as text or as TOML's own date: `"2026-12-31"`, `2026-12-31`.
fn day(value: &Spanned<toml::Value>) -> Result<String, Fault> {
    let text = match value.get_ref() {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(moment) => moment.to_string(),
        other => other.to_string(),
    };
    // Days of four-figure years sort like their texts.
    let is_day = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    if is_day {
        return Ok(text);
    }
    let message = format!("`{text}` is no day; write `expires` as \"2026-12-31\"");
    Err(fault(value.span().start, message))
}

/// Kinds of edges by their names.
fn kinds(names: &[Spanned<String>]) -> Result<Vec<EdgeKind>, Fault> {
    let all = || EdgeKind::ALL.iter().map(|kind| kind.name());
    let read = |name: &Spanned<String>| {
        let mut kinds = EdgeKind::ALL.into_iter();
        let kind = kinds.find(|kind| kind.name() == name.get_ref());
        kind.ok_or_else(|| unknown(name, "kind of edge", all()))
    };
    names.iter().map(read).collect()
}

/// The order of layers. A name may stand in one rank only, and `may` must name layers of the order.
fn layers(entry: &LayersEntry, line: &dyn Fn(usize) -> usize) -> Result<Layers, Fault> {
    let within = entry.within.as_deref().unwrap_or_default();
    let mut names = BTreeSet::new();
    let mut order = Vec::new();
    for rank in entry.order.get_ref() {
        for name in rank {
            if !names.insert(name.get_ref().as_str()) {
                return Err(fault(
                    name.span().start,
                    format!("layer `{}` stands in two places", name.get_ref()),
                ));
            }
        }
        order.push(
            rank.iter()
                .map(|name| selector_within(name, within))
                .collect::<Result<_, _>>()?,
        );
    }
    for name in entry
        .may
        .iter()
        .flat_map(|(name, allowed)| std::iter::once(name).chain(allowed))
    {
        if !names.contains(name.get_ref().as_str()) {
            return Err(unknown(name, "layer", names.iter().copied()));
        }
    }
    let texts =
        |list: &Vec<Spanned<String>>| list.iter().map(|name| name.get_ref().clone()).collect();
    Ok(Layers {
        order,
        may: entry
            .may
            .iter()
            .map(|(name, allowed)| (name.get_ref().clone(), texts(allowed)))
            .collect(),
        within: entry.within.clone(),
        exhaustive: entry.exhaustive,
        reason: entry.reason.clone(),
        line: line(entry.order.span().start),
    })
}

/// Rules by their names.
fn rules(names: &[Spanned<String>]) -> Result<Vec<RuleId>, Fault> {
    names.iter().map(rule).collect()
}

/// A rule by its name; the fault suggests the nearest one.
fn rule(name: &Spanned<String>) -> Result<RuleId, Fault> {
    let known = || RuleId::ALL.iter().map(|id| id.name());
    RuleId::named(name.get_ref()).ok_or_else(|| unknown(name, "rule", known()))
}

/// The severities of rules: `error` fails as `deny` does, the others take a default denial back.
fn severities(gate: &GateEntry, policy: &mut Policy) -> Result<(), Fault> {
    let named = gate.deny.iter().flatten().chain(&gate.deny_new);
    let denied: BTreeSet<&str> = named.map(|name| name.get_ref().as_str()).collect();
    for (name, severity) in &gate.severity {
        let id = rule(name)?;
        match severity.get_ref().as_str() {
            "error" => policy.deny.push(id),
            lower @ ("warning" | "note") => {
                if denied.contains(name.get_ref().as_str()) {
                    let message =
                        format!("rule `{id}` is denied, and a {lower}: what is denied is an error");
                    return Err(fault(name.span().start, message));
                }
                let severity = if lower == "note" {
                    Severity::Note
                } else {
                    Severity::Warning
                };
                policy.deny.retain(|denied| *denied != id);
                policy.severity.insert(id, severity);
            }
            _ => {
                let known = ["error", "warning", "note"].into_iter();
                return Err(unknown(severity, "severity", known));
            }
        }
    }
    Ok(())
}

/// The least shares by what is covered, each 0 to 1.
fn coverage(entries: &BTreeMap<Spanned<String>, f64>) -> Result<BTreeMap<Coverage, f64>, Fault> {
    let mut least = BTreeMap::new();
    for (name, &share) in entries {
        let kind = Coverage::ALL
            .into_iter()
            .find(|kind| kind.name() == name.get_ref());
        let kind = kind.ok_or_else(|| {
            unknown(
                name,
                "coverage",
                Coverage::ALL.iter().map(|kind| kind.name()),
            )
        })?;
        if !(0.0..=1.0).contains(&share) {
            return Err(fault(
                name.span().start,
                format!("coverage `{}` is a share: 0 to 1", kind.name()),
            ));
        }
        least.insert(kind, share);
    }
    Ok(least)
}

/// A rule cannot be both denied and allowed.
fn contradiction(gate: &GateEntry) -> Result<(), Fault> {
    let denied = gate.deny.iter().flatten().chain(&gate.deny_new);
    let denied: BTreeSet<&str> = denied.map(|name| name.get_ref().as_str()).collect();
    let twice = gate
        .allow
        .iter()
        .find(|name| denied.contains(name.get_ref().as_str()));
    twice.map_or(Ok(()), |name| {
        Err(fault(
            name.span().start,
            format!("rule `{}` is denied and allowed", name.get_ref()),
        ))
    })
}
