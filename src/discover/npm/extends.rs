//! TypeScript configurations that extend each other in a circle.
//!
//! In: files called `tsconfig*.json` and `jsconfig.json`. Out: one notification per circle.
//! Invariant: each configuration is read once; only relative paths inside the tree are followed.
//! Never: resolves a setting, reads a configuration of an installed package.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Notification, Project};
use crate::source::Source;

/// Says where configurations extend each other in a circle, which a compiler refuses.
pub(super) fn circles(project: &Project, source: &Source) -> Vec<Notification> {
    let known: BTreeSet<&str> = project.files.iter().map(|file| &*file.path).collect();
    let mut bases: BTreeMap<String, Option<String>> = BTreeMap::new();
    let is_config = |path: &&&str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        (name.starts_with("tsconfig") && name.ends_with(".json")) || name == "jsconfig.json"
    };
    let mut open: Vec<String> = known
        .iter()
        .filter(is_config)
        .map(|&path| path.to_owned())
        .collect();
    while let Some(path) = open.pop() {
        if bases.contains_key(&path) {
            continue;
        }
        let text = source.text(&path).unwrap_or_default();
        let base = extended(&text).and_then(|base| place(&path, base, &known));
        open.extend(base.clone());
        bases.insert(path, base);
    }
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let circular = bases
        .keys()
        .filter_map(|start| circle(start, &bases, &mut done));
    circular.collect()
}

/// The circle that the chain from `start` runs into, unless an earlier chain has told it.
fn circle<'b>(
    start: &'b str,
    bases: &'b BTreeMap<String, Option<String>>,
    done: &mut BTreeSet<&'b str>,
) -> Option<Notification> {
    let mut chain: Vec<&str> = Vec::new();
    let mut next = Some(start);
    while let Some(path) = next.filter(|path| done.insert(path)) {
        chain.push(path);
        next = bases.get(path).and_then(|base| base.as_deref());
    }
    let from = chain.iter().position(|path| Some(*path) == next)?;
    let mut members = chain[from..].to_vec();
    members.sort_unstable();
    let message = format!(
        "configurations extend each other in a circle: {}",
        members.join(", ")
    );
    Some(Notification::warning("bad-manifest", message).in_file(*chain.last()?))
}

/// The first text after the key `extends`; comments around it do no harm.
fn extended(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("\"extends\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let rest = rest
        .trim_start_matches(['[', ' ', '\n', '\r', '\t'])
        .strip_prefix('"')?;
    rest.split_once('"').map(|(base, _)| base)
}

/// The file of the tree that `base` means, written in the configuration at `path`.
fn place(path: &str, base: &str, known: &BTreeSet<&str>) -> Option<String> {
    if !base.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in base.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    let plain = parts.join("/");
    let with_end = format!("{plain}.json");
    [plain, with_end]
        .into_iter()
        .find(|path| known.contains(path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_told_once_and_a_chain_is_none() {
        let base = |path: &str| Some(path.to_owned());
        let bases = BTreeMap::from([
            ("a".to_owned(), base("b")),
            ("b".to_owned(), base("c")),
            ("c".to_owned(), base("b")),
            ("d".to_owned(), base("e")),
            ("e".to_owned(), None),
            ("f".to_owned(), base("f")),
        ]);
        let mut done = BTreeSet::new();
        let told: Vec<_> = bases
            .keys()
            .filter_map(|start| circle(start, &bases, &mut done))
            .collect();
        let told: Vec<&str> = told.iter().map(|note| &*note.message).collect();
        assert_eq!(told.len(), 2);
        assert!(
            told[0].ends_with("b, c") && told[1].ends_with(": f"),
            "{told:?}"
        );
    }

    #[test]
    fn the_base_is_found_beside_comments_and_in_lists() {
        assert_eq!(extended("{ // x\n \"extends\" : \"./b\" }"), Some("./b"));
        assert_eq!(
            extended("{\"extends\": [\n\"../c.json\", \"d\"]}"),
            Some("../c.json")
        );
        assert_eq!(extended("{}"), None);
        let known = BTreeSet::from(["b.json", "x/tsconfig.json"]);
        assert_eq!(
            place("x/tsconfig.json", "../b", &known),
            Some("b.json".to_owned())
        );
        assert_eq!(place("x/tsconfig.json", "../../b", &known), None);
    }
}
