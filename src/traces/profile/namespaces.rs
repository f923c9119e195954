//! Services of one name in several namespaces.
//!
//! In: [`Profile`], whose names carry the namespace that was told. Out: the same with the names that are shown.
//! Invariant: a namespace is shown only where two namespaces have a service of that name.
//! Never: a decision before all parts are merged; a shard cannot know what another one holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::renamed::renamed;
use super::table::Profile;
use crate::traces::spans::class::NAMESPACE;

/// Names that are shown, by names that carry a namespace.
type Shown = BTreeMap<Arc<str>, Arc<str>>;

impl Profile {
    /// The profile with the names that are shown.
    pub(super) fn shown(&self) -> Cow<'_, Self> {
        let shown = shown(self);
        if shown.is_empty() {
            return Cow::Borrowed(self);
        }
        let service = |name: &Arc<str>| {
            let found = shown.get(name).cloned();
            found.unwrap_or_else(|| Arc::clone(name))
        };
        Cow::Owned(renamed(self, &service, &Arc::clone))
    }
}

/// What names are shown as: `shop` where one namespace has it, `team/shop` where several do.
/// Only names with a namespace are in it.
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
