//! The JSON Schema of a saved analysis.
//!
//! In: nothing. Out: JSON Schema 2020-12.
//! Invariant: names of rules, levels and kinds come from the code; real output is tested against it.
//! Never: a closed object; additions to the contract are free.

use serde_json::{Map, Value, json};

use crate::model::{EdgeKind, Level, RuleId};

/// A table with these keys and no others.
#[expect(clippy::needless_pass_by_value, reason = "made where it is handed on")]
pub(crate) fn table(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

/// An array of one kind of value.
#[expect(clippy::needless_pass_by_value, reason = "made where it is handed on")]
pub(crate) fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// A schema with a description, which editors show.
pub(crate) fn told(schema: &Value, description: &str) -> Value {
    let mut told = schema.clone();
    told["description"] = json!(description);
    told
}

/// One of these texts.
pub(crate) fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    json!({ "enum": names.collect::<Vec<_>>() })
}

/// The id of a rule.
pub(crate) fn rule() -> Value {
    one_of(RuleId::ALL.iter().map(|rule| rule.name()))
}

/// The name of a level.
pub(crate) fn level() -> Value {
    one_of(Level::ALL.into_iter().map(Level::name))
}

/// The name of a kind of edge.
pub(crate) fn kind() -> Value {
    one_of(EdgeKind::ALL.into_iter().map(EdgeKind::name))
}

/// Any text.
pub(crate) fn text_type() -> Value {
    json!({ "type": "string" })
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
#[must_use]
pub fn schema() -> Value {
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
            "quiet?",
            "instances?",
            "role",
            "metrics",
        ],
        &[
            ("id", id()),
            ("level", level()),
            ("name", id()),
            ("parent", or_null(id())),
            ("quiet", json!({ "type": "boolean" })),
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
            "authors?",
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
        &[
            "kind", "severity", "message", "path?", "line?", "byte?", "after?",
        ],
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
    let project = keys(
        &["name", "commit", "pages?", "window", "months?"],
        &[("name", id())],
    );
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
pub(crate) mod tests {
    use super::*;

    /// What is wrong with `value`, by the words of JSON Schema that the schemas use.
    pub(crate) fn faults(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let mut bad = |what: &str| found.push(format!("{at}: {what}"));
        if let Some(any) = schema["anyOf"].as_array() {
            let fits = |one: &Value| {
                let mut found = Vec::new();
                faults(one, value, at, &mut found);
                found.is_empty()
            };
            if !any.iter().any(fits) {
                bad("fits no alternative");
            }
            return;
        }
        let name = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let is = |wanted: &Value| wanted == name || (wanted == "number" && name == "integer");
        let fits = match &schema["type"] {
            Value::Null => true,
            Value::Array(types) => types.iter().any(is),
            wanted => is(wanted),
        };
        if !fits {
            bad(&format!("is {name}"));
            return;
        }
        if let Some(values) = schema["enum"].as_array()
            && !values.contains(value)
        {
            bad(&format!("{value} is none of the values"));
        }
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        let number = value.as_f64();
        if least
            .zip(number)
            .is_some_and(|(least, number)| number < least)
            || most.zip(number).is_some_and(|(most, number)| number > most)
        {
            bad("is out of bounds");
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            if value.get(key.as_str().unwrap_or_default()).is_none() {
                bad(&format!("lacks {key}"));
            }
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            let path = format!("{at}/{key}");
            match (
                schema["properties"].get(key),
                &schema["additionalProperties"],
            ) {
                (Some(schema), _) => faults(schema, inner, &path, found),
                (None, Value::Bool(false)) => found.push(format!("{path}: unknown key")),
                (None, schema) if schema.is_object() => faults(schema, inner, &path, found),
                (None, _) => {}
            }
        }
        if schema["items"].is_object() {
            for inner in value.as_array().into_iter().flatten() {
                faults(&schema["items"], inner, &format!("{at}[]"), found);
            }
        }
    }
}
