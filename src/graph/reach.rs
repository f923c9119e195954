//! Which nodes some reach, and how many each one does.
//!
//! In: [`Digraph`]. Out: [`Reach`], sets of nodes.
//! Invariant: a node reaches itself; members of one cycle share one value.
//! Never: a square bit matrix in memory.

use std::collections::BTreeSet;
use std::ops::Range;

use petgraph::visit::{Dfs, Reversed, Visitable, Walker};
use rayon::prelude::*;

use super::digraph::{Digraph, Vertex};
use super::scc::{self, Component, Components};
use crate::model::IndexVec;

/// Sizes of the reachable sets, each including the node itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Per node.
    pub sizes: IndexVec<Vertex, f64>,
    /// Whether they were counted; `false` means estimated within about 13 % each (standard error).
    pub exact: bool,
}

impl Reach {
    /// The sum over all nodes: Lakos's cumulative component dependency.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.sizes.iter().sum()
    }
}

/// `starts` and all that they reach.
#[must_use]
pub fn from(graph: &Digraph, starts: Vec<Vertex>) -> BTreeSet<Vertex> {
    let walk = Dfs::from_parts(starts, graph.visit_map());
    walk.iter(graph).collect()
}

/// `starts` and all that reaches them.
#[must_use]
pub fn to(graph: &Digraph, starts: Vec<Vertex>) -> BTreeSet<Vertex> {
    let walk = Dfs::from_parts(starts, graph.visit_map());
    walk.iter(Reversed(graph)).collect()
}

/// Columns of one pass of the exact closure, in words of 64.
const WORDS: usize = 8;
/// Row operations that the exact closure may take (about a second of one core).
const EXACT_WORK: usize = 2_000_000_000;

/// Counts the reachable sets, or estimates them where counting would take more than about a second.
#[must_use]
pub fn sizes(graph: &Digraph) -> Reach {
    let condensed = Condensed::of(graph);
    let blocks = graph.nodes().div_ceil(WORDS * 64);
    let work = blocks.saturating_mul(condensed.targets.len() + condensed.components.count);
    let exact = work <= EXACT_WORK;
    let per_component = if exact {
        condensed.count()
    } else {
        condensed.estimate()
    };
    let sizes = condensed
        .components
        .of
        .iter()
        .map(|&component| per_component[component])
        .collect();
    Reach { sizes, exact }
}

/// The acyclic graph of the components; an edge always points to a lower number.
struct Condensed {
    components: Components,
    starts: Vec<usize>,
    targets: Vec<Component>,
    /// Nodes ordered by component, and where each component starts.
    members: Vec<Vertex>,
    member_starts: Vec<usize>,
}

impl Condensed {
    /// Condenses cycles into single nodes and lists the members of each. Components are numbered so
    /// that an edge leads to a lower number: one pass upwards meets every target before its
    /// sources.
    fn of(graph: &Digraph) -> Self {
        let components = scc::components(graph);
        let (members, member_starts) = group(&components);
        let (mut starts, mut targets) = (vec![0], Vec::new());
        let mut seen: IndexVec<Component, _> = vec![None; components.count].into();
        for own in seen.ids() {
            for &node in &members[member_starts[own.index()]..member_starts[own.index() + 1]] {
                for &next in graph.successors(node) {
                    let target = components.of[next];
                    if target != own && seen[target].replace(own) != Some(own) {
                        targets.push(target);
                    }
                }
            }
            starts.push(targets.len());
        }
        Self {
            components,
            starts,
            targets,
            members,
            member_starts,
        }
    }

    fn components(&self) -> impl Iterator<Item = Component> + use<> {
        (0..self.components.count).map(Component::new)
    }

    /// The components that one points to, each once.
    fn targets(&self, component: Component) -> &[Component] {
        let at = component.index();
        &self.targets[self.starts[at]..self.starts[at + 1]]
    }

    /// Where the members of a component stand in the list of members.
    fn places(&self, component: Component) -> Range<usize> {
        let at = component.index();
        self.member_starts[at]..self.member_starts[at + 1]
    }

    /// Exact closure over blocks of 512 columns, so that memory stays linear.
    fn count(&self) -> IndexVec<Component, f64> {
        let blocks = self.members.len().div_ceil(WORDS * 64);
        let sum = |mut left: IndexVec<Component, u64>, right: IndexVec<Component, u64>| {
            left.iter_mut()
                .zip(right)
                .for_each(|(sum, part)| *sum += part);
            left
        };
        let zero = || vec![0; self.components.count].into();
        let counts = (0..blocks)
            .into_par_iter()
            .fold(zero, |counts, block| self.count_block(block, counts))
            .reduce(zero, sum);
        counts.into_iter().map(|count| count as f64).collect()
    }

    /// One pass over a block of columns: each component takes the rows of its targets, which are
    /// complete, and counts its bits.
    fn count_block(
        &self,
        block: usize,
        mut counts: IndexVec<Component, u64>,
    ) -> IndexVec<Component, u64> {
        let first = block * WORDS * 64;
        let mut rows = IndexVec::of_size(&counts, [0u64; WORDS]);
        for component in self.components() {
            let mut row = [0u64; WORDS];
            let own = self.places(component);
            let own = own.start.max(first)..own.end.min(first + WORDS * 64);
            own.for_each(|place| row[(place - first) / 64] |= 1 << ((place - first) % 64));
            for &target in self.targets(component) {
                let below = &rows[target];
                row.iter_mut()
                    .zip(below)
                    .for_each(|(word, other)| *word |= other);
            }
            counts[component] += row
                .iter()
                .map(|word| u64::from(word.count_ones()))
                .sum::<u64>();
            rows[component] = row;
        }
        counts
    }

    /// Flajolet, Fusy, Gandouet, Meunier (2007) with 64 registers, merged along the edges.
    fn estimate(&self) -> IndexVec<Component, f64> {
        let mut sketches: IndexVec<Component, _> = vec![[0u8; 64]; self.components.count].into();
        for component in self.components() {
            let mut sketch = [0u8; 64];
            for &node in &self.members[self.places(component)] {
                let hash = scramble(node.index() as u64);
                let register = &mut sketch[(hash & 63) as usize];
                *register = (*register).max(((hash >> 6) | 1 << 58).trailing_zeros() as u8 + 1);
            }
            for &target in self.targets(component) {
                let below = &sketches[target];
                sketch
                    .iter_mut()
                    .zip(below)
                    .for_each(|(register, other)| *register = (*register).max(*other));
            }
            sketches[component] = sketch;
        }
        let sizes: Vec<f64> = sketches.as_slice().par_iter().map(cardinality).collect();
        sizes.into()
    }
}

/// The nodes sorted by component, and where each component starts.
fn group(components: &Components) -> (Vec<Vertex>, Vec<usize>) {
    let mut starts = vec![0; components.count + 1];
    for (component, size) in components.sizes().into_iter().enumerate() {
        starts[component + 1] = starts[component] + size as usize;
    }
    let (mut next, mut members) = (starts.clone(), vec![Vertex::new(0); components.of.len()]);
    for (node, &component) in components.of.pairs() {
        let place = &mut next[component.index()];
        members[*place] = node;
        *place += 1;
    }
    (members, starts)
}

/// The estimate of a `HyperLogLog` sketch with 64 registers. Small sets are counted by their empty
/// registers, where the raw estimate is biased.
fn cardinality(sketch: &[u8; 64]) -> f64 {
    let sum: f64 = sketch.iter().map(|&rank| 1.0 / (1u64 << rank) as f64).sum();
    let raw = 0.709 * 64.0 * 64.0 / sum;
    let empty = sketch
        .iter()
        .map(|&rank| usize::from(rank == 0))
        .sum::<usize>();
    if raw <= 160.0 && empty > 0 {
        64.0 * (64.0 / empty as f64).ln()
    } else {
        raw
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
fn scramble(value: u64) -> u64 {
    let mut bits = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(graph: &Digraph) -> Vec<f64> {
        let count = |root| Dfs::new(graph, root).iter(graph).count() as f64;
        graph.vertices().map(count).collect()
    }

    #[test]
    fn the_golden_graph_reaches_24() {
        let edges = [
            (0, 1, 5),
            (1, 2, 4),
            (2, 0, 1),
            (2, 3, 3),
            (3, 4, 2),
            (5, 0, 5),
        ];
        let reach = sizes(&Digraph::of_numbers(6, edges));
        assert_eq!(reach.sizes.as_slice(), [5.0, 5.0, 5.0, 2.0, 1.0, 6.0]);
        assert_eq!((reach.total(), reach.exact), (24.0, true));
    }

    #[test]
    fn the_estimate_of_a_chain_is_near() {
        let nodes = 4_000;
        let chain = Digraph::of_numbers(nodes, (1..nodes as u32).map(|node| (node - 1, node, 1)));
        let estimated: f64 = Condensed::of(&chain).estimate().iter().sum();
        let exact = naive(&chain).iter().sum::<f64>();
        assert!(
            (estimated / exact - 1.0).abs() < 0.25,
            "{estimated} against {exact}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn blocks_agree_with_a_naive_search(edges in proptest::collection::vec((0u32..1_100, 0u32..1_100), 0..2_500)) {
            let graph = Digraph::of_numbers(1_100, edges.into_iter().map(|(from, to)| (from, to, 1)));
            let found = sizes(&graph).sizes;
            prop_assert_eq!(found.as_slice(), naive(&graph));
        }
    }
}
