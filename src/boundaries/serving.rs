//! The part of a program that could become services: what answers requests, not what sends them.
//!
//! In: first-party files. Out: those in a language in which requests are answered.
//! Invariant: where nothing is known to answer, every file stays.
//! Never: leaves too little to be cut apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, SMALLEST};
use crate::graph::{Digraph, NodeIndex};
use crate::model::{Labels, LanguageId, Level};

/// Least share of what answers for a language to count, and of all files for a folder to be a program.
const SHARE: f64 = 0.1;

/// Frameworks of pages in a browser, and what a package that answers requests as well depends on.
const BROWSER: [&str; 5] = ["@angular/core", "preact", "react-dom", "svelte", "vue"];
const SERVER: [&str; 9] = [
    "@nestjs/core",
    "@sveltejs/kit",
    "express",
    "fastify",
    "hono",
    "koa",
    "next",
    "nuxt",
    "remix",
];

/// Drops the pages and scripts of a browser that lie beside a server: those of packages for a browser,
/// those in another language, and whole folders that no program with a route in it leads to.
pub(super) fn serving(input: &Input<'_>, files: Vec<NodeIndex>) -> Vec<NodeIndex> {
    let apart = of_other_programs(input, &files);
    let near: Vec<NodeIndex> = files
        .iter()
        .copied()
        .filter(|file| !apart.contains(file) && !is_for_browser(input, *file))
        .collect();
    let kept = in_answering_languages(input, &near);
    if kept.len() < SMALLEST { files } else { kept }
}

/// Whether the file belongs to a package that runs in a browser alone.
fn is_for_browser(input: &Input<'_>, file: NodeIndex) -> bool {
    let path = input.graph.node(file).path.as_deref();
    let file = path.and_then(|path| input.project.file(path));
    let package = file.and_then(|file| input.project.source(file).package);
    let package = package.and_then(|package| input.project.packages.get(package.index()));
    package.is_some_and(|package| {
        let has = |names: &[&str]| {
            let mut needed = package.dependencies.iter();
            needed.any(|needed| names.contains(&&*needed.package))
        };
        package.ecosystem == "npm" && has(&BROWSER) && !has(&SERVER)
    })
}

fn in_answering_languages(input: &Input<'_>, files: &[NodeIndex]) -> Vec<NodeIndex> {
    let language = |file: NodeIndex| input.graph.node(file).language.map(family);
    let answering = answering(input, files);
    let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for &file in &answering {
        *counts.entry(language(file)).or_default() += 1;
    }
    let least = SHARE * answering.len() as f64;
    counts.retain(|_, count| *count as f64 >= least);
    let answers = |file: &NodeIndex| counts.is_empty() || counts.contains_key(&language(*file));
    files.iter().copied().filter(answers).collect()
}

/// Files of large folders in which nothing belongs to a program that declares a route: what leads to
/// a route, and all that this leads to, belongs to such a program.
fn of_other_programs(input: &Input<'_>, files: &[NodeIndex]) -> BTreeSet<NodeIndex> {
    let routed = routed(input);
    let path = |file: NodeIndex| input.graph.node(file).path.as_deref().unwrap_or_default();
    let declares = files.iter().filter(|&&file| routed.contains(path(file)));
    let starts: Vec<u32> = declares.map(|file| file.0).collect();
    if starts.is_empty() {
        return BTreeSet::new();
    }
    let digraph = references(input);
    let users = reached(starts, |node| digraph.predecessors(node));
    let programs = reached(users.into_iter().collect(), |node| digraph.successors(node));
    let mut folders: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for &file in files {
        for folder in above(path(file)) {
            let (all, of_programs) = folders.entry(folder).or_default();
            *all += 1;
            *of_programs += usize::from(programs.contains(&file.0));
        }
    }
    let least = SMALLEST.max((SHARE * files.len() as f64) as usize);
    folders.retain(|_, (all, of_programs)| *all >= least && *of_programs == 0);
    let is_apart = |file: &NodeIndex| above(path(*file)).any(|dir| folders.contains_key(dir));
    files.iter().copied().filter(is_apart).collect()
}

/// The folders that hold a file.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .filter_map(|(end, _)| path.get(..end))
}

/// References between files, those of types too.
fn references(input: &Input<'_>) -> Digraph {
    let edges = input.graph.edges().iter();
    let of_code = edges.filter(|edge| edge.kind.is_code() && !edge.labels.any(Labels::TEST));
    let pairs = of_code.map(|edge| (edge.from.0, edge.to.0, 1));
    Digraph::from_edges(input.graph.nodes().len(), pairs)
}

/// `starts` and all that lies behind them.
fn reached<'g>(mut open: Vec<u32>, next: impl Fn(u32) -> &'g [u32]) -> BTreeSet<u32> {
    let mut found: BTreeSet<u32> = open.iter().copied().collect();
    while let Some(node) = open.pop() {
        open.extend(next(node).iter().filter(|&&node| found.insert(node)));
    }
    found
}

/// Paths of files that declare a route.
fn routed<'i>(input: &Input<'i>) -> BTreeSet<&'i str> {
    let places = input.routes.iter().map(|route| &*route.location.path);
    places.collect()
}

/// Files of services and those that declare a route.
fn answering(input: &Input<'_>, files: &[NodeIndex]) -> Vec<NodeIndex> {
    let routed = routed(input);
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
