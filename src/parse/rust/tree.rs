//! Grows the module tree of every crate from its root file.
//!
//! In: roots, extracts. Out: modules, instances and declared names of the index.
//! Invariant: a file may be part of several trees, or of one tree several times; both are bounded.
//! Never: a file that no root reaches.

use super::crates::{self, Root};
use super::extracts::Extracts;
use super::index::{
    Crate, CrateId, Definition, Entry, ExtractId, Index, Instance, Module, ModuleId,
};
use super::places::{self, Dirs};
use super::read::facts::{
    Extract, Item, ItemId, ItemKind, ModuleDecl, Name, ScopeId, ScopeKind, Spaces, Visibility,
};
use super::read::interner::Symbol;
use crate::model::{FileId, Id, IndexVec, Labels, Notification, Project};

/// Most instances of one file; `#[path]` cycles end here.
const MAX_INSTANCES: usize = 200;
/// Most modules on the way from a root to a file.
const MAX_LEVELS: u32 = 200;

/// Where a file, or what a macro makes, is to become part of a tree.
pub(super) struct Pending {
    /// The crate.
    pub(super) krate: CrateId,
    /// The module above; itself at a root.
    pub(super) parent: ModuleId,
    /// The module that an `include!` or the call of a macro fills.
    pub(super) into: Option<ModuleId>,
    /// Name of the module that it becomes.
    pub(super) name: Symbol,
    /// Line of the declaration in the parent's file.
    pub(super) line: u32,
    /// Whether all of it stands at `line`, in the place of a call.
    pub(super) in_call: bool,
    /// The folders of its outermost scope.
    pub(super) dirs: Dirs,
    /// Labels of everything in it.
    pub(super) labels: Labels,
    /// The number of modules above.
    pub(super) level: u32,
    /// The file whose `mod x;` brings it in.
    pub(super) from: Option<FileId>,
    /// Name, visibility and condition under which the parent knows it.
    pub(super) known_as: Option<(Symbol, Option<ModuleId>, bool)>,
    /// Whether `#[macro_use]` makes its macros known in the parent.
    pub(super) macro_use: bool,
}

/// The modules of an instance, by scope.
type Modules = IndexVec<ScopeId, ModuleId>;
/// The folders of each scope.
type AllDirs = IndexVec<ScopeId, Dirs>;
/// Children whose macros their parents are to know, from a line on.
type Hoists = Vec<(ModuleId, ModuleId, u32)>;

/// Grows the tree of every crate, one after the other.
pub(super) fn grow(index: &mut Index, project: &Project, extracts: &Extracts<'_>) {
    for root in crates::roots(project) {
        let extract = index.extract_of[root.file];
        // A crate without an instance of its root would have no module.
        let extract = extract.filter(|id| index.instances_of[*id].len() < MAX_INSTANCES);
        if let Some(extract) = extract {
            let first = root_of(index, project, &root);
            grow_from(index, project, extracts, (extract, first));
        }
    }
}

/// Adds the crate; tells where its root file goes.
fn root_of(index: &mut Index, project: &Project, root: &Root) -> Pending {
    let module = index.modules.next_id();
    Pending {
        krate: index.crates.push(Crate::new(root, module)),
        parent: module,
        into: None,
        name: index.names.intern(&root.name),
        line: 0,
        in_call: false,
        dirs: Dirs::of_root(&project.source(root.file).path),
        labels: crates::labels(root.kind),
        level: 0,
        from: None,
        known_as: None,
        macro_use: false,
    }
}

/// Grows the tree below a file, or below what a macro makes.
///
/// In a loop with a stack, as `mod` may nest deeply. Textual macros go upwards at the end, when all
/// modules below are known.
pub(super) fn grow_from(
    index: &mut Index,
    project: &Project,
    extracts: &Extracts<'_>,
    first: (ExtractId, Pending),
) {
    let mut stack = vec![first];
    let mut hoists = Vec::new();
    while let Some((id, pending)) = stack.pop() {
        if pending.level > MAX_LEVELS || is_full(index, id, &pending) {
            continue;
        }
        let (file, extract) = &extracts[id];
        let mut children = Grower {
            index,
            project,
            id,
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
fn is_full(index: &mut Index, id: ExtractId, pending: &Pending) -> bool {
    let known = &index.instances_of[id];
    if known.len() < MAX_INSTANCES {
        return false;
    }
    if let Some((symbol, visible_in, conditional)) = pending.known_as {
        let shared = index.instances[known[0]].modules[ScopeId::FIRST];
        let entry = Entry::new(Definition::Module(shared), visible_in, conditional);
        index.insert(pending.parent, symbol, Spaces::TYPES.0, entry);
    }
    true
}

/// Makes the textual macros of a `#[macro_use]` module known in its parent.
fn hoist(index: &mut Index, child: ModuleId, parent: ModuleId, line: u32) {
    let known = index.modules[child].textual.iter();
    let last = known.filter_map(|(symbol, known)| Some((*symbol, known.last()?.1)));
    let found: Vec<(Symbol, Definition)> = last.collect();
    let textual = &mut index.modules[parent].textual;
    for (symbol, definition) in found {
        textual.entry(symbol).or_default().push((line, definition));
    }
}

/// One file on its way into a tree.
struct Grower<'a> {
    /// What grows.
    index: &'a mut Index,
    /// Files and packages.
    project: &'a Project,
    /// The number of its extract.
    id: ExtractId,
    /// What was read of it.
    extract: &'a Extract,
    /// The file.
    file: FileId,
    /// Where it goes.
    pending: &'a Pending,
}

impl Grower<'_> {
    /// Adds modules, names and the instance of the file; tells which files its declarations bring
    /// in.
    fn grow(mut self, hoists: &mut Hoists) -> Vec<(ExtractId, Pending)> {
        let modules = self.scopes();
        if let Some((symbol, visible_in, conditional)) = self.pending.known_as {
            let (own, parent) = (modules[ScopeId::FIRST], self.pending.parent);
            let entry = Entry::new(Definition::Module(own), visible_in, conditional);
            self.insert(parent, symbol, Spaces::TYPES, entry);
            if self.pending.macro_use {
                hoists.push((own, parent, self.pending.line));
            }
        }
        for (number, item) in self.extract.items.pairs() {
            self.declare(modules[item.scope], number, item);
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
        if let Some(outer) = self.pending.from {
            let contained = self.index.contained.entry(outer);
            contained.or_default().push(self.file);
        }
        let instance = self.index.instances.push(Instance {
            extract: self.id,
            krate: self.pending.krate,
            modules,
            labels: self.pending.labels,
            dirs: self.pending.dirs.clone(),
            level: self.pending.level,
        });
        self.index.instances_of[self.id].push(instance);
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
    ///
    /// The outermost one is the module of the file, or, for `include!` and macro calls, the module
    /// that they fill. A block is no module of its own: its nearest one is that around it.
    fn scopes(&mut self) -> Modules {
        let mut modules = Modules::with_capacity(self.extract.scopes.len());
        for (number, scope) in self.extract.scopes.pairs() {
            let outermost = number == ScopeId::FIRST;
            let symbol = |name: &Name| self.index.symbol(self.id, *name);
            let mut macro_names: Vec<Symbol> = scope.macro_names.iter().map(symbol).collect();
            if let (true, Some(into)) = (outermost, self.pending.into) {
                let module = &mut self.index.modules[into];
                module.macro_names.append(&mut macro_names);
                module.macro_names.sort_unstable();
                modules.push(into);
                continue;
            }
            macro_names.sort_unstable();
            let parent = if outermost {
                self.pending.parent
            } else {
                modules[scope.parent]
            };
            let nearest = if scope.kind == ScopeKind::Block {
                self.index.modules[parent].nearest
            } else {
                self.index.modules.next_id()
            };
            modules.push(self.index.modules.push(Module {
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
            }));
        }
        modules
    }

    /// Adds a meaning in each of the name spaces.
    fn insert(&mut self, module: ModuleId, symbol: Symbol, spaces: Spaces, entry: Entry) {
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.has(space) {
                self.index.insert(module, symbol, space.0, entry);
            }
        }
    }

    /// Adds the name of an item to the tables.
    ///
    /// A `macro_rules!` is known from its line on; an exported one is at the root of the crate as
    /// well. What only the body of a macro names waits until the macro is called.
    fn declare(&mut self, module: ModuleId, item: ItemId, declared: &Item) {
        let symbol = self.index.symbol(self.id, declared.name);
        let extract = self.id;
        let definition = Definition::Item { extract, item };
        let public = Entry::new(definition, None, declared.labels.any(Labels::CFG));
        if matches!(
            declared.kind,
            ItemKind::TextualMacro | ItemKind::ExportedMacro
        ) {
            let line = self.line(declared.line);
            let known = self.index.modules[module].textual.entry(symbol);
            known.or_default().push((line, definition));
        }
        let (module, spaces, entry) = match declared.kind {
            ItemKind::TextualMacro | ItemKind::Made => return,
            ItemKind::ExportedMacro | ItemKind::ProcMacro => {
                let root = self.index.crates[self.pending.krate].root;
                (root, Spaces::MACROS, public)
            }
            ItemKind::Plain => {
                let visible_in = visible_in(self.index, module, declared.visibility);
                let entry = Entry {
                    visible_in,
                    ..public
                };
                (module, declared.spaces, entry)
            }
            ItemKind::Weak => {
                let weak = true;
                (module, declared.spaces, Entry { weak, ..public })
            }
        };
        self.insert(module, symbol, spaces, entry);
    }

    /// `mod x { … }`: names the module of its scope and makes it known outside.
    fn inline(
        &mut self,
        modules: &Modules,
        module: &ModuleDecl,
        scope: ScopeId,
        hoists: &mut Hoists,
    ) {
        let (outer, inner) = (modules[module.scope], modules[scope]);
        let line = self.line(module.at.line);
        let symbol = self.index.symbol(self.id, module.name);
        let known = &mut self.index.modules[inner];
        (known.name, known.line) = (symbol, line);
        let visible_in = visible_in(self.index, outer, module.visibility);
        let conditional = module.labels.any(Labels::CFG);
        let entry = Entry::new(Definition::Module(inner), visible_in, conditional);
        self.insert(outer, symbol, Spaces::TYPES, entry);
        if module.macro_use {
            hoists.push((inner, outer, line));
        }
    }

    /// A place in `parent`, one level below this file.
    fn below(&self, parent: ModuleId, labels: Labels, line: u32) -> Pending {
        Pending {
            krate: self.pending.krate,
            parent,
            into: None,
            name: self.pending.name,
            line: self.line(line),
            in_call: false,
            dirs: Dirs::default(),
            labels: self.pending.labels.with(labels),
            level: self.pending.level + 1,
            from: Some(self.file),
            known_as: None,
            macro_use: false,
        }
    }

    /// The files that `mod x;` may mean.
    ///
    /// Several under conditions; each becomes a module of that name. If none is there, the name is
    /// known as missing, so that paths through it fail for that reason.
    fn outline(
        &mut self,
        modules: &Modules,
        module: &ModuleDecl,
        dirs: &AllDirs,
    ) -> Vec<(ExtractId, Pending)> {
        let parent = modules[module.scope];
        let symbol = self.index.symbol(self.id, module.name);
        let visible_in = visible_in(self.index, parent, module.visibility);
        let name = &self.extract.names[module.name];
        let found = places::files(self.project, &dirs[module.scope], name, module);
        let conditional = module.labels.any(Labels::CFG) || found.len() > 1;
        let mut children = Vec::new();
        for (file, dirs) in found {
            let Some(extract) = self.index.extract_of[file] else {
                continue;
            };
            let pending = Pending {
                name: symbol,
                dirs,
                known_as: Some((symbol, visible_in, conditional)),
                macro_use: module.macro_use,
                ..self.below(parent, module.labels, module.at.line)
            };
            children.push((extract, pending));
        }
        if children.is_empty() {
            let entry = Entry::new(Definition::Missing, visible_in, conditional);
            self.insert(parent, symbol, Spaces::TYPES, entry);
        }
        children
    }

    /// The files that `automod::dir!` makes modules of.
    fn folders(&mut self, modules: &Modules) -> Vec<(ExtractId, Pending)> {
        let mut children = Vec::new();
        let package = self.index.crates[self.pending.krate].package;
        let base = package.map_or("", |id| &self.project.packages[id.index()].dir);
        for folder in &self.extract.folders {
            let parent = modules[folder.scope];
            let path = folder.path.as_deref().unwrap_or_default();
            for (file, name) in places::files_of_folder(self.project, base, path) {
                let Some(extract) = self.index.extract_of[file] else {
                    continue;
                };
                let name = self.index.names.intern(&name);
                let visible_in = visible_in(self.index, parent, Visibility::Private);
                let pending = Pending {
                    name,
                    dirs: Dirs::of_root(&self.project.source(file).path),
                    known_as: Some((name, visible_in, false)),
                    ..self.below(parent, folder.labels, folder.at.line)
                };
                children.push((extract, pending));
            }
        }
        children
    }

    /// The files of the tree that `include!` puts into a scope of this one.
    fn includes(&self, modules: &Modules, dirs: &AllDirs) -> Vec<(ExtractId, Pending)> {
        let mut children = Vec::new();
        for include in &self.extract.includes {
            let path = include.path.as_deref();
            let target = path.and_then(|path| places::included(self.project, self.file, path));
            let Some(extract) = target.and_then(|target| self.index.extract_of[target]) else {
                continue;
            };
            let module = modules[include.scope];
            let pending = Pending {
                into: Some(module),
                dirs: dirs[include.scope].clone(),
                from: None,
                ..self.below(module, include.labels, include.at.line)
            };
            children.push((extract, pending));
        }
        children
    }
}

/// The folders of every scope of a file, of which `base` are those of the outermost one.
pub(super) fn directories(extract: &Extract, base: &Dirs) -> AllDirs {
    let mut inline: IndexVec<ScopeId, Option<&ModuleDecl>> =
        IndexVec::of_size(&extract.scopes, None);
    for module in &extract.modules {
        if let Some(scope) = module.inline {
            inline[scope] = Some(module);
        }
    }
    let mut dirs = AllDirs::from(vec![base.clone()]);
    for (scope, declared) in extract.scopes.iter().zip(inline).skip(1) {
        let outer = &dirs[scope.parent];
        dirs.push(match declared {
            Some(module) => {
                let path = module.paths.first().map(|path| &**path);
                outer.inside(&extract.names[module.name], path)
            }
            None => outer.clone(),
        });
    }
    dirs
}

/// The module below which a name of `module` may be used; `None` for everyone.
///
/// `pub(super)` in a block counts from the module around it.
pub(super) fn visible_in(
    index: &Index,
    module: ModuleId,
    visibility: Visibility,
) -> Option<ModuleId> {
    let nearest = index.modules[module].nearest;
    match visibility {
        Visibility::Public => None,
        Visibility::Private => Some(module),
        Visibility::Parent => Some(index.modules[nearest].parent),
        Visibility::Crate => Some(index.crates[index.modules[module].krate].root),
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
