//! Communities by the Leiden algorithm (Traag, Waltman, van Eck 2019).
//!
//! In: [`Similarity`], a resolution. Out: the community of each node.
//! Invariant: the same graph gives the same communities; numbered by their first member.
//! Never: random choices; where the paper draws, the best is taken.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::digraph::to_id;
use super::similarity::Similarity;

/// Communities that maximise `Σ_c` [`w_c` - `γ·K_c²/(4m)`] (Reichardt, Bornholdt 2006; γ = 1 is modularity).
///
/// `rounds` starts over from the communities found before; 2 is usual. A graph of more than 50,000
/// nodes gets one: there a second takes as long again and adds a ten-thousandth to the modularity.
#[must_use]
pub fn communities(graph: &Similarity, resolution: f64, rounds: usize) -> Vec<u32> {
    let rounds = if graph.nodes() > LARGE { 1 } else { rounds };
    let mut found: Vec<u32> = (0..to_id(graph.nodes())).collect();
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
pub fn quality(graph: &Similarity, community: &[u32]) -> f64 {
    let total = graph.total();
    let groups = graph.quotient(
        community,
        community.iter().max().map_or(0, |&most| most as usize + 1),
    );
    let term = |node: u32| {
        let strength = groups.strength(node);
        let inside = groups.own_weight(node);
        inside / total - (strength / (2.0 * total)).powi(2)
    };
    (0..to_id(groups.nodes())).map(term).sum()
}

fn round(graph: &Similarity, resolution: f64, start: Vec<u32>) -> Vec<u32> {
    let mut node_of: Vec<u32> = (0..to_id(graph.nodes())).collect();
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
        let mut above = vec![0; parts];
        for (node, &part) in refined.iter().enumerate() {
            above[part as usize] = partition[node];
        }
        node_of
            .iter_mut()
            .for_each(|node| *node = refined[*node as usize]);
        level = Cow::Owned(level.quotient(&refined, parts));
        partition = above;
    }
    let mut found: Vec<u32> = node_of
        .iter()
        .map(|&node| partition[node as usize])
        .collect();
    renumber(&mut found);
    found
}

/// Numbers the communities by their first member; returns how many there are.
fn renumber(partition: &mut [u32]) -> usize {
    let most = partition.iter().max().map_or(0, |&most| most as usize + 1);
    let (mut number, mut count) = (vec![u32::MAX; most], 0);
    for community in partition {
        let known = &mut number[*community as usize];
        if *known == u32::MAX {
            *known = count;
            count += 1;
        }
        *community = *known;
    }
    count as usize
}

struct View<'a> {
    graph: &'a Similarity,
    strength: Vec<f64>,
    /// Resolution over twice the total weight.
    scale: f64,
}

impl<'a> View<'a> {
    fn of(graph: &'a Similarity, resolution: f64) -> Self {
        let strength: Vec<f64> = (0..to_id(graph.nodes()))
            .map(|node| graph.strength(node))
            .collect();
        let total: f64 = strength.iter().sum();
        Self {
            graph,
            strength,
            scale: if total > 0.0 { resolution / total } else { 0.0 },
        }
    }

    /// Moves nodes to the neighbouring community with the largest gain until none gains.
    fn move_nodes(&self, partition: &mut [u32]) {
        let nodes = self.graph.nodes();
        let mut sums = vec![0.0; nodes];
        for (node, &community) in partition.iter().enumerate() {
            sums[community as usize] += self.strength[node];
        }
        let mut queue: VecDeque<u32> = visiting(nodes).into();
        let mut waiting = vec![true; nodes];
        let mut near = Near::new(nodes);
        while let Some(node) = queue.pop_front() {
            waiting[node as usize] = false;
            let (own, strength) = (partition[node as usize], self.strength[node as usize]);
            near.collect(
                self.graph
                    .neighbours(node)
                    .map(|(other, weight)| (partition[other as usize], weight)),
                own,
            );
            sums[own as usize] -= strength;
            let best = near.best(own, |community, weight| {
                weight - self.scale * strength * sums[community as usize]
            });
            sums[best as usize] += strength;
            if best != own {
                partition[node as usize] = best;
                for (other, _) in self.graph.neighbours(node) {
                    if partition[other as usize] != best
                        && !std::mem::replace(&mut waiting[other as usize], true)
                    {
                        queue.push_back(other);
                    }
                }
            }
        }
    }

    /// Splits every community into well-connected parts, numbered in node order.
    fn refine(&self, partition: &[u32], count: usize) -> (Vec<u32>, usize) {
        let nodes = self.graph.nodes();
        let mut whole = vec![0.0; count];
        for (node, &community) in partition.iter().enumerate() {
            whole[community as usize] += self.strength[node];
        }
        let mut parts = Parts {
            of: (0..to_id(nodes)).collect(),
            sums: self.strength.clone(),
            border: (0..to_id(nodes))
                .map(|node| self.inside(partition, node))
                .collect(),
            single: vec![true; nodes],
        };
        let mut near = Near::new(nodes);
        for node in visiting(nodes) {
            let whole = whole[partition[node as usize] as usize];
            if parts.single[node as usize] && self.is_connected(&parts, node, whole) {
                self.join(partition, &mut parts, &mut near, node, whole);
            }
        }
        let mut refined = parts.of;
        let count = renumber(&mut refined);
        (refined, count)
    }

    fn join(&self, partition: &[u32], parts: &mut Parts, near: &mut Near, node: u32, whole: f64) {
        let strength = self.strength[node as usize];
        let community = partition[node as usize];
        let mates = self
            .graph
            .neighbours(node)
            .filter(|&(other, _)| partition[other as usize] == community);
        near.collect(
            mates.map(|(other, weight)| (parts.of[other as usize], weight)),
            node,
        );
        let gain = |part: u32, weight: f64| {
            let fits = part != node && self.is_connected(parts, part, whole);
            if fits {
                weight - self.scale * strength * parts.sums[part as usize]
            } else {
                0.0
            }
        };
        let best = near.best(node, gain);
        if best != node {
            parts.border[best as usize] += parts.border[node as usize] - 2.0 * near.weight(best);
            parts.sums[best as usize] += strength;
            parts.single[best as usize] = false;
            parts.of[node as usize] = best;
        }
    }

    fn is_connected(&self, parts: &Parts, part: u32, whole: f64) -> bool {
        let sum = parts.sums[part as usize];
        parts.border[part as usize] >= self.scale * sum * (whole - sum)
    }

    fn inside(&self, partition: &[u32], node: u32) -> f64 {
        let community = partition[node as usize];
        let mates = self
            .graph
            .neighbours(node)
            .filter(|&(other, _)| partition[other as usize] == community);
        mates.map(|(_, weight)| weight).sum()
    }
}

/// Parts of communities; a part has the number of its first node.
struct Parts {
    of: Vec<u32>,
    sums: Vec<f64>,
    /// Weight between a part and the rest of its community.
    border: Vec<f64>,
    single: Vec<bool>,
}

/// Weights from one node to the communities around it.
struct Near {
    weights: Vec<f64>,
    touched: Vec<u32>,
}

impl Near {
    fn new(communities: usize) -> Self {
        Self {
            weights: vec![0.0; communities],
            touched: Vec::new(),
        }
    }

    fn collect(&mut self, pairs: impl Iterator<Item = (u32, f64)>, own: u32) {
        for community in self.touched.drain(..) {
            self.weights[community as usize] = 0.0;
        }
        self.touched.push(own);
        for (community, weight) in pairs {
            let sum = &mut self.weights[community as usize];
            if *sum == 0.0 && community != own {
                self.touched.push(community);
            }
            *sum += weight;
        }
    }

    fn weight(&self, community: u32) -> f64 {
        self.weights[community as usize]
    }

    /// The community with the largest gain; `own` wins ties, then the smaller number.
    fn best(&self, own: u32, gain: impl Fn(u32, f64) -> f64) -> u32 {
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
fn visiting(nodes: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..to_id(nodes)).collect();
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
        Similarity::from_pairs((count * size) as usize, pairs)
    }

    #[test]
    fn cliques_are_communities() {
        let graph = cliques(6, 5);
        let found = communities(&graph, 1.0, 2);
        assert_eq!(found, (0..30).map(|node| node / 5).collect::<Vec<u32>>());
        assert!(quality(&graph, &found) > 0.7);
    }

    #[test]
    fn low_resolution_merges_and_high_resolution_splits() {
        let graph = cliques(6, 5);
        let count = |resolution| {
            communities(&graph, resolution, 2)
                .into_iter()
                .max()
                .map_or(0, |most| most + 1)
        };
        assert!(count(0.1) < count(1.0) && count(1.0) < count(20.0));
    }

    #[test]
    fn nothing_connected_stays_apart() {
        assert_eq!(
            communities(&Similarity::from_pairs(3, []), 1.0, 2),
            [0, 1, 2]
        );
        assert!(communities(&Similarity::from_pairs(0, []), 1.0, 2).is_empty());
    }

    proptest! {
        #[test]
        fn no_worse_than_one_community(pairs in proptest::collection::vec((0u32..30, 0u32..30, 0.1f64..4.0), 1..90)) {
            let graph = Similarity::from_pairs(30, pairs.into_iter().filter(|pair| pair.0 != pair.1));
            prop_assume!(!graph.is_empty());
            let found = communities(&graph, 1.0, 2);
            prop_assert!(quality(&graph, &found) >= quality(&graph, &[0; 30]) - 1e-9);
            for (node, &community) in found.iter().enumerate() {
                let mates = found.iter().filter(|&&other| other == community).count();
                let linked = graph.neighbours(node as u32).any(|(other, _)| found[other as usize] == community);
                prop_assert!(mates == 1 || linked, "node {} has no neighbour in its community", node);
            }
        }
    }
}
