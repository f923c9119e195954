//! The files that are cut apart, and every way in which they belong together.
//!
//! In: [`Input`], the files. Out: [`Universe`].
//! Invariant: positions follow the order of paths.
//! Never: a file outside of the universe.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::input::{Input, Named};
use super::sets::FileSet;
use super::words::{self, singular};
use crate::graph::{Digraph, NodeIndex, Similarity, Vertex, WeightedEdge, scc};
use crate::knowledge::{Knowledge, Words};
use crate::metrics::{ChangeFacts, Load, lakos};
use crate::model::{EdgeKind, FileId, IndexVec, Labels, Level, PathId, Role, is_within};

/// Files of commits that count as changing together; larger commits say little.
const MOST_FILES: usize = 40;

pub(crate) struct Universe {
    /// The file nodes, by path.
    pub(crate) files: Vec<NodeIndex>,
    pub(crate) paths: Vec<Arc<str>>,
    /// What words and folders of paths mean.
    pub(crate) knowledge: std::sync::Arc<Knowledge>,
    /// The files of each package.
    pub(crate) packages: Vec<(NodeIndex, FileSet)>,
    /// Packages of the whole project.
    pub(crate) packages_of_all: usize,
    /// First-party files of the whole project.
    pub(crate) files_of_all: usize,
    /// Position of each node of the graph.
    position: Vec<Option<Vertex>>,
    /// Counted dependencies between the files.
    pub(crate) digraph: Digraph,
    /// The same with those of types alone: what holds a domain together, whatever runs.
    pub(crate) ties: Digraph,
    /// The layer of each file; known once a cut is described.
    pub(crate) layers: OnceLock<Vec<Layer>>,
    /// Files that run in a browser, by the words of their paths; known once a cut is described.
    pub(crate) screens: OnceLock<BTreeMap<String, u64>>,
    /// Whether a file uses one outside of the universe, or is used by one.
    pub(crate) outward: Vec<bool>,
    /// Words that tables and routes are named after.
    pub(crate) anchors: BTreeSet<String>,
    /// Names of applications that Django has declared, whatever they mean elsewhere.
    pub(crate) declared: BTreeSet<String>,
    /// Words of the program's own name, which tell no part of it.
    pub(crate) own_words: BTreeSet<String>,
    /// Files of each commit that touches some.
    pub(crate) commits: Vec<Vec<Vertex>>,
    /// Cycles of these dependencies.
    pub(crate) cycles: Vec<Vec<Vertex>>,
    /// Propagation cost of these dependencies.
    pub(crate) propagation: Option<f64>,
    /// References in either direction, each pair 1 + ln(references).
    pub(crate) references: Similarity,
    /// Commits that touch both, each shared out among its files.
    pub(crate) changes: Similarity,
    /// Recorded calls, each pair 1 + ln(calls).
    pub(crate) calls: Similarity,
    /// Tables used by both.
    pub(crate) tables: Similarity,
    /// Routes that each file declares.
    pub(crate) routes: BTreeMap<Vertex, u64>,
    /// The files that use each table: its entity, its repository, its queries.
    pub(crate) entities: Vec<FileSet>,
    /// Words that the paths of both have in common.
    pub(crate) words: Similarity,
    /// The normalised sum of references, changes, calls and tables.
    pub(crate) mixed: Similarity,
    /// Commits, authors and co-changes, if there is a history.
    pub(crate) history: Option<ChangeFacts>,
    /// Whether spans tell which file calls which.
    pub(crate) traced: bool,
    /// Attributed load, if any was measured.
    pub(crate) load: Option<Vec<Option<Load>>>,
    /// Recorded calls between the files.
    pub(crate) call_pairs: Vec<WeightedEdge>,
    /// Of a sample of requests, the calls between the files that each waits for.
    pub(crate) requests: Vec<Vec<WeightedEdge>>,
}

impl Universe {
    /// Gathers all that ties the files together. Whatever leads out of the universe is left out,
    /// except for the note in `outward` that something does.
    pub(crate) fn of(input: &Input<'_>, files: Vec<NodeIndex>) -> Self {
        let graph = input.graph;
        let mut position = vec![None; graph.nodes().len()];
        for (at, file) in files.iter().enumerate() {
            position[file.index()] = Some(Vertex::new(at));
        }
        let paths: Vec<Arc<str>> = files
            .iter()
            .map(|&file| graph.node(file).path.clone().unwrap_or_default())
            .collect();
        let digraph = dependencies(input, &position, files.len());
        let ties = ties(input, &position, &paths);
        let outward = outward(input, &position, files.len());
        let place = |file: FileId| graph.file(file).and_then(|node| position[node.index()]);
        let placed = |calls: &[(FileId, FileId, u64)]| -> Vec<WeightedEdge> {
            let calls = calls.iter();
            calls
                .filter_map(|&(from, to, calls)| Some((place(from)?, place(to)?, calls)))
                .collect()
        };
        let traced = input.calls.map(|(_, found)| found);
        let call_pairs = traced.map_or_else(Vec::new, |found| placed(&found.calls));
        let requests = traced.map_or_else(Vec::new, |found| {
            found.samples.iter().map(|calls| placed(calls)).collect()
        });
        let references = logarithmic(files.len(), digraph.iter());
        let changes = together(input, place, files.len());
        let calls = logarithmic(files.len(), call_pairs.iter().copied());
        let (routes, entities) = (routes(input, &paths), entities(input, &paths));
        let tables = by_table(&entities, paths.len());
        let mixed = mix(&[&references, &changes, &calls, &tables]);
        let commits = commits(input, place);
        let declared = declared(&input.project.knowledge.words, &paths);
        let words = words::similarity(&paths);
        let history = history(input, place, files.len());
        let load = input
            .calls
            .map(|(_, found)| loads(&found.files, place, files.len()));
        Self {
            packages: packages(input, &files),
            packages_of_all: input.project.packages.len(),
            files_of_all: files_of_all(input),
            files,
            paths,
            position,
            cycles: scc::components(&digraph).cycles().clone(),
            propagation: lakos::propagation_cost(&digraph),
            digraph,
            ties,
            layers: OnceLock::new(),
            screens: OnceLock::new(),
            outward,
            knowledge: input.project.knowledge.clone(),
            anchors: anchors(input),
            declared,
            own_words: own_words(input),
            commits,
            references,
            changes,
            calls,
            tables,
            routes,
            entities,
            words,
            mixed,
            history,
            traced: input
                .calls
                .is_some_and(|(profile, _)| profile.tells_calls()),
            load,
            call_pairs,
            requests,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The files, ascending.
    pub(crate) fn vertices(
        &self,
    ) -> impl DoubleEndedIterator<Item = Vertex> + ExactSizeIterator + use<> {
        self.digraph.vertices()
    }

    /// The position of a node of the graph, if it belongs to the universe.
    pub(crate) fn position(&self, node: NodeIndex) -> Option<Vertex> {
        self.position[node.index()]
    }

    /// The sets that a person named, as far as they lie in the universe.
    pub(crate) fn named(&self, named: &[Named]) -> Vec<(String, FileSet)> {
        let matches = |path: &str, set: &Named| {
            set.paths
                .iter()
                .any(|folder| is_within(path, folder.trim_end_matches('/')))
        };
        let set = |set: &Named| {
            let members = self
                .paths
                .iter()
                .enumerate()
                .filter(|(_, path)| matches(path, set));
            (
                set.name.clone(),
                members.map(|(at, _)| Vertex::new(at)).collect::<FileSet>(),
            )
        };
        named
            .iter()
            .map(set)
            .filter(|(_, set)| set.len() > 0)
            .collect()
    }
}

/// Files of one's own in the whole project, tests aside.
fn files_of_all(input: &Input<'_>) -> usize {
    let nodes = input.graph.nodes().iter();
    let own =
        nodes.filter(|node| node.level == Level::File && node.role != Role::Test && node.is_own);
    own.count()
}

/// The files of each package, in the order of the packages.
fn packages(input: &Input<'_>, files: &[NodeIndex]) -> Vec<(NodeIndex, FileSet)> {
    let mut packages: BTreeMap<NodeIndex, Vec<Vertex>> = BTreeMap::new();
    for (at, &file) in (0..).map(Vertex::new).zip(files) {
        if let Some(package) = input.graph.ancestor(file, Level::Package) {
            packages.entry(package).or_default().push(at);
        }
    }
    let sets = packages.into_iter();
    sets.map(|(package, files)| (package, files.into_iter().collect()))
        .collect()
}

/// Counted dependencies between the files, weighed by references of the symbol layer. A pair that
/// only an import joins weighs 1, so that it is not lost.
fn dependencies(input: &Input<'_>, position: &[Option<Vertex>], files: usize) -> Digraph {
    let mut pairs: BTreeMap<(Vertex, Vertex), u64> = BTreeMap::new();
    for edge in input
        .graph
        .edges()
        .iter()
        .filter(|edge| edge.kind.is_code() && edge.is_counted())
    {
        if let (Some(from), Some(to)) = (position[edge.from.index()], position[edge.to.index()]) {
            let symbols = !matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport);
            *pairs.entry((from, to)).or_default() += if symbols { edge.weight } else { 0 };
        }
    }
    Digraph::from_edges(
        files,
        pairs
            .into_iter()
            .map(|((from, to), weight)| (from, to, weight.max(1))),
    )
}

impl Universe {
    /// The same where these words name no part of the program, either.
    pub(crate) fn without(mut self, words: &[String]) -> Self {
        let more = words.iter().flat_map(|word| words::in_order(word));
        self.own_words.extend(more.map(|word| singular(&word)));
        self
    }
}

/// Where each path of the history lies.
fn places(
    input: &Input<'_>,
    place: impl Fn(FileId) -> Option<Vertex>,
) -> IndexVec<PathId, Option<Vertex>> {
    let paths = input.changes.paths.iter();
    let placed = paths.map(|path| input.project.file(path).and_then(&place));
    placed.collect()
}

/// Who uses whom, types and what is named by text included; re-exports and uses of tests aside.
fn ties(input: &Input<'_>, position: &[Option<Vertex>], paths: &[Arc<str>]) -> Digraph {
    let edges = input.graph.edges().iter().filter(|edge| {
        edge.kind.is_code()
            && edge.kind != EdgeKind::Reexport
            && !edge.labels.any(Labels::TEST.with(Labels::BUILD))
    });
    let pairs = edges
        .filter_map(|edge| Some((position[edge.from.index()]?, position[edge.to.index()]?, 1)));
    Digraph::from_edges(paths.len(), pairs.chain(named(input, paths)))
}

/// Modules in which an application of Django keeps its models, the most telling first.
const MODELS: [&str; 3] = ["models", "abstract_models", "models/__init__"];

/// Ties by text: `catalogue.Product` is a model of the folder `catalogue`, `catalogue.views` a module of it.
fn named(input: &Input<'_>, paths: &[Arc<str>]) -> Vec<WeightedEdge> {
    let mut modules: BTreeMap<(&str, &str), Vertex> = BTreeMap::new();
    for (at, path) in (0..)
        .map(Vertex::new)
        .zip(paths)
        .filter(|(_, path)| path.ends_with(".py"))
    {
        let mut parts = path.trim_end_matches(".py").rsplitn(3, '/');
        let (module, folder) = (parts.next().unwrap_or_default(), parts.next());
        if let Some(folder) = folder {
            modules.entry((folder, module)).or_insert(at);
        }
        if let Some(whole) = path
            .trim_end_matches(".py")
            .strip_suffix("/models/__init__")
        {
            let folder = whole.rsplit('/').next().unwrap_or(whole);
            modules.entry((folder, "models/__init__")).or_insert(at);
        }
    }
    let target = |label: &str| -> Option<Vertex> {
        let (app, rest) = label.split_once('.').unwrap_or((label, ""));
        let module = rest.split('.').next().unwrap_or_default();
        let own = std::iter::once(module).filter(|module| !module.is_empty());
        let mut tried = own.chain(MODELS);
        tried.find_map(|module| modules.get(&(app, module)).copied())
    };
    let tie = |(path, label): &(Arc<str>, String)| {
        let from = Vertex::new(paths.binary_search(path).ok()?);
        let to = target(label).filter(|to| *to != from)?;
        Some((from, to, 1))
    };
    input.named.iter().filter_map(tie).collect()
}

/// Which files have a dependency across the border of the universe.
fn outward(input: &Input<'_>, position: &[Option<Vertex>], files: usize) -> Vec<bool> {
    let mut outward = vec![false; files];
    let edges = input.graph.edges().iter();
    for edge in edges.filter(|edge| edge.kind.is_code() && edge.is_counted()) {
        match (position[edge.from.index()], position[edge.to.index()]) {
            (Some(inside), None) | (None, Some(inside)) => outward[inside.index()] = true,
            _ => {}
        }
    }
    outward
}

/// The words of tables, and of the first parts of routes that name something.
fn anchors(input: &Input<'_>) -> BTreeSet<String> {
    let layer = &input.project.knowledge.words.layer;
    let tables = input.tables.iter().map(|table| &*table.table);
    let part = |path: &'_ str| -> String {
        let mut parts = path.split('/').filter(|part| {
            part.chars()
                .all(|c| c.is_alphabetic() || matches!(c, '-' | '_'))
        });
        let names = |part: &&str| {
            words::in_order(part)
                .iter()
                .any(|word| !layer.has(&singular(word)))
        };
        parts.find(names).unwrap_or_default().to_owned()
    };
    let routes: Vec<String> = input.routes.iter().map(|route| part(&route.path)).collect();
    let all = tables.chain(routes.iter().map(String::as_str));
    all.flat_map(words::in_order)
        .map(|word| singular(&word))
        .collect()
}

/// The applications that Django has declared: one called `manager` is no layer.
///
/// Modules of Nest were tried and left out: `cache.module.ts` and its kin declare techniques as often as domains.
fn declared(words: &Words, paths: &[Arc<str>]) -> BTreeSet<String> {
    let name = |path: &Arc<str>| -> Option<String> {
        let name = path.strip_suffix("/apps.py")?.rsplit('/').next()?;
        Some(singular(&name.to_lowercase()))
    };
    let named = paths.iter().filter_map(name);
    named.filter(|name| !words.shared.has(name)).collect()
}

/// Least share of the packages that bear a word for it to be the name of the whole.
const NAMED: f64 = 0.5;

/// Words of the package at the root, and those that most packages bear.
fn own_words(input: &Input<'_>) -> BTreeSet<String> {
    let packages = &input.project.packages;
    let own = |name: &str| -> BTreeSet<String> {
        let name = name.rsplit('/').next().unwrap_or(name);
        words::in_order(name)
            .iter()
            .map(|word| singular(word))
            .collect()
    };
    let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
    for package in packages {
        for word in own(&package.name) {
            *bearers.entry(word).or_default() += 1;
        }
    }
    let least = (NAMED * packages.len() as f64).max(2.0);
    bearers.retain(|_, bearers| *bearers as f64 >= least);
    let root = packages.iter().filter(|package| package.dir.is_empty());
    bearers
        .into_keys()
        .chain(root.flat_map(|package| own(&package.name)))
        .collect()
}

/// The files of each commit that touches some of the universe.
fn commits(input: &Input<'_>, place: impl Fn(FileId) -> Option<Vertex>) -> Vec<Vec<Vertex>> {
    let of_path = places(input, place);
    let files = input.changes.commits.iter().map(|commit| {
        let files = commit.files.iter();
        files.filter_map(|&path| of_path[path]).collect()
    });
    files
        .filter(|files: &Vec<Vertex>| !files.is_empty())
        .collect()
}

/// A similarity of 1 + ln(weight) for each pair, both directions added up. The logarithm keeps one
/// pair with thousands of references from outweighing everything else.
fn logarithmic(files: usize, pairs: impl Iterator<Item = WeightedEdge>) -> Similarity {
    let mut both: BTreeMap<(Vertex, Vertex), u64> = BTreeMap::new();
    for (from, to, weight) in pairs.filter(|pair| pair.0 != pair.1) {
        *both.entry((from.min(to), from.max(to))).or_default() += weight;
    }
    Similarity::from_pairs(
        files,
        both.into_iter()
            .map(|((a, b), weight)| (a, b, 1.0 + (weight.max(1) as f64).ln())),
    )
}

/// How often files change together. A commit of n files gives each pair 1/(n − 1), so that every
/// file gains 1 by a commit, whatever its size; larger commits than `MOST_FILES` are left out.
fn together(
    input: &Input<'_>,
    place: impl Fn(FileId) -> Option<Vertex>,
    files: usize,
) -> Similarity {
    let of_path = places(input, place);
    let mut pairs: FxHashMap<(Vertex, Vertex), f64> = FxHashMap::default();
    for commit in &input.changes.commits {
        let mut touched: Vec<Vertex> = commit
            .files
            .iter()
            .filter_map(|&path| of_path[path])
            .collect();
        touched.sort_unstable();
        touched.dedup();
        if touched.len() > MOST_FILES {
            continue;
        }
        for (at, &a) in touched.iter().enumerate() {
            for &b in &touched[at + 1..] {
                *pairs.entry((a, b)).or_default() += 1.0 / (touched.len() - 1) as f64;
            }
        }
    }
    let mut pairs: Vec<_> = pairs
        .into_iter()
        .map(|((a, b), weight)| (a, b, weight))
        .collect();
    pairs.sort_unstable_by_key(|&(a, b, _)| (a, b));
    Similarity::from_pairs(files, pairs)
}

/// Change facts of the files; `None` without any commit.
fn history(
    input: &Input<'_>,
    place: impl Fn(FileId) -> Option<Vertex>,
    files: usize,
) -> Option<ChangeFacts> {
    let log = input.changes;
    let of_path = places(input, place);
    let facts = ChangeFacts::of(
        log,
        &input.project.knowledge.files,
        &of_path,
        files,
        MOST_FILES,
    );
    (facts.commits > 0).then_some(facts)
}

/// The measured load of each file of the universe; `None` for a file that has none.
fn loads(
    load: &[Option<Load>],
    place: impl Fn(FileId) -> Option<Vertex>,
    files: usize,
) -> Vec<Option<Load>> {
    let mut loads = vec![None; files];
    for (file, load) in load.iter().enumerate().filter(|(_, load)| load.is_some()) {
        if let Some(at) = place(FileId::new(file)) {
            loads[at.index()] = *load;
        }
    }
    loads
}

/// How many routes each file declares.
fn routes(input: &Input<'_>, paths: &[Arc<str>]) -> BTreeMap<Vertex, u64> {
    let mut routes: BTreeMap<Vertex, u64> = BTreeMap::new();
    for route in input.routes {
        if let Ok(at) = paths.binary_search(&route.location.path) {
            *routes.entry(Vertex::new(at)).or_default() += 1;
        }
    }
    routes
}

/// The files that use each table, by the name of the table.
fn entities(input: &Input<'_>, paths: &[Arc<str>]) -> Vec<FileSet> {
    let mut users: BTreeMap<&str, Vec<Vertex>> = BTreeMap::new();
    for table in input.tables {
        if let Ok(at) = paths.binary_search(&table.location.path) {
            users.entry(&table.table).or_default().push(Vertex::new(at));
        }
    }
    users.into_values().map(FileSet::from_iter).collect()
}

/// Files that name the same table; a table of many files says little about each pair.
fn by_table(entities: &[FileSet], files: usize) -> Similarity {
    let pairs = entities.iter().flat_map(|files| {
        let share = 1.0 / files.len().saturating_sub(1).max(1) as f64;
        let members = files
            .members()
            .iter()
            .take(MOST_FILES)
            .copied()
            .collect::<Vec<Vertex>>();
        let pair = |at: usize| {
            members[at + 1..]
                .iter()
                .map(|&b| (members[at], b, share))
                .collect::<Vec<_>>()
        };
        (0..members.len()).flat_map(pair).collect::<Vec<_>>()
    });
    Similarity::from_pairs(files, pairs.collect::<Vec<_>>())
}

/// The sum of graphs of the same files, each scaled to the same total.
pub(crate) fn mix(parts: &[&Similarity]) -> Similarity {
    let files = parts.first().map_or(0, |part| part.nodes());
    let normalised: Vec<Similarity> = parts.iter().map(|part| part.normalised()).collect();
    Similarity::from_pairs(
        files,
        normalised
            .iter()
            .flat_map(Similarity::pairs)
            .collect::<Vec<_>>(),
    )
}

/// What kind of code a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// Answers requests.
    Routes,
    /// Anything else.
    Logic,
    /// Stores and loads.
    Data,
    /// Is passed on.
    Types,
}

impl Layer {
    /// The name in output.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Routes => "routes",
            Self::Logic => "logic",
            Self::Data => "data",
            Self::Types => "types",
        }
    }
}

/// Largest share of the universe that a candidate may be.
pub(crate) const LARGEST: f64 = 0.6;

/// Fewest files of a set that is proposed.
pub(crate) const FEWEST: usize = 3;

/// Most files of a candidate.
pub(crate) fn largest(universe: &Universe) -> usize {
    (LARGEST * universe.len() as f64) as usize
}
