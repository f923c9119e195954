//! Turns what a TypeScript file says into references to other files.
//!
//! In: [`Extract`], [`Index`]. Out: [`FileFacts`].
//! Invariant: each import gives its import edge and the symbols behind it.
//! Never: an edge from a name that no import binds.

use rustc_hash::FxHashMap;

use super::extract::{Binding, Extract, Import, ImportKind, Use};
use super::names::{Index, Table, Target};
use super::paths::Meaning;
use crate::model::{
    EdgeKind, FileFacts, FileId, FileRole, Labels, Position, Project, Reference, Unresolved,
    UnresolvedReason,
};

/// How the uses of a binding ended.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// Handed on by `export { x }`.
    exported: bool,
    /// Used in any other way.
    other: bool,
    value: bool,
    in_type: bool,
    direct: bool,
    behind: bool,
}

struct Resolver<'a> {
    index: &'a Index,
    extract: &'a Extract,
    table: &'a Table,
    file: FileId,
    facts: FileFacts,
    name_ids: FxHashMap<&'a str, u32>,
    /// What each binding stands for.
    targets: Vec<Option<Target<'a>>>,
    usage: Vec<Usage>,
    base_labels: Labels,
}

/// Where a reference stands and what marks it.
#[derive(Clone, Copy)]
struct Place {
    kind: EdgeKind,
    labels: Labels,
    at: Position,
}

impl Place {
    fn labelled(self, label: Labels, wanted: bool) -> Self {
        if wanted {
            Self {
                labels: self.labels.with(label),
                ..self
            }
        } else {
            self
        }
    }
}

/// The facts of one file.
pub(super) fn resolve(
    index: &Index,
    project: &Project,
    file: FileId,
    extract: &Extract,
) -> FileFacts {
    let source = project.source(file);
    let facts = FileFacts {
        module: source
            .path
            .rsplit_once('/')
            .map_or("", |(dir, _)| dir)
            .to_owned(),
        lines: extract.lines,
        complexity: Some(extract.complexity),
        types: extract.types,
        declarations: extract.declarations.clone(),
        functions: extract.functions.clone(),
        ..FileFacts::default()
    };
    let Some(table) = index.table(file) else {
        return facts;
    };
    let test = if source.role == FileRole::Test {
        Labels::TEST
    } else {
        Labels::NONE
    };
    let base_labels = if extract.module.declaration {
        test.with(Labels::TYPE_ONLY)
    } else {
        test
    };
    let count = extract.module.bindings.len();
    let target = |id: usize| index.binding(file, u32::try_from(id).unwrap_or(u32::MAX));
    let mut resolver = Resolver {
        index,
        extract,
        table,
        file,
        facts,
        name_ids: FxHashMap::default(),
        targets: (0..count).map(target).collect(),
        usage: vec![Usage::default(); count],
        base_labels,
    };
    resolver.uses();
    resolver.bindings();
    resolver.statements();
    resolver.globals(project, &source.path);
    resolver.finish()
}

impl<'a> Resolver<'a> {
    fn finish(mut self) -> FileFacts {
        for (text, at) in &self.extract.computed {
            self.unresolved(text, UnresolvedReason::Computed, *at);
        }
        self.facts
            .references
            .sort_by_key(|reference| (reference.at, reference.kind, reference.to, reference.name));
        self.facts.references.dedup();
        self.facts
            .unresolved
            .sort_by_key(|unresolved| unresolved.at);
        self.facts
    }

    fn name(&mut self, text: &'a str) -> u32 {
        let names = &mut self.facts.names;
        *self.name_ids.entry(text).or_insert_with(|| {
            names.push(text.into());
            u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn unresolved(&mut self, text: &str, reason: UnresolvedReason, at: Position) {
        self.facts.tally.unresolved += 1;
        self.facts.unresolved.push(Unresolved {
            text: text.into(),
            reason,
            at,
        });
    }

    fn refer(&mut self, to: FileId, via: Option<FileId>, name: Option<&'a str>, place: Place) {
        if to == self.file {
            return;
        }
        let name = name.map(|name| self.name(name));
        let via = via.filter(|via| *via != to && *via != self.file);
        let labels = place.labels.with(self.base_labels);
        self.facts.references.push(Reference {
            to,
            via,
            name,
            kind: place.kind,
            labels,
            at: place.at,
        });
    }

    fn target(&mut self, target: Target<'a>, via: Option<FileId>, place: Place) {
        match target {
            Target::Symbol(file, name, is_type) => {
                self.refer(
                    file,
                    via,
                    Some(name),
                    place.labelled(Labels::TYPE_ONLY, is_type),
                );
            }
            Target::Module(file) => self.refer(file, via, None, place),
            Target::External => {}
        }
    }

    fn import_of(&self, binding: &Binding) -> Option<(&'a Import, Meaning)> {
        let import = self.extract.module.imports.get(binding.import as usize)?;
        Some((import, *self.table.meanings.get(binding.import as usize)?))
    }

    fn uses(&mut self) {
        let extract = self.extract;
        for used in &extract.uses {
            let id = used.binding as usize;
            let Some(binding) = extract.module.bindings.get(id) else {
                continue;
            };
            let Some(Some(start)) = self.targets.get(id).copied() else {
                continue;
            };
            let meaning = self.import_of(binding).map(|(_, meaning)| meaning);
            let written = if let Some(Meaning::File(file)) = meaning {
                Some(file)
            } else {
                None
            };
            let start = self.ambient_member(binding, used).unwrap_or(start);
            let (end, via) = self.follow(start, written, used);
            self.note_usage(id, used, end, written);
            match end {
                Target::External => self.facts.tally.external += 1,
                _ => self.facts.tally.resolved += 1,
            }
            let kind = if used.inherit {
                EdgeKind::Inherit
            } else {
                EdgeKind::Reference
            };
            let place = Place {
                kind,
                labels: Labels::NONE,
                at: used.at,
            };
            if !(used.exported && matches!(end, Target::Module(_))) {
                let type_only = used.in_type || binding.type_only;
                self.target(end, via, place.labelled(Labels::TYPE_ONLY, type_only));
            }
        }
    }

    /// `ns.name`, where `ns` is a module that some file only declares.
    fn ambient_member(&self, binding: &'a Binding, used: &'a Use) -> Option<Target<'a>> {
        let (import, meaning) = self.import_of(binding)?;
        let name = used.chain.first().filter(|_| binding.imported.is_none())?;
        let file = match meaning {
            Meaning::File(file) => self.index.scattered(self.table, file, &import.path, name),
            Meaning::External | Meaning::Missing => {
                self.index.ambient(self.table, &import.path, name)
            }
        }?;
        Some(Target::Symbol(file, name, true))
    }

    fn note_usage(&mut self, id: usize, used: &Use, end: Target<'a>, written: Option<FileId>) {
        let Some(usage) = self.usage.get_mut(id) else {
            return;
        };
        let is_type = matches!(end, Target::Symbol(_, _, true));
        usage.exported |= used.exported;
        usage.other |= !used.exported;
        usage.in_type |= used.in_type || is_type;
        usage.value |= !(used.in_type || is_type);
        match end {
            Target::Symbol(file, ..) | Target::Module(file) if Some(file) != written => {
                usage.behind = true;
            }
            _ => usage.direct = true,
        }
    }

    /// Takes members from namespaces, as far as they are namespaces.
    fn follow(
        &self,
        start: Target<'a>,
        via: Option<FileId>,
        used: &'a Use,
    ) -> (Target<'a>, Option<FileId>) {
        let (mut now, mut via) = (start, via);
        for member in &used.chain {
            let Target::Module(file) = now else { break };
            let Some(next) = self.index.export(file, member) else {
                break;
            };
            (now, via) = (next, Some(file));
        }
        (now, via)
    }

    fn bindings(&mut self) {
        let extract = self.extract;
        for (id, binding) in extract.module.bindings.iter().enumerate() {
            let Some((import, meaning)) = self.import_of(binding) else {
                continue;
            };
            let usage = self.usage.get(id).copied().unwrap_or_default();
            let target = self.targets.get(id).copied().flatten();
            let is_type = matches!(target, Some(Target::Symbol(_, _, true)));
            let type_only =
                binding.type_only || import.type_only || is_type || usage.in_type && !usage.value;
            self.binding(binding, import, meaning, target, usage, type_only);
        }
    }

    fn binding(
        &mut self,
        binding: &'a Binding,
        import: &'a Import,
        meaning: Meaning,
        target: Option<Target<'a>>,
        usage: Usage,
        type_only: bool,
    ) {
        let handed_on = usage.exported && !usage.other;
        let kind = if import.kind == ImportKind::Reexport || handed_on {
            EdgeKind::Reexport
        } else {
            EdgeKind::Import
        };
        let place = Place {
            kind,
            labels: Labels::NONE,
            at: binding.at,
        }
        .labelled(Labels::TYPE_ONLY, type_only);
        let symbol = Place {
            kind: EdgeKind::Reference,
            ..place
        };
        let Meaning::File(written) = meaning else {
            return self.outside(import, binding, meaning, target, symbol);
        };
        self.facts.tally.resolved += 1;
        match target {
            Some(Target::Symbol(file, ..) | Target::Module(file)) if file != written => {
                self.refer(
                    written,
                    None,
                    binding.imported.as_deref(),
                    place.labelled(Labels::FACADE, true),
                );
                let whole = matches!(target, Some(Target::Module(_)));
                if !(whole && (usage.other || usage.exported)) {
                    target
                        .into_iter()
                        .for_each(|target| self.target(target, Some(written), symbol));
                }
            }
            Some(Target::Module(_)) => {
                let facade = usage.behind && !usage.direct;
                self.refer(written, None, None, place.labelled(Labels::FACADE, facade));
            }
            Some(target @ Target::Symbol(..)) => {
                self.refer(written, None, binding.imported.as_deref(), place);
                self.target(target, None, symbol);
            }
            Some(Target::External) => self.refer(written, None, binding.imported.as_deref(), place),
            None => {
                self.facts.tally.resolved -= 1;
                self.refer(written, None, binding.imported.as_deref(), place);
                let name = binding.imported.as_deref().unwrap_or("*");
                self.unresolved(
                    &format!("{}#{name}", import.path),
                    UnresolvedReason::NotFound,
                    binding.at,
                );
            }
        }
    }

    fn outside(
        &mut self,
        import: &Import,
        binding: &Binding,
        meaning: Meaning,
        target: Option<Target<'a>>,
        symbol: Place,
    ) {
        match (target, meaning) {
            (Some(target @ Target::Symbol(..)), _) => {
                self.facts.tally.resolved += 1;
                self.target(target, None, symbol);
            }
            (_, Meaning::Missing) => {
                self.unresolved(&import.path, UnresolvedReason::NotFound, binding.at);
            }
            _ => self.facts.tally.external += 1,
        }
    }

    /// Imports that bind nothing.
    fn statements(&mut self) {
        let extract = self.extract;
        for (import, meaning) in extract
            .module
            .imports
            .iter()
            .zip(&self.table.meanings)
            .filter(|(import, _)| import.bare)
        {
            let kind = if import.kind == ImportKind::Reexport {
                EdgeKind::Reexport
            } else {
                EdgeKind::Import
            };
            let place = Place {
                kind,
                labels: Labels::NONE,
                at: import.at,
            }
            .labelled(Labels::TYPE_ONLY, import.type_only)
            .labelled(Labels::DYNAMIC, import.kind == ImportKind::Dynamic);
            match meaning {
                Meaning::File(file) => {
                    self.facts.tally.resolved += 1;
                    let barrel = import.kind == ImportKind::Reexport && self.is_barrel(*file);
                    self.refer(*file, None, None, place.labelled(Labels::FACADE, barrel));
                }
                Meaning::External => self.facts.tally.external += 1,
                Meaning::Missing if self.index.is_ambient(&import.path) => {
                    self.facts.tally.external += 1;
                }
                Meaning::Missing => {
                    self.unresolved(&import.path, UnresolvedReason::NotFound, import.at);
                }
            }
        }
    }

    fn is_barrel(&self, file: FileId) -> bool {
        self.index.table(file).is_some_and(|table| {
            let module = &table.module;
            module.barrel
                && module.is_module
                && !(module.stars.is_empty() && module.exports.is_empty())
        })
    }

    fn globals(&mut self, project: &Project, path: &str) {
        let extract = self.extract;
        for free in &extract.free {
            let mut files = self.index.global(project, path, free);
            files.extend(self.index.beside(self.table, &free.name));
            for file in files {
                let place = Place {
                    kind: EdgeKind::Reference,
                    labels: Labels::NONE,
                    at: free.at,
                };
                let declaration = self
                    .index
                    .table(file)
                    .is_some_and(|table| table.module.declaration);
                self.facts.tally.resolved += 1;
                self.refer(
                    file,
                    None,
                    Some(&free.name),
                    place
                        .labelled(Labels::TYPE_ONLY, declaration || free.in_types)
                        .labelled(Labels::IMPLICIT, true),
                );
            }
        }
    }
}
