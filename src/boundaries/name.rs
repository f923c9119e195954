//! What to call a set of files.
//!
//! In: [`Universe`], sets. Out: names.
//! Invariant: names of one list differ.
//! Never: a name that no folder or file bears.

use std::collections::BTreeMap;

use super::sets::FileSet;
use super::universe::Universe;
use super::views::{Folders, stem};

/// A name per set, in their order.
pub(crate) fn names<'a>(
    universe: &Universe,
    sets: impl Iterator<Item = &'a FileSet>,
) -> Vec<String> {
    let folders = Folders::of(universe);
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    let mut distinct = |name: String| {
        let count = used.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 {
            name
        } else {
            format!("{name} ({count})")
        }
    };
    sets.map(|set| distinct(name(universe, &folders, set)))
        .collect()
}

fn name(universe: &Universe, folders: &Folders, set: &FileSet) -> String {
    let best = folders
        .all
        .iter()
        .map(|(folder, files)| (files.jaccard(set), folder))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    if let Some((_, folder)) = best.filter(|(likeness, _)| *likeness >= 0.6) {
        return short(folder).to_owned();
    }
    let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in set.iter() {
        let path = &*universe.paths[file as usize];
        let own = stem(path);
        let part = if folders.all.contains_key(own) {
            own
        } else {
            path.rsplit_once('/').map_or(own, |(folder, _)| {
                if folders.all.contains_key(folder) {
                    folder
                } else {
                    own
                }
            })
        };
        *parts.entry(part).or_default() += 1;
    }
    let mut parts: Vec<(&str, usize)> = parts.into_iter().collect();
    parts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut names: Vec<&str> = parts.iter().map(|(part, _)| short(part)).take(2).collect();
    names.dedup();
    names.join(" + ")
}

fn short(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
