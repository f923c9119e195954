//! Profiles among the inputs.
//!
//! In: the bytes of stored profiles, inputs that are sums. Out: their sum.
//! Invariant: the same profile twice is one part; what one file holds one after another is several.
//! Never: a damaged profile that goes unmentioned.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use super::formats::open::Peeked;
use super::options::Options;
use super::profile::encode;
use super::profile::table::Profile;
use super::spans::intern::stable_hash;
use super::spans::shard::Shard;
use super::sums::held::all::Sums;
use super::sums::held::input::Hashed;
use super::sums::held::kind::SumKind;
use crate::model::Notification;

/// A profile with the name of its input and a hash of its bytes.
pub(super) type Part = (String, u64, Profile);

/// Stored profiles; the same one twice is one part, since engines run tasks again.
#[derive(Default)]
pub(super) struct Profiles {
    /// The shard that is folded here, if only one is.
    shard: Option<Shard>,
    /// The sum of all that were taken.
    pub(super) sum: Profile,
    /// How many were given, those that were left out included.
    pub(super) count: u64,
    /// Names of inputs, by the hashes of their profiles.
    seen: BTreeMap<u64, String>,
    /// Shards that are in the sum: number, and how many there are.
    shards: BTreeSet<(u32, u32)>,
    /// What was left out, and why.
    pub(super) notes: Vec<Notification>,
}

impl Profiles {
    /// None yet; what has no trace counts in one shard only.
    pub(super) fn new(shard: Option<Shard>) -> Self {
        Self {
            shard,
            ..Self::default()
        }
    }

    /// Adds a part.
    ///
    /// A profile that is of another shard, holds a shard that is there already, or is the same as
    /// one before is left out. Only the first is no note: some other run counts it.
    pub(super) fn take(&mut self, (name, hash, profile): Part) {
        self.count += 1;
        if self.shard.is_some_and(|shard| !shard.takes(hash)) {
            return;
        }
        if let Some(note) = self.repeated(&profile) {
            return self.notes.push(note.in_file(name));
        }
        if (profile.seen.spans > 0 || !profile.sums.is_empty())
            && let Some(first) = self.seen.get(&hash)
        {
            let message = format!("is the same profile as `{first}`, and is counted once");
            let note = Notification::warning("profile-repeated", message);
            return self.notes.push(note.in_file(name));
        }
        self.seen.insert(hash, name);
        if self.seen.len() > 1 && (self.sum.seen.rough || profile.seen.rough) {
            let message = "profiles are merged of recordings with more names than are told apart while they are read: each has kept names of its own, so that the parts are finer than the whole";
            self.notes.push(Notification::note("trace-limit", message));
        }
        self.sum.merge(profile);
    }

    /// Notes the shards of a part; one that is there already makes it none.
    fn repeated(&mut self, profile: &Profile) -> Option<Notification> {
        let again = shards(profile).find(|shard| self.shards.contains(shard));
        self.shards.extend(shards(profile));
        again.map(|(index, count)| {
            let message = format!(
                "holds shard {index}/{count}, which another profile holds, too; fold the shards of one window into one profile before others are added"
            );
            Notification::error("shard-repeated", message)
        })
    }
}

/// The shards in a profile: number and how many there are.
fn shards(profile: &Profile) -> impl Iterator<Item = (u32, u32)> {
    let all = profile.shards.iter();
    all.flat_map(|(count, there)| there.iter().map(|index| (*index, *count)))
}

/// An input that could not be read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Notification {
    Notification::error("trace-unreadable", format!("not read: {error}")).in_file(name)
}

/// Largest stored profile in bytes.
const LARGEST_PROFILE: u64 = 1 << 30;

/// The profiles in a file, one after another, each with a hash of its bytes.
///
/// More than `LARGEST_PROFILE` bytes are cut off, and the last profile is damaged then. One
/// damaged profile makes the whole file unusable: what it was joined of is not known.
pub(super) fn stored(
    reader: Peeked,
    name: &str,
    options: &Options,
) -> Result<Vec<Part>, Notification> {
    let mut bytes = Vec::new();
    reader
        .take(LARGEST_PROFILE)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    let damaged = |what: String| {
        Notification::error("profile-unreadable", format!("not read: {what}")).in_file(name)
    };
    let mut found = Vec::new();
    for part in encode::parts(&bytes) {
        let profile = Profile::from_bytes(part).map_err(|error| damaged(error.to_string()))?;
        if let Some(wanted) = &options.environment
            && profile.operations.keys().any(|(.., own)| **own != **wanted)
        {
            return Err(damaged(format!(
                "a profile of several environments; fold the traces of `{wanted}` alone"
            )));
        }
        found.push((name.to_owned(), stable_hash(part), profile));
    }
    Ok(found)
}

/// Reads an input of sums as a profile of its own, with its name and a hash of its bytes.
///
/// An error where nothing could be summed up; what is damaged beside good rows is a note in
/// the profile.
pub(super) fn summed(
    kind: &SumKind,
    reader: &mut (dyn Read + Send),
    name: &str,
) -> Result<Part, Notification> {
    let mut reader = Hashed { reader, hash: 0 };
    let mut sums = Sums::default();
    let problems = (kind.read)(&mut reader, &mut sums).map_err(|error| unreadable(name, &error))?;
    let first = problems.first.as_ref();
    if sums.is_empty() {
        let told = problems.told.iter().map(|told| format!("; {told}"));
        let first = first.map(|first| format!("; first: {first}"));
        let why: String = told.chain(first).collect();
        let message = format!("was read as {}, and holds no load{why}", kind.id);
        return Err(Notification::error("trace-nothing", message).in_file(name));
    }
    for family in sums.families() {
        sums.name(family, name);
    }
    let damaged = problems.note(kind.id).map(|note| note.in_file(name));
    let profile = Profile {
        sums,
        notifications: damaged.into_iter().collect(),
        ..Profile::default()
    };
    Ok((name.to_owned(), reader.hash, profile))
}
