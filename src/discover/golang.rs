//! Go modules and workspaces.
//!
//! In: `go.mod`, `go.work`. Out: packages of the ecosystem `go`.
//! Invariant: a replacement by a folder is a dependency with that folder as its `path`.
//! Never: asks a proxy, reads a module cache.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::names::{folder, join};
use crate::model::{
    DependencyScope, Location, Notification, Package, PackageDependency, Position, Project,
    SourceRoot,
};
use crate::source::Source;

/// The Go modules of a tree.
#[must_use]
pub(super) fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let mut notifications = Vec::new();
    let mut read = |name: &str| -> Vec<(Arc<str>, String)> {
        let manifests = project
            .files
            .iter()
            .filter(|file| is_manifest(&file.path, name));
        let mut texts = Vec::new();
        for file in manifests {
            match source.text(&file.path) {
                Ok(text) => texts.push((Arc::clone(&file.path), text)),
                Err(problem) => notifications.push(problem),
            }
        }
        texts
    };
    let (modules, workspaces) = (read("go.mod"), read("go.work"));
    let mut packages = Vec::new();
    for (path, text) in &modules {
        let module = package(path, text);
        // An empty file only keeps its folder out of the module around it.
        if module.is_none() && !text.trim().is_empty() {
            let message = "not read as a module: no line says `module` and a path";
            let note = Notification::warning("bad-manifest", message);
            notifications.push(note.in_file(&**path));
        }
        packages.extend(module);
    }
    for (path, text) in &workspaces {
        add_workspace(path, text, &mut packages);
    }
    leave_out_fixtures(&mut packages);
    (packages, notifications)
}

/// Keeps of the modules below `testdata`, which no pattern of the go command matches, those that a
/// module outside takes by `replace`, or a workspace by `use`.
fn leave_out_fixtures(packages: &mut Vec<Package>) {
    let is_fixture = |package: &Package| package.dir.split('/').any(|part| part == "testdata");
    let (fixtures, mut kept): (Vec<Package>, Vec<Package>) =
        std::mem::take(packages).into_iter().partition(is_fixture);
    let named: BTreeSet<&str> = kept
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter_map(|dependency| dependency.path.as_deref())
        .collect();
    let (used, _): (Vec<Package>, Vec<Package>) = fixtures
        .into_iter()
        .partition(|one| one.workspace.is_some() || named.contains(one.dir.as_str()));
    kept.extend(used);
    kept.sort_by(|left, right| left.manifest.cmp(&right.manifest));
    *packages = kept;
}

/// Whether `path` is a manifest that the go command may be led to.
fn is_manifest(path: &str, name: &str) -> bool {
    let Some(dir) = path.strip_suffix(name) else {
        return false;
    };
    let looked_at = |part: &str| part != "vendor" && !part.starts_with(['_', '.']);
    (dir.is_empty() || dir.ends_with('/'))
        && dir
            .trim_end_matches('/')
            .split('/')
            .all(|part| part.is_empty() || looked_at(part))
}

/// The module of a `go.mod`; `None` without a `module` line. The source root is the folder itself,
/// because Go has no separate source folder.
fn package(path: &Arc<str>, text: &str) -> Option<Package> {
    let directives = directives(text);
    let name = directives
        .iter()
        .find(|line| line.verb == "module")?
        .words
        .first()?
        .clone();
    let dir = folder(path).to_owned();
    let root = SourceRoot {
        dir: dir.clone(),
        test: false,
    };
    let mut package = Package {
        name,
        ecosystem: "go",
        manifest: Arc::clone(path),
        source_roots: vec![root],
        dir,
        ..Package::default()
    };
    let mut found: BTreeMap<String, PackageDependency> = BTreeMap::new();
    for line in directives.iter().filter(|line| line.verb == "require") {
        if let Some(module) = line.words.first() {
            found.insert(module.clone(), dependency(module, path, line.line));
        }
    }
    add_replacements(path, &directives, &mut found);
    package.dependencies = found.into_values().collect();
    Some(package)
}

/// A requirement that no replacement has given a folder yet.
fn dependency(module: &str, manifest: &Arc<str>, line: u32) -> PackageDependency {
    PackageDependency {
        key: module.to_owned(),
        package: module.to_owned(),
        path: None,
        target: None,
        by_name: false,
        scope: DependencyScope::Normal,
        location: Location::new(Arc::clone(manifest), Position::new(line, 1)),
    }
}

/// `replace a => ../b`: the folder stands for the module.
fn add_replacements(
    manifest: &Arc<str>,
    directives: &[Directive],
    found: &mut BTreeMap<String, PackageDependency>,
) {
    for line in directives.iter().filter(|line| line.verb == "replace") {
        let Some(arrow) = line.words.iter().position(|word| word == "=>") else {
            continue;
        };
        let (Some(module), Some(target)) = (line.words.first(), line.words.get(arrow + 1)) else {
            continue;
        };
        let dir = is_folder(target)
            .then(|| join(folder(manifest), target))
            .flatten();
        if let Some(dir) = dir {
            let entry = found
                .entry(module.clone())
                .or_insert_with(|| dependency(module, manifest, line.line));
            entry.path = Some(dir);
        }
    }
}

/// Whether the target of a `replace` is a folder: Go demands that such a path begins with a dot, as
/// otherwise it would be the name of a module.
fn is_folder(target: &str) -> bool {
    target.starts_with("./") || target.starts_with("../") || target == "." || target == ".."
}

/// `use` lines make members; `replace` lines of a workspace hold for every member.
fn add_workspace(path: &Arc<str>, text: &str, packages: &mut [Package]) {
    let directives = directives(text);
    let members: Vec<String> = used(&directives)
        .filter_map(|dir| join(folder(path), dir))
        .collect();
    for package in packages
        .iter_mut()
        .filter(|package| members.contains(&package.dir))
    {
        package.workspace = Some(Arc::clone(path));
        let mut found: BTreeMap<String, PackageDependency> = BTreeMap::new();
        for dependency in std::mem::take(&mut package.dependencies) {
            found.insert(dependency.key.clone(), dependency);
        }
        add_replacements(path, &directives, &mut found);
        package.dependencies = found.into_values().collect();
    }
}

/// The folders that a `go.work` names, as it writes them.
pub(super) fn members(text: &str) -> Vec<String> {
    used(&directives(text)).map(str::to_owned).collect()
}

/// The folders of the `use` lines.
fn used(directives: &[Directive]) -> impl Iterator<Item = &str> {
    let lines = directives.iter().filter(|line| line.verb == "use");
    lines.filter_map(|line| line.words.first().map(String::as_str))
}

/// One line of a manifest, blocks unfolded: `require ( a v1 )` gives `require a v1`.
struct Directive {
    verb: String,
    words: Vec<String>,
    line: u32,
}

/// The lines of a manifest with blocks unfolded and comments dropped. A block ends at the first
/// line that begins with `)`.
fn directives(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for (line, content) in (1..).zip(text.lines()) {
        let content = content
            .split_once("//")
            .map_or(content, |(before, _)| before);
        let mut words: Vec<String> = content.split_whitespace().map(unquoted).collect();
        match (&block, words.first().map(String::as_str)) {
            (_, None) => {}
            (Some(_), Some(")")) => block = None,
            (Some(verb), Some(_)) => found.push(Directive {
                verb: verb.clone(),
                words,
                line,
            }),
            (None, Some(_)) => {
                let verb = words.remove(0);
                match words.first().map(String::as_str) {
                    Some("(") => block = Some(verb),
                    _ => found.push(Directive { verb, words, line }),
                }
            }
        }
    }
    found
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '`']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_its_requirements_and_local_replacements() {
        let text = "module \"example.com/app\" // comment\n\nrequire (\n\ta.b/c v1.0.0 // indirect\n)\nrequire d.e/f v2\nreplace d.e/f v2 => ../third/f\nreplace a.b/c => x.y/z v1\n";
        let package = package(&"app/go.mod".into(), text).expect("a module");
        assert_eq!((&*package.name, &*package.dir), ("example.com/app", "app"));
        let found: Vec<_> = package
            .dependencies
            .iter()
            .map(|one| (&*one.key, one.path.as_deref(), one.location.at.line))
            .collect();
        assert_eq!(found, [("a.b/c", None, 4), ("d.e/f", Some("third/f"), 6)]);
    }

    #[test]
    fn only_listed_modules_share_a_workspace() {
        let module = |dir: &str| {
            package(&format!("{dir}/go.mod").into(), &format!("module m/{dir}")).expect("a module")
        };
        let mut packages = vec![module("a"), module("b"), module("c")];
        add_workspace(
            &"go.work".into(),
            "go 1.22\nuse (\n\t./a\n\t./b/\n)\nreplace x => ./c\n",
            &mut packages,
        );
        let shared: Vec<_> = packages
            .iter()
            .map(|package| package.workspace.is_some())
            .collect();
        assert_eq!(shared, [true, true, false]);
        assert_eq!(packages[0].dependencies[0].path.as_deref(), Some("c"));
    }

    #[test]
    fn manifests_below_ignored_folders_are_left_alone() {
        assert!(is_manifest("go.mod", "go.mod") && is_manifest("a/b/go.mod", "go.mod"));
        for path in ["vendor/x/go.mod", "_a/go.mod", "a/xgo.mod"] {
            assert!(!is_manifest(path, "go.mod"), "{path}");
        }
    }

    #[test]
    fn a_module_of_fixtures_counts_where_another_one_takes_it() {
        let module = |path: &str, text: &str| package(&path.into(), text).expect("a module");
        let mut packages = vec![
            module("go.mod", "module m\nreplace m/kit => ./testdata/kit"),
            module("testdata/case/go.mod", "module case"),
            module("testdata/kit/go.mod", "module m/kit"),
        ];
        leave_out_fixtures(&mut packages);
        let kept: Vec<&str> = packages.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(kept, ["m", "m/kit"]);
    }
}
