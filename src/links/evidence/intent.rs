//! Declared intent: Backstage `dependsOn` and `consumesApis`.
//!
//! In: catalogue files. Out: drafts of their own kind of evidence.
//! Invariant: provenance is `declared`.
//! Never: proof that something is called.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Location, Provenance, Sought};
use crate::source::yaml::Item;

use super::directory::Index;
use super::found::{Draft, Found, Protocol};
use super::material::Material;

/// Kind of evidence of declared intent.
pub(super) const EVIDENCE: &str = "declared-intent";

/// Drafts of the catalogue: `dependsOn` names a component, `consumesApis` an interface that some
/// component provides. Interfaces are collected first, as their provider may stand in a later file.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let documents = &material.catalogue;
    let mut providers: BTreeMap<String, Index> = BTreeMap::new();
    for (_, component) in documents {
        let Some(index) = index_of(material, component) else {
            continue;
        };
        let apis = component
            .path(&["spec", "providesApis"])
            .into_iter()
            .flat_map(Item::items);
        providers.extend(apis.filter_map(|api| Some((entity(api.text()?).to_owned(), index))));
    }
    for (path, component) in documents {
        let Some(from) = index_of(material, component) else {
            continue;
        };
        for (list, of) in [("dependsOn", true), ("consumesApis", false)] {
            for item in component
                .path(&["spec", list])
                .into_iter()
                .flat_map(Item::items)
            {
                let name = entity(item.text().unwrap_or_default());
                let to = if of {
                    let own = material.directory.named(name, Some(from));
                    own.or_else(|| material.directory.stranger(name))
                } else {
                    let served = || Sought::Contract {
                        name: api(name),
                        served: true,
                    };
                    let own = providers.get(name).copied();
                    own.or_else(|| material.directory.beyond(served()))
                };
                let location = Location::new(path.clone(), item.at);
                let draft = |to| Draft {
                    from,
                    to,
                    protocol: Protocol::Unknown,
                    provenance: Provenance::Declared,
                    evidence: EVIDENCE,
                    location,
                };
                found.drafts.extend(to.map(draft));
            }
        }
    }
}

/// The interfaces that components provide, as contracts.
pub(super) fn provided(material: &Material<'_>) -> Vec<(Index, String)> {
    let of = |(_, component): &(Arc<str>, Item)| {
        let index = index_of(material, component)?;
        let apis = component.path(&["spec", "providesApis"])?.items();
        let apis = apis.filter_map(|name| Some((index, api(entity(name.text()?)))));
        Some(apis.collect::<Vec<_>>())
    };
    material.catalogue.iter().filter_map(of).flatten().collect()
}

/// The contract that an interface of a catalogue is.
fn api(name: &str) -> String {
    format!("api:{name}")
}

/// The service that a catalogue entry of kind `Component` describes.
fn index_of(material: &Material<'_>, component: &Item) -> Option<Index> {
    let name = component.path(&["metadata", "name"])?.text()?;
    material
        .directory
        .exact(name, None)
        .filter(|_| component.text_of("kind") == Some("Component"))
}

/// The name in `component:default/orders`.
fn entity(reference: &str) -> &str {
    reference.rsplit([':', '/']).next().unwrap_or(reference)
}
