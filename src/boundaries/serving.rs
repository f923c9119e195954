//! The part of a program that could become services: what answers requests, not what sends them.
//!
//! In: first-party files. Out: those in a language in which requests are answered.
//! Invariant: where nothing is known to answer, every file stays.
//! Never: leaves too little to be cut apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, SMALLEST};
use crate::graph::NodeIndex;
use crate::model::{LanguageId, Level};

/// Least share of what answers for a language to count; below it, pages are served beside the program.
const SHARE: f64 = 0.1;

/// Drops the pages and scripts of a browser that lie beside a server in another language.
pub(super) fn serving(input: &Input<'_>, files: Vec<NodeIndex>) -> Vec<NodeIndex> {
    let language = |file: NodeIndex| input.graph.node(file).language.map(family);
    let answering = answering(input, &files);
    let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for &file in &answering {
        *counts.entry(language(file)).or_default() += 1;
    }
    let least = SHARE * answering.len() as f64;
    counts.retain(|_, count| *count as f64 >= least);
    let answers = |file: &NodeIndex| counts.contains_key(&language(*file));
    let kept: Vec<NodeIndex> = files.iter().copied().filter(answers).collect();
    if kept.len() < SMALLEST { files } else { kept }
}

/// Files of services and those that declare a route.
fn answering(input: &Input<'_>, files: &[NodeIndex]) -> Vec<NodeIndex> {
    let places = input.routes.iter().map(|route| &*route.location.path);
    let routed: BTreeSet<&str> = places.collect();
    let answers = |file: &NodeIndex| {
        let service = input.graph.ancestor(*file, Level::Service);
        let path = input.graph.node(*file).path.as_deref();
        path.is_some_and(|path| routed.contains(path))
            || service.is_some_and(|service| input.graph.node(service).role.is_business())
    };
    files.iter().copied().filter(answers).collect()
}

/// Languages that are written in one program side by side.
fn family(language: LanguageId) -> &'static str {
    match language.0 {
        "javascript" | "vue" | "svelte" => "typescript",
        other => other,
    }
}
