//! Grows the module tree of every crate from its root file.
//!
//! In: roots, extracts. Out: modules, instances and declared names of the index.
//! Invariant: a file may be part of several trees, or of one tree several times; both are bounded.
//! Never: a file that no root reaches.

use super::bodies::Extracts;
use super::crates::{self, Root};
use super::facts::{Extract, Item, ItemKind, ModuleDecl, ScopeKind, Spaces, Visibility};
use super::index::{Crate, Definition, Entry, Index, Instance, Module, ModuleId, NONE, Symbol};
use super::places::{self, Dirs};
use crate::model::{FileId, Labels, Notification, Project};

/// Most instances of one file; `#[path]` cycles end here.
const MAX_INSTANCES: usize = 200;
/// Most modules on the way from a root to a file.
const MAX_LEVELS: u32 = 200;

/// A file, or what a macro makes, that is to become part of a tree.
pub(super) struct Pending {
    pub(super) extract: u32,
    pub(super) krate: u32,
    pub(super) parent: ModuleId,
    /// The module that an `include!` or the call of a macro fills.
    pub(super) into: Option<ModuleId>,
    pub(super) name: Symbol,
    pub(super) line: u32,
    /// Whether all of it stands at `line`, in the place of a call.
    pub(super) in_call: bool,
    pub(super) dirs: Dirs,
    pub(super) labels: Labels,
    pub(super) level: u32,
    pub(super) from: Option<FileId>,
    /// Name, visibility and condition under which the parent knows it.
    pub(super) known_as: Option<(Symbol, ModuleId, bool)>,
    pub(super) macro_use: bool,
}

pub(super) fn grow(index: &mut Index, project: &Project, extracts: &Extracts<'_>) {
    for root in crates::roots(project) {
        let Some(&extract) = index.extract_of.get(&root.file) else {
            continue;
        };
        grow_crate(index, project, extracts, &root, extract);
    }
}

fn grow_crate(
    index: &mut Index,
    project: &Project,
    extracts: &Extracts<'_>,
    root: &Root,
    extract: u32,
) {
    let krate = u32::try_from(index.crates.len()).unwrap_or(NONE);
    let module = u32::try_from(index.modules.len()).unwrap_or(NONE);
    index.crates.push(Crate::new(root, module));
    let name = index.names.intern(&root.name);
    let dirs = Dirs::of_root(&project.source(root.file).path);
    let first = Pending {
        extract,
        krate,
        parent: module,
        into: None,
        name,
        line: 0,
        in_call: false,
        dirs,
        labels: crates::labels(root.kind),
        level: 0,
        from: None,
        known_as: None,
        macro_use: false,
    };
    grow_from(index, project, extracts, first);
}

/// Grows the tree below a file, or below what a macro makes.
pub(super) fn grow_from(
    index: &mut Index,
    project: &Project,
    extracts: &Extracts<'_>,
    first: Pending,
) {
    let mut stack = vec![first];
    let mut hoists = Vec::new();
    while let Some(pending) = stack.pop() {
        if pending.level > MAX_LEVELS || is_full(index, &pending) {
            continue;
        }
        let Some((file, extract)) = extracts.get(pending.extract as usize) else {
            continue;
        };
        let mut children = Grower {
            index,
            project,
            extract,
            file: *file,
            pending: &pending,
        }
        .grow(&mut hoists);
        // Children in source order come off the stack first.
        children.reverse();
        stack.extend(children);
    }
    // Inner modules first: what they hoist is hoisted again from there.
    for (child, parent, line) in hoists.into_iter().rev() {
        hoist(index, child, parent, line);
    }
}

/// Whether a file has been instantiated often enough; then the parent shares an earlier instance.
fn is_full(index: &mut Index, pending: &Pending) -> bool {
    let Some(known) = index.instances_of.get(pending.extract as usize) else {
        return true;
    };
    if known.len() < MAX_INSTANCES {
        return false;
    }
    let first = known
        .first()
        .and_then(|instance| index.instances.get(*instance as usize));
    let shared = first.and_then(|instance| instance.modules.first()).copied();
    if let (Some(shared), Some((symbol, visible_in, conditional))) = (shared, pending.known_as) {
        let entry = entry(Definition::Module(shared), visible_in, conditional);
        index.insert(pending.parent, symbol, Spaces::TYPES.0, entry);
    }
    true
}

/// Makes the textual macros of a `#[macro_use]` module known in its parent.
fn hoist(index: &mut Index, child: ModuleId, parent: ModuleId, line: u32) {
    let Some(module) = index.module(child) else {
        return;
    };
    let mut found: Vec<(Symbol, Definition)> = Vec::new();
    #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
    for (symbol, known) in &module.textual {
        found.extend(known.last().map(|(_, definition)| (*symbol, *definition)));
    }
    found.sort_unstable();
    if let Some(module) = index.modules.get_mut(parent as usize) {
        for (symbol, definition) in found {
            module
                .textual
                .entry(symbol)
                .or_default()
                .push((line, definition));
        }
    }
}

struct Grower<'a> {
    index: &'a mut Index,
    project: &'a Project,
    extract: &'a Extract,
    file: FileId,
    pending: &'a Pending,
}

impl Grower<'_> {
    fn grow(mut self, hoists: &mut Vec<(ModuleId, ModuleId, u32)>) -> Vec<Pending> {
        let modules = self.scopes();
        if let Some((symbol, visible_in, conditional)) = self.pending.known_as {
            let definition = Definition::Module(modules.first().copied().unwrap_or(NONE));
            self.insert(
                self.pending.parent,
                symbol,
                Spaces::TYPES,
                entry(definition, visible_in, conditional),
            );
            if self.pending.macro_use {
                hoists.push((
                    modules.first().copied().unwrap_or(NONE),
                    self.pending.parent,
                    self.pending.line,
                ));
            }
        }
        for (number, item) in self.extract.items.iter().enumerate() {
            self.declare(&modules, u32::try_from(number).unwrap_or(NONE), item);
        }
        let dirs = directories(self.extract, &self.pending.dirs);
        let mut children = Vec::new();
        for module in &self.extract.modules {
            match module.inline {
                Some(scope) => self.inline(&modules, module, scope, hoists),
                None => children.extend(self.outline(&modules, module, &dirs)),
            }
        }
        children.extend(self.includes(&modules, &dirs));
        children.extend(self.folders(&modules));
        let instance = u32::try_from(self.index.instances.len()).unwrap_or(NONE);
        if let Some(known) = self
            .index
            .instances_of
            .get_mut(self.pending.extract as usize)
        {
            known.push(instance);
        }
        let (extract, krate) = (self.pending.extract, self.pending.krate);
        let (labels, parent) = (self.pending.labels, self.pending.from);
        if let Some(outer) = parent {
            self.index
                .contained
                .entry(outer)
                .or_default()
                .push(self.file);
        }
        self.index.instances.push(Instance {
            extract,
            krate,
            modules,
            labels,
            dirs: self.pending.dirs.clone(),
            level: self.pending.level,
        });
        children
    }

    /// The line from which something is known.
    fn line(&self, line: u32) -> u32 {
        if self.pending.in_call {
            self.pending.line
        } else {
            line
        }
    }

    /// Makes a module of every scope.
    fn scopes(&mut self) -> Vec<ModuleId> {
        let mut modules: Vec<ModuleId> = Vec::with_capacity(self.extract.scopes.len());
        for (number, scope) in self.extract.scopes.iter().enumerate() {
            let id = u32::try_from(self.index.modules.len()).unwrap_or(NONE);
            let symbol = |name: &u32| self.index.symbol(self.pending.extract, *name);
            let mut macro_names: Vec<Symbol> = scope.macro_names.iter().map(symbol).collect();
            if let (0, Some(into)) = (number, self.pending.into) {
                if let Some(module) = self.index.modules.get_mut(into as usize) {
                    module.macro_names.append(&mut macro_names);
                    module.macro_names.sort_unstable();
                }
                modules.push(into);
                continue;
            }
            macro_names.sort_unstable();
            let outer = modules.get(scope.parent as usize).copied();
            let parent = outer.unwrap_or(self.pending.parent);
            let block = scope.kind == ScopeKind::Block;
            let nearest = if block {
                self.index
                    .module(parent)
                    .map_or(id, |module| module.nearest)
            } else {
                id
            };
            self.index.modules.push(Module {
                krate: self.pending.krate,
                parent,
                nearest,
                file: self.file,
                name: self.pending.name,
                line: self.pending.line,
                table: rustc_hash::FxHashMap::default(),
                version: 0,
                textual: rustc_hash::FxHashMap::default(),
                external_glob: false,
                macro_names,
                globs: Vec::new(),
            });
            modules.push(id);
        }
        modules
    }

    fn insert(&mut self, module: ModuleId, symbol: Symbol, spaces: Spaces, entry: Entry) {
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.has(space) {
                self.index.insert(module, symbol, space.0, entry);
            }
        }
    }

    fn declare(&mut self, modules: &[ModuleId], number: u32, item: &Item) {
        let Some(&module) = modules.get(item.scope as usize) else {
            return;
        };
        let symbol = self.index.symbol(self.pending.extract, item.name);
        let definition = Definition::Item {
            extract: self.pending.extract,
            item: number,
        };
        let root = self
            .index
            .crates
            .get(self.pending.krate as usize)
            .map_or(module, |krate| krate.root);
        let public = Entry {
            visible_in: NONE,
            ..entry(definition, NONE, item.labels.any(Labels::CFG))
        };
        let line = self.line(item.line);
        if matches!(item.kind, ItemKind::TextualMacro | ItemKind::ExportedMacro)
            && let Some(module) = self.index.modules.get_mut(module as usize)
        {
            module
                .textual
                .entry(symbol)
                .or_default()
                .push((line, definition));
        }
        match item.kind {
            ItemKind::TextualMacro | ItemKind::Made => {}
            ItemKind::ExportedMacro | ItemKind::ProcMacro => {
                self.insert(root, symbol, Spaces::MACROS, public);
            }
            ItemKind::Plain => {
                let visible_in = visible_in(self.index, module, item.visibility);
                self.insert(
                    module,
                    symbol,
                    item.spaces,
                    Entry {
                        visible_in,
                        ..public
                    },
                );
            }
            ItemKind::Weak => self.insert(
                module,
                symbol,
                item.spaces,
                Entry {
                    weak: true,
                    ..public
                },
            ),
        }
    }

    fn inline(
        &mut self,
        modules: &[ModuleId],
        module: &ModuleDecl,
        scope: u32,
        hoists: &mut Vec<(ModuleId, ModuleId, u32)>,
    ) {
        let (Some(&outer), Some(&inner)) = (
            modules.get(module.scope as usize),
            modules.get(scope as usize),
        ) else {
            return;
        };
        let line = self.line(module.at.line);
        let symbol = self.index.symbol(self.pending.extract, module.name);
        if let Some(known) = self.index.modules.get_mut(inner as usize) {
            (known.name, known.line) = (symbol, line);
        }
        let visible_in = visible_in(self.index, outer, module.visibility);
        let conditional = module.labels.any(Labels::CFG);
        self.insert(
            outer,
            symbol,
            Spaces::TYPES,
            entry(Definition::Module(inner), visible_in, conditional),
        );
        if module.macro_use {
            hoists.push((inner, outer, line));
        }
    }

    /// The files that `mod x;` may mean.
    fn outline(
        &mut self,
        modules: &[ModuleId],
        module: &ModuleDecl,
        dirs: &[Dirs],
    ) -> Vec<Pending> {
        let Some(&parent) = modules.get(module.scope as usize) else {
            return Vec::new();
        };
        let symbol = self.index.symbol(self.pending.extract, module.name);
        let visible_in = visible_in(self.index, parent, module.visibility);
        let fallback = Dirs::default();
        let dirs = dirs.get(module.scope as usize).unwrap_or(&fallback);
        let found = places::files(self.project, dirs, name_of(self.extract, module), module);
        let conditional = module.labels.any(Labels::CFG) || found.len() > 1;
        let mut children = Vec::new();
        for (file, dirs) in found {
            let Some(&extract) = self.index.extract_of.get(&file) else {
                continue;
            };
            children.push(Pending {
                extract,
                parent,
                into: None,
                name: symbol,
                line: self.line(module.at.line),
                in_call: false,
                dirs,
                labels: self.pending.labels.with(module.labels),
                level: self.pending.level + 1,
                krate: self.pending.krate,
                from: Some(self.file),
                known_as: Some((symbol, visible_in, conditional)),
                macro_use: module.macro_use,
            });
        }
        if children.is_empty() {
            self.insert(
                parent,
                symbol,
                Spaces::TYPES,
                entry(Definition::Missing, visible_in, conditional),
            );
        }
        children
    }

    /// The files that `automod::dir!` makes modules of.
    fn folders(&mut self, modules: &[ModuleId]) -> Vec<Pending> {
        let mut children = Vec::new();
        let package = self
            .index
            .crates
            .get(self.pending.krate as usize)
            .and_then(|krate| krate.package);
        let package = package.and_then(|id| self.project.packages.get(id.index()));
        let base = package.map_or("", |package| &package.dir);
        for folder in &self.extract.folders {
            let Some(&parent) = modules.get(folder.scope as usize) else {
                continue;
            };
            let path = folder.path.as_deref().unwrap_or_default();
            for (file, name) in places::files_of_folder(self.project, base, path) {
                let Some(&extract) = self.index.extract_of.get(&file) else {
                    continue;
                };
                let symbol = self.index.names.intern(&name);
                let visible_in = visible_in(self.index, parent, Visibility::Private);
                children.push(Pending {
                    extract,
                    krate: self.pending.krate,
                    parent,
                    into: None,
                    name: symbol,
                    line: self.line(folder.at.line),
                    in_call: false,
                    dirs: Dirs::of_root(&self.project.source(file).path),
                    labels: self.pending.labels.with(folder.labels),
                    level: self.pending.level + 1,
                    from: Some(self.file),
                    known_as: Some((symbol, visible_in, false)),
                    macro_use: false,
                });
            }
        }
        children
    }

    fn includes(&self, modules: &[ModuleId], dirs: &[Dirs]) -> Vec<Pending> {
        let mut children = Vec::new();
        for include in &self.extract.includes {
            let target = include
                .path
                .as_deref()
                .and_then(|path| places::included(self.project, self.file, path));
            let extract = target
                .and_then(|target| self.index.extract_of.get(&target))
                .copied();
            let module = modules.get(include.scope as usize).copied();
            let (Some(extract), Some(module)) = (extract, module) else {
                continue;
            };
            children.push(Pending {
                extract,
                parent: module,
                into: Some(module),
                name: self.pending.name,
                line: self.line(include.at.line),
                in_call: false,
                dirs: dirs
                    .get(include.scope as usize)
                    .cloned()
                    .unwrap_or_default(),
                labels: self.pending.labels.with(include.labels),
                level: self.pending.level + 1,
                krate: self.pending.krate,
                from: None,
                known_as: None,
                macro_use: false,
            });
        }
        children
    }
}

/// The folders of every scope of a file, of which `base` are those of the outermost one.
pub(super) fn directories(extract: &Extract, base: &Dirs) -> Vec<Dirs> {
    let mut inline: Vec<Option<&ModuleDecl>> = vec![None; extract.scopes.len()];
    for module in &extract.modules {
        let scope = module.inline;
        if let Some(place) = scope.and_then(|scope| inline.get_mut(scope as usize)) {
            *place = Some(module);
        }
    }
    let mut dirs = vec![base.clone()];
    for (scope, declared) in extract.scopes.iter().zip(inline).skip(1) {
        let outer = dirs.get(scope.parent as usize).cloned().unwrap_or_default();
        dirs.push(match declared {
            Some(module) => {
                let path = module.paths.first().map(|path| &**path);
                outer.inside(name_of(extract, module), path)
            }
            None => outer,
        });
    }
    dirs
}

fn name_of<'a>(extract: &'a Extract, module: &ModuleDecl) -> &'a str {
    let name = extract.names.get(module.name as usize);
    name.map_or("", |name| name)
}

fn entry(definition: Definition, visible_in: ModuleId, conditional: bool) -> Entry {
    Entry {
        definition,
        visible_in,
        glob: false,
        weak: false,
        conditional,
        through: NONE,
        next: NONE,
    }
}

/// The module below which a name of `module` may be used.
pub(super) fn visible_in(index: &Index, module: ModuleId, visibility: Visibility) -> ModuleId {
    let nearest = index.module(module).map_or(module, |module| module.nearest);
    match visibility {
        Visibility::Public => NONE,
        Visibility::Private => module,
        Visibility::Parent => index
            .module(nearest)
            .map_or(nearest, |module| module.parent),
        Visibility::Crate => {
            let krate = index
                .module(module)
                .and_then(|module| index.crates.get(module.krate as usize));
            krate.map_or(NONE, |krate| krate.root)
        }
    }
}

/// Lists files that no root reaches.
pub(super) fn note_orphans(index: &mut Index, project: &Project, extracts: &[(FileId, Extract)]) {
    for ((file, _), known) in extracts.iter().zip(&index.instances_of) {
        if known.is_empty() {
            let message = "no crate root reaches this file, so it has no edges";
            let note = Notification::note("orphan", message);
            index
                .notifications
                .push(note.in_file(project.source(*file).path.clone()));
        }
    }
}
