//! Packages from Python manifests alone; no build back end is run.
//!
//! In: files of the [`Project`], [`Source`]. Out: [`Package`]s of ecosystem `python`.
//! Invariant: one package per folder; folders lie inside the analysed folder.
//! Never: executes `setup.py`.

mod manifest;
mod pyproject;
mod setup;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::names::{folder, join_written};
use crate::model::{
    Location, Notification, Package, PackageDependency, Position, Project, SourceRoot,
};
use crate::source::Source;

use manifest::{Manifest, Need};

/// `None`: the file is called like a manifest, and is none.
type Reader = fn(&str) -> Result<Option<Manifest>, String>;

/// Manifests by file name, strongest first.
const KINDS: [(&str, Reader); 5] = [
    ("pyproject.toml", pyproject::read),
    ("setup.cfg", setup::read_cfg),
    ("setup.py", setup::read_py),
    ("Pipfile", pyproject::read_pipfile),
    ("requirements.txt", setup::read_requirements),
];

/// Finds every Python distribution of the tree.
#[must_use]
pub fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let mut notifications = Vec::new();
    let folders = folders_with_python(project);
    let mut found: BTreeMap<&str, Package> = BTreeMap::new();
    for (file, reader) in KINDS {
        let strong = file != "requirements.txt" && file != "Pipfile";
        for entry in &project.files {
            let Some(dir) = folder_of(&entry.path, file) else {
                continue;
            };
            let application = || folders.direct.contains(dir) && !has_above(&found, dir);
            if !folders.any.contains(dir) || !(strong || application()) {
                continue;
            }
            match source.text(&entry.path) {
                Ok(text) => read(
                    &mut found,
                    &mut notifications,
                    &entry.path,
                    dir,
                    &text,
                    reader,
                ),
                Err(problem) => notifications.push(problem),
            }
        }
    }
    for (dir, package) in &mut found {
        complete(package, dir, &folders.any);
    }
    (found.into_values().collect(), notifications)
}

/// The packages that the analysed folder lies in: by their `__init__`, or by the roots that a
/// manifest above declares.
#[must_use]
pub fn inside(source: &Source) -> String {
    let marked = source.inside("__init__.py");
    if !marked.is_empty() {
        return marked.join("/");
    }
    let strong = KINDS.iter().take(3);
    let mut above = strong.flat_map(|(file, reader)| {
        let found = source.above(file).into_iter();
        found.filter_map(|(path, text)| below_root(source, &path, &reader(&text).ok()??))
    });
    above.next().unwrap_or_default()
}

/// The names between the deepest root of a manifest at `path` (`../../setup.cfg`) and the analysed folder.
fn below_root(source: &Source, path: &str, manifest: &Manifest) -> Option<String> {
    let way = source.names_above(path.matches("../").count()).join("/");
    let roots = manifest.roots.iter().map(String::as_str);
    let roots = roots.chain(manifest.roots.is_empty().then_some("src"));
    let below = roots.filter_map(|root| {
        let rest = way.strip_prefix(
            join_written("", root)
                .filter(|root| !root.is_empty())?
                .as_str(),
        )?;
        rest.strip_prefix('/')
    });
    below.min_by_key(|rest| rest.len()).map(str::to_owned)
}

/// The folder of the manifest at `path`, if it is called `name`.
fn folder_of<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let dir = path.strip_suffix(name)?;
    if dir.is_empty() {
        Some(dir)
    } else {
        dir.strip_suffix('/')
    }
}

/// Whether a package is known in a folder around `dir`. One at the top does not count: it would
/// hold everything.
fn has_above(found: &BTreeMap<&str, Package>, dir: &str) -> bool {
    found
        .keys()
        .any(|known| !known.is_empty() && crate::model::is_within(dir, known))
}

/// Adds what one manifest of a folder says. Manifests are read in the order of their strength, so a
/// name that is known already stays, while roots and dependencies are collected from all of them.
fn read<'p>(
    found: &mut BTreeMap<&'p str, Package>,
    notifications: &mut Vec<Notification>,
    path: &'p str,
    dir: &'p str,
    text: &str,
    reader: Reader,
) {
    let manifest = match reader(text) {
        Ok(Some(manifest)) => manifest,
        Ok(None) => return,
        Err(message) => {
            notifications.push(Notification::warning("bad-manifest", message).in_file(path));
            return;
        }
    };
    let package = found.entry(dir).or_insert_with(|| Package {
        ecosystem: "python",
        dir: dir.to_owned(),
        manifest: path.into(),
        ..Package::default()
    });
    if package.name.is_empty() {
        package.name = manifest.name.unwrap_or_default();
    }
    for root in manifest.roots {
        add_root(package, dir, &root);
    }
    let covered = manifest.covered.iter();
    package
        .covered
        .extend(covered.filter_map(|folder| join_written(dir, folder.trim_start_matches('/'))));
    for need in manifest.dependencies {
        add_dependency(package, path, dir, text, need);
    }
}

/// Adds a source root once; a folder called `tests` or `test` holds tests.
fn add_root(package: &mut Package, dir: &str, root: &str) {
    let Some(dir) = join_written(dir, root) else {
        return;
    };
    let test = dir
        .rsplit('/')
        .next()
        .is_some_and(|name| matches!(name, "tests" | "test"));
    let root = SourceRoot { dir, test };
    if !package.source_roots.contains(&root) {
        package.source_roots.push(root);
    }
}

/// Adds a dependency unless it is known in the same scope. Its place is the first line that names
/// it.
fn add_dependency(package: &mut Package, path: &str, dir: &str, text: &str, need: Need) {
    let known = |known: &PackageDependency| known.package == need.name && known.scope == need.scope;
    if need.name.is_empty() || package.dependencies.iter().any(known) {
        return;
    }
    let location = Location::new(path, place(text, &need.name));
    let target = need.path.and_then(|path| join_written(dir, &path));
    let (key, scope) = (need.name.clone(), need.scope);
    package.dependencies.push(PackageDependency {
        key,
        package: need.name,
        path: target,
        target: None,
        by_name: false,
        scope,
        location,
    });
}

/// Fills in what the manifests left open.
fn complete(package: &mut Package, dir: &str, folders: &BTreeSet<&str>) {
    if package.name.is_empty() {
        let folder = dir.rsplit('/').next().filter(|name| !name.is_empty());
        // The name of the checkout differs from machine to machine.
        package.name = folder.unwrap_or(".").to_owned();
    }
    if package.source_roots.is_empty() {
        let src = join_written(dir, "src").filter(|src| folders.contains(src.as_str()));
        src.iter().for_each(|_| add_root(package, dir, "src"));
    }
    add_root(package, dir, "");
}

/// Folders that hold Python files: directly, or anywhere below.
#[derive(Default)]
struct Folders<'p> {
    direct: BTreeSet<&'p str>,
    any: BTreeSet<&'p str>,
}

/// The folders with Python files of their own, and all folders above them. The walk upwards stops
/// at the first folder that is known, whose own parents are known as well.
fn folders_with_python(project: &Project) -> Folders<'_> {
    let mut folders = Folders::default();
    for file in &project.files {
        if !(file.path.ends_with(".py") || file.path.ends_with(".pyi")) {
            continue;
        }
        let mut next = folder(&file.path);
        folders.direct.insert(next);
        while folders.any.insert(next) && !next.is_empty() {
            next = folder(next);
        }
    }
    folders
}

/// The first line that names the dependency.
fn place(text: &str, name: &str) -> Position {
    let folded = |line: &str| normalized_text(line);
    let line = text.lines().position(|line| {
        let line = folded(line);
        line.find(name).is_some_and(|at| {
            let end = line
                .get(at + name.len()..)
                .and_then(|rest| rest.chars().next());
            let start = line.get(..at).and_then(|head| head.chars().next_back());
            let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
            outside(end) && outside(start)
        })
    });
    let line = line.and_then(|line| u32::try_from(line + 1).ok());
    Position::new(line.unwrap_or(0), u32::from(line.is_some()))
}

/// A line made comparable with normalised names: `Zope.Interface` becomes `zope-interface`.
fn normalized_text(line: &str) -> String {
    line.to_lowercase().replace(['_', '.'], "-")
}

#[cfg(test)]
mod tests;
