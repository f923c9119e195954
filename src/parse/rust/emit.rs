//! Turns the extract of one file into facts with the help of the index.
//!
//! In: the index, an extract. Out: [`FileFacts`].
//! Invariant: references in source order; one tally per written path, however many trees hold the file.
//! Never: an edge of a file that no root reaches.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::facts::{Extract, Import, ImportKind, Name, PathUse, Spaces, Visibility};
use super::imports::{ask, crate_named, symbols};
use super::index::{Definition, Index, Instance, ModuleId, NONE, Symbol};
use super::lookup::{Answer, Ask, Hit};
use super::names::module_name;
use super::places;
use crate::model::{
    EdgeKind, FileFacts, FileId, Labels, Position, Project, Reference, Tally, Unresolved,
    UnresolvedReason,
};

/// What identifies a reference: where it stands, where it leads, how.
type Key = (Position, EdgeKind, FileId, Option<Symbol>, Option<FileId>);

/// Collects the references of one file over all of its instances.
struct Emitter<'a> {
    index: &'a Index,
    file: FileId,
    extract: &'a Extract,
    number: u32,
    found: BTreeMap<Key, Labels>,
    /// Labels of the current instance.
    labels: Labels,
    /// The scope of the current path.
    scope: ModuleId,
    /// Names that stand alone where a macro may stand.
    macros: FxHashSet<Name>,
}

/// How a path ended, better ones first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Resolved,
    External,
    Ignored,
    Unresolved(UnresolvedReason),
}

pub(super) fn facts(
    index: &Index,
    project: &Project,
    file: FileId,
    extract: &Extract,
) -> FileFacts {
    let number = index.extract_of.get(&file).copied().unwrap_or(NONE);
    let instances: Vec<&Instance> = index
        .instances_of
        .get(number as usize)
        .into_iter()
        .flatten()
        .filter_map(|instance| index.instances.get(*instance as usize))
        .collect();
    let mut emitter = Emitter {
        index,
        file,
        extract,
        number,
        found: BTreeMap::new(),
        labels: Labels::NONE,
        scope: NONE,
        macros: macros(extract),
    };
    let (tally, unresolved) = emitter.all(project, &instances);
    let mut facts = FileFacts {
        module: module_name(index, project, file, instances.first().copied()),
        lines: extract.lines,
        complexity: Some(extract.complexity),
        types: extract.types,
        declarations: extract.declarations.clone(),
        functions: extract.functions.clone(),
        contains: contained(index, project, file),
        tally,
        unresolved,
        ..FileFacts::default()
    };
    emitter.write(&mut facts);
    facts
}

fn conditional(hit: &Hit) -> Labels {
    if hit.conditional {
        Labels::CFG
    } else {
        Labels::NONE
    }
}

/// Names that stand alone where a macro may stand.
fn macros(extract: &Extract) -> FxHashSet<Name> {
    let paths = extract.paths.iter();
    let alone = paths.filter(|path| path.len == 1 && path.spaces.has(Spaces::MACROS));
    let names = alone.filter_map(|path| extract.segments.get(path.first as usize));
    names.copied().collect()
}

/// Files that `mod x;` of this file brings in.
fn contained(index: &Index, _: &Project, file: FileId) -> Vec<FileId> {
    let mut files = index.contained.get(&file).cloned().unwrap_or_default();
    files.sort_unstable();
    files.dedup();
    files
}

impl Emitter<'_> {
    fn all(&mut self, project: &Project, instances: &[&Instance]) -> (Tally, Vec<Unresolved>) {
        let mut tally = Tally::default();
        let mut unresolved = Vec::new();
        if instances.is_empty() {
            return (tally, unresolved);
        }
        let extract = self.extract;
        for import in &extract.imports {
            let outcome = self.best(instances, |emitter, instance| {
                emitter.import(instance, import)
            });
            self.count(&import.path, outcome, &mut tally, &mut unresolved);
        }
        for path in &extract.paths {
            let outcome = self.best(instances, |emitter, instance| emitter.path(instance, path));
            self.count(path, outcome, &mut tally, &mut unresolved);
        }
        for path in &extract.of_self {
            for instance in instances {
                self.labels = instance.labels;
                self.of_self(instance, path);
            }
        }
        self.includes(project, instances, &mut tally, &mut unresolved);
        unresolved.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
        (tally, unresolved)
    }

    fn best(
        &mut self,
        instances: &[&Instance],
        mut look: impl FnMut(&mut Self, &Instance) -> Outcome,
    ) -> Outcome {
        let mut best = Outcome::Unresolved(UnresolvedReason::OutsideRoot);
        for instance in instances {
            self.labels = instance.labels;
            best = best.min(look(self, instance));
        }
        best
    }

    fn count(
        &self,
        path: &PathUse,
        outcome: Outcome,
        tally: &mut Tally,
        unresolved: &mut Vec<Unresolved>,
    ) {
        match outcome {
            Outcome::Resolved => tally.resolved += 1,
            Outcome::External => tally.external += 1,
            Outcome::Ignored => {}
            Outcome::Unresolved(reason) => {
                match reason {
                    UnresolvedReason::Ambiguous => tally.ambiguous += 1,
                    _ => tally.unresolved += 1,
                }
                unresolved.push(Unresolved {
                    text: self.text(path),
                    reason,
                    at: path.at,
                });
            }
        }
    }

    fn text(&self, path: &PathUse) -> Box<str> {
        let first = path.first as usize;
        let names = self
            .extract
            .segments
            .get(first..first + usize::from(path.len))
            .unwrap_or_default();
        let names: Vec<&str> = names
            .iter()
            .filter_map(|name| self.extract.names.get(*name as usize))
            .map(|name| &**name)
            .collect();
        format!(
            "{}{}",
            if path.rooted { "::" } else { "" },
            names.join("::")
        )
        .into()
    }

    fn import(&mut self, instance: &Instance, import: &Import) -> Outcome {
        let Some(&module) = instance.modules.get(import.path.scope as usize) else {
            return Outcome::Ignored;
        };
        self.scope = module;
        let path = symbols(self.index, self.number, self.extract, &import.path);
        if let ImportKind::ExternCrate { .. } = import.kind {
            return match crate_named(self.index, instance.krate, path.first().copied()) {
                Some(Definition::Module(root)) => {
                    self.import_edge(root, None, None, &import.path, Labels::NONE);
                    Outcome::Resolved
                }
                Some(_) => Outcome::External,
                None => Outcome::Unresolved(UnresolvedReason::NotFound),
            };
        }
        let mut answer = self
            .index
            .look_up(&path, self.ask(module, &import.path, true));
        self.leave_out_macros(import, &mut answer);
        self.answer(&path, &import.path, &answer)
    }

    /// A private import of a trait and of the derive with its name brings in both: the macro counts where
    /// the file uses it.
    fn leave_out_macros(&self, import: &Import, answer: &mut Answer) {
        let ImportKind::Named(name) = import.kind else {
            return;
        };
        let only_macro = |hit: &Hit| hit.space == Spaces::MACROS.0;
        let private = import.visibility == Visibility::Private;
        if private
            && answer.hits.iter().any(only_macro)
            && !answer.hits.iter().all(only_macro)
            && !self.macros.contains(&name)
        {
            answer.hits.retain(|hit| !only_macro(hit));
        }
    }

    fn path(&mut self, instance: &Instance, written: &PathUse) -> Outcome {
        let Some(&module) = instance.modules.get(written.scope as usize) else {
            return Outcome::Ignored;
        };
        self.scope = module;
        let path = symbols(self.index, self.number, self.extract, written);
        let answer = self.index.look_up(&path, self.ask(module, written, false));
        match self.answer(&path, written, &answer) {
            Outcome::External if self.is_language(written, &path) => Outcome::Ignored,
            outcome => outcome,
        }
    }

    /// `Self::item`: only the file of the item is new.
    fn of_self(&mut self, instance: &Instance, written: &PathUse) {
        let Some(&module) = instance.modules.get(written.scope as usize) else {
            return;
        };
        self.scope = module;
        let path = symbols(self.index, self.number, self.extract, written);
        let answer = self.index.look_up(&path, self.ask(module, written, false));
        for hit in answer.hits.iter().filter(|hit| hit.rest > 0) {
            self.associated(&path, written, hit, self.file, conditional(hit));
        }
    }

    /// Whether a path is `test`, an attribute of the language unless a macro of the tree has its name.
    fn is_language(&self, written: &PathUse, path: &[Symbol]) -> bool {
        let test = |name: &Symbol| self.index.names.name(*name) == "test";
        written.spaces == Spaces::MACROS && matches!(path, [name] if test(name))
    }

    /// Dev-dependencies can be named in tests, and under conditions that may be those of a test.
    fn ask(&self, module: ModuleId, path: &PathUse, in_use: bool) -> Ask {
        let labels = self.labels.with(path.labels);
        Ask {
            dev: labels.any(Labels::TEST.with(Labels::CFG)),
            ..ask(module, path, in_use)
        }
    }

    fn answer(&mut self, path: &[Symbol], written: &PathUse, answer: &Answer) -> Outcome {
        let inside =
            |hit: &Hit| !matches!(hit.definition, Definition::External | Definition::Missing);
        for hit in &answer.hits {
            self.hit(path, written, hit);
        }
        let external = |hit: &Hit| hit.definition == Definition::External;
        if answer.hits.iter().any(inside) {
            Outcome::Resolved
        } else if answer.hits.iter().any(external) {
            Outcome::External
        } else {
            self.miss(path, written, answer)
        }
    }

    fn miss(&mut self, path: &[Symbol], written: &PathUse, answer: &Answer) -> Outcome {
        let anchored = path
            .first()
            .is_some_and(|first| *first < super::read::SELF_TYPE);
        if written.optional && !anchored {
            return Outcome::Ignored;
        }
        // The module is known, only what it has to offer is not.
        let own = self.index.module(self.scope).map(|scope| scope.nearest);
        if let Some(module) = answer.missed_in.filter(|missed| Some(*missed) != own) {
            self.import_edge(module, None, None, written, Labels::NONE);
        }
        let module = answer
            .missed_in
            .and_then(|module| self.index.module(module));
        let by_macro = module.is_some_and(|module| !module.macro_names.is_empty());
        let missing = answer
            .hits
            .iter()
            .any(|hit| hit.definition == Definition::Missing);
        Outcome::Unresolved(match (by_macro, missing) {
            (true, _) => UnresolvedReason::MacroExpansion,
            (_, true) => UnresolvedReason::Generated,
            _ => UnresolvedReason::NotFound,
        })
    }

    fn hit(&mut self, path: &[Symbol], written: &PathUse, hit: &Hit) {
        let labels = conditional(hit);
        let via = self.handed_on(written, hit, labels);
        match hit.definition {
            Definition::Made(module) => {
                let labels = labels.with(Labels::MACRO);
                let name = named(path, hit);
                let to = self.index.module(module).map(|module| module.file);
                if let Some(through) = hit.module {
                    let through_file = self.index.module(through).map(|module| module.file);
                    let facade = if through_file == to {
                        Labels::NONE
                    } else {
                        Labels::FACADE
                    };
                    self.import_edge(through, name, via, written, labels.with(facade));
                }
                self.symbol_edge(to, None, name, written, labels);
            }
            Definition::Module(module) => self.import_edge(module, None, via, written, labels),
            Definition::Item { extract, item } => {
                self.item(path, written, (hit, via), (extract, item), labels);
            }
            // A module of the tree that hands on what is not of the tree.
            Definition::External => {
                if let Some(through) = hit.module {
                    let name = named(path, hit);
                    self.import_edge(through, name, via, written, labels.with(Labels::FACADE));
                }
                if hit.rest > 0
                    && let Some(file) = self.index.extension(path, self.scope)
                {
                    self.symbol_edge(Some(file), None, path.last().copied(), written, labels);
                }
            }
            Definition::Missing => {}
        }
    }

    /// The file that hands on a module of the path without containing it (`grep::cli::x` where the
    /// crate `grep` re-exports a whole crate): the path depends on it, too.
    fn handed_on(&mut self, written: &PathUse, hit: &Hit, labels: Labels) -> Option<FileId> {
        let module = hit.through?;
        self.import_edge(module, None, None, written, labels.with(Labels::FACADE));
        let file = self.index.module(module).map(|module| module.file);
        file.filter(|file| *file != self.file)
    }

    fn item(
        &mut self,
        path: &[Symbol],
        written: &PathUse,
        (hit, handed_on): (&Hit, Option<FileId>),
        (extract, item): (u32, u32),
        labels: Labels,
    ) {
        let Some(&(file, name)) = self
            .index
            .item_places
            .get(extract as usize)
            .and_then(|items| items.get(item as usize))
        else {
            return;
        };
        let mut via = None;
        if let Some(module) = hit.module {
            let through = self.index.module(module).map(|module| module.file);
            via = through.filter(|through| *through != file);
            let facade = if via.is_some() {
                Labels::FACADE
            } else {
                Labels::NONE
            };
            let labels = labels.with(facade);
            self.import_edge(module, Some(name), handed_on, written, labels);
        }
        self.symbol_edge(Some(file), via, Some(name), written, labels);
        if hit.rest > 0 {
            self.associated(path, written, hit, file, labels);
        }
    }

    /// The file of an item that a path reaches through its type, where that is not the type's own.
    fn associated(
        &mut self,
        path: &[Symbol],
        written: &PathUse,
        hit: &Hit,
        file: FileId,
        labels: Labels,
    ) {
        let of = self.index.unaliased(hit.definition);
        let next = path.len().checked_sub(hit.rest);
        let Some(&next) = next.and_then(|next| path.get(next)) else {
            return;
        };
        match self.files_of_associated(of, next).as_slice() {
            [only] if *only != file => {
                self.symbol_edge(Some(*only), None, Some(next), written, labels);
            }
            // A variant, or what a derive makes, is found where the type behind an alias is.
            [] if of != hit.definition => self.symbol_of(of, written, labels),
            _ => {}
        }
    }

    /// The files that give an associated item to a type, as far as the crate at hand sees them.
    fn files_of_associated(&self, of: Definition, name: Symbol) -> Vec<FileId> {
        let krate = self.index.module(self.scope).map(|module| module.krate);
        let known = self.index.associated.get(&(of, name));
        let seen = known.into_iter().flatten();
        let seen = seen.filter(|(_, alone)| alone.is_none() || *alone == krate);
        let files: BTreeSet<FileId> = seen.map(|(file, _)| *file).collect();
        files.into_iter().collect()
    }

    fn symbol_of(&mut self, definition: Definition, written: &PathUse, labels: Labels) {
        let Definition::Item { extract, item } = definition else {
            return;
        };
        let items = self.index.item_places.get(extract as usize);
        if let Some(&(to, name)) = items.and_then(|items| items.get(item as usize)) {
            self.symbol_edge(Some(to), None, Some(name), written, labels);
        }
    }

    fn import_edge(
        &mut self,
        module: u32,
        name: Option<Symbol>,
        via: Option<FileId>,
        written: &PathUse,
        labels: Labels,
    ) {
        let Some(to) = self.index.module(module).map(|module| module.file) else {
            return;
        };
        let kind = if written.kind == EdgeKind::Reexport {
            EdgeKind::Reexport
        } else {
            EdgeKind::Import
        };
        let via = via.filter(|via| *via != to);
        self.add(
            (written.at, kind, to, name, via),
            labels.with(written.labels),
        );
    }

    fn symbol_edge(
        &mut self,
        to: Option<FileId>,
        via: Option<FileId>,
        name: Option<Symbol>,
        written: &PathUse,
        labels: Labels,
    ) {
        let Some(to) = to else { return };
        let kind = if written.kind == EdgeKind::Inherit {
            EdgeKind::Inherit
        } else {
            EdgeKind::Reference
        };
        self.add(
            (written.at, kind, to, name, via),
            labels.with(written.labels),
        );
    }

    fn add(&mut self, key: Key, labels: Labels) {
        if key.2 == self.file {
            return;
        }
        let labels = labels.with(self.labels);
        self.found
            .entry(key)
            .and_modify(|known| *known = known.common(labels))
            .or_insert(labels);
    }

    fn includes(
        &mut self,
        project: &Project,
        instances: &[&Instance],
        tally: &mut Tally,
        unresolved: &mut Vec<Unresolved>,
    ) {
        for include in &self.extract.includes {
            let target = include
                .path
                .as_deref()
                .and_then(|path| places::included(project, self.file, path));
            if let Some(to) = target {
                tally.resolved += 1;
                for instance in instances {
                    self.labels = instance.labels;
                    self.add(
                        (include.at, EdgeKind::Import, to, None, None),
                        include.labels,
                    );
                }
            } else {
                tally.unresolved += 1;
                let text = include.path.as_deref().unwrap_or("include!(…)").into();
                let reason = if include.path.is_some() {
                    UnresolvedReason::NotFound
                } else {
                    UnresolvedReason::Generated
                };
                unresolved.push(Unresolved {
                    text,
                    reason,
                    at: include.at,
                });
            }
        }
    }

    fn write(self, facts: &mut FileFacts) {
        let mut numbers: BTreeMap<Symbol, u32> = BTreeMap::new();
        for ((at, kind, to, name, via), labels) in self.found {
            let name = name.map(|name| {
                *numbers.entry(name).or_insert_with(|| {
                    facts.names.push(self.index.names.name(name).into());
                    u32::try_from(facts.names.len() - 1).unwrap_or(NONE)
                })
            });
            facts.references.push(Reference {
                to,
                via,
                name,
                kind,
                labels,
                at,
            });
        }
    }
}

/// The segment of `path` that the hit is.
fn named(path: &[Symbol], hit: &Hit) -> Option<Symbol> {
    let at = path.len().checked_sub(hit.rest + 1)?;
    path.get(at).copied()
}
