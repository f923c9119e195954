//! Stacks of a profile with their weights, by place in the code.
//!
//! In: frames by name and file. Out: [`Stacks`], mergeable.
//! Invariant: a place stands once in a stack, where it is next to the leaf; merging is exact in any order.
//! Never: more stacks than the cap; past it, a stack keeps its leaf alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::frames;
use crate::traces::spans::class::OTHER;
use crate::traces::spans::intern::stable_hash;
use crate::traces::totals::Place;

/// Most stacks of more than one place.
const STACKS: usize = 100_000;
/// Most distinct places of one input; the rest is called `(other)`.
const PLACES: usize = 200_000;
/// Most frames of one stack that are looked at, from the leaf.
const DEEPEST: usize = 4096;
/// Most distinct places of one stack, from the leaf.
const WIDEST: usize = 256;

/// The places of a stack, the leaf first, behind a hash of them.
type Key = (u64, Vec<Arc<Place>>);

/// Weights by stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(in crate::traces) struct Stacks {
    /// Stacks of at least two places.
    deep: BTreeMap<Key, u128>,
    /// Stacks of one place, and what the cap has left of others.
    flat: BTreeMap<Arc<Place>, u128>,
    /// Weight of the stacks that the cap has cut to their leaf.
    pub(in crate::traces) cut: u128,
}

impl Stacks {
    /// Whether no stack has a weight.
    pub(in crate::traces::sums) fn is_empty(&self) -> bool {
        self.deep.is_empty() && self.flat.is_empty()
    }

    /// Every stack with its weight, the leaf first.
    pub(in crate::traces) fn each(&self) -> impl Iterator<Item = (&[Arc<Place>], u128)> {
        let flat = self.flat.iter();
        let flat = flat.map(|(place, weight)| (std::slice::from_ref(place), *weight));
        let deep = self.deep.iter();
        flat.chain(deep.map(|((_, places), weight)| (places.as_slice(), *weight)))
    }

    /// Adds a weight to a stack; one without a place is left out.
    fn add(&mut self, places: Vec<Arc<Place>>, weight: u128) {
        let sum = match <[Arc<Place>; 1]>::try_from(places) {
            Ok([leaf]) => self.flat.entry(leaf).or_default(),
            Err(places) if places.is_empty() => return,
            Err(places) => self.deep.entry((hash(&places), places)).or_default(),
        };
        *sum = sum.saturating_add(weight);
    }

    /// Adds all of `other`.
    pub(in crate::traces::sums) fn merge(&mut self, other: Self) {
        for (key, weight) in other.deep {
            let sum = self.deep.entry(key).or_default();
            *sum = sum.saturating_add(weight);
        }
        for (leaf, weight) in other.flat {
            let sum = self.flat.entry(leaf).or_default();
            *sum = sum.saturating_add(weight);
        }
        self.cut = self.cut.saturating_add(other.cut);
        self.cap(STACKS);
    }

    /// Keeps the stacks with the smallest hashes, so that the order of merges does not tell.
    ///
    /// What is cut keeps its leaf: the time that a place itself takes stays exact, only what
    /// called it is lost.
    fn cap(&mut self, most: usize) {
        while self.deep.len() > most {
            let Some(((_, places), weight)) = self.deep.pop_last() else {
                return;
            };
            self.cut = self.cut.saturating_add(weight);
            self.add(places.into_iter().take(1).collect(), weight);
        }
    }
}

/// A hash that is the same on every machine.
fn hash(places: &[Arc<Place>]) -> u64 {
    let texts = |place: &Arc<Place>| {
        [
            Arc::clone(&place.file),
            Arc::clone(&place.namespace),
            Arc::clone(&place.function),
        ]
    };
    let mut bytes = Vec::new();
    for text in places.iter().flat_map(texts) {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
    }
    stable_hash(&bytes)
}

/// Stacks with numbers for their places, as they are stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Stored {
    /// Places, sorted.
    places: Vec<Place>,
    /// Places of each stack by number, the leaf first, and its weight.
    stacks: Vec<(Vec<u32>, u128)>,
    /// Weight of the stacks that were cut.
    #[serde(default)]
    cut: u128,
}

impl From<Stacks> for Stored {
    fn from(stacks: Stacks) -> Self {
        let all = stacks.each().flat_map(|(places, _)| places);
        let mut numbers: BTreeMap<&Arc<Place>, u32> = all.map(|place| (place, 0)).collect();
        for (number, at) in numbers.values_mut().zip(0..) {
            *number = at;
        }
        let number = |place: &Arc<Place>| numbers.get(place).copied().unwrap_or(u32::MAX);
        let stack =
            |(places, weight): (&[Arc<Place>], u128)| (places.iter().map(number).collect(), weight);
        Self {
            stacks: stacks.each().map(stack).collect(),
            places: numbers.keys().map(|place| (***place).clone()).collect(),
            cut: stacks.cut,
        }
    }
}

impl From<Stored> for Stacks {
    fn from(stored: Stored) -> Self {
        let places: Vec<Arc<Place>> = stored.places.into_iter().map(Arc::new).collect();
        let mut stacks = Self {
            cut: stored.cut,
            ..Self::default()
        };
        for (numbers, weight) in stored.stacks {
            let places = numbers.iter().filter_map(|at| places.get(*at as usize));
            stacks.add(places.cloned().collect(), weight);
        }
        stacks.cap(STACKS);
        stacks
    }
}

/// The number of a frame in a [`Reader`].
pub(in crate::traces::sums) type FrameId = u32;

/// Puts stacks together while an input is read: frames are looked at once.
#[derive(Debug, Default)]
pub(in crate::traces::sums) struct Reader {
    /// Numbers of frames by name and file, zero between them.
    known: FxHashMap<Vec<u8>, FrameId>,
    /// Places by number.
    places: Vec<Arc<Place>>,
    /// Numbers of places: frames that differ only in their marks are one.
    numbers: BTreeMap<Arc<Place>, FrameId>,
    /// Weights of stacks that were added lately.
    stacks: FxHashMap<Vec<FrameId>, u128>,
    /// Stacks whose places were named already.
    done: Stacks,
    /// Stacks with a weight that were added.
    pub(in crate::traces::sums) added: u64,
}

impl Reader {
    /// The number of a frame of this name, in this file if one is told.
    ///
    /// Past `PLACES` distinct ones, all further frames are one place, `(other)`.
    pub(in crate::traces::sums) fn frame(&mut self, name: &[u8], file: &[u8]) -> FrameId {
        let key = [name, b"\0", file].concat();
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let place = if self.places.len() < PLACES {
            let (name, file) = (String::from_utf8_lossy(name), String::from_utf8_lossy(file));
            frames::place(&name, &file)
        } else {
            Place {
                function: OTHER.into(),
                ..Place::default()
            }
        };
        let place = Arc::new(place);
        let next = self.places.len() as FrameId;
        let id = *self.numbers.entry(Arc::clone(&place)).or_insert(next);
        if id == next {
            self.places.push(place);
        }
        if self.known.len() < PLACES * 2 {
            self.known.insert(key, id);
        }
        id
    }

    /// Adds a stack, the leaf first; a place that comes again (recursion) counts once.
    pub(in crate::traces::sums) fn add(
        &mut self,
        frames: impl Iterator<Item = FrameId>,
        weight: u128,
    ) {
        if weight == 0 {
            return;
        }
        self.added += 1;
        let mut seen = rustc_hash::FxHashSet::default();
        let frames = frames.take(DEEPEST).filter(|frame| seen.insert(*frame));
        let stack: Vec<FrameId> = frames.take(WIDEST).collect();
        let sum = self.stacks.entry(stack).or_default();
        *sum = sum.saturating_add(weight);
        if self.stacks.len() > STACKS {
            self.flush();
        }
    }

    /// Names the places of what was added, and makes room.
    fn flush(&mut self) {
        let mut added: Vec<_> = self.stacks.drain().collect();
        added.sort_unstable();
        for (frames, weight) in added {
            let places = frames.iter().filter_map(|at| self.places.get(*at as usize));
            self.done.add(places.cloned().collect(), weight);
        }
        self.done.cap(STACKS);
    }

    /// All that was added.
    pub(in crate::traces::sums) fn stacks(mut self) -> Stacks {
        self.flush();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stacks: &[(&str, u128)]) -> Stacks {
        let mut reader = Reader::default();
        for (stack, weight) in stacks {
            let frames: Vec<FrameId> = stack
                .split(';')
                .map(|name| reader.frame(name.as_bytes(), b""))
                .collect();
            reader.add(frames.into_iter().rev(), *weight);
        }
        reader.stacks()
    }

    #[test]
    fn recursion_counts_once_and_merging_is_exact() {
        let stacks = of(&[("a;b;a;b", 3), ("a;b", 4), ("a", 1)]);
        let shown: Vec<_> = stacks
            .each()
            .map(|(places, weight)| (places.len(), &*places[0].function, weight))
            .collect();
        assert_eq!(shown, [(1, "a", 1), (2, "b", 7)]);
        let mut sum = of(&[("a;b", 4)]);
        sum.merge(of(&[("a;b;a;b", 3), ("a", 1)]));
        assert_eq!(sum, stacks);
        let stored = serde_json::to_string(&stacks).expect("stored");
        assert_eq!(
            serde_json::from_str::<Stacks>(&stored).expect("read"),
            stacks
        );
    }

    #[test]
    fn past_the_cap_leaves_remain_whatever_the_order() {
        let stacks: Vec<(String, u128)> = (0..50).map(|at| (format!("a;f{at}"), at + 1)).collect();
        let part = |stacks: &[(String, u128)]| {
            let list: Vec<(&str, u128)> = stacks
                .iter()
                .map(|(name, weight)| (&**name, *weight))
                .collect();
            let mut stacks = of(&list);
            stacks.cap(10);
            stacks
        };
        let (mut forth, mut back) = (part(&stacks[..30]), part(&stacks[30..]));
        let whole = part(&stacks);
        let first = forth.clone();
        forth.merge(back.clone());
        back.merge(first);
        forth.cap(10);
        back.cap(10);
        assert_eq!(forth, back);
        assert_eq!(forth, whole);
        assert_eq!(whole.each().map(|(_, weight)| weight).sum::<u128>(), 1275);
    }
}
