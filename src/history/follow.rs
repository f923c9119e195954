//! Follows renamed files to their name of today.
//!
//! In: commits, newest first. Out: the final name of a path as of a commit.
//! Invariant: a name that was given again to a new file is not followed.
//! Never: loops: every chain is cut after a fixed number of steps.

use rustc_hash::FxHashMap;

use super::commit::{RawCommit, What};
use crate::model::PathId;

/// Longest chain of renames that is followed.
const MOST_STEPS: usize = 256;

/// Renames and births by path; positions are indices into the commits, ascending (newest first).
#[derive(Debug, Default)]
pub(super) struct Renamed {
    /// Old name → (position, new name).
    moves: FxHashMap<PathId, Vec<(usize, PathId)>>,
    /// Names in `moves` → positions of commits that add a file of that name.
    births: FxHashMap<PathId, Vec<usize>>,
}

impl Renamed {
    /// Gathers all renames, and the births of names that were renamed away once.
    pub(super) fn new(commits: &[RawCommit]) -> Self {
        let mut renamed = Self::default();
        for (position, commit) in commits.iter().enumerate() {
            for change in &commit.changes {
                if let What::RenamedFrom(old) = change.what {
                    renamed
                        .moves
                        .entry(old)
                        .or_default()
                        .push((position, change.path));
                }
            }
        }
        for (position, commit) in commits.iter().enumerate() {
            for change in &commit.changes {
                renamed.note(position, change.path, change.what);
            }
        }
        renamed
    }

    /// Notes a birth, if the name is one that some rename ended.
    fn note(&mut self, position: usize, path: PathId, what: What) {
        if self.moves.contains_key(&path) && matches!(what, What::Added | What::RenamedFrom(_)) {
            self.births.entry(path).or_default().push(position);
        }
    }

    /// Names that a rename ended, with today's name of the file, in no order.
    pub(super) fn ended(&self) -> impl Iterator<Item = (PathId, PathId)> {
        let last = |(&path, moves): (&PathId, &Vec<(usize, PathId)>)| {
            let &(at, _) = moves.first()?;
            Some((path, self.today(path, at + 1)))
        };
        self.moves.iter().filter_map(last)
    }

    /// Today's name of the file that commit `position` knew as `path`.
    pub(super) fn today(&self, path: PathId, position: usize) -> PathId {
        let (mut path, mut position) = (path, position);
        for _ in 0..MOST_STEPS {
            match self.next(path, position) {
                Some(step) => (path, position) = step,
                None => break,
            }
        }
        path
    }

    /// The next name of a path as of a position, and the position of that rename; `None` where it
    /// keeps its name.
    ///
    /// The rename that came next after the commit is followed, unless a new file got the name in
    /// between: then the commit changed that one. Always following the newest rename of a name
    /// would join both files.
    fn next(&self, path: PathId, position: usize) -> Option<(PathId, usize)> {
        let moves = self.moves.get(&path)?;
        let later = moves.partition_point(|&(at, _)| at < position);
        if let Some(&(at, new)) = later.checked_sub(1).and_then(|index| moves.get(index)) {
            return (!self.born(path, at + 1, position)).then_some((new, at));
        }
        // Changed under its old name after the rename, without a new birth: work on another branch.
        let &(at, new) = moves.get(later)?;
        (at > position && !self.born(path, position, at)).then_some((new, position))
    }

    /// Whether a file of that name was added at the positions `from..until`.
    fn born(&self, path: PathId, from: usize, until: usize) -> bool {
        let Some(births) = self.births.get(&path) else {
            return false;
        };
        let first = births.partition_point(|&at| at < from);
        births.get(first).is_some_and(|&at| at < until)
    }
}

#[cfg(test)]
mod tests {
    use super::super::commit::Change;
    use super::*;

    fn from(old: usize) -> What {
        What::RenamedFrom(PathId::new(old))
    }

    fn today(renamed: &Renamed, path: usize, position: usize) -> usize {
        renamed.today(PathId::new(path), position).index()
    }

    fn log(commits: &[&[(usize, What)]]) -> Vec<RawCommit> {
        let commit = |changes: &&[(usize, What)]| RawCommit {
            changes: changes
                .iter()
                .map(|&(path, what)| Change {
                    path: PathId::new(path),
                    what,
                })
                .collect(),
            ..RawCommit::new("")
        };
        commits.iter().map(commit).collect()
    }

    #[test]
    fn follows_a_chain_to_the_newest_name() {
        use What::{Added, Modified};
        let renamed = Renamed::new(&log(&[
            &[(3, Modified)],
            &[(3, from(2))],
            &[(2, from(1))],
            &[(1, Modified)],
            &[(1, Added)],
        ]));
        assert_eq!(
            (0..5)
                .map(|at| today(&renamed, if at > 2 { 1 } else { 3 }, at))
                .collect::<Vec<_>>(),
            [3; 5]
        );
        assert_eq!(today(&renamed, 2, 2), 3);
    }

    #[test]
    fn a_name_given_again_is_another_file() {
        use What::{Added, Deleted, Modified};
        let renamed = Renamed::new(&log(&[
            &[(1, Modified)],
            &[(1, Added)],
            &[(2, from(1))],
            &[(1, Modified)],
            &[(1, Added)],
            &[(1, Deleted)],
            &[(1, Modified)],
        ]));
        assert_eq!(today(&renamed, 1, 0), 1, "the new file keeps the name");
        assert_eq!(today(&renamed, 1, 3), 2, "the old one moved");
        assert_eq!(today(&renamed, 1, 6), 1, "an older life ended in between");
    }

    #[test]
    fn late_changes_on_a_branch_follow_and_circles_end() {
        use What::Modified;
        let branch = Renamed::new(&log(&[&[(1, Modified)], &[(2, from(1))]]));
        assert_eq!(
            today(&branch, 1, 0),
            2,
            "no file of the old name was born since"
        );
        let circle = Renamed::new(&log(&[&[(1, from(2))], &[(2, from(1))], &[(1, Modified)]]));
        assert_eq!(today(&circle, 1, 2), 1);
    }
}
