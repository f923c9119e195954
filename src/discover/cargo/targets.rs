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
    section: &'static str,
    folder: &'static str,
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

struct Finder<'a, 't> {
    places: &'a Places<'a>,
    dir: &'a str,
    manifest: &'a Manifest<'t>,
    package: &'a str,
    edition: &'a str,
}

impl Finder<'_, '_> {
    fn file(&self, path: &str) -> Option<FileId> {
        let path = join_written(self.dir, path)?;
        self.places
            .project
            .file_behind_links(self.places.inside(&path)?)
    }

    fn switched_off(&self, switch: &str) -> bool {
        let value = self
            .manifest
            .package()
            .and_then(|package| package.get(switch)?.get_ref().as_bool());
        value == Some(false)
    }

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

    fn switched_on(&self, several: &Several) -> bool {
        let value = self
            .manifest
            .package()
            .and_then(|package| package.get(several.switch)?.get_ref().as_bool());
        value == Some(true)
    }

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
