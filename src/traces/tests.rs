//! Golden tests over recorded traces.
//!
//! In: `testdata/traces`. Out: assertions.
//! Invariant: expectations come from elsewhere than this code.
//! Never: anything outside the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::model::{CallEdge, CallMode};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/traces")
        .join(name)
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(path(name)).expect("a fixture")).expect("JSON")
}

/// Profile of one text.
pub(super) fn profile(text: &str) -> CallProfile {
    read(
        &[Input::Bytes("test".into(), text.as_bytes().to_vec())],
        &Options::default(),
    )
}

fn file(name: &str) -> CallProfile {
    read(&[Input::Path(path(name))], &Options::default())
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().expect("a number")
}

/// Compares with the edges of an independent script.
fn check(name: &str, expected: &str) {
    let (found, expected) = (file(name), json(expected));
    let observed: Vec<&CallEdge> = found.edges.iter().filter(|edge| !edge.inferred).collect();
    let lines = |edge: &&CallEdge| {
        let times = [edge.p50_ns, edge.p95_ns, edge.p99_ns].map(Option::unwrap_or_default);
        (
            edge.caller.to_string(),
            edge.callee.to_string(),
            edge.calls,
            edge.errors,
            times,
        )
    };
    let wanted = |edge: &Value| {
        let text = |key: &str| edge[key].as_str().expect("a name").to_owned();
        let times = ["p50_ns", "p95_ns", "p99_ns"].map(|key| number(edge, key));
        (
            text("caller"),
            text("callee"),
            number(edge, "calls"),
            number(edge, "errors"),
            times,
        )
    };
    let wanted: Vec<_> = expected["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(wanted)
        .collect();
    assert_eq!(
        observed.iter().map(lines).collect::<Vec<_>>(),
        wanted,
        "{name}: {:?}",
        found.notifications
    );
    let coverage = &found.coverage;
    let counts = [
        coverage.spans,
        coverage.traces,
        coverage.orphans,
        coverage.duplicates,
    ];
    assert_eq!(
        counts,
        ["spans", "traces", "orphans", "duplicates"].map(|key| number(&expected, key)),
        "{name}"
    );
    let local: u64 = found
        .self_calls
        .iter()
        .filter(|edge| !edge.inferred)
        .map(|edge| edge.calls)
        .sum();
    assert_eq!(local, number(&expected, "local_pairs"), "{name}");
    let loops: u64 = found.loops.iter().map(|found| found.count).sum();
    assert_eq!(loops, number(&expected, "reentrant_spans"), "{name}");
    if let Some(links) = expected["zipkin_links"].as_array() {
        let link = |link: &Value| {
            let text = |key: &str| link[key].as_str().expect("a name").to_owned();
            (
                (text("parent"), text("child")),
                (number(link, "callCount"), number(link, "errorCount")),
            )
        };
        assert_eq!(
            zipkin_links_of(&found),
            links.iter().map(link).collect(),
            "{name}"
        );
    }
}

/// Calls and errors by caller and callee, direct publisher to subscriber edges left out.
fn zipkin_links_of(profile: &CallProfile) -> BTreeMap<(String, String), (u64, u64)> {
    let own = profile.self_calls.iter().filter(|edge| edge.inferred);
    let mut links = BTreeMap::new();
    for edge in profile.edges.iter().chain(own) {
        if edge.mode == CallMode::Messaging && !edge.inferred {
            continue;
        }
        let sum: &mut (u64, u64) = links
            .entry((edge.caller.to_string(), edge.callee.to_string()))
            .or_default();
        *sum = (sum.0 + edge.calls, sum.1 + edge.errors);
    }
    links
}

#[test]
fn recorded_traces_give_the_expected_edges() {
    check(
        "jaeger/deathstarbench-socialnetwork.jaeger.json.gz",
        "deathstarbench-socialnetwork.jaeger.expected.json",
    );
    check("otlp/dsb.otlp.jsonl.gz", "dsb.otlp.expected.json");
    check(
        "otlp/jaegerui-multi.otlp.jsonl",
        "jaegerui-multi.otlp.expected.json",
    );
    check(
        "tempo/kiali-bookinfo.tempo-batches.json",
        "kiali-bookinfo.tempo-batches.expected.json",
    );
}

#[test]
fn zipkin_recordings_give_the_expected_edges_and_links() {
    check(
        "zipkin/zipkin-skew.zipkin2.json",
        "zipkin-skew.zipkin2.expected.json",
    );
    check(
        "zipkin/zipkin-messaging-kafka.zipkin2.json",
        "zipkin-messaging-kafka.zipkin2.expected.json",
    );
}

#[test]
fn the_same_spans_in_any_container_give_the_same_bytes() {
    let bytes = |name: &str| serde_json::to_vec(&file(name)).expect("JSON");
    let plain = bytes("otlp/dsb.otlp.jsonl.gz");
    for other in [
        "otlp/dsb.otlp.jsonl.zst",
        "otlp/dsb.otlp.pb.gz",
        "otlp/dsb.otlp.legacy-zst",
        "tempo/dsb.otlp-base64.json.gz",
    ] {
        assert_eq!(plain, bytes(other), "{other}");
    }
}

#[test]
fn zipkins_own_linker_suite_passes() {
    let mut failed = Vec::new();
    let cases = json("zipkin/dependency-linker.json");
    let cases = cases.as_array().expect("cases");
    assert_eq!(cases.len(), 44);
    for case in cases {
        let found = profile(&case["spans"].to_string());
        let link = |link: &Value| {
            let text = |at: usize| link[at].as_str().expect("a name").to_owned();
            (
                (text(0), text(1)),
                (
                    link[2].as_u64().expect("calls"),
                    link[3].as_u64().expect("errors"),
                ),
            )
        };
        let wanted: BTreeMap<_, _> = case["links"]
            .as_array()
            .expect("links")
            .iter()
            .map(link)
            .collect();
        let links = zipkin_links_of(&found);
        if links != wanted {
            failed.push(format!("{}: {links:?}, wanted {wanted:?}", case["name"]));
        }
    }
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
