//! The targets of a Cargo package: written out, or found by their place.
//!
//! In: a manifest, the files of the project. Out: [`Target`]s, libraries first.
//! Invariant: one target per kind and root file.
//! Never: a target whose root leads outside the analysed folder.

use crate::model::{FileId, Target, TargetKind};

use super::manifest::{Manifest, Table};
use super::places::Places;
use crate::model::names::join_written;

/// A kind of target that may stand several times in a manifest.
struct Several {
    kind: TargetKind,
    /// The array of tables that names such targets: `[[bin]]`.
    section: &'static str,
    /// Where they are found if they are not named.
    folder: &'static str,
    /// The key that turns the search off: `autobins = false`.
    switch: &'static str,
}

const SEVERAL: [Several; 4] = [
    Several {
        kind: TargetKind::Binary,
        section: "bin",
        folder: "src/bin",
        switch: "autobins",
    },
    Several {
        kind: TargetKind::Example,
        section: "example",
        folder: "examples",
        switch: "autoexamples",
    },
    Several {
        kind: TargetKind::Test,
        section: "test",
        folder: "tests",
        switch: "autotests",
    },
    Several {
        kind: TargetKind::Bench,
        section: "bench",
        folder: "benches",
        switch: "autobenches",
    },
];

/// All targets of a package: library, programs, examples, tests, benches, build scripts.
pub(super) fn targets(
    places: &Places<'_>,
    dir: &str,
    manifest: &Manifest<'_>,
    package: &str,
    edition: &str,
) -> Vec<Target> {
    let finder = Finder {
        places,
        dir,
        manifest,
        package,
        edition,
    };
    let mut found: Vec<Target> = finder.library().into_iter().collect();
    for several in &SEVERAL {
        finder.several(several, &mut found);
    }
    finder.build_scripts(&mut found);
    found
}

/// What every search for targets of one package needs.
struct Finder<'a, 't> {
    places: &'a Places<'a>,
    dir: &'a str,
    manifest: &'a Manifest<'t>,
    package: &'a str,
    edition: &'a str,
}

impl Finder<'_, '_> {
    /// The file at a path relative to the package, also where a link leads to it.
    fn file(&self, path: &str) -> Option<FileId> {
        let path = join_written(self.dir, path)?;
        self.places
            .project
            .file_behind_links(self.places.inside(&path)?)
    }

    /// Whether `autolib`, `autobins` or another switch is set to false. Absent is not off.
    fn switched_off(&self, switch: &str) -> bool {
        let value = self
            .manifest
            .package()
            .and_then(|package| package.get(switch)?.get_ref().as_bool());
        value == Some(false)
    }

    /// The library target; `None` without its root file. A `proc-macro` crate is recognised by the
    /// key or by its crate type. The name is the one that code imports, with underscores.
    fn library(&self) -> Option<Target> {
        let table = self.manifest.table(&["lib"]);
        if table.is_none() && self.switched_off("autolib") {
            return None;
        }
        let text = |key: &str| table.and_then(|table| table.get(key)?.get_ref().as_str());
        let truth =
            |key: &str| table.and_then(|table| table.get(key)?.get_ref().as_bool()) == Some(true);
        let kinds = table.and_then(|table| table.get("crate-type")?.get_ref().as_array());
        let listed = kinds
            .into_iter()
            .flatten()
            .any(|kind| kind.get_ref().as_str() == Some("proc-macro"));
        let is_macro = truth("proc-macro") || truth("proc_macro") || listed;
        let root = self.file(text("path").unwrap_or("src/lib.rs"))?;
        let kind = if is_macro {
            TargetKind::ProcMacro
        } else {
            TargetKind::Library
        };
        let name = text("name").unwrap_or(self.package).replace('-', "_");
        Some(self.target(table, name, kind, root))
    }

    /// A target with the edition of its own table, else with that of the package.
    fn target(
        &self,
        table: Option<&Table<'_>>,
        name: String,
        kind: TargetKind,
        root: FileId,
    ) -> Target {
        let own = table.and_then(|table| table.get("edition")?.get_ref().as_str());
        Target {
            name,
            kind,
            root: Some(root),
            edition: own.unwrap_or(self.edition).to_owned(),
        }
    }

    /// Targets of one kind: those that the manifest lists, then those found by their place. In the
    /// 2015 edition a list turns the search off unless the switch says otherwise; later editions
    /// always search.
    fn several(&self, several: &Several, found: &mut Vec<Target>) {
        let list = self
            .manifest
            .root
            .get(several.section)
            .and_then(|list| list.get_ref().as_array());
        let tables = list
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.get_ref().as_table());
        let mut written = false;
        for table in tables {
            written = true;
            let name = table
                .get("name")
                .and_then(|name| name.get_ref().as_str())
                .unwrap_or(self.package);
            let path = table.get("path").and_then(|path| path.get_ref().as_str());
            let root = path.map_or_else(|| self.usual_place(several, name), |path| self.file(path));
            if let Some(root) = root {
                found.push(self.target(Some(table), name.to_owned(), several.kind, root));
            }
        }
        let off = self.switched_off(several.switch)
            || (written && self.edition == "2015" && !self.switched_on(several));
        if !off {
            self.discover(several, found);
        }
    }

    /// Whether the switch is set to true.
    fn switched_on(&self, several: &Several) -> bool {
        let value = self
            .manifest
            .package()
            .and_then(|package| package.get(several.switch)?.get_ref().as_bool());
        value == Some(true)
    }

    /// The root of a listed target without a path. `src/main.rs` comes first for the program that
    /// is called like the package and last for any other program, as the 2015 edition allows.
    fn usual_place(&self, several: &Several, name: &str) -> Option<FileId> {
        let main = || {
            self.file("src/main.rs")
                .filter(|_| several.kind == TargetKind::Binary && name == self.package)
        };
        let plain = || self.file(&format!("{}/{name}.rs", several.folder));
        let folder = || self.file(&format!("{}/{name}/main.rs", several.folder));
        let old = || {
            self.file("src/main.rs")
                .filter(|_| several.kind == TargetKind::Binary)
        };
        main().or_else(plain).or_else(folder).or_else(old)
    }

    /// Adds the targets that only their place makes known. A root that a listed target has already
    /// is not added again under another name.
    fn discover(&self, several: &Several, found: &mut Vec<Target>) {
        let mut add = |name: &str, root: FileId| {
            let known = found
                .iter()
                .any(|target| target.kind == several.kind && target.root == Some(root));
            if !known {
                found.push(self.target(None, name.to_owned(), several.kind, root));
            }
        };
        if let Some(main) = self
            .file("src/main.rs")
            .filter(|_| several.kind == TargetKind::Binary)
        {
            add(self.package, main);
        }
        for (name, root) in self.roots_below(several.folder) {
            add(&name, root);
        }
    }

    /// `folder/*.rs` and `folder/*/main.rs`.
    fn roots_below(&self, folder: &str) -> Vec<(String, FileId)> {
        let Some(dir) = join_written(self.dir, folder) else {
            return Vec::new();
        };
        let Some(inside) = self.places.inside(&dir) else {
            return Vec::new();
        };
        let prefix = format!("{inside}/");
        let files = &self.places.project.files;
        let first = files.partition_point(|file| *file.path < *prefix);
        let below = files
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, file)| file.path.starts_with(&prefix));
        let named = below.filter_map(|(index, file)| {
            let rest = file.path.strip_prefix(&prefix)?;
            let name = rest
                .strip_suffix("/main.rs")
                .or_else(|| rest.strip_suffix(".rs"))?;
            (!name.contains('/')).then(|| (name.to_owned(), FileId::new(index)))
        });
        named.collect()
    }

    /// The build scripts: those that `build` names as a text or a list, else `build.rs`. `build =
    /// false` turns them off.
    fn build_scripts(&self, found: &mut Vec<Target>) {
        let value = self
            .manifest
            .package()
            .and_then(|package| package.get("build"));
        let value = value.map(toml::Spanned::get_ref);
        let mut paths: Vec<&str> = value.and_then(|value| value.as_str()).into_iter().collect();
        let list = value
            .and_then(|value| value.as_array())
            .into_iter()
            .flatten();
        paths.extend(list.filter_map(|path| path.get_ref().as_str()));
        let refused = value.and_then(toml::de::DeValue::as_bool) == Some(false);
        if paths.is_empty() && !refused {
            paths.push("build.rs");
        }
        let roots = paths.into_iter().filter_map(|path| self.file(path));
        found.extend(roots.map(|root| {
            self.target(
                None,
                "build-script-build".to_owned(),
                TargetKind::BuildScript,
                root,
            )
        }));
    }
}
