//! Recognises a deleted and an added file of one commit as one file.
//!
//! In: the deltas of a commit. Out: pairs of (deleted, added).
//! Invariant: each file is in at most one pair; ties are broken by file name, then by path.
//! Never: looks for copies.

use std::collections::BTreeMap;
use std::sync::Arc;

use gix::ObjectId;

use super::objects::Objects;
use super::options::Renames;
use super::similar::{self, Pair, file_name};
use super::tree::Delta;
use crate::source::Source;

/// The renames among `deltas`, which must be sorted by path.
///
/// Files of equal content are paired first, as they cost no look at their text; only what is
/// left is compared line by line.
pub(super) fn find(objects: &mut Objects, deltas: &[Delta], renames: Renames) -> Vec<Pair> {
    if renames == Renames::Off {
        return Vec::new();
    }
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (index, delta) in deltas.iter().enumerate() {
        match (delta.old, delta.new) {
            (Some(_), None) => gone.push(index),
            (None, Some(_)) => come.push(index),
            _ => {}
        }
    }
    if gone.is_empty() || come.is_empty() {
        return Vec::new();
    }
    let mut pairs = exact(deltas, &gone, &come);
    if let Renames::Similar(percent) = renames {
        gone.retain(|index| !pairs.iter().any(|(old, _)| old == index));
        come.retain(|index| !pairs.iter().any(|(_, new)| new == index));
        pairs.extend(similar::find(objects, deltas, &gone, &come, percent));
    }
    pairs
}

/// Where the files `gone` of one tree live on among the files `come` of another, by equal lines, as git tells it of
/// one commit.
#[must_use]
pub fn renamed(
    (before, gone): (&Source, &[&str]),
    (after, come): (&Source, &[&str]),
) -> BTreeMap<Arc<str>, Arc<str>> {
    if gone.is_empty() || come.is_empty() || gone.len() + come.len() > similar::MOST_FILES {
        return BTreeMap::new();
    }
    let read = |source: &Source, paths: &[&'_ str]| {
        let bytes = |path: &&str| source.bytes(path).unwrap_or_default();
        paths.iter().map(bytes).collect::<Vec<_>>()
    };
    let (old, new) = (read(before, gone), read(after, come));
    let old: Vec<_> = gone.iter().copied().zip(old).collect();
    let new: Vec<_> = come.iter().copied().zip(new).collect();
    let pairs = similar::moved(&old, &new, SIMILAR).into_iter();
    pairs
        .map(|(old, new)| (gone[old].into(), come[new].into()))
        .collect()
}

/// Share of equal lines that makes two files one, in percent.
const SIMILAR: u8 = 50;

/// Pairs files of equal content, by their ids.
fn exact(deltas: &[Delta], gone: &[usize], come: &[usize]) -> Vec<Pair> {
    let mut by_content: BTreeMap<ObjectId, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for &index in gone {
        by_content
            .entry(deltas[index].old.unwrap_or(EMPTY))
            .or_default()
            .0
            .push(index);
    }
    for &index in come {
        by_content
            .entry(deltas[index].new.unwrap_or(EMPTY))
            .or_default()
            .1
            .push(index);
    }
    let mut pairs = Vec::new();
    for (content, (gone, come)) in by_content {
        pair_equal(deltas, &gone, &come, !content.is_empty_blob(), &mut pairs);
    }
    pairs
}

/// What stands for a content that is not there; it never is.
const EMPTY: ObjectId = ObjectId::null(gix::hash::Kind::Sha1);

/// Pairs files of equal content: equal names first, then (unless they are empty) in order.
///
/// Empty files are paired by name alone: all of them have equal content, and say nothing of
/// each other.
fn pair_equal(
    deltas: &[Delta],
    gone: &[usize],
    come: &[usize],
    any_name: bool,
    pairs: &mut Vec<Pair>,
) {
    let mut waiting: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for &index in come.iter().rev() {
        waiting
            .entry(file_name(&deltas[index].path))
            .or_default()
            .push(index);
    }
    let mut left = Vec::new();
    for &index in gone {
        match waiting
            .get_mut(file_name(&deltas[index].path))
            .and_then(Vec::pop)
        {
            Some(new) => pairs.push((index, new)),
            None => left.push(index),
        }
    }
    if any_name {
        let mut others: Vec<usize> = waiting.into_values().flatten().collect();
        others.sort_unstable();
        pairs.extend(left.into_iter().zip(others));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: u8) -> ObjectId {
        ObjectId::from([digit; 20])
    }

    fn delta(path: &str, old: u8, new: u8) -> Delta {
        let present = |digit| (digit > 0).then(|| id(digit));
        Delta {
            path: path.into(),
            old: present(old),
            new: present(new),
        }
    }

    #[test]
    fn equal_names_go_first_and_each_file_once() {
        let deltas = [
            delta("a/mod.rs", 7, 0),
            delta("a/x.rs", 7, 0),
            delta("b/mod.rs", 0, 7),
            delta("b/y.rs", 0, 7),
            delta("b/z.rs", 0, 7),
            delta("keep.rs", 1, 2),
        ];
        let mut pairs = exact(&deltas, &[0, 1], &[2, 3, 4]);
        pairs.sort_unstable();
        assert_eq!(pairs, [(0, 2), (1, 3)]);
    }

    #[test]
    fn empty_files_need_the_same_name() {
        let empty = Some(ObjectId::empty_blob(gix::hash::Kind::Sha1));
        let deltas = [
            Delta {
                path: b"a/__init__.py".to_vec(),
                old: empty,
                new: None,
            },
            Delta {
                path: b"a/keep".to_vec(),
                old: empty,
                new: None,
            },
            Delta {
                path: b"b/__init__.py".to_vec(),
                old: None,
                new: empty,
            },
            Delta {
                path: b"b/other".to_vec(),
                old: None,
                new: empty,
            },
        ];
        assert_eq!(exact(&deltas, &[0, 1], &[2, 3]), [(0, 2)]);
    }
}
