//! Files of variables that a manifest puts into a container: `env_file` of Compose.
//!
//! In: a service of a Compose file, texts of files. Out: settings, with the place in the file.
//! Invariant: what the manifest sets itself comes first and counts.
//! Never: a file that the manifest does not name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Location, Setting, names};
use crate::source::yaml::Item;
use crate::source::{ReadText, settings};

/// Variables of a `.env` file; a value may name those above it.
pub(super) fn of_env(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in settings::read(".env", text) {
        let value = expand(&entry.value, &found);
        found.insert(entry.key, value);
    }
    found
}

/// What stands beside a file of variables that is kept out of the repository.
const TEMPLATES: [&str; 6] = [
    ".template",
    ".example",
    ".sample",
    ".dist",
    ".default",
    "-example",
];

/// A file of variables, else the template that is checked in beside it: its path and text.
pub(super) fn existing(path: &str, file: &ReadText<'_>) -> (String, String) {
    let names = TEMPLATES.iter().map(|end| format!("{path}{end}"));
    let names = std::iter::once(path.to_owned()).chain(names);
    let mut texts = names.map(|name| (file(&name), name));
    let found = texts.find(|(text, _)| !text.is_empty());
    found.map_or((path.to_owned(), String::new()), |(text, name)| {
        (name, text)
    })
}

/// The variables of all files that a service names, those that it sets itself left out.
pub(super) fn of_files(
    path: &str,
    service: &Item,
    env: &BTreeMap<String, String>,
    file: &ReadText<'_>,
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
        let (path, text) = existing(&path, file);
        found.extend(of_file(&path, &text, env));
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

/// Replaces `${NAME}`, `${NAME:-default}` and `$NAME`; unknown variables without default vanish.
pub(super) fn expand(text: &str, env: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        out.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((inner, after)) =
            rest.strip_prefix('{').and_then(|body| body.split_once('}'))
        {
            out.push_str(&variable(inner, env));
            rest = after;
        } else {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            out.push_str(env.get(&rest[..end]).map_or("", String::as_str));
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// The value of what stands in `${…}`: the known variable, else the default of `NAME:-default` and
/// `NAME-default`, else nothing. An empty variable counts as unset.
fn variable(inner: &str, env: &BTreeMap<String, String>) -> String {
    let end = inner.find([':', '-', '?', '+']).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    let default = rest
        .trim_start_matches(':')
        .strip_prefix('-')
        .unwrap_or_default();
    env.get(name)
        .filter(|value| !value.is_empty())
        .map_or(default, String::as_str)
        .to_owned()
}
