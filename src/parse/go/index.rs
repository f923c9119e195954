//! All Go packages of a tree and what they declare.
//!
//! In: [`Project`], extracts. Out: [`Index`].
//! Invariant: a folder has one importable package; its external tests are a package of their own.
//! Never: a package of a folder that the go command ignores.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::{Modules, PackIndex};
use super::parser::extract::{Alias, Build, DeclarationId, Declared, FileExtract, ImportId};
use crate::model::names::folder;
use crate::model::{FileId, IndexVec, Project, id};

id!(
    /// Position of a file among the Go files.
    pub(super) FileIndex
);
id!(
    /// Position of a declaration among those of all packages.
    DefinitionIndex
);

/// What names are looked up in.
pub(crate) struct Index {
    /// The Go files.
    pub(super) files: IndexVec<FileIndex, File>,
    /// Index of a file by its id.
    pub(super) by_id: FxHashMap<FileId, FileIndex>,
    /// The packages.
    pub(super) packs: IndexVec<PackIndex, Pack>,
    /// Declarations; those of one name of one package form a chain.
    definitions: IndexVec<DefinitionIndex, Definition>,
}

/// One Go file.
pub(super) struct File {
    /// Its id.
    pub(super) id: FileId,
    /// Its facts.
    pub(super) extract: Arc<FileExtract>,
    /// Its package; `None` where the go command looks away.
    pub(super) pack: Option<PackIndex>,
    /// Whether its name ends in `_test.go`.
    pub(super) test: bool,
    /// What its imports mean, in order.
    pub(super) imports: IndexVec<ImportId, Imported>,
}

/// What an import means.
pub(super) struct Imported {
    /// The name by which the file knows it; empty for dot and blank imports.
    pub(super) name: Box<str>,
    /// The package in the tree; `None` when it lies outside.
    pub(super) pack: Option<PackIndex>,
    /// Whether only the path of a module leads there: the go command would take a published version.
    pub(super) by_name: bool,
}

/// A package: the files of a folder that belong together.
pub(super) struct Pack {
    /// Import path, with `_test` at the end for external tests.
    pub(super) path: String,
    /// Folder.
    pub(super) dir: String,
    /// Its files, in path order.
    pub(super) files: Vec<FileIndex>,
    /// Whether a file of it takes part in the default build.
    pub(super) active: bool,
    /// The package that these external tests are for.
    pub(super) tested: Option<PackIndex>,
    /// The last declaration of each name.
    names: FxHashMap<Box<str>, DefinitionIndex>,
}

/// A declaration of a package.
#[derive(Clone, Copy)]
pub(super) struct Definition {
    /// The file.
    pub(super) file: FileIndex,
    /// The declaration in it.
    pub(super) declaration: DeclarationId,
    /// The one before of the same name.
    before: Option<DefinitionIndex>,
}

impl Index {
    /// Indexes `extracts`.
    pub(super) fn new(project: &Project, extracts: &[(FileId, Arc<FileExtract>)]) -> Self {
        let mut index = Self {
            files: IndexVec::with_capacity(extracts.len()),
            by_id: FxHashMap::default(),
            packs: IndexVec::default(),
            definitions: IndexVec::default(),
        };
        for (id, extract) in extracts {
            let test = project.source(*id).path.ends_with("_test.go");
            let file = index.files.push(File {
                id: *id,
                extract: Arc::clone(extract),
                pack: None,
                test,
                imports: IndexVec::default(),
            });
            index.by_id.insert(*id, file);
        }
        let mut modules = Modules::new(project);
        index.add_packs(project, &mut modules);
        let packed = index.files.iter().filter_map(|file| {
            let pack = &index.packs[file.pack?];
            Some((pack.dir.as_str(), &*file.extract))
        });
        modules.guess_root(packed);
        index.add_definitions();
        index.add_imports(project, &modules);
        index
    }

    /// Sorts the files into folders, then makes packages of each.
    ///
    /// Folders keep the order in which their first file comes, so that packages are numbered alike
    /// in every run. Files with `//go:build ignore` belong to no package.
    fn add_packs(&mut self, project: &Project, modules: &mut Modules) {
        let imported = self.imported_out_of_sight(project);
        let mut by_dir: FxHashMap<&str, Vec<FileIndex>> = FxHashMap::default();
        let mut dirs: Vec<&str> = Vec::new();
        for (position, file) in self.files.pairs() {
            let path = &project.source(file.id).path;
            let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
            let seen =
                !is_hidden(name) && (!is_ignored(dir) || imported.contains(&*modules.path_of(dir)));
            if !seen || file.extract.build == Build::Ignored {
                continue;
            }
            let files = by_dir.entry(dir).or_insert_with(|| {
                dirs.push(dir);
                Vec::new()
            });
            files.push(position);
        }
        for dir in dirs {
            let files = by_dir.remove(dir).unwrap_or_default();
            self.add_folder(dir, &files, modules);
        }
    }

    /// Import paths of folders that patterns do not match, but that an import names all the same.
    ///
    /// `import "example.com/a/testdata/b"` makes that folder a package, although `./...` leaves it
    /// out.
    fn imported_out_of_sight(&self, project: &Project) -> FxHashSet<Box<str>> {
        let mut found = FxHashSet::default();
        for file in &self.files {
            let path = &project.source(file.id).path;
            let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !is_hidden(name) && !is_ignored(dir) {
                let named = file.extract.imports.iter().map(|import| &import.path);
                found.extend(named.filter(|path| is_ignored(path)).cloned());
            }
        }
        found
    }

    /// Splits the files of a folder into its package, its external tests and strays.
    ///
    /// Of `a.go` and `b.go` (package `shop`), `a_test.go` (`shop_test`) and `gen.go` (`main`) the
    /// first two are the package that imports mean, the third its external tests, the last a stray.
    /// Strays of one clause form a package that no import leads to: each still resolves the names
    /// of its own files.
    fn add_folder(&mut self, dir: &str, files: &[FileIndex], modules: &mut Modules) {
        let clause = self.main_clause(files);
        let outside = format!("{clause}_test");
        let (path, mut strays) = (modules.path_of(dir), Vec::new());
        let (mut own, mut external) = (Vec::new(), Vec::new());
        for &file in files {
            match self.clause(file) {
                name if name == clause => own.push(file),
                name if name == outside && self.files[file].test => external.push(file),
                _ => strays.push(file),
            }
        }
        let main = self.add_pack(path.clone(), dir, own, None);
        modules.add_folder(dir, main);
        if !external.is_empty() {
            self.add_pack(format!("{path}_test"), dir, external, Some(main));
        }
        while let Some(&first) = strays.first() {
            let clause = self.clause(first).to_owned();
            let (same, other): (Vec<_>, Vec<_>) = strays
                .into_iter()
                .partition(|&file| self.clause(file) == clause);
            self.add_pack(path.clone(), dir, same, None);
            strays = other;
        }
    }

    /// Adds a package of these files and tells each of them that it belongs there.
    fn add_pack(
        &mut self,
        path: String,
        dir: &str,
        files: Vec<FileIndex>,
        tested: Option<PackIndex>,
    ) -> PackIndex {
        // Tests of a package that is built are left out like its other files.
        let mut active = tested.is_some_and(|main| self.packs[main].active);
        for &file in &files {
            let file = &mut self.files[file];
            file.pack = Some(self.packs.next_id());
            active |= file.extract.build == Build::Active;
        }
        let dir = dir.to_owned();
        self.packs.push(Pack {
            path,
            dir,
            files,
            active,
            tested,
            names: FxHashMap::default(),
        })
    }

    /// The package clause of most files that are built, tests last, ties by name.
    ///
    /// A folder with external tests only has the package that they are for: `shop_test` gives
    /// `shop`.
    fn main_clause(&self, files: &[FileIndex]) -> String {
        let mut counts: std::collections::BTreeMap<&str, (u32, u32, u32)> =
            std::collections::BTreeMap::new();
        for &file in files {
            let count = counts.entry(self.clause(file)).or_default();
            let record = &self.files[file];
            match (record.test, record.extract.build) {
                (false, Build::Active) => count.0 += 1,
                (false, _) => count.1 += 1,
                (true, _) => count.2 += 1,
            }
        }
        let main = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        let (name, (active, inactive, _)) =
            main.map_or(("", (0, 0, 0)), |(name, count)| (*name, *count));
        let only_external = active + inactive == 0 && name.ends_with("_test");
        if only_external {
            name.trim_end_matches("_test").to_owned()
        } else {
            name.to_owned()
        }
    }

    /// The package clause of the file.
    fn clause(&self, file: FileIndex) -> &str {
        let extract = &self.files[file].extract;
        extract.names.text(extract.package)
    }

    /// Enters the declarations of all files, each name of a package as a chain from last to first.
    ///
    /// Several files may declare one name, as `open_linux.go` and `open_windows.go` do.
    fn add_definitions(&mut self) {
        for (position, file) in self.files.pairs() {
            let Some(pack) = file.pack else { continue };
            let names = &mut self.packs[pack].names;
            for (declaration, declared) in file.extract.declarations.pairs() {
                let name = file.extract.names.text(declared.name);
                let here = self.definitions.next_id();
                let before = match names.get_mut(name) {
                    Some(last) => Some(std::mem::replace(last, here)),
                    None => names.insert(name.into(), here),
                };
                self.definitions.push(Definition {
                    file: position,
                    declaration,
                    before,
                });
            }
        }
    }

    /// Finds out which package each import means, and by which name its file knows it.
    ///
    /// Without an alias that is the package clause, which may differ from the last element of the
    /// path: `gopkg.in/yaml.v3` is `yaml`. Outside the tree the clause is not known and is guessed.
    fn add_imports(&mut self, project: &Project, modules: &Modules) {
        for position in self.files.ids() {
            let file = &self.files[position];
            let path = &project.source(file.id).path;
            let dir = folder(path);
            let imports = file.extract.imports.iter().map(|import| {
                let built = modules.resolve(dir, &import.path);
                let pack = built.or_else(|| modules.by_name(dir, &import.path));
                let by_name = built.is_none() && pack.is_some();
                let name = match import.alias {
                    Alias::Named(name) => file.extract.names.text(name).into(),
                    Alias::Dot | Alias::Blank => "".into(),
                    Alias::None => pack
                        .map_or_else(|| guess_name(&import.path), |pack| self.clause_of(pack))
                        .into(),
                };
                Imported {
                    name,
                    pack,
                    by_name,
                }
            });
            self.files[position].imports = imports.collect();
        }
    }

    /// The package clause of the first file of a package.
    fn clause_of(&self, pack: PackIndex) -> &str {
        let first = self.packs[pack].files.first();
        first.map_or("", |&file| self.clause(file))
    }

    /// What the file says of `definition`.
    pub(super) fn declared(&self, definition: Definition) -> &Declared {
        &self.files[definition.file].extract.declarations[definition.declaration]
    }

    /// What `name` means in a package; `tests` tells whether its test files are seen.
    ///
    /// Files of the default build win, then the first in path order.
    pub(super) fn find(&self, pack: PackIndex, name: &str, tests: bool) -> Option<Definition> {
        let mut at = self.packs[pack].names.get(name).copied();
        let mut best: Option<(bool, Definition)> = None;
        while let Some(here) = at {
            let definition = self.definitions[here];
            at = definition.before;
            let file = &self.files[definition.file];
            let active = file.extract.build == Build::Active;
            // The chain runs from the last file to the first, so a later equal is nearer to the start.
            if (tests || !file.test) && best.is_none_or(|(known, _)| active >= known) {
                best = Some((active, definition));
            }
        }
        best.map(|(_, definition)| definition)
    }
}

/// Whether patterns of the go command do not match a folder: `testdata`, or a name that starts with `_` or `.`.
fn is_ignored(dir: &str) -> bool {
    dir.split('/')
        .any(|part| part == "testdata" || is_hidden(part))
}

/// Whether the go command skips a file or folder for its name.
fn is_hidden(name: &str) -> bool {
    name.starts_with(['_', '.'])
}

/// The likely package name of a path outside the tree.
///
/// `github.com/a/go-redis/v9` gives `redis`, `gopkg.in/yaml.v3` gives `yaml`, `nats.go` gives
/// `nats`, `a/my-lib` gives `lib`. A wrong guess costs little: a selector of an unknown name counts
/// as external wherever the file imports a package from outside.
fn guess_name(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let is_version = last
        .strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let name = if is_version {
        parts.next().unwrap_or(last)
    } else {
        last
    };
    let name = name.split_once(".v").map_or(name, |(name, _)| name);
    let name = name
        .strip_prefix("go-")
        .or_else(|| name.strip_suffix("-go"))
        .unwrap_or(name);
    let name = name.strip_suffix(".go").unwrap_or(name);
    name.rsplit('-').next().unwrap_or(name)
}
