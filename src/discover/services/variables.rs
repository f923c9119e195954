//! Files of variables that a manifest puts into a container: `env_file` of Compose.
//!
//! In: a service of a Compose file, texts of files. Out: settings, with the place in the file.
//! Invariant: what the manifest sets itself comes first and counts.
//! Never: a file that the manifest does not name.

use std::collections::{BTreeMap, BTreeSet};

use super::compose::{Read, expand};
use crate::model::{Location, Setting, names};
use crate::source::settings;
use crate::source::yaml::Item;

/// The variables of all files that a service names, those that it sets itself left out.
pub(super) fn of_files(
    path: &str,
    service: &Item,
    env: &BTreeMap<String, String>,
    file: Read<'_>,
) -> Vec<Setting> {
    let Some(named) = service.get("env_file") else {
        return Vec::new();
    };
    let listed = named.items().chain([named]);
    let texts = listed.filter_map(|item| item.text().or_else(|| item.text_of("path")));
    let paths = texts.filter_map(|text| names::join(names::folder(path), &expand(text, env)));
    let own = own_names(service);
    let mut found = Vec::new();
    for path in paths {
        found.extend(of_file(&path, &file(&path), env));
    }
    found.retain(|setting| !own.contains(setting.key.as_str()));
    found
}

/// The variables of one file; a value may name those above it.
pub(super) fn of_file(path: &str, text: &str, env: &BTreeMap<String, String>) -> Vec<Setting> {
    let mut known = env.clone();
    let setting = |entry: settings::Entry| {
        let value = expand(&entry.value, &known);
        known.insert(entry.key.clone(), value.clone());
        Setting {
            key: entry.key,
            value,
            location: Location::new(path, entry.at),
        }
    };
    let entries = settings::read(".env", text).into_iter();
    entries.map(setting).collect()
}

/// Names of the variables that the manifest itself sets.
fn own_names(service: &Item) -> BTreeSet<&str> {
    let Some(environment) = service.get("environment") else {
        return BTreeSet::new();
    };
    let listed = environment.items().filter_map(Item::text);
    let listed = listed.map(|text| text.split('=').next().unwrap_or(text));
    let mapped = environment.entries().map(|(key, _)| key);
    listed.chain(mapped).collect()
}
