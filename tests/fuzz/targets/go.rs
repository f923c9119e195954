//! Any text as a go file: no panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| seamline::parse::probe_apart("go", text));
