//! What `pyproject.toml` says, in the tables of the common build back ends.
//!
//! In: the text of a manifest. Out: [`Manifest`].
//! Invariant: the standard `[project]` table comes before the tools' own tables.
//! Never: resolves versions.

use toml::{Table, Value};

use super::{Manifest, Need, normalized, requirement_name};
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
    Ok(Some(Manifest {
        name: name.map(str::to_owned),
        roots: roots(&root),
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

fn at<'t>(root: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(root.get(*first)?, |value, key| value.as_table()?.get(*key))
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.chain(value.filter(|value| value.is_str()))
        .filter_map(Value::as_str)
}

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
    roots.extend(poetry_roots(root));
    roots.extend(hatch_roots(root));
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

fn poetry_roots(root: &Table) -> Vec<String> {
    let packages = at(root, &["tool", "poetry", "packages"]).and_then(Value::as_array);
    let from = |package: &Value| package.as_table()?.get("from")?.as_str().map(str::to_owned);
    packages.into_iter().flatten().filter_map(from).collect()
}

fn hatch_roots(root: &Table) -> Vec<String> {
    let wheel = ["tool", "hatch", "build", "targets", "wheel"];
    let Some(wheel) = at(root, &wheel).and_then(Value::as_table) else {
        return Vec::new();
    };
    let above = |package: &str| {
        let package = package.trim_end_matches('/');
        Some(package.rsplit_once('/')?.0.to_owned())
    };
    let packages = strings(wheel.get("packages")).filter_map(above);
    packages
        .chain(strings(wheel.get("sources")).map(str::to_owned))
        .collect()
}
