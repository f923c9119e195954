//! Names past a limit become one.
//!
//! In: [`Profile`]. Out: the same with at most so many services and operations; the rest is called `(other)`.
//! Invariant: parts that are limited, merged and limited again are the limited whole: the names with the smallest hashes
//! stay, and a name that a part has let go of has enough smaller ones in the whole, too.
//! Never: spans; what reading itself had to put together is told by [`Seen::rough`](crate::traces::totals::Seen).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::renamed::renamed;
use super::table::Profile;
use crate::traces::spans::class::OTHER;
use crate::traces::spans::intern::stable_hash;
use crate::traces::totals::ShapeKey;

/// Distinct names, sorted.
type Names<'p> = BTreeSet<&'p Arc<str>>;

/// Which names stay.
struct Kept {
    /// The largest hash, with its name, that stays; all do without.
    last: Option<(u64, Arc<str>)>,
}

impl Kept {
    /// The names that stay of `names`: at most `most`, those with the smallest hashes. No name
    /// and `(other)` are not counted.
    fn of(names: &Names<'_>, most: usize) -> Self {
        let named = names
            .iter()
            .filter(|name| !name.is_empty() && &****name != OTHER);
        let mut hashes: Vec<(u64, Arc<str>)> = named.map(|name| hashed(name)).collect();
        let most = most.max(1);
        if hashes.len() <= most {
            return Self { last: None };
        }
        let (_, last, _) = hashes.select_nth_unstable(most - 1);
        Self {
            last: Some(last.clone()),
        }
    }

    /// Whether a name stays; the empty one always does.
    fn keeps(&self, name: &Arc<str>) -> bool {
        let stays = |last: &(u64, Arc<str>)| name.is_empty() || hashed(name) <= *last;
        self.last.as_ref().is_none_or(stays)
    }

    /// The name, or `(other)` if it does not stay.
    fn name(&self, name: &Arc<str>) -> Arc<str> {
        if self.keeps(name) {
            Arc::clone(name)
        } else {
            OTHER.into()
        }
    }
}

/// The hash of a name, and the name for the case of equal hashes.
fn hashed(name: &Arc<str>) -> (u64, Arc<str>) {
    (stable_hash(name.as_bytes()), Arc::clone(name))
}

impl Profile {
    /// Leaves at most `services` names of services and peers, and `operations` of operations.
    ///
    /// Keeping the most frequent names instead would depend on the part: what is frequent in one
    /// shard may be rare in the whole.
    pub(in crate::traces) fn limited(mut self, services: usize, operations: usize) -> Self {
        let names = (
            Kept::of(&self.services(), services),
            Kept::of(&self.operations(), operations),
        );
        let (services, operations) = &names;
        if services.last.is_none() && operations.last.is_none() {
            return self;
        }
        self.shapes.retain(|(_, shape), count| {
            let stays = named(shape).all(|name| services.keeps(name));
            self.seen.shapeless += if stays { 0 } else { *count };
            stays
        });
        let mut new = renamed(&self, &|name| services.name(name), &|name| {
            operations.name(name)
        });
        (new.sums, new.shards) = (self.sums, self.shards);
        // What goes on among the rest is within one, as far as is known.
        new.calls
            .retain(|key, _| &*key.caller != OTHER || &*key.callee != OTHER);
        new.repeats
            .retain(|(caller, callee, _), _| &**caller != OTHER || &**callee != OTHER);
        for (mut path, counts) in std::mem::take(&mut new.loops) {
            path.dedup();
            if path.len() > 1 {
                new.loops.entry(path).or_default().merge(&counts);
            }
        }
        new.settle();
        new
    }

    /// Everybody who calls or is called.
    fn services(&self) -> Names<'_> {
        let own = self.operations.keys().map(|(name, ..)| name);
        let calls = self.calls.keys().flat_map(|key| [&key.caller, &key.callee]);
        let stores = self
            .tables
            .keys()
            .flat_map(|(owner, store, ..)| [owner, store]);
        let parties = self
            .halves
            .values()
            .flat_map(|half| half.sender.iter().chain(&half.takers));
        let parties = parties.flat_map(|party| [&party.who.service, &party.who.peer]);
        own.chain(calls).chain(stores).chain(parties).collect()
    }

    /// Everything that is called an operation somewhere in the profile.
    fn operations(&self) -> Names<'_> {
        let own = self.operations.keys().map(|(_, name, _)| name);
        let calls = self
            .calls
            .keys()
            .flat_map(|key| [&key.caller_operation, &key.operation]);
        let places = self.places.keys().map(|place| &place.operation);
        let repeats = self.repeats.keys().map(|(.., name)| name);
        let parties = self
            .halves
            .values()
            .flat_map(|half| half.sender.iter().chain(&half.takers));
        let parties = parties.map(|party| &party.who.operation);
        own.chain(calls)
            .chain(places)
            .chain(repeats)
            .chain(parties)
            .collect()
    }
}

/// The services of a shape.
fn named(shape: &ShapeKey) -> impl Iterator<Item = &Arc<str>> {
    let edges = shape.edges.iter().flat_map(|(from, to, _)| [from, to]);
    shape.path.iter().chain(&shape.services).chain(edges)
}
