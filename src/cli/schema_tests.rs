//! The schemas against the parser and against real output.
//!
//! In: both schemas. Out: assertions.
//! Invariant: every key that one knows is known to the other.
//! Never: a full validator; only the words that the schemas use.

use std::collections::BTreeSet;

use super::*;
use crate::cli::args::Input;
use crate::cli::{analyze, flags};
use crate::config::{Config, Found};

/// What is wrong with `value`, by the words of JSON Schema that the schemas use.
fn faults(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
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
    let schema = config();
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
        faults(&config(), &value, "", &mut found);
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

#[test]
fn real_output_has_the_shape_of_the_schema() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("a.py"), "import b\n").expect("written");
    std::fs::write(dir.path().join("b.py"), "import a\nimport gone\n").expect("written");
    let input = Input {
        paths: vec![dir.path().to_path_buf()],
        no_git: true,
        quiet: true,
        ..Input::default()
    };
    let flags = flags::of(&input);
    let result = analyze::analyze(&input, &flags, || Ok(Found::default())).expect("an analysis");
    let value = serde_json::to_value(&result).expect("JSON");
    let schema = analysis();
    let mut found = Vec::new();
    faults(&schema, &value, "", &mut found);
    assert_eq!(found, Vec::<String>::new());
    assert!(value["runtime"].is_null() && value["roadmap"].is_null());
    let unknown = |key: &&String| schema["properties"].get(key.as_str()).is_none();
    assert_eq!(
        value.as_object().expect("an object").keys().find(unknown),
        None
    );
}
