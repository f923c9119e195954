//! Facts of one Go file: its uses become references.
//!
//! In: [`Index`], a file. Out: [`FileFacts`].
//! Invariant: an import points to a file that is used through it, so it adds no pair of files
//! that the symbols do not have; unless nothing is used (`_`), then to the files with `init`.
//! Never: an edge between the files of one package that exclude each other.

use rustc_hash::FxHashSet;

use super::index::{Definition, File, FileIndex, Index};
use super::modules::PackIndex;
use super::parser::extract::{Alias, Build, Declared, FileExtract, ImportId};
use super::scope::{Meaning, Solid, meaning, solid};
use crate::model::names::folder;
use crate::model::{
    Declaration, EdgeKind, FileFacts, FileId, FileRole, IndexVec, Labels, Project, SymbolKind,
    TypeCounts, UnresolvedReason,
};
use crate::parse::language::facts::{self, FactsBuilder, Own};
use crate::parse::tokens::cursor::{Place, UseId};

/// Facts of the file `id`.
pub(super) fn resolve(
    index: &Index,
    project: &Project,
    id: FileId,
    extract: &FileExtract,
) -> FileFacts {
    let source = project.source(id);
    let position = index.by_id[&id];
    let file = &index.files[position];
    let Some(pack) = file.pack.map(|pack| &index.packs[pack]) else {
        let dir = folder(&source.path);
        return FactsBuilder::new(id, dir.to_owned(), own(extract)).finish();
    };
    let mut facts = FactsBuilder::new(id, pack.path.clone(), own(extract));
    facts.mark(Labels::TEST.when(file.test || source.role == FileRole::Test));
    let mut resolver = Resolver {
        index,
        file,
        position,
        first_use: IndexVec::of_size(&file.imports, None),
        reached: FxHashSet::default(),
        facts,
    };
    resolver.symbols();
    resolver.keys();
    resolver.imports();
    resolver.facts.finish()
}

/// What the file tells by itself, without a look at others.
fn own(extract: &FileExtract) -> Own {
    let count = |kind| {
        let declared = extract.declarations.iter();
        declared.filter(|declared| declared.kind == kind).count() as u32
    };
    let declarations = extract.declarations.iter();
    Own {
        lines: extract.lines,
        complexity: extract.complexity,
        types: TypeCounts {
            abstract_types: count(SymbolKind::AbstractType),
            concrete_types: count(SymbolKind::Type),
        },
        declarations: declarations
            .map(|declared| declaration(extract, declared))
            .collect(),
        functions: extract.functions.clone(),
    }
}

/// A declaration as others see it: public when its name starts with a capital letter.
fn declaration(extract: &FileExtract, declared: &Declared) -> Declaration {
    let name = extract.names.text(declared.name);
    let public = name.chars().next().is_some_and(char::is_uppercase);
    Declaration {
        name: name.into(),
        kind: declared.kind,
        public,
        at: declared.at,
    }
}

/// A file whose uses are being resolved, and the facts found so far.
struct Resolver<'a> {
    index: &'a Index,
    file: &'a File,
    position: FileIndex,
    /// Per import, the first definition that is reached through it.
    first_use: IndexVec<ImportId, Option<Definition>>,
    /// Files that something of this file leads to.
    reached: FxHashSet<FileIndex>,
    facts: FactsBuilder<'a>,
}

impl<'a> Resolver<'a> {
    /// Turns the uses into references, at each of their places.
    ///
    /// The meaning of a use is looked up once, however often it occurs. The first definition found
    /// through an import is kept as the target of the import itself.
    fn symbols(&mut self) {
        let extract = &self.file.extract;
        let uses = extract.uses.iter();
        let meanings: IndexVec<UseId, Meaning> = uses
            .map(|&used| meaning(self.index, self.file, used))
            .collect();
        for place in &extract.references {
            let meaning = meanings[place.of];
            self.count(meaning, place);
            let Meaning::Declared(definition, import) = meaning else {
                continue;
            };
            if let Some(import) = import {
                self.first_use[import].get_or_insert(definition);
            }
            let kind = if place.inherits {
                EdgeKind::Inherit
            } else {
                EdgeKind::Reference
            };
            let name = self.name_of(definition);
            self.refer(
                definition.file,
                Some(name),
                facts::Place::new(kind, place.at),
            );
        }
    }

    /// Counts a use as resolved, external or unresolved; predeclared names do not count.
    fn count(&mut self, meaning: Meaning, place: &Place) {
        match meaning {
            Meaning::Declared(..) => self.facts.resolved(),
            Meaning::External => self.facts.external(),
            Meaning::Builtin => {}
            Meaning::Unknown => {
                let extract = &self.file.extract;
                let used = extract.uses[place.of];
                let mut text = extract.names.text(used.name).to_owned();
                if let Some(selected) = used.selected {
                    text += ".";
                    text += extract.names.text(selected);
                }
                let reason = UnresolvedReason::NotFound;
                self.facts.unresolved(text, reason, place.at);
            }
        }
    }

    /// The name of what is declared.
    fn name_of(&self, definition: Definition) -> &'a str {
        let extract = &self.index.files[definition.file].extract;
        extract.names.text(self.index.declared(definition).name)
    }

    /// Adds an edge to the file `to`, unless it is this one.
    ///
    /// Between files of one package the edge is implicit. It is left out where this file is not
    /// part of the default build and the other is guarded, too: `open_windows.go` would otherwise
    /// seem to use `open_linux.go`, which declares the same names.
    fn refer(&mut self, to: FileIndex, name: Option<&'a str>, place: facts::Place) {
        if to == self.position {
            return;
        }
        self.reached.insert(to);
        let target = &self.index.files[to];
        let implicit = target.pack == self.file.pack;
        let conditional = target.extract.conditional || self.file.extract.conditional;
        if implicit && self.file.extract.build == Build::Inactive && target.extract.conditional {
            // Perhaps its twin for another system.
            return;
        }
        let mut imports = self.file.imports.iter();
        let by_name = imports.any(|import| import.by_name && import.pack == target.pack);
        let place = place
            .with(Labels::BY_NAME.when(by_name))
            .with(Labels::IMPLICIT.when(implicit))
            .with(Labels::CFG.when(conditional));
        self.facts.refer(target.id, None, name, place);
    }

    /// Keys of literals of named types: a field couples to where the struct is written out,
    /// a name couples to its declaration.
    fn keys(&mut self) {
        let extract = &self.file.extract;
        for key in &extract.keys {
            let used = extract.uses[key.place.of];
            let place = facts::Place::new(EdgeKind::Reference, key.place.at);
            match solid(self.index, self.position, key.shape, 0) {
                Solid::Struct(owner) if !self.reached.contains(&owner) => {
                    let inferred = Labels::INFERRED.when(!self.imports_package_of(owner));
                    let name = extract.names.text(used.name);
                    self.refer(owner, Some(name), place.with(inferred));
                }
                Solid::Map(..) | Solid::List(..) => {
                    let meaning = meaning(self.index, self.file, used);
                    if let Meaning::Declared(definition, _) = meaning {
                        self.facts.resolved();
                        let name = self.name_of(definition);
                        self.refer(definition.file, Some(name), place);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether this file sees the package of `file`; through an alias of a package in between, only
    /// the type of a literal leads there.
    fn imports_package_of(&self, file: FileIndex) -> bool {
        let pack = self.index.files[file].pack;
        let mut imports = self.file.imports.iter();
        pack == self.file.pack || imports.any(|import| import.pack == pack)
    }

    /// Adds the edges of the imports, each to a file that is used through it.
    ///
    /// `import "example.com/money"` with `money.Round` in use leads to the file that declares
    /// `Round`. An edge to every file of the package would couple this file to parts that it does
    /// not know.
    fn imports(&mut self) {
        for (at, import) in self.file.extract.imports.pairs() {
            let Some(pack) = self.file.imports[at].pack else {
                self.facts.external();
                continue;
            };
            self.facts.resolved();
            let targets = match self.first_use[at] {
                Some(definition) => vec![definition.file],
                None => self.initialised(pack, import.alias),
            };
            let place = facts::Place::new(EdgeKind::Import, import.at);
            for file in targets {
                self.refer(file, None, place);
            }
        }
    }

    /// The files that an import without uses runs: those with `init`, else the package's first.
    ///
    /// `import _ "example.com/driver"` exists for the `init` functions, so it leads to all of their
    /// files.
    fn initialised(&self, pack: PackIndex, alias: Alias) -> Vec<FileIndex> {
        let files = &self.index.packs[pack].files;
        let file = |position: FileIndex| &self.index.files[position];
        let built = |file: &File| !file.test && file.extract.build == Build::Active;
        let plain = || files.iter().copied().filter(|&at| built(file(at)));
        let found: Vec<FileIndex> = plain().filter(|&at| file(at).extract.has_init).collect();
        if found.is_empty() || alias != Alias::Blank {
            let first = plain().next().or(files.first().copied());
            return first.into_iter().collect();
        }
        found
    }
}
