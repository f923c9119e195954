//! Follows an exported name through barrels to the file that declares it.
//!
//! In: the export tables of all files. Out: [`Target`].
//! Invariant: explicit exports beat stars; terminates on cycles.
//! Never: guesses by name alone.

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::conventions;
use super::exports::ASSIGNED;
use super::extract::{
    Binding, BindingId, Export, Extract, Free, GlobalId, Import, ImportId, ImportKind, Module,
};
use super::files::Tree;
use super::paths::{Emits, Meaning, Paths, Place};
use crate::model::{FileId, IndexVec, Notification, Package, Project, is_within};
use crate::source::Source;

/// How many re-exports are followed one behind the other.
const MAX_STEPS: usize = 128;

/// What a name stands for in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// Declared in this file under this name; whether it is only a type.
    Symbol(FileId, &'a str, bool),
    /// A whole module.
    Module(FileId),
    /// Outside the tree.
    External,
}

/// One file's side of the index.
#[derive(Debug)]
pub(super) struct Table {
    /// Path of the file from the analysed folder.
    path: Arc<str>,
    /// What the file imports and exports.
    pub(super) module: Arc<Module>,
    /// What each import's path means.
    pub(super) meanings: IndexVec<ImportId, Meaning>,
    /// What the compiler keeps of imports that only types use.
    pub(super) emits: Emits,
}

impl Table {
    /// The import behind a binding.
    fn import(&self, binding: BindingId) -> &Import {
        &self.module.imports[self.module.bindings[binding].import]
    }

    /// What the module itself says about an exported name, stars not considered.
    fn export(&self, name: &str) -> Option<&Export> {
        self.module.exports.get(name)
    }
}

/// Everything that names are looked up in.
pub(crate) struct Index {
    /// The table of every file that was read.
    tables: FxHashMap<FileId, Table>,
    /// Files that declare a name for every file, and which of their names it is.
    globals: FxHashMap<Box<str>, Vec<(FileId, GlobalId)>>,
    /// Files that declare a module by name.
    ambient: FxHashMap<Box<str>, Vec<(FileId, Vec<Box<str>>)>>,
    /// Files that add names to a module of the tree.
    added: FxHashMap<FileId, Vec<(FileId, Vec<Box<str>>)>>,
    /// What is wrong with the configurations.
    pub(super) problems: Vec<Notification>,
}

/// The way to a name: where it led through already, and how deep it is.
#[derive(Default)]
struct Seen<'a> {
    /// Files and names on the way, which a cycle of re-exports would lead to again.
    visited: FxHashSet<(FileId, &'a str)>,
    /// How many re-exports lie between the use and the name that is asked for.
    depth: usize,
}

impl Index {
    /// Reads the configurations, resolves every written path, and turns what files declare for
    /// others into tables by name.
    pub(super) fn new(project: &Project, source: &Source, extracts: &[(FileId, Extract)]) -> Self {
        let tree = Tree::build(project, source);
        let mut problems = tree.problems().to_vec();
        problems.extend(conventions::notes(project));
        let paths = Paths::new(tree);
        let parsed: FxHashSet<FileId> = extracts.iter().map(|(file, _)| *file).collect();
        let table = |(file, extract): &(FileId, Extract)| {
            (*file, table(&paths, project, &parsed, *file, extract))
        };
        let tables: Vec<(FileId, Table)> = extracts
            .par_iter()
            .with_max_len(crate::parse::language::PIECE)
            .map(table)
            .collect();
        let mut globals: FxHashMap<Box<str>, Vec<(FileId, GlobalId)>> = FxHashMap::default();
        let mut ambient: FxHashMap<Box<str>, Vec<(FileId, Vec<Box<str>>)>> = FxHashMap::default();
        let mut added: FxHashMap<FileId, Vec<(FileId, Vec<Box<str>>)>> = FxHashMap::default();
        for (file, table) in &tables {
            for (import, names) in &table.module.added {
                if let Meaning::File(target) = table.meanings[*import] {
                    let known = added.entry(target).or_default();
                    known.push((*file, names.clone()));
                }
            }
            for (at, global) in table.module.globals.pairs() {
                let known = globals.entry(global.name.clone()).or_default();
                known.push((*file, at));
            }
            for (name, declared) in &table.module.ambient {
                ambient
                    .entry(name.clone())
                    .or_default()
                    .push((*file, declared.clone()));
            }
        }
        Self {
            tables: tables.into_iter().collect(),
            globals,
            ambient,
            added,
            problems,
        }
    }

    /// What is known of a file that was read; every [`Meaning::File`] is one.
    pub(super) fn table(&self, file: FileId) -> &Table {
        &self.tables[&file]
    }

    /// Whether some file declares the module `path` for everyone.
    pub(super) fn is_ambient(&self, path: &str) -> bool {
        self.ambient.contains_key(path) || self.ambient.keys().any(|known| matches(known, path))
    }

    /// The file nearest to `from` that declares `name` of the module `path` for everyone.
    ///
    /// Exact declarations (`declare module "x"`) come before patterns (`*.svg`). The nearest is
    /// the one whose path shares the most folders with that of `from`. A block without a body
    /// declares any name. `None` also where several candidates lie in unrelated folders: to pick
    /// one of them would tie the file to a fixture or an example.
    pub(super) fn ambient(&self, from: &Table, path: &str, name: &str) -> Option<FileId> {
        let exact = self.ambient.get(path).into_iter().flatten();
        let wild = self
            .ambient
            .iter()
            .filter(|(known, _)| matches(known, path))
            .flat_map(|(_, all)| all);
        let has = |(_, names): &&(FileId, Vec<Box<str>>)| {
            let mut known = names.iter().map(|known| &**known);
            names.is_empty() || known.any(|known| known == name || known == "*")
        };
        let far = |file: &FileId| {
            (
                Reverse(shared_depth(&self.table(*file).path, &from.path)),
                *file,
            )
        };
        let nearest = |known: Vec<FileId>| {
            let found = known.iter().copied().min_by_key(far)?;
            let path = &self.table(found).path;
            // Of several in strange corners of the tree, none is meant.
            let strange = shared_depth(path, &from.path) == 0 && path.contains('/');
            (!strange || known.len() == 1).then_some(found)
        };
        let files = nearest(exact.filter(has).map(|(file, _)| *file).collect());
        files.or_else(|| nearest(wild.filter(has).map(|(file, _)| *file).collect()))
    }

    /// The files nearest to `path` that declare the global that `free` means.
    ///
    /// More than one file is returned when all of them are equally near, as those are that extend
    /// one namespace. Nothing is returned if several candidates all lie outside of the package:
    /// none of them is more likely meant than a name of the platform or of a library.
    pub(super) fn global(&self, project: &Project, path: &str, free: &Free) -> Vec<FileId> {
        let Some(known) = self.globals.get(&free.name) else {
            return Vec::new();
        };
        let here = holder(project, path);
        let meets = |(file, at): &&(FileId, GlobalId)| {
            let global = &self.table(*file).module.globals[*at];
            // A type of another package may only add to one of the platform (`Window`): it is for those that need it.
            let seen = || sees(here, holder(project, &project.source(*file).path));
            global.meets(free) && (!global.type_only || seen())
        };
        let mut files: Vec<FileId> = known.iter().filter(meets).map(|(file, _)| *file).collect();
        files.dedup();
        let depth = |file: &FileId| shared_depth(&project.source(*file).path, path);
        let nearest = files.iter().map(depth).max();
        let deep = here.map_or(1, |package| package.dir.split('/').count());
        let far = nearest.is_some_and(|depth| depth < deep);
        if far && files.len() > 1 {
            return Vec::new();
        }
        files
            .iter()
            .copied()
            .filter(|file| Some(depth(file)) == nearest)
            .collect()
    }

    /// What a binding of `file` stands for.
    pub(super) fn binding(&self, file: FileId, binding: BindingId) -> Option<Target<'_>> {
        self.follow_binding(file, binding, &mut Seen::default())
    }

    /// What a binding stands for, with the way so far.
    ///
    /// A path that leads out of the tree, to data or to nothing may still be declared for
    /// everyone (`declare module "x"`), and such a declaration is found first. A missing path
    /// without one yields `None`.
    fn follow_binding<'a>(
        &'a self,
        file: FileId,
        binding: BindingId,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        let table = self.table(file);
        let binding = &table.module.bindings[binding];
        let meaning = table.meanings[binding.import];
        match meaning {
            Meaning::File(target) => match &binding.imported {
                Some(name) => self
                    .declared_by(table, target, binding, name)
                    .or_else(|| self.follow(target, name, seen)),
                None => self.whole(target, seen),
            },
            Meaning::External | Meaning::Data | Meaning::Missing => {
                let path = &table.module.imports[binding.import].path;
                let found = binding
                    .imported
                    .as_deref()
                    .and_then(|name| Some((self.ambient(table, path, name)?, name)));
                let external = (meaning == Meaning::External).then_some(Target::External);
                found
                    .map(|(file, name)| Target::Symbol(file, name, true))
                    .or(external)
            }
        }
    }

    /// `name` of a module whose file only declares it (`declare module "x" { … }`), as other files may, too.
    fn declared_by<'a>(
        &'a self,
        from: &'a Table,
        target: FileId,
        binding: &'a Binding,
        name: &'a str,
    ) -> Option<Target<'a>> {
        let path = &from.module.imports[binding.import].path;
        let file = self.scattered(from, target, path, name)?;
        Some(Target::Symbol(file, name, true))
    }

    /// `name` as a module declares it, or as another file adds it.
    fn declared_in<'a>(&'a self, file: FileId, name: &'a str) -> Option<Target<'a>> {
        match self.table(file).export(name) {
            Some(Export::Local { type_only }) => Some(Target::Symbol(file, name, *type_only)),
            Some(Export::Binding(_)) => self.export(file, name),
            None => self.adder(file, name),
        }
    }

    /// The file that declares `name` of the module `path`, where the file behind the path is a script that declares it.
    pub(super) fn scattered(
        &self,
        from: &Table,
        target: FileId,
        path: &str,
        name: &str,
    ) -> Option<FileId> {
        let module = &self.table(target).module;
        let declares = module.ambient.iter().any(|(known, _)| **known == *path);
        (declares && !module.is_module)
            .then(|| self.ambient(from, path, name))
            .flatten()
    }

    /// The other file that declares `name` inside a module which `from` declares or adds to: both are one scope.
    pub(super) fn beside(&self, from: &Table, name: &str) -> Option<FileId> {
        let module = &from.module;
        let targets = module.added.iter().filter(|_| module.declaration);
        for (import, _) in targets {
            if let Meaning::File(target) = from.meanings[*import]
                && let Some(Target::Symbol(file, ..)) = self.declared_in(target, name)
            {
                return Some(file);
            }
        }
        let modules = from.module.ambient.iter();
        let known = modules.filter_map(|(path, _)| self.ambient.get(path));
        let has = |names: &[Box<str>]| names.iter().any(|known| **known == *name);
        let declared = known.flatten().find(|(_, names)| has(names));
        declared.map(|(file, _)| *file)
    }

    /// What a module stands for: itself, or what it only hands on (`import x = require("x"); export = x`).
    ///
    /// The way to what is assigned is followed, unless it ends outside and a file of the tree
    /// declares that module: then the declaring file is the better answer.
    fn whole<'a>(&'a self, file: FileId, seen: &mut Seen<'a>) -> Option<Target<'a>> {
        match self.table(file).export(ASSIGNED) {
            Some(Export::Binding(binding)) if seen.visited.insert((file, ASSIGNED)) => self
                .follow_binding(file, *binding, seen)
                .filter(|end| *end != Target::External || !self.is_declared(file, *binding))
                .or(Some(Target::Module(file))),
            _ => Some(Target::Module(file)),
        }
    }

    /// Whether some file declares the module behind an import for everyone.
    fn is_declared(&self, file: FileId, binding: BindingId) -> bool {
        let import = self.table(file).import(binding);
        self.ambient.contains_key(&import.path)
    }

    /// What `name` means as an export of `file`.
    pub(super) fn export<'a>(&'a self, file: FileId, name: &'a str) -> Option<Target<'a>> {
        self.follow(file, name, &mut Seen::default())
    }

    /// The search behind `export`, with the way so far.
    ///
    /// The order is that of the language: the module's own declaration, an explicit export of an
    /// imported name, stars, a member of what `export =` hands on, additions of other files. An
    /// open module is the last resort and takes any name. Asking it first would end every search
    /// at the first `CommonJS` file on the way. `None` on a cycle, or when `MAX_STEPS` are
    /// exceeded.
    fn follow<'a>(
        &'a self,
        file: FileId,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        let table = self.table(file);
        let export = table.export(name);
        if let Some(Export::Local { type_only }) = export {
            return Some(Target::Symbol(file, name, *type_only));
        }
        if seen.depth > MAX_STEPS || !seen.visited.insert((file, name)) {
            return None;
        }
        seen.depth += 1;
        let found = match export {
            Some(Export::Binding(binding)) => self.follow_binding(file, *binding, seen),
            _ => self.in_stars(table, name, seen),
        };
        let found = found.or_else(|| self.assigned(file, table, name, seen));
        let found = found.or_else(|| self.adder(file, name));
        seen.depth -= 1;
        found.or_else(|| {
            table
                .module
                .open
                .then_some(Target::Symbol(file, name, false))
        })
    }

    /// The declaration of `name` in another file that adds to `file` (`declare module "./file" { … }`).
    fn adder<'a>(&'a self, file: FileId, name: &'a str) -> Option<Target<'a>> {
        let mut files = self.added.get(&file)?.iter();
        let has =
            |(_, names): &&(FileId, Vec<Box<str>>)| names.iter().any(|known| **known == *name);
        let adder = files.find(has)?.0;
        Some(Target::Symbol(adder, name, true))
    }

    /// What `name` means in a module that only hands on another (`import x = require("x"); export = x`).
    fn assigned<'a>(
        &'a self,
        file: FileId,
        table: &'a Table,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        let Some(Export::Binding(binding)) = table.export(ASSIGNED) else {
            return None;
        };
        match self.follow_binding(file, *binding, seen)? {
            Target::Module(inner) => self.follow(inner, name, seen),
            Target::External => {
                let path = &table.import(*binding).path;
                let declared = self.ambient(table, path, name);
                Some(declared.map_or(Target::External, |file| Target::Symbol(file, name, true)))
            }
            symbol @ Target::Symbol(..) => Some(symbol),
        }
    }

    /// What `name` means by way of `export * from`.
    ///
    /// A star never hands on `default`. The first file that surely declares the name wins; an
    /// open file that may hold any name is only a guess, and external modules are only the answer
    /// when no file of the tree is.
    fn in_stars<'a>(
        &'a self,
        table: &'a Table,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        if name == "default" {
            return None;
        }
        let (mut outside, mut guessed) = (None, None);
        for star in &table.module.stars {
            match table.meanings[*star] {
                Meaning::File(file) => match self.follow(file, name, seen) {
                    Some(Target::External) => outside = Some(Target::External),
                    Some(found) if self.is_sure(found) => return Some(found),
                    Some(guess) => guessed = guessed.or(Some(guess)),
                    None => {}
                },
                Meaning::External | Meaning::Data => outside = Some(Target::External),
                Meaning::Missing => {}
            }
        }
        guessed.or(outside)
    }

    /// Whether the file of the target is known to export it, and not only to hold any name.
    fn is_sure(&self, target: Target<'_>) -> bool {
        let Target::Symbol(file, name, _) = target else {
            return true;
        };
        let module = &self.table(file).module;
        !module.open || module.exports.contains_key(name)
    }
}

/// The innermost npm package below the top that holds `path`.
///
/// `None` for files that belong to the root package or to none.
fn holder<'p>(project: &'p Project, path: &str) -> Option<&'p Package> {
    let npm = project
        .packages
        .iter()
        .filter(|package| package.ecosystem == "npm" && !package.dir.is_empty());
    let holders = npm.filter(|package| is_within(path, &package.dir));
    holders.max_by_key(|package| package.dir.len())
}

/// Whether what the package `there` declares for everyone counts `here`: around it, or needed by it.
fn sees(here: Option<&Package>, there: Option<&Package>) -> bool {
    let (Some(here), Some(there)) = (here, there) else {
        return true;
    };
    let mut needs = here.dependencies.iter();
    is_within(&here.dir, &there.dir) || needs.any(|need| need.package == there.name)
}

/// Whether the ambient pattern `known` (`*.svg`) covers `path`.
fn matches(known: &str, path: &str) -> bool {
    known
        .split_once('*')
        .is_some_and(|(head, tail)| path.starts_with(head) && path.ends_with(tail))
}

/// How many leading segments two paths share: 2 for `a/b/c.ts` and `a/b/d.ts`.
fn shared_depth(left: &str, right: &str) -> usize {
    left.split('/')
        .zip(right.split('/'))
        .take_while(|(left, right)| left == right)
        .count()
}

/// Files that are no code (JSON, style sheets, pictures) end in the tree, and are no node of the graph.
///
/// A reference path without a leading dot is still relative to the file.
fn table(
    paths: &Paths,
    project: &Project,
    parsed: &FxHashSet<FileId>,
    file: FileId,
    extract: &Extract,
) -> Table {
    let path = &project.source(file).path;
    let place = Place::new(path);
    let meaning = |import: &super::extract::Import| {
        let found = match import.kind {
            ImportKind::ReferencePath if !import.path.starts_with('.') => {
                paths.meaning(&place, &format!("./{}", import.path))
            }
            _ => paths.meaning(&place, &import.path),
        };
        match found {
            Meaning::File(target) if !parsed.contains(&target) => Meaning::Data,
            found => found,
        }
    };
    let meanings = extract.module.imports.iter().map(meaning).collect();
    Table {
        path: Arc::clone(path),
        module: Arc::clone(&extract.module),
        meanings,
        emits: if extract.module.imports.is_empty() {
            Emits::default()
        } else {
            paths.emits(path)
        },
    }
}
