//! Profiles as bytes.
//!
//! In: [`Profile`]. Out: a line that names format and version, then JSON; and back.
//! Invariant: equal profiles give equal bytes; what was read gives the same bytes again.
//! Never: a profile of another version, or one that is cut off.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Deserialize, Serialize, Serializer};

use super::samples::{self, Samples};
use super::table::Profile;
use crate::model::Notification;
use crate::traces::spans::span::TraceId;
use crate::traces::sums::held::all::Sums;
use crate::traces::totals::sketch::Sketch;
use crate::traces::totals::{
    CallKey, Calls, Counts, Load, Messages, Place, PlaceLoad, Seen, ShapeKey,
};
use crate::traces::tree::halves::{Half, HalfKey};

/// First line of a profile.
pub(super) const MAGIC: &[u8] = b"seamline-profile 1\n";
/// What the first line of any version starts with.
pub(in crate::traces) const PREFIX: &[u8] = b"seamline-profile ";

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

/// A profile as it is read.
#[derive(Deserialize)]
struct Stored {
    /// What was read, in numbers.
    seen: Seen,
    calls: Vec<(CallKey, Calls)>,
    operations: Vec<((Name, Name, Name), Load)>,
    loops: Vec<(Vec<Name>, Counts)>,
    repeats: Vec<((Name, Name, Name), Counts)>,
    places: Vec<(Place, PlaceLoad)>,
    inner: Vec<((Place, Place), u64)>,
    /// Places of the sample, and by trace the calls between them by their numbers.
    #[serde(default)]
    sampled: Vec<Place>,
    #[serde(default)]
    samples: Vec<(TraceId, Vec<(u32, u32, u64)>)>,
    tables: Vec<((Name, Name, Name, bool), (u64, u128))>,
    shapes: Vec<(ShapeKey, u64)>,
    topics: Vec<((Name, Name, Name), Messages)>,
    halves: Vec<(HalfKey, Half)>,
    #[serde(default)]
    gaps: Sketch,
    #[serde(default)]
    sums: Sums,
    #[serde(default)]
    shards: BTreeMap<u32, BTreeSet<u32>>,
    notifications: Vec<Notification>,
}

/// The same as it is written.
#[derive(Serialize)]
struct Written<'p> {
    seen: &'p Seen,
    calls: Rows<'p, CallKey, Calls>,
    operations: Rows<'p, (Name, Name, Name), Load>,
    loops: Rows<'p, Vec<Name>, Counts>,
    repeats: Rows<'p, (Name, Name, Name), Counts>,
    places: Rows<'p, Place, PlaceLoad>,
    inner: Rows<'p, (Place, Place), u64>,
    sampled: Vec<&'p Place>,
    samples: Numbered,
    tables: Rows<'p, (Name, Name, Name, bool), (u64, u128)>,
    shapes: Vec<(&'p ShapeKey, u64)>,
    topics: Rows<'p, (Name, Name, Name), Messages>,
    halves: Rows<'p, HalfKey, Half>,
    gaps: &'p Sketch,
    #[serde(skip_serializing_if = "Sums::is_empty")]
    sums: &'p Sums,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    shards: &'p BTreeMap<u32, BTreeSet<u32>>,
    notifications: Vec<Notification>,
}

/// A map as the list of its pairs, since keys of JSON are texts.
struct Rows<'p, K, V>(&'p BTreeMap<K, V>);

impl<K: Serialize, V: Serialize> Serialize for Rows<'_, K, V> {
    /// Pairs as arrays of two.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0)
    }
}

/// The profiles that stand one after another in `bytes`: each starts with a line of its own.
///
/// Files that were joined (`cat a b`) are several profiles. A line within JSON text cannot
/// start with the first words of a profile, as JSON escapes line ends.
pub(in crate::traces) fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes).filter(|bytes| !bytes.is_empty());
    std::iter::from_fn(move || {
        let all = rest.take()?;
        let mut starts = memchr::memmem::find_iter(all, PREFIX).filter(|at| *at > 0);
        let next = starts.find(|at| all.get(at - 1) == Some(&b'\n'));
        let (part, more) = all.split_at(next.unwrap_or(all.len()));
        rest = Some(more).filter(|more| !more.is_empty());
        Some(part)
    })
}

impl Profile {
    /// The notes that stay true wherever the profile goes.
    ///
    /// How an input was read is true of this run only.
    fn lasting(&self) -> Vec<Notification> {
        let notes = self.notifications.iter();
        notes
            .filter(|note| &*note.kind != super::table::READ_AS)
            .cloned()
            .collect()
    }

    /// The profile as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Memory takes all of it.
        let _ = self.write_to(&mut bytes);
        bytes
    }

    /// Writes the profile as bytes; nothing of it is copied before.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn write_to(&self, sink: &mut impl Write) -> io::Result<()> {
        let (sampled, samples) = numbered(&self.samples);
        let shapes = self.shapes.iter();
        let written = Written {
            seen: &self.seen,
            calls: Rows(&self.calls),
            operations: Rows(&self.operations),
            loops: Rows(&self.loops),
            repeats: Rows(&self.repeats),
            places: Rows(&self.places),
            inner: Rows(&self.inner),
            sampled,
            samples,
            tables: Rows(&self.tables),
            shapes: shapes.map(|((_, shape), count)| (shape, *count)).collect(),
            topics: Rows(&self.topics),
            halves: Rows(&self.halves),
            gaps: &self.gaps,
            sums: &self.sums,
            shards: &self.shards,
            notifications: self.lasting(),
        };
        sink.write_all(MAGIC)?;
        serde_json::to_writer(&mut *sink, &written)?;
        sink.write_all(b"\n")
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
            samples: named(&stored.sampled, stored.samples),
            tables: stored.tables.into_iter().collect(),
            shapes: stored
                .shapes
                .into_iter()
                .map(|(shape, count)| ((shape.hash(), shape), count))
                .collect(),
            topics: stored.topics.into_iter().collect(),
            halves: stored.halves.into_iter().collect(),
            gaps: stored.gaps,
            sums: stored.sums,
            shards: stored.shards,
            notifications: stored.notifications,
        };
        profile.settle();
        Ok(profile)
    }
}

/// Calls between numbered places, by trace.
type Numbered = Vec<(TraceId, Vec<(u32, u32, u64)>)>;

/// The places of a sample, and the sample with their numbers.
///
/// Places are texts and stand in many calls: each is written once, and calls refer to it by
/// number.
fn numbered(samples: &Samples<Place>) -> (Vec<&Place>, Numbered) {
    let calls = || samples.values().flatten();
    let places: BTreeSet<&Place> = calls().flat_map(|(from, to, _)| [from, to]).collect();
    let numbers: BTreeMap<&Place, u32> = places.iter().copied().zip(0..).collect();
    let number = |place: &Place| numbers.get(place).copied().unwrap_or(u32::MAX);
    let calls = |calls: &Vec<(Place, Place, u64)>| {
        let calls = calls.iter();
        calls
            .map(|(from, to, calls)| (number(from), number(to), *calls))
            .collect()
    };
    let samples = samples
        .iter()
        .map(|((_, trace), made)| (*trace, calls(made)));
    let samples = samples.collect();
    (places.into_iter().collect(), samples)
}

/// The sample with its places put back; calls of numbers that are not there are dropped.
fn named(places: &[Place], samples: Numbered) -> Samples<Place> {
    let place = |number: u32| places.get(number as usize).cloned();
    let call = |(from, to, calls)| Some((place(from)?, place(to)?, calls));
    let samples = samples.into_iter();
    samples
        .map(|(trace, calls)| {
            let calls = calls.into_iter().filter_map(call);
            (samples::key(trace), samples::summed(calls))
        })
        .collect()
}
