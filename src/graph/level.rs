//! The graph seen at one level of containment.
//!
//! In: [`DependencyGraph`], a level. Out: [`LevelGraph`].
//! Invariant: exactly the counted edges that cross a border of the level, weights by symbol layer.
//! Never: edges inside a node.

use std::collections::BTreeMap;

use crate::model::{EdgeKind, IndexVec, Labels, LanguageId, Level, Role};

use super::dependency::DependencyGraph;
use super::{Digraph, Edge, EdgeIndex, NodeIndex, Vertex};

/// Nodes of one level and the weighted dependencies between them.
///
/// The weight of a pair is its number of references in the symbol layer, or 1 where only the
/// import layer knows it (an import for its side effects, a re-export).
#[derive(Clone, Debug)]
pub struct LevelGraph {
    /// The level.
    pub level: Level,
    /// Its nodes in the order of the digraph, sorted by id.
    pub nodes: IndexVec<Vertex, NodeIndex>,
    /// Dependencies between `nodes`, by their place in that list.
    pub digraph: Digraph,
    pairs: BTreeMap<(Vertex, Vertex), Vec<EdgeIndex>>,
}

impl LevelGraph {
    /// The edges behind the dependency of `from` on `to`.
    #[must_use]
    pub fn edges(&self, from: Vertex, to: Vertex) -> &[EdgeIndex] {
        self.pairs.get(&(from, to)).map_or(&[], Vec::as_slice)
    }

    /// Every dependent pair with the edges behind it, in order.
    pub fn pairs(&self) -> impl Iterator<Item = ((Vertex, Vertex), &[EdgeIndex])> {
        self.pairs
            .iter()
            .map(|(&pair, edges)| (pair, edges.as_slice()))
    }
}

impl DependencyGraph {
    /// The graph at `level`, with the edges that count by default: at service level the
    /// synchronous calls between business services, elsewhere the dependencies in the code.
    #[must_use]
    pub fn level(&self, level: Level) -> LevelGraph {
        self.select(level, |edge| self.counts_at(level, edge))
    }

    /// The same without copies of third parties' code, which nobody here maintains: what metrics judge.
    #[must_use]
    pub fn own_level(&self, level: Level) -> LevelGraph {
        let mut nodes = self.nodes_of(level);
        if !matches!(level, Level::System | Level::Service) {
            nodes.retain(|&node| self.node(node).is_own);
        }
        self.between(level, nodes, |edge| self.counts_at(level, edge))
    }

    /// The same with the imports of facades that close circles: between files where loading the one
    /// loads the other at run time, between packages always, because neither can be had without the other.
    #[must_use]
    pub fn level_with_facades(&self, level: Level) -> LevelGraph {
        self.select(level, |edge| {
            self.counts_at(level, edge) || self.loads_facade(level, edge)
        })
    }

    /// Whether an edge is left out for being a facade alone and still ties its ends: at run time
    /// for files of languages that execute imports, in any case for packages. An import within a
    /// function loads nothing when the file is loaded.
    fn loads_facade(&self, level: Level, edge: &Edge) -> bool {
        let only = edge.labels.common(Labels::UNCOUNTED) == Labels::FACADE;
        let runs = |node| {
            let language = self.node(node).language.map(LanguageId::family);
            language.is_some_and(|language| matches!(language.0, "python" | "typescript"))
        };
        let counts = match level {
            Level::Package => true,
            Level::File => runs(edge.from) && runs(edge.to) && !edge.labels.any(Labels::LAZY),
            Level::System | Level::Service | Level::Module => false,
        };
        only && counts && edge.kind.is_code() && !self.is_test(edge.from) && !self.is_test(edge.to)
    }

    /// Whether an edge counts at a level: synchronous calls between business services, elsewhere
    /// dependencies in code without tests.
    fn counts_at(&self, level: Level, edge: &Edge) -> bool {
        if level == Level::Service {
            let business = |node| self.node(node).role.is_business();
            return edge.is_counted()
                && edge.kind.is_synchronous()
                && business(edge.from)
                && business(edge.to);
        }
        edge.kind.is_code()
            && edge.is_counted()
            && !self.is_test(edge.from)
            && !self.is_test(edge.to)
    }

    fn is_test(&self, node: NodeIndex) -> bool {
        self.node(node).role == Role::Test
    }

    /// The graph at `level` with the edges that `keep` accepts.
    #[must_use]
    pub fn select(&self, level: Level, keep: impl Fn(&Edge) -> bool) -> LevelGraph {
        self.between(level, self.nodes_of(level), keep)
    }

    /// The graph between the given nodes, each edge lifted to the ancestors of its ends at that
    /// level. An edge within one ancestor, or with an end below none of the nodes, is left out.
    fn between(
        &self,
        level: Level,
        nodes: Vec<NodeIndex>,
        keep: impl Fn(&Edge) -> bool,
    ) -> LevelGraph {
        let nodes = IndexVec::from(nodes);
        let mut position = IndexVec::of_size(&self.nodes, None);
        for (at, &node) in nodes.pairs() {
            position[node] = Some(at);
        }
        let place = |node| self.ancestor(node, level).and_then(|node| position[node]);
        let mut pairs: BTreeMap<(Vertex, Vertex), Vec<EdgeIndex>> = BTreeMap::new();
        let kept = self.edges.pairs().filter(|(_, edge)| keep(edge));
        let ends = kept.filter_map(|(at, edge)| Some((place(edge.from)?, place(edge.to)?, at)));
        for (from, to, at) in ends.filter(|(from, to, _)| from != to) {
            pairs.entry((from, to)).or_default().push(at);
        }
        let weights = pairs
            .iter()
            .map(|(&(from, to), edges)| (from, to, self.weight(edges)));
        let digraph = Digraph::from_edges(nodes.len(), weights);
        LevelGraph {
            level,
            nodes,
            digraph,
            pairs,
        }
    }

    /// The nodes of a level without tests, sorted by id as all nodes are.
    fn nodes_of(&self, level: Level) -> Vec<NodeIndex> {
        let of_level = self.nodes.pairs().filter(|(_, node)| node.level == level);
        of_level
            .filter(|(_, node)| node.role != Role::Test)
            .map(|(index, _)| index)
            .collect()
    }

    /// References of the symbol layer, or 1 where only imports are known: adding both would count
    /// one use twice.
    fn weight(&self, edges: &[EdgeIndex]) -> u64 {
        let edges = || edges.iter().map(|&edge| self.edge(edge));
        let symbol_layer =
            |edge: &&Edge| !matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport);
        edges()
            .filter(symbol_layer)
            .map(|edge| edge.weight)
            .sum::<u64>()
            .max(1)
    }
}
