//! Communities by the Leiden algorithm (Traag, Waltman, van Eck 2019).
//!
//! In: [`Similarity`], a resolution. Out: the community of each node.
//! Invariant: the same graph gives the same communities; numbered by their first member.
//! Never: random choices; where the paper draws, the best is taken.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::digraph::Vertex;
use super::similarity::Similarity;
use crate::model::{IndexVec, id};

id!(
    /// A community, or a part of one.
    pub Community
);

/// The community of each node.
pub type Partition = IndexVec<Vertex, Community>;

/// Communities that maximise `Σ_c` [`w_c` - `γ·K_c²/(4m)`] (Reichardt, Bornholdt 2006; γ = 1 is modularity).
///
/// `rounds` starts over from the communities found before; 2 is usual. A graph of more than 50,000
/// nodes gets one: there a second takes as long again and adds a ten-thousandth to the modularity.
#[must_use]
pub fn communities(graph: &Similarity, resolution: f64, rounds: usize) -> Partition {
    let rounds = if graph.nodes() > LARGE { 1 } else { rounds };
    let mut found = singles(graph);
    for _ in 0..rounds.max(1) {
        let before = found.clone();
        found = round(graph, resolution, found);
        if found == before {
            break;
        }
    }
    found
}

/// Modularity of a partition at resolution 1.
#[must_use]
pub fn quality(graph: &Similarity, community: &Partition) -> f64 {
    let total = graph.total();
    let groups = graph.quotient(community, bound(community));
    let term = |node: Vertex| {
        let strength = groups.strength(node);
        let inside = groups.own_weight(node);
        inside / total - (strength / (2.0 * total)).powi(2)
    };
    groups.vertices().map(term).sum()
}

/// Every node a community of its own, which has the number of the node.
fn singles(graph: &Similarity) -> Partition {
    let nodes = graph.vertices();
    nodes.map(|node| Community::new(node.index())).collect()
}

/// The number behind the last community.
fn bound(partition: &Partition) -> usize {
    let last = partition.iter().max();
    last.map_or(0, |last| last.index() + 1)
}

/// One run of the algorithm from a given partition: move nodes, refine, make each refined part a
/// node, and repeat until no part shrinks the graph. The next level starts from the moved
/// communities, not from the refined parts, as the paper demands.
fn round(graph: &Similarity, resolution: f64, start: Partition) -> Partition {
    let mut node_of: IndexVec<Vertex, Vertex> = graph.vertices().collect();
    let mut level = Cow::Borrowed(graph);
    let mut partition = start;
    loop {
        let view = View::of(&level, resolution);
        view.move_nodes(&mut partition);
        let count = renumber(&mut partition);
        let (refined, parts) = view.refine(&partition, count);
        let done = parts == level.nodes() || count == level.nodes();
        if done {
            break;
        }
        let next = level.quotient(&refined, parts);
        let node_of_part = |part: Community| Vertex::new(part.index());
        let mut above = next.table(Community::new(0));
        for (&part, &community) in refined.iter().zip(&partition) {
            above[node_of_part(part)] = community;
        }
        node_of
            .iter_mut()
            .for_each(|node| *node = node_of_part(refined[*node]));
        level = Cow::Owned(next);
        partition = above;
    }
    let mut found: Partition = node_of.iter().map(|&node| partition[node]).collect();
    renumber(&mut found);
    found
}

/// Numbers the communities by their first member; returns how many there are.
fn renumber(partition: &mut Partition) -> usize {
    let mut number: IndexVec<Community, _> = vec![None; bound(partition)].into();
    let mut count = 0;
    for community in partition {
        *community = *number[*community].get_or_insert_with(|| {
            count += 1;
            Community::new(count - 1)
        });
    }
    count
}

/// A graph at one level with what gains are computed from.
struct View<'a> {
    graph: &'a Similarity,
    strength: IndexVec<Vertex, f64>,
    /// Resolution over twice the total weight.
    scale: f64,
}

impl<'a> View<'a> {
    /// The graph with its strengths; a graph without ties has a scale of 0.
    fn of(graph: &'a Similarity, resolution: f64) -> Self {
        let strength: IndexVec<Vertex, f64> =
            graph.vertices().map(|node| graph.strength(node)).collect();
        let total: f64 = strength.iter().sum();
        Self {
            graph,
            strength,
            scale: if total > 0.0 { resolution / total } else { 0.0 },
        }
    }

    /// What the nodes of each of the `count` communities are tied with.
    fn sums(&self, partition: &Partition, count: usize) -> IndexVec<Community, f64> {
        let mut sums: IndexVec<Community, f64> = vec![0.0; count].into();
        for (&community, strength) in partition.iter().zip(&self.strength) {
            sums[community] += strength;
        }
        sums
    }

    /// Moves nodes to the neighbouring community with the largest gain until none gains.
    fn move_nodes(&self, partition: &mut Partition) {
        let nodes = self.graph.nodes();
        let mut sums = self.sums(partition, nodes);
        let mut queue: VecDeque<Vertex> = visiting(nodes).into();
        let mut waiting = self.graph.table(true);
        let mut near = Near::new(nodes);
        while let Some(node) = queue.pop_front() {
            waiting[node] = false;
            let (own, strength) = (partition[node], self.strength[node]);
            near.collect(
                self.graph
                    .neighbours(node)
                    .map(|(other, weight)| (partition[other], weight)),
                own,
            );
            sums[own] -= strength;
            let best = near.best(own, |community, weight| {
                weight - self.scale * strength * sums[community]
            });
            sums[best] += strength;
            if best != own {
                partition[node] = best;
                for (other, _) in self.graph.neighbours(node) {
                    if partition[other] != best && !std::mem::replace(&mut waiting[other], true) {
                        queue.push_back(other);
                    }
                }
            }
        }
    }

    /// Splits every community into well-connected parts, numbered in node order.
    fn refine(&self, partition: &Partition, count: usize) -> (Partition, usize) {
        let nodes = self.graph.nodes();
        let whole = self.sums(partition, count);
        let mut parts = Parts {
            of: singles(self.graph),
            sums: self.strength.iter().copied().collect(),
            border: self
                .graph
                .vertices()
                .map(|node| self.inside(partition, node))
                .collect(),
            single: vec![true; nodes].into(),
        };
        let mut near = Near::new(nodes);
        for node in visiting(nodes) {
            let whole = whole[partition[node]];
            let part = Community::new(node.index());
            if parts.single[part] && self.is_connected(&parts, part, whole) {
                self.join(partition, &mut parts, &mut near, node, whole);
            }
        }
        let mut refined = parts.of;
        let count = renumber(&mut refined);
        (refined, count)
    }

    /// Moves a single node into the part of its community that gains most, if that part is well
    /// connected with the rest of the community.
    fn join(
        &self,
        partition: &Partition,
        parts: &mut Parts,
        near: &mut Near,
        node: Vertex,
        whole: f64,
    ) {
        let own = Community::new(node.index());
        let strength = self.strength[node];
        let community = partition[node];
        let mates = self
            .graph
            .neighbours(node)
            .filter(|&(other, _)| partition[other] == community);
        near.collect(mates.map(|(other, weight)| (parts.of[other], weight)), own);
        let gain = |part: Community, weight: f64| {
            let fits = part != own && self.is_connected(parts, part, whole);
            if fits {
                weight - self.scale * strength * parts.sums[part]
            } else {
                0.0
            }
        };
        let best = near.best(own, gain);
        if best != own {
            parts.of[node] = best;
            parts.take(best, own, near.weight(best));
        }
    }

    /// Whether a part of a community is tied to its rest at least as much as chance has it; `whole`
    /// is the strength of the community.
    fn is_connected(&self, parts: &Parts, part: Community, whole: f64) -> bool {
        let sum = parts.sums[part];
        parts.border[part] >= self.scale * sum * (whole - sum)
    }

    /// The weight of a node's ties within its community.
    fn inside(&self, partition: &Partition, node: Vertex) -> f64 {
        let community = partition[node];
        let mates = self
            .graph
            .neighbours(node)
            .filter(|&(other, _)| partition[other] == community);
        mates.map(|(_, weight)| weight).sum()
    }
}

/// Parts of communities; a part has the number of its first node.
struct Parts {
    of: Partition,
    sums: IndexVec<Community, f64>,
    /// Weight between a part and the rest of its community.
    border: IndexVec<Community, f64>,
    single: IndexVec<Community, bool>,
}

impl Parts {
    /// Adds what `single` is to `part`; `between` is the weight of their ties.
    fn take(&mut self, part: Community, single: Community, between: f64) {
        let (border, sum) = (self.border[single], self.sums[single]);
        self.border[part] += border - 2.0 * between;
        self.sums[part] += sum;
        self.single[part] = false;
    }
}

/// Weights from one node to the communities around it.
struct Near {
    weights: IndexVec<Community, f64>,
    touched: Vec<Community>,
}

impl Near {
    /// Room for that many communities.
    fn new(communities: usize) -> Self {
        Self {
            weights: vec![0.0; communities].into(),
            touched: Vec::new(),
        }
    }

    /// Sums weights by community. Only what was touched the last time is cleared: clearing all
    /// would cost the number of communities for every node.
    fn collect(&mut self, pairs: impl Iterator<Item = (Community, f64)>, own: Community) {
        for community in self.touched.drain(..) {
            self.weights[community] = 0.0;
        }
        self.touched.push(own);
        for (community, weight) in pairs {
            let sum = &mut self.weights[community];
            if *sum == 0.0 && community != own {
                self.touched.push(community);
            }
            *sum += weight;
        }
    }

    fn weight(&self, community: Community) -> f64 {
        self.weights[community]
    }

    /// The community with the largest gain; `own` wins ties, then the smaller number.
    fn best(&self, own: Community, gain: impl Fn(Community, f64) -> f64) -> Community {
        let mut best = (gain(own, self.weight(own)), own);
        for &community in self.touched.iter().skip(1) {
            let here = gain(community, self.weight(community));
            let tie = here >= best.0 - 1e-12 && best.1 != own && community < best.1;
            if here > best.0 + 1e-12 || tie {
                best = (here, community);
            }
        }
        best.1
    }
}

/// Nodes beyond which they are visited as they are numbered, and once.
const LARGE: usize = 50_000;

/// A fixed pseudo-random order (Fisher–Yates with `SplitMix64`), so that no order of input is favoured.
///
/// A large graph no longer fits the caches of a processor: numbered by path, neighbours lie near each
/// other, and visiting them so takes less than half the time for the same modularity.
fn visiting(nodes: usize) -> Vec<Vertex> {
    let mut order: Vec<Vertex> = (0..nodes).map(Vertex::new).collect();
    if nodes > LARGE {
        return order;
    }
    let mut state = 0x5ea0_11ae_u64;
    for at in (1..nodes).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let other = ((bits ^ (bits >> 31)) % (at as u64 + 1)) as usize;
        order.swap(at, other);
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cliques(count: u32, size: u32) -> Similarity {
        let inside = |first: u32| {
            (0..size).flat_map(move |a| (a + 1..size).map(move |b| (first + a, first + b, 1.0)))
        };
        let bridge = |clique: u32| (clique * size, (clique + 1) % count * size, 0.5);
        let pairs = (0..count).flat_map(|clique| inside(clique * size).chain([bridge(clique)]));
        Similarity::of_numbers((count * size) as usize, pairs)
    }

    #[test]
    fn cliques_are_communities() {
        let graph = cliques(6, 5);
        let found = communities(&graph, 1.0, 2);
        let cliques = (0..30).map(|node| Community::new(node / 5)).collect();
        assert_eq!(found, cliques);
        assert!(quality(&graph, &found) > 0.7);
    }

    #[test]
    fn low_resolution_merges_and_high_resolution_splits() {
        let graph = cliques(6, 5);
        let count = |resolution| bound(&communities(&graph, resolution, 2));
        assert!(count(0.1) < count(1.0) && count(1.0) < count(20.0));
    }

    #[test]
    fn nothing_connected_stays_apart() {
        let apart = Similarity::from_pairs(3, []);
        assert_eq!(communities(&apart, 1.0, 2), singles(&apart));
        assert!(communities(&Similarity::from_pairs(0, []), 1.0, 2).is_empty());
    }

    proptest! {
        #[test]
        fn no_worse_than_one_community(pairs in proptest::collection::vec((0u32..30, 0u32..30, 0.1f64..4.0), 1..90)) {
            let graph = Similarity::of_numbers(30, pairs.into_iter().filter(|pair| pair.0 != pair.1));
            prop_assume!(!graph.is_empty());
            let found = communities(&graph, 1.0, 2);
            prop_assert!(quality(&graph, &found) >= quality(&graph, &graph.table(Community::new(0))) - 1e-9);
            for (node, &community) in found.pairs() {
                let mates = found.iter().filter(|&&other| other == community).count();
                let linked = graph.neighbours(node).any(|(other, _)| found[other] == community);
                prop_assert!(mates == 1 || linked, "{:?} has no neighbour in its community", node);
            }
        }
    }
}
