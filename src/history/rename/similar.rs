//! Renames with edits: the share of equal lines.
//!
//! In: deleted and added files. Out: pairs above a percentage.
//! Invariant: the best pairs first; work per commit is capped.
//! Never: compares files larger than a cap.

use gix::ObjectId;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

use super::{Delta, Objects, Pair, file_name};

/// Most comparisons per commit; beyond it only files of equal name are compared.
const MOST_PAIRS: usize = 2_500;
/// Most files per commit that are read at all.
const MOST_FILES: usize = 1_000;
/// Largest file, in bytes.
const LARGEST: usize = 1 << 20;

/// Bytes per distinct line (by hash), sorted; and the sum.
struct Lines(Vec<(u64, usize)>, usize);

pub(super) fn find(
    objects: &mut Objects,
    deltas: &[Delta],
    gone: &[usize],
    come: &[usize],
    percent: u8,
) -> Vec<Pair> {
    if gone.is_empty() || come.is_empty() || gone.len() + come.len() > MOST_FILES {
        return Vec::new();
    }
    let all = gone.len() * come.len() <= MOST_PAIRS;
    let wanted = |old: usize, new: usize| {
        all || file_name(&deltas[old].path) == file_name(&deltas[new].path)
    };
    let mut read = |index: &usize| lines(objects, deltas[*index].old.or(deltas[*index].new));
    let old_lines: Vec<_> = gone.iter().map(&mut read).collect();
    let new_lines: Vec<_> = come.iter().map(&mut read).collect();
    let mut scores = Vec::new();
    for (&old, before) in gone.iter().zip(&old_lines) {
        for (&new, after) in come
            .iter()
            .zip(&new_lines)
            .filter(|(new, _)| wanted(old, **new))
        {
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let score = similarity(before, after);
            if score >= percent {
                let other_name = file_name(&deltas[old].path) != file_name(&deltas[new].path);
                scores.push((std::cmp::Reverse(score), other_name, old, new));
            }
        }
    }
    scores.sort_unstable();
    best(&scores)
}

fn best(scores: &[(std::cmp::Reverse<u8>, bool, usize, usize)]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut taken = std::collections::BTreeSet::new();
    for &(_, _, old, new) in scores {
        if !taken.contains(&old) && !taken.contains(&new) {
            taken.extend([old, new]);
            pairs.push((old, new));
        }
    }
    pairs
}

fn lines(objects: &mut Objects, id: Option<ObjectId>) -> Option<Lines> {
    let bytes = objects.blob(id?).ok()?;
    (!bytes.is_empty() && bytes.len() <= LARGEST).then(|| count(bytes))
}

fn count(bytes: &[u8]) -> Lines {
    let mut lines: Vec<(u64, usize)> = bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| {
            let mut hasher = FxHasher::default();
            hasher.write(line);
            (hasher.finish(), line.len())
        })
        .collect();
    lines.sort_unstable();
    lines.dedup_by(|line, kept| {
        line.0 == kept.0 && {
            kept.1 += line.1;
            true
        }
    });
    Lines(lines, bytes.len())
}

/// Bytes of common lines in percent of the larger file.
fn similarity(old: &Lines, new: &Lines) -> u8 {
    let mut common = 0;
    let mut after = new.0.iter().peekable();
    for &(line, bytes) in &old.0 {
        while after.next_if(|entry| entry.0 < line).is_some() {}
        if let Some(entry) = after.next_if(|entry| entry.0 == line) {
            common += bytes.min(entry.1);
        }
    }
    u8::try_from(common * 100 / old.1.max(new.1).max(1)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_counts_common_lines() {
        let lines = |text: &str| count(text.as_bytes());
        assert_eq!(
            similarity(&lines("a\nb\nc\nd\n"), &lines("a\nb\nc\nd\n")),
            100
        );
        assert_eq!(
            similarity(&lines("a\nb\nc\nd\n"), &lines("d\nc\nx\ny\n")),
            50
        );
        assert_eq!(
            similarity(&lines("a\na\na\na\n"), &lines("a\nb\nc\nd\n")),
            25
        );
        assert_eq!(similarity(&lines("a\n"), &lines("b\n")), 0);
    }

    #[test]
    fn the_best_pair_wins() {
        let reverse = std::cmp::Reverse;
        let scores = [
            (reverse(90), true, 0, 5),
            (reverse(80), true, 0, 6),
            (reverse(70), true, 1, 5),
            (reverse(60), true, 1, 6),
        ];
        assert_eq!(best(&scores), [(0, 5), (1, 6)]);
    }
}
