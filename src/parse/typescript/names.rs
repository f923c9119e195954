//! Follows an exported name through barrels to the file that declares it.
//!
//! In: the export tables of all files. Out: [`Target`].
//! Invariant: explicit exports beat stars; terminates on cycles.
//! Never: guesses by name alone.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::extract::{Export, Extract, Module};
use super::files::Tree;
use super::paths::{Meaning, Paths};
use crate::model::{FileId, Project};
use crate::source::Source;

/// How many re-exports are followed.
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

#[derive(Debug)]
pub(super) struct Table {
    pub(super) module: Arc<Module>,
    /// What each import's path means.
    pub(super) meanings: Vec<Meaning>,
}

/// Everything that names are looked up in.
pub struct Index {
    tables: FxHashMap<FileId, Table>,
    /// Files that declare a name for every file.
    globals: FxHashMap<Box<str>, Vec<FileId>>,
    /// Files that declare a module by name.
    ambient: FxHashMap<Box<str>, FileId>,
}

type Seen<'a> = Vec<(FileId, &'a str)>;

impl Index {
    pub(super) fn new(project: &Project, source: &Source, extracts: &[(FileId, Extract)]) -> Self {
        let paths = Paths::new(Tree::build(project, source));
        let table =
            |(file, extract): &(FileId, Extract)| (*file, table(&paths, project, *file, extract));
        let tables: Vec<(FileId, Table)> = extracts.par_iter().map(table).collect();
        let mut globals: FxHashMap<Box<str>, Vec<FileId>> = FxHashMap::default();
        let mut ambient = FxHashMap::default();
        for (file, table) in &tables {
            for name in &table.module.globals {
                globals.entry(name.clone()).or_default().push(*file);
            }
            for name in &table.module.ambient {
                ambient.entry(name.clone()).or_insert(*file);
            }
        }
        Self {
            tables: tables.into_iter().collect(),
            globals,
            ambient,
        }
    }

    pub(super) fn table(&self, file: FileId) -> Option<&Table> {
        self.tables.get(&file)
    }

    /// The file that declares the module `path` for everyone.
    pub(super) fn ambient(&self, path: &str) -> Option<FileId> {
        let pattern = || {
            let wild = |(known, file): (&Box<str>, &FileId)| {
                let (head, tail) = known.split_once('*')?;
                (path.starts_with(head) && path.ends_with(tail)).then_some(*file)
            };
            let mut files: Vec<FileId> = self.ambient.iter().filter_map(wild).collect();
            files.sort_unstable();
            files.first().copied()
        };
        self.ambient.get(path).copied().or_else(pattern)
    }

    /// The files nearest to `path` that declare the global `name`.
    pub(super) fn global(&self, project: &Project, path: &str, name: &str) -> Vec<FileId> {
        let Some(files) = self.globals.get(name) else {
            return Vec::new();
        };
        let depth = |file: &FileId| shared_depth(&project.source(*file).path, path);
        let nearest = files.iter().map(depth).max();
        files
            .iter()
            .copied()
            .filter(|file| Some(depth(file)) == nearest)
            .collect()
    }

    /// What the binding with number `binding` of `file` stands for.
    pub(super) fn binding<'a>(&'a self, file: FileId, binding: u32) -> Option<Target<'a>> {
        self.follow_binding(file, binding, &mut Vec::new())
    }

    fn follow_binding<'a>(
        &'a self,
        file: FileId,
        binding: u32,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        let table = self.tables.get(&file)?;
        let binding = table.module.bindings.get(binding as usize)?;
        match table.meanings.get(binding.import as usize)? {
            Meaning::File(target) => match &binding.imported {
                Some(name) => self.follow(*target, name, seen),
                None => Some(Target::Module(*target)),
            },
            Meaning::External => {
                let path = &table.module.imports.get(binding.import as usize)?.path;
                let name = binding.imported.as_deref().unwrap_or("*");
                Some(
                    self.ambient(path)
                        .map_or(Target::External, |file| Target::Symbol(file, name, true)),
                )
            }
            Meaning::Missing => {
                let path = &table.module.imports.get(binding.import as usize)?.path;
                let name = binding.imported.as_deref().unwrap_or("*");
                self.ambient(path)
                    .map(|file| Target::Symbol(file, name, true))
            }
        }
    }

    /// What `name` means as an export of `file`.
    pub(super) fn export<'a>(&'a self, file: FileId, name: &'a str) -> Option<Target<'a>> {
        self.follow(file, name, &mut Vec::new())
    }

    fn follow<'a>(
        &'a self,
        file: FileId,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        let Some(table) = self.tables.get(&file) else {
            return Some(Target::Module(file));
        };
        if seen.len() > MAX_STEPS || seen.contains(&(file, name)) {
            return None;
        }
        seen.push((file, name));
        let found = match table.module.exports.get(name) {
            Some(Export::Local { type_only }) => Some(Target::Symbol(file, name, *type_only)),
            Some(Export::Binding(binding)) => self.follow_binding(file, *binding, seen),
            None => self.in_stars(table, name, seen),
        };
        found.or_else(|| {
            table
                .module
                .open
                .then_some(Target::Symbol(file, name, false))
        })
    }

    fn in_stars<'a>(
        &'a self,
        table: &'a Table,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Target<'a>> {
        if name == "default" {
            return None;
        }
        let mut outside = None;
        for star in &table.module.stars {
            match table.meanings.get(*star as usize) {
                Some(Meaning::File(file)) => match self.follow(*file, name, seen) {
                    Some(Target::External) => outside = Some(Target::External),
                    Some(found) => return Some(found),
                    None => {}
                },
                Some(Meaning::External) => outside = Some(Target::External),
                _ => {}
            }
        }
        outside
    }
}

fn shared_depth(left: &str, right: &str) -> usize {
    left.split('/')
        .zip(right.split('/'))
        .take_while(|(left, right)| left == right)
        .count()
}

fn table(paths: &Paths, project: &Project, file: FileId, extract: &Extract) -> Table {
    let path = &project.source(file).path;
    let meaning = |import: &super::extract::Import| match import.kind {
        super::extract::ImportKind::ReferencePath if !import.path.starts_with('.') => {
            paths.meaning(path, &format!("./{}", import.path))
        }
        _ => paths.meaning(path, &import.path),
    };
    let meanings = extract.module.imports.iter().map(meaning).collect();
    Table {
        module: Arc::clone(&extract.module),
        meanings,
    }
}
