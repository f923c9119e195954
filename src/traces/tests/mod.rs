//! Golden tests over recorded traces.
//!
//! In: `testdata/traces`. Out: assertions.
//! Invariant: expectations come from elsewhere than this code.
//! Never: anything outside the repository.

mod foreign;
mod formats;
mod hostile;
mod layers;
mod meaning;
mod shards;
mod sums;

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
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

fn folded(text: &str) -> Profile {
    folded_bytes(text.as_bytes())
}

/// Mergeable profile of some bytes.
pub(super) fn folded_bytes(bytes: &[u8]) -> Profile {
    fold(
        &[Input::Bytes("test".into(), bytes.to_vec())],
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
        // Each list is given to the linker by itself, so that one trace may come twice.
        let mut whole = Profile::default();
        for trace in case["spans"].as_array().expect("traces") {
            whole.merge(folded(&trace.to_string()));
        }
        let found = whole.summary();
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

#[test]
fn any_shards_in_any_order_give_the_same_profile() {
    let text = Plan::default().lines(300);
    let lines: Vec<&str> = text.lines().collect();
    let whole = folded(&text).to_bytes();
    let again = Profile::from_bytes(&whole).expect("a profile").to_bytes();
    assert!(whole == again, "reading a profile changes it");
    for shards in [2, 3, 7] {
        let part = |shard: usize| {
            let mine = lines
                .iter()
                .enumerate()
                .filter(|(at, _)| at % shards == shard);
            mine.map(|(_, line)| format!("{line}\n"))
                .collect::<String>()
        };
        let mut merged = Profile::default();
        for shard in (0..shards).rev() {
            merged.merge(Profile::from_bytes(&folded(&part(shard)).to_bytes()).expect("a profile"));
        }
        assert!(merged.to_bytes() == whole, "{shards} shards differ");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_split_in_every_order_merges_to_the_same_bytes(
        seed in any::<u64>(),
        homes in prop::collection::vec(0_usize..5, 80),
        first in 0_usize..5,
        threads in 1_usize..4,
    ) {
        let text = Plan { seed }.lines(80);
        let whole = folded(&text).to_bytes();
        let mut shards = vec![String::new(); 5];
        for (line, home) in text.lines().zip(&homes) {
            shards[*home].push_str(line);
            shards[*home].push('\n');
        }
        shards.rotate_left(first);
        let options = Options { buffered_spans: 50, threads, ..Options::default() };
        let mut merged = Profile::default();
        for shard in shards.into_iter().filter(|shard| !shard.is_empty()) {
            let part = fold(&[Input::Bytes("test".into(), shard.into_bytes())], &options);
            merged.merge(Profile::from_bytes(&part.to_bytes()).expect("a profile"));
        }
        prop_assert!(merged.to_bytes() == whole);
    }
}

#[test]
fn spilling_and_threads_do_not_change_a_byte() {
    let text = Plan::default().lines(300);
    let input = [Input::Bytes("test".into(), text.into_bytes())];
    let whole = fold(&input, &Options::default()).to_bytes();
    for (buffered_spans, threads) in [(1, 1), (500, 2), (500, 3), (1_000_000, 4)] {
        let options = Options {
            buffered_spans,
            threads,
            ..Options::default()
        };
        assert!(
            fold(&input, &options).to_bytes() == whole,
            "{buffered_spans} spans, {threads} threads"
        );
    }
}

#[test]
fn a_file_given_twice_gives_the_same_edges() {
    let once = file("otlp/dsb.otlp.jsonl.gz");
    let path = || Input::Path(path("otlp/dsb.otlp.jsonl.gz"));
    let twice = read(&[path(), path()], &Options::default());
    assert_eq!(
        (&once.edges, &once.operations),
        (&twice.edges, &twice.operations)
    );
    assert_eq!(twice.coverage.duplicates, once.coverage.spans);
}

/// Small traces of all kinds, one a line, from a seed.
struct Plan {
    seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { seed: 7 }
    }
}

impl Plan {
    fn below(&mut self, limit: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        spans::intern::mix(self.seed) % limit
    }

    /// One trace a line; some take messages that earlier traces sent.
    fn lines(mut self, traces: u64) -> String {
        let mut text = String::new();
        for trace in 1..=traces {
            let spans = 1 + self.below(12);
            let list: Vec<String> = (1..=spans).map(|id| self.span(trace, id)).collect();
            text.push_str(&format!("{{\"resourceSpans\":[{}]}}\n", list.join(",")));
        }
        text
    }

    fn span(&mut self, trace: u64, id: u64) -> String {
        let parent = if id == 1 { 0 } else { 1 + self.below(id + 1) };
        let (service, kind, start) = (self.below(5), self.below(6), 1_000_000 + self.below(1000));
        let (end, table) = (start + self.below(500), self.below(3));
        let link = if kind == 5 && trace > 1 {
            let target = 1 + self.below(trace - 1);
            format!(
                r#","links":[{{"traceId":"{target:032x}","spanId":"{:016x}"}}]"#,
                1 + self.below(6)
            )
        } else {
            String::new()
        };
        let status = ["{}", "{\"code\":2}"][usize::from(self.below(9) == 0)];
        format!(
            r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{trace:032x}","spanId":"{id:016x}","parentSpanId":"{parent:016x}","name":"op{table}","kind":{kind},"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","traceState":"ot=th:{table}","attributes":[{{"key":"messaging.system","value":{{"stringValue":"kafka"}}}},{{"key":"messaging.destination.name","value":{{"stringValue":"t{table}"}}}},{{"key":"code.function.name","value":{{"stringValue":"f{table}"}}}}],"status":{status}{link}}}]}}]}}"#
        )
    }
}
