//! Workspaces of npm, yarn, pnpm and lerna, and their members, also where an ignore rule hides the manifest.
//!
//! In: manifests that are listed. Out: workspaces; further manifests with their texts.
//! Invariant: only folders that a workspace glob names and that hold listed files.
//! Never: leaves the analysed folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::Value;

use crate::model::{Package, Project};
use crate::source::{Source, yaml};

pub(super) const MANIFEST: &str = "package.json";

/// The folder of a manifest at `path`.
pub(super) fn folder_of(path: &str) -> Option<&str> {
    let dir = path.strip_suffix(MANIFEST)?;
    if dir.is_empty() {
        Some(dir)
    } else {
        dir.strip_suffix('/')
    }
}

/// A workspace: its folder, and which folders below it are members.
pub(super) struct Workspace {
    dir: String,
    members: GlobSet,
    others: GlobSet,
}

impl Workspace {
    /// Whether a folder is a member: some glob names it, and none that begins with `!` does.
    fn holds(&self, dir: &str) -> bool {
        self.members.is_match(dir) && !self.others.is_match(dir)
    }
}

/// Path and text of every member's manifest that is not listed.
pub(super) fn hidden_members(
    project: &Project,
    source: &Source,
    workspaces: &[Workspace],
    manifests: &[(String, String)],
) -> Vec<(String, String)> {
    if workspaces.is_empty() {
        return Vec::new();
    }
    let known: BTreeSet<&str> = manifests.iter().map(|(path, _)| path.as_str()).collect();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for file in &project.files {
        let mut next = file.path.rsplit_once('/').map(|(dir, _)| dir);
        while let Some(dir) = next.filter(|dir| folders.insert(dir)) {
            next = dir.rsplit_once('/').map(|(dir, _)| dir);
        }
    }
    let member = |dir: &&str| workspaces.iter().any(|workspace| workspace.holds(dir));
    let paths = folders.into_iter().filter(member);
    let paths = paths.map(|dir| format!("{dir}/{MANIFEST}"));
    let hidden = paths.filter(|path| !known.contains(path.as_str()));
    hidden
        .filter_map(|path| source.text(&path).ok().map(|text| (path, text)))
        .collect()
}

/// Notes the workspace of each package that is a member of one, and of those that hold one.
pub(super) fn join(packages: &mut [Package], workspaces: &[Workspace]) {
    for package in packages {
        let own = |one: &&Workspace| one.dir == package.dir || one.holds(&package.dir);
        let workspace = workspaces.iter().find(own);
        package.workspace = workspace.map(|one| Arc::from(below(&one.dir, MANIFEST)));
    }
}

/// All workspaces of the tree, by the order of the files that declare them.
pub(super) fn find(
    project: &Project,
    source: &Source,
    manifests: &[(String, String)],
) -> Vec<Workspace> {
    let mut found = Vec::new();
    for (path, text) in manifests
        .iter()
        .filter(|(_, text)| text.contains("\"workspaces\""))
    {
        found.extend(workspace(
            folder_of(path).unwrap_or(""),
            &listed(text, "workspaces"),
        ));
    }
    for file in &project.files {
        let (dir, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let text = || source.text(&file.path).unwrap_or_default();
        let globs = match name {
            "pnpm-workspace.yaml" => pnpm(&text()),
            "lerna.json" => listed(&text(), "packages"),
            _ => continue,
        };
        found.extend(workspace(dir, &globs));
    }
    found
}

/// The strings below `key` of a manifest.
fn listed(text: &str, key: &str) -> Vec<String> {
    let root: Value = serde_json::from_str(text).unwrap_or_default();
    let list = root
        .get(key)
        .map(|list| list.get("packages").unwrap_or(list));
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A workspace of these globs; `None` where none of them names members. A glob that cannot be read
/// is skipped.
fn workspace(dir: &str, globs: &[String]) -> Option<Workspace> {
    let set = |wanted: bool| {
        let mut set = GlobSetBuilder::new();
        let globs = globs.iter().filter(|glob| glob.starts_with('!') != wanted);
        for glob in globs.map(|glob| below(dir, glob.trim_start_matches('!'))) {
            // As package managers read it: `*` is one folder.
            if let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).build() {
                set.add(glob);
            }
        }
        set.build().ok()
    };
    let (members, others) = (set(true)?, set(false)?);
    let dir = dir.to_owned();
    (!members.is_empty()).then_some(Workspace {
        dir,
        members,
        others,
    })
}

/// A glob relative to the analysed folder instead of `dir`.
fn below(dir: &str, glob: &str) -> String {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    if dir.is_empty() {
        glob.to_owned()
    } else {
        format!("{dir}/{glob}")
    }
}

/// The items of `packages:` in `pnpm-workspace.yaml`, one a line or all on one.
fn pnpm(text: &str) -> Vec<String> {
    let documents = yaml::read(text).documents;
    let list = documents.iter().find_map(|one| one.get("packages"));
    let items = list.into_iter().flat_map(|list| list.items());
    items
        .filter_map(|item| item.text().map(str::to_owned))
        .collect()
}
