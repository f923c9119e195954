//! Profiles as bytes.
//!
//! In: [`Profile`]. Out: a line that names format and version, then JSON; and back.
//! Invariant: equal profiles give equal bytes; what was read gives the same bytes again.
//! Never: a profile of another version, or one that is cut off.

use serde::{Deserialize, Serialize};

use super::halves::{Half, HalfKey};
use super::profile::{
    CallKey, Calls, Counts, Load, Messages, Place, PlaceLoad, Profile, Seen, ShapeKey,
};
use super::sketch::Sketch;
use crate::model::Notification;

/// First line of a profile.
pub(super) const MAGIC: &[u8] = b"seamline-profile 1\n";
/// What the first line of any version starts with.
pub(super) const PREFIX: &[u8] = b"seamline-profile ";

/// Why bytes are no profile that can be merged.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Written by another version.
    #[error("a profile of another version; fold the traces again")]
    Version,
    /// Cut off or changed.
    #[error("a damaged profile: {0}; fold the traces again")]
    Damaged(#[from] serde_json::Error),
}

type Name = std::sync::Arc<str>;

#[derive(Serialize, Deserialize)]
struct Stored {
    seen: Seen,
    calls: Vec<(CallKey, Calls)>,
    operations: Vec<((Name, Name, Name), Load)>,
    loops: Vec<(Vec<Name>, Counts)>,
    repeats: Vec<((Name, Name, Name), Counts)>,
    places: Vec<(Place, PlaceLoad)>,
    inner: Vec<((Place, Place), u64)>,
    tables: Vec<((Name, Name, Name, bool), (u64, u128))>,
    shapes: Vec<(ShapeKey, u64)>,
    topics: Vec<((Name, Name, Name), Messages)>,
    halves: Vec<(HalfKey, Half)>,
    #[serde(default)]
    gaps: Sketch,
    notifications: Vec<Notification>,
}

impl Profile {
    /// The profile as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = Stored {
            seen: self.seen.clone(),
            calls: pairs(&self.calls),
            operations: pairs(&self.operations),
            loops: pairs(&self.loops),
            repeats: pairs(&self.repeats),
            places: pairs(&self.places),
            inner: pairs(&self.inner),
            tables: pairs(&self.tables),
            shapes: self
                .shapes
                .iter()
                .map(|((_, shape), count)| (shape.clone(), *count))
                .collect(),
            topics: pairs(&self.topics),
            halves: pairs(&self.halves),
            gaps: self.gaps.clone(),
            notifications: self.notifications.clone(),
        };
        let mut bytes = MAGIC.to_vec();
        if let Ok(mut text) = serde_json::to_vec(&stored) {
            bytes.append(&mut text);
        }
        bytes.push(b'\n');
        bytes
    }

    /// The profile in `bytes`.
    ///
    /// # Errors
    /// Another version, or bytes that were cut or changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProfileError> {
        let text = bytes.strip_prefix(MAGIC).ok_or(ProfileError::Version)?;
        let stored: Stored = serde_json::from_slice(text)?;
        let mut profile = Self {
            seen: stored.seen,
            calls: stored.calls.into_iter().collect(),
            operations: stored.operations.into_iter().collect(),
            loops: stored.loops.into_iter().collect(),
            repeats: stored.repeats.into_iter().collect(),
            places: stored.places.into_iter().collect(),
            inner: stored.inner.into_iter().collect(),
            tables: stored.tables.into_iter().collect(),
            shapes: stored
                .shapes
                .into_iter()
                .map(|(shape, count)| ((shape.hash(), shape), count))
                .collect(),
            topics: stored.topics.into_iter().collect(),
            halves: stored.halves.into_iter().collect(),
            gaps: stored.gaps,
            notifications: stored.notifications,
        };
        profile.settle();
        Ok(profile)
    }
}

fn pairs<K: Clone, V: Clone>(map: &std::collections::BTreeMap<K, V>) -> Vec<(K, V)> {
    map.iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
