//! Any text as a java file: no panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| seamline::parse::probe_apart("java", text));
