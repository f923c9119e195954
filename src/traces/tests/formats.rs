//! Formats that tell one span a record: the same small shop in each, as its own documentation writes it.
//!
//! In: `testdata/traces/<format>`. Out: assertions.
//! Invariant: a shop's checkout is one call of each kind, whoever recorded it; odd records lose themselves only.
//! Never: recordings of a real system.

use serde_json::Value;

use super::{file, path};
use crate::model::CallProfile;
use crate::traces::{FORMATS, Input, Options, fold, read};

/// Every edge of a fixture.
fn edges(name: &str) -> Vec<String> {
    lines_of(&file(name))
}

/// Every edge as `caller callee mode calls/errors milliseconds`.
fn lines_of(found: &CallProfile) -> Vec<String> {
    let edges = found.edges.iter().map(|edge| {
        let inferred = if edge.inferred { "?" } else { "" };
        let time = edge.p50_ns.unwrap_or_default() as f64 / 1e6;
        let (caller, callee, mode) = (
            &edge.caller,
            &edge.callee,
            format!("{:?}", edge.mode).to_lowercase(),
        );
        format!(
            "{caller} {callee} {mode}{inferred} {}/{} {time}",
            edge.calls, edge.errors
        )
    });
    edges.collect()
}

/// What every recording has: the call, the query that fails, and the message whose work fails.
const SHOP: [&str; 3] = [
    "orders mailer messaging 1/1 50",
    "orders shop datastore? 1/1 100",
    "web orders sync 1/0 900",
];

#[test]
fn every_format_gives_the_edges_of_the_recording() {
    let cached = |cache: &'static str| [&[cache][..], &SHOP].concat();
    let aws = vec![
        "orders dynamodb datastore? 1/1 20",
        "orders mailer async 1/1 100",
        "orders payments.example.com sync? 1/1 250",
        "orders shop datastore? 1/0 100",
        "web S3 sync? 1/1 40",
        "web orders sync 1/0 900",
    ];
    let google = vec![
        "orders payments.example.com sync? 1/1 250",
        "orders shop datastore? 1/0 100",
        "web orders sync 1/0 900",
    ];
    let datadog = vec![
        SHOP[0],
        "orders sessions datastore? 1/0 2",
        SHOP[1],
        SHOP[2],
    ];
    let elastic = vec![
        "orders cache.internal datastore? 1/0 2",
        SHOP[0],
        "orders shop datastore? 1/1 100.5",
        SHOP[2],
    ];
    let azure = vec![
        SHOP[0],
        "orders sales datastore? 1/1 100.5",
        "orders shop-cosmos.documents.azure.com datastore? 1/0 2",
        SHOP[2],
    ];
    for (name, wanted) in [
        ("aws-xray/segments.jsonl", aws.clone()),
        ("aws-xray/batch-get-traces.json", aws),
        ("azure-application-insights/query.json", azure.clone()),
        ("azure-application-insights/union.jsonl", azure),
        ("datadog/download.json", datadog.clone()),
        ("datadog/spans-api.json", datadog.clone()),
        ("datadog/v04.json", datadog.clone()),
        ("datadog/v04.msgpack", datadog),
        ("elastic-apm/intake.ndjson", elastic.clone()),
        ("elastic-apm/search.json", elastic),
        ("google-cloud-trace/v1.json", google.clone()),
        ("google-cloud-trace/v2.json", google),
        ("rows/jaeger.jsonl", SHOP.to_vec()),
        ("rows/otel.jsonl", SHOP.to_vec()),
        ("rows/signoz.jsonl", SHOP.to_vec()),
        ("rows/text.json", SHOP.to_vec()),
        (
            "skywalking/query-trace.json",
            cached("orders cache.internal datastore? 1/0 2"),
        ),
    ] {
        assert_eq!(edges(name), wanted, "{name}");
    }
}

/// The text of a fixture, as JSON.
fn json_of(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(path(name)).expect("a fixture")).expect("JSON")
}

#[test]
fn the_same_spans_in_other_wrappings_give_the_same_edges() {
    let same = |text: String, name: &str| {
        let found = super::profile(&text);
        assert_eq!(lines_of(&found), edges(name), "{name} as {}", &text[..60]);
    };
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let lines = |values: Vec<Value>| values.iter().map(|value| format!("{value}\n")).collect();
    let chunks = list(&json_of("datadog/v04.json"));
    let spans: Vec<Value> = chunks.iter().flat_map(list).collect();
    same(lines(spans.clone()), "datadog/v04.json");
    same(Value::Array(spans.clone()).to_string(), "datadog/v04.json");
    same(
        serde_json::json!({"chunks": [{"spans": spans}]}).to_string(),
        "datadog/v04.json",
    );
    let answer = json_of("skywalking/query-trace.json");
    let trace = answer["data"]["queryTrace"].clone();
    same(trace.to_string(), "skywalking/query-trace.json");
    let several = serde_json::json!({"data": {"queryTraces": {"traces": [trace]}}});
    same(several.to_string(), "skywalking/query-trace.json");
    let documents = list(&json_of("elastic-apm/search.json")["hits"]["hits"]);
    same(lines(documents.clone()), "elastic-apm/search.json");
    let bare = documents.iter().map(|found| found["_source"].clone());
    same(lines(bare.collect()), "elastic-apm/search.json");
    let trace = json_of("google-cloud-trace/v1.json")["traces"][0].clone();
    same(trace.to_string(), "google-cloud-trace/v1.json");
    let spans = list(&json_of("google-cloud-trace/v2.json")["spans"]);
    same(lines(spans), "google-cloud-trace/v2.json");
    let mut answer = json_of("aws-xray/batch-get-traces.json");
    for segment in answer["Traces"][0]["Segments"]
        .as_array_mut()
        .expect("segments")
    {
        let text = segment["Document"].as_str().expect("text").to_owned();
        segment["Document"] = serde_json::from_str(&text).expect("JSON");
    }
    same(answer.to_string(), "aws-xray/batch-get-traces.json");
}

#[test]
fn an_odd_record_loses_itself_only_and_is_told_with_its_place() {
    for (name, odd) in [
        ("aws-xray/segments.jsonl", 2),
        ("aws-xray/batch-get-traces.json", 1),
        ("azure-application-insights/query.json", 2),
        ("datadog/v04.json", 2),
        ("elastic-apm/intake.ndjson", 1),
        ("google-cloud-trace/v1.json", 3),
        ("rows/otel.jsonl", 2),
        ("skywalking/query-trace.json", 2),
    ] {
        let found = file(name);
        let [note, read] = found.notifications.as_slice() else {
            panic!("{name}: {:?}", found.notifications)
        };
        assert_eq!(&*read.kind, "trace-format");
        assert!(
            note.message.starts_with(&format!("{odd} places")),
            "{name}: {}",
            note.message
        );
        let text = std::fs::read(path(name)).expect("a fixture");
        let place = note.byte.map_or(0, |byte| byte as usize);
        let record = String::from_utf8_lossy(text.get(place..).unwrap_or_default());
        assert!(
            place > 0 && record.starts_with(['{', '[']),
            "{name} at {place}"
        );
    }
}

#[test]
fn rows_give_the_bytes_that_the_same_spans_give_as_otlp() {
    let bytes = |name: &str| fold(&[Input::Path(path(name))], &Options::default()).to_bytes();
    let wanted = bytes("rows/same.otlp.jsonl");
    for name in ["rows/jaeger.jsonl", "rows/signoz.jsonl", "rows/text.json"] {
        assert!(bytes(name) == wanted, "{name}");
    }
    let text = std::fs::read_to_string(path("rows/otel.jsonl")).expect("a fixture");
    let sane: String = text
        .lines()
        .filter(|line| !line.contains("odd"))
        .map(|line| format!("{line}\n"))
        .collect();
    let sane = fold(
        &[Input::Bytes("rows".into(), sane.into_bytes())],
        &Options::default(),
    );
    assert!(sane.to_bytes() == wanted);
}

#[test]
fn every_recording_is_recognised_by_its_own_format_alone() {
    for name in [
        "aws-xray/segments.jsonl",
        "azure-application-insights/query.json",
        "datadog/v04.json",
        "datadog/v04.msgpack",
        "elastic-apm/intake.ndjson",
        "google-cloud-trace/v1.json",
        "rows/otel.jsonl",
        "skywalking/query-trace.json",
    ] {
        let id = name.split('/').next().expect("a folder");
        let bytes = std::fs::read(path(name)).expect("a fixture");
        let heads = crate::traces::formats::sniff::Head::sample(&bytes);
        let first = heads
            .iter()
            .find_map(|head| FORMATS.iter().find(|format| (format.sniff)(head)));
        assert_eq!(first.map(|format| format.id), Some(id), "{name}");
    }
}

#[test]
fn records_that_are_cut_or_torn_apart_are_no_panic() {
    for name in [
        "aws-xray/segments.jsonl",
        "aws-xray/batch-get-traces.json",
        "azure-application-insights/query.json",
        "azure-application-insights/union.jsonl",
        "datadog/download.json",
        "datadog/v04.json",
        "datadog/v04.msgpack",
        "elastic-apm/intake.ndjson",
        "elastic-apm/search.json",
        "google-cloud-trace/v1.json",
        "google-cloud-trace/v2.json",
        "rows/jaeger.jsonl",
        "rows/otel.jsonl",
        "rows/signoz.jsonl",
        "skywalking/query-trace.json",
    ] {
        let whole = std::fs::read(path(name)).expect("a fixture");
        let options = Options {
            threads: 1,
            ..Options::default()
        };
        for cut in (1..whole.len()).step_by(whole.len() / 40) {
            let torn = [&whole[..cut], &whole[cut / 2..]].concat();
            for bytes in [whole[..cut].to_vec(), torn] {
                let found = read(&[Input::Bytes("cut".into(), bytes)], &options);
                assert!(found.edges.iter().all(|edge| edge.calls >= edge.errors));
            }
        }
    }
}
