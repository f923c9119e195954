//! Facts of one Go file: its uses become references.
//!
//! In: [`Index`], a file. Out: [`FileFacts`].
//! Invariant: an import points to a file that is used through it, so it adds no pair of files
//! that the symbols do not have; unless nothing is used (`_`), then to the files with `init`.
//! Never: an edge of a file that the default build leaves out of a package that it has.

use rustc_hash::FxHashSet;

use super::extract::{Alias, Build, Declared, FileExtract, Place};
use super::index::{Definition, File, FileIndex, Index};
use super::scope::{Meaning, Solid, meaning, solid};
use crate::model::{
    Declaration, EdgeKind, FileFacts, FileId, FileRole, Labels, Position, Project, Reference,
    SymbolKind, TypeCounts, Unresolved, UnresolvedReason,
};

/// Facts of the file `id`.
pub(super) fn resolve(
    index: &Index,
    project: &Project,
    id: FileId,
    extract: &FileExtract,
) -> FileFacts {
    let mut facts = own_facts(extract);
    let Some((position, file)) = index
        .by_id
        .get(&id)
        .and_then(|&at| Some((at, index.file(at)?)))
    else {
        return facts;
    };
    let Some(pack) = file.pack.and_then(|pack| index.pack(pack)) else {
        facts.module = project
            .source(id)
            .path
            .rsplit_once('/')
            .map_or("", |(dir, _)| dir)
            .to_owned();
        return facts;
    };
    facts.module.clone_from(&pack.path);
    if extract.build == Build::Inactive && pack.active {
        return facts;
    }
    let test = file.test || project.source(id).role == FileRole::Test;
    let mut resolver = Resolver {
        index,
        file,
        position,
        labels: if test { Labels::TEST } else { Labels::NONE },
        first_use: vec![None; file.imports.len()],
        reached: FxHashSet::default(),
        facts: &mut facts,
    };
    resolver.symbols();
    resolver.keys();
    resolver.imports();
    facts.references.sort_by_key(|reference| reference.at);
    facts
}

fn own_facts(extract: &FileExtract) -> FileFacts {
    let declared = |kind: SymbolKind| {
        extract
            .declarations
            .iter()
            .filter(move |declared| declared.kind == kind)
            .count()
    };
    let count = |kind| u32::try_from(declared(kind)).unwrap_or(u32::MAX);
    FileFacts {
        lines: extract.lines,
        complexity: Some(extract.complexity),
        types: TypeCounts {
            abstract_types: count(SymbolKind::AbstractType),
            concrete_types: count(SymbolKind::Type),
        },
        declarations: extract
            .declarations
            .iter()
            .map(|declared| declaration(extract, declared))
            .collect(),
        functions: extract.functions.clone(),
        ..FileFacts::default()
    }
}

fn declaration(extract: &FileExtract, declared: &Declared) -> Declaration {
    let name = extract.names.get(declared.name);
    let public = name.chars().next().is_some_and(char::is_uppercase);
    Declaration {
        name: name.into(),
        kind: declared.kind,
        public,
        at: declared.at,
    }
}

struct Resolver<'a> {
    index: &'a Index,
    file: &'a File,
    position: FileIndex,
    labels: Labels,
    /// Per import, the first definition that is reached through it.
    first_use: Vec<Option<Definition>>,
    /// Files that something of this file leads to.
    reached: FxHashSet<FileIndex>,
    facts: &'a mut FileFacts,
}

impl Resolver<'_> {
    fn symbols(&mut self) {
        let extract = &self.file.extract;
        let meanings: Vec<Meaning> = extract
            .uses
            .iter()
            .map(|&used| meaning(self.index, self.file, used))
            .collect();
        let mut names = vec![None; meanings.len()];
        for place in &extract.references {
            let Some(&meaning) = meanings.get(place.of as usize) else {
                continue;
            };
            self.count(meaning, place);
            let Meaning::Declared(definition, import) = meaning else {
                continue;
            };
            if let Some(first) = import.and_then(|import| self.first_use.get_mut(import as usize)) {
                first.get_or_insert(definition);
            }
            if definition.file != self.position {
                let Some(name) = names.get_mut(place.of as usize) else {
                    continue;
                };
                let name = *name.get_or_insert_with(|| self.name_of(definition));
                let kind = if place.inherits {
                    EdgeKind::Inherit
                } else {
                    EdgeKind::Reference
                };
                self.refer(definition.file, Some(name), kind, Labels::NONE, place.at);
            }
        }
    }

    fn count(&mut self, meaning: Meaning, place: &Place) {
        match meaning {
            Meaning::Declared(..) => self.facts.tally.resolved += 1,
            Meaning::External => self.facts.tally.external += 1,
            Meaning::Builtin => {}
            Meaning::Unknown => {
                self.facts.tally.unresolved += 1;
                let extract = &self.file.extract;
                let Some(used) = extract.uses.get(place.of as usize) else {
                    return;
                };
                let name = extract.names.get(used.name);
                let text = match used.selected {
                    Some(selected) => format!("{name}.{}", extract.names.get(selected)).into(),
                    None => name.into(),
                };
                self.facts.unresolved.push(Unresolved {
                    text,
                    reason: UnresolvedReason::NotFound,
                    at: place.at,
                });
            }
        }
    }

    fn name_of(&mut self, definition: Definition) -> u32 {
        let file = self.index.file(definition.file);
        let declared = file.and_then(|file| {
            let declared = file
                .extract
                .declarations
                .get(definition.declaration as usize)?;
            Some(file.extract.names.get(declared.name))
        });
        self.facts.names.push(declared.unwrap_or("").into());
        u32::try_from(self.facts.names.len() - 1).unwrap_or(u32::MAX)
    }

    fn refer(
        &mut self,
        to: FileIndex,
        name: Option<u32>,
        kind: EdgeKind,
        labels: Labels,
        at: Position,
    ) {
        let Some(target) = self.index.file(to) else {
            return;
        };
        self.reached.insert(to);
        let mut labels = self.labels.with(labels);
        if target.pack == self.file.pack {
            labels = labels.with(Labels::IMPLICIT);
        }
        if target.extract.conditional || self.file.extract.conditional {
            labels = labels.with(Labels::CFG);
        }
        self.facts.references.push(Reference {
            to: target.id,
            via: None,
            name,
            kind,
            labels,
            at,
        });
    }

    /// Keys of literals of named types: a field couples to where the struct is written out,
    /// a name couples to its declaration.
    fn keys(&mut self) {
        let extract = &self.file.extract;
        for key in &extract.keys {
            let Some(&used) = extract.uses.get(key.of as usize) else {
                continue;
            };
            match solid(self.index, self.position, key.shape, 0) {
                Solid::Struct(owner) if owner != self.position && !self.reaches(owner) => {
                    self.facts.names.push(extract.names.get(used.name).into());
                    let name = u32::try_from(self.facts.names.len() - 1).ok();
                    let by_type = if self.imports_package_of(owner) {
                        Labels::NONE
                    } else {
                        Labels::INFERRED
                    };
                    self.refer(owner, name, EdgeKind::Reference, by_type, key.at);
                }
                Solid::Map(..) | Solid::List(..) => {
                    let meaning = meaning(self.index, self.file, used);
                    let Meaning::Declared(definition, _) = meaning else {
                        continue;
                    };
                    self.facts.tally.resolved += 1;
                    if definition.file != self.position {
                        let name = self.name_of(definition);
                        self.refer(
                            definition.file,
                            Some(name),
                            EdgeKind::Reference,
                            Labels::NONE,
                            key.at,
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether this file sees the package of `file`; through an alias of a package in between, only
    /// the type of a literal leads there.
    fn imports_package_of(&self, file: FileIndex) -> bool {
        let pack = self.index.file(file).and_then(|file| file.pack);
        let mut imports = self.file.imports.iter();
        pack == self.file.pack || imports.any(|import| import.pack == pack)
    }

    fn reaches(&self, file: FileIndex) -> bool {
        self.reached.contains(&file)
    }

    fn imports(&mut self) {
        for (at, import) in self.file.extract.imports.iter().enumerate() {
            let Some(pack) = self.file.imports.get(at).and_then(|import| import.pack) else {
                self.facts.tally.external += 1;
                continue;
            };
            self.facts.tally.resolved += 1;
            let used = self
                .first_use
                .get(at)
                .copied()
                .flatten()
                .map(|definition| definition.file);
            let targets = match used {
                Some(file) => vec![file],
                None => self.initialised(pack, import.alias),
            };
            for file in targets {
                if file != self.position {
                    self.refer(file, None, EdgeKind::Import, Labels::NONE, import.at);
                }
            }
        }
    }

    /// The files that an import without uses runs: those with `init`, else the package's first.
    fn initialised(&self, pack: u32, alias: Alias) -> Vec<FileIndex> {
        let files = self.index.pack(pack).map_or(&[][..], |pack| &pack.files);
        let built = |file: &File| !file.test && file.extract.build == Build::Active;
        let plain = || {
            files
                .iter()
                .copied()
                .filter(|&file| self.index.file(file).is_some_and(built))
        };
        let has_init = |file: &FileIndex| {
            self.index
                .file(*file)
                .is_some_and(|file| file.extract.has_init)
        };
        let mut found: Vec<FileIndex> = plain().filter(has_init).collect();
        if found.is_empty() || alias != Alias::Blank {
            found = plain()
                .next()
                .or(files.first().copied())
                .into_iter()
                .collect();
        }
        found
    }
}
