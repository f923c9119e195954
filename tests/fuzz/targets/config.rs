//! Any text as a configuration: a value or an error with a line.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(error) = seamline::config::Config::parse(text, "seamline.toml") {
        assert!(error.to_string().starts_with("seamline.toml:"));
    }
});
