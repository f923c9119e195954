//! References between files, joined to edges.
//!
//! In: [`CodeFacts`], the node of each file. Out: [`Edge`]s.
//! Invariant: one edge per pair of files, kind, labels and way; positions and symbols are sorted.
//! Never: a reference without two known ends.

use rayon::prelude::*;

use crate::model::{
    CodeFacts, EdgeKind, FileId, FileRole, Labels, ParsedFile, Position, Project, Provenance,
    Texts, id,
};

use super::{Edge, NodeIndex, SymbolUse};

id!(
    /// A name that many files use.
    UsedName
);

/// What the references of one edge of a file share.
type Key = (FileId, EdgeKind, Labels, Option<FileId>);

/// An edge whose symbols are still numbers in the names of its file, sorted by their text.
type Draft = (Edge, Vec<(u32, u32)>);

/// The edges of all files, in file order; `files` maps files to nodes.
pub(super) fn edges(project: &Project, code: &CodeFacts, files: &[Option<NodeIndex>]) -> Vec<Edge> {
    let of_file = |parsed| drafts(project, files, parsed);
    let drafts: Vec<Vec<Draft>> = code.files.par_iter().map(of_file).collect();
    let mut names = Texts::<UsedName>::default();
    let mut edges = Vec::with_capacity(drafts.iter().map(Vec::len).sum());
    for (parsed, drafts) in code.files.iter().zip(drafts) {
        let text = |name: u32| parsed.facts.names.get(name as usize);
        edges.extend(drafts.into_iter().map(|(mut edge, symbols)| {
            let known = symbols.into_iter();
            let known = known.filter_map(|(name, count)| Some((names.shared(text(name)?), count)));
            edge.symbols = known
                .map(|(name, count)| SymbolUse { name, count })
                .collect();
            edge
        }));
    }
    edges
}

/// The edges of one file: references that agree in target, kind, labels and way become one. Nothing
/// for a file without a node.
fn drafts(project: &Project, files: &[Option<NodeIndex>], parsed: &ParsedFile) -> Vec<Draft> {
    let node = |file: FileId| files[file.index()];
    let Some(from) = node(parsed.file) else {
        return Vec::new();
    };
    let draft = |group: &[Use]| {
        let (to, kind, labels, via) = group.first()?.0;
        let edge = Edge {
            labels,
            via: via.map(|via| project.source(via).path.clone()),
            weight: group.len() as u64,
            positions: group.iter().map(|it| it.1).collect(),
            ..Edge::new(from, node(to)?, kind, Provenance::Code)
        };
        let names = group.iter().filter_map(|it| it.2).collect();
        Some((edge, counted(names, &parsed.facts.names)))
    };
    let uses = uses(parsed, role_labels(project.source(parsed.file).role));
    let edges = uses.chunk_by(|a, b| a.0 == b.0);
    edges.filter_map(draft).collect()
}

/// What a reference shares with others, its place, and its name.
type Use = (Key, Position, Option<u32>);

/// The references of a file, sorted; those of one edge stand side by side.
fn uses(parsed: &ParsedFile, extra: Labels) -> Vec<Use> {
    let found = parsed.facts.references.iter().map(|it| {
        let key = (it.to, it.kind, it.labels.with(extra), it.via);
        (key, it.at, it.name)
    });
    let mut uses: Vec<Use> = found.collect();
    uses.sort_unstable();
    uses
}

/// Each name once with how often it stood there, sorted by text.
fn counted(mut names: Vec<u32>, texts: &[Box<str>]) -> Vec<(u32, u32)> {
    names.sort_unstable();
    let count = |run: &[u32]| Some((*run.first()?, u32::try_from(run.len()).unwrap_or(u32::MAX)));
    let mut counted: Vec<_> = names.chunk_by(|a, b| a == b).filter_map(count).collect();
    let text = |name: u32| texts.get(name as usize);
    counted.sort_by_key(|(name, _)| text(*name));
    counted.dedup_by(|later, kept| {
        let same = text(later.0) == text(kept.0);
        kept.1 += if same { later.1 } else { 0 };
        same
    });
    counted
}

/// The label that every reference of a file of that role has.
const fn role_labels(role: FileRole) -> Labels {
    match role {
        FileRole::Test => Labels::TEST,
        FileRole::Build => Labels::BUILD,
        FileRole::Source | FileRole::Generated | FileRole::Vendored => Labels::NONE,
    }
}
