//! The part of a program that could become services: what answers requests, not what sends them.
//!
//! In: first-party files. Out: whether anything answers requests, and the files in a language in which that happens.
//! Invariant: where nothing is known to answer, every file stays.
//! Never: leaves too little to be cut apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, SMALLEST};
use crate::graph::{Digraph, NodeIndex};
use crate::model::names::folders;
use crate::model::{
    DeclaredRoute, FileRole, Labels, LanguageId, Level, Package, PackageId, Project, ServiceId,
};

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

/// Most files per route of a service; a program may have a page for its own state, too.
const FILES_PER_ROUTE: usize = 100;
/// Words in the folders of services that only show how a library is used.
const SHOWS: [&str; 7] = [
    "demo", "demos", "example", "examples", "sample", "samples", "tutorial",
];

/// Whether what is analysed answers requests: calls were recorded, several services have code, or
/// enough routes are declared, in the one service or where all is one package. A service without code
/// is the container that a library is developed in, one without a route is a program.
pub(super) fn answers(input: &Input<'_>) -> bool {
    let sizes = sizes(input);
    let routed = |service: Option<ServiceId>| {
        let of_service = |route: &&DeclaredRoute| {
            let file = input.project.file(&route.location.path);
            let of = file.and_then(|file| input.project.source(file).service);
            file.is_some() && (service.is_none() || of == service)
        };
        let routes = input.routes.iter().filter(of_service).count();
        let files = sizes.get(&service).copied().unwrap_or_default();
        routes > 0 && routes * FILES_PER_ROUTE >= files
    };
    let services: Vec<ServiceId> = sizes.keys().copied().flatten().collect();
    input.calls.is_some()
        || match services.as_slice() {
            [] => input.project.packages.len() < 2 && routed(None),
            [one] => routed(Some(*one)),
            _ => true,
        }
}

/// Files of each business service, and of none; services that show how the rest is used, which is
/// much more, are none.
fn sizes(input: &Input<'_>) -> BTreeMap<Option<ServiceId>, usize> {
    let service = |id: ServiceId| input.project.services.get(id.index());
    let is_business = |id: &ServiceId| service(*id).is_some_and(|it| it.role.is_business());
    let is_show = |dir: &String| {
        let mut words = dir.split(['/', '-', '_']);
        words.any(|word| SHOWS.contains(&word))
    };
    let shows = |id: ServiceId| {
        let dirs = service(id).map_or(&[][..], |it| &it.dirs);
        !dirs.is_empty() && dirs.iter().all(is_show)
    };
    let files = input.project.files.iter();
    let coded = files.filter(|file| file.language.is_some() && file.role == FileRole::Source);
    let mut sizes: BTreeMap<Option<ServiceId>, usize> = BTreeMap::new();
    for file in coded {
        *sizes.entry(file.service.filter(is_business)).or_default() += 1;
    }
    let all: usize = sizes.values().sum();
    let showing = all - sizes.get(&None).copied().unwrap_or_default();
    let mut services = sizes.keys().flatten();
    if (showing as f64) < SHARE * all as f64 && services.all(|id| shows(*id)) {
        return BTreeMap::from([(None, all)]);
    }
    sizes
}

/// Drops the pages and scripts of a browser that lie beside a server: those of packages for a browser,
/// those in another language, and whole folders that no program with a route in it leads to.
pub(super) fn serving(input: &Input<'_>, files: Vec<NodeIndex>) -> Vec<NodeIndex> {
    let paths = input.routes.iter().map(|route| &*route.location.path);
    let paths: BTreeSet<&str> = paths.collect();
    let routed = files.iter().copied();
    let routed: BTreeSet<NodeIndex> = routed
        .filter(|file| paths.contains(path(input, *file)))
        .collect();
    let apart = of_other_programs(input, &files, &routed);
    let browser = for_browser(input.project);
    let package = |file: NodeIndex| {
        let file = input.project.file(path(input, file))?;
        input.project.source(file).package
    };
    let is_near = |file: &NodeIndex| {
        let shown = package(*file).is_some_and(|package| browser.contains(&package));
        !apart.contains(file) && !shown
    };
    let near: Vec<NodeIndex> = files.iter().copied().filter(is_near).collect();
    let kept = in_answering_languages(input, &near, &routed);
    if kept.len() < SMALLEST { files } else { kept }
}

fn path<'i>(input: &Input<'i>, file: NodeIndex) -> &'i str {
    input.graph.node(file).path.as_deref().unwrap_or_default()
}

/// Packages that run in a browser alone.
fn for_browser(project: &Project) -> BTreeSet<PackageId> {
    let is_shown = |package: &Package| {
        let has = |names: &[&str]| {
            let mut needed = package.dependencies.iter();
            needed.any(|needed| names.contains(&&*needed.package))
        };
        package.ecosystem == "npm" && has(&BROWSER) && !has(&SERVER)
    };
    let packages = project.packages.iter().enumerate();
    packages
        .filter(|(_, package)| is_shown(package))
        .map(|(at, _)| at.into())
        .collect()
}

/// Files in a language of which a tenth of what answers is: files of services and those that declare
/// a route.
fn in_answering_languages(
    input: &Input<'_>,
    files: &[NodeIndex],
    routed: &BTreeSet<NodeIndex>,
) -> Vec<NodeIndex> {
    let family = |file: NodeIndex| input.graph.node(file).language.map(LanguageId::family);
    let is_of_service = |file: NodeIndex| {
        let service = input.graph.ancestor(file, Level::Service);
        service.is_some_and(|service| input.graph.node(service).role.is_business())
    };
    let answering = files.iter().copied();
    let answering = answering.filter(|file| routed.contains(file) || is_of_service(*file));
    let mut counts: BTreeMap<Option<LanguageId>, usize> = BTreeMap::new();
    for file in answering {
        *counts.entry(family(file)).or_default() += 1;
    }
    let least = SHARE * counts.values().sum::<usize>() as f64;
    counts.retain(|_, count| *count as f64 >= least);
    let answers = |file: &NodeIndex| counts.is_empty() || counts.contains_key(&family(*file));
    files.iter().copied().filter(answers).collect()
}

/// Files of large folders in which nothing belongs to a program that declares a route: what leads to
/// a route, and all that this leads to, belongs to such a program.
fn of_other_programs(
    input: &Input<'_>,
    files: &[NodeIndex],
    routed: &BTreeSet<NodeIndex>,
) -> BTreeSet<NodeIndex> {
    if routed.is_empty() {
        return BTreeSet::new();
    }
    let digraph = references(input);
    let starts = routed.iter().map(|file| file.0).collect();
    let users = reached(starts, |node| digraph.predecessors(node));
    let programs = reached(users.into_iter().collect(), |node| digraph.successors(node));
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for &file in files {
        for folder in folders(path(input, file)) {
            let (all, of_programs) = counts.entry(folder).or_default();
            *all += 1;
            *of_programs += usize::from(programs.contains(&file.0));
        }
    }
    let least = SMALLEST.max((SHARE * files.len() as f64) as usize);
    counts.retain(|_, (all, of_programs)| *all >= least && *of_programs == 0);
    let is_apart =
        |file: &NodeIndex| folders(path(input, *file)).any(|dir| counts.contains_key(dir));
    files.iter().copied().filter(is_apart).collect()
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
