//! The folders of a tree and where the code of a named service lies.
//!
//! In: paths of files. Out: folder look-ups.
//! Invariant: folders of tests, examples, vendored code and documentation never match.
//! Never: reads a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::{self, Knowledge};
use crate::model::LanguageInfo;
use crate::model::names::{self, folder, key, stem, within};

/// Whether a path lies in a folder of tests, examples, documentation or vendored code.
pub(super) fn is_auxiliary(names: &knowledge::Folders, path: &str) -> bool {
    // Below a source root the folders are namespaces (`org.acme.samples`), not places.
    let place = path.split("/src/main/").next().unwrap_or(path);
    let place = if place.len() < path.len() {
        place
    } else {
        folder(path)
    };
    let folders = place.split('/');
    if names::is_java_test(folder(path)) {
        return true;
    }
    folders.filter(|part| !part.is_empty()).any(|part| {
        let part = part.to_ascii_lowercase();
        let mut words = part.split(['-', '_', '.']);
        words.any(|word| names.undeployed.has(word))
            || names.undeployed.has(&part)
            || part.starts_with(".devcontainer")
    })
}

/// The paths in `dir` and below. `paths` is sorted, so one look-up finds the first of them.
pub(super) fn inside<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    let first = paths.partition_point(|path| *path < dir);
    let below = paths[first..].iter().copied();
    // Between `a` and `a/b` may stand `a-c`.
    let below = below.take_while(move |path| path.starts_with(dir));
    below.filter(move |path| within(path, dir))
}

/// Whether a folder that a deployment builds is a service although its own name says otherwise:
/// `svc/docs` is, what is called a test is none, nor is anything inside of a folder of examples.
pub(super) fn is_named_oddly(names: &knowledge::Folders, dir: &str) -> bool {
    let own = names::tail(dir).to_ascii_lowercase();
    let never = ["tests", "vendored"].map(|kind| names.never.get(kind));
    let for_tests = own.split(['-', '_', '.']).any(|word| {
        let plural = format!("{word}s");
        names.tests.has(word)
            || never
                .iter()
                .flatten()
                .any(|list| list.has(word) || list.has(&plural))
    });
    !for_tests && is_auxiliary(names, &format!("{dir}/x")) && !is_auxiliary(names, dir)
}

/// Folders of a tree.
pub(super) struct Folders {
    /// Folders that a deployment builds whatever they are called.
    deployed: Vec<String>,
    names: knowledge::Folders,
    /// Per folder with code in it or below: number of code files.
    code: BTreeMap<String, u32>,
    /// Folders with a build file or a Dockerfile of their own.
    marked: BTreeSet<String>,
    all: BTreeSet<String>,
    /// Folders with shell scripts in them.
    scripts: BTreeSet<String>,
    /// Files of Rust, each of which may be all of a program.
    files: BTreeSet<String>,
    /// Folders with code by the key of their last name, by those of several names at the end of their paths
    /// (`webadmin` of `web/admin`), and by the stem of their last name.
    tails: Names,
    spelt: Names,
    stems: Names,
}

/// Folders by what they are called.
type Names = BTreeMap<String, Vec<String>>;

impl Folders {
    /// The folders of `paths`.
    pub(super) fn new(paths: &[&str], knowledge: &Knowledge, deployed: Vec<String>) -> Self {
        let files = &knowledge.files;
        let mut folders = Self {
            deployed,
            names: knowledge.folders.clone(),
            code: BTreeMap::new(),
            marked: BTreeSet::new(),
            all: BTreeSet::new(),
            scripts: BTreeSet::new(),
            files: BTreeSet::new(),
            tails: Names::new(),
            spelt: Names::new(),
            stems: Names::new(),
        };
        // Folders with the code files in them and whether they are auxiliary; files of one stand side by side.
        let mut own: Vec<(&str, u32, bool)> = Vec::new();
        for path in paths {
            let (dir, file) = (folder(path), names::tail(path));
            if own.last().is_none_or(|(last, ..)| *last != dir) {
                own.push((dir, 0, folders.is_auxiliary(path)));
            }
            let Some((_, count, false)) = own.last_mut() else {
                continue;
            };
            // In Go a program is built from the folder of its `main.go`; what it imports is found from there.
            let unit = files.units.has(file) || files.jvm_builds.has(file) || file == "main.go";
            if unit || file.ends_with(".csproj") {
                folders.marked.insert(dir.to_owned());
            }
            let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
            let is_code = files.code_extensions.has(extension)
                || LanguageInfo::of_extension(extension).is_some_and(LanguageInfo::is_source);
            *count += u32::from(is_code);
            if extension == "sh" {
                folders.scripts.insert(dir.to_owned());
            }
            if extension == "rs" {
                folders.files.insert((*path).to_owned());
            }
        }
        for (dir, files, _) in own {
            for around in std::iter::once(dir).chain(names::folders(dir)) {
                folders.all.insert(around.to_owned());
                if files > 0 {
                    *folders.code.entry(around.to_owned()).or_default() += files;
                }
            }
        }
        folders.name();
        folders
    }

    /// Fills the look-ups by name: `web/admin` is found as `admin`, and as `webadmin` over several
    /// folders.
    fn name(&mut self) {
        for dir in self.code.keys().filter(|dir| !dir.is_empty()) {
            let put = |names: &mut Names, name: String| {
                if !name.is_empty() {
                    names.entry(name).or_default().push(dir.clone());
                }
            };
            put(&mut self.tails, key(names::tail(dir)));
            put(&mut self.stems, stem(names::tail(dir)));
            for around in names::folders(dir).skip(1) {
                put(&mut self.spelt, key(&dir[around.len()..]));
            }
        }
    }

    /// Whether a path lies in a folder in which nothing is deployed.
    pub(super) fn is_auxiliary(&self, path: &str) -> bool {
        let around = self.deployed.iter().find(|dir| within(path, dir));
        let inside = around.map_or(path, |dir| path.get(dir.len() + 1..).unwrap_or_default());
        is_auxiliary(&self.names, inside)
    }

    /// Whether the folder has a build file of its own.
    pub(super) fn is_marked(&self, dir: &str) -> bool {
        self.marked.contains(dir)
    }

    /// Whether the folder exists.
    pub(super) fn exists(&self, dir: &str) -> bool {
        self.all.contains(dir) || self.files.contains(dir)
    }

    /// Whether the folder holds shell scripts and no code.
    pub(super) fn is_only_shell(&self, dir: &str) -> bool {
        self.scripts.contains(dir) && !self.has_code(dir)
    }

    /// Whether a manifest of this name deploys for tests only.
    pub(super) fn is_tried(&self, file: &str) -> bool {
        let file = file.to_ascii_lowercase();
        let mut words = file.split(['-', '_', '.']);
        words.any(|word| self.names.trial_words.has(word))
    }

    /// Whether a folder holds what builds, not what is built.
    pub(super) fn is_tooling(&self, dir: &str) -> bool {
        let dir = dir.to_ascii_lowercase();
        // `build-scripts`, but not `shop-build-manager`
        dir.split('/').any(|part| {
            let mut words = part.split(['-', '_']);
            let ends = [words.next(), words.next_back()];
            let mut ends = ends.into_iter().flatten();
            ends.any(|word| self.names.tool_words.has(word))
        })
    }

    /// Whether it is a folder, and code lies in it or below.
    pub(super) fn is_code(&self, dir: &str) -> bool {
        self.code.contains_key(dir)
    }

    /// Whether code lies in the folder or below, or in the file.
    pub(super) fn has_code(&self, dir: &str) -> bool {
        self.code.contains_key(dir) || self.files.contains(dir)
    }

    /// Folders below `context` that are named like one of `wanted` and hold code: those with a
    /// build file if there are any, else all; none of them inside one of `taken` or inside another.
    pub(super) fn named(
        &self,
        wanted: &[&str],
        context: &str,
        taken: &BTreeSet<String>,
    ) -> Vec<String> {
        let keys: BTreeSet<String> = wanted.iter().map(|name| key(name)).collect();
        let stems = || wanted.iter().map(|name| stem(name)).collect();
        let exact = self.matching(&self.tails, &keys, context, taken);
        if !exact.is_empty() {
            return exact;
        }
        let spelt = self.matching(&self.spelt, &keys, context, taken);
        if !spelt.is_empty() {
            return spelt;
        }
        self.matching(&self.stems, &stems(), context, taken)
    }

    /// The only folder with code that is called exactly so.
    pub(super) fn only_named(&self, name: &str) -> Option<String> {
        let wanted = BTreeSet::from([key(name)]);
        let mut found = self
            .matching(&self.tails, &wanted, "", &BTreeSet::new())
            .into_iter();
        found.next().filter(|_| found.next().is_none())
    }

    /// Folders of `known` that are called like one of `wanted`, below `context` and outside of
    /// `taken`. Folders with a build file of their own win over those without; of nested ones the
    /// outer stays.
    fn matching(
        &self,
        known: &Names,
        wanted: &BTreeSet<String>,
        context: &str,
        taken: &BTreeSet<String>,
    ) -> Vec<String> {
        let free = |dir: &str| {
            !taken
                .iter()
                .any(|other| !other.is_empty() && within(dir, other))
        };
        // Below a source root a folder is a namespace of the program, no program.
        let is_namespace = |dir: &str| dir.starts_with("src/main/") || dir.contains("/src/main/");
        let fits = |dir: &&String| {
            !dir.is_empty()
                && !is_namespace(dir)
                && *dir != context
                && within(dir, context)
                && free(dir)
        };
        let called = wanted.iter().filter_map(|name| known.get(name)).flatten();
        let called: BTreeSet<&String> = called.collect();
        let mut found: Vec<&String> = called.into_iter().filter(fits).collect();
        if found.iter().any(|dir| self.marked.contains(*dir)) {
            found.retain(|dir| self.marked.contains(*dir));
        }
        let outer = |dir: &&&String| {
            !found
                .iter()
                .any(|other| other != *dir && within(dir, other))
        };
        found
            .iter()
            .filter(outer)
            .map(|dir| (**dir).clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_for_building_is_called_so_at_its_start_or_end() {
        let folders = Folders::new(&[], &Knowledge::default(), Vec::new());
        assert!(folders.is_tooling("a/build-images/b") && folders.is_tooling("shop-ci"));
        assert!(!folders.is_tooling("packages/shop-build-manager"));
    }

    #[test]
    fn finds_code_by_name() {
        let paths = [
            "cmd/geo/main.go",
            "k8s/geo/a.yaml",
            "services/geo/server.go",
            "src/UserService/a.cc",
            "tests/geo/x.go",
            "shop/src/dockerTest/java/com/acme/geo/Map.java",
            "shop/src/main/java/com/acme/geo/Map.java",
        ];
        let folders = Folders::new(&paths, &Knowledge::default(), Vec::new());
        assert_eq!(folders.named(&["geo"], "", &BTreeSet::new()), ["cmd/geo"]);
        let scripts = [
            "make/core/Dockerfile",
            "make/core/run.sh",
            "src/core/main.go",
        ];
        let scripts = Folders::new(&scripts, &Knowledge::default(), Vec::new());
        assert_eq!(scripts.named(&["core"], "", &BTreeSet::new()), ["src/core"]);
        assert!(scripts.is_only_shell("make/core") && !scripts.is_only_shell("src/core"));
        assert_eq!(
            folders.named(&["user-service"], "", &BTreeSet::new()),
            ["src/UserService"]
        );
        let knowledge = Knowledge::default();
        let is_auxiliary = |path| is_auxiliary(&knowledge.folders, path);
        assert!(
            is_named_oddly(&knowledge.folders, "svc/docs")
                && !is_named_oddly(&knowledge.folders, "docs/shop")
                && !is_named_oddly(&knowledge.folders, "svc/mock-bank")
        );
        let deployed = Folders::new(&["svc/docs/main.go"], &knowledge, vec!["svc/docs".into()]);
        assert!(deployed.has_code("svc/docs") && deployed.is_auxiliary("svc/docs/examples/x"));
        assert!(
            is_auxiliary("spring-smoke-test/x")
                && is_auxiliary("a/examples/b")
                && !is_auxiliary("contest/x")
        );
    }
}
