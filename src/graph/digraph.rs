//! A directed, weighted graph as compressed rows, in both directions.
//!
//! In: pairs of `u32` node ids with a weight. Out: [`Digraph`].
//! Invariant: rows are sorted by neighbour, each neighbour once; no self-loops.
//! Never: names, kinds or places; whoever builds the graph keeps those.

/// A directed graph over the nodes `0..nodes()`, immutable once built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digraph {
    forward: Rows,
    reverse: Rows,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rows {
    starts: Vec<usize>,
    heads: Vec<u32>,
    weights: Vec<u64>,
}

impl Digraph {
    /// Builds the graph of `nodes` nodes from (from, to, weight); weights of equal pairs are summed.
    ///
    /// Self-loops and pairs with an end outside `0..nodes` are left out.
    pub fn from_edges(nodes: usize, edges: impl IntoIterator<Item = (u32, u32, u64)>) -> Self {
        let inside = |&(from, to, _): &(u32, u32, u64)| {
            from != to && (from as usize) < nodes && (to as usize) < nodes
        };
        let edges: Vec<_> = edges.into_iter().filter(inside).collect();
        let by_target = scatter(nodes, &edges, |edge| edge.1);
        let by_source = scatter(nodes, &by_target, |edge| edge.0);
        let forward = Rows::from_sorted(nodes, &by_source);
        Self {
            reverse: forward.transposed(),
            forward,
        }
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.forward.starts.len().saturating_sub(1)
    }

    /// Number of distinct (from, to) pairs.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.forward.heads.len()
    }

    /// Nodes that `node` points to, ascending.
    #[must_use]
    pub fn successors(&self, node: u32) -> &[u32] {
        self.forward.row(node).0
    }

    /// Nodes that point to `node`, ascending.
    #[must_use]
    pub fn predecessors(&self, node: u32) -> &[u32] {
        self.reverse.row(node).0
    }

    /// Outgoing (target, weight), ascending by target.
    pub fn outgoing(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.forward.pairs(node)
    }

    /// Incoming (source, weight), ascending by source.
    pub fn incoming(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.reverse.pairs(node)
    }

    /// Sum of the weights that leave `node`.
    #[must_use]
    pub fn out_weight(&self, node: u32) -> u64 {
        self.forward.row(node).1.iter().sum()
    }

    /// Sum of the weights that arrive at `node`.
    #[must_use]
    pub fn in_weight(&self, node: u32) -> u64 {
        self.reverse.row(node).1.iter().sum()
    }

    /// Sum of all weights.
    #[must_use]
    pub fn total_weight(&self) -> u64 {
        self.forward.weights.iter().sum()
    }

    /// The weight of `from` → `to`, if there is such an edge.
    #[must_use]
    pub fn weight(&self, from: u32, to: u32) -> Option<u64> {
        let (heads, weights) = self.forward.row(from);
        heads.binary_search(&to).ok().map(|at| weights[at])
    }

    /// All edges as (from, to, weight), ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u64)> + '_ {
        (0..to_id(self.nodes())).flat_map(|from| {
            self.outgoing(from)
                .map(move |(to, weight)| (from, to, weight))
        })
    }

    /// The graph among `members` (sorted, each once); node `i` of it is `members[i]`.
    #[must_use]
    pub fn induced(&self, members: &[u32]) -> Self {
        let local = |node: u32| members.binary_search(&node).ok().map(to_id);
        let edges = members.iter().enumerate().flat_map(|(at, &node)| {
            self.outgoing(node)
                .filter_map(move |(to, weight)| Some((to_id(at), local(to)?, weight)))
        });
        Self::from_edges(members.len(), edges)
    }

    /// The graph between groups: `group[node]` is the group of a node, below `groups`.
    #[must_use]
    pub fn quotient(&self, group: &[u32], groups: usize) -> Self {
        Self::from_edges(
            groups,
            self.iter()
                .map(|(from, to, weight)| (group[from as usize], group[to as usize], weight)),
        )
    }
}

impl Rows {
    /// `edges` must be sorted by source, then target.
    fn from_sorted(nodes: usize, edges: &[(u32, u32, u64)]) -> Self {
        let mut rows = Self {
            starts: vec![0; nodes + 1],
            ..Self::default()
        };
        let mut last = None;
        for &(from, to, weight) in edges {
            if last == Some((from, to)) {
                if let Some(sum) = rows.weights.last_mut() {
                    *sum = sum.saturating_add(weight);
                }
                continue;
            }
            last = Some((from, to));
            rows.heads.push(to);
            rows.weights.push(weight);
            rows.starts[from as usize + 1] += 1;
        }
        accumulate(&mut rows.starts);
        rows
    }

    fn transposed(&self) -> Self {
        let mut starts = vec![0; self.starts.len()];
        for &head in &self.heads {
            starts[head as usize + 1] += 1;
        }
        accumulate(&mut starts);
        let (mut next, mut heads, mut weights) = (
            starts.clone(),
            vec![0; self.heads.len()],
            vec![0; self.heads.len()],
        );
        for from in 0..to_id(self.starts.len().saturating_sub(1)) {
            for (to, weight) in self.pairs(from) {
                let at = &mut next[to as usize];
                (heads[*at], weights[*at]) = (from, weight);
                *at += 1;
            }
        }
        Self {
            starts,
            heads,
            weights,
        }
    }

    fn row(&self, node: u32) -> (&[u32], &[u64]) {
        let node = node as usize;
        let range = self.starts[node]..self.starts[node + 1];
        (&self.heads[range.clone()], &self.weights[range])
    }

    fn pairs(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        let (heads, weights) = self.row(node);
        heads.iter().copied().zip(weights.iter().copied())
    }
}

/// A stable counting sort of `edges` by `key`.
pub(super) fn scatter<W: Copy + Default>(
    nodes: usize,
    edges: &[(u32, u32, W)],
    key: impl Fn(&(u32, u32, W)) -> u32,
) -> Vec<(u32, u32, W)> {
    let mut next = vec![0; nodes + 1];
    for edge in edges {
        next[key(edge) as usize + 1] += 1;
    }
    accumulate(&mut next);
    let mut sorted = vec![(0, 0, W::default()); edges.len()];
    for edge in edges {
        let at = &mut next[key(edge) as usize];
        sorted[*at] = *edge;
        *at += 1;
    }
    sorted
}

pub(super) fn accumulate(counts: &mut [usize]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

/// A position as a node id; graphs have fewer than 2³² nodes.
pub(crate) fn to_id(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pairs_are_summed_and_rows_are_sorted() {
        let graph = Digraph::from_edges(
            4,
            [
                (0, 2, 1),
                (0, 1, 2),
                (0, 2, 3),
                (3, 0, 1),
                (1, 1, 9),
                (1, 7, 9),
            ],
        );
        assert_eq!(
            graph.iter().collect::<Vec<_>>(),
            [(0, 1, 2), (0, 2, 4), (3, 0, 1)]
        );
        assert_eq!(graph.incoming(2).collect::<Vec<_>>(), [(0, 4)]);
        assert_eq!(
            (graph.nodes(), graph.edges(), graph.total_weight()),
            (4, 3, 7)
        );
        assert_eq!((graph.weight(0, 2), graph.weight(2, 0)), (Some(4), None));
        assert_eq!((graph.out_weight(0), graph.in_weight(0)), (6, 1));
    }

    #[test]
    fn an_empty_graph_has_no_nodes() {
        let graph = Digraph::from_edges(0, []);
        assert_eq!((graph.nodes(), graph.edges()), (0, 0));
        assert_eq!(Digraph::default().nodes(), 0);
        assert_eq!(Digraph::default().iter().count(), 0);
    }

    #[test]
    fn parts_and_groups_keep_their_edges() {
        let graph = Digraph::from_edges(4, [(0, 1, 1), (1, 2, 2), (2, 3, 4), (3, 0, 8)]);
        assert_eq!(
            graph.induced(&[1, 2, 3]).iter().collect::<Vec<_>>(),
            [(0, 1, 2), (1, 2, 4)]
        );
        let pairs = graph.quotient(&[0, 0, 1, 1], 2);
        assert_eq!(pairs.iter().collect::<Vec<_>>(), [(0, 1, 2), (1, 0, 8)]);
    }
}
