//! `seamline schema`: JSON Schemas of the configuration and of a saved analysis, for editors and scripts.
//!
//! In: a name. Out: JSON Schema 2020-12.
//! Invariant: names of rules, metrics, levels and kinds come from the code; keys are tested against the parser.
//! Never: a key that the parser does not know.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::args::{Schema, SchemaName};
use super::output;
use crate::analysis::METRICS;
use crate::gate::Coverage;
use crate::knowledge::Tables;
use crate::model::{EdgeKind, Level, RuleId};

pub(super) fn run(schema: &Schema) -> Result<ExitCode> {
    let text = text(schema.name);
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

fn text(name: SchemaName) -> String {
    let schema = match name {
        SchemaName::Config => config(),
        SchemaName::Analysis => analysis(),
    };
    format!("{schema:#}\n")
}

/// A table with these keys and no others.
#[expect(clippy::needless_pass_by_value, reason = "made where it is handed on")]
fn table(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is handed on")]
fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn told(schema: &Value, description: &str) -> Value {
    let mut told = schema.clone();
    told["description"] = json!(description);
    told
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    json!({ "enum": names.collect::<Vec<_>>() })
}

fn rule() -> Value {
    one_of(RuleId::ALL.iter().map(|rule| rule.name()))
}

fn level() -> Value {
    one_of(Level::ALL.into_iter().map(Level::name))
}

fn kind() -> Value {
    one_of(EdgeKind::ALL.into_iter().map(EdgeKind::name))
}

fn text_type() -> Value {
    json!({ "type": "string" })
}

/// The schema of `seamline.toml`.
fn config() -> Value {
    let texts = list(text_type());
    let properties = json!({
        "exclude": told(&texts, "Globs of files to leave out."),
        "tests": told(&texts, "Globs of files that are tests."),
        "since": told(&text_type(), "How far back the history counts: `12 months`, `2025-01-31`, `all`."),
        "traces": traces(),
        "services": list(service()),
        "boundaries": boundaries(),
        "knowledge": knowledge(),
        "limits": list(limit()),
        "forbid": list(forbid()),
        "freeze": list(freeze()),
        "allow": list(allow()),
        "exceptions": list(exception()),
        "layers": layers(),
        "gate": gate(),
        "simulate": simulate(),
    });
    let mut schema = table(properties, &[]);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("seamline.toml");
    schema
}

fn share() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}

fn traces() -> Value {
    let code = table(
        json!({
            "service": text_type(),
            "operation": text_type(),
            "namespace": text_type(),
            "path": text_type(),
        }),
        &["path"],
    );
    let whole = table(
        json!({ "files": list(text_type()), "sampling-ratio": share(), "code": list(code) }),
        &[],
    );
    json!({ "anyOf": [list(text_type()), whole], "description": "Recorded traces and how they are read." })
}

fn service() -> Value {
    let roles = [
        "business",
        "gateway",
        "datastore",
        "broker",
        "infrastructure",
        "load-generator",
        "job",
        "library",
        "test",
        "generated",
    ];
    let properties = json!({
        "name": text_type(),
        "paths": list(text_type()),
        "aliases": list(text_type()),
        "role": one_of(roles.into_iter()),
    });
    table(properties, &["name"])
}

fn boundaries() -> Value {
    let cut = table(
        json!({ "name": text_type(), "paths": list(text_type()), "merge": list(text_type()) }),
        &["name"],
    );
    table(
        json!({ "pinned": list(cut.clone()), "rejected": list(cut), "layer-words": list(text_type()) }),
        &[],
    )
}

/// The tables by name; their rows have the shape of the built-in files.
fn knowledge() -> Value {
    let tables = Tables::texts().into_iter();
    let tables: Map<String, Value> = tables
        .map(|(name, _)| (name.replace('_', "-"), json!({ "type": "object" })))
        .collect();
    table(Value::Object(tables), &[])
}

fn limit() -> Value {
    let properties = json!({
        "metric": one_of(METRICS.iter().map(|metric| metric.id)),
        "level": level(),
        "within": text_type(),
        "max": { "type": "number" },
        "min": { "type": "number" },
        "ratchet": told(&json!({ "type": "boolean" }), "No worse than it was."),
        "reason": text_type(),
    });
    table(properties, &["metric", "level"])
}

fn forbid() -> Value {
    let properties = json!({
        "from": text_type(),
        "to": text_type(),
        "except": list(text_type()),
        "kinds": list(kind()),
        "reason": text_type(),
    });
    table(properties, &["from", "to"])
}

fn freeze() -> Value {
    let properties = json!({ "paths": list(text_type()), "reason": text_type() });
    table(properties, &["paths"])
}

fn allow() -> Value {
    let properties = json!({
        "from": text_type(),
        "to": text_type(),
        "kinds": list(kind()),
        "reason": text_type(),
    });
    table(properties, &["from", "to"])
}

fn exception() -> Value {
    let day = json!({ "type": "string", "format": "date", "description": "The last day, as 2026-12-31." });
    let properties = json!({
        "rule": rule(),
        "subject": list(text_type()),
        "reason": text_type(),
        "ticket": text_type(),
        "expires": day,
    });
    table(properties, &["rule", "reason", "expires"])
}

fn layers() -> Value {
    let properties = json!({
        "order": told(&list(list(text_type())), "Ranks from high to low; parts of one rank are strangers."),
        "may": { "type": "object", "additionalProperties": list(text_type()) },
        "within": text_type(),
        "exhaustive": { "type": "boolean" },
        "reason": text_type(),
    });
    table(properties, &["order"])
}

fn gate() -> Value {
    let severity = one_of(["error", "warning", "note"].into_iter());
    let by_rule: Map<String, Value> = RuleId::ALL
        .iter()
        .map(|rule| (rule.name().to_owned(), severity.clone()))
        .collect();
    let shares: Map<String, Value> = Coverage::ALL
        .iter()
        .map(|kind| (kind.name().to_owned(), share()))
        .collect();
    let properties = json!({
        "deny": told(&list(rule()), "Fail on any."),
        "deny-new": told(&list(rule()), "Fail on those that the baseline does not accept."),
        "allow": told(&list(rule()), "Never counted."),
        "severity": table(Value::Object(by_rule), &[]),
        "min-coverage": table(Value::Object(shares), &[]),
    });
    table(properties, &[])
}

fn simulate() -> Value {
    let names = ["cycle", "lockstep", "data", "depth", "chat", "fail", "lib"];
    let weights: Map<String, Value> = names
        .map(|name| (name.to_owned(), share()))
        .into_iter()
        .collect();
    let properties = json!({
        "hop-ms": { "type": "number", "minimum": 0 },
        "availability": share(),
        "weights": table(Value::Object(weights), &[]),
    });
    table(properties, &[])
}

/// Keys of an object by name; `?` marks one that may be missing.
fn keys(names: &[&str], known: &[(&str, Value)]) -> Value {
    let plain = |name: &&str| name.trim_end_matches('?').to_owned();
    let typed = |name: &&str| {
        let name = plain(name);
        let known = known.iter().find(|(known, _)| **known == *name);
        (
            name,
            known.map_or_else(|| json!({}), |(_, schema)| schema.clone()),
        )
    };
    let properties: Map<String, Value> = names.iter().map(typed).collect();
    let required: Vec<String> = names
        .iter()
        .filter(|name| !name.ends_with('?'))
        .map(plain)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The schema of `analyze --format json`; additions are free, so that objects stay open.
#[expect(
    clippy::too_many_lines,
    reason = "one document, in the order of the contract"
)]
fn analysis() -> Value {
    let id = || text_type();
    let count = || json!({ "type": "integer", "minimum": 0 });
    let or_null = |schema: Value| json!({ "anyOf": [schema, { "type": "null" }] });
    let severity = || one_of(["error", "warning", "note"].into_iter());
    let location = keys(
        &["path", "line", "column"],
        &[("path", id()), ("line", count()), ("column", count())],
    );
    let metrics =
        json!({ "type": "object", "additionalProperties": { "type": ["number", "null"] } });
    let node = keys(
        &[
            "id",
            "level",
            "name",
            "parent",
            "path?",
            "language?",
            "aliases?",
            "instances?",
            "role",
            "metrics",
        ],
        &[
            ("id", id()),
            ("level", level()),
            ("name", id()),
            ("parent", or_null(id())),
            ("metrics", metrics),
        ],
    );
    let edge = keys(
        &[
            "from",
            "to",
            "kind",
            "labels",
            "provenance",
            "grade?",
            "weight",
            "symbols?",
            "via?",
            "locations",
        ],
        &[
            ("from", id()),
            ("to", id()),
            ("kind", kind()),
            ("weight", count()),
            ("locations", list(location.clone())),
            (
                "provenance",
                one_of(["declared", "code", "trace", "history"].into_iter()),
            ),
        ],
    );
    let cycle = keys(
        &[
            "id",
            "level",
            "members",
            "shortest",
            "cut",
            "steps?",
            "synchronous",
            "verdict?",
            "score?",
            "exempt?",
        ],
        &[
            ("level", level()),
            ("members", list(id())),
            ("shortest", list(id())),
            ("synchronous", json!({ "type": ["boolean", "null"] })),
        ],
    );
    let finding = keys(
        &[
            "rule",
            "severity",
            "title",
            "subject",
            "evidence",
            "advice",
            "locations",
            "trace?",
            "fingerprint",
            "remedies?",
            "owners?",
        ],
        &[
            ("rule", rule()),
            ("severity", severity()),
            ("title", id()),
            ("subject", list(id())),
            ("locations", list(location)),
            ("fingerprint", id()),
        ],
    );
    let boundary = keys(
        &[
            "rank", "intent", "name", "source", "members", "cost", "benefit", "score", "parts",
            "break",
        ],
        &[
            ("rank", count()),
            ("intent", id()),
            ("name", id()),
            ("members", list(id())),
        ],
    );
    let runtime = keys(
        &[
            "edges",
            "self_calls",
            "operations",
            "loops",
            "repeated",
            "coverage",
        ],
        &[],
    );
    let notification = keys(
        &["kind", "severity", "message", "path?", "line?", "byte?"],
        &[("severity", severity())],
    );
    let coverage = keys(
        &[
            "files",
            "languages",
            "unsupported?",
            "references",
            "unresolved",
            "history",
            "spans",
            "attributed_load",
        ],
        &[],
    );
    let project = keys(&["name", "commit", "window", "months?"], &[("name", id())]);
    let mut schema = keys(
        &[
            "version",
            "tool",
            "project",
            "verdict",
            "coverage",
            "notifications",
            "nodes",
            "edges",
            "dependencies",
            "services",
            "assumptions",
            "cycles",
            "findings",
            "basis",
            "boundaries",
            "roadmap",
            "unresolved",
            "owners",
            "runtime",
        ],
        &[
            ("version", json!({ "const": crate::analysis::VERSION })),
            (
                "tool",
                keys(&["name", "version"], &[("name", id()), ("version", id())]),
            ),
            ("project", project),
            ("coverage", coverage),
            ("notifications", list(notification)),
            ("nodes", list(node)),
            ("edges", list(edge)),
            (
                "dependencies",
                list(keys(
                    &[
                        "from",
                        "to",
                        "intended",
                        "found",
                        "configured?",
                        "calls",
                        "locations",
                    ],
                    &[],
                )),
            ),
            (
                "services",
                list(keys(
                    &[
                        "id", "files", "routes?", "tables?", "months?", "authors?", "owners?",
                    ],
                    &[],
                )),
            ),
            ("cycles", list(cycle)),
            ("findings", list(finding)),
            ("basis", json!({ "type": ["object", "null"] })),
            ("boundaries", list(boundary)),
            ("roadmap", json!({ "type": ["object", "null"] })),
            ("unresolved", list(keys(&["text", "reason"], &[]))),
            (
                "owners",
                json!({ "type": "object", "additionalProperties": list(id()) }),
            ),
            ("runtime", or_null(runtime)),
        ],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("An analysis of Seamline, contract version 1");
    schema
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
