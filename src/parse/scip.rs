//! Takes the edges of an index that another tool made (SCIP) in the place of the syntactic ones.
//!
//! In: bytes of a SCIP index, facts. Out: facts whose references are those of the index.
//! Invariant: only files that the index covers change; a broken index changes nothing.
//! Never: trusts a length or a path of the index.

mod document;
mod edges;

use std::collections::BTreeMap;

use self::document::{Document, documents};
use crate::model::{CodeFacts, FileId, Notification, Project};

/// An index made by another tool.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The file's contents.
    pub bytes: Vec<u8>,
    /// Folder of the analysis that the index's paths are relative to, with a slash; or empty.
    pub prefix: String,
}

/// Whether bytes are an index that can be read to its end.
#[must_use]
pub fn is_index(bytes: &[u8]) -> bool {
    documents(bytes).is_some()
}

/// Replaces references by those of `indexes`, one after the other.
#[must_use]
pub fn overlay(mut facts: CodeFacts, project: &Project, indexes: &[Index]) -> CodeFacts {
    for index in indexes {
        let notes = replace(&mut facts, project, &index.bytes, &index.prefix);
        facts.notifications.extend(notes);
    }
    facts.notifications.sort();
    facts
}

/// Replaces the references of every file that `index` covers; `prefix` (with a slash, or empty) is the
/// folder of the analysis that the index's paths are relative to.
///
/// Symbols that end in `/` are modules and make import edges, all others make reference edges.
/// Names without a definition in the index count as external.
///
/// A note tells how many files changed. An index that cannot be read to its end is not used
/// at all: half of its edges would look like a change of the code.
fn replace(
    facts: &mut CodeFacts,
    project: &Project,
    index: &[u8],
    prefix: &str,
) -> Vec<Notification> {
    let Some(documents) = documents(index) else {
        return vec![Notification::error(
            "bad-scip",
            "the index is no SCIP file, or is cut off; it was not used",
        )];
    };
    let place = |document: &Document<'_>| project.file(&format!("{prefix}{}", document.path));
    let placed: Vec<(FileId, &Document<'_>)> = documents
        .iter()
        .filter_map(|document| Some((place(document)?, document)))
        .collect();
    let defined = definitions(&placed);
    let mut covered = 0_usize;
    for (file, document) in placed {
        let found = facts
            .files
            .binary_search_by_key(&file, |parsed| parsed.file);
        if let Ok(found) = found {
            covered += 1;
            edges::write(&mut facts.files[found].facts, file, document, &defined);
        }
    }
    let message = format!(
        "the edges of {covered} files come from a SCIP index with {} documents",
        documents.len()
    );
    vec![Notification::note("scip", message)]
}

/// The files that define each symbol, each once, in the order of the index.
fn definitions<'i>(documents: &[(FileId, &Document<'i>)]) -> BTreeMap<&'i str, Vec<FileId>> {
    let mut defined: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for (file, document) in documents {
        let defining = document.occurrences.iter().filter(|one| one.defines);
        for occurrence in defining {
            let files = defined.entry(occurrence.symbol).or_default();
            if !files.contains(file) {
                files.push(*file);
            }
        }
    }
    defined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Position;
    use crate::model::{
        EdgeKind, FileFacts, Labels, LanguageId, ParsedFile, Reference, SourceFile,
    };

    fn message(parts: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (field, content) in parts {
            bytes.push(u8::try_from(field << 3 | 2).expect("a small field"));
            bytes.push(u8::try_from(content.len()).expect("a short message"));
            bytes.extend(content);
        }
        bytes
    }

    fn occurrence(symbol: &str, roles: u8, line: u8, column: u8) -> (u64, Vec<u8>) {
        let mut bytes = message(&[(1, vec![line, column, column + 1]), (2, symbol.into())]);
        bytes.extend([3 << 3, roles]);
        (2, bytes)
    }

    fn index() -> Vec<u8> {
        let a = message(&[
            (1, b"a.rs".to_vec()),
            occurrence("x cargo p 1 b/", 0, 0, 4),
            occurrence("x cargo p 1 b/B#make().", 0, 1, 6),
            occurrence("x cargo std 1 vec/Vec#", 0, 2, 0),
            occurrence("local 3", 0, 2, 1),
        ]);
        let b = message(&[
            (1, b"b.rs".to_vec()),
            occurrence("x cargo p 1 b/", 1, 0, 0),
            occurrence("x cargo p 1 b/B#make().", 1, 3, 7),
        ]);
        message(&[(2, a), (2, b)])
    }

    fn project() -> (Project, CodeFacts) {
        let file = |path: &str| SourceFile {
            path: path.into(),
            language: Some(LanguageId("rust")),
            role: crate::model::FileRole::Source,
            bytes: 0,
            package: None,
            service: None,
        };
        let project = Project {
            files: vec![file("a.rs"), file("b.rs"), file("c.rs")],
            ..Project::default()
        };
        let parsed = |index: usize| ParsedFile {
            file: FileId::new(index),
            language: LanguageId("rust"),
            generated: false,
            facts: FileFacts::default(),
        };
        (
            project,
            CodeFacts {
                files: vec![parsed(0), parsed(1), parsed(2)],
                notifications: Vec::new(),
            },
        )
    }

    #[test]
    fn takes_modules_as_imports_and_the_rest_as_references() {
        let (project, mut facts) = project();
        let notes = replace(&mut facts, &project, &index(), "");
        assert_eq!(&*notes[0].kind, "scip");
        let found = &facts.files[0].facts;
        let shown: Vec<_> = found
            .references
            .iter()
            .map(|it| (it.kind, it.to, it.name, it.at.line, it.at.column))
            .collect();
        let b = FileId::new(1);
        assert_eq!(
            shown,
            [
                (EdgeKind::Import, b, None, 1, 5),
                (EdgeKind::Reference, b, Some(0), 2, 7)
            ]
        );
        assert_eq!(&*found.names[0], "make");
        assert_eq!((found.tally.resolved, found.tally.external), (2, 1));
    }

    /// Line 1 `mod b;`, line 2 a path through `b` to its child, line 3 the crate of several targets.
    fn paths() -> Vec<u8> {
        let a = message(&[
            (1, b"a.rs".to_vec()),
            occurrence("p b/", 0, 0, 4),
            occurrence("p b/", 0, 1, 4),
            occurrence("p b/c/", 0, 1, 7),
            occurrence("q crate/", 0, 2, 4),
            occurrence("q crate/", 0, 3, 4),
        ]);
        let of = |path: &str, symbols: &[&str]| {
            let mut parts = vec![(1, path.as_bytes().to_vec())];
            parts.extend(symbols.iter().map(|symbol| occurrence(symbol, 1, 0, 0)));
            (2, message(&parts))
        };
        message(&[
            (2, a),
            of("b.rs", &["p b/", "q crate/"]),
            of("c.rs", &["p b/c/", "q crate/"]),
        ])
    }

    #[test]
    fn containment_and_passages_are_no_edges_and_labels_stay() {
        let (project, mut facts) = project();
        let (b, c) = (FileId::new(1), FileId::new(2));
        let known = |to, line| Reference {
            to,
            via: None,
            name: None,
            kind: EdgeKind::Reexport,
            labels: Labels::TEST,
            at: Position::new(line, 9),
        };
        facts.files[0].facts.contains = vec![b];
        facts.files[0].facts.references = vec![known(c, 2), known(b, 3)];
        replace(&mut facts, &project, &paths(), "");
        let found = &facts.files[0].facts;
        let shown: Vec<_> = found
            .references
            .iter()
            .map(|it| (it.kind, it.to, it.at.line))
            .collect();
        assert_eq!(
            shown,
            [(EdgeKind::Reexport, c, 2), (EdgeKind::Reexport, b, 3)]
        );
        assert!(found.references.iter().all(|it| it.labels == Labels::TEST));
        assert_eq!((found.tally.resolved, found.tally.ambiguous), (4, 1));
    }

    #[test]
    fn a_cut_index_changes_nothing() {
        let whole = index();
        for length in 0..whole.len() {
            let (project, mut facts) = project();
            let notes = replace(&mut facts, &project, &whole[..length], "");
            let untouched = facts
                .files
                .iter()
                .all(|parsed| parsed.facts.references.is_empty());
            assert!(&*notes[0].kind == "scip" || untouched, "{length}");
        }
        let (project, mut facts) = project();
        assert_eq!(
            &*replace(&mut facts, &project, &[0xFF; 40], "")[0].kind,
            "bad-scip"
        );
    }
}
