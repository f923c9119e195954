//! Renames with edits: the share of equal lines.
//!
//! In: deleted and added files. Out: pairs above a percentage.
//! Invariant: the best pairs first; work per commit is capped.
//! Never: compares files larger than a cap.

use gix::ObjectId;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

use super::objects::Objects;
use super::tree::Delta;

/// Most comparisons per commit; beyond it only files of equal name are compared.
const MOST_PAIRS: usize = 2_500;
/// Most files per commit that are read at all.
pub(super) const MOST_FILES: usize = 1_000;
/// Largest file, in bytes.
const LARGEST: usize = 1 << 20;

/// Bytes per distinct line (by hash), sorted; and the sum.
struct Lines(Vec<(u64, usize)>, usize);

/// The renames with edits among the deltas `gone` and `come`: at least `percent` equal lines.
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
    let mut side = |indices: &[usize]| -> Vec<Candidate<'_>> {
        let mut candidate = |&index: &usize| Candidate {
            index,
            name: file_name(&deltas[index].path),
            lines: lines(objects, deltas[index].old.or(deltas[index].new)),
        };
        indices.iter().map(&mut candidate).collect()
    };
    let (old, new) = (side(gone), side(come));
    closest(&old, &new, percent)
}

/// A file that may be one end of a rename.
struct Candidate<'a> {
    /// Its place in the deltas, or in the list that it is from.
    index: usize,
    /// Its name without folders.
    name: &'a [u8],
    /// Its lines; `None` for files that are not compared.
    lines: Option<Lines>,
}

/// Path and contents of a file.
pub(super) type Content<'a> = (&'a str, Vec<u8>);

/// The files of `gone` that live on in `come` by their contents: indices of the two lists.
pub(super) fn moved(gone: &[Content<'_>], come: &[Content<'_>], percent: u8) -> Vec<Pair> {
    closest(&candidates(gone), &candidates(come), percent)
}

/// Files as candidates, numbered in their order.
fn candidates<'a>(files: &'a [Content<'_>]) -> Vec<Candidate<'a>> {
    let numbered = files.iter().enumerate();
    let candidate = |(index, (path, bytes)): (usize, &'a Content<'_>)| Candidate {
        index,
        name: file_name(path.as_bytes()),
        lines: is_compared(bytes).then(|| count(bytes)),
    };
    numbered.map(candidate).collect()
}

/// Pairs of at least `percent` equal lines, the closest first.
///
/// Where there are too many pairs, only files of equal name are compared: moves to another
/// folder are the most frequent renames.
fn closest(gone: &[Candidate<'_>], come: &[Candidate<'_>], percent: u8) -> Vec<Pair> {
    let all = gone.len() * come.len() <= MOST_PAIRS;
    let mut scores = Vec::new();
    for old in gone {
        let wanted = come.iter().filter(|new| all || old.name == new.name);
        for new in wanted {
            let (Some(before), Some(after)) = (&old.lines, &new.lines) else {
                continue;
            };
            let score = similarity(before, after);
            if score >= percent {
                let other_name = old.name != new.name;
                scores.push((std::cmp::Reverse(score), other_name, old.index, new.index));
            }
        }
    }
    scores.sort_unstable();
    best(&scores)
}

/// Takes pairs from the best on, each file once.
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

/// The lines of a blob; `None` where it cannot be read or is not compared.
fn lines(objects: &mut Objects, id: Option<ObjectId>) -> Option<Lines> {
    let bytes = objects.blob(id?).ok()?;
    is_compared(bytes).then(|| count(bytes))
}

/// Whether a file is compared: not if it is empty or too large.
fn is_compared(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.len() <= LARGEST
}

/// Counts the bytes of each distinct line.
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
///
/// Long lines weigh more: braces and blank lines alone make no two files similar.
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

/// Indices into the deltas: (deleted, added).
pub(super) type Pair = (usize, usize);

/// What stands behind the last slash.
pub(super) fn file_name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
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
