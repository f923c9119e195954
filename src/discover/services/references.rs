//! Code that only one service builds upon: its layers, not libraries.
//!
//! In: groups with folders, packages and their dependencies, sources of Go. Out: further folders of the groups.
//! Invariant: what two services build upon belongs to none.
//! Never: a package that is a service of its own, or that only tests or jobs build upon.
//!
//! `Orders.Api` refers to the project `Orders.Core`, `apps/orders` depends on the package `orders-domain`, and
//! `cmd/orders` imports `internal/orders`. In Go each folder is a package: one that others import beside the service
//! stays shared even inside of a folder that is otherwise the service's own. Of a project of .NET to which several
//! programs refer, each owns the files that it alone reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::csharp;
use super::gosource;
use super::group::Group;
use crate::model::names::{self, folder, folders, join, within};
use crate::model::{DependencyScope, Package};
use crate::source::ReadText;

/// Folders of units that are built by themselves, with those that they build upon.
type References = BTreeMap<String, BTreeSet<String>>;

/// Gives each group the units that it alone builds upon, directly or through others.
pub(super) fn give(
    groups: &mut [Group],
    packages: &[Package],
    paths: &[&str],
    text: &ReadText<'_>,
) {
    let projects = paths.iter().filter(|path| csharp::is_project(path));
    let mut references: References = projects
        .map(|path| (folder(path).to_owned(), referred(path, &text(path))))
        .collect();
    for package in packages.iter().filter(|package| package.ecosystem != "go") {
        let own = references.entry(package.dir.clone()).or_default();
        own.extend(needed(package, packages));
    }
    references.extend(go_packages(groups, paths, text));
    if references.is_empty() {
        return;
    }
    let mut reached: Vec<BTreeSet<String>> = groups
        .iter()
        .map(|group| reached(group, &references))
        .collect();
    split_projects(groups, &mut reached, paths, text);
    let taken = groups.iter().flat_map(|group| group.dirs.clone());
    let taken: Vec<String> = taken.filter(|dir| !dir.is_empty()).collect();
    let is_deployed = |group: &Group| group.deployed().next().is_some();
    // Where most is deployed, programs of Go that are not are tools: they build upon the code of others.
    let coded = groups
        .iter()
        .filter(|group| !group.is_job() && !group.dirs.is_empty());
    let (run, rest): (Vec<&Group>, Vec<&Group>) = coded.partition(|group| is_deployed(group));
    let most = run.len() > rest.len();
    let is_tool = |group: &Group| {
        most && !is_deployed(group) && group.any(|c| c.hints.contains("go-program"))
    };
    let mut users: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for (group, dirs) in groups.iter().zip(&reached) {
        for dir in dirs {
            *users.entry(dir).or_default() += usize::from(!is_tool(group));
            *all.entry(dir).or_default() += 1;
        }
    }
    for (group, reached) in groups.iter_mut().zip(&reached) {
        let users = if is_tool(group) { &all } else { &users };
        let apart = |dir: &str| {
            !taken
                .iter()
                .any(|other| within(dir, other) || within(other, dir))
        };
        let own = |dir: &str| users.get(dir) == Some(&1) && reached.contains(dir);
        for dir in reached.iter().filter(|dir| own(dir) && apart(dir)) {
            let inside = users.range(dir.as_str()..).map(|(other, _)| *other);
            let mut inside = inside.take_while(|other| other.starts_with(dir.as_str()));
            if inside.any(|other| within(other, dir) && !own(other)) {
                let files = gosource::files(paths, dir).map(str::to_owned);
                group.layers.extend(files);
            } else {
                group.layers.insert(dir.clone());
            }
        }
        let outer = |dir: &String| !names::folders(dir).any(|around| group.layers.contains(around));
        let layers = group.layers.iter().filter(|dir| outer(dir));
        group.layers = layers.cloned().collect();
    }
}

/// Puts files in the place of projects of .NET that at least two groups lead to: of each its own.
fn split_projects(
    groups: &[Group],
    reached: &mut [BTreeSet<String>],
    paths: &[&str],
    text: &ReadText<'_>,
) {
    let projects = csharp::projects(paths);
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for dir in reached
        .iter()
        .flatten()
        .filter(|dir| projects.contains(*dir))
    {
        *users.entry(dir.clone()).or_default() += 1;
    }
    let mut sources = csharp::Sources::new(paths, text);
    for (group, dirs) in groups.iter().zip(reached) {
        let shared = |dir: &&String| users.get(*dir).is_some_and(|count| *count > 1);
        let shared: BTreeSet<String> = dirs.iter().filter(shared).cloned().collect();
        if shared.is_empty() {
            continue;
        }
        dirs.retain(|dir| !shared.contains(dir));
        let own = group.dirs.iter().chain(dirs.iter());
        let files = sources.reached(own.filter(|dir| !dir.is_empty()), &shared);
        dirs.extend(files);
    }
}

/// The folders of the packages of the tree that a package needs when it runs; what a bundler packs into pages is often
/// needed only while it does.
fn needed<'p>(package: &'p Package, all: &'p [Package]) -> impl Iterator<Item = String> + 'p {
    let packed = package.ecosystem == "npm";
    let runs = package.dependencies.iter();
    let runs = runs.filter(move |needed| packed || needed.scope == DependencyScope::Normal);
    runs.filter_map(|needed| Some(all.get(needed.target?.index())?.dir.clone()))
        .filter(|dir| !dir.is_empty() && *dir != package.dir)
}

/// The packages of Go that the groups lead to, where at least two groups lie in one module.
fn go_packages(groups: &[Group], paths: &[&str], text: &ReadText<'_>) -> References {
    let modules: BTreeMap<&str, String> = gosource::modules(paths, text);
    let module = |dir: &str| {
        let around = std::iter::once(dir).chain(folders(dir));
        around
            .into_iter()
            .find(|dir| modules.contains_key(dir))
            .map(str::to_owned)
    };
    let mut starts: BTreeMap<String, Vec<BTreeSet<&str>>> = BTreeMap::new();
    for group in groups.iter().filter(|group| !group.is_job()) {
        for dir in &group.dirs {
            let own: BTreeSet<&str> = gosource::packages(paths, dir).collect();
            if let Some(module) = module(dir).filter(|_| !own.is_empty()) {
                starts.entry(module).or_default().push(own);
            }
        }
    }
    let mut found = References::new();
    for (module, own) in starts.iter().filter(|(_, own)| own.len() > 1) {
        let name = &modules[module.as_str()];
        let mut next: Vec<String> = own.iter().flatten().map(|dir| (*dir).to_owned()).collect();
        while let Some(dir) = next.pop() {
            if found.contains_key(&dir) {
                continue;
            }
            let files = gosource::files(paths, &dir);
            let imported = files.flat_map(|file| gosource::imports(&text(file), module, name));
            let imported: BTreeSet<String> = imported.collect();
            next.extend(imported.iter().cloned());
            found.insert(dir, imported);
        }
        let split = Split {
            paths,
            module,
            name,
        };
        split.packages(own, &mut found, text);
    }
    found
}

/// Packages that hold parts of several programs, such as `cmd` with a file for each command: each program builds upon the
/// files alone whose names it uses, directly or through other files of the package.
struct Split<'s> {
    paths: &'s [&'s str],
    module: &'s str,
    name: &'s str,
}

impl Split<'_> {
    /// Puts files in the place of packages where the packages of at least two programs import one themselves.
    fn packages(&self, programs: &[BTreeSet<&str>], found: &mut References, text: &ReadText<'_>) {
        let imported = |own: &BTreeSet<&str>| {
            let dirs = own.iter().filter_map(|dir| found.get(*dir)).flatten();
            let dirs = dirs.filter(|dir| !own.contains(dir.as_str()));
            dirs.cloned().collect::<BTreeSet<String>>()
        };
        let mut users: BTreeMap<String, usize> = BTreeMap::new();
        for dir in programs.iter().flat_map(imported) {
            *users.entry(dir).or_default() += 1;
        }
        users.retain(|_, count| *count > 1);
        if users.is_empty() {
            return;
        }
        let starts: BTreeSet<&str> = programs.iter().flatten().copied().collect();
        let said = |dir: &str| {
            let files = gosource::files(self.paths, dir);
            files
                .flat_map(|file| gosource::names(&text(file)).said)
                .collect::<BTreeSet<String>>()
        };
        let said: BTreeMap<&str, BTreeSet<String>> =
            starts.iter().map(|dir| (*dir, said(dir))).collect();
        for dir in users.keys() {
            let files: Vec<&str> = gosource::files(self.paths, dir).collect();
            if files.len() < 2 || starts.contains(dir.as_str()) {
                continue;
            }
            let sources: Vec<gosource::Names> = files
                .iter()
                .map(|file| gosource::names(&text(file)))
                .collect();
            for start in &starts {
                let Some(own) = found.get_mut(*start).filter(|own| own.contains(dir)) else {
                    continue;
                };
                let used = reachable(&sources, said[start].clone());
                if !used.is_empty() {
                    own.remove(dir);
                    own.extend(used.into_iter().map(|at| files[at].to_owned()));
                }
            }
            let whole = found.entry(dir.clone()).or_default();
            whole.extend(files.iter().map(|file| (*file).to_owned()));
            for file in files {
                let needed = gosource::imports(&text(file), self.module, self.name);
                found.insert(file.to_owned(), needed.into_iter().collect());
            }
        }
    }
}

/// The files of a package that declare what is said, or what those files say.
fn reachable(sources: &[gosource::Names], mut said: BTreeSet<String>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    said.retain(|word| word.starts_with(|c: char| c.is_ascii_uppercase()));
    let mut next: Vec<BTreeSet<String>> = vec![said];
    while let Some(said) = next.pop() {
        for (at, names) in sources.iter().enumerate() {
            if !names.declared.is_disjoint(&said) && found.insert(at) {
                next.push(names.said.clone());
            }
        }
    }
    found
}

/// The folders of the projects that a project file refers to.
fn referred(path: &str, text: &str) -> BTreeSet<String> {
    let named = text.split("<ProjectReference").skip(1);
    let mut found = BTreeSet::new();
    for rest in named {
        let include = rest.split_once("Include=\"");
        let file = include.and_then(|(_, rest)| rest.split('"').next());
        let file = file.and_then(|file| join(folder(path), &file.replace('\\', "/")));
        found.extend(file.map(|file| folder(&file).to_owned()));
    }
    found
}

/// All units that those in the folders of a group lead to; none of a job, which shares its code with what it is for.
fn reached(group: &Group, references: &References) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if group.is_job() {
        return found;
    }
    let inside = |dir: &str| {
        group
            .dirs
            .iter()
            .any(|own| !own.is_empty() && within(dir, own))
    };
    let mut next: Vec<&String> = group.dirs.iter().collect();
    let own = references.keys().filter(|dir| inside(dir));
    next.extend(own);
    while let Some(dir) = next.pop() {
        for other in references.get(dir).into_iter().flatten() {
            if !inside(other) && found.insert(other.clone()) {
                next.push(other);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::candidate::{Candidate, Origin};
    use super::super::held;
    use super::*;
    use crate::model::{Location, Position};

    /// The layers of the programs in two folders.
    fn layers(dirs: [&str; 2], files: &[(&str, String)]) -> [Vec<String>; 2] {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
        let group = |dir: &str| Group {
            members: vec![Candidate::new(
                Origin::Build,
                dir,
                Location::new(dir, Position::new(1, 1)),
            )],
            dirs: BTreeSet::from([dir.to_owned()]),
            layers: BTreeSet::new(),
        };
        let mut groups = dirs.map(group);
        give(&mut groups, &[], &held::paths(&files), &held::text(&files));
        groups.map(|group| group.layers.into_iter().collect())
    }

    #[test]
    fn layers_of_one_service_are_its_own_and_shared_ones_are_not() {
        let project = |references: &[&str]| -> String {
            let line =
                |name: &&str| format!("<ProjectReference Include=\"..\\{name}\\{name}.csproj\" />");
            references.iter().map(line).collect()
        };
        let files = [
            ("Orders.Api/Orders.Api.csproj", project(&["Orders.Core"])),
            ("Orders.Core/Orders.Core.csproj", project(&["Common"])),
            ("Users.Api/Users.Api.csproj", project(&["Common"])),
            ("Common/Common.csproj", String::new()),
        ];
        let layers = layers(["Orders.Api", "Users.Api"], &files);
        assert_eq!(layers, [vec!["Orders.Core".to_owned()], Vec::new()]);
    }

    #[test]
    fn a_file_of_a_shared_package_belongs_to_the_program_that_uses_its_names() {
        let command = |name: &str| {
            let upper = name.to_uppercase();
            format!(
                "package cmd\nimport \"x.org/s/internal/{name}\"\ntype {upper}Cmd struct{{ *root }}\nfunc New{upper}Cmd() *{upper}Cmd {{ return {name}.Start(newRoot()) }}\n"
            )
        };
        let main = |name: &str| {
            format!(
                "package main\nimport \"x.org/s/pkg/cmd\"\nfunc main() {{ cmd.New{}Cmd() }}\n",
                name.to_uppercase()
            )
        };
        let root = "package cmd\nimport \"x.org/s/pkg/log\"\ntype root struct{}\nfunc newRoot() *root { log.On(); return nil }\n";
        let plain = "package x\n".to_owned();
        let files = [
            ("cmd/orders/main.go", main("orders")),
            ("cmd/users/main.go", main("users")),
            ("go.mod", "module x.org/s\n".to_owned()),
            ("internal/orders/a.go", plain.clone()),
            ("internal/users/a.go", plain.clone()),
            ("pkg/cmd/orders.go", command("orders")),
            ("pkg/cmd/root.go", root.to_owned()),
            ("pkg/cmd/users.go", command("users")),
            ("pkg/log/a.go", plain),
        ];
        let layers = layers(["cmd/orders", "cmd/users"], &files);
        assert_eq!(layers[0], ["internal/orders", "pkg/cmd/orders.go"]);
        assert_eq!(layers[1], ["internal/users", "pkg/cmd/users.go"]);
    }
}
