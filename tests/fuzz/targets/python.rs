//! Any text as a python file: no panic, no hang.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| seamline::parse::probe_apart("py", text));
