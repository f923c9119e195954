//! A profile under other names.
//!
//! In: [`Profile`], new names of services and operations. Out: the same, summed up by the new names.
//! Invariant: merging and renaming give the same in either order.
//! Never: a decision which name becomes which.

use std::sync::Arc;

use super::samples;
use super::table::Profile;
use crate::traces::totals::{CallKey, Place, ShapeKey, add_to};
use crate::traces::tree::halves::{Half, Party, Who};

/// The profile with every service, peer and operation called as these say; what has one name then is summed up.
pub(super) fn renamed(profile: &Profile, service: Rename<'_>, operation: Rename<'_>) -> Profile {
    let names = Names { service, operation };
    let mut new = Profile {
        gaps: profile.gaps.clone(),
        seen: profile.seen.clone(),
        notifications: profile.notifications.clone(),
        ..Profile::default()
    };
    names.calls(profile, &mut new);
    names.places(profile, &mut new);
    names.tables(profile, &mut new);
    names.shapes(profile, &mut new);
    names.messages(profile, &mut new);
    new
}

/// The new name of a name.
pub(super) type Rename<'n> = &'n dyn Fn(&Arc<str>) -> Arc<str>;

/// What services and operations are called from now on.
struct Names<'n> {
    service: Rename<'n>,
    operation: Rename<'n>,
}

impl Names<'_> {
    /// The new name of a service or peer.
    fn of(&self, service: &Arc<str>) -> Arc<str> {
        (self.service)(service)
    }

    /// The new names of several services.
    fn of_all(&self, services: &[Arc<str>]) -> Vec<Arc<str>> {
        services.iter().map(self.service).collect()
    }

    /// The new name of an operation.
    fn operation(&self, operation: &Arc<str>) -> Arc<str> {
        (self.operation)(operation)
    }

    /// A place with its service and operation renamed.
    fn place(&self, place: &Place) -> Place {
        Place {
            service: self.of(&place.service),
            operation: self.operation(&place.operation),
            ..place.clone()
        }
    }

    /// One side of a message with its service, operation and peer renamed.
    fn party(&self, party: &Party) -> Party {
        Party {
            who: Arc::new(Who {
                service: self.of(&party.who.service),
                operation: self.operation(&party.who.operation),
                peer: self.of(&party.who.peer),
                ..(*party.who).clone()
            }),
            ..party.clone()
        }
    }

    /// Calls, operations and what repeats among them.
    fn calls(&self, profile: &Profile, new: &mut Profile) {
        for (key, calls) in &profile.calls {
            let key = CallKey {
                caller: self.of(&key.caller),
                callee: self.of(&key.callee),
                caller_operation: self.operation(&key.caller_operation),
                operation: self.operation(&key.operation),
                ..key.clone()
            };
            new.calls.entry(key).or_default().merge(calls);
        }
        for ((service, operation, environment), load) in &profile.operations {
            let key = (
                self.of(service),
                self.operation(operation),
                Arc::clone(environment),
            );
            new.operations.entry(key).or_default().merge(load);
        }
        for (path, counts) in &profile.loops {
            let path = self.of_all(path);
            new.loops.entry(path).or_default().merge(counts);
        }
        for ((caller, callee, operation), counts) in &profile.repeats {
            let key = (self.of(caller), self.of(callee), self.operation(operation));
            new.repeats.entry(key).or_default().merge(counts);
        }
    }

    /// Places in the code, and the calls between them.
    fn places(&self, profile: &Profile, new: &mut Profile) {
        for (at, load) in &profile.places {
            new.places.entry(self.place(at)).or_default().merge(load);
        }
        for ((from, to), calls) in &profile.inner {
            let ends = (self.place(from), self.place(to));
            *new.inner.entry(ends).or_default() += calls;
        }
        for (key, calls) in &profile.samples {
            let calls = calls.iter();
            let calls = calls.map(|(from, to, calls)| (self.place(from), self.place(to), *calls));
            let calls = calls.filter(|(from, to, _)| from != to);
            new.samples.insert(*key, samples::summed(calls));
        }
    }

    /// Tables; names of datastores are names of peers, those of tables stay.
    fn tables(&self, profile: &Profile, new: &mut Profile) {
        for ((service, store, table, write), (calls, time)) in &profile.tables {
            let key = (self.of(service), self.of(store), Arc::clone(table), *write);
            add_to(&mut new.tables, key, (*calls, *time), |into, more| {
                *into = (into.0.saturating_add(more.0), into.1.saturating_add(more.1));
            });
        }
    }

    /// Shapes of requests, whose hashes change with their names.
    fn shapes(&self, profile: &Profile, new: &mut Profile) {
        for ((_, shape), count) in &profile.shapes {
            let edges = shape.edges.iter();
            let edges = edges.map(|(from, to, calls)| (self.of(from), self.of(to), *calls));
            let shape = ShapeKey {
                path: self.of_all(&shape.path),
                services: self.of_all(&shape.services),
                edges: edges.collect(),
                failed: self.of_all(&shape.failed),
                reentered: self.of_all(&shape.reentered),
                root_failed: shape.root_failed,
            };
            *new.shapes.entry((shape.hash(), shape)).or_default() += count;
        }
    }

    /// Messages by topic, and those of which one side is not known yet.
    fn messages(&self, profile: &Profile, new: &mut Profile) {
        for ((service, product, topic), messages) in &profile.topics {
            let key = (self.of(service), Arc::clone(product), Arc::clone(topic));
            new.topics.entry(key).or_default().merge(messages);
        }
        let party = |party: &Party| self.party(party);
        for (key, half) in &profile.halves {
            let mut half = Half {
                sender: half.sender.as_ref().map(party),
                takers: half.takers.iter().map(party).collect(),
            };
            half.takers.sort();
            new.halves.insert(*key, half);
        }
    }
}
