//! A recording of each format that tells one span a record, changed in a few places: no panic, bounded memory.
#![no_main]

use seamline::traces::{Input, Options, read};

/// The recordings; the first byte of the data chooses one, so that all formats have their turn.
const SEEDS: [&[u8]; 17] = [
    include_bytes!("../../../testdata/traces/aws-xray/batch-get-traces.json"),
    include_bytes!("../../../testdata/traces/aws-xray/segments.jsonl"),
    include_bytes!("../../../testdata/traces/azure-application-insights/query.json"),
    include_bytes!("../../../testdata/traces/azure-application-insights/union.jsonl"),
    include_bytes!("../../../testdata/traces/datadog/download.json"),
    include_bytes!("../../../testdata/traces/datadog/spans-api.json"),
    include_bytes!("../../../testdata/traces/datadog/v04.json"),
    include_bytes!("../../../testdata/traces/elastic-apm/intake.ndjson"),
    include_bytes!("../../../testdata/traces/elastic-apm/search.json"),
    include_bytes!("../../../testdata/traces/google-cloud-trace/v1.json"),
    include_bytes!("../../../testdata/traces/google-cloud-trace/v2.json"),
    include_bytes!("../../../testdata/traces/rows/jaeger.jsonl"),
    include_bytes!("../../../testdata/traces/rows/otel.jsonl"),
    include_bytes!("../../../testdata/traces/rows/signoz.jsonl"),
    include_bytes!("../../../testdata/traces/rows/text.json"),
    include_bytes!("../../../testdata/traces/skywalking/query-trace.json"),
    include_bytes!("../../../testdata/traces/datadog/v04.msgpack"),
];

/// What is put in: the borders of JSON, and values that are odd for any field.
const TOKENS: [&[u8]; 16] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b",",
    b":",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\\u0000",
    b"{}",
    b"[]",
    b"\"\"",
    b"\n",
];

/// The recording that the data chooses, with each four further bytes as one change: place, kind, value.
fn changed(data: &[u8]) -> Vec<u8> {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let mut bytes = SEEDS[usize::from(*first) % SEEDS.len()].to_vec();
    for change in rest.chunks_exact(4).take(32) {
        let at = (usize::from(change[0]) << 8 | usize::from(change[1])) % bytes.len().max(1);
        let value = usize::from(change[3]);
        match change[2] % 4 {
            0 if at < bytes.len() => bytes[at] = change[3],
            1 => drop(bytes.splice(at..at, TOKENS[value % TOKENS.len()].iter().copied())),
            2 => drop(bytes.drain(at..bytes.len().min(at + value))),
            _ => {
                let copy = bytes[at..bytes.len().min(at + value)].to_vec();
                drop(bytes.splice(at..at, copy));
            }
        }
    }
    bytes
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let limits = Options {
        threads: 1,
        ..Options::default()
    };
    let profile = read(&[Input::Bytes("fuzz".to_owned(), changed(data))], &limits);
    assert!(profile.edges.iter().all(|edge| edge.calls >= edge.errors));
});
