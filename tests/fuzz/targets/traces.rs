//! Any bytes as a trace file of whatever format they look like: no panic, bounded memory.
#![no_main]

use seamline::traces::{Input, Options, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Options {
        decompressed_bytes: 1 << 20,
        threads: 1,
        ..Options::default()
    };
    let profile = read(&[Input::Bytes("fuzz".to_owned(), bytes.to_vec())], &limits);
    assert!(
        profile
            .edges
            .iter()
            .all(|edge| edge.estimated_calls.is_finite())
    );
});
