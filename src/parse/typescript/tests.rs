use std::path::{Path, PathBuf};

use super::TypeScript;
use crate::parse::Language;

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if ["ts", "tsx", "js"]
            .iter()
            .any(|ending| path.extension().is_some_and(|found| found == *ending))
        {
            found.push(path);
        }
    }
}

fn texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata/lang")
            .join("typescript"),
        &mut found,
    );
    found.sort();
    let read = |path: PathBuf| {
        (
            path.display().to_string(),
            std::fs::read_to_string(&path).unwrap_or_default(),
        )
    };
    found.into_iter().map(read).collect()
}

/// A small generator, so that the test repeats itself exactly.
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap_or(0)
}

#[test]
fn survives_every_prefix_of_the_cases() {
    let texts = texts();
    assert!(texts.len() > 20);
    for (path, text) in &texts {
        for (end, _) in text.char_indices() {
            let _ = TypeScript::extract(path, &text[..end]);
        }
    }
}

#[test]
fn survives_damaged_cases() {
    let mut state = 7;
    for (path, text) in texts().iter().filter(|(_, text)| !text.is_empty()) {
        for _ in 0..40 {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..=next(&mut state) % 6 {
                let at = next(&mut state) % bytes.len();
                bytes[at] = b"(){}[]<>\"'`:;.,=@#\\\n \x00\xFFxa9*"[next(&mut state) % 27];
            }
            let _ = TypeScript::extract(path, &String::from_utf8_lossy(&bytes));
        }
    }
}
