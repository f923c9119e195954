//! Components and subscriptions of Dapr: what a side car connects a program to, by a name of its own.
//!
//! In: the text of a manifest. Out: [`Component`]s.
//! Invariant: values as written, with their places.
//! Never: whether a program uses the component.

use crate::model::Position;
use crate::source::yaml::{self, Item};

/// A component or a subscription.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Component {
    /// What programs call it; of a subscription, the component that brings the messages.
    pub(in crate::links) name: String,
    /// `state.redis`, `bindings.mqtt`, `pubsub.kafka`; `subscription`.
    pub(in crate::links) kind: String,
    /// What it is set up with.
    pub(in crate::links) entries: Vec<(String, String)>,
    /// The programs that may use it; all when there is none.
    pub(in crate::links) scopes: Vec<String>,
    /// Where it is declared.
    pub(in crate::links) at: Position,
}

/// The kind of a subscription.
pub(in crate::links) const SUBSCRIPTION: &str = "subscription";

/// The components of a manifest.
pub(in crate::links) fn components(text: &str) -> Vec<Component> {
    let documents = yaml::read(text).documents;
    documents.iter().filter_map(component).collect()
}

/// A document of `dapr.io`; `None` for any other manifest. The name of a subscription is that of
/// its bus. Where it has rules for routes only the default one is kept.
fn component(document: &Item) -> Option<Component> {
    let dapr = document.text_of("apiVersion")?.starts_with("dapr.io/");
    let name = document.path(&["metadata", "name"])?;
    let spec = document.get("spec").filter(|_| dapr)?;
    let listed = |key: &str| {
        let items = document.get(key).or_else(|| spec.get(key));
        let texts = items.into_iter().flat_map(Item::items);
        texts.filter_map(Item::text).map(str::to_owned).collect()
    };
    let found = Component {
        scopes: listed("scopes"),
        at: name.at,
        ..Component::default()
    };
    match document.text_of("kind")? {
        "Component" => {
            let metadata = spec.get("metadata").into_iter().flat_map(Item::items);
            let entry = |item: &Item| {
                Some((
                    item.text_of("name")?.to_owned(),
                    item.text_of("value")?.to_owned(),
                ))
            };
            Some(Component {
                name: name.text()?.to_owned(),
                kind: spec.text_of("type")?.to_owned(),
                entries: metadata.filter_map(entry).collect(),
                ..found
            })
        }
        "Subscription" => {
            let entry = |key: &str| Some((key.to_owned(), spec.text_of(key)?.to_owned()));
            let by_rules = spec.path(&["routes", "default"]).and_then(Item::text);
            let by_rules = by_rules.map(|route| ("route".to_owned(), route.to_owned()));
            let entries = ["topic", "route"].into_iter().filter_map(entry);
            Some(Component {
                name: spec.text_of("pubsubname")?.to_owned(),
                kind: SUBSCRIPTION.to_owned(),
                entries: entries.chain(by_rules).collect(),
                ..found
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_and_subscriptions_are_read() {
        let text = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: store\nspec:\n  \
                    type: state.redis\n  metadata:\n  - name: redisHost\n    value: redis:6379\n  \
                    - name: secret\n    secretKeyRef: {name: a, key: b}\nscopes: [orders]\n---\n\
                    apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: {name: s}\nspec:\n  \
                    topic: placed\n  routes: {default: /on-placed}\n  pubsubname: bus\n---\n\
                    apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: ClusterIP}\n";
        let found = components(text);
        let shown: Vec<_> = found
            .iter()
            .map(|c| (&*c.name, &*c.kind, c.entries.len(), c.scopes.len()))
            .collect();
        assert_eq!(
            shown,
            [
                ("store", "state.redis", 1, 1),
                ("bus", "subscription", 2, 0)
            ]
        );
    }
}
