//! What is known of a large cycle while it is untied.
//!
//! In: a component of a [`LevelGraph`]. Out: [`Knot`].
//! Invariant: nodes are positions in the list of members; roles are those of the whole component.
//! Never: forgets what was cut before.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::graph::{
    DependencyGraph, Digraph, Edge, LevelGraph, Node, Vertex, WeightedEdge, feedback, scc,
};
use crate::model::{EdgeKind, IndexVec, Level, names};

/// Share of the other members that a composition root uses.
const ROOT: f64 = 1.0 / 3.0;
/// Fewest members that it uses, and how many more than members do on average.
const WIRED: usize = 4;
const OUTSTANDING: usize = 2;
/// Share of the other members that use the kernel, and how much more it is used than it uses.
const KERNEL: (f64, f64) = (1.0 / 3.0, 2.0);
/// How much dearer a dependency is that stays, and one of a whole on a part of it.
const STAYS: u64 = 100;
const DOWN: u64 = 3;
/// File names, without extension, of routing tables.
const ROUTING: [&str; 5] = ["urls", "routes", "router", "routers", "routing"];

/// A component and what may be cut in it.
pub(super) struct Knot<'a> {
    /// What is left; weights are places in the code.
    pub(super) digraph: Digraph,
    /// Members of the largest component that is left, ascending.
    pub(super) largest: Vec<Vertex>,
    /// Whether a member puts the others together.
    pub(super) root: IndexVec<Vertex, bool>,
    /// Whether a large share of the others uses a member.
    pub(super) kernel: IndexVec<Vertex, bool>,
    /// Names of the folders, packages or modules that hold each member, the innermost first.
    pub(super) folders: IndexVec<Vertex, Vec<&'a str>>,
    /// Dependencies that point upwards and may be given up, ascending.
    pub(super) upward: BTreeSet<(Vertex, Vertex)>,
    /// Dependencies that hand something on or come from a routing table.
    wiring: BTreeSet<(Vertex, Vertex)>,
}

impl<'a> Knot<'a> {
    /// The knot of a component, with what may be cut in it.
    pub(super) fn of(
        graph: &'a DependencyGraph,
        level: &LevelGraph,
        priced: &Digraph,
        members: &[Vertex],
    ) -> Self {
        let digraph = priced.induced(members);
        let node = |at: &Vertex| graph.node(level.nodes[*at]);
        let root = roots(&digraph);
        let kernel = kernel(&digraph, &root);
        let folders: IndexVec<Vertex, _> = members.iter().map(|at| holders(node(at))).collect();
        let handed_on = |&(from, to): &(Vertex, Vertex)| {
            is_wiring(graph, level, (members[from.index()], members[to.index()]))
        };
        let pairs = digraph.iter().map(|(from, to, _)| (from, to));
        let mut knot = Self {
            largest: (digraph.vertices()).collect(),
            upward: BTreeSet::new(),
            wiring: pairs.filter(handed_on).collect(),
            digraph,
            folders,
            root,
            kernel,
        };
        knot.find_upward();
        knot
    }

    /// The arcs of the cheapest cut that leaves in place what stays, as far as that can be.
    fn find_upward(&mut self) {
        let nested = |from: Vertex, to: Vertex| is_nested(&self.folders, from, to);
        let parent = parents(&self.digraph, nested);
        let stays = |from: Vertex, to: Vertex| {
            self.root[from]
                || self.kernel[to]
                || (parent[from] && nested(from, to))
                || self.wiring.contains(&(from, to))
        };
        let dearer = |(from, to, cost): WeightedEdge| {
            let times = match (stays(from, to), nested(from, to)) {
                (true, _) => STAYS,
                (false, true) => DOWN,
                (false, false) => 1,
            };
            (from, to, cost.saturating_mul(times))
        };
        let nodes = self.digraph.nodes();
        let weighted = Digraph::from_edges(nodes, self.digraph.iter().map(dearer));
        let arcs = feedback::arcs(&weighted).into_iter();
        self.upward = arcs
            .map(|(from, to, _)| (from, to))
            .filter(|&(from, to)| !stays(from, to))
            .collect();
    }

    /// The knot once what puts the others together has moved out of `member`.
    pub(super) fn split(self, member: Vertex, pairs: &[(Vertex, Vertex)]) -> Self {
        let mut knot = self.without(pairs);
        knot.root[member] = false;
        knot.kernel[member] = kernel(&knot.digraph, &knot.root)[member];
        knot.find_upward();
        knot
    }

    /// Places to change where this dependency is given up.
    pub(super) fn cost(&self, pair: (Vertex, Vertex)) -> u64 {
        self.digraph.weight(pair.0, pair.1).unwrap_or(1)
    }

    /// Whether a dependency points upwards, away from the kernel, and may be given up.
    pub(super) fn is_upward(&self, pair: (Vertex, Vertex)) -> bool {
        self.upward.contains(&pair)
    }

    /// The group with its edges as positions in the list of members.
    pub(super) fn outside(&self, mut group: Group) -> Group {
        for (from, to) in &mut group.edges {
            (*from, *to) = (self.largest[from.index()], self.largest[to.index()]);
        }
        group.edges.sort_unstable();
        group
    }

    /// The knot without `edges`.
    pub(super) fn without(self, edges: &[(Vertex, Vertex)]) -> Self {
        let kept = |&(from, to, _): &WeightedEdge| !edges.contains(&(from, to));
        let digraph = Digraph::from_edges(self.digraph.nodes(), self.digraph.iter().filter(kept));
        let left = |pair: &(Vertex, Vertex)| !edges.contains(pair);
        let cycles = scc::components(&digraph).cycles();
        let largest = cycles
            .into_iter()
            .max_by(|a, b| a.len().cmp(&b.len()).then_with(|| b.cmp(a)));
        Self {
            digraph,
            largest: largest.unwrap_or_default(),
            upward: self.upward.into_iter().filter(left).collect(),
            ..self
        }
    }
}

/// Members that use a large share of the others, unless those use them far more.
fn roots(digraph: &Digraph) -> IndexVec<Vertex, bool> {
    let others = digraph.nodes().saturating_sub(1) as f64;
    let is_root = |node: Vertex| {
        let (uses, users) = (
            digraph.successors(node).len(),
            digraph.predecessors(node).len(),
        );
        let stands_out = uses * digraph.nodes() >= OUTSTANDING * digraph.edges();
        let wires = uses >= WIRED && uses as f64 >= ROOT * others && stands_out;
        wires && (users as f64) < KERNEL.1 * uses as f64
    };
    (digraph.vertices()).map(is_root).collect()
}

/// Members that use a large share of what is nested in them, which they put together.
fn parents(digraph: &Digraph, nested: impl Fn(Vertex, Vertex) -> bool) -> IndexVec<Vertex, bool> {
    let nodes = || digraph.vertices();
    let is_parent = |node: Vertex| {
        let uses = digraph.successors(node).iter();
        let used = uses.filter(|&&to| nested(node, to)).count();
        let parts = nodes().filter(|&part| nested(node, part)).count();
        used >= WIRED && used as f64 >= ROOT * parts as f64
    };
    nodes().map(is_parent).collect()
}

/// Whether the second lies within the first; a file holds no other.
fn is_nested(folders: &IndexVec<Vertex, Vec<&str>>, outer: Vertex, inner: Vertex) -> bool {
    let outer = folders[outer].first();
    let mut above = folders[inner].iter().skip(1);
    above.any(|holder| Some(holder) == outer)
}

/// Members that a third of the others use, at least twice as much as they use others themselves.
/// What puts the program together is none, although much of it may be used.
fn kernel(digraph: &Digraph, root: &IndexVec<Vertex, bool>) -> IndexVec<Vertex, bool> {
    let others = digraph.nodes().saturating_sub(1) as f64;
    let is_kernel = |node: Vertex| {
        let users = digraph.predecessors(node).len() as f64;
        let uses = digraph.successors(node).len() as f64;
        users >= KERNEL.0 * others && users >= KERNEL.1 * uses && !root[node]
    };
    (digraph.vertices()).map(is_kernel).collect()
}

/// Whether a dependency hands something on, or comes from nothing but routing tables.
fn is_wiring(graph: &DependencyGraph, level: &LevelGraph, (from, to): (Vertex, Vertex)) -> bool {
    let edges = || {
        let edges = level.edges(from, to).iter();
        edges.map(|edge| &graph.edges()[edge.index()])
    };
    let routes = |edge: &Edge| {
        let path = graph.node(edge.from).path.as_deref().unwrap_or_default();
        let stem = names::tail(path).split('.').next().unwrap_or_default();
        ROUTING.contains(&stem)
    };
    edges().any(|edge| edge.kind == EdgeKind::Reexport)
        || (level.level != Level::Service && edges().all(routes))
}

/// The folders of a file, the modules above a module: `a::b` and `a` of `a::b::c`.
fn holders(node: &Node) -> Vec<&str> {
    let name = match node.level {
        Level::File => node.path.as_deref().unwrap_or(&node.name),
        Level::Package => node.path.as_deref().unwrap_or_default(),
        Level::Module | Level::Service | Level::System => &node.name,
    };
    let first = if node.level == Level::File {
        Some(names::folder(name))
    } else {
        Some(name)
    };
    std::iter::successors(first, |name| above(name))
        .filter(|holder| !holder.is_empty())
        .collect()
}

/// The name without its last part.
fn above(name: &str) -> Option<&str> {
    let at = name.rfind(['/', '.', ':'])?;
    Some(name[..at].trim_end_matches(':'))
}

/// Edges to remove together, with what that brings.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) edges: Vec<(Vertex, Vertex)>,
    pub(super) frees: usize,
    pub(super) cost: u64,
}

impl Group {
    /// Much freed at few places first: by members² a place, so that many at once go before cheap single ones.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let worth = |frees: usize, cost: u64| (frees as u128).pow(2) * u128::from(cost.max(1));
        let (own, others) = (worth(self.frees, other.cost), worth(other.frees, self.cost));
        others.cmp(&own).then_with(|| {
            let key = |group: &Self| (group.cost, group.edges.len());
            (key(self), &self.edges).cmp(&(key(other), &other.edges))
        })
    }
}
