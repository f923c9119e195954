//! Any bytes as a recorded log: no panic; every commit has a file.
#![no_main]

use seamline::history::{Options, parse};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let log = parse(bytes, "", &Options::default());
    assert!(log.commits.iter().all(|commit| {
        commit
            .files
            .iter()
            .all(|&file| file.index() < log.paths.len())
    }));
});
