//! Gradle projects, read as text because their scripts are programs.
//!
//! In: `settings.gradle(.kts)`, `*.gradle(.kts)`. Out: packages named by their project path.
//! Invariant: only `include`, `projectDir` and `project(":x")` count; what a script computes is not seen.
//! Never: runs a script.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files::{read, source_roots};
use crate::model::names::{below, folder, join};
use crate::model::{
    DependencyScope, Location, Notification, Package, PackageDependency, Position, Project,
};
use crate::source::Source;

/// A dependency as a line of a script declares it.
#[derive(Debug, PartialEq, Eq)]
struct Declared {
    /// The project that has it; `None` for the script's own, `*` for every one.
    of: Option<String>,
    /// Project path without the first colon.
    on: String,
    /// On its tests or test fixtures.
    tests: bool,
    scope: DependencyScope,
    line: u32,
}

/// The Gradle projects of a tree.
pub(super) fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let mut notifications = Vec::new();
    let is_script = |path: &str| path.ends_with(".gradle") || path.ends_with(".gradle.kts");
    let scripts = read(project, source, &mut notifications, is_script);
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    for (path, text) in &scripts {
        if is_settings(path) {
            add_projects(project, path, text, &mut packages);
        }
    }
    for (path, _) in scripts.iter().filter(|(path, _)| is_build(path)) {
        let dir = folder(path);
        if !packages.values().any(|package| package.dir == dir) {
            add(project, &mut packages, &dir.replace('/', ":"), dir, path);
        }
    }
    for (path, text) in &scripts {
        if !is_settings(path) {
            add_dependencies(path, text, &mut packages);
        }
    }
    (packages.into_values().collect(), notifications)
}

/// `settings.gradle` or `settings.gradle.kts`.
fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("settings.gradle")
}

/// `build.gradle`, or `<folder>/<folder>.gradle`.
fn is_build(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    stem == "build" || dir.rsplit('/').next() == Some(stem)
}

/// Adds a project by its path, unless it is known. Its script may be called `build.gradle` or like
/// its folder; without one the settings script stands for it.
fn add(
    project: &Project,
    packages: &mut BTreeMap<String, Package>,
    name: &str,
    dir: &str,
    manifest: &Arc<str>,
) {
    let own = |end: &str| {
        project
            .file(&below(dir, end))
            .map(|file| Arc::clone(&project.source(file).path))
    };
    let last = dir.rsplit('/').next().unwrap_or(dir);
    let scripts = [
        "build.gradle".to_owned(),
        "build.gradle.kts".to_owned(),
        format!("{last}.gradle"),
        format!("{last}.gradle.kts"),
    ];
    let script = scripts.iter().find_map(|name| own(name));
    // The name of the checkout differs from machine to machine.
    let shown = if name.is_empty() { "." } else { name }.to_owned();
    let package = Package {
        name: shown,
        ecosystem: "gradle",
        dir: dir.to_owned(),
        manifest: script.unwrap_or_else(|| Arc::clone(manifest)),
        source_roots: source_roots(project, dir, "src/main/java", "src/test/java"),
        ..Package::default()
    };
    packages.entry(name.to_owned()).or_insert(package);
}

/// `rootProject.name = "shop"`.
fn root_name(text: &str) -> Option<String> {
    let text = without_comments(text);
    let (_, rest) = text.split_once("rootProject.")?;
    let rest = rest
        .strip_prefix("name")
        .or_else(|| rest.strip_prefix("setName"))?;
    let line = rest.lines().next()?;
    let name = quoted(line).into_iter().next()?;
    (!name.is_empty() && !name.contains('$')).then_some(name)
}

/// The projects that a settings script includes, and the root.
fn add_projects(
    project: &Project,
    path: &Arc<str>,
    text: &str,
    packages: &mut BTreeMap<String, Package>,
) {
    let base = folder(path);
    let mut dirs: BTreeMap<String, String> = BTreeMap::new();
    let mut including = false;
    for line in without_comments(text).lines() {
        let line = line.trim();
        let starts = |word: &str| {
            line.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with([' ', '(', '\t', '"', '\'']))
        };
        including = starts("include") || (including && !line.is_empty());
        if including {
            for name in quoted(line) {
                let name = name.trim_start_matches(':').to_owned();
                dirs.insert(name.clone(), below(base, &name.replace(':', "/")));
            }
            including = line.ends_with([',', '(']) || line == "include";
        } else if let Some((name, dir)) = moved(line) {
            dirs.extend(join(base, &dir).map(|dir| (name, dir)));
        }
    }
    let key = base.replace('/', ":");
    add(project, packages, &key, base, path);
    if let Some(root) = packages.get_mut(&key).filter(|_| key.is_empty()) {
        let name = root_name(text).unwrap_or_else(|| root.name.clone());
        root.name = name;
    }
    for (name, dir) in dirs {
        add(project, packages, &name, &dir, path);
    }
}

/// `project(":x").projectDir = file("y")`
fn moved(line: &str) -> Option<(String, String)> {
    let (before, after) = line.split_once(".projectDir")?;
    let name = quoted(before).pop()?.trim_start_matches(':').to_owned();
    let dir = quoted(after)
        .pop()?
        .trim_start_matches("$rootDir/")
        .to_owned();
    Some((name, dir))
}

/// Adds what a script declares to the projects that it configures: its own, a named one, or all of
/// them. A dependency on the tests of another project is kept apart from one on its code by the key
/// `x:test-jar`.
fn add_dependencies(path: &Arc<str>, text: &str, packages: &mut BTreeMap<String, Package>) {
    let dir = folder(path);
    let own = packages
        .iter()
        .find(|(_, package)| package.dir == dir)
        .map(|(name, _)| name.clone());
    let names: Vec<String> = packages.keys().cloned().collect();
    for declared in dependencies(text, &names) {
        let holders: Vec<String> = match &declared.of {
            Some(all) if all == "*" => names.clone(),
            Some(name) => vec![name.clone()],
            None => own.iter().cloned().collect(),
        };
        let shown = packages
            .get(&declared.on)
            .map_or(declared.on.clone(), |package| package.name.clone());
        for holder in holders {
            let Some(package) = packages.get_mut(&holder).filter(|_| holder != declared.on) else {
                continue;
            };
            let key = if declared.tests {
                format!("{shown}:test-jar")
            } else {
                shown.clone()
            };
            if !package.dependencies.iter().any(|known| known.key == key) {
                package.dependencies.push(PackageDependency {
                    key,
                    package: shown.clone(),
                    path: None,
                    target: None,
                    by_name: false,
                    scope: declared.scope,
                    location: Location::new(Arc::clone(path), Position::new(declared.line, 1)),
                });
            }
        }
    }
}

/// What the lines of a script declare; `names` are the known project paths.
fn dependencies(text: &str, names: &[String]) -> Vec<Declared> {
    let mut found = Vec::new();
    let mut depth = 0_i32;
    let mut context: Vec<(i32, String)> = Vec::new();
    for (number, line) in (1..).zip(without_comments(text).lines()) {
        let trimmed = line.trim();
        let opened = opens(trimmed);
        if let Some(of) = &opened {
            context.push((depth, of.clone()));
        } else {
            let scope = if trimmed.to_ascii_lowercase().contains("test") {
                DependencyScope::Dev
            } else {
                DependencyScope::Normal
            };
            let of = context.last().map(|(_, of)| of.clone());
            for (on, tests) in mentioned(trimmed, names) {
                found.push(Declared {
                    of: of.clone(),
                    on,
                    tests,
                    scope,
                    line: number,
                });
            }
        }
        let braces = |brace: char| i32::try_from(trimmed.matches(brace).count()).unwrap_or(0);
        depth += braces('{') - braces('}');
        while context.last().is_some_and(|(at, _)| depth <= *at) {
            context.pop();
        }
    }
    found
}

/// The project that a line such as `project(':x') {` or `subprojects {` opens a block for.
fn opens(line: &str) -> Option<String> {
    if !line.ends_with('{') {
        return None;
    }
    if line.starts_with("subprojects") || line.starts_with("allprojects") {
        return Some("*".to_owned());
    }
    let name = line
        .strip_prefix("project(")
        .and_then(|rest| quoted(rest).into_iter().next())?;
    Some(name.trim_start_matches(':').to_owned())
}

/// `project(":x")` and `projects.x` in a line, and whether its tests are meant.
fn mentioned(line: &str, names: &[String]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let is_call =
        |at: usize| !line[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '.');
    for (at, _) in line
        .match_indices("project(")
        .filter(|(at, _)| is_call(*at))
    {
        let rest = &line[at..];
        let inside = rest.split(')').next().unwrap_or(rest);
        let Some(name) = quoted(inside)
            .into_iter()
            .find(|name| name.starts_with(':'))
        else {
            continue;
        };
        let after = &rest[inside.len()..];
        let tests = line[..at].contains("testFixtures(")
            || after.starts_with(").sourceSets.test")
            || inside.contains("test");
        found.push((
            name.trim_start_matches(':').to_owned(),
            tests && !name.is_empty(),
        ));
    }
    for (at, _) in line
        .match_indices("projects.")
        .filter(|(at, _)| is_call(*at))
    {
        let accessor = &line[at + "projects.".len()..];
        let end = accessor
            .find(|letter: char| !letter.is_alphanumeric() && letter != '.')
            .unwrap_or(accessor.len());
        let accessor = accessor[..end].trim_end_matches('.');
        let fits = |name: &&String| camel(name) == accessor;
        found.extend(
            names
                .iter()
                .find(fits)
                .map(|name| (name.clone(), line.contains("testFixtures("))),
        );
    }
    found
}

/// The accessor of a project path: `a-b:c_d` is `aB.cD`.
fn camel(name: &str) -> String {
    let mut text = String::new();
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            ':' => text.push('.'),
            '-' | '_' => upper = true,
            letter if std::mem::take(&mut upper) => text.extend(letter.to_uppercase()),
            letter => text.push(letter),
        }
    }
    text
}

/// The texts in quotes of a line.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = if rest[start..].starts_with('"') {
            '"'
        } else {
            '\''
        };
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        found.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    found
}

/// `text` with comments blanked out and its line breaks kept.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match quote {
            Some(open) if letter == open || letter == '\n' => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None if text[at..].starts_with("//") => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
                continue;
            }
            None if text[at..].starts_with("/*") => {
                let end = text[at + 2..]
                    .find("*/")
                    .map_or(text.len(), |end| at + end + 4);
                while let Some((_, letter)) = letters.next_if(|(next, _)| *next < end) {
                    if letter == '\n' {
                        kept.push('\n');
                    }
                }
                continue;
            }
            None => {}
        }
        kept.push(letter);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Declared]) -> Vec<(Option<&str>, &str, bool, bool)> {
        let row = |one: &'_ Declared| (one.scope == DependencyScope::Dev, one.tests);
        found
            .iter()
            .map(|one| (one.of.as_deref(), &*one.on, row(one).0, row(one).1))
            .collect()
    }

    #[test]
    fn a_script_names_its_projects() {
        let text = "dependencies {\n  api project(':core') // project(':no')\n  testImplementation(testFixtures(project(\":web:api\")))\n  implementation(projects.fooBar.baz)\n}\n";
        let found = dependencies(text, &["foo-bar:baz".to_owned()]);
        assert_eq!(
            names(&found),
            [
                (None, "core", false, false),
                (None, "web:api", true, true),
                (None, "foo-bar:baz", false, false)
            ]
        );
    }

    #[test]
    fn one_script_may_configure_many_projects() {
        let text = "project(':a') {\n dependencies {\n  implementation project(':b')\n  testImplementation project(':b').sourceSets.test.output\n }\n}\nsubprojects {\n dependencies { api project(':c') }\n}\n";
        let found = dependencies(text, &[]);
        assert_eq!(
            names(&found),
            [
                (Some("a"), "b", false, false),
                (Some("a"), "b", true, true),
                (Some("*"), "c", false, false)
            ]
        );
    }

    #[test]
    fn settings_include_and_move_projects() {
        let project = Project::default();
        let mut packages = BTreeMap::new();
        let text = "rootProject.name = 'x'\ninclude 'a', ':b:c'\ninclude(\n  \"d\",\n  \"e\"\n)\nproject(':e').projectDir = file('other/e')\n";
        add_projects(&project, &"settings.gradle".into(), text, &mut packages);
        let dirs: Vec<_> = packages
            .iter()
            .map(|(name, package)| (&**name, &*package.dir))
            .collect();
        assert_eq!(
            dirs,
            [
                ("", ""),
                ("a", "a"),
                ("b:c", "b/c"),
                ("d", "d"),
                ("e", "other/e")
            ]
        );
    }
}
