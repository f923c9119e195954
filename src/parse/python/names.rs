//! Follows a Python name through modules to the file that defines it.
//!
//! In: the exports of all files. Out: [`Target`]s.
//! Invariant: terminates on import cycles; alternatives come in source order.
//! Never: guesses by name alone.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::extract::{Bound, Exports, Extract, Import, ImportId, What};
use super::modules::{Found, Module, ModuleMap};
use crate::model::{FileId, Id, IndexVec, Project};

/// How many re-exports are followed.
const MAX_STEPS: usize = 64;

/// What a name stands for in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A name that this file defines.
    Symbol(FileId, &'a str),
    /// A module or namespace.
    Module(Found),
    /// Something outside the tree.
    External,
}

/// The exports of one file, with the modules that its imports name.
#[derive(Debug)]
pub(super) struct Table {
    /// Names that the file binds, shared with its extract.
    pub(super) exports: Arc<Exports>,
    /// Per import: the module that its path names.
    pub(super) bases: IndexVec<ImportId, Found>,
    /// What `a` means for each `import a.b`, by import.
    roots: Vec<(ImportId, Found)>,
}

impl Table {
    /// What the first part of `import a.b` means; without a dot it is the module itself.
    fn root(&self, import: ImportId) -> &Found {
        let at = self
            .roots
            .binary_search_by_key(&import, |(import, _)| *import);
        at.map_or(&self.bases[import], |at| &self.roots[at].1)
    }
}

/// Everything that names are looked up in.
#[derive(Debug)]
pub(crate) struct Index {
    /// Look-up of dotted module names.
    pub(super) modules: ModuleMap,
    /// One table for each file that was read.
    tables: FxHashMap<FileId, Table>,
}

/// The way to a name: files and names passed; an empty name for a star.
type Seen<'a> = Vec<(FileId, &'a str)>;

impl Index {
    /// Lays out the modules, then resolves the paths of all imports once.
    pub(super) fn new(project: &Project, extracts: &[(FileId, Extract)]) -> Self {
        use rayon::prelude::*;
        let modules = ModuleMap::new(project, extracts);
        let tables = extracts
            .par_iter()
            .with_max_len(crate::parse::language::PIECE)
            .map(|(file, extract)| (*file, table(&modules, project, *file, extract)));
        let tables: Vec<(FileId, Table)> = tables.collect();
        Self {
            tables: tables.into_iter().collect(),
            modules,
        }
    }

    /// The exports of a Python file, which every [`Module`] is.
    pub(super) fn table(&self, file: FileId) -> &Table {
        &self.tables[&file]
    }

    /// What an import of `file` binds.
    pub(super) fn import(&self, file: FileId, import: ImportId) -> Vec<Target<'_>> {
        self.follow_import(file, import, &mut Vec::new())
    }

    /// What an import binds, with the way so far.
    ///
    /// `from a import n` leads on to `n` of `a`; `import a.b` binds `a`, `import a.b as c` binds
    /// `a.b`.
    fn follow_import<'a>(
        &'a self,
        file: FileId,
        import: ImportId,
        seen: &mut Seen<'a>,
    ) -> Vec<Target<'a>> {
        let table = self.table(file);
        let base = &table.bases[import];
        match &table.exports.imports[import].what {
            What::Name(name) => self.member(base, name, seen),
            What::Module => vec![target(base.clone())],
            What::Root => vec![target(table.root(import).clone())],
            What::Star => Vec::new(),
        }
    }

    /// What `name` means as an attribute of `base`.
    pub(super) fn attribute<'a>(&'a self, base: &Found, name: &str) -> Vec<Target<'a>> {
        self.member(base, name, &mut Vec::new())
    }

    /// What `name` means as an attribute of `base`, with the way so far.
    ///
    /// Names that the module binds come before submodules: after `from .cart import cart` in
    /// `shop/__init__.py`, `shop.cart` is the object. What a namespace lacks may be installed
    /// elsewhere and is external.
    fn member<'a>(&'a self, base: &Found, name: &str, seen: &mut Seen<'a>) -> Vec<Target<'a>> {
        if let Found::Module(module) = base {
            let found = self.in_module(*module, name, seen);
            if !found.is_empty() {
                return found;
            }
        }
        match self.modules.submodule(base, name) {
            Found::Missing if matches!(base, Found::Namespace(_)) => vec![Target::External],
            Found::Missing => self.last_resort(base),
            found => vec![target(found)],
        }
    }

    /// A module-level `__getattr__`, or a star import from outside, may provide any name.
    fn last_resort<'a>(&'a self, base: &Found) -> Vec<Target<'a>> {
        let Found::Module(module) = base else {
            return Vec::new();
        };
        let table = self.table(module.file);
        if let Some((key, _)) = table.exports.bound.get_key_value("__getattr__") {
            return vec![Target::Symbol(module.file, key)];
        }
        let outside = |star: &ImportId| table.bases[*star] == Found::External;
        if table.exports.stars.iter().any(outside) {
            vec![Target::External]
        } else {
            Vec::new()
        }
    }

    /// What `name` means inside a module.
    ///
    /// A star import below the last binding of the name replaces it, so it is asked first. Empty
    /// on a cycle, and beyond `MAX_STEPS`.
    fn in_module<'a>(&'a self, module: Module, name: &str, seen: &mut Seen<'a>) -> Vec<Target<'a>> {
        let (file, table) = (module.file, self.table(module.file));
        if seen.len() > MAX_STEPS
            || seen
                .iter()
                .any(|(known, text)| *known == file && *text == name)
        {
            return Vec::new();
        }
        let Some((key, bound)) = table.exports.bound.get_key_value(name) else {
            return self.in_stars(table, name, ImportId::FIRST, seen);
        };
        let later = self.in_stars(table, name, bound.after, seen);
        if !later.is_empty() {
            return later;
        }
        seen.push((file, key));
        let found = self.bound(file, key, bound, seen);
        seen.pop();
        found
    }

    /// What a binding leads to: its imports, the last first, then the file's own definition.
    ///
    /// Several are alternatives (`try: … except ImportError: …`), and all are kept.
    fn bound<'a>(
        &'a self,
        file: FileId,
        name: &'a str,
        bound: &Bound,
        seen: &mut Seen<'a>,
    ) -> Vec<Target<'a>> {
        let mut found: Vec<Target<'a>> = Vec::new();
        for import in bound.imports.iter().rev() {
            for target in self.follow_import(file, *import, seen) {
                if !found.contains(&target) {
                    found.push(target);
                }
            }
        }
        if bound.local {
            found.push(Target::Symbol(file, name));
        }
        found
    }

    /// What the star imports from `after` on bring under `name`; the last one wins.
    fn in_stars<'a>(
        &'a self,
        table: &'a Table,
        name: &str,
        after: ImportId,
        seen: &mut Seen<'a>,
    ) -> Vec<Target<'a>> {
        for star in table
            .exports
            .stars
            .iter()
            .rev()
            .filter(|star| **star >= after)
        {
            let Found::Module(module) = &table.bases[*star] else {
                continue;
            };
            let found = self.star(*module, name, seen);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// What `from module import *` binds under `name`.
    ///
    /// A name that `__all__` lists without binding it is a submodule, which Python imports for
    /// the star. An empty name on the way marks that a star was passed; the same star may be
    /// passed twice at most, or two modules that import all of each other would never end.
    fn star<'a>(&'a self, module: Module, name: &str, seen: &mut Seen<'a>) -> Vec<Target<'a>> {
        let (file, table) = (module.file, self.table(module.file));
        let again = |(known, text): &(FileId, &str)| *known == file && text.is_empty();
        if seen.len() > MAX_STEPS || seen.iter().filter(|step| again(step)).count() > 1 {
            return Vec::new();
        }
        seen.push((file, ""));
        let found = if self.lists(module.file, table, name, 0) {
            self.in_module(module, name, seen)
        } else {
            Vec::new()
        };
        seen.pop();
        if found.is_empty()
            && table
                .exports
                .all
                .as_ref()
                .is_some_and(|all| all.names.contains(name))
        {
            let submodule = self.modules.submodule(&Found::Module(module), name);
            return if submodule == Found::Missing {
                found
            } else {
                vec![target(submodule)]
            };
        }
        found
    }

    /// Whether a star import of `file` takes `name`, if the module has it.
    ///
    /// Without an `__all__`, every name without a leading underscore is taken. Where part of it
    /// is computed, or added from something that is no module of the tree, any name may be.
    fn lists(&self, file: FileId, table: &Table, name: &str, depth: usize) -> bool {
        let public = !name.starts_with('_');
        let Some(all) = &table.exports.all else {
            return public;
        };
        if all.open || all.names.contains(name) {
            return true;
        }
        let in_module = |module: &str| {
            let Some((key, bound)) = table.exports.bound.get_key_value(module) else {
                return false;
            };
            self.bound(file, key, bound, &mut Vec::new())
                .iter()
                .any(|target| match target {
                    Target::Module(Found::Module(module)) if depth < MAX_STEPS => {
                        self.lists(module.file, self.table(module.file), name, depth + 1)
                    }
                    _ => true,
                })
        };
        all.modules.iter().any(|module| in_module(module))
    }

    /// What an unbound `name` of `file` means by its star imports, with the module that has it.
    ///
    /// The last star that has the name wins. `None` if no star of the tree has it.
    pub(super) fn by_star<'a>(
        &'a self,
        file: FileId,
        name: &str,
    ) -> Option<(FileId, Vec<Target<'a>>)> {
        let table = self.table(file);
        table.exports.stars.iter().rev().find_map(|star| {
            let Found::Module(module) = &table.bases[*star] else {
                return None;
            };
            let found = self.star(*module, name, &mut Vec::new());
            (!found.is_empty()).then_some((module.file, found))
        })
    }
}

/// What was found, as the end of a search.
fn target<'a>(found: Found) -> Target<'a> {
    if found == Found::External {
        Target::External
    } else {
        Target::Module(found)
    }
}

/// Resolves the module path of every import of one file.
fn table(modules: &ModuleMap, project: &Project, file: FileId, extract: &Extract) -> Table {
    let source = project.source(file);
    let near = modules.near_roots(&source.path);
    let base = |import: &Import| match import.level {
        0 => modules.absolute(&near, &source.path, &import.module),
        level => modules.relative(&source.path, level, &import.module),
    };
    let roots = extract.exports.imports.pairs().filter_map(|(id, import)| {
        let written = import.module.split_once('.');
        let (first, _) = written.filter(|_| import.what == What::Root)?;
        Some((id, modules.absolute(&near, &source.path, first)))
    });
    let bases = extract.exports.imports.iter().map(base).collect();
    Table {
        exports: Arc::clone(&extract.exports),
        bases,
        roots: roots.collect(),
    }
}
