//! SARIF 2.1.0 for code hosts.
//!
//! In: [`View`]. Out: one run.
//! Invariant: relative URIs, percent-encoded; a fingerprint per result; at most 5,000 results, worst first.
//! Never: a result without a location, because hosts drop it: then the configuration stands for it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::analysis::to_json;
use crate::model::{Location, RuleId, Severity};

use super::issues::{Issue, help, issues};
use super::view::escape::shown;
use super::view::reporter::{Reads, Reporter, View};

/// Code hosts keep no more results than this.
const MOST_RESULTS: usize = 5_000;

pub(super) const REPORTER: Reporter = Reporter {
    id: "sarif",
    about: "SARIF 2.1.0, for code scanning",
    reads: Reads::All,
    render,
};

/// Writes one run with its rules and results. Results refer to rules by index, so the rules are
/// collected first and in a fixed order.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let issues = issues(view);
    let mut rules: BTreeMap<RuleId, Value> = BTreeMap::new();
    for issue in &issues {
        rules.entry(issue.rule).or_insert_with(|| rule(issue.rule));
    }
    let index: BTreeMap<RuleId, usize> = rules.keys().copied().zip(0..).collect();
    let results: Vec<Value> = issues
        .iter()
        .take(MOST_RESULTS)
        .map(|issue| result(issue, &index))
        .collect();
    let tool = &view.analysis.tool;
    let driver = json!({
        "name": tool.name,
        "version": tool.version,
        "semanticVersion": tool.version,
        "rules": rules.values().collect::<Vec<_>>(),
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    to_json(&log, sink)
}

/// The entry of a rule with its help text. A rule of the policy that has no text of its own gets a
/// general summary.
fn rule(id: RuleId) -> Value {
    let (summary, text) = help(id).unwrap_or(("An architecture rule.", String::new()));
    json!({
        "id": id,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": if text.is_empty() { summary } else { &text } },
        "defaultConfiguration": { "level": "warning" },
    })
}

/// One issue. All of its locations become a code flow, since hosts show only the first of several
/// plain locations; what is accepted is a suppression with its reason.
fn result(issue: &Issue<'_>, index: &BTreeMap<RuleId, usize>) -> Value {
    let mut result = json!({
        "ruleId": issue.rule,
        "ruleIndex": index.get(&issue.rule),
        "level": level(issue),
        "message": { "text": message(issue) },
        "locations": [issue.locations.first().map_or_else(somewhere, location)],
        "partialFingerprints": { "primaryLocationLineHash": hash(issue.fingerprint) },
        "baselineState": if issue.is_known() { "unchanged" } else { "new" },
    });
    if issue.locations.len() > 1 {
        let steps: Vec<Value> = issue
            .locations
            .iter()
            .map(|at| json!({ "location": location(at) }))
            .collect();
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    if let Some(why) = issue.accepted {
        result["suppressions"] = json!([{ "kind": "external", "justification": shown(why) }]);
    }
    result
}

/// Brackets would be read as links.
fn message(issue: &Issue<'_>) -> String {
    let text = format!("{}. {}", shown(&issue.sentence()), shown(issue.advice));
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

/// The level in the words of SARIF; what is accepted is only a note.
fn level(issue: &Issue<'_>) -> &'static str {
    match issue.severity {
        _ if issue.is_known() => "note",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A place relative to the root of the sources. Line 0 means that no line is known, so there is no
/// region.
fn location(at: &Location) -> Value {
    let mut physical =
        json!({ "artifactLocation": { "uri": uri(&at.path), "uriBaseId": "%SRCROOT%" } });
    if at.at.line > 0 {
        physical["region"] = json!({ "startLine": at.at.line, "startColumn": at.at.column.max(1) });
    }
    json!({ "physicalLocation": physical })
}

/// The first line of the configuration, for an issue that has no place.
fn somewhere() -> Value {
    let artifact = json!({ "uri": "seamline.toml", "uriBaseId": "%SRCROOT%" });
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": { "startLine": 1, "startColumn": 1 } } })
}

/// A relative reference: every byte that is not plainly harmless is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// FNV-1a (Fowler, Noll, Vo 1991), 64 bits: stable in every version.
pub(super) fn hash(text: &str) -> String {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("src/a b%[x]/ä.rs"), "src/a%20b%25%5Bx%5D/%C3%A4.rs");
        assert_eq!(uri("c:/x?#"), "c%3A/x%3F%23");
    }

    #[test]
    fn hashes_are_those_of_the_published_function() {
        assert_eq!(hash(""), "cbf29ce484222325");
        assert_eq!(hash("a"), "af63dc4c8601ec8c");
    }
}
