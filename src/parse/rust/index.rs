//! What resolution looks names up in: crates, module instances, name tables.
//!
//! In: all extracts. Out: [`Index`].
//! Invariant: built in file order by one thread; read-only afterwards.
//! Never: syntax, text.

use rustc_hash::{FxHashMap, FxHashSet};

use super::places::Dirs;
use super::read::facts::{Extract, ItemId, Name, ScopeId};
use super::read::interner::{Interner, Symbol};
use crate::model::{FileId, IndexVec, Labels, Notification, PackageId, Project, id};

id!(
    /// What was read of a file, or of what a macro makes.
    pub(super) ExtractId
);
id!(
    /// A module tree.
    pub(super) CrateId
);
id!(
    /// A module, or a block that holds items.
    pub(super) ModuleId
);
id!(
    /// A meaning of a name in a module.
    pub(super) EntryId
);
id!(
    /// A file as part of one module tree.
    pub(super) InstanceId
);
/// An item of an extract.
pub(super) type ItemKey = (ExtractId, ItemId);

/// An implementation of a trait of the tree for a type outside: the trait, the file.
pub(super) type Extension = (Definition, FileId);

/// Everything that was learned from all files together.
pub(in crate::parse) struct Index {
    /// Names of the whole program.
    pub(super) names: Interner<Symbol>,
    /// Per extract: its names as symbols.
    symbols: IndexVec<ExtractId, IndexVec<Name, Symbol>>,
    /// The extract of each file of the project.
    pub(super) extract_of: IndexVec<FileId, Option<ExtractId>>,
    /// The crates.
    pub(super) crates: IndexVec<CrateId, Crate>,
    /// Modules and blocks of all crates.
    pub(super) modules: IndexVec<ModuleId, Module>,
    /// Meanings of names; those of one name form a chain.
    entries: IndexVec<EntryId, Entry>,
    /// Files and results of macro calls, each as part of one tree.
    pub(super) instances: IndexVec<InstanceId, Instance>,
    /// Per extract: the instances of its file.
    pub(super) instances_of: IndexVec<ExtractId, Vec<InstanceId>>,
    /// What type aliases stand for.
    pub(super) aliases: FxHashMap<Definition, Definition>,
    /// Type aliases that stand for a type of another crate.
    pub(super) foreign_aliases: FxHashSet<Definition>,
    /// Packages that one reaches only through a dependency that is joined by its name.
    pub(super) by_name: FxHashMap<PackageId, FxHashSet<PackageId>>,
    /// Variants of enums.
    variants: FxHashMap<ItemKey, Vec<Symbol>>,
    /// Files that hold associated items of a type, by item and name, each with the crate that alone sees
    /// it (a program, a test), if there is one.
    pub(super) associated: FxHashMap<(Definition, Symbol), Vec<(FileId, Option<CrateId>)>>,
    /// What traits of the tree give to types outside, by the type's name and the item's.
    pub(super) extensions: FxHashMap<(Symbol, Symbol), Vec<Extension>>,
    /// Per extract and item: its file and name.
    item_places: IndexVec<ExtractId, IndexVec<ItemId, (FileId, Symbol)>>,
    /// Files that `mod x;` of a file brings in.
    pub(super) contained: FxHashMap<FileId, Vec<FileId>>,
    /// What the user is to be told about whole files.
    pub(super) notifications: Vec<Notification>,
}

/// A target of a package: one module tree.
pub(super) struct Crate {
    /// How the crate is called in module names shown to people.
    pub(super) name: String,
    /// Its package; `None` in a tree without manifests.
    pub(super) package: Option<PackageId>,
    /// Its root module.
    pub(super) root: ModuleId,
    /// Whether other packages can name it.
    pub(super) is_linkable: bool,
    /// Edition 2015: paths of `use` start at the root.
    pub(super) old: bool,
    /// Labels of everything in it.
    pub(super) labels: Labels,
    /// Names of crates that paths may start with.
    pub(super) prelude: FxHashMap<Symbol, Definition>,
    /// Those of them that only tests of the crate may use.
    pub(super) dev: FxHashSet<Symbol>,
    /// Roots of crates whose macros `#[macro_use]` brings in.
    pub(super) macro_use: Vec<ModuleId>,
}

/// A module, or a block that holds items, of one crate.
pub(super) struct Module {
    /// Its crate.
    pub(super) krate: CrateId,
    /// The enclosing module or block; itself at the root.
    pub(super) parent: ModuleId,
    /// The innermost module proper: itself unless this is a block.
    pub(super) nearest: ModuleId,
    /// The file that holds it.
    pub(super) file: FileId,
    /// Its name; a block has that of the module around it.
    pub(super) name: Symbol,
    /// Line of the declaration in the parent's file.
    pub(super) line: u32,
    /// First entry of each name, by symbol and name space.
    pub(super) table: FxHashMap<(Symbol, u8), EntryId>,
    /// Grows with every change of the table.
    pub(super) version: u32,
    /// `macro_rules!` by the line from which they are known.
    pub(super) textual: FxHashMap<Symbol, Vec<(u32, Definition)>>,
    /// Whether names may come from a glob import of a crate outside.
    pub(super) external_glob: bool,
    /// Names that a macro call may declare here, sorted.
    pub(super) macro_names: Vec<Symbol>,
    /// Modules whose names a glob import brings in here.
    pub(super) globs: Vec<ModuleId>,
}

/// One meaning of a name in a module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// What the name stands for.
    pub(super) definition: Definition,
    /// The module below which it may be used; `None` for everyone.
    pub(super) visible_in: Option<ModuleId>,
    /// Whether a glob import brings it in.
    pub(super) glob: bool,
    /// Whether it is a guess that gives way to anything else.
    pub(super) weak: bool,
    /// Whether it exists only under a condition.
    pub(super) conditional: bool,
    /// For an imported module: the module that re-exports it to the import.
    pub(super) through: Option<ModuleId>,
    /// Another meaning of the same name, under another condition.
    pub(super) next: Option<EntryId>,
}

impl Entry {
    /// A meaning that is written out.
    pub(super) const fn new(
        definition: Definition,
        visible_in: Option<ModuleId>,
        conditional: bool,
    ) -> Self {
        Self {
            definition,
            visible_in,
            glob: false,
            weak: false,
            conditional,
            through: None,
            next: None,
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Definition {
    /// A module.
    Module(ModuleId),
    /// An item of an extract; a variant counts as its enum.
    Item {
        /// The extract that declares it.
        extract: ExtractId,
        /// The item in it.
        item: ItemId,
    },
    /// Made by a macro call in this module, which mentions its name.
    Made(ModuleId),
    /// In a crate that is not part of the tree.
    External,
    /// A module whose file is not there.
    Missing,
}

/// A file as part of one module tree.
pub(super) struct Instance {
    /// What was read of it.
    pub(super) extract: ExtractId,
    /// The crate of the tree.
    pub(super) krate: CrateId,
    /// The module of each scope of the extract.
    pub(super) modules: IndexVec<ScopeId, ModuleId>,
    /// Labels of everything in it.
    pub(super) labels: Labels,
    /// The folders of its outermost scope, and the number of modules above.
    pub(super) dirs: Dirs,
    /// The number of modules above.
    pub(super) level: u32,
}

impl Index {
    /// An index of nothing.
    pub(super) fn new(project: &Project) -> Self {
        Self {
            names: Interner::new(),
            symbols: IndexVec::default(),
            extract_of: vec![None; project.files.len()].into(),
            crates: IndexVec::default(),
            modules: IndexVec::default(),
            entries: IndexVec::default(),
            instances: IndexVec::default(),
            instances_of: IndexVec::default(),
            aliases: FxHashMap::default(),
            foreign_aliases: FxHashSet::default(),
            by_name: FxHashMap::default(),
            variants: FxHashMap::default(),
            associated: FxHashMap::default(),
            extensions: FxHashMap::default(),
            item_places: IndexVec::default(),
            contained: FxHashMap::default(),
            notifications: Vec::new(),
        }
    }

    /// Takes in an extract, with the file that each of its items is written in.
    pub(super) fn learn(&mut self, extract: &Extract, file: impl Fn(Name) -> FileId) -> ExtractId {
        let names = extract.names.iter();
        let names = names.map(|name| self.names.intern(name)).collect();
        let id = self.symbols.push(names);
        self.instances_of.push(Vec::new());
        let symbols = &self.symbols[id];
        for (item, declared) in extract
            .items
            .pairs()
            .filter(|(_, item)| !item.variants.is_empty())
        {
            let variants = declared.variants.iter().map(|name| symbols[*name]);
            self.variants.insert((id, item), variants.collect());
        }
        let items = extract.items.iter();
        let items = items.map(|item| (file(item.name), symbols[item.name]));
        self.item_places.push(items.collect());
        id
    }

    /// The symbol of a name of an extract.
    pub(super) fn symbol(&self, extract: ExtractId, name: Name) -> Symbol {
        self.symbols[extract][name]
    }

    /// The file that an item is written in, and its name.
    pub(super) fn item_place(&self, (extract, item): ItemKey) -> (FileId, Symbol) {
        self.item_places[extract][item]
    }

    /// The variants of an enum.
    pub(super) fn variants(&self, of: ItemKey) -> &[Symbol] {
        self.variants.get(&of).map_or(&[], Vec::as_slice)
    }

    /// The type behind a chain of aliases.
    ///
    /// At most 16 steps: `type A = B; type B = A;` leads in a circle.
    pub(super) fn unaliased(&self, definition: Definition) -> Definition {
        let mut at = definition;
        for _ in 0..16 {
            match self.aliases.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        at
    }

    /// Whether `inner` is `outer` or lies below it.
    pub(super) fn is_below(&self, inner: ModuleId, outer: ModuleId) -> bool {
        let mut around = std::iter::successors(Some(inner), |at| {
            Some(self.modules[*at].parent).filter(|parent| parent != at)
        });
        around.any(|at| at == outer)
    }

    /// A block and those around it, out to the module that holds them.
    pub(super) fn blocks(&self, from: ModuleId) -> impl Iterator<Item = ModuleId> {
        let last = self.modules[from].nearest;
        std::iter::successors(Some(from), move |at| {
            (*at != last).then(|| self.modules[*at].parent)
        })
    }

    /// The meanings of a name in a module's own table.
    pub(super) fn entries(
        &self,
        module: ModuleId,
        symbol: Symbol,
        space: u8,
    ) -> impl Iterator<Item = &Entry> {
        let first = self.modules[module].table.get(&(symbol, space));
        let first = first.map(|first| &self.entries[*first]);
        std::iter::successors(first, |entry| entry.next.map(|next| &self.entries[next]))
    }

    /// Adds a meaning; tells whether anything changed.
    ///
    /// An entry replaces all weaker ones, is dropped beside a stronger one, and joins those of its
    /// own strength, which differ by condition. From weak to strong: guesses, globs, names that are
    /// written out. A name keeps at most eight meanings.
    ///
    /// A stronger meaning never gives way to a weaker one, so the rounds of imports come to an end.
    pub(super) fn insert(
        &mut self,
        module: ModuleId,
        symbol: Symbol,
        space: u8,
        entry: Entry,
    ) -> bool {
        let known: Vec<Entry> = self.entries(module, symbol, space).copied().collect();
        let known_same = known.iter().any(|known| {
            known.definition == entry.definition
                && (known.glob <= entry.glob)
                && (known.weak <= entry.weak)
                && (known.visible_in == entry.visible_in
                    || known.visible_in.is_none()
                    || entry.glob)
        });
        let strength = |entry: &Entry| (entry.weak, entry.glob);
        let strongest = known.first().map(strength);
        let weaker = strongest.is_some_and(|strongest| strongest < strength(&entry));
        if known_same || weaker || known.len() >= 8 {
            return false;
        }
        let replaces = strongest.is_some_and(|strongest| strongest > strength(&entry));
        let kept: Vec<Entry> = known
            .into_iter()
            .filter(|known| !replaces && known.definition != entry.definition)
            .collect();
        let mut next = None;
        // The first meaning stays first.
        for entry in std::iter::once(entry).chain(kept.into_iter().rev()) {
            next = Some(self.entries.push(Entry { next, ..entry }));
        }
        let module = &mut self.modules[module];
        module
            .table
            .extend(next.map(|next| ((symbol, space), next)));
        module.version += 1;
        true
    }
}
