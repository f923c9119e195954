//! Turns the extract of one file into facts with the help of the index.
//!
//! In: the index, an extract. Out: [`FileFacts`].
//! Invariant: references in source order; one tally per written path, however many trees hold the file.
//! Never: an edge of a file that no root reaches.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::imports::crate_named;
use super::index::{CrateId, Definition, Index, Instance, ItemKey, ModuleId};
use super::lookup::{Answer, Ask, Hit};
use super::lookup::{ask, symbols};
use super::names::module_name;
use super::places;
use super::read::facts::{Extract, Import, ImportKind, Name, PathUse, Spaces, Visibility};
use super::read::interner::{Reserved, Symbol};
use crate::model::{EdgeKind, FileFacts, FileId, Labels, Position, Project, UnresolvedReason};
use crate::parse::language::facts::{FactsBuilder, Place};

/// What identifies a reference: where it stands, where it leads, how.
type Key = (Position, EdgeKind, FileId, Option<Symbol>, Option<FileId>);

/// Collects the references of one file over all of its instances.
struct Emitter<'a> {
    /// What names are looked up in.
    index: &'a Index,
    /// Files and packages.
    project: &'a Project,
    /// The file.
    file: FileId,
    /// What was read of it.
    extract: &'a Extract,
    /// The file in each of its trees.
    instances: Vec<&'a Instance>,
    /// Counts so far.
    facts: FactsBuilder<'a>,
    /// References so far with their labels, in source order.
    found: BTreeMap<Key, Labels>,
    /// Names that stand alone where a macro may stand.
    macros: FxHashSet<Name>,
}

/// A path as one instance of the file reads it.
#[derive(Clone, Copy)]
struct Asked<'p> {
    /// Its names.
    path: &'p [Symbol],
    /// The path as the file writes it.
    written: &'p PathUse,
    /// The module or block that it stands in.
    from: ModuleId,
    /// Labels of the instance.
    labels: Labels,
}

impl Asked<'_> {
    /// The segment that the hit is.
    fn named(&self, hit: &Hit) -> Symbol {
        self.path[self.path.len() - 1 - hit.rest]
    }
}

/// How a path ended, better ones first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Something of the tree.
    Resolved,
    /// Something of another crate.
    External,
    /// No path after all, or one whose failure tells nothing.
    Ignored,
    /// Nothing that is known.
    Unresolved(UnresolvedReason),
}

/// Facts of a file, over all trees that it is part of; a file in no tree has only those of its own
/// text.
pub(super) fn facts(
    index: &Index,
    project: &Project,
    file: FileId,
    extract: &Extract,
) -> FileFacts {
    let instances = index.extract_of[file].map(|id| index.instances_of[id].iter());
    let instances = instances.into_iter().flatten();
    let instances: Vec<&Instance> = instances.map(|id| &index.instances[*id]).collect();
    let module = module_name(index, project, file, instances.first().copied());
    let mut emitter = Emitter {
        index,
        project,
        file,
        extract,
        instances,
        facts: FactsBuilder::new(file, module, extract.own.clone()),
        found: BTreeMap::new(),
        macros: macros(extract),
    };
    if !emitter.instances.is_empty() {
        emitter.all(project);
    }
    FileFacts {
        contains: contained(index, file),
        ..emitter.finish()
    }
}

/// The label of a meaning that exists only under a condition.
fn conditional(hit: &Hit) -> Labels {
    Labels::CFG.when(hit.conditional)
}

/// Names that stand alone where a macro may stand.
///
/// Such as the attribute `#[serde]` or the derive `Serialize`.
fn macros(extract: &Extract) -> FxHashSet<Name> {
    let paths = extract.paths.iter();
    let alone = paths.filter(|path| path.len == 1 && path.spaces.has(Spaces::MACROS));
    alone.map(|path| extract.segments[path.first]).collect()
}

/// Files that `mod x;` of this file brings in.
fn contained(index: &Index, file: FileId) -> Vec<FileId> {
    let mut files = index.contained.get(&file).cloned().unwrap_or_default();
    files.sort_unstable();
    files.dedup();
    files
}

impl<'a> Emitter<'a> {
    /// Looks at each import, each path and each `include!`.
    fn all(&mut self, project: &Project) {
        let extract = self.extract;
        for import in &extract.imports {
            let outcome = self.best(|emitter, instance| emitter.import(instance, import));
            self.count(&import.path, outcome);
        }
        for path in &extract.paths {
            let outcome = self.best(|emitter, instance| emitter.path(instance, path));
            self.count(path, outcome);
        }
        for path in &extract.of_self {
            self.best(|emitter, instance| emitter.of_self(instance, path));
        }
        self.includes(project);
    }

    /// What comes of a path in the instance where it leads the furthest.
    ///
    /// A file that a library and its tests share may see a name in one of them only. Counting each
    /// instance would make the tally depend on the number of trees.
    fn best(&mut self, mut look: impl FnMut(&mut Self, &'a Instance) -> Outcome) -> Outcome {
        let mut best = Outcome::Unresolved(UnresolvedReason::OutsideRoot);
        for number in 0..self.instances.len() {
            best = best.min(look(self, self.instances[number]));
        }
        best
    }

    /// Counts a path once, by its outcome.
    fn count(&mut self, path: &PathUse, outcome: Outcome) {
        match outcome {
            Outcome::Resolved => self.facts.resolved(),
            Outcome::External => self.facts.external(),
            Outcome::Ignored => {}
            Outcome::Unresolved(reason) => {
                self.facts.unresolved(self.text(path), reason, path.at);
            }
        }
    }

    /// A path as the user sees it: `::a::b`.
    fn text(&self, path: &PathUse) -> String {
        let names = self.extract.segments(path).iter();
        let names: Vec<&str> = names.map(|name| &*self.extract.names[*name]).collect();
        let root = if path.rooted { "::" } else { "" };
        format!("{root}{}", names.join("::"))
    }

    /// Looks an import up and adds what it couples to.
    fn import(&mut self, instance: &Instance, import: &Import) -> Outcome {
        let path = symbols(self.index, instance.extract, self.extract, &import.path);
        let asked = asked(instance, &path, &import.path);
        if let ImportKind::ExternCrate { .. } = import.kind {
            return match crate_named(self.index, instance.krate, path[0]) {
                Some(Definition::Module(root)) => {
                    self.import_edge(asked, root, None, None, Labels::NONE);
                    Outcome::Resolved
                }
                Some(_) => Outcome::External,
                None => Outcome::Unresolved(UnresolvedReason::NotFound),
            };
        }
        let mut answer = self.index.look_up(&path, question(asked, true));
        self.leave_out_macros(import, &mut answer);
        self.answer(asked, &answer)
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

    /// Looks a path up and adds what it couples to.
    fn path(&mut self, instance: &Instance, written: &PathUse) -> Outcome {
        let path = symbols(self.index, instance.extract, self.extract, written);
        let asked = asked(instance, &path, written);
        let answer = self.index.look_up(&path, question(asked, false));
        match self.answer(asked, &answer) {
            Outcome::External if self.is_language(written, &path) => Outcome::Ignored,
            outcome => outcome,
        }
    }

    /// `Self::item`: only the file of the item is new.
    fn of_self(&mut self, instance: &Instance, written: &PathUse) -> Outcome {
        let path = symbols(self.index, instance.extract, self.extract, written);
        let asked = asked(instance, &path, written);
        let answer = self.index.look_up(&path, question(asked, false));
        for hit in answer.hits.iter().filter(|hit| hit.rest > 0) {
            self.associated(asked, hit, self.file, conditional(hit));
        }
        Outcome::Ignored
    }

    /// Whether a path is `test`, an attribute of the language unless a macro of the tree has its name.
    fn is_language(&self, written: &PathUse, path: &[Symbol]) -> bool {
        let test = |name: &Symbol| self.index.names.name(*name) == "test";
        written.spaces == Spaces::MACROS && matches!(path, [name] if test(name))
    }

    /// Adds what each meaning couples to; tells how the path ended.
    ///
    /// Under conditions a path may have several meanings, for example one per system. All of them
    /// count.
    fn answer(&mut self, asked: Asked<'_>, answer: &Answer) -> Outcome {
        let inside =
            |hit: &Hit| !matches!(hit.definition, Definition::External | Definition::Missing);
        for hit in &answer.hits {
            self.hit(asked, hit);
        }
        let external = |hit: &Hit| hit.definition == Definition::External;
        if answer.hits.iter().any(inside) {
            Outcome::Resolved
        } else if answer.hits.iter().any(external) {
            Outcome::External
        } else {
            self.miss(asked, answer)
        }
    }

    /// What a path without a meaning tells.
    ///
    /// `module::missing` still couples to `module`, unless that is where the path stands. The
    /// reason follows from what is there: a macro call that may declare the name, a module whose
    /// file is missing, or neither.
    fn miss(&mut self, asked: Asked<'_>, answer: &Answer) -> Outcome {
        let first = asked.path.first();
        let anchored = first.is_some_and(|first| *first < Symbol::SELF_TYPE);
        if asked.written.optional && !anchored {
            return Outcome::Ignored;
        }
        // The module is known, only what it has to offer is not. Inside of a macro the path may start elsewhere:
        // `super::sql_types` in a `table!` begins in the module that the macro makes.
        let own = self.index.modules[asked.from].nearest;
        let expanded = asked.written.labels.with(Labels::MACRO) == asked.written.labels;
        let known = answer
            .missed_in
            .filter(|missed| *missed != own && !expanded);
        if let Some(module) = known {
            self.import_edge(asked, module, None, None, Labels::NONE);
        }
        let module = answer.missed_in.map(|module| &self.index.modules[module]);
        let by_macro = module.is_some_and(|module| !module.macro_names.is_empty());
        let mut hits = answer.hits.iter();
        let missing = hits.any(|hit| hit.definition == Definition::Missing);
        Outcome::Unresolved(match (by_macro, missing) {
            (true, _) => UnresolvedReason::MacroExpansion,
            (_, true) => UnresolvedReason::Generated,
            _ => UnresolvedReason::NotFound,
        })
    }

    /// Adds what one meaning of a path couples to.
    ///
    /// `use a::B` couples to the file of module `a` (an import) and to that which declares `B` (a
    /// symbol). Where `a` re-exports `B`, the first is a facade, and the second remembers the way
    /// through it.
    fn hit(&mut self, asked: Asked<'_>, hit: &Hit) {
        let labels = conditional(hit);
        let via = self.handed_on(asked, hit, labels);
        match hit.definition {
            Definition::Made(module) => {
                let labels = labels.with(Labels::MACRO);
                let name = Some(asked.named(hit));
                let to = self.index.modules[module].file;
                if let Some(through) = hit.module {
                    let elsewhere = self.index.modules[through].file != to;
                    let labels = labels.with(Labels::FACADE.when(elsewhere));
                    self.import_edge(asked, through, name, via, labels);
                }
                self.symbol_edge(asked, to, name, None, labels);
            }
            Definition::Module(module) => self.import_edge(asked, module, None, via, labels),
            Definition::Item { extract, item } => {
                self.item(asked, (hit, via), (extract, item), labels);
            }
            // A module of the tree that hands on what is not of the tree.
            Definition::External => {
                if let Some(through) = hit.module {
                    let (name, labels) = (Some(asked.named(hit)), labels.with(Labels::FACADE));
                    self.import_edge(asked, through, name, via, labels);
                }
                if hit.rest > 0
                    && let Some(file) = self.index.extension(asked.path, asked.from)
                {
                    self.symbol_edge(asked, file, asked.path.last().copied(), None, labels);
                }
            }
            Definition::Missing => {}
        }
    }

    /// The file that hands on a module of the path without containing it (`grep::cli::x` where the
    /// crate `grep` re-exports a whole crate): the path depends on it, too.
    fn handed_on(&mut self, asked: Asked<'_>, hit: &Hit, labels: Labels) -> Option<FileId> {
        let module = hit.through?;
        self.import_edge(asked, module, None, None, labels.with(Labels::FACADE));
        Some(self.index.modules[module].file).filter(|file| *file != self.file)
    }

    /// An item: the module that the path names before it, the file that declares it, and what comes
    /// behind it.
    fn item(
        &mut self,
        asked: Asked<'_>,
        (hit, handed_on): (&Hit, Option<FileId>),
        item: ItemKey,
        labels: Labels,
    ) {
        let (file, name) = self.index.item_place(item);
        let mut via = None;
        if let Some(module) = hit.module {
            via = Some(self.index.modules[module].file).filter(|through| *through != file);
            let labels = labels.with(Labels::FACADE.when(via.is_some()));
            self.import_edge(asked, module, Some(name), handed_on, labels);
        }
        self.symbol_edge(asked, file, Some(name), via, labels);
        if hit.rest > 0 {
            self.associated(asked, hit, file, labels);
        }
    }

    /// The file of an item that a path reaches through its type, where that is not the type's own.
    ///
    /// `Cart::total` leads to the file with `impl Cart { fn total … }`. Where several files give
    /// `Cart` a `total`, as traits may, nobody sees which one is meant, and no edge is drawn.
    fn associated(&mut self, asked: Asked<'_>, hit: &Hit, file: FileId, labels: Labels) {
        let of = self.index.unaliased(hit.definition);
        let next = asked.path[asked.path.len() - hit.rest];
        let krate = self.index.modules[asked.from].krate;
        match self.files_of_associated(of, next, krate).as_slice() {
            [only] if *only != file => self.symbol_edge(asked, *only, Some(next), None, labels),
            // A variant, or what a derive makes, is found where the type behind an alias is.
            [] if of != hit.definition => {
                if let Definition::Item { extract, item } = of {
                    let (to, name) = self.index.item_place((extract, item));
                    self.symbol_edge(asked, to, Some(name), None, labels);
                }
            }
            _ => {}
        }
    }

    /// The files that give an associated item to a type, as far as a crate sees them.
    fn files_of_associated(&self, of: Definition, name: Symbol, krate: CrateId) -> Vec<FileId> {
        let known = self.index.associated.get(&(of, name));
        let seen = known.into_iter().flatten();
        let seen = seen.filter(|(_, alone)| alone.is_none_or(|alone| alone == krate));
        let files: BTreeSet<FileId> = seen.map(|(file, _)| *file).collect();
        files.into_iter().collect()
    }

    /// An edge to the file of a module that a path names.
    fn import_edge(
        &mut self,
        asked: Asked<'_>,
        module: ModuleId,
        name: Option<Symbol>,
        via: Option<FileId>,
        labels: Labels,
    ) {
        let kind = match asked.written.kind {
            EdgeKind::Reexport => EdgeKind::Reexport,
            _ => EdgeKind::Import,
        };
        let to = self.index.modules[module].file;
        self.edge(asked, (asked.written.at, kind, to, name, via), labels);
    }

    /// An edge to the file that declares what a path names.
    fn symbol_edge(
        &mut self,
        asked: Asked<'_>,
        to: FileId,
        name: Option<Symbol>,
        via: Option<FileId>,
        labels: Labels,
    ) {
        let kind = match asked.written.kind {
            EdgeKind::Inherit => EdgeKind::Inherit,
            _ => EdgeKind::Reference,
        };
        self.edge(asked, (asked.written.at, kind, to, name, via), labels);
    }

    /// Adds a reference with the labels of the path, of the instance and of the way to its target.
    fn edge(&mut self, asked: Asked<'_>, key: Key, labels: Labels) {
        let by_name = Labels::BY_NAME.when(self.is_by_name(asked.from, key.2));
        let labels = labels.with(asked.written.labels).with(asked.labels);
        self.add(key, labels.with(by_name));
    }

    /// Whether only the name of a package leads from a module to a file.
    fn is_by_name(&self, from: ModuleId, to: FileId) -> bool {
        let package = self.index.crates[self.index.modules[from].krate].package;
        let joined = package.and_then(|package| self.index.by_name.get(&package));
        joined.is_some_and(|joined| {
            let package = self.project.source(to).package;
            package.is_some_and(|package| joined.contains(&package))
        })
    }

    /// Adds a reference; one that several instances make has the labels that all of them give it.
    fn add(&mut self, (at, kind, to, name, via): Key, labels: Labels) {
        let via = via.filter(|via| *via != to);
        let known = self.found.entry((at, kind, to, name, via));
        known
            .and_modify(|known| *known = known.common(labels))
            .or_insert(labels);
    }

    /// Adds an edge for each `include!` with a literal path of the tree.
    ///
    /// A computed path is mostly generated code in `OUT_DIR`, so it is unresolved for that reason.
    fn includes(&mut self, project: &Project) {
        for include in &self.extract.includes {
            let path = include.path.as_deref();
            let target = path.and_then(|path| places::included(project, self.file, path));
            if let Some(to) = target {
                self.facts.resolved();
                for number in 0..self.instances.len() {
                    let labels = include.labels.with(self.instances[number].labels);
                    self.add((include.at, EdgeKind::Import, to, None, None), labels);
                }
            } else {
                let reason = match path {
                    Some(_) => UnresolvedReason::NotFound,
                    None => UnresolvedReason::Generated,
                };
                let text = path.unwrap_or("include!(…)");
                self.facts.unresolved(text, reason, include.at);
            }
        }
    }

    /// Hands the references on, in source order.
    fn finish(mut self) -> FileFacts {
        for ((at, kind, to, name, via), labels) in self.found {
            let name = name.map(|name| self.index.names.name(name));
            let place = Place::new(kind, at).with(labels);
            self.facts.refer_by(to, via, name, place);
        }
        self.facts.finish()
    }
}

/// A path as one instance reads it, in the module of its scope.
fn asked<'p>(instance: &Instance, path: &'p [Symbol], written: &'p PathUse) -> Asked<'p> {
    Asked {
        path,
        written,
        from: instance.modules[written.scope],
        labels: instance.labels,
    }
}

/// Dev-dependencies can be named in tests, and under conditions that may be those of a test.
fn question(asked: Asked<'_>, in_use: bool) -> Ask {
    let labels = asked.labels.with(asked.written.labels);
    Ask {
        dev: labels.any(Labels::TEST.with(Labels::CFG)),
        ..ask(asked.from, asked.written, in_use)
    }
}
