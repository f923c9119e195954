//! Inputs that are cut, corrupt or meant to harm.
//!
//! In: damaged copies of small samples. Out: assertions.
//! Invariant: what is good is kept, what is lost is told with its place.
//! Never: a panic.

use std::io::Write;

use proptest::prelude::*;

use super::{folded_bytes, profile};
use crate::traces::*;

const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a\u0062"}}]},"scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000001","name":"x","kind":2,"startTimeUnixNano":"10","endTimeUnixNano":20},{"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"y","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"11","endTimeUnixNano":"12","attributes":[{"key":"peer.service","value":{"stringValue":"b"}}],"links":[],"status":{"code":2}}]}]}]}
{"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000002","spanId":"0000000000000001","name":"z"}]}]}]}
"#;
const JAEGER: &str = r#"{"data":[{"traceID":"1","spans":[{"traceID":"1","spanID":"1","operationName":"x","references":[],"startTime":1,"duration":5,"tags":[{"key":"span.kind","value":"server"}],"processID":"p1"},{"traceID":"1","spanID":"2","operationName":"y","references":[{"refType":"CHILD_OF","traceID":"1","spanID":"1"}],"startTime":2,"duration":1,"processID":"p2"}],"processes":{"p1":{"serviceName":"a"},"p2":{"serviceName":"b"}}}]}"#;
const ZIPKIN: &str = r#"[{"traceId":"1","id":"1","kind":"SERVER","name":"x","timestamp":1,"duration":5,"localEndpoint":{"serviceName":"a"},"tags":{"error":""}},{"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","timestamp":2,"duration":3,"localEndpoint":{"serviceName":"a"},"remoteEndpoint":{"serviceName":"b"}}]"#;

fn spans_and_problem(bytes: &[u8]) -> (u64, bool) {
    let found = folded_bytes(bytes).summary();
    let told = found
        .notifications
        .iter()
        .any(|note| note.byte.is_some() || &*note.kind != "trace-damaged");
    (found.coverage.spans, told)
}

#[test]
fn every_cut_keeps_the_good_and_tells_the_place() {
    for sample in [OTLP, JAEGER, ZIPKIN] {
        let whole = spans_and_problem(sample.as_bytes()).0;
        let mut before = 0;
        for cut in 1..sample.trim_end().len() {
            let (spans, told) = spans_and_problem(&sample.as_bytes()[..cut]);
            let at_line_end =
                sample.as_bytes()[cut - 1] == b'\n' || sample.as_bytes()[cut] == b'\n';
            assert!(told || at_line_end, "cut at {cut} of {sample}");
            assert!(
                spans >= before && spans <= whole,
                "cut at {cut}: {spans} after {before}"
            );
            before = spans;
        }
        assert!(before > 0);
    }
}

#[test]
fn any_changed_byte_is_survived() {
    for sample in [OTLP, JAEGER, ZIPKIN] {
        for at in 0..sample.len() {
            for byte in [0, b'"', b'{', b']', b',', b'9', 0xFF] {
                let mut changed = sample.as_bytes().to_vec();
                changed[at] = byte;
                let _ = folded_bytes(&changed).summary();
            }
        }
    }
}

#[test]
fn framed_messages_are_survived_cut_or_changed() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/traces/otlp/dsb.otlp.legacy-zst"
    );
    let bytes = std::fs::read(path).expect("a fixture");
    let sample = &bytes[..2000];
    for cut in (1..sample.len()).step_by(7) {
        let _ = folded_bytes(&sample[..cut]).summary();
        let mut changed = sample.to_vec();
        changed[cut] ^= 0x55;
        let _ = folded_bytes(&changed).summary();
    }
    let found = folded_bytes(&bytes[..bytes.len() - 3]).summary();
    assert!(found.coverage.spans > 600);
    assert!(
        found.notifications[0].byte.is_some(),
        "{:?}",
        found.notifications
    );
}

#[test]
fn a_bad_line_costs_only_itself() {
    let (first, second) = OTLP.split_once('\n').expect("two lines");
    let found = profile(&format!("{first}\n{{\"resourceSpans\":[nonsense\n{second}"));
    assert_eq!(found.coverage.spans, 3);
    let note = &found.notifications[0];
    assert_eq!(
        (&*note.kind, note.byte),
        ("trace-damaged", Some(first.len() as u64 + 1 + 18))
    );
}

#[test]
fn numbers_out_of_range_and_missing_ids_reject_the_record() {
    let line =
        |span: &str| format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{span}]}}]}}]}}"#);
    for (span, reason) in [
        (
            r#"{"traceId":"1","spanId":"1","startTimeUnixNano":"18446744073709551616"}"#,
            "time out of range",
        ),
        (
            r#"{"traceId":"1","spanId":"1","startTimeUnixNano":1.5e30}"#,
            "time out of range",
        ),
        (
            r#"{"traceId":"1","spanId":"1","endTimeUnixNano":NaN}"#,
            "time out of range",
        ),
        (
            r#"{"traceId":"1","spanId":"1","startTimeUnixNano":-1}"#,
            "time out of range",
        ),
        (
            r#"{"traceId":"00","spanId":"1"}"#,
            "trace id missing or invalid",
        ),
        (
            r#"{"traceId":"1","spanId":"0000000000000000"}"#,
            "span id missing or invalid",
        ),
        (
            r#"{"traceId":"1","spanId":"zz"}"#,
            "span id missing or invalid",
        ),
        (r"{}", "trace id missing or invalid"),
    ] {
        let found = profile(&line(span));
        assert_eq!(
            found.coverage.rejected.get(reason),
            Some(&1),
            "{span}: {:?}",
            found.coverage
        );
        assert_eq!(found.coverage.spans, 0);
    }
    let huge = r#"{"data":[{"spans":[{"traceID":"1","spanID":"1","startTime":18446744073709551615,"duration":1}]}]}"#;
    assert_eq!(
        profile(huge).coverage.rejected.get("time out of range"),
        Some(&1)
    );
}

#[test]
fn an_end_before_the_start_is_clamped() {
    let span = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"1","spanId":"1","startTimeUnixNano":"50","endTimeUnixNano":"40"}]}]}]}"#;
    let found = profile(span);
    assert_eq!(
        (found.operations[0].calls, found.operations[0].p50_ns),
        (1, Some(0))
    );
}

fn chain(count: u64, parent: impl Fn(u64) -> u64) -> Profile {
    let mut text = String::from(
        r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{"spans":["#,
    );
    for id in 1..=count {
        let (end, comma) = (10 * count - id, if id == 1 { "" } else { "," });
        text.push_str(&format!(
            r#"{comma}{{"traceId":"1","spanId":"{id:x}","parentSpanId":"{:x}","startTimeUnixNano":{id},"endTimeUnixNano":{end}}}"#,
            parent(id)
        ));
    }
    text.push_str("]}]}]}");
    folded_bytes(text.as_bytes())
}

#[test]
fn long_chains_and_wide_stars_are_folded() {
    for shape in [|id: u64| id - 1, |id: u64| u64::from(id > 1)] {
        let found = chain(50_000, shape).summary();
        assert_eq!(
            (found.coverage.spans, found.self_calls[0].calls),
            (50_000, 49_999)
        );
    }
}

#[test]
fn cycles_of_parents_are_cut_at_the_smallest_id() {
    let found = chain(10, |id| id % 10 + 1).summary();
    assert_eq!(
        (
            found.coverage.cycles,
            found.coverage.spans,
            found.self_calls[0].calls
        ),
        (1, 10, 9)
    );
    let found = chain(3, |id| id).summary();
    assert_eq!((found.coverage.spans, found.self_calls.len()), (3, 0));
}

#[test]
fn bombs_stop_at_the_cap() {
    let mut line = OTLP.lines().next().expect("a line").to_owned().into_bytes();
    line.push(b'\n');
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    gzip.write_all(&line).expect("compressed");
    for _ in 0..64 {
        gzip.write_all(&zeros).expect("compressed");
    }
    let gzip = gzip.finish().expect("compressed");
    let twice = zstd::stream::encode_all(gzip.as_slice(), 3).expect("compressed");
    for bytes in [gzip, twice] {
        let options = Options {
            decompressed_bytes: 1 << 20,
            ..Options::default()
        };
        let found = read(&[Input::Bytes("bomb".into(), bytes)], &options);
        assert_eq!(found.coverage.spans, 2);
        assert!(
            found.notifications[0].message.contains("limit"),
            "{:?}",
            found.notifications
        );
    }
}

#[test]
fn a_message_that_is_a_bomb_costs_only_itself() {
    let framed = |message: &[u8]| {
        let message = zstd::stream::encode_all(message, 3).expect("compressed");
        let length = u32::try_from(message.len()).expect("short");
        [&length.to_be_bytes()[..], &message].concat()
    };
    let good = OTLP.lines().next().expect("a line");
    let mut bomb = good.as_bytes().to_vec();
    bomb.resize(65 << 20, b' ');
    let bytes = [framed(&bomb), framed(good.as_bytes())].concat();
    let found = folded_bytes(&bytes).summary();
    assert_eq!(found.coverage.spans, 2);
    assert!(found.notifications[0].message.contains("64 MiB"));
}

#[test]
fn members_and_frames_may_follow_one_another() {
    let mut gzip = Vec::new();
    let mut frames = Vec::new();
    for line in OTLP.split_inclusive('\n') {
        let mut member = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        member.write_all(line.as_bytes()).expect("compressed");
        gzip.extend(member.finish().expect("compressed"));
        frames.extend(zstd::stream::encode_all(line.as_bytes(), 3).expect("compressed"));
    }
    let plain = folded_bytes(OTLP.as_bytes()).to_bytes();
    assert!(folded_bytes(&gzip).to_bytes() == plain);
    assert!(folded_bytes(&frames).to_bytes() == plain);
}

#[test]
fn services_past_the_cap_are_one_and_nothing_is_lost() {
    let lines: Vec<String> = (1..=500)
        .map(|id| format!(r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s{id}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{id:x}","spanId":"1","name":"op"}}]}}]}}]}}"#))
        .collect();
    let with = |lines: &[String], threads| {
        let options = Options {
            services: 10,
            threads,
            ..Options::default()
        };
        read(
            &[Input::Bytes("many".into(), lines.join("\n").into_bytes())],
            &options,
        )
    };
    let found = with(&lines, 1);
    assert_eq!(found.operations.len(), 11);
    let other = found
        .operations
        .iter()
        .find(|load| &*load.service == "(other)")
        .expect("the rest");
    assert_eq!((other.calls, found.coverage.spans), (490, 500));
    assert_eq!(found.coverage.other_services, 490);
    let note = &found.notifications[0];
    assert_eq!(&*note.kind, "trace-limit");
    assert!(note.message.starts_with("490 spans of services"));
    let backwards: Vec<String> = lines.into_iter().rev().collect();
    assert_eq!(found.operations, with(&backwards, 3).operations);
}

#[test]
fn operations_past_the_cap_are_one_and_counted() {
    let spans: Vec<String> = (1..=300)
        .map(|id| format!(r#"{{"traceId":"{id:x}","spanId":"1","name":"op-{id}"}}"#))
        .collect();
    let text = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    );
    let options = Options {
        operations: 20,
        ..Options::default()
    };
    let found = read(&[Input::Bytes("many".into(), text.into_bytes())], &options);
    assert_eq!(found.operations.len(), 21);
    assert_eq!(
        (found.coverage.other_operations, found.coverage.spans),
        (280, 300)
    );
    assert_eq!(&*found.notifications[0].kind, "trace-limit");
}

#[test]
fn values_in_names_do_not_use_up_the_cap() {
    let spans: Vec<String> = (1..=300)
        .map(|id| format!(r#"{{"traceId":"{id:x}","spanId":"1","name":"GET /users/{id}?q={id}"}}"#))
        .collect();
    let text = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    );
    let options = Options {
        operations: 2,
        ..Options::default()
    };
    let found = read(&[Input::Bytes("many".into(), text.into_bytes())], &options);
    let operation = &found.operations[0];
    assert_eq!(
        (&*operation.operation, operation.calls),
        ("GET /users/{}", 300)
    );
    assert_eq!(found.coverage.other_operations, 0);
}

/// Spans of one trace as (id, parent, start, end), in the order given.
fn spans(list: &[(u64, u64, u64, u64)]) -> String {
    let span = |(id, parent, start, end): &(u64, u64, u64, u64)| {
        let service = id % 3;
        format!(
            r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"1","spanId":"{id:x}","parentSpanId":"{parent:x}","name":"x","startTimeUnixNano":"{start}","endTimeUnixNano":"{end}"}}]}}]}}"#
        )
    };
    let list: Vec<String> = list.iter().map(span).collect();
    format!(r#"{{"resourceSpans":[{}]}}"#, list.join(","))
}

fn calls(found: &CallProfile) -> u64 {
    let all = found.edges.iter().chain(&found.self_calls);
    all.map(|edge| edge.calls).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_parents_end_and_any_order_is_the_same(parents in prop::collection::vec(0_u64..40, 1..30), turn in 0_usize..30) {
        let mut list: Vec<_> = (1..).zip(&parents).map(|(id, parent)| (id, *parent, id, 100)).collect();
        let repeated = list[0];
        list.push(repeated);
        let found = folded_bytes(spans(&list).as_bytes());
        let (summary, count) = (found.summary(), parents.len() as u64);
        prop_assert_eq!((summary.coverage.spans, summary.coverage.duplicates), (count, 1));
        let roots = parents.iter().filter(|parent| **parent == 0).count() as u64;
        let lost = roots + summary.coverage.orphans + summary.coverage.cycles;
        prop_assert_eq!(calls(&summary) + lost, count);
        let middle = turn % list.len();
        list.rotate_left(middle);
        prop_assert!(folded_bytes(spans(&list).as_bytes()).to_bytes() == found.to_bytes());
    }

    #[test]
    fn any_clock_gives_the_same_calls(times in prop::collection::vec((any::<u64>(), any::<u64>()), 1..20), edge in any::<bool>()) {
        let time = |(start, end): &(u64, u64)| if edge { (start % 2 * u64::MAX, end % 2 * u64::MAX) } else { (*start, *end) };
        let list: Vec<_> = (1..).zip(times.iter().map(time)).map(|(id, (start, end))| (id, id / 2, start, end)).collect();
        let found = folded_bytes(spans(&list).as_bytes()).summary();
        prop_assert_eq!(calls(&found), times.len() as u64 - 1);
        prop_assert!(found.edges.iter().all(|edge| edge.estimated_calls.is_finite()));
    }
}

#[test]
fn what_is_no_trace_is_told() {
    let kinds = |text: &str| {
        profile(text)
            .notifications
            .iter()
            .map(|note| note.kind.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("hello"), ["trace-unknown"]);
    assert_eq!(kinds(""), ["trace-empty"]);
    assert_eq!(kinds(r#"{"name":"package.json"}"#), ["trace-unknown"]);
    assert_eq!(
        kinds(r#"{"edges":[],"traces":20,"result":"ok"}"#),
        ["trace-unknown"]
    );
    assert_eq!(kinds("seamline-profile 99\n{}"), ["profile-unreadable"]);
    assert_eq!(
        kinds("seamline-profile 1\n{\"seen\":"),
        ["profile-unreadable"]
    );
    let search = profile(r#"{"traces":[{"traceID":"1","rootServiceName":"a"}]}"#);
    assert!(
        search.notifications[0].message.contains("search"),
        "{:?}",
        search.notifications
    );
}

#[test]
fn folders_are_read_in_order_and_other_files_are_noted() {
    let dir = tempfile::tempdir().expect("a folder");
    let (first, second) = OTLP.split_once('\n').expect("two lines");
    std::fs::create_dir(dir.path().join("sub")).expect("a folder");
    std::fs::create_dir(dir.path().join(".git")).expect("a folder");
    for (name, text) in [
        ("b.json", first),
        ("sub/a.json", second),
        ("README.md", "# x"),
        (".git/x.json", first),
    ] {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    let found = read(&[Input::Path(dir.path().into())], &Options::default());
    assert_eq!((found.coverage.spans, found.coverage.duplicates), (3, 0));
    let notes = found.notifications.iter();
    let notes: Vec<_> = notes.map(|note| (&*note.kind, note.severity)).collect();
    let note = crate::model::Severity::Note;
    assert_eq!(
        notes,
        [("trace-unknown", note), ("unnamed-service", note)],
        "the README, and spans that tell no service"
    );
    let missing = read(&[Input::Path(dir.path().join("none"))], &Options::default());
    assert_eq!(&*missing.notifications[0].kind, "trace-unreadable");
}
