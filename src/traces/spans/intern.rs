//! Texts of spans, each combination once.
//!
//! In: keys of resources and spans. Out: small numbers, and back.
//! Invariant: what is kept under a cap is a function of the set of keys, not of their order.
//! Never: a number given twice.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// Number of one resource's texts.
pub(in crate::traces) type ResourceId = u32;
/// Number of one combination of a span's texts.
pub(super) type FactsId = u32;

/// A set of distinct keys; past `cap`, those with the smallest hashes stay, the rest share number 0.
#[derive(Debug)]
pub struct Keys {
    /// Numbers of the keys that are kept.
    ids: FxHashMap<Arc<[u8]>, u32>,
    /// Keys by number; the first, and those that were dropped, are empty.
    list: Vec<Arc<[u8]>>,
    /// Keys that are kept in the end.
    cap: usize,
    /// Largest hash of a key that is kept.
    threshold: u64,
}

impl Keys {
    /// Keeps at most `cap` keys in the end (and twice as many on the way).
    pub fn new(cap: usize) -> Self {
        Self {
            ids: FxHashMap::default(),
            list: vec![Arc::default()],
            cap: cap.max(1),
            threshold: u64::MAX,
        }
    }

    /// The number of `key`; 0 when it was dropped.
    #[inline]
    pub fn id(&mut self, key: &[u8]) -> u32 {
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        self.insert(key)
    }

    /// Numbers a new key; past the threshold, it gets 0.
    #[cold]
    fn insert(&mut self, key: &[u8]) -> u32 {
        if stable_hash(key) > self.threshold {
            return 0;
        }
        let Ok(id) = u32::try_from(self.list.len()) else {
            return 0;
        };
        let key: Arc<[u8]> = key.into();
        self.list.push(Arc::clone(&key));
        self.ids.insert(key, id);
        if self.ids.len() > self.cap.saturating_mul(2) {
            self.prune();
        }
        id
    }

    /// Drops the keys with the largest hashes, down to the cap.
    ///
    /// Which keys stay depends on their hashes alone: a key that is dropped early would be
    /// dropped in the end, too.
    pub fn prune(&mut self) {
        if self.ids.len() <= self.cap {
            return;
        }
        let mut hashes: Vec<u64> = self
            .list
            .iter()
            .filter(|key| !key.is_empty())
            .map(|key| stable_hash(key))
            .collect();
        hashes.sort_unstable();
        self.threshold = hashes.get(self.cap - 1).copied().unwrap_or(u64::MAX);
        let threshold = self.threshold;
        self.ids.retain(|key, _| stable_hash(key) <= threshold);
        for key in &mut self.list {
            if !key.is_empty() && stable_hash(key) > threshold {
                *key = Arc::default();
            }
        }
    }

    /// Whether any key was dropped.
    pub fn pruned(&self) -> bool {
        self.threshold != u64::MAX
    }

    /// The keys by number; dropped ones are empty.
    pub fn list(&self) -> &[Arc<[u8]>] {
        &self.list
    }
}

/// A hash that is the same on every machine and run.
///
/// FNV-1a, whose weak low bits are mixed afterwards. The standard hasher is seeded or may
/// change with a version.
pub(in crate::traces) fn stable_hash(key: &[u8]) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in key {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
    }
    mix(hash)
}

/// Spreads the bits of `value` (the finaliser of `SplitMix64`).
#[inline]
pub(in crate::traces) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Pairs of resource and facts, numbered.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Numbers by pair, both halves in one number.
    ids: FxHashMap<u64, u32>,
    /// Pairs by number.
    list: Vec<(u32, u32)>,
}

impl Pairs {
    /// The number of the pair.
    #[inline]
    pub fn id(&mut self, left: u32, right: u32) -> u32 {
        let key = u64::from(left) << 32 | u64::from(right);
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push((left, right));
        self.ids.insert(key, id);
        id
    }

    /// The pairs by number.
    pub fn list(&self) -> &[(u32, u32)] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_does_not_depend_on_the_order() {
        let names: Vec<String> = (0..1000)
            .map(|number| format!("service-{number}"))
            .collect();
        let kept = |order: &mut dyn Iterator<Item = &String>| {
            let mut keys = Keys::new(10);
            for name in order {
                keys.id(name.as_bytes());
            }
            keys.prune();
            let mut left: Vec<_> = keys
                .list()
                .iter()
                .filter(|key| !key.is_empty())
                .cloned()
                .collect();
            left.sort();
            left
        };
        let forward = kept(&mut names.iter());
        assert_eq!(forward.len(), 10);
        assert_eq!(forward, kept(&mut names.iter().rev()));
    }
}
