//! Services of one name in several namespaces.
//!
//! In: [`Profile`], whose names carry the namespace that was told. Out: the same with the names that are shown.
//! Invariant: a namespace is shown only where two namespaces have a service of that name.
//! Never: a decision before all parts are merged; a shard cannot know what another one holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::table::Profile;
use crate::traces::spans::class::NAMESPACE;
use crate::traces::totals::{CallKey, Place, ShapeKey, add_to};
use crate::traces::tree::halves::{Half, Party, Who};

/// Names that are shown, by names that carry a namespace.
type Shown = BTreeMap<Arc<str>, Arc<str>>;

impl Profile {
    /// The profile with the names that are shown.
    pub(super) fn shown(&self) -> Cow<'_, Self> {
        let shown = shown(self);
        if shown.is_empty() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(renamed(self, &|name| {
            let found = shown.get(name).cloned();
            found.unwrap_or_else(|| Arc::clone(name))
        }))
    }
}

fn shown(profile: &Profile) -> Shown {
    let services: BTreeSet<&Arc<str>> = profile.operations.keys().map(|(name, ..)| name).collect();
    let told = |name: &&Arc<str>| {
        let (short, space) = name.split_once(NAMESPACE)?;
        Some((Arc::clone(name), short.to_owned(), space.to_owned()))
    };
    let told: Vec<(Arc<str>, String, String)> = services.iter().filter_map(told).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name, _) in &told {
        *counts.entry(name).or_default() += 1;
    }
    let names = told.iter().map(|(all, name, space)| {
        let alone = counts.get(name.as_str()) == Some(&1);
        let short = if alone {
            name.clone()
        } else {
            format!("{space}/{name}")
        };
        (Arc::clone(all), short.into())
    });
    names.collect()
}

/// The profile with every service called as `name` says; what has one name then is summed up.
fn renamed(profile: &Profile, name: &dyn Fn(&Arc<str>) -> Arc<str>) -> Profile {
    let names = Names(name);
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

/// What services are called from now on.
struct Names<'n>(&'n dyn Fn(&Arc<str>) -> Arc<str>);

impl Names<'_> {
    fn of(&self, service: &Arc<str>) -> Arc<str> {
        (self.0)(service)
    }

    fn of_all(&self, services: &[Arc<str>]) -> Vec<Arc<str>> {
        services.iter().map(self.0).collect()
    }

    fn place(&self, place: &Place) -> Place {
        Place {
            service: self.of(&place.service),
            ..place.clone()
        }
    }

    fn party(&self, party: &Party) -> Party {
        Party {
            who: Arc::new(Who {
                service: self.of(&party.who.service),
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
                ..key.clone()
            };
            new.calls.entry(key).or_default().merge(calls);
        }
        for ((service, operation, environment), load) in &profile.operations {
            let key = (
                self.of(service),
                Arc::clone(operation),
                Arc::clone(environment),
            );
            new.operations.entry(key).or_default().merge(load);
        }
        for (path, counts) in &profile.loops {
            let path = self.of_all(path);
            new.loops.entry(path).or_default().merge(counts);
        }
        for ((caller, callee, operation), counts) in &profile.repeats {
            let key = (self.of(caller), self.of(callee), Arc::clone(operation));
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
            new.samples.insert(*key, calls.collect());
        }
    }

    fn tables(&self, profile: &Profile, new: &mut Profile) {
        for ((service, store, table, write), (calls, time)) in &profile.tables {
            let key = (
                self.of(service),
                Arc::clone(store),
                Arc::clone(table),
                *write,
            );
            add_to(&mut new.tables, key, (*calls, *time), |into, more| {
                *into = (into.0.saturating_add(more.0), into.1.saturating_add(more.1));
            });
        }
    }

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
            let half = Half {
                sender: half.sender.as_ref().map(party),
                takers: half.takers.iter().map(party).collect(),
            };
            new.halves.insert(*key, half);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::traces::{Input, Options, read};

    fn line(id: u32, parent: u32, service: &str, space: &str) -> String {
        format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}},{{"key":"service.namespace","value":{{"stringValue":"{space}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"1","spanId":"{id}","parentSpanId":"{parent}","kind":2,"startTimeUnixNano":"{id}","endTimeUnixNano":"99"}}]}}]}}]}}"#
        )
    }

    #[test]
    fn a_namespace_is_shown_only_where_names_collide() {
        let lines = [
            line(1, 0, "gateway", "shop"),
            line(2, 1, "api", "shop"),
            line(3, 2, "gateway", "partner"),
        ];
        let bytes = lines.join("\n").into_bytes();
        let found = read(&[Input::Bytes("x".into(), bytes)], &Options::default());
        let edges: Vec<String> = found
            .edges
            .iter()
            .map(|edge| format!("{} {}", edge.caller, edge.callee))
            .collect();
        assert_eq!(edges, ["api partner/gateway", "shop/gateway api"]);
        assert!(found.loops.is_empty());
    }
}
