//! Ids that cannot be wrong: a type of its own for the positions of each list.
//!
//! In: nothing. Out: [`IndexVec`], the macro `id!`.
//! Invariant: an id of one list cannot be handed to another; `Option` of an id is no larger than the id.
//! Never: a silent answer to a wrong id; it panics, so that a test shows it.
//!
//! ```text
//! id!(/// Position of a package. PackIndex);
//! let mut packs: IndexVec<PackIndex, Pack> = IndexVec::default();
//! let pack = packs.push(Pack::default());
//! packs[pack].active = true;
//! ```
//! Rejected: plain `u32` with `.get(at as usize)` and a default. A wrong number then loses a fact,
//! and no test sees it go.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A position in a list of its own kind.
pub trait Id: Copy + Eq + Ord {
    /// The id of the first entry.
    const FIRST: Self;

    /// The id of that position.
    ///
    /// # Panics
    /// From 2³² − 1 positions on; the limits of reading keep every list far below that.
    fn new(position: usize) -> Self;

    /// The position in the list that owns it.
    fn index(self) -> usize;
}

/// Declares ids of one list: `id!(/// Position of a package. PackIndex);`.
macro_rules! id {
    ($(#[$doc:meta])* $visible:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible struct $name(std::num::NonZeroU32);

        impl $name {
            /// The id of that position.
            ///
            /// # Panics
            /// From 2³² − 1 positions on; the limits of reading keep every list far below that.
            #[must_use]
            $visible const fn new(position: usize) -> Self {
                assert!(position < u32::MAX as usize, "fewer than 2^32 - 1 entries");
                Self(std::num::NonZeroU32::MIN.saturating_add(position as u32))
            }

            /// The position in the list that owns it.
            #[must_use]
            $visible const fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl $crate::model::Id for $name {
            const FIRST: Self = Self::new(0);

            fn new(position: usize) -> Self {
                Self::new(position)
            }

            fn index(self) -> usize {
                self.index()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.get() - 1)
            }
        }
    };
}
pub(crate) use id;

/// Neighbours in a list: the entries from `first` on, up to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<I> {
    first: I,
    end: I,
}

/// A list that only ids of its own type lead into.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    entries: Vec<T>,
    ids: PhantomData<fn(I)>,
}

impl<I: Id, T> IndexVec<I, T> {
    /// An empty list with room for that many entries.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Vec::with_capacity(entries).into()
    }

    /// A list of as many entries as `other` has, all alike.
    #[must_use]
    pub fn of_size<U>(other: &IndexVec<I, U>, entry: T) -> Self
    where
        T: Clone,
    {
        vec![entry; other.len()].into()
    }

    /// Adds an entry and returns its id.
    pub fn push(&mut self, entry: T) -> I {
        let id = I::new(self.entries.len());
        self.entries.push(entry);
        id
    }

    /// Takes away all entries but the first `entries`.
    pub fn truncate(&mut self, entries: usize) {
        self.entries.truncate(entries);
    }

    /// Removes the last entry.
    pub fn pop(&mut self) -> Option<T> {
        self.entries.pop()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The id that the next entry will have.
    #[must_use]
    pub fn next_id(&self) -> I {
        I::new(self.entries.len())
    }

    /// The entries from `first` on, as they are now.
    #[must_use]
    pub fn run_from(&self, first: I) -> Run<I> {
        let end = self.next_id();
        Run { first, end }
    }

    /// The ids, in order.
    pub fn ids(
        &self,
    ) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<I, T> {
        (0..self.entries.len()).map(I::new)
    }

    /// The entries, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    /// The entries, in order, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.entries.iter_mut()
    }

    /// Ids and entries, in order.
    #[must_use]
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.entries
            .iter()
            .enumerate()
            .map(|(position, entry)| (I::new(position), entry))
    }

    /// The entry of an id that may be of no entry, because it comes from outside.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.entries.get(id.index())
    }

    /// The last entry.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.entries.last()
    }

    /// The plain list, to sort or to fill anew.
    pub fn entries_mut(&mut self) -> &mut Vec<T> {
        &mut self.entries
    }

    /// The plain list.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.entries
    }
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<I, T> From<Vec<T>> for IndexVec<I, T> {
    fn from(entries: Vec<T>) -> Self {
        Self {
            entries,
            ids: PhantomData,
        }
    }
}

impl<I, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<E: IntoIterator<Item = T>>(entries: E) -> Self {
        Vec::from_iter(entries).into()
    }
}

impl<I, T> Extend<T> for IndexVec<I, T> {
    fn extend<E: IntoIterator<Item = T>>(&mut self, entries: E) {
        self.entries.extend(entries);
    }
}

impl<I: Id, T> Index<I> for IndexVec<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.entries[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.entries[id.index()]
    }
}

impl<I: Id, T> Index<Run<I>> for IndexVec<I, T> {
    type Output = [T];

    fn index(&self, run: Run<I>) -> &[T] {
        &self.entries[run.first.index()..run.end.index()]
    }
}

impl<I: Id, T> IndexMut<Run<I>> for IndexVec<I, T> {
    fn index_mut(&mut self, run: Run<I>) -> &mut [T] {
        &mut self.entries[run.first.index()..run.end.index()]
    }
}

impl<'a, I, T> IntoIterator for &'a IndexVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut IndexVec<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter_mut()
    }
}

impl<I, T> IntoIterator for IndexVec<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    id!(
        /// Position of a word.
        WordId
    );

    #[test]
    fn ids_lead_to_what_was_pushed() {
        let mut words: IndexVec<WordId, &str> = IndexVec::default();
        let (first, second) = (words.push("a"), words.push("b"));
        words[first] = "c";
        assert_eq!((words[first], words[second]), ("c", "b"));
        assert_eq!(words.ids().collect::<Vec<_>>(), [first, second]);
        assert_eq!(words.pairs().last(), Some((second, &"b")));
        assert_eq!(format!("{second:?}"), "WordId(1)");
    }

    #[test]
    fn a_run_is_what_was_added_since() {
        let mut words: IndexVec<WordId, &str> = IndexVec::from(vec!["a"]);
        let first = words.next_id();
        words.extend(["b", "c"]);
        let run = words.run_from(first);
        words[run].reverse();
        words.push("d");
        assert_eq!(words[run], ["c", "b"]);
    }

    #[test]
    fn no_id_costs_nothing() {
        assert_eq!(size_of::<Option<WordId>>(), size_of::<u32>());
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn a_wrong_id_panics() {
        let words: IndexVec<WordId, &str> = IndexVec::from(vec!["a"]);
        let _ = words[WordId::new(1)];
    }
}
