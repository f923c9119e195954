//! Packages from `package.json` files alone; no package manager is run.
//!
//! In: files of the [`Project`], [`Source`]. Out: [`Package`]s of ecosystem `npm`.
//! Invariant: one package per folder; folders lie inside the analysed folder.
//! Never: reads an installed package.

mod extends;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::model::names::join;
use crate::model::{
    DependencyScope, Location, Notification, Package, PackageDependency, Position, Project,
    SourceRoot, Target, TargetKind,
};
use crate::source::Source;
use crate::source::settings;
use workspaces::{MANIFEST, folder_of};

/// Keys of dependency tables and when they are needed.
const TABLES: [(&str, DependencyScope); 4] = [
    ("dependencies", DependencyScope::Normal),
    ("peerDependencies", DependencyScope::Normal),
    ("optionalDependencies", DependencyScope::Normal),
    ("devDependencies", DependencyScope::Dev),
];

/// Keys that make a manifest more than a marker of the module kind.
const UNIT_KEYS: [&str; 6] = [
    "name",
    "dependencies",
    "devDependencies",
    "scripts",
    "workspaces",
    "main",
];

/// Finds every npm, yarn or pnpm package of the tree.
#[must_use]
pub fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let (mut packages, mut notifications) = (Vec::new(), Vec::new());
    let listed = project.files.iter().map(|file| file.path.to_string());
    let mut manifests: Vec<(String, String)> = Vec::new();
    for path in listed.filter(|path| folder_of(path).is_some()) {
        match source.text(&path) {
            Ok(text) => manifests.push((path, text)),
            Err(problem) => notifications.push(problem),
        }
    }
    let workspaces = workspaces::find(project, source, &manifests);
    let hidden = workspaces::hidden_members(project, source, &workspaces, &manifests);
    manifests.extend(hidden);
    for (path, text) in &manifests {
        let Some(dir) = folder_of(path) else { continue };
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(root)) => packages.extend(package(project, path, dir, text, &root)),
            Ok(_) => {}
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or(0);
                let message = format!("not read as a package: {error}");
                let problem = Notification::warning("bad-manifest", message);
                notifications.push(problem.in_file(path.as_str()).at_line(line));
            }
        }
    }
    workspaces::join(&mut packages, &workspaces);
    notifications.extend(extends::circles(project, source));
    (packages, notifications)
}

/// The package of a `package.json`; `None` where it only marks the module kind, as `{"type":
/// "module"}` does. Without a name the folder stands for it, and at the top of the checkout a dot.
fn package(
    project: &Project,
    path: &str,
    dir: &str,
    text: &str,
    root: &Map<String, Value>,
) -> Option<Package> {
    if !UNIT_KEYS.iter().any(|key| root.contains_key(*key)) {
        return None;
    }
    let folder = dir.rsplit('/').next().filter(|name| !name.is_empty());
    let name = root
        .get("name")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty());
    // The name of the checkout differs from machine to machine.
    let name = name.or(folder).unwrap_or(".");
    Some(Package {
        name: name.to_owned(),
        ecosystem: "npm",
        dir: dir.to_owned(),
        manifest: path.into(),
        dependencies: dependencies(path, dir, text, root),
        targets: targets(project, dir, name, root),
        source_roots: vec![SourceRoot {
            dir: dir.to_owned(),
            test: false,
        }],
        ..Package::default()
    })
}

/// Each dependency once, with the scope of the first table that names it. Tables are ordered so
/// that a package needed at run time is not taken for a development dependency.
fn dependencies(
    path: &str,
    dir: &str,
    text: &str,
    root: &Map<String, Value>,
) -> Vec<PackageDependency> {
    let mut found: Vec<PackageDependency> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let places = places(text);
    for (table, scope) in TABLES {
        let entries = root.get(table).and_then(Value::as_object);
        for (key, value) in entries.into_iter().flatten() {
            if !known.insert(key) {
                continue;
            }
            let version = value.as_str().unwrap_or_default();
            found.push(PackageDependency {
                key: key.clone(),
                package: renamed(version).unwrap_or(key).to_owned(),
                path: folder(version).and_then(|path| join(dir, path)),
                target: None,
                by_name: false,
                scope,
                location: Location::new(path, place(&places, table, key)),
            });
        }
    }
    found
}

/// The package behind `npm:name@version` or `workspace:name@version`.
fn renamed(version: &str) -> Option<&str> {
    let rest = version
        .strip_prefix("npm:")
        .or_else(|| version.strip_prefix("workspace:"))?;
    let end = rest
        .char_indices()
        .skip(1)
        .find(|(_, c)| *c == '@')
        .map_or(rest.len(), |(at, _)| at);
    let name = rest.get(..end)?;
    name.starts_with(|c: char| c.is_alphabetic() || c == '@')
        .then_some(name)
}

/// The folder behind `file:`, `link:`, `portal:` or a relative `workspace:`.
fn folder(version: &str) -> Option<&str> {
    let local = ["file:", "link:", "portal:"]
        .iter()
        .find_map(|prefix| version.strip_prefix(prefix));
    local.or_else(|| {
        version
            .strip_prefix("workspace:")
            .filter(|rest| rest.starts_with('.'))
    })
}

/// Where each value of a manifest stands, by the path of its keys: one look at the text, however many are asked for.
fn places(text: &str) -> BTreeMap<String, Position> {
    let mut found = BTreeMap::new();
    for entry in settings::read(MANIFEST, text) {
        found.entry(entry.key).or_insert(entry.at);
    }
    found
}

/// The place of `key` inside `table`.
fn place(places: &BTreeMap<String, Position>, table: &str, key: &str) -> Position {
    let found = places.get(&format!("{table}.{key}"));
    found.copied().unwrap_or_default()
}

/// The library that `main` or `module` names, and the programs of `bin`. A target whose file is not
/// in the tree, usually because it is built, has no root.
fn targets(project: &Project, dir: &str, name: &str, root: &Map<String, Value>) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut add = |name: &str, kind: TargetKind, path: &str| {
        let root = join(dir, path).and_then(|path| project.file(&path));
        targets.push(Target {
            name: name.to_owned(),
            kind,
            root,
            edition: String::new(),
        });
    };
    if let Some(main) = root
        .get("main")
        .or_else(|| root.get("module"))
        .and_then(Value::as_str)
    {
        add(name, TargetKind::Library, main);
    }
    match root.get("bin") {
        Some(Value::String(path)) => add(name, TargetKind::Binary, path),
        Some(Value::Object(programs)) => {
            for (program, path) in programs
                .iter()
                .filter_map(|(name, path)| Some((name, path.as_str()?)))
            {
                add(program, TargetKind::Binary, path);
            }
        }
        _ => {}
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dependency_of_a_long_manifest_has_its_own_line() {
        let count = 100_000;
        let lines: Vec<String> = (0..count).map(|n| format!("\"p{n}\": \"1\"")).collect();
        let table = lines.join(",\n");
        let text = format!(
            "{{\n\"dependencies\": {{\n{table}\n}}, \"devDependencies\": {{\"p1\": \"2\", \"@a/b.c\": \"3\"}}}}"
        );
        let root: Value = serde_json::from_str(&text).expect("a manifest");
        let root = root.as_object().expect("a map");
        let found = dependencies("package.json", "", &text, root);
        assert_eq!(found.len(), count + 1);
        let line = |key: &str| {
            let one = found.iter().find(|one| one.key == key);
            one.expect("a dependency").location.at.line as usize
        };
        assert_eq!((line("p0"), line("p99999")), (3, count + 2));
        assert_eq!(line("@a/b.c"), count + 3);
    }
}
