//! What `setup.cfg`, `setup.py` and `requirements.txt` say, read as text.
//!
//! In: the text of a manifest. Out: [`Manifest`].
//! Invariant: only literals count; what a script computes stays unknown.
//! Never: runs the script.

use super::manifest::{Manifest, Need, requirement_name};
use crate::model::DependencyScope;

/// Reads `setup.cfg`.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all manifests")]
pub(super) fn read_cfg(text: &str) -> Result<Option<Manifest>, String> {
    let mut manifest = Manifest::default();
    let mut packages = Vec::new();
    for (section, key, values) in entries(text) {
        match (section, key) {
            ("metadata", "name") => manifest.name = values.first().map(|name| (*name).to_owned()),
            ("options", "package_dir" | "package-dir") => {
                manifest
                    .roots
                    .extend(values.iter().filter_map(|value| root_of(value)));
            }
            ("options.packages.find", "where") => {
                manifest
                    .roots
                    .extend(values.iter().map(|value| (*value).to_owned()));
            }
            ("options", "packages") | ("options.packages.find", "include") => {
                packages.extend(values);
            }
            ("options", "install_requires") => {
                manifest.dependencies.extend(
                    values
                        .iter()
                        .filter_map(|value| need(value, DependencyScope::Normal)),
                );
            }
            ("options", "tests_require") | ("options.extras_require", _) => {
                manifest.dependencies.extend(
                    values
                        .iter()
                        .filter_map(|value| need(value, DependencyScope::Dev)),
                );
            }
            _ => {}
        }
    }
    let names = packages.iter().flat_map(|line| line.split([',', ' ']));
    manifest.covered = covered(&manifest.roots, names);
    Ok(Some(manifest))
}

/// The folders of packages that are listed by name, or by a pattern that starts with one (`acme.*`).
fn covered<'t>(roots: &[String], names: impl Iterator<Item = &'t str>) -> Vec<String> {
    let from = roots.first().map_or("", String::as_str);
    let plain = |name: &&str| {
        let letters = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        !name.is_empty() && name.chars().all(letters)
    };
    let top = |name: &str| format!("{from}/{}", name.split('.').next().unwrap_or_default());
    let names = names.map(|name| name.split('*').next().unwrap_or_default());
    names.filter(plain).map(top).collect()
}

/// `=src` in `package_dir` makes `src` the root.
fn root_of(value: &str) -> Option<String> {
    let (package, dir) = value.split_once('=')?;
    package.trim().is_empty().then(|| dir.trim().to_owned())
}

/// A need by the name of a requirement; `None` for a line without one, such as an option.
fn need(text: &str, scope: DependencyScope) -> Option<Need> {
    let name = requirement_name(text);
    (!name.is_empty()).then_some(Need {
        name,
        path: None,
        scope,
    })
}

/// Section, key and lines of every value of an INI file.
fn entries(text: &str) -> Vec<(&str, &str, Vec<&str>)> {
    let mut entries: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    let mut section = "";
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = content
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.trim();
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, _, values)) = entries.last_mut() {
                values.push(content);
            }
        } else if let Some((key, value)) = content.split_once(['=', ':']) {
            let value = Some(value.trim()).filter(|value| !value.is_empty());
            entries.push((section, key.trim(), value.into_iter().collect()));
        }
    }
    entries
}

/// Reads `setup.py` as text: literal arguments of `setup` and `find_packages`.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all manifests")]
pub(super) fn read_py(text: &str) -> Result<Option<Manifest>, String> {
    if !calls_setup(text) {
        return Ok(None);
    }
    let name = argument(text, "name").and_then(literal).map(str::to_owned);
    let mut roots = Vec::new();
    if let Some(dirs) = argument(text, "package_dir").filter(|dirs| dirs.starts_with('{')) {
        let dirs = dirs.split('}').next().unwrap_or_default();
        for pair in dirs.trim_start_matches('{').split(',') {
            let Some((package, dir)) = pair.split_once(':') else {
                continue;
            };
            if literal(package.trim()) == Some("") {
                roots.extend(literal(dir.trim()).map(str::to_owned));
            }
        }
    }
    for call in ["find_packages(", "find_namespace_packages("] {
        let Some((_, rest)) = text.split_once(call) else {
            continue;
        };
        let rest = rest.trim_start();
        let rest = rest
            .strip_prefix("where")
            .map_or(rest, |rest| rest.trim_start().trim_start_matches('='));
        roots.extend(
            literal(rest.trim_start())
                .filter(|dir| !dir.is_empty())
                .map(str::to_owned),
        );
    }
    let list = argument(text, "install_requires").filter(|list| list.starts_with('['));
    let list = list
        .and_then(|list| list.split(']').next())
        .unwrap_or_default();
    let needs = literals(list)
        .into_iter()
        .filter_map(|text| need(text, DependencyScope::Normal));
    let lists = ["packages", "include"].iter();
    let lists = lists.filter_map(|key| argument(text, key)?.strip_prefix('[')?.split(']').next());
    let packages: Vec<&str> = lists.flat_map(literals).collect();
    Ok(Some(Manifest {
        name,
        covered: covered(&roots, packages.into_iter()),
        roots,
        dependencies: needs.collect(),
    }))
}

/// Whether a script builds a distribution; a module of a package may be called `setup` as well.
fn calls_setup(text: &str) -> bool {
    text.match_indices("setup(").any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let alone = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        alone && !before.trim_end().ends_with("def")
    })
}

/// The text after `key=`, where `key` stands alone.
fn argument<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text
            .get(at + key.len()..)?
            .trim_start()
            .strip_prefix('=')?
            .trim_start();
        let alone = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == '.'));
        (alone && !rest.starts_with('=')).then_some(rest)
    })
}

/// The string literal at the start of `text`.
fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.get(1..)?.split(quote).next()
}

/// Every string literal of `text`.
fn literals(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['"', '\'']) {
        let tail = rest.get(start..).unwrap_or_default();
        let Some(value) = literal(tail) else { break };
        found.push(value);
        rest = tail.get(value.len() + 2..).unwrap_or_default();
    }
    found
}

/// Reads `requirements.txt`.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all manifests")]
pub(super) fn read_requirements(text: &str) -> Result<Option<Manifest>, String> {
    let lines = text.lines().map(str::trim);
    let wanted = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '-', '.', '/']));
    let needs = wanted.filter(|line| !line.contains("://") || line.contains(" @ "));
    let dependencies = needs
        .filter_map(|line| need(line, DependencyScope::Normal))
        .collect();
    Ok(Some(Manifest {
        dependencies,
        ..Manifest::default()
    }))
}
