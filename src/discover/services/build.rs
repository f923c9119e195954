//! Build files with an entry point: modules that become a running server.
//!
//! In: build files and, for Java-like modules, the file with the main class. Out: candidates.
//! Invariant: a module counts only with a server framework, so that tools stay tools.
//! Never: runs a build; a test, example or library module.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::{commands, dirs, golang, roles};
use crate::knowledge::{Frameworks, Knowledge, List, Programs};
use crate::model::names::{self, key};
use crate::model::{Location, Position};
use crate::source::settings::Entry;
use crate::source::{ReadText, settings};

/// Where the page of a program that runs in a browser lies, seen from its folder.
pub(super) const PAGES_AT: [&str; 3] = ["index.html", "public/index.html", "src/index.html"];

/// The modules among `paths` (sorted) that become a running server.
pub(super) fn read(knowledge: &Knowledge, paths: &[&str], text: &ReadText<'_>) -> Vec<Candidate> {
    let programs = &knowledge.frameworks.programs;
    let mut found = golang::programs(knowledge, paths, text);
    found.extend(commands::programs(knowledge, paths, text));
    let linked = linked_crates(paths, text);
    let mut others = Vec::new();
    for path in paths {
        let candidate = match names::tail(path) {
            "package.json" if is_template(path, paths, text) => None,
            "package.json" => {
                let entries = settings::read("package.json", &text(path));
                let pages = || page(&knowledge.frameworks, path, paths, &entries);
                node(programs, path, &entries).or_else(pages)
            }
            "Cargo.toml" => {
                found.extend(bins(programs, path, paths, text));
                rust(programs, path, paths, text, &linked)
            }
            "host.json" => functions(path, paths, &text(path)),
            name if name.ends_with(".csproj") => dotnet(programs, path, paths, text),
            _ => None,
        };
        others.extend(candidate);
    }
    tell_apart(&mut others);
    found.extend(others);
    found
}

/// The first line of a file, for what has no better place in it.
fn at_top(path: &str) -> Location {
    Location::new(path, Position::new(1, 1))
}

/// A candidate that is called like the folder of its build file.
pub(super) fn in_folder_of(path: &str) -> Candidate {
    let dir = names::folder(path);
    Candidate::new(Origin::Build, names::tail(dir), at_top(path)).in_dir(dir)
}

/// A name that build files of several modules give is that of none.
pub(super) fn tell_apart(found: &mut [Candidate]) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for alias in found.iter().flat_map(|candidate| &candidate.aliases) {
        *uses.entry(alias.clone()).or_default() += 1;
    }
    for candidate in found {
        candidate
            .aliases
            .retain(|alias| uses.get(alias) == Some(&1));
    }
}

/// The first line that holds `needle` and is no comment, from 1; `None` where there is none.
pub(super) fn line_of(text: &str, needle: &str) -> Option<u32> {
    let is_comment = |line: &str| line.trim_start().starts_with(['/', '*']);
    let line = text
        .lines()
        .position(|line| line.contains(needle) && !is_comment(line))?;
    u32::try_from(line + 1).ok()
}

/// Whether `paths` (sorted) name a file of a folder.
pub(super) fn holds(paths: &[&str], dir: &str, file: &str) -> bool {
    paths.binary_search(&&*names::below(dir, file)).is_ok()
}

/// Whether a manifest lies among the sources of another package, which writes programs like it; the members of a
/// workspace are none of its sources.
pub(super) fn is_template(path: &str, paths: &[&str], text: &ReadText<'_>) -> bool {
    let own = names::folder(path);
    let mut around = names::folders(own).filter(|dir| !dir.is_empty());
    around.any(|dir| {
        let is_file = |file: &str| holds(paths, dir, file);
        let inside = own[dir.len() + 1..].starts_with("src/") && is_file("package.json");
        let workspace = || {
            let listed = ["lerna.json", "pnpm-workspace.yaml"]
                .into_iter()
                .any(is_file);
            listed || text(&names::below(dir, "package.json")).contains("\"workspaces\"")
        };
        inside && !workspace()
    })
}

/// A program of Node: a manifest with a server framework and a script that starts it, or without
/// one a `dev` script that runs a watcher. A workspace root is none. A package with exports is a
/// library, and only its `start` script counts: its `dev` script may just try it out.
fn node(programs: &Programs, path: &str, entries: &[Entry]) -> Option<Candidate> {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    let server = programs
        .node
        .iter()
        .find(|name| has(&format!("dependencies.{name}")));
    let workspace = entries
        .iter()
        .any(|entry| entry.key.starts_with("workspaces"));
    let script = |name: &str| {
        let key = format!("scripts.{name}");
        entries.iter().find(|entry| entry.key == key)
    };
    // What others may import is a library, which a script may only try out.
    let exported = ["bin", "exports", "files", "module", "types"];
    let library = exported
        .iter()
        .any(|key| entries.iter().any(|entry| entry.key.starts_with(key)));
    let serve = || ["serve", "start:prod", "dev"].into_iter().find_map(script);
    // What only takes messages needs no framework to answer requests.
    let runs = |entry: &&Entry| {
        let mut watchers = programs.node_watchers.iter();
        watchers.any(|watcher| entry.value.trim_start().starts_with(&**watcher))
    };
    let watched = || script("dev").filter(runs).filter(|_| !library);
    let start = match server {
        Some(_) => script("start").or_else(|| serve().filter(|_| !library)),
        None => watched(),
    };
    let start = start.filter(|_| !workspace)?;
    let mut candidate = in_folder_of(path);
    candidate.location.at = start.at;
    let hint = server.map_or("lone-binary", |name| name);
    candidate.hints.insert(hint.to_owned());
    let dependencies = entries
        .iter()
        .filter_map(|entry| entry.key.strip_prefix("dependencies."));
    candidate.hints.extend(dependencies.map(str::to_owned));
    let name = entries.iter().find(|entry| entry.key == "name");
    candidate
        .aliases
        .extend(name.map(|entry| names::tail(entry.value.trim_start_matches('@')).to_owned()));
    Some(candidate)
}

/// The hint of a program that runs in a browser, which some server hands out where it is deployed.
pub(super) const PAGES: &str = "browser-pages";

/// A program that runs in a browser: a package that nobody imports, with a page to start from.
fn page(
    frameworks: &Frameworks,
    path: &str,
    paths: &[&str],
    entries: &[Entry],
) -> Option<Candidate> {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    let needs = |names: &List| {
        names
            .iter()
            .any(|name| has(&format!("dependencies.{name}")))
    };
    // What a bundler packs is often needed only while it does.
    let packs = |names: &List| {
        let mut names_of = names.iter();
        needs(names) || names_of.any(|name| has(&format!("devDependencies.{name}")))
    };
    let imported = ["bin", "exports", "files", "module", "types", "workspaces"];
    let library = |entry: &Entry| imported.iter().any(|key| entry.key.starts_with(key));
    let starts = ["dev", "serve", "start"]
        .iter()
        .any(|name| has(&format!("scripts.{name}")));
    let dir = names::folder(path);
    let counts = packs(&frameworks.browser_packages)
        && !needs(&frameworks.server_packages)
        && !entries.iter().any(library)
        && starts
        && has("scripts.build")
        && PAGES_AT.iter().any(|page| holds(paths, dir, page));
    let name = entries.iter().find(|entry| entry.key == "name");
    let alias = name.map(|entry| names::tail(entry.value.trim_start_matches('@')).to_owned());
    counts.then(|| {
        let mut found = in_folder_of(path);
        found.hints.insert(PAGES.to_owned());
        found.aliases.extend(alias);
        found
    })
}

/// Packages that other packages of the tree depend on.
fn linked_crates(paths: &[&str], text: &ReadText<'_>) -> BTreeSet<String> {
    let manifests = paths
        .iter()
        .filter(|path| names::tail(path) == "Cargo.toml");
    let mut linked = BTreeSet::new();
    for manifest in manifests.filter_map(|path| text(path).parse::<toml::Table>().ok()) {
        let Some(dependencies) = manifest.get("dependencies").and_then(toml::Value::as_table)
        else {
            continue;
        };
        for (name, value) in dependencies {
            let renamed = value.get("package").and_then(toml::Value::as_str);
            linked.insert(renamed.unwrap_or(name).to_owned());
        }
    }
    linked
}

/// The crate with `src/main.rs` and a server framework. A crate whose library others link is a
/// program only where its main file listens by itself; otherwise the program is a helper beside the
/// library.
fn rust(
    programs: &Programs,
    path: &str,
    paths: &[&str],
    text: &ReadText<'_>,
    linked: &BTreeSet<String>,
) -> Option<Candidate> {
    let place = |file: &str| match names::folder(path) {
        "" => file.to_owned(),
        dir => format!("{dir}/{file}"),
    };
    let (main, manifest_text) = (place("src/main.rs"), text(path));
    paths.binary_search(&main.as_str()).ok()?;
    let manifest: toml::Table = manifest_text.parse().ok()?;
    let dependencies = manifest.get("dependencies")?.as_table()?;
    let mut servers = programs.rust.iter();
    servers.find(|name| dependencies.contains_key(*name))?;
    let name = manifest.get("package")?.get("name")?.as_str()?;
    // Beside a library that others link, a program is a helper unless it serves by itself.
    let library =
        linked.contains(name) && paths.binary_search(&place("src/lib.rs").as_str()).is_ok();
    let code = if library { text(&main) } else { String::new() };
    if library && !serves_itself(programs, &code) {
        return None;
    }
    let mut candidate = in_folder_of(path);
    candidate
        .aliases
        .insert(std::mem::replace(&mut candidate.name, name.to_owned()));
    candidate.location.at.line = line_of(&manifest_text, "name").unwrap_or(1);
    candidate.hints.insert("lone-binary".to_owned());
    Some(candidate)
}

/// The programs of a crate that has several, each a file below `src/bin` or one that the manifest names, that serve.
fn bins(programs: &Programs, path: &str, paths: &[&str], text: &ReadText<'_>) -> Vec<Candidate> {
    let Ok(manifest) = text(path).parse::<toml::Table>() else {
        return Vec::new();
    };
    let base = names::folder(path);
    let named = manifest.get("bin").and_then(toml::Value::as_array);
    let named = named.into_iter().flatten().filter_map(|bin| {
        let file = names::join(base, bin.get("path")?.as_str()?)?;
        Some((bin.get("name")?.as_str()?.to_owned(), file))
    });
    let folder = names::join(base, "src/bin").unwrap_or_default();
    let found = paths.iter().filter_map(|file| {
        let inside = file.strip_prefix(&folder)?.strip_prefix('/')?;
        let name = inside
            .strip_suffix("/main.rs")
            .or(inside.strip_suffix(".rs"))?;
        (!name.contains('/')).then(|| (name.to_owned(), (*file).to_owned()))
    });
    let mut all: BTreeMap<String, String> = found.map(|(name, file)| (file, name)).collect();
    all.extend(named.map(|(name, file)| (file, name)));
    let serves = |(file, name): (String, String)| {
        let code = text(&file);
        let line = line_of(&code, "fn main")?;
        serves_itself(programs, &code).then(|| {
            let location = Location::new(file.as_str(), Position::new(line, 1));
            let dir = file
                .strip_suffix("/main.rs")
                .filter(|dir| !dir.ends_with("src"));
            let dir = dir.unwrap_or(&file).to_owned();
            let mut found = Candidate::new(Origin::Build, name, location).in_dir(dir);
            found.hints.insert("lone-binary".to_owned());
            found
        })
    };
    let found: Vec<Candidate> = all.into_iter().filter_map(serves).collect();
    if found.len() > 1 { found } else { Vec::new() }
}

/// Whether the code of a Rust program itself listens.
fn serves_itself(programs: &Programs, code: &str) -> bool {
    let mut crates = programs.rust.iter().map(|name| name.replace('-', "_"));
    crates.any(|name| code.contains(&format!("{name}::"))) || code.contains("TcpListener")
}

/// A function app of Azure: what the host of functions runs, whatever its language.
fn functions(path: &str, paths: &[&str], text: &str) -> Option<Candidate> {
    let entries = settings::read("host.json", text);
    let version = entries.iter().find(|entry| entry.key == "version")?;
    let mut around = names::folders(names::folder(path));
    let inside = around.any(|dir| holds(paths, dir, "host.json"));
    if inside || !matches!(&*version.value, "2.0" | "3.0" | "4.0") {
        return None;
    }
    let mut candidate = in_folder_of(path);
    // `Shop.FunctionApp.Orders`, `shop-functionapp-orders`
    let parts = candidate.name.rsplit(['.', '-', '_']);
    let told = |part: &&str| {
        matches!(
            key(part).as_str(),
            "functionapp" | "functions" | "functionsapp" | "func"
        )
    };
    let own: Vec<&str> = parts.take_while(|part| !told(part)).collect();
    if let [own] = own.as_slice() {
        let own = (*own).to_owned();
        let folder = std::mem::replace(&mut candidate.name, own);
        candidate.aliases.insert(folder);
    }
    Some(candidate)
}

/// A .NET project with the SDK or package of a server, or with pages for browsers that no other
/// project hands out. Test projects are none. Its hints are the dotted words in quotes, mostly
/// packages: `"Npgsql.EntityFrameworkCore"`.
fn dotnet(
    programs: &Programs,
    path: &str,
    paths: &[&str],
    read: &ReadText<'_>,
) -> Option<Candidate> {
    let text = read(path);
    let of = |kinds: &List| {
        let mut kinds = kinds.iter();
        kinds.find_map(|kind| line_of(&text, &format!("{kind}\"")))
    };
    let file = names::tail(path);
    // One that a server of the tree hands out is a part of that one.
    let page = || {
        let line = of(&programs.dotnet_pages)?;
        let mut others = paths.iter().filter(|other| other.ends_with(".csproj"));
        let hosted = others.any(|other| read(other).contains(&format!("\\{file}\"")));
        (!hosted).then_some(line)
    };
    let served = of(&programs.dotnet);
    let line = served.or_else(page)?;
    if of(&programs.dotnet_tests).is_some() {
        return None;
    }
    let mut candidate = in_folder_of(path);
    candidate
        .aliases
        .insert(file.trim_end_matches(".csproj").to_owned());
    candidate.location.at.line = line;
    if served.is_none() {
        candidate
            .hints
            .extend([PAGES, roles::FRONT].map(str::to_owned));
    }
    candidate.hints.extend(
        text.split('"')
            .map(str::to_lowercase)
            .filter(|word| word.contains('.')),
    );
    Some(candidate)
}

/// The name that the application of the module in `dir` gives itself, with its place.
pub(super) fn own_name(
    dir: &str,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Option<(String, Location)> {
    let wanted = |path: &&str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        let main = file.starts_with("application.") || file.starts_with("bootstrap.");
        main && path.contains("src/main/resources") && settings::is_settings(file)
    };
    let mut files: Vec<&str> = dirs::inside(paths, dir).filter(wanted).collect();
    files.sort_by_key(|path| (path.matches('/').count(), !path.contains("bootstrap")));
    files.into_iter().find_map(|path| {
        let entries = settings::read(path, &text(path));
        let name = entries
            .into_iter()
            .find(|entry| entry.key == "spring.application.name")?;
        let value = with_defaults(&name.value);
        let literal = !value.is_empty() && !value.contains(['$', '@', '{']);
        literal.then(|| (value, Location::new(path, name.at)))
    })
}

/// `user${suffix:}-service` with the defaults that it gives itself.
fn with_defaults(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let hole = after.split_once('}');
        let Some(((_, default), after)) =
            hole.and_then(|(inner, after)| Some((inner.split_once(':')?, after)))
        else {
            break;
        };
        out.push_str(before);
        out.push_str(default);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
