//! Any text as a manifest of every kind: no panic, no hang, no file from outside.
#![no_main]

use std::collections::BTreeMap;

use seamline::source::Source;

const NAMES: [&str; 9] = [
    "Cargo.toml",
    "pom.xml",
    "settings.gradle",
    "go.mod",
    "package.json",
    "pyproject.toml",
    "compose.yaml",
    "tsconfig.json",
    "pnpm-workspace.yaml",
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    let files = NAMES.map(|name| (name.to_owned(), text.to_owned()));
    let source = Source::of_texts(BTreeMap::from(files));
    let project = seamline::discover::discover(
        &source,
        &seamline::discover::Options::default(),
        seamline::parse::language_of,
    );
    assert!(project.files.iter().all(|file| !file.path.contains("..")));
});
