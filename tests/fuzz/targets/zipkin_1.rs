//! Any bytes behind the first ones of Zipkin v1 spans: no panic, bounded memory.
#![no_main]

use seamline::traces::{Input, Options, read};

libfuzzer_sys::fuzz_target!(|rest: &[u8]| {
    let mut bytes = br#"[{"traceId":"1","id":"2","binaryAnnotations":[],"annotations":["#.to_vec();
    bytes.extend_from_slice(rest);
    let limits = Options {
        threads: 1,
        ..Options::default()
    };
    let profile = read(&[Input::Bytes("fuzz".to_owned(), bytes)], &limits);
    assert!(profile.edges.iter().all(|edge| edge.calls >= edge.errors));
});
