//! Files that start with something else, and files that hold nothing that is read.
//!
//! In: small files. Out: assertions.
//! Invariant: the traces of a file are read whatever stands before them; a refusal says why.
//! Never: recorded data.

use super::profile;
use crate::model::CallProfile;
use crate::traces::{Input, Options, fold, read};

/// A call from `web` to `api` in one line each.
fn call() -> [String; 2] {
    [(1, 0, "web", 3), (2, 1, "api", 2)].map(|(id, parent, service, kind)| {
        format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"1","spanId":"{id}","parentSpanId":"{parent}","kind":{kind},"startTimeUnixNano":1.{id}e+18,"endTimeUnixNano":"1900000000000000000"}}]}}]}}]}}"#
        )
    })
}

fn calls(found: &CallProfile) -> Vec<(String, u64)> {
    let edges = found.edges.iter();
    edges
        .map(|edge| (format!("{} {}", edge.caller, edge.callee), edge.calls))
        .collect()
}

#[test]
fn traces_are_read_whatever_stands_before_between_and_behind_them() {
    let [web, api] = call();
    let logs = r#"{"resourceLogs":[{"scopeLogs":[]}]}"#;
    let cut = &api[api.len() / 2..];
    let long = format!(r#"{{"resourceLogs":["{}"]}}"#, "x".repeat(200_000));
    for foreign in [
        logs,
        "{}",
        "a line of text",
        cut,
        "\0\0\0\0\0\0\0\0\0\0",
        "\0",
        "[]",
        &long,
    ] {
        for text in [
            format!("{foreign}\n{web}\n{api}\n"),
            format!("{web}\n{foreign}\n{api}\n"),
            format!("{web}\n{api}\n{foreign}\n"),
        ] {
            let found = profile(&text);
            let start = &foreign[..foreign.len().min(20)];
            assert_eq!(calls(&found), [("web api".to_owned(), 1)], "{start:?}");
        }
    }
    let glued = format!("\0\0\0\0\0\0\0\0\0{web}\n{api}");
    assert_eq!(calls(&profile(&glued)), [("web api".to_owned(), 1)]);
    let head = &web[..web.len() / 3];
    let crashed = format!("{web}\n{head}\n{api}\n{web}\n");
    assert_eq!(calls(&profile(&crashed)), [("web api".to_owned(), 1)]);
    let rejected = profile(&format!("{logs}\n{web}\n{api}")).coverage.rejected;
    assert_eq!(rejected.values().sum::<u64>(), 1);
}

#[test]
fn a_refusal_names_the_format_and_no_input_passes_for_an_empty_one() {
    for (text, told) in [
        (r#"[{"trace.id":"a","duration.ms":1}]"#, "New Relic"),
        (
            r#"{"data":{"trace":{"spans":[{"segmentId":"1","spanId":0}]}}}"#,
            "skywalking",
        ),
        (r#"{"resourceLogs":[]}"#, "OTLP logs"),
        (r#"{"resourceSpans":[]}"#, "no span"),
        ("hello", "no trace format"),
        (r#"{"data":{"x":1}}"#, "no span"),
    ] {
        let found = profile(text);
        let notes: Vec<&str> = found
            .notifications
            .iter()
            .map(|note| &*note.message)
            .collect();
        assert!(
            notes.iter().any(|note| note.contains(told)),
            "{text}: {notes:?}"
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
    }
    let options = Options {
        allow_empty: true,
        ..Options::default()
    };
    let input = Input::Bytes("none".into(), Vec::new());
    assert_eq!(read(&[input], &options).notifications, []);
}

#[test]
fn profiles_may_stand_in_one_file_and_count_once() {
    let [web, api] = call();
    let marked = profile(
        "\u{FEFF}[{\"traceId\":\"1\",\"id\":\"1\",\"kind\":\"CLIENT\",\"localEndpoint\":{\"serviceName\":\"a\"},\"remoteEndpoint\":{\"serviceName\":\"b\"}}]",
    );
    assert_eq!(
        calls(&marked),
        [("a b".to_owned(), 1)],
        "behind a byte order mark"
    );
    let other = web.replace(r#""traceId":"1""#, r#""traceId":"7""#);
    let bytes = |text: String| {
        let input = Input::Bytes("x".into(), text.into_bytes());
        fold(&[input], &Options::default()).to_bytes()
    };
    let (one, two) = (bytes(format!("{web}\n{api}")), bytes(other));
    let input = |bytes: &[u8]| Input::Bytes("p".into(), bytes.to_vec());
    let sum = |inputs: &[Input]| fold(inputs, &Options::default());
    let apart = sum(&[input(&one), input(&two)]);
    let joined = sum(&[input(&[&one[..], &two[..]].concat())]);
    assert_eq!(joined.to_bytes(), apart.to_bytes());
    let twice = sum(&[input(&one), input(&two), input(&one)]).summary();
    assert_eq!(twice.coverage, apart.summary().coverage);
    assert!(
        twice
            .notifications
            .iter()
            .any(|note| &*note.kind == "profile-repeated")
    );
}

#[test]
fn one_environment_can_be_read_alone_and_several_are_told() {
    let [web, api] = call();
    let of = |text: &str, environment: &str, trace: u32| {
        let key = r#"{"attributes":["#;
        let environment = format!(
            r#"{key}{{"key":"deployment.environment","value":{{"stringValue":"{environment}"}}}},"#
        );
        text.replace(key, &environment)
            .replace(r#""traceId":"1""#, &format!(r#""traceId":"{trace}""#))
    };
    let text = [
        of(&web, "prod", 1),
        of(&api, "prod", 1),
        of(&web, "staging", 2),
        of(&api, "staging", 2),
    ]
    .join("\n");
    let both = profile(&text);
    assert!(
        both.notifications
            .iter()
            .any(|note| &*note.kind == "several-environments")
    );
    let options = Options {
        environment: Some("prod".into()),
        ..Options::default()
    };
    let one = read(&[Input::Bytes("x".into(), text.into_bytes())], &options);
    assert_eq!((one.coverage.spans, one.edges[0].calls), (2, 1));
    assert_eq!(one.notifications, []);
    assert_eq!(one.coverage.rejected.values().sum::<u64>(), 2);
}
