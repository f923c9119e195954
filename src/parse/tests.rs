//! No parser of our own walks breaks on a file that stops early or is damaged; one that does costs a file.

use std::path::{Path, PathBuf};

use super::extracts::{Extracted, Extracts};
use super::language::Language;
use super::python::PYTHON;
use super::typescript::TYPESCRIPT;
use crate::model::{
    CodeFacts, FileFacts, FileId, FileRole, LANGUAGES, LanguageId, LanguageInfo, Project,
    SourceFile,
};
use crate::source::{Limits, Source};

fn collect(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            collect(&path, endings, found);
        } else if endings.contains(&&*ending) {
            found.push(path);
        }
    }
}

/// Paths and texts of the files of all cases of a language.
fn cases(of: LanguageId) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/lang");
    let mut found = Vec::new();
    let family = |known: &&LanguageInfo| known.id().is_some_and(|id| id.family() == of);
    let known = LANGUAGES.iter().filter(family);
    let endings: Vec<&str> = known.flat_map(|known| known.extensions).copied().collect();
    collect(&root.join(of.0), &endings, &mut found);
    found.sort();
    assert!(found.len() > 20, "{found:?}");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a case");
        (path.display().to_string(), text)
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

fn survives_every_prefix<E, I>(language: &Language<E, I>) {
    for (path, text) in cases(language.id) {
        for (end, _) in text.char_indices() {
            let _ = (language.extract)(&path, &text[..end], None);
        }
    }
}

fn survives_damage<E, I>(language: &Language<E, I>) {
    let mut state = 7;
    for (path, text) in cases(language.id)
        .iter()
        .filter(|(_, text)| !text.is_empty())
    {
        for _ in 0..40 {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..=next(&mut state) % 6 {
                let at = next(&mut state) % bytes.len();
                bytes[at] = b"(){}[]<>\"'`:;.,=@#\\\n \x00\xFFxa9*"[next(&mut state) % 27];
            }
            let _ = (language.extract)(path, &String::from_utf8_lossy(&bytes), None);
        }
    }
}

#[test]
fn python_survives_every_prefix() {
    survives_every_prefix(&PYTHON);
}

#[test]
fn typescript_survives_every_prefix() {
    survives_every_prefix(&TYPESCRIPT);
}

#[test]
fn python_survives_damage() {
    survives_damage(&PYTHON);
}

#[test]
fn typescript_survives_damage() {
    survives_damage(&TYPESCRIPT);
}

/// Many names in many scopes on one line of wide characters, as bundlers write.
#[test]
fn minified_files_take_linear_time() {
    let one = "function e(t,n){var r=t.é;return function(o){var i=n(o,\"ü\");return e(i,r)}};";
    let many = "é={x:1};".repeat(20_000) + &one.repeat(20_000);
    let (extract, problems) =
        (TYPESCRIPT.extract)("bundle.min.js", &many, None).expect("an extract");
    assert!(problems.is_empty(), "{problems:?}");
    drop(extract);
}

/// A language that panics over a file that says so, or over all of them.
static FUSSY: Language<&str, ()> = Language {
    id: LanguageId("fussy"),
    extract: |_, _, _| Ok(("", Vec::new())),
    index: |_, _, extracts| {
        let mut texts = extracts.iter().map(|(_, text)| *text);
        assert!(texts.all(|text| text != "no index"));
    },
    resolve: |(), _, _, extract| {
        assert!(*extract != "no facts");
        FileFacts::default()
    },
    notifications: |()| Vec::new(),
};

fn facts_of(texts: &[&'static str]) -> CodeFacts {
    let file = |path: String| SourceFile {
        path: path.into(),
        language: Some(FUSSY.id),
        role: FileRole::Source,
        bytes: 0,
        package: None,
        service: None,
    };
    let paths = (0..texts.len()).map(|number| format!("{number}.fussy"));
    let project = Project {
        files: paths.map(file).collect(),
        ..Project::default()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let source = Source::open(&[root], Limits::default()).expect("a folder");
    let extracts = (0..).map(FileId::new).zip(texts.iter().copied());
    let all = Box::new(Extracts {
        of: &FUSSY,
        extracts: extracts.collect(),
        generated: vec![false; texts.len()],
        notifications: Vec::new(),
    });
    all.resolve(&project, &source)
}

#[test]
fn a_file_that_cannot_be_resolved_costs_itself() {
    let facts = facts_of(&["", "no facts", ""]);
    let files = facts.files.iter().map(|parsed| parsed.file.index());
    assert_eq!(files.collect::<Vec<_>>(), [0, 2]);
    let [problem] = &*facts.notifications else {
        panic!("{:?}", facts.notifications);
    };
    assert_eq!(&*problem.kind, "parser-failure");
    assert_eq!(problem.path.as_deref(), Some("1.fussy"));
}

#[test]
fn files_that_cannot_be_taken_together_cost_their_language() {
    let facts = facts_of(&["", "no index"]);
    assert!(facts.files.is_empty());
    let [problem] = &*facts.notifications else {
        panic!("{:?}", facts.notifications);
    };
    assert_eq!(&*problem.kind, "parser-failure");
    assert!(problem.message.contains("2 files of the language fussy"));
}
