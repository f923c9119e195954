//! Any text as a manifest of every kind: no panic, no hang, no file from outside.
#![no_main]

use seamline::source::{Limits, Source};

const NAMES: [&str; 9] = [
    "Cargo.toml", "pom.xml", "settings.gradle", "go.mod", "package.json", "pyproject.toml", "compose.yaml", "tsconfig.json", ".gitignore",
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    let dir = tempfile::tempdir().expect("a folder");
    for name in NAMES {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    let source = Source::open(&[dir.path().to_path_buf()], Limits::default()).expect("a source");
    let project = seamline::discover::discover(&source, &seamline::discover::Options::default(), seamline::parse::language_of);
    assert!(project.files.iter().all(|file| !file.path.contains("..")));
});
