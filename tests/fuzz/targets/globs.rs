//! Any lines as globs of what is left out, of owners and of workspaces: no panic, no hang.
#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use seamline::discover::{Options, Owners, discover};
use seamline::source::{Limits, Source};

/// A folder of one file, walked with the globs.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|text: &str| {
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder").keep();
        std::fs::write(folder.join("a.rs"), "").expect("a file");
        folder
    });
    let globs: Vec<String> = text.lines().take(8).map(str::to_owned).collect();
    let listed = Source::open(std::slice::from_ref(folder), Limits::default())
        .expect("a source")
        .list(&globs);
    assert!(listed.entries.len() <= 1);
    let quoted: Vec<String> = globs.iter().map(|glob| format!("{glob:?}")).collect();
    let list = quoted.join(", ");
    let files = [
        ("CODEOWNERS", format!("{} @ada\n", globs.join(" @ada\n"))),
        ("Cargo.toml", format!("[workspace]\nmembers = [{list}]\n")),
        ("package.json", format!("{{\"workspaces\": [{list}]}}")),
        ("a/package.json", "{\"name\": \"a\"}".to_owned()),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text));
    let source = Source::of_texts(BTreeMap::from(files));
    let _ = Owners::read(&source).of("a/b.rs");
    let _ = discover(&source, &Options::default(), seamline::parse::language_of);
});
