//! Members of npm, yarn and pnpm workspaces whose manifests an ignore rule hides.
//!
//! In: manifests that are listed. Out: further manifests with their texts.
//! Invariant: only folders that a workspace glob names and that hold listed files.
//! Never: leaves the analysed folder.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde_json::Value;

use super::{MANIFEST, folder_of};
use crate::model::Project;
use crate::source::Source;

/// Path and text of every member's manifest that is not listed.
pub(super) fn hidden_members(
    project: &Project,
    source: &Source,
    manifests: &[(String, String)],
) -> Vec<(String, String)> {
    let Some(members) = globs(project, source, manifests) else {
        return Vec::new();
    };
    let known: BTreeSet<&str> = manifests.iter().map(|(path, _)| path.as_str()).collect();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for file in &project.files {
        let mut next = file.path.rsplit_once('/').map(|(dir, _)| dir);
        while let Some(dir) = next.filter(|dir| folders.insert(dir)) {
            next = dir.rsplit_once('/').map(|(dir, _)| dir);
        }
    }
    let wanted = folders.into_iter().filter(|dir| members.is_match(dir));
    let paths = wanted.map(|dir| format!("{dir}/{MANIFEST}"));
    let hidden = paths.filter(|path| !known.contains(path.as_str()));
    hidden
        .filter_map(|path| source.text(&path).ok().map(|text| (path, text)))
        .collect()
}

/// The globs of all workspaces, as folders of the analysis; `None` without any.
fn globs(project: &Project, source: &Source, manifests: &[(String, String)]) -> Option<GlobSet> {
    let mut globs: Vec<String> = Vec::new();
    for (path, text) in manifests
        .iter()
        .filter(|(_, text)| text.contains("\"workspaces\""))
    {
        let Ok(root) = serde_json::from_str::<Value>(text) else {
            continue;
        };
        let list = root
            .get("workspaces")
            .map(|list| list.get("packages").unwrap_or(list));
        let items = list
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        globs.extend(items.map(|glob| below(folder_of(path).unwrap_or(""), glob)));
    }
    for file in project
        .files
        .iter()
        .filter(|file| file.path.ends_with("pnpm-workspace.yaml"))
    {
        let dir = file.path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let text = source.text(&file.path).unwrap_or_default();
        globs.extend(pnpm(&text).iter().map(|glob| below(dir, glob)));
    }
    let mut set = GlobSetBuilder::new();
    for glob in globs.iter().filter(|glob| !glob.contains('!')) {
        if let Ok(glob) = Glob::new(glob) {
            set.add(glob);
        }
    }
    set.build().ok().filter(|set| !set.is_empty())
}

fn below(dir: &str, glob: &str) -> String {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    if dir.is_empty() {
        glob.to_owned()
    } else {
        format!("{dir}/{glob}")
    }
}

/// The items of `packages:` in `pnpm-workspace.yaml`.
fn pnpm(text: &str) -> Vec<&str> {
    let mut lines = text
        .lines()
        .skip_while(|line| line.trim_end() != "packages:")
        .skip(1);
    let mut found = Vec::new();
    for line in lines
        .by_ref()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let Some(item) = line.strip_prefix("- ") else {
            break;
        };
        let item = item.split(" #").next().unwrap_or(item).trim();
        found.push(item.trim_matches(['"', '\'']));
    }
    found
}
