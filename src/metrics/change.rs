//! What the history says: churn, authors, change coupling.
//!
//! In: [`ChangeLog`], the node of each of its paths. Out: [`ChangeFacts`] and four metrics.
//! Invariant: a commit counts once per node, however many of its files it touches.
//! Never: counts commits above the cap in coupling; says how many it left out.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::metric::{ChangeFacts, Compute, Coupled, LevelFacts, Metric, share};
use super::noise;
use crate::graph::Vertex;
use crate::knowledge::Files;
use crate::model::{ChangeLog, IndexVec, PathId};

/// Largest number of files of a commit that counts in change coupling (as code-maat).
pub const MOST_FILES: usize = 30;

impl ChangeFacts {
    /// Counts `log`; `node_of` gives the node of each path of the log, `nodes` their number.
    #[must_use]
    pub fn of(
        log: &ChangeLog,
        files: &Files,
        node_of: &IndexVec<PathId, Option<Vertex>>,
        nodes: usize,
        most_files: usize,
    ) -> Self {
        let zero = || vec![0; nodes];
        let mut facts = Self {
            churn: zero(),
            early: zero(),
            revisions: zero(),
            sum_of_coupling: zero(),
            ..Self::default()
        };
        let mut authors = vec![BTreeSet::new(); nodes];
        let mut pairs: FxHashMap<(Vertex, Vertex), u64> = FxHashMap::default();
        let middle = middle(log);
        for commit in &log.commits {
            let node = |&path: &PathId| node_of[path];
            let counts = |path: &&PathId| !noise::is_lock(files, &log.paths[**path]);
            let mut touched: Vec<Vertex> = commit.files.iter().filter_map(node).collect();
            touched.sort_unstable();
            touched.dedup();
            let bot = log.bots.binary_search(&commit.author).is_ok();
            facts.commits += u64::from(!touched.is_empty());
            for &node in &touched {
                facts.churn[node.index()] += 1;
                facts.early[node.index()] += u64::from(commit.time < middle);
                if !bot {
                    authors[node.index()].insert(commit.author);
                }
            }
            if bot || commit.touched as usize > most_files {
                facts.dropped += 1;
            } else {
                let mut telling: Vec<Vertex> = commit
                    .files
                    .iter()
                    .filter(counts)
                    .filter_map(node)
                    .collect();
                telling.sort_unstable();
                telling.dedup();
                facts.add(&telling, &mut pairs);
            }
        }
        facts.authors = authors.iter().map(|authors| authors.len() as u64).collect();
        facts.coupled = pairs
            .into_iter()
            .map(|((a, b), shared)| Coupled { a, b, shared })
            .collect();
        facts.coupled.sort_unstable();
        facts
    }

    /// Counts one commit for each of its nodes and for each pair of them.
    fn add(&mut self, touched: &[Vertex], pairs: &mut FxHashMap<(Vertex, Vertex), u64>) {
        for (at, &a) in touched.iter().enumerate() {
            self.revisions[a.index()] += 1;
            self.sum_of_coupling[a.index()] += touched.len() as u64 - 1;
            for &b in &touched[at + 1..] {
                *pairs.entry((a, b)).or_default() += 1;
            }
        }
    }

    /// Whether a node changes more (up to 1) or less (down to −1) than before: commits of the later half
    /// of the time minus those of the earlier, over both. `None` without a commit.
    #[must_use]
    pub fn trend(&self, node: usize) -> Option<f64> {
        let (all, early) = (*self.churn.get(node)?, *self.early.get(node)?);
        Some(1.0 - 2.0 * share(early, all)?)
    }

    /// Shared commits over the mean of both nodes' commits, 0 to 1 (code-maat's degree).
    #[must_use]
    pub fn degree(&self, pair: Coupled) -> Option<f64> {
        let revisions = self.revisions[pair.a.index()] + self.revisions[pair.b.index()];
        share(2 * pair.shared, revisions)
    }

    /// P(`given` is touched → the other is touched, too).
    #[must_use]
    pub fn conditional(&self, pair: Coupled, given: Vertex) -> Option<f64> {
        share(pair.shared, self.revisions[given.index()])
    }

    /// Commits that touch both over commits that touch either.
    #[must_use]
    pub fn jaccard(&self, pair: Coupled) -> Option<f64> {
        let revisions = self.revisions[pair.a.index()] + self.revisions[pair.b.index()];
        share(pair.shared, revisions - pair.shared)
    }
}

/// The second halfway between the oldest and the newest commit.
fn middle(log: &ChangeLog) -> i64 {
    let times = || log.commits.iter().map(|commit| commit.time);
    let (first, last) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
    first + (last - first) / 2
}

/// Commits.
pub const CHURN: Metric = Metric {
    id: "churn",
    unit: "commits",
    range: "0 and up",
    docs: "Commits in the window that touch the component; merges do not count, renames follow the file. \
           Undefined without a history.",
    compute: Compute::PerNode(|facts| {
        per_node(facts, |changes, node| Some(changes.churn[node] as f64))
    }),
};

/// Authors.
pub const AUTHORS: Metric = Metric {
    id: "authors",
    unit: "people",
    range: "0 and up",
    docs: "Distinct authors, after the mail map, of the commits in the window that touch the component. \
           Undefined without a history.",
    compute: Compute::PerNode(|facts| {
        per_node(facts, |changes, node| Some(changes.authors[node] as f64))
    }),
};

/// Share of all commits.
pub const CHANGE_SHARE: Metric = Metric {
    id: "change_share",
    unit: "ratio",
    range: "0 to 1",
    docs: "Share of the window's commits that touch the component; the shares of several components \
           may add up to more than 1. Undefined without commits.",
    compute: Compute::PerNode(|facts| {
        per_node(facts, |changes, node| {
            share(changes.churn[node], changes.commits)
        })
    }),
};

/// Strongest change coupling with another node.
pub const CHANGE_COUPLING: Metric = Metric {
    id: "change_coupling",
    unit: "ratio",
    range: "0 to 1",
    docs: "Change coupling with the component that it changes together with most: shared commits over the mean \
           of both components' commits. Commits that touch more than 30 files are left out. \
           Undefined where no commit is left. Source: code-maat (Tornhill).",
    compute: Compute::PerNode(strongest),
};

/// A value of the history for each node; nothing without a history.
fn per_node(
    facts: &LevelFacts<'_>,
    value: impl Fn(&ChangeFacts, usize) -> Option<f64>,
) -> Vec<Option<f64>> {
    facts.per_node(|node| {
        facts
            .changes
            .as_ref()
            .and_then(|changes| value(changes, node.index()))
    })
}

/// The highest degree of each node: 0 for one that changes alone, `None` for one without a commit
/// that counts.
fn strongest(facts: &LevelFacts<'_>) -> Vec<Option<f64>> {
    let Some(changes) = &facts.changes else {
        return facts.per_node(|_| None);
    };
    let mut most: Vec<_> = changes
        .revisions
        .iter()
        .map(|&revisions| (revisions > 0).then_some(0.0))
        .collect();
    for &pair in &changes.coupled {
        let degree = changes.degree(pair);
        for node in [pair.a, pair.b] {
            let known = &mut most[node.index()];
            *known = known
                .zip(degree)
                .map(|(known, degree): (f64, f64)| known.max(degree));
        }
    }
    most
}

#[cfg(test)]
pub(crate) fn log(commits: &[&[usize]]) -> ChangeLog {
    let last = commits.iter().flat_map(|files| *files).max();
    let mut log = ChangeLog {
        paths: (0..=*last.unwrap_or(&0))
            .map(|at| format!("{at}.rs").into())
            .collect(),
        ..ChangeLog::default()
    };
    for (at, files) in commits.iter().enumerate() {
        log.commits.push(crate::model::Commit {
            id: format!("{at:040x}").into(),
            time: 0,
            author: crate::model::AuthorId::new(at % 2),
            files: files.iter().map(|&file| PathId::new(file)).collect(),
            touched: files.len() as u32,
            repository: 0,
            tickets: Vec::new(),
        });
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Digraph;
    use crate::knowledge::Knowledge;
    use crate::model::Level;

    fn nodes(of_path: &[Option<usize>]) -> IndexVec<PathId, Option<Vertex>> {
        of_path.iter().map(|at| at.map(Vertex::new)).collect()
    }

    fn golden() -> ChangeFacts {
        ChangeFacts::of(
            &log(&[&[0, 1, 2], &[0, 1]]),
            &Knowledge::default().files,
            &nodes(&[Some(0), Some(1), Some(2)]),
            3,
            MOST_FILES,
        )
    }

    #[test]
    fn golden_coupling() {
        let facts = golden();
        let degrees: Vec<_> = facts
            .coupled
            .iter()
            .map(|&pair| facts.degree(pair))
            .collect();
        assert_eq!(degrees, [Some(1.0), Some(2.0 / 3.0), Some(2.0 / 3.0)]);
        let (a, c) = (Vertex::of(0), Vertex::of(2));
        let pair = facts.coupled[1];
        assert_eq!((pair.a, pair.b), (a, c));
        assert_eq!(
            (facts.conditional(pair, c), facts.conditional(pair, a)),
            (Some(1.0), Some(0.5))
        );
        assert_eq!(facts.jaccard(pair), Some(0.5));
        assert_eq!(facts.sum_of_coupling, [3, 3, 2]);
        assert_eq!(
            (facts.churn.clone(), facts.authors.clone(), facts.commits),
            (vec![2, 2, 1], vec![2, 2, 1], 2)
        );
    }

    #[test]
    fn lock_files_count_as_churn_only_and_trend_compares_halves() {
        let mut log = log(&[&[0, 1], &[0], &[0], &[1]]);
        for (at, commit) in log.commits.iter_mut().enumerate() {
            commit.time = 100 - 10 * at as i64;
        }
        log.paths = ["a.rs", "Cargo.lock"].map(Into::into).into_iter().collect();
        let facts = ChangeFacts::of(
            &log,
            &Knowledge::default().files,
            &nodes(&[Some(0), Some(1)]),
            2,
            MOST_FILES,
        );
        assert_eq!((facts.churn.clone(), facts.coupled.len()), (vec![3, 2], 0));
        assert_eq!((facts.trend(1), facts.trend(7)), (Some(0.0), None));
        assert!(
            facts
                .trend(0)
                .is_some_and(|trend| (trend - 1.0 / 3.0).abs() < 1e-9)
        );
    }

    #[test]
    fn large_commits_count_as_churn_only() {
        let facts = ChangeFacts::of(
            &log(&[&[0, 1, 2], &[0, 1]]),
            &Knowledge::default().files,
            &nodes(&[Some(0), Some(1), None]),
            2,
            2,
        );
        assert_eq!(
            (facts.dropped, facts.churn.clone(), facts.revisions.clone()),
            (1, vec![2, 2], vec![1, 1])
        );
    }

    #[test]
    fn metrics_are_undefined_without_a_history() {
        let digraph = Digraph::from_edges(3, []);
        let mut facts = LevelFacts::of_digraph(Level::File, &digraph);
        assert_eq!(strongest(&facts), [None; 3]);
        facts.changes = Some(golden());
        assert_eq!(strongest(&facts), [Some(1.0), Some(1.0), Some(2.0 / 3.0)]);
        assert_eq!(
            per_node(&facts, |changes, node| share(
                changes.churn[node],
                changes.commits
            ))[2],
            Some(0.5)
        );
    }
}
