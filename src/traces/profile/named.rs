//! From numbers to names: the sums of one folder as a profile.
//!
//! In: a [`Folder`] and its names. Out: [`Profile`].
//! Invariant: nothing is lost; what has one name after all is summed up.
//! Never: records.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::folder::Folder;
use super::samples;
use super::table::Profile;
use super::tally::{CallSums, PairSums, Tally};
use crate::traces::spans::class::{Class, Name, shown};
use crate::traces::spans::classes::Classes;
use crate::traces::spans::store::ClassId;
use crate::traces::totals::{
    CallKey, Calls, Counts, Load, Messages, Place, PlaceLoad, Seen, ShapeKey,
};
use crate::traces::totals::{add_to, hex};

#[expect(
    clippy::iter_over_hash_type,
    reason = "sums and sorted maps do not depend on the order"
)]
impl Profile {
    /// The sums of `folder` by name.
    #[must_use]
    pub fn of(folder: Folder<'_>, classes: &Classes) -> Self {
        let (mut tally, mut profile) = (folder.tally, folder.messages);
        profile.add_calls(std::mem::take(&mut tally.pairs), classes);
        profile.add_classes(&mut tally, classes);
        profile.add_requests(&mut tally, classes);
        profile.gaps = std::mem::take(&mut tally.gaps);
        profile.seen = Seen {
            apart: profile.seen.apart,
            rough: classes.rough,
            long: std::mem::take(&mut profile.seen.long),
            spans: tally.spans,
            traces: tally.traces,
            orphans: tally.orphans,
            duplicates: tally.duplicates,
            merged: tally.merged,
            cycles: tally.cycles,
            skewed: tally.skewed,
            shapeless: tally.shapeless,
            unadjusted: tally.unadjusted,
            nameless: tally.nameless,
            rejected: left_out(&tally),
            depths: tally.depths.into_iter().collect(),
            fan_outs: tally.fan_outs.into_iter().collect(),
        };
        profile.settle();
        profile
    }

    /// Calls by the names of both ends; pairs with equal names are summed up.
    fn add_calls(&mut self, pairs: PairSums, classes: &Classes) {
        for (key, sums) in pairs.into_list() {
            let key = CallKey {
                caller: service(classes, key.caller),
                callee: service(classes, key.callee),
                inferred: key.inferred,
                mode: key.mode,
                caller_operation: classes.name(key.caller_operation),
                operation: classes.name(key.operation),
                environment: classes.name(key.environment),
                topic: classes.name(key.topic),
            };
            add_to(&mut self.calls, key, Calls::of(sums), |into, more| {
                into.merge(&more);
            });
        }
    }

    /// Loads by operation and by place, tables, and calls within services.
    fn add_classes(&mut self, tally: &mut Tally, classes: &Classes) {
        for (class, sums) in classes.list.iter().zip(&mut tally.classes) {
            if sums.entries.calls > 0 {
                let key = (
                    service(classes, class.service),
                    classes.name(class.operation),
                    classes.name(class.environment),
                );
                let load = Load {
                    entries: Calls::of(std::mem::take(&mut sums.entries)),
                    own_ns: sums.visit_own_ns,
                    critical_ns: sums.visit_critical_ns,
                };
                self.operations.entry(key).or_default().merge(&load);
            }
            if sums.spans > 0 || sums.own_ns > 0 {
                let load = PlaceLoad {
                    calls: sums.spans,
                    own_ns: sums.own_ns,
                    critical_ns: sums.critical_ns,
                };
                self.places
                    .entry(place(classes, class))
                    .or_default()
                    .merge(&load);
            }
            self.add_tables(class, (sums.spans, sums.time_ns), classes);
        }
        self.add_inner(tally, classes);
    }

    /// The tables that the spans of a class use; one without a name where they tell none.
    fn add_tables(&mut self, class: &Class, (spans, time): (u64, u128), classes: &Classes) {
        if class.datastore == 0 || spans == 0 {
            return;
        }
        let unnamed = class.tables.is_empty().then_some((0, false));
        for (table, write) in class.tables.iter().copied().chain(unnamed) {
            let key = (
                service(classes, class.service),
                classes.name(class.datastore),
                classes.name(table),
                write,
            );
            let sum = self.tables.entry(key).or_default();
            *sum = (sum.0 + spans, sum.1 + time);
        }
    }

    /// Calls between places inside of services.
    fn add_inner(&mut self, tally: &mut Tally, classes: &Classes) {
        let at = |class: ClassId| place(classes, &classes.list[class]);
        for ((from, to), calls) in &tally.inner {
            *self.inner.entry((at(*from), at(*to))).or_default() += calls;
        }
        for (key, calls) in std::mem::take(&mut tally.samples) {
            let calls = calls.into_iter();
            let named = calls.map(|(from, to, calls)| (at(from), at(to), calls));
            let named = named.filter(|(from, to, _)| from != to);
            self.samples.insert(key, samples::summed(named));
        }
    }

    /// Loops, repeated calls, shapes of requests and topics.
    fn add_requests(&mut self, tally: &mut Tally, classes: &Classes) {
        let name = |name: &Name| service(classes, *name);
        let names = |list: &[Name]| list.iter().map(name).collect::<Vec<_>>();
        for (path, sums) in &tally.loops {
            let counts = Counts {
                count: sums.count,
                calls: sums.contained,
                example: hex(sums.example),
                ..Counts::default()
            };
            self.loops.entry(names(path)).or_default().merge(&counts);
        }
        for ((caller, callee, operation), sums) in &tally.repeats {
            let counts = Counts {
                count: sums.visits,
                calls: sums.calls,
                most: sums.most,
                retries: sums.retries,
                example: hex(sums.example),
            };
            self.repeats
                .entry((name(caller), name(callee), classes.name(*operation)))
                .or_default()
                .merge(&counts);
        }
        for (shape, (hash, count)) in std::mem::take(&mut tally.shapes) {
            let key = ShapeKey {
                path: names(&shape.path),
                services: names(&shape.services),
                edges: shape
                    .edges
                    .iter()
                    .map(|(from, to, calls)| (name(from), name(to), *calls))
                    .collect(),
                failed: names(&shape.failed),
                reentered: names(&shape.reentered),
                root_failed: shape.root_failed,
            };
            *self.shapes.entry((hash, key)).or_default() += count;
        }
        for ((owner, product, topic), sums) in &tally.topics {
            let messages = Messages {
                sent: 0,
                taken: sums.taken,
                matched: sums.matched,
            };
            self.topics
                .entry((name(owner), classes.name(*product), classes.name(*topic)))
                .or_default()
                .merge(&messages);
        }
    }
}

/// What was read and is not counted, by reason.
fn left_out(tally: &Tally) -> BTreeMap<String, u64> {
    let reasons = [
        ("in a trace longer than the limit", tally.too_long),
        ("of another environment", tally.elsewhere),
    ];
    let reasons = reasons.into_iter().filter(|(_, count)| *count > 0);
    reasons
        .map(|(reason, count)| (reason.to_owned(), count))
        .collect()
}

impl Calls {
    /// The sums with the id of their example as text.
    fn of(sums: CallSums) -> Self {
        Self {
            calls: sums.calls,
            weight: sums.weight,
            errors: sums.errors,
            client_errors: sums.client_errors,
            not_found: sums.not_found,
            time_ns: sums.time_ns,
            sketch: sums.sketch,
            example: if sums.example == [0, 0] {
                "".into()
            } else {
                hex(sums.example)
            },
        }
    }
}

/// The name of a service, `(unknown)` for none.
fn service(classes: &Classes, name: Name) -> Arc<str> {
    if name == 0 {
        shown("").into()
    } else {
        classes.name(name)
    }
}

/// The place of a class: its code if that is told, else its operation.
fn place(classes: &Classes, class: &Class) -> Place {
    let [file, namespace, function] = class.code.map(|name| classes.name(name));
    let operation = if class.code == [0; 3] {
        classes.name(class.operation)
    } else {
        "".into()
    };
    Place {
        service: service(classes, class.service),
        file,
        namespace,
        function,
        operation,
    }
}
