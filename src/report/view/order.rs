//! Orders nodes so that dependents stand before what they depend on.
//!
//! In: weighted dependencies between numbered nodes, a group per node. Out: an order of the nodes.
//! Invariant: groups stay together; without cycles no dependency points backwards; ties by number.
//! Never: more than some hundred nodes (each step looks at every dependency).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Weighted dependencies by dependent and dependency.
pub(in crate::report) type Weights = BTreeMap<(usize, usize), u64>;

/// Orders the nodes `0..groups.len()`; nodes with the same group come out side by side.
pub(in crate::report) fn order(groups: &[usize], weights: &Weights) -> Vec<usize> {
    let mut between = Weights::new();
    for (&(from, to), weight) in weights {
        if groups[from] != groups[to] {
            *between.entry((groups[from], groups[to])).or_default() += weight;
        }
    }
    let mut names: Vec<usize> = groups.to_vec();
    names.sort_unstable();
    names.dedup();
    let members = |group: usize| (0..groups.len()).filter(move |&node| groups[node] == group);
    let ordered = sequence(&names, &between);
    ordered
        .into_iter()
        .flat_map(|group| sequence(&members(group).collect::<Vec<_>>(), weights))
        .collect()
}

/// Takes what nobody left depends on; in a cycle, what gives most and takes least.
///
/// The greedy rule is that of Eades, Lin and Smyth (1993) for few feedback arcs.
fn sequence(nodes: &[usize], weights: &Weights) -> Vec<usize> {
    let mut left: BTreeSet<usize> = nodes.iter().copied().collect();
    let mut out = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let best = next(&left, weights);
        left.remove(&best);
        out.push(best);
    }
    out
}

/// The first node that nothing left depends on, else the one with the largest difference between
/// what it uses and what uses it. Ties go to the lowest number.
fn next(left: &BTreeSet<usize>, weights: &Weights) -> usize {
    // What each node gives to and takes from the others that are left.
    let mut flows: BTreeMap<usize, (u64, u64)> = left.iter().map(|&node| (node, (0, 0))).collect();
    for (&(from, to), weight) in weights {
        if from != to && left.contains(&from) && left.contains(&to) {
            flows.entry(from).or_default().0 += weight;
            flows.entry(to).or_default().1 += weight;
        }
    }
    let key = |(&node, &(given, taken)): (&usize, &(u64, u64))| {
        (i128::from(given) - i128::from(taken), Reverse(node))
    };
    let free = flows.iter().find(|(_, (_, taken))| *taken == 0);
    let best = free.or_else(|| flows.iter().max_by_key(|entry| key(*entry)));
    best.map(|(&node, _)| node).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependents_come_first_and_cycles_stay_together() {
        let weights = Weights::from([((2, 1), 1), ((1, 3), 5), ((3, 1), 1), ((3, 0), 1)]);
        assert_eq!(order(&[0, 1, 2, 1], &weights), [2, 1, 3, 0]);
    }

    #[test]
    fn an_unknown_cycle_is_entered_where_most_goes_out() {
        let weights = Weights::from([((0, 1), 1), ((1, 0), 9)]);
        assert_eq!(order(&[0, 1], &weights), [1, 0]);
    }
}
