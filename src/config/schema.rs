//! The JSON Schema of `seamline.toml`.
//!
//! In: nothing. Out: JSON Schema 2020-12.
//! Invariant: names of rules, metrics, levels and kinds come from the code; keys are tested against the parser.
//! Never: a key that the parser does not know.

use serde_json::{Map, Value, json};

use crate::analysis::METRICS;
use crate::analysis::schema::{kind, level, list, one_of, rule, table, text_type, told};
use crate::gate::Coverage;
use crate::knowledge::Tables;
use crate::model::RuleId;

/// The schema of `seamline.toml`.
#[must_use]
pub fn schema() -> Value {
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

/// A number from 0 to 1.
fn share() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}

/// A list of files, or a table with choices.
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

/// An entry of `[[services]]`.
fn service() -> Value {
    let roles = [
        "business",
        "frontend",
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

/// The table `[boundaries]`.
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

/// An entry of `[[limits]]`.
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

/// An entry of `[[forbid]]`.
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

/// An entry of `[[freeze]]`.
fn freeze() -> Value {
    let properties = json!({ "paths": list(text_type()), "reason": text_type() });
    table(properties, &["paths"])
}

/// An entry of `[[allow]]`.
fn allow() -> Value {
    let properties = json!({
        "from": text_type(),
        "to": text_type(),
        "kinds": list(kind()),
        "reason": text_type(),
    });
    table(properties, &["from", "to"])
}

/// An entry of `[[exceptions]]`.
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

/// The table `[layers]`.
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

/// The table `[gate]`, with every rule and kind of coverage as a key.
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

/// The table `[simulate]`.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::analysis::schema::tests::faults;
    use crate::config::Config;

    /// The keys that the parser names when it meets one that it does not know.
    fn parsed_keys(text: &str) -> BTreeSet<String> {
        let error = Config::parse(text, "x")
            .expect_err("an unknown key")
            .to_string();
        let message = error.split("; did you mean").next().unwrap_or_default();
        let names = message.split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect()
    }
    #[test]
    fn schema_and_parser_know_the_same_keys() {
        let schema = schema();
        let tables = [
            ("", "zzz = 1"),
            ("/properties/services/items", "[[services]]\nzzz = 1"),
            ("/properties/boundaries", "[boundaries]\nzzz = 1"),
            (
                "/properties/boundaries/properties/pinned/items",
                "[[boundaries.pinned]]\nzzz = 1",
            ),
            ("/properties/knowledge", "[knowledge]\nzzz = 1"),
            ("/properties/limits/items", "[[limits]]\nzzz = 1"),
            ("/properties/forbid/items", "[[forbid]]\nzzz = 1"),
            ("/properties/freeze/items", "[[freeze]]\nzzz = 1"),
            ("/properties/allow/items", "[[allow]]\nzzz = 1"),
            ("/properties/exceptions/items", "[[exceptions]]\nzzz = 1"),
            ("/properties/layers", "[layers]\nzzz = 1"),
            ("/properties/gate", "[gate]\nzzz = 1"),
            ("/properties/simulate", "[simulate]\nzzz = 1"),
            (
                "/properties/simulate/properties/weights",
                "[simulate.weights]\nzzz = 1",
            ),
            ("/properties/traces/anyOf/1", "[traces]\nzzz = 1"),
            (
                "/properties/traces/anyOf/1/properties/code/items",
                "[[traces.code]]\nzzz = 1",
            ),
        ];
        for (pointer, text) in tables {
            let table = schema.pointer(pointer).expect("a table");
            let keys = table["properties"].as_object().expect("keys").keys();
            let keys: BTreeSet<String> = keys.cloned().collect();
            assert_eq!(keys, parsed_keys(text), "{pointer}");
        }
    }
    #[test]
    fn schema_and_parser_agree_on_values() {
        let judge = |text: &str| {
            let table: toml::Table = toml::from_str(text).expect("TOML");
            let value = serde_json::to_value(table).expect("JSON");
            let mut found = Vec::new();
            faults(&schema(), &value, "", &mut found);
            (found.is_empty(), Config::parse(text, "x").is_ok())
        };
        let good = [
            "exclude = [\"a/**\"]\nsince = \"all\"\ntraces = [\"t\"]",
            "[gate]\ndeny = [\"hub\"]\nseverity = { hotspot = \"note\" }\nmin-coverage = { resolved = 0.5, calls = 1 }",
            "[[limits]]\nmetric = \"ccd\"\nlevel = \"module\"\nmax = 3",
            "[[limits]]\nmetric = \"ccd\"\nlevel = \"module\"\nratchet = true",
            "[[freeze]]\npaths = [\"old/**\"]",
            "[[exceptions]]\nrule = \"hub\"\nreason = \"r\"\nexpires = \"2026-12-31\"",
            "[[forbid]]\nfrom = \"a\"\nto = \"b\"\nkinds = [\"grpc\"]",
            "[[allow]]\nfrom = \"a\"\nto = \"b\"\nreason = \"r\"",
            "[layers]\norder = [[\"a\"], [\"b\", \"c\"]]\nmay.a = [\"b\"]\nexhaustive = true",
            "[traces]\nfiles = []\ncode = [{ service = \"s\", path = \"p\" }]",
            "[[services]]\nname = \"a\"\nrole = \"job\"",
            "[simulate]\nhop-ms = 2\navailability = 0.9",
        ];
        for text in good {
            assert_eq!(judge(text), (true, true), "{text}");
        }
        let bad = [
            "exclude = \"a\"",
            "zzz = 1",
            "traces = 1",
            "[gate]\ndeny = [\"hubs\"]",
            "[gate]\nseverity = { hub = \"fatal\" }",
            "[gate]\nseverity = { hubs = \"note\" }",
            "[gate]\nmin-coverage = { resolved = 85 }",
            "[gate]\nmin-coverage = { solved = 0.8 }",
            "[[limits]]\nmetric = \"zzz\"\nlevel = \"module\"\nmax = 3",
            "[[limits]]\nmetric = \"ccd\"\nlevel = \"modul\"\nmax = 3",
            "[[limits]]\nlevel = \"module\"\nmax = 3",
            "[[exceptions]]\nrule = \"hub\"\nexpires = \"2026-12-31\"",
            "[[forbid]]\nfrom = \"a\"",
            "[[forbid]]\nfrom = \"a\"\nto = \"b\"\nkinds = [\"htpp\"]",
            "[layers]\norder = [\"a\"]",
            "[[services]]\nname = \"a\"\nrole = \"boss\"",
            "[simulate]\navailability = 99",
        ];
        for text in bad {
            assert_eq!(judge(text), (false, false), "{text}");
        }
    }
}
