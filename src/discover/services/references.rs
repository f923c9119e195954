//! Projects of .NET that only one service refers to: they are its layers, not libraries.
//!
//! In: groups with folders, project files. Out: further folders of the groups.
//! Invariant: what two services refer to belongs to none.
//! Never: a project that is a service of its own, or that only tests refer to.

use std::collections::{BTreeMap, BTreeSet};

use super::group::Group;
use crate::model::names::{folder, join, within};
use crate::source::ReadText;

/// Folders of projects with those that they refer to.
type References = BTreeMap<String, BTreeSet<String>>;

/// Gives each group the projects that it alone refers to, directly or through others.
pub(super) fn give(groups: &mut [Group], paths: &[&str], text: &ReadText<'_>) {
    let projects = paths.iter().filter(|path| path.ends_with(".csproj"));
    let read = |path: &&str| (folder(path).to_owned(), referred(path, &text(path)));
    let references: References = projects.map(read).collect();
    if references.is_empty() {
        return;
    }
    let reached: Vec<BTreeSet<String>> = groups
        .iter()
        .map(|group| reached(&group.dirs, &references))
        .collect();
    let taken: Vec<String> = groups.iter().flat_map(|group| group.dirs.clone()).collect();
    let mut users: BTreeMap<&String, usize> = BTreeMap::new();
    for dir in reached.iter().flatten() {
        *users.entry(dir).or_default() += 1;
    }
    for (group, reached) in groups.iter_mut().zip(&reached) {
        let is_free = |dir: &&String| {
            users[dir] == 1
                && !taken
                    .iter()
                    .any(|other| within(dir, other) || within(other, dir))
        };
        group.dirs.extend(reached.iter().filter(is_free).cloned());
    }
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

/// All projects that those in the folders lead to.
fn reached(dirs: &BTreeSet<String>, references: &References) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&String> = dirs.iter().collect();
    while let Some(dir) = next.pop() {
        for other in references.get(dir).into_iter().flatten() {
            if !dirs.contains(other) && found.insert(other.clone()) {
                next.push(other);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::candidate::{Candidate, Origin};
    use super::*;
    use crate::model::{Location, Position};

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
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        let text = |path: &str| {
            let mut known = files.iter();
            let found = known.find(|(known, _)| *known == path);
            found.map_or(String::new(), |(_, text)| text.clone())
        };
        let group = |dir: &str| Group {
            members: vec![Candidate::new(
                Origin::Build,
                dir,
                Location::new(dir, Position::new(1, 1)),
            )],
            dirs: BTreeSet::from([dir.to_owned()]),
        };
        let mut groups = [group("Orders.Api"), group("Users.Api")];
        give(&mut groups, &paths, &text);
        let dirs = groups.map(|group| group.dirs.into_iter().collect::<Vec<_>>());
        assert_eq!(dirs, [vec!["Orders.Api", "Orders.Core"], vec!["Users.Api"]]);
    }
}
