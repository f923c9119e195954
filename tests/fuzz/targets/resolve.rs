//! Two small files of one language: indexed and resolved without a panic, references within the files.
#![no_main]

use std::collections::BTreeMap;

use seamline::discover::{Options, discover};
use seamline::parse::{language_of, parse};
use seamline::source::Source;

/// The names of two files that may refer to each other, and the manifest that joins them.
const NAMES: [[&str; 4]; 6] = [
    [
        "src/lib.rs",
        "src/a.rs",
        "Cargo.toml",
        "[package]\nname = \"k\"\nedition = \"2024\"\n",
    ],
    [
        "p/A.java",
        "q/B.java",
        "pom.xml",
        "<project><artifactId>k</artifactId></project>",
    ],
    ["a.go", "b/b.go", "go.mod", "module k\n"],
    [
        "a/__init__.py",
        "a/b.py",
        "pyproject.toml",
        "[project]\nname = \"a\"\n",
    ],
    ["a.ts", "b/index.tsx", "package.json", "{\"name\": \"k\"}"],
    [
        "a.js",
        "b.vue",
        "tsconfig.json",
        "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./*\"]}}}",
    ],
];

libfuzzer_sys::fuzz_target!(|input: (u8, &str, &str)| {
    let (choice, first, second) = input;
    let [a, b, manifest, told] = NAMES[usize::from(choice) % NAMES.len()];
    let files = [(a, first), (b, second), (manifest, told)]
        .map(|(name, text)| (name.to_owned(), text.to_owned()));
    let source = Source::of_texts(BTreeMap::from(files));
    let project = discover(&source, &Options::default(), language_of);
    let code = parse(&project, &source);
    let failed = code
        .notifications
        .iter()
        .find(|note| &*note.kind == "parser-failure");
    assert!(failed.is_none(), "{failed:?}");
    let within = |to: seamline::model::FileId| to.index() < project.files.len();
    assert!(
        code.files
            .iter()
            .all(|file| file.facts.references.iter().all(|found| within(found.to)))
    );
});
