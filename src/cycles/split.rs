//! Files that put others together from within a member that many use.
//!
//! In: a component of a [`LevelGraph`]. Out: [`Split`]s.
//! Invariant: no other member, and no file that stays, uses a file that is to move.
//! Never: moves all of a member, or a file whose place its language fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::candidates::EDGES;
use crate::graph::{DependencyGraph, LevelGraph, NodeIndex, Vertex};
use crate::model::{Level, names};

/// Files whose name and place are one to their language.
const PLACED: [&str; 7] = [
    "__init__.py",
    "mod.rs",
    "lib.rs",
    "main.rs",
    "index.js",
    "index.ts",
    "index.tsx",
];

/// Files to move out of a member, with the dependencies that go with them.
#[derive(Clone, Debug)]
pub(super) struct Split {
    /// Position in the list of members.
    pub(super) member: Vertex,
    /// Paths, sorted.
    pub(super) files: Vec<Arc<str>>,
    /// Dependencies of the member that only these files have.
    pub(super) pairs: Vec<(Vertex, Vertex)>,
}

/// What the files of one member have to do with the other members.
#[derive(Default)]
struct Member {
    /// Files behind each dependency on another member.
    uses: BTreeMap<Vertex, BTreeSet<NodeIndex>>,
    /// Files that other members use.
    used: BTreeSet<NodeIndex>,
    /// Dependencies between its files.
    within: Vec<(NodeIndex, NodeIndex)>,
}

/// The splits of the members, by position.
pub(super) fn of(graph: &DependencyGraph, level: &LevelGraph, members: &[Vertex]) -> Vec<Split> {
    if !matches!(level.level, Level::Package | Level::Module) {
        return Vec::new();
    }
    let found = read(graph, level, members);
    let splits = found.iter().enumerate();
    splits
        .filter_map(|(at, member)| split(graph, Vertex::new(at), member))
        .collect()
}

/// Collects, for each member, which files use which other members, which of its files are used, and
/// what its files use of each other.
fn read(graph: &DependencyGraph, level: &LevelGraph, members: &[Vertex]) -> Vec<Member> {
    let local = |node: Vertex| members.binary_search(&node).ok();
    let mut found: Vec<Member> = members.iter().map(|_| Member::default()).collect();
    for ((from, to), edges) in level.pairs() {
        let (Some(from), Some(to)) = (local(from), local(to)) else {
            continue;
        };
        for edge in edges.iter().map(|edge| &graph.edges()[edge.index()]) {
            found[from]
                .uses
                .entry(Vertex::new(to))
                .or_default()
                .insert(edge.from);
            found[to].used.insert(edge.to);
        }
    }
    let place: BTreeMap<NodeIndex, usize> = members
        .iter()
        .enumerate()
        .map(|(at, &node)| (level.nodes[node], at))
        .collect();
    let member = |file| {
        graph
            .ancestor(file, level.level)
            .and_then(|node| place.get(&node))
    };
    let counts = |edge: &&crate::graph::Edge| edge.kind.is_code() && edge.is_counted();
    for edge in graph.edges().iter().filter(counts) {
        if let Some(&at) = member(edge.from).filter(|at| Some(*at) == member(edge.to)) {
            found[at].within.push((edge.from, edge.to));
        }
    }
    found
}

/// The files to move out of a member, if these are few, take a dependency with them, and leave
/// something behind that others use.
fn split(graph: &DependencyGraph, at: Vertex, member: &Member) -> Option<Split> {
    let moved = movable(graph, member);
    let goes = |files: &BTreeSet<NodeIndex>| files.iter().all(|file| moved.contains(file));
    let pairs: Vec<(Vertex, Vertex)> = member
        .uses
        .iter()
        .filter(|(_, files)| goes(files))
        .map(|(&to, _)| (at, to))
        .collect();
    let mut files: Vec<Arc<str>> = moved
        .iter()
        .filter_map(|&file| graph.node(file).path.clone())
        .collect();
    files.sort();
    let fits = (1..=EDGES).contains(&files.len()) && !pairs.is_empty() && !member.used.is_empty();
    fits.then_some(Split {
        member: at,
        files,
        pairs,
    })
}

/// Files that use other members while nothing but files like them uses them.
fn movable(graph: &DependencyGraph, member: &Member) -> BTreeSet<NodeIndex> {
    let placed = |file: &NodeIndex| {
        let path = graph.node(*file).path.as_deref().unwrap_or_default();
        PLACED.contains(&names::tail(path))
    };
    let stays = |file: &NodeIndex| member.used.contains(file) || placed(file);
    let using = member.uses.values().flatten().copied();
    let mut moved: BTreeSet<NodeIndex> = using.filter(|file| !stays(file)).collect();
    // A file on top of one that moves moves, too; if it cannot, neither can the one below it.
    let mut open: Vec<NodeIndex> = moved.iter().copied().collect();
    while let Some(file) = open.pop() {
        let users = member.within.iter().filter(|(_, to)| *to == file);
        for &(user, _) in users {
            if !stays(&user) && moved.insert(user) {
                open.push(user);
            }
        }
    }
    let mut settled = false;
    while !settled {
        let before = moved.len();
        let held: Vec<NodeIndex> = member
            .within
            .iter()
            .filter(|(user, file)| !moved.contains(user) && moved.contains(file))
            .map(|(_, file)| *file)
            .collect();
        moved.retain(|file| !held.contains(file));
        settled = moved.len() == before;
    }
    moved
}
