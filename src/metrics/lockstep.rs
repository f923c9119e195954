//! How often parts that could be released apart change together.
//!
//! In: [`ChangeLog`] (its commits, or change sets joined over repositories), the group of each path.
//! Out: [`Lockstep`].
//! Invariant: lockstep of a set = change sets that touch two or more of it ÷ those that touch any.
//! Never: counts programs' commits, manifests, lock files or mass changes, nor the same kind of file that is no code
//! in three groups at once; says how many it left out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::noise;
use crate::knowledge::Files;
use crate::model::names::tail;
use crate::model::{ChangeLog, IndexVec, PathId, is_settings};

/// Largest number of files of a change set that counts.
pub const MOST_FILES: u32 = 50;

/// From so many groups at once on, files of one kind are changed for a reason of their own: a setting, a template of
/// deployment, generated code.
const SWEEP: usize = 3;
/// Change sets that are kept as samples of those that touch the same groups.
const SAMPLES: usize = 2;

/// The groups that each change set touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockstep {
    /// Sorted groups of each change set that touches any, with the sets that touch just these.
    sets: BTreeMap<Vec<u32>, Seen>,
    /// Change sets left out: written by a program, or too many files.
    pub dropped: u64,
}

/// Change sets that touch the same groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    count: u64,
    /// Places in the log of the latest of them.
    samples: Vec<usize>,
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
        let kinds: IndexVec<PathId, Option<&str>> =
            log.paths.iter().map(|path| kind(files, path)).collect();
        for (at, commit) in log.commits.iter().enumerate() {
            let groups = touched(&commit.files, &counts, &kinds);
            if commit.touched > most_files || log.bots.binary_search(&commit.author).is_ok() {
                lockstep.dropped += 1;
            } else if !groups.is_empty() {
                let seen = lockstep.sets.entry(groups).or_default();
                seen.count += 1;
                seen.samples.push(at);
                if seen.samples.len() > SAMPLES {
                    seen.samples = latest(log, std::mem::take(&mut seen.samples));
                }
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
            together.any += if touched > 0 { count.count } else { 0 };
            together.several += if touched > 1 { count.count } else { 0 };
        }
        together
    }

    /// The latest change sets of `log` that touch several of `members`, as places in it.
    #[must_use]
    pub fn samples(&self, log: &ChangeLog, members: &[u32]) -> Vec<usize> {
        let several = |groups: &[u32]| {
            let touched = groups.iter().filter(|group| members.contains(group));
            touched.count() > 1
        };
        let seen = self.sets.iter().filter(|(groups, _)| several(groups));
        let samples = seen.flat_map(|(_, seen)| &seen.samples);
        latest(log, samples.copied().collect())
    }
}

/// The latest of some change sets; of two of one time the first in the log.
fn latest(log: &ChangeLog, mut places: Vec<usize>) -> Vec<usize> {
    let time = |at: &usize| log.commits.get(*at).map(|commit| commit.time);
    places.sort_by_key(|at| (Reverse(time(at)), *at));
    places.truncate(SAMPLES);
    places
}

/// The groups that a change set touches, without files of a kind that it changes in many of them.
fn touched(
    files: &[PathId],
    groups: &IndexVec<PathId, Option<u32>>,
    kinds: &IndexVec<PathId, Option<&str>>,
) -> Vec<u32> {
    let mut of_kind: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for file in files {
        if let Some((kind, group)) = kinds[*file].zip(groups[*file]) {
            of_kind.entry(kind).or_default().insert(group);
        }
    }
    let sweeps = |kind: &str| {
        of_kind
            .get(kind)
            .is_some_and(|groups| groups.len() >= SWEEP)
    };
    let counts = files
        .iter()
        .filter(|file| !kinds[**file].is_some_and(sweeps));
    let found: BTreeSet<u32> = counts.filter_map(|file| groups[*file]).collect();
    found.into_iter().collect()
}

/// What kind of file it is, for one that is no code or that a program writes: its extension, else its name.
#[must_use]
pub fn kind<'p>(files: &'p Files, path: &'p str) -> Option<&'p str> {
    let name = tail(path);
    let mut generated = files.generated_ends.iter();
    if let Some(end) = generated.find(|end| name.ends_with(end)) {
        return Some(end);
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let settings = is_settings(name) || extension.is_none() || name.starts_with('.');
    let plain = matches!(extension, Some("adoc" | "md" | "rst" | "txt" | "xml"));
    (settings || plain).then(|| extension.unwrap_or(name))
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
    fn a_kind_of_file_in_three_groups_at_once_does_not_count() {
        // Settings of all three; settings of two; code of all three beside their settings.
        let mut log = log(&[&[0, 1, 2], &[0, 1], &[0, 1, 2, 3, 4, 5]]);
        let paths = [
            "a/app.yml",
            "b/app.yml",
            "c/app.yml",
            "a/x.rs",
            "b/y.rs",
            "c/z.rs",
        ];
        log.paths = paths.map(Into::into).into_iter().collect();
        let lockstep = Lockstep::of(
            &log,
            &Knowledge::default().files,
            &[0, 1, 2, 0, 1, 2].map(Some).to_vec().into(),
            MOST_FILES,
        );
        assert_eq!(lockstep.among(&[0, 1]), Together { several: 2, any: 2 });
        assert_eq!(lockstep.among(&[0, 2]), Together { several: 1, any: 2 });
        assert_eq!(lockstep.samples(&log, &[0, 2]), [2]);
        assert_eq!(lockstep.samples(&log, &[0, 1]).len(), 2);
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
