//! The commits of the window, newest first, with the trees to compare.
//!
//! In: a repository, a window. Out: [`Step`]s, in order.
//! Invariant: each commit is decoded once; the order is that of committer dates, then of discovery.
//! Never: reads a tree.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use gix::ObjectId;
use gix::commitgraph::Graph;
use rustc_hash::{FxHashMap, FxHashSet};

use super::header::About;
use super::objects::{Broken, Objects};
use super::window::{Window, believable};

/// Most commits that are visited.
const MOST_COMMITS: usize = 3_000_000;

/// A commit whose tree is to be compared with its parent's.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The commit.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// The tree of its parent; `None` for a first commit.
    pub parent_tree: Option<ObjectId>,
    /// Author, date and tickets, unless the commit graph spared reading the commit.
    pub about: Option<About>,
}

/// What the walk met.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Merges, whose changes are those of the commits that they join.
    pub merges: u64,
    /// Commits at the border of a shallow clone: their changes are unknown.
    pub boundary: u64,
    /// First second of the window.
    pub start: Option<i64>,
    /// Committer date of the newest commit, if it is believable.
    pub head_time: Option<i64>,
    /// Commits that could not be read; what is behind them is not seen.
    pub broken: Vec<Broken>,
    /// The limit of commits was reached.
    pub cut: bool,
    /// The window ends before the commits that the newest one follows.
    pub alone: bool,
}

/// A commit that waits for its turn.
struct Node {
    /// Its tree.
    tree: ObjectId,
    /// Its parents.
    parents: Vec<ObjectId>,
    /// Committer date, seconds since 1970.
    committed: i64,
    /// See `Step::about`.
    about: Option<About>,
}

/// The state of a walk.
struct Walk<'a> {
    /// Reads commits that the graph does not know.
    objects: &'a mut Objects,
    /// The repository's list of commits, if it has one.
    graph: Option<&'a Graph>,
    /// Commits whose parents the clone lacks.
    shallow: &'a FxHashSet<ObjectId>,
    /// Commits to be visited, the newest first.
    queue: BinaryHeap<(i64, Reverse<usize>, ObjectId)>,
    /// What is known of them.
    waiting: FxHashMap<ObjectId, Node>,
    /// Trees of all commits met so far, by commit.
    trees: FxHashMap<ObjectId, ObjectId>,
    /// What was met.
    report: Walked,
}

/// Visits all commits from `head` back to the start of the window.
///
/// `each` gets every commit but merges, borders of a shallow clone, and those before the
/// window.
pub(super) fn walk(
    objects: &mut Objects,
    graph: Option<&Graph>,
    shallow: &FxHashSet<ObjectId>,
    head: ObjectId,
    window: Window,
    each: &mut dyn FnMut(Step),
) -> Walked {
    let mut walk = Walk {
        objects,
        graph,
        shallow,
        queue: BinaryHeap::new(),
        waiting: FxHashMap::default(),
        trees: FxHashMap::default(),
        report: Walked::default(),
    };
    walk.start(head, window);
    while let Some((_, _, id)) = walk.queue.pop() {
        walk.visit(id, each);
    }
    walk.report
}

impl Walk<'_> {
    /// Starts at the newest commit, whose date decides where the window begins.
    fn start(&mut self, head: ObjectId, window: Window) {
        self.enqueue(head);
        let newest = self
            .waiting
            .get(&head)
            .map(|node| node.committed)
            .filter(|&time| believable(time));
        self.report.head_time = newest;
        self.report.start = newest.and_then(|newest| window.start(newest));
        let counted = matches!(window, Window::Months(_) | Window::Days(_));
        self.report.alone = counted && self.is_alone(head);
    }

    /// Whether all parents of the newest commit are older than the window.
    fn is_alone(&mut self, head: ObjectId) -> bool {
        let parents = self.waiting.get(&head).map(|node| node.parents.clone());
        let (Some(parents), Some(start)) = (parents, self.report.start) else {
            return false;
        };
        let mut known = parents.iter().filter_map(|parent| self.load(*parent).ok());
        let newer = known.any(|parent| parent.committed >= start);
        !parents.is_empty() && !newer && !self.shallow.contains(&head)
    }

    /// Visits one commit: queues its parents, and hands it out with the tree to compare it with.
    ///
    /// A commit before the window is not followed any further.
    fn visit(&mut self, id: ObjectId, each: &mut dyn FnMut(Step)) {
        let Some(node) = self.waiting.remove(&id) else {
            return;
        };
        if self
            .report
            .start
            .is_some_and(|start| node.committed < start)
        {
            return;
        }
        if self.shallow.contains(&id) {
            self.report.boundary += 1;
            return;
        }
        for &parent in &node.parents {
            self.enqueue(parent);
        }
        match node.parents.as_slice() {
            [] => each(step(id, node, None)),
            [parent] => {
                if let Some(&parent_tree) = self.trees.get(parent) {
                    each(step(id, node, Some(parent_tree)));
                }
            }
            _ => self.report.merges += 1,
        }
    }

    /// Queues a commit that was not met yet.
    fn enqueue(&mut self, id: ObjectId) {
        if self.trees.contains_key(&id) {
            return;
        }
        if self.trees.len() >= MOST_COMMITS {
            self.report.cut = true;
            return;
        }
        match self.load(id) {
            Ok(node) => {
                self.queue
                    .push((node.committed, Reverse(self.trees.len()), id));
                self.trees.insert(id, node.tree);
                self.waiting.insert(id, node);
            }
            Err(broken) => self.report.broken.push(broken),
        }
    }

    /// Reads a commit, from the commit graph if that has it: then without author and subject.
    fn load(&mut self, id: ObjectId) -> Result<Node, Broken> {
        if let Some(node) = self.graph.and_then(|graph| from_graph(graph, id)) {
            return Ok(node);
        }
        let header = self.objects.commit(id)?;
        let (tree, parents) = (header.tree, header.parents);
        Ok(Node {
            tree,
            parents,
            committed: header.committed,
            about: Some(header.about),
        })
    }
}

/// The step of a visited commit.
fn step(id: ObjectId, node: Node, parent_tree: Option<ObjectId>) -> Step {
    Step {
        id,
        tree: node.tree,
        parent_tree,
        about: node.about,
    }
}

/// What the commit graph knows of a commit.
fn from_graph(graph: &Graph, id: ObjectId) -> Option<Node> {
    let commit = graph.commit_by_id(id)?;
    let mut parents = Vec::new();
    for parent in commit.iter_parents() {
        parents.push(graph.id_at(parent.ok()?).to_owned());
    }
    let committed = i64::try_from(commit.committer_timestamp()).ok()?;
    Some(Node {
        tree: commit.root_tree_id().to_owned(),
        parents,
        committed,
        about: None,
    })
}
