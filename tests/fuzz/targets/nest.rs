//! Any text in any syntax: what the check of nesting lets through, a parser survives, within the memory.
#![no_main]

use seamline::parse::nesting::{Syntax, check, measure};

const SYNTAXES: [(Syntax, &str); 6] = [
    (Syntax::Rust, "rs"),
    (Syntax::Java, "java"),
    (Syntax::Go, "go"),
    (Syntax::Python, "py"),
    (Syntax::TypeScript, "ts"),
    (Syntax::Tsx, "tsx"),
];

libfuzzer_sys::fuzz_target!(|input: (u8, u16, &str)| {
    let (choice, times, text) = input;
    let (syntax, extension) = SYNTAXES[usize::from(choice) % SYNTAXES.len()];
    // What nests once nests often.
    let text = text.repeat(1 + usize::from(times) % 200);
    let passes = check(&text, syntax).is_ok();
    if measure(&text, syntax).is_safe() {
        seamline::parse::probe_apart(extension, &text);
    } else {
        assert!(!passes, "the check is no bound of the measure");
    }
});
