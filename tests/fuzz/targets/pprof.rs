//! Any bytes behind the sample types of a pprof profile: no panic, bounded memory.
#![no_main]

use seamline::traces::{Input, Options, read};

libfuzzer_sys::fuzz_target!(|rest: &[u8]| {
    // Two sample types, a sample, a location, a function, four texts.
    let mut bytes = b"\x0a\x04\x08\x01\x10\x02\x0a\x04\x08\x03\x10\x04\x12\x06\x0a\x01\x01\x12\x01\x05\x22\x06\x08\x01\x22\x02\x08\x01".to_vec();
    bytes.extend_from_slice(b"\x2a\x04\x08\x01\x10\x01\x32\x00\x32\x07samples\x32\x05count");
    bytes.extend_from_slice(rest);
    let limits = Options {
        threads: 1,
        ..Options::default()
    };
    let profile = read(&[Input::Bytes("fuzz".to_owned(), bytes)], &limits);
    for load in &profile.measured {
        let places = load.places.len();
        assert!(
            load.stacks
                .iter()
                .all(|stack| stack.places.iter().all(|at| (*at as usize) < places))
        );
    }
});
