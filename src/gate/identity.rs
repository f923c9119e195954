//! Which part of the head is which part of the base, where names changed in between.
//!
//! In: [`Analysis`] of the base and of the head, whose `moved` says which files were renamed. Out: [`Identity`].
//! Invariant: a name that both sides have stays what it is; no two parts of the base become one.
//! Never: a guess: a module, package or service is renamed only where most of its files are found in the other one.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, NodeId, NodeKind};

/// Parts of the base by their names in the head.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity(BTreeMap<NodeId, NodeId>);

impl Identity {
    /// What became of the parts of `base` in `head`.
    pub(super) fn of(base: &Analysis, head: &Analysis) -> Self {
        let (before, after) = (Parts::of(base), Parts::of(head));
        let mut known = BTreeMap::new();
        for (old, new) in &head.moved {
            let (old, new) = (NodeId::file(old.clone()), NodeId::file(new.clone()));
            let is_gone = before.nodes.contains_key(&old) && !after.nodes.contains_key(&old);
            let is_new = after.nodes.contains_key(&new) && !before.nodes.contains_key(&new);
            if is_gone && is_new {
                known.insert(old, new);
            }
        }
        for level in [Level::Service, Level::Package, Level::Module] {
            let renamed = renamed(level, &before, &after, &known);
            known.extend(renamed);
        }
        Self(known)
    }

    /// The name that a part of the base has in the head.
    pub(super) fn name(&self, id: &NodeId) -> NodeId {
        self.0.get(id).unwrap_or(id).clone()
    }

    /// A key of the base, which is a rule and a subject, by the names of the head.
    pub(super) fn key(&self, key: &str) -> String {
        if self.0.is_empty() {
            return key.to_owned();
        }
        let (rule, subject) = key.split_once(' ').unwrap_or((key, ""));
        let parts: Vec<String> = subject.split(" -> ").map(|part| self.part(part)).collect();
        format!("{rule} {}", parts.join(" -> "))
    }

    /// One end of a key; a limit has its metric before it.
    fn part(&self, text: &str) -> String {
        let renamed = |text: &str| Some(self.0.get(&text.parse().ok()?)?.to_string());
        let behind_metric = || {
            let (metric, id) = text.split_once(' ')?;
            Some(format!("{metric} {}", renamed(id)?))
        };
        renamed(text)
            .or_else(behind_metric)
            .unwrap_or_else(|| text.to_owned())
    }
}

/// The nodes of one side, and what contains each file.
struct Parts<'a> {
    nodes: BTreeMap<&'a NodeId, &'a NodeRecord>,
}

impl<'a> Parts<'a> {
    /// The nodes of one side by id.
    fn of(analysis: &'a Analysis) -> Self {
        let nodes = analysis.nodes.iter().map(|node| (&node.id, node));
        Self {
            nodes: nodes.collect(),
        }
    }

    /// The ids of all files, sorted.
    fn files(&self) -> impl Iterator<Item = &'a NodeId> {
        let ids = self.nodes.keys().copied();
        ids.filter(|id| id.kind == NodeKind::File)
    }

    /// The innermost part of that level that holds a file.
    fn holder(&self, file: &NodeId, level: Level) -> Option<&'a NodeId> {
        let parent = |node: &&'a NodeRecord| self.nodes.get(node.parent.as_ref()?).copied();
        let mut above = std::iter::successors(self.nodes.get(file).copied(), parent);
        let found = above.by_ref().take(64).find(|node| node.level == level)?;
        Some(&found.id)
    }
}

/// The parts of one level that the head does not know by name, but most of whose files it has in one new part.
fn renamed(
    level: Level,
    before: &Parts<'_>,
    after: &Parts<'_>,
    known: &BTreeMap<NodeId, NodeId>,
) -> BTreeMap<NodeId, NodeId> {
    let mut votes: BTreeMap<&NodeId, BTreeMap<&NodeId, usize>> = BTreeMap::new();
    for file in before.files() {
        let Some(old) = before.holder(file, level) else {
            continue;
        };
        let today = known.get(file).unwrap_or(file);
        let new = after.holder(today, level);
        if let Some(new) = new.filter(|_| !after.nodes.contains_key(old)) {
            *votes.entry(old).or_default().entry(new).or_default() += 1;
        }
    }
    let mut pairs = Vec::new();
    for (old, by_new) in &votes {
        let all: usize = by_new.values().sum();
        let fresh = by_new
            .iter()
            .filter(|(new, _)| !before.nodes.contains_key(*new));
        let most = fresh.filter(|(_, count)| **count * 2 > all);
        pairs.extend(most.map(|(new, count)| (std::cmp::Reverse(*count), *old, *new)));
    }
    pairs.sort_unstable();
    let mut taken = BTreeSet::new();
    let first = pairs.into_iter().filter(|(_, _, new)| taken.insert(*new));
    first
        .map(|(_, old, new)| (old.clone(), new.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    fn node(id: &str, parent: Option<&str>) -> NodeRecord {
        let id: NodeId = id.parse().expect("an id");
        NodeRecord {
            level: id.kind.level(),
            name: id.name.clone(),
            parent: parent.map(|parent| parent.parse().expect("an id")),
            path: None,
            language: None,
            aliases: Vec::new(),
            role: Role::Business,
            instances: None,
            quiet: false,
            metrics: BTreeMap::new(),
            id,
        }
    }

    fn side(files: &[(&str, &str)]) -> Analysis {
        let modules: BTreeSet<&str> = files.iter().map(|(_, module)| *module).collect();
        let modules = modules.into_iter().map(|module| node(module, None));
        let files = files.iter().map(|(file, module)| node(file, Some(module)));
        Analysis {
            nodes: modules.chain(files).collect(),
            ..Analysis::default()
        }
    }

    #[test]
    fn a_module_is_renamed_with_most_of_its_files_and_a_name_given_again_is_not_followed() {
        let base = side(&[
            ("file:a/x", "module:a"),
            ("file:a/y", "module:a"),
            ("file:c/z", "module:c"),
        ]);
        let mut head = side(&[
            ("file:b/x", "module:b"),
            ("file:b/y", "module:b"),
            ("file:c/z", "module:c"),
        ]);
        let moved = [("a/x", "b/x"), ("a/y", "b/y"), ("c/z", "b/x")];
        head.moved = moved.map(|(old, new)| (old.into(), new.into())).into();
        let identity = Identity::of(&base, &head);
        let today = |id: &str| identity.name(&id.parse().expect("an id")).to_string();
        assert_eq!(today("module:a"), "module:b");
        assert_eq!(today("file:a/x"), "file:b/x");
        assert_eq!(today("file:c/z"), "file:c/z", "the head has it, too");
        assert_eq!(
            identity.key("import-cycle module:a -> module:c"),
            "import-cycle module:b -> module:c"
        );
        assert_eq!(
            identity.key("limit-exceeded lines@file file:a/y"),
            "limit-exceeded lines@file file:b/y"
        );
    }

    #[test]
    fn a_module_that_falls_apart_is_no_rename() {
        let base = side(&[("file:a/x", "module:a"), ("file:a/y", "module:a")]);
        let mut head = side(&[("file:b/x", "module:b"), ("file:c/y", "module:c")]);
        head.moved = [("a/x", "b/x"), ("a/y", "c/y")]
            .map(|(old, new)| (old.into(), new.into()))
            .into();
        let identity = Identity::of(&base, &head);
        let old: NodeId = "module:a".parse().expect("an id");
        assert_eq!(identity.name(&old), old);
    }
}
