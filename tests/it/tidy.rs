//! The house keeps its own rules: headers, names, lengths, layers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

fn room(path: &Path) -> String {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("below src");
    let first = inside
        .components()
        .next()
        .expect("a name")
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn is_test(path: &Path) -> bool {
    path.file_stem()
        .is_some_and(|stem| stem.to_string_lossy().ends_with("tests") || stem == "test")
        || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn every_file_says_what_goes_in_and_out() {
    for (path, text) in sources() {
        if path.ends_with("lib.rs") || is_test(&path) {
            continue;
        }
        let header: Vec<&str> = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let header = header.join("\n");
        for word in ["In:", "Out:", "Invariant:", "Never:"] {
            assert!(
                header.contains(word),
                "{} lacks `{word}` in its header",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_is_a_drawer_for_odds_and_ends() {
    for (path, _) in sources() {
        // The grammar of types is no drawer.
        if path.ends_with("parser/types.rs") {
            continue;
        }
        let stem = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let folder = path
            .parent()
            .and_then(Path::file_name)
            .expect("a folder")
            .to_string_lossy()
            .into_owned();
        for name in [stem, folder] {
            assert!(
                ![
                    "utils", "util", "common", "helpers", "types", "misc", "errors"
                ]
                .contains(&&*name),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn files_stay_short() {
    let mut lengths: Vec<(usize, PathBuf)> = sources()
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (text.lines().count(), path))
        .collect();
    lengths.sort();
    let (longest, path) = lengths.last().expect("files");
    assert!(*longest <= 600, "{} has {longest} lines", path.display());
    let at = lengths.len() * 9 / 10;
    assert!(
        lengths[at].0 <= 400,
        "a tenth of the files has more than {} lines",
        lengths[at].0
    );
}

/// `seamline.toml` is the only list of who may import whom.
#[test]
fn the_walls_hold() {
    let checked = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(["check", ".", "--no-git", "-q"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}");
}

#[test]
fn crates_stay_in_their_rooms() {
    let rooms = [
        ("petgraph", vec!["graph"]),
        ("syn", vec!["parse"]),
        ("tera", vec!["report"]),
        ("clap", vec!["cli"]),
    ];
    for (path, text) in sources() {
        for (name, allowed) in &rooms {
            let used = text.lines().any(|line| {
                line.starts_with(&format!("use {name}::"))
                    || line.trim_start().starts_with(&format!("{name}::"))
            });
            let room = room(&path);
            assert!(
                !used || allowed.contains(&room.as_str()),
                "{} uses {name}",
                path.display()
            );
        }
        assert!(
            !text.contains("std::process::Command"),
            "{} starts a process",
            path.display()
        );
    }
}
