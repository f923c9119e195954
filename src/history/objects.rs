//! Reads raw commits, trees and blobs of one repository, with caches that suit a walk through time.
//!
//! In: object ids. Out: bytes.
//! Invariant: memory is capped; a tree that two neighbouring commits share is inflated once.
//! Never: fetches a missing object, writes.

use std::hash::Hash;
use std::rc::Rc;

use gix::ObjectId;
use gix::objs::{Find as _, Kind};
use gix::odb::pack::cache::DecodeEntry;
use rustc_hash::FxHashMap;

use super::header::{self, Header};

/// Bytes of inflated trees that one reader keeps.
const TREE_BYTES: usize = 16 << 20;
/// Bytes of delta bases that one reader keeps.
const BASE_BYTES: usize = 24 << 20;

/// Why an object cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// Not there, as in a partial clone.
    #[error("object {0} is missing")]
    Missing(ObjectId),
    /// There, and not to be decoded; with the reason.
    #[error("object {0} cannot be read: {1}")]
    Unreadable(ObjectId, String),
    /// Decoded, and not of its kind.
    #[error("object {0} is malformed")]
    Malformed(ObjectId),
    /// More than a limit.
    #[error("it changes more than {0} files")]
    TooLarge(usize),
}

/// A reader of objects; each thread has its own.
pub(super) struct Objects {
    /// The repository, opened for this thread.
    repository: gix::Repository,
    /// Trees that were read lately.
    trees: Recent<ObjectId, Rc<[u8]>>,
    /// Content of the object that was read last.
    buffer: Vec<u8>,
}

impl Objects {
    /// A reader with caches of its own.
    pub(super) fn new(repository: &gix::ThreadSafeRepository) -> Self {
        let mut repository = repository.to_thread_local();
        repository.objects.unset_object_cache();
        repository
            .objects
            .set_pack_cache(|| Box::new(Bases::default()));
        Self {
            repository,
            trees: Recent::new(TREE_BYTES),
            buffer: Vec::new(),
        }
    }

    /// Bytes of an object id in this repository.
    pub(super) fn id_bytes(&self) -> usize {
        self.repository.object_hash().len_in_bytes()
    }

    /// The header of the commit `id`.
    pub(super) fn commit(&mut self, id: ObjectId) -> Result<Header, Broken> {
        self.load(id, Kind::Commit)?;
        header::parse(&self.buffer).ok_or(Broken::Malformed(id))
    }

    /// The raw entries of the tree `id`.
    pub(super) fn tree(&mut self, id: ObjectId) -> Result<Rc<[u8]>, Broken> {
        if let Some(tree) = self.trees.get(&id) {
            return Ok(tree);
        }
        if id.is_empty_tree() {
            return Ok(Rc::default());
        }
        self.load(id, Kind::Tree)?;
        let tree: Rc<[u8]> = self.buffer.as_slice().into();
        self.trees.put(id, tree.clone(), tree.len());
        Ok(tree)
    }

    /// The content of the blob `id`.
    pub(super) fn blob(&mut self, id: ObjectId) -> Result<&[u8], Broken> {
        self.load(id, Kind::Blob)?;
        Ok(&self.buffer)
    }

    /// Reads an object of a kind into the buffer.
    fn load(&mut self, id: ObjectId, kind: Kind) -> Result<(), Broken> {
        let found = self.repository.objects.try_find(&id, &mut self.buffer);
        let found =
            found.map_err(|error| Broken::Unreadable(id, first_line(&error.to_string())))?;
        match found {
            Some(data) if data.kind == kind => Ok(()),
            Some(_) => Err(Broken::Malformed(id)),
            None => Err(Broken::Missing(id)),
        }
    }
}

/// The first line of a text.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Keeps what was used lately: two generations, the older of which is forgotten as a whole.
struct Recent<K, V> {
    /// What was used since the last change of generations, with its size.
    young: FxHashMap<K, (V, usize)>,
    /// What was used in the generation before.
    old: FxHashMap<K, (V, usize)>,
    /// Size of the young generation.
    bytes: usize,
    /// Most bytes of one generation: half of the whole.
    limit: usize,
}

impl<K: Eq + Hash + Copy, V: Clone> Recent<K, V> {
    /// Keeps at most `limit` bytes.
    fn new(limit: usize) -> Self {
        Self {
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            bytes: 0,
            limit: limit / 2,
        }
    }

    /// The value, if it is kept; one of the old generation becomes young again.
    fn get(&mut self, key: &K) -> Option<V> {
        if let Some((value, _)) = self.young.get(key) {
            return Some(value.clone());
        }
        let (value, bytes) = self.old.remove(key)?;
        self.put(*key, value.clone(), bytes);
        Some(value)
    }

    /// Keeps a value; a full young generation becomes the old one. One that is larger than a
    /// generation is not kept.
    fn put(&mut self, key: K, value: V, bytes: usize) {
        if self.bytes + bytes > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        if bytes <= self.limit {
            self.bytes += bytes;
            self.young.insert(key, (value, bytes));
        }
    }
}

/// A delta base: inflated bytes, kind, size in the pack.
type Base = (std::sync::Arc<[u8]>, Kind, usize);

/// The delta bases that neighbouring versions of a tree share.
struct Bases(Recent<(u32, u64), Base>);

impl Default for Bases {
    fn default() -> Self {
        Self(Recent::new(BASE_BYTES))
    }
}

impl DecodeEntry for Bases {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        self.0
            .put((pack, offset), (data.into(), kind, compressed), data.len());
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let (data, kind, compressed) = self.0.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(&data);
        Some((kind, compressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_forgets_the_oldest_and_stays_below_its_limit() {
        let mut recent = Recent::new(20);
        for key in 0..100_u32 {
            recent.put(key, key, 3);
            assert!(recent.young.len() + recent.old.len() <= 6);
        }
        assert_eq!(recent.get(&99), Some(99));
        assert_eq!(recent.get(&1), None);
        recent.put(200, 200, 1_000);
        assert_eq!(recent.get(&200), None, "larger than the whole cache");
    }
}
