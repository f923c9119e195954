//! What `pyproject.toml` says, in the tables of the common build back ends.
//!
//! In: the text of a manifest. Out: [`Manifest`].
//! Invariant: the standard `[project]` table comes before the tools' own tables.
//! Never: resolves versions.

use toml::{Table, Value};

use super::manifest::{Manifest, Need, normalized, requirement_name};
use crate::model::DependencyScope;

/// Reads `pyproject.toml`.
pub(super) fn read(text: &str) -> Result<Option<Manifest>, String> {
    let root: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let names = [
        &["project", "name"][..],
        &["tool", "poetry", "name"],
        &["tool", "flit", "metadata", "module"],
    ];
    let name = names.iter().find_map(|path| at(&root, path)?.as_str());
    let mut dependencies = Vec::new();
    project(&root, &mut dependencies);
    poetry(&root, &mut dependencies);
    uv_sources(&root, &mut dependencies);
    let packages = packages(&root);
    let mut roots = roots(&root);
    roots.extend(packages.iter().map(|(from, _)| from.clone()));
    Ok(Some(Manifest {
        name: name.map(str::to_owned),
        roots,
        covered: packages.iter().map(covered).collect(),
        dependencies,
    }))
}

/// Reads `Pipfile`.
pub(super) fn read_pipfile(text: &str) -> Result<Option<Manifest>, String> {
    let root: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let mut dependencies = Vec::new();
    for (key, scope) in [
        ("packages", DependencyScope::Normal),
        ("dev-packages", DependencyScope::Dev),
    ] {
        add_table(
            root.get(key).and_then(Value::as_table),
            scope,
            &mut dependencies,
        );
    }
    Ok(Some(Manifest {
        dependencies,
        ..Manifest::default()
    }))
}

/// The value at a path of keys; `None` where a key is missing or its parent is no table.
fn at<'t>(root: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(root.get(*first)?, |value, key| value.as_table()?.get(*key))
}

/// The texts of a list, or the one text that stands in place of it.
fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.chain(value.filter(|value| value.is_str()))
        .filter_map(Value::as_str)
}

/// Needs of the standard tables. Optional dependencies and groups count as development ones, since
/// the program runs without them.
fn project(root: &Table, needs: &mut Vec<Need>) {
    add_list(
        at(root, &["project", "dependencies"]),
        DependencyScope::Normal,
        needs,
    );
    let groups = [
        &["project", "optional-dependencies"][..],
        &["dependency-groups"],
    ];
    for path in groups {
        let tables = at(root, path).and_then(Value::as_table);
        for list in tables.into_iter().flat_map(Table::values) {
            add_list(Some(list), DependencyScope::Dev, needs);
        }
    }
    add_list(
        at(root, &["build-system", "requires"]),
        DependencyScope::Build,
        needs,
    );
}

/// Adds requirement texts; `shop @ file:./libs/shop` is a path dependency.
fn add_list(list: Option<&Value>, scope: DependencyScope, needs: &mut Vec<Need>) {
    for text in strings(list) {
        let path = text
            .split_once("@ file:")
            .map(|(_, path)| path.trim_start_matches("./").to_owned());
        needs.push(Need {
            name: requirement_name(text),
            path,
            scope,
        });
    }
}

/// Needs of Poetry's tables, of the groups as well as of the older `dev-dependencies`.
fn poetry(root: &Table, needs: &mut Vec<Need>) {
    let table = |path: &[&str]| at(root, path).and_then(Value::as_table).cloned();
    add_table(
        table(&["tool", "poetry", "dependencies"]).as_ref(),
        DependencyScope::Normal,
        needs,
    );
    add_table(
        table(&["tool", "poetry", "dev-dependencies"]).as_ref(),
        DependencyScope::Dev,
        needs,
    );
    for group in table(&["tool", "poetry", "group"])
        .iter()
        .flat_map(Table::values)
    {
        let dependencies = group.as_table().and_then(|group| group.get("dependencies"));
        add_table(
            dependencies.and_then(Value::as_table),
            DependencyScope::Dev,
            needs,
        );
    }
}

/// Adds needs by the keys of a table: `shop = { path = "../shop" }`. The key `python` sets a
/// version and is no dependency.
fn add_table(table: Option<&Table>, scope: DependencyScope, needs: &mut Vec<Need>) {
    for (name, value) in table
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "python")
    {
        let path = value
            .as_table()
            .and_then(|table| table.get("path"))
            .and_then(Value::as_str);
        needs.push(Need {
            name: normalized(name),
            path: path.map(str::to_owned),
            scope,
        });
    }
}

/// `[tool.uv.sources]` tells where a dependency named elsewhere lies.
fn uv_sources(root: &Table, needs: &mut [Need]) {
    let sources = at(root, &["tool", "uv", "sources"]).and_then(Value::as_table);
    for (name, value) in sources.into_iter().flatten() {
        let path = value
            .as_table()
            .and_then(|table| table.get("path"))
            .and_then(Value::as_str);
        for need in needs
            .iter_mut()
            .filter(|need| need.name == normalized(name))
        {
            need.path = path.map(str::to_owned).or(need.path.take());
        }
    }
}

/// Folders where names start, in the order in which they are to be searched.
fn roots(root: &Table) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    let lists = [
        &["tool", "setuptools", "packages", "find", "where"][..],
        &["tool", "pdm", "build", "package-dir"],
        &["tool", "maturin", "python-source"],
        &["tool", "uv", "build-backend", "module-root"],
        &["tool", "scikit-build", "wheel", "packages"],
        &["tool", "pytest", "ini_options", "pythonpath"],
        &["tool", "pyright", "extraPaths"],
        &["tool", "ruff", "src"],
    ];
    if let Some(dirs) = at(root, &["tool", "setuptools", "package-dir"]).and_then(Value::as_table) {
        roots.extend(
            dirs.iter()
                .filter_map(|(package, dir)| package_dir(package, dir.as_str()?)),
        );
    }
    for path in lists {
        roots.extend(
            strings(at(root, path))
                .filter(|dir| !dir.contains('*'))
                .map(str::to_owned),
        );
    }
    roots
}

/// The root that makes `package` lie at `dir`.
fn package_dir(package: &str, dir: &str) -> Option<String> {
    if package.is_empty() {
        return Some(dir.to_owned());
    }
    let tail = package.replace('.', "/");
    let root = dir.trim_end_matches('/').strip_suffix(&tail)?;
    Some(root.trim_end_matches('/').to_owned())
}

/// The packages that the back ends list by name or folder: the root of each, and its path below it.
fn packages(root: &Table) -> Vec<(String, String)> {
    let mut packages = hatch_packages(root);
    packages.extend(poetry_packages(root));
    packages.extend(setuptools_packages(root));
    let modules = [
        (&["tool", "flit", "module", "name"][..], None),
        (&["tool", "flit", "metadata", "module"], None),
        (
            &["tool", "uv", "build-backend", "module-name"],
            Some(&["tool", "uv", "build-backend", "module-root"][..]),
        ),
    ];
    for (name, from) in modules {
        let from = from.and_then(|path| at(root, path)?.as_str());
        let names = strings(at(root, name)).filter(|name| name.contains('.'));
        for path in names.map(|name| name.replace('.', "/")) {
            // Flit looks into both places.
            let flat = from.is_none().then(|| (String::new(), path.clone()));
            packages.push((from.unwrap_or("src").to_owned(), path));
            packages.extend(flat);
        }
    }
    packages
}

/// The folder of a listed package, relative to the manifest.
pub(super) fn covered((from, package): &(String, String)) -> String {
    let top = package.split('/').next().unwrap_or_default();
    format!("{from}/{top}")
}

/// `{ include = "shop", from = "src" }` → (`src`, `shop`). A pattern counts up to its first `*`.
fn poetry_packages(root: &Table) -> Vec<(String, String)> {
    let packages = at(root, &["tool", "poetry", "packages"]).and_then(Value::as_array);
    let of = |package: &Value| {
        let package = package.as_table()?;
        let include = package.get("include")?.as_str()?.split('*').next()?;
        let from = package.get("from").and_then(Value::as_str).unwrap_or("");
        Some((from.to_owned(), include.trim_end_matches('/').to_owned()))
    };
    packages.into_iter().flatten().filter_map(of).collect()
}

/// `packages = ["acme.redis"]`, below the folder that `package-dir` gives to all of them; `include` of a search
/// for packages, below the folder that it searches.
fn setuptools_packages(root: &Table) -> Vec<(String, String)> {
    let tool = |key| at(root, &["tool", "setuptools", key]);
    let from = tool("package-dir").and_then(|dirs| dirs.as_table()?.get("")?.as_str());
    let packages = strings(tool("packages")).map(|name| name.replace('.', "/"));
    let from = from.unwrap_or("");
    let mut found: Vec<_> = packages.map(|path| (from.to_owned(), path)).collect();
    let find = |key: &str| at(root, &["tool", "setuptools", "packages", "find", key]);
    let (mut roots, names) = (strings(find("where")), strings(find("include")));
    let from = roots.next().unwrap_or("");
    let names = names.filter_map(|name| {
        name.split(['*', '.'])
            .next()
            .filter(|name| !name.is_empty())
    });
    found.extend(names.map(|name| (from.to_owned(), name.to_owned())));
    found
}

/// `packages = ["src/acme"]`; `sources` strips the folders above from the names.
fn hatch_packages(root: &Table) -> Vec<(String, String)> {
    let builds = [
        &["tool", "hatch", "build", "targets", "wheel"][..],
        &["tool", "hatch", "build"],
    ];
    let tables = builds.iter().filter_map(|path| at(root, path)?.as_table());
    let mut packages = Vec::new();
    for table in tables {
        for package in strings(table.get("packages")) {
            let package = package.trim_start_matches("./").trim_end_matches('/');
            let (from, name) = package.rsplit_once('/').unwrap_or(("", package));
            packages.push((from.to_owned(), name.to_owned()));
        }
        let sources = strings(table.get("sources"));
        packages.extend(sources.map(|from| (from.to_owned(), String::new())));
    }
    packages
}
