//! Backstage catalogue files: declared components.
//!
//! In: the text of a `catalog-info.yaml`. Out: candidates.
//! Invariant: only components of a kind that runs become candidates.
//! Never: reads the declared dependencies; `links` does that.

use super::candidate::{Candidate, Origin};
use crate::model::Location;
use crate::model::names;
use crate::source::yaml::{self, Item};

/// Whether a file of this name is a catalogue file.
pub(super) fn is_catalog(name: &str) -> bool {
    name.starts_with("catalog-info") && (name.ends_with(".yaml") || name.ends_with(".yml"))
}

/// The running components of one catalogue file.
pub(super) fn read(path: &str, text: &str) -> Vec<Candidate> {
    let runs = |item: &&Item| {
        let kind = item
            .path(&["spec", "type"])
            .and_then(Item::text)
            .unwrap_or_default();
        item.text_of("kind") == Some("Component")
            && !matches!(kind, "library" | "documentation" | "template")
    };
    let documents = yaml::read(text).documents;
    let components: Vec<&Item> = documents.iter().filter(runs).collect();
    let alone = components.len() == 1;
    let candidate = |item: &&Item| {
        let name = item.path(&["metadata", "name"])?;
        let found = Candidate::new(Origin::Catalog, name.text()?, Location::new(path, name.at));
        let dir = names::folder(path);
        Some(if alone && !dir.is_empty() {
            found.in_dir(dir)
        } else {
            found
        })
    };
    components.iter().filter_map(candidate).collect()
}
