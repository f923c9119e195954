//! How often parts that could be released apart change together.
//!
//! In: [`ChangeLog`] (its commits, or change sets joined over repositories), the group of each path.
//! Out: [`Lockstep`].
//! Invariant: lockstep of a set = change sets that touch two or more of it ÷ those that touch any.
//! Never: counts programs' commits, manifests, lock files or mass changes; says how many it left out.

use std::collections::BTreeMap;

use super::noise;
use crate::knowledge::Files;
use crate::model::{ChangeLog, IndexVec, PathId};

/// Largest number of files of a change set that counts.
pub const MOST_FILES: u32 = 50;

/// The groups that each change set touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockstep {
    /// Sorted groups of each change set that touches any, with how many such sets there are.
    sets: BTreeMap<Vec<u32>, u64>,
    /// Change sets left out: written by a program, or too many files.
    pub dropped: u64,
}

/// Change sets of some groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// Those that touch two or more of the groups.
    pub several: u64,
    /// Those that touch at least one.
    pub any: u64,
}

impl Together {
    /// Lockstep, 0 to 1; `None` without a change set.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        super::share(self.several, self.any)
    }
}

impl Lockstep {
    /// Counts the change sets of `log`; `group_of` gives the group of each path of the log.
    #[must_use]
    pub fn of(
        log: &ChangeLog,
        files: &Files,
        group_of: &IndexVec<PathId, Option<u32>>,
        most_files: u32,
    ) -> Self {
        let quiet = |path: &str| noise::is_lock(files, path) || noise::is_manifest(files, path);
        let counts: IndexVec<PathId, Option<u32>> = log
            .paths
            .iter()
            .zip(group_of)
            .map(|(path, group)| group.filter(|_| !quiet(path)))
            .collect();
        let mut lockstep = Self::default();
        for commit in &log.commits {
            let group = |&file: &PathId| counts[file];
            let mut groups: Vec<u32> = commit.files.iter().filter_map(group).collect();
            groups.sort_unstable();
            groups.dedup();
            if commit.touched > most_files || log.bots.binary_search(&commit.author).is_ok() {
                lockstep.dropped += 1;
            } else if !groups.is_empty() {
                *lockstep.sets.entry(groups).or_default() += 1;
            }
        }
        lockstep
    }

    /// Change sets that touch the groups `members`.
    #[must_use]
    pub fn among(&self, members: &[u32]) -> Together {
        let mut together = Together { several: 0, any: 0 };
        for (groups, count) in &self.sets {
            let touched = groups
                .iter()
                .filter(|group| members.contains(group))
                .count();
            together.any += if touched > 0 { *count } else { 0 };
            together.several += if touched > 1 { *count } else { 0 };
        }
        together
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::metrics::change::log;

    fn lockstep() -> Lockstep {
        let mut log = log(&[&[0, 1], &[0], &[1, 3], &[2], &[0, 1, 2], &[1]]);
        log.paths = ["a/x.rs", "b/y.rs", "c/z.rs", "a/Cargo.toml"]
            .map(Into::into)
            .into_iter()
            .collect();
        log.commits[5].touched = 51;
        Lockstep::of(
            &log,
            &Knowledge::default().files,
            &[0, 1, 2, 0].map(Some).to_vec().into(),
            MOST_FILES,
        )
    }

    #[test]
    fn several_of_a_set_over_any_of_it() {
        let lockstep = lockstep();
        assert_eq!(lockstep.among(&[0, 1]), Together { several: 2, any: 4 });
        assert_eq!(lockstep.among(&[0, 1]).share(), Some(0.5));
        assert_eq!(lockstep.among(&[0, 1, 2]), Together { several: 2, any: 5 });
        assert_eq!(lockstep.among(&[7]).share(), None);
        assert_eq!(lockstep.dropped, 1);
    }

    #[test]
    fn programs_do_not_count() {
        let mut log = log(&[&[0, 1], &[0, 1]]);
        log.paths = ["a/x.rs", "b/y.rs"].map(Into::into).into_iter().collect();
        log.bots = vec![crate::model::AuthorId::new(1)];
        let lockstep = Lockstep::of(
            &log,
            &Knowledge::default().files,
            &[0, 1].map(Some).to_vec().into(),
            MOST_FILES,
        );
        assert_eq!((lockstep.among(&[0, 1]).any, lockstep.dropped), (1, 1));
    }
}
