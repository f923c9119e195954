//! Packages from Cargo manifests alone; cargo is never run.
//!
//! In: files of the [`Project`], [`Source`]. Out: [`Package`]s of ecosystem `cargo`.
//! Invariant: folders and roots lie inside the analysed folder; what leads outside is dropped.
//! Never: reads a registry, runs a build script.

mod manifest;
mod places;
mod registry;
mod targets;

use std::collections::BTreeMap;

use crate::model::names::join_written;
use crate::model::{
    DependencyScope, Location, Notification, Package, PackageDependency, Position, Project,
    SourceRoot,
};
use crate::source::Source;

use manifest::{Manifest, Table, Value};
use places::{Places, Workspace, prefix, workspace};
use registry::Registry;

/// Finds every Cargo package below the analysed folder, and the one that holds it.
#[must_use]
pub fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let mut notifications = Vec::new();
    let texts = read(project, source, &mut notifications);
    if texts.is_empty() {
        return (Vec::new(), notifications);
    }
    let mut manifests: BTreeMap<String, Manifest<'_>> = BTreeMap::new();
    for (path, dir, text) in &texts {
        match Manifest::parse(path, text) {
            Ok(manifest) => drop(manifests.insert(dir.clone(), manifest)),
            Err(problem) => notifications.push(problem),
        }
    }
    let places = Places::new(project, source);
    let holder = places.holder(&manifests);
    let wanted = |dir: &str| places.inside(dir).is_some() || holder == Some(dir);
    let packages = manifests.iter().filter(|(dir, _)| wanted(dir));
    let registry = Registry::new(&places, &manifests);
    (
        packages
            .filter_map(|(dir, manifest)| package(&places, &manifests, &registry, dir, manifest))
            .collect(),
        notifications,
    )
}

/// Manifests with their path as shown, their folder relative to the top of the repository, their text.
fn read(
    project: &Project,
    source: &Source,
    notifications: &mut Vec<Notification>,
) -> Vec<(String, String, String)> {
    let prefix = prefix(source);
    let mut texts = Vec::new();
    for (path, text) in source.above("Cargo.toml") {
        let folder = path.strip_suffix("Cargo.toml").unwrap_or(&path);
        if let Some(dir) = join_written(&prefix, folder) {
            texts.push((path, dir, text));
        }
    }
    for file in &project.files {
        let Some(folder) = file.path.strip_suffix("Cargo.toml") else {
            continue;
        };
        let Some(dir) =
            join_written(&prefix, folder).filter(|_| folder.is_empty() || folder.ends_with('/'))
        else {
            continue;
        };
        match source.text(&file.path) {
            Ok(text) => texts.push((file.path.to_string(), dir, text)),
            Err(problem) => notifications.push(problem),
        }
    }
    texts
}

/// The package of a manifest; `None` for a virtual workspace or a package without a name.
fn package(
    places: &Places<'_>,
    manifests: &BTreeMap<String, Manifest<'_>>,
    registry: &Registry,
    dir: &str,
    manifest: &Manifest<'_>,
) -> Option<Package> {
    let table = manifest.package()?;
    let name = table
        .get("name")
        .and_then(|name| name.get_ref().as_str())?
        .to_owned();
    let workspace = workspace(manifests, dir, manifest);
    let inside = places.inside(dir).unwrap_or_default().to_owned();
    Some(Package {
        targets: targets::targets(places, dir, manifest, &name, &edition(table, workspace)),
        dependencies: dependencies(places, dir, manifest, workspace, registry),
        covered: Vec::new(),
        source_roots: source_roots(places, dir),
        workspace: workspace.map(|(_, root)| root.path.into()),
        manifest: manifest.path.into(),
        ecosystem: "cargo",
        dir: inside,
        name,
    })
}

/// The edition of a package. `edition.workspace = true` is a table and takes that of the workspace;
/// without any, Cargo means 2015.
fn edition(package: &Table<'_>, workspace: Workspace<'_, '_>) -> String {
    let inherited = || {
        workspace?
            .1
            .workspace()?
            .get("package")?
            .get_ref()
            .as_table()?
            .get("edition")
    };
    let own = package.get("edition");
    let edition = if own.is_some_and(|own| own.get_ref().is_table()) {
        inherited()
    } else {
        own
    };
    edition
        .and_then(|edition| edition.get_ref().as_str())
        .unwrap_or("2015")
        .to_owned()
}

const SECTIONS: [(&str, DependencyScope); 5] = [
    ("dependencies", DependencyScope::Normal),
    ("dev-dependencies", DependencyScope::Dev),
    ("dev_dependencies", DependencyScope::Dev),
    ("build-dependencies", DependencyScope::Build),
    ("build_dependencies", DependencyScope::Build),
];

/// All dependencies of a manifest, those of `[target.'cfg(unix)'.dependencies]` included. An entry
/// without a path may still mean a package of the tree: then the registry of the tree tells its
/// folder, and `by_name` records that only the name led there.
fn dependencies(
    places: &Places<'_>,
    dir: &str,
    manifest: &Manifest<'_>,
    workspace: Workspace<'_, '_>,
    registry: &Registry,
) -> Vec<PackageDependency> {
    let specific = manifest.table(&["target"]).into_iter().flatten();
    let specific = specific.filter_map(|(_, target)| target.get_ref().as_table());
    let mut found = Vec::new();
    for tables in std::iter::once(&manifest.root).chain(specific) {
        for (section, scope) in SECTIONS {
            let entries = tables
                .get(section)
                .and_then(|section| section.get_ref().as_table());
            for (key, value) in entries.into_iter().flatten() {
                let (package, path, git) = meant(key.get_ref(), value.get_ref(), dir, workspace);
                let home = workspace.map_or(dir, |(root, _)| root);
                let named = || registry.find(&package, git, home);
                let by_name = path.is_none() && named().is_some();
                let path = path.or_else(|| named().map(str::to_owned));
                let path = path.and_then(|path| places.inside(&path).map(str::to_owned));
                let at = Position::new(manifest.line(key.span().start), 1);
                let location = Location::new(manifest.path, at);
                found.push(PackageDependency {
                    key: key.get_ref().to_string(),
                    package,
                    path,
                    target: None,
                    by_name,
                    scope,
                    location,
                });
            }
        }
    }
    found
}

/// The package name and the folder that an entry of a dependency section means, and whether it is fetched
/// from a repository.
fn meant(
    key: &str,
    value: &Value<'_>,
    dir: &str,
    workspace: Workspace<'_, '_>,
) -> (String, Option<String>, bool) {
    let text = |value: &Value<'_>, name: &str| {
        Some(value.as_table()?.get(name)?.get_ref().as_str()?.to_owned())
    };
    let inherits = value
        .as_table()
        .and_then(|table| table.get("workspace")?.get_ref().as_bool())
        == Some(true);
    let shared = || {
        let (root, manifest) = workspace?;
        let entries = manifest
            .workspace()?
            .get("dependencies")?
            .get_ref()
            .as_table()?;
        Some((root, entries.get(key)?.get_ref()))
    };
    let (base, value) = if inherits {
        shared().unwrap_or((dir, value))
    } else {
        (dir, value)
    };
    let package = text(value, "package").unwrap_or_else(|| key.to_owned());
    let path = text(value, "path").and_then(|path| join_written(base, &path));
    let path = path.or_else(|| patched(&package, workspace));
    (package, path, text(value, "git").is_some())
}

/// The folder that the workspace puts in the place of a registry's package.
fn patched(package: &str, workspace: Workspace<'_, '_>) -> Option<String> {
    let (root, manifest) = workspace?;
    let registries = manifest
        .table(&["patch"])?
        .iter()
        .filter_map(|(_, registry)| registry.get_ref().as_table());
    let mut entries = registries.flat_map(|registry| registry.iter());
    let named = |(key, value): (&toml::Spanned<_>, &toml::Spanned<Value<'_>>)| {
        let table = value.get_ref().as_table()?;
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        let name = table
            .get("package")
            .and_then(|name| name.get_ref().as_str())
            .unwrap_or(key);
        let path = table.get("path")?.get_ref().as_str()?;
        (name == package)
            .then(|| join_written(root, path))
            .flatten()
    };
    entries.find_map(named)
}

/// The conventional folders that exist. Their files belong to the package even where no target
/// names them.
fn source_roots(places: &Places<'_>, dir: &str) -> Vec<SourceRoot> {
    let folders = [
        ("src", false),
        ("tests", true),
        ("benches", true),
        ("examples", true),
    ];
    let present = folders.into_iter().filter_map(|(folder, test)| {
        let dir = join_written(dir, folder).filter(|dir| places.has_folder(dir))?;
        Some(SourceRoot {
            dir: places.inside(&dir)?.to_owned(),
            test,
        })
    });
    present.collect()
}

#[cfg(test)]
mod tests;
