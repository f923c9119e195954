//! What resolution looks names up in: crates, module instances, name tables.
//!
//! In: all extracts. Out: [`Index`].
//! Invariant: built in file order by one thread; read-only afterwards.
//! Never: syntax, text.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bodies::Extracts;
use super::extension::{self, Extension};
use super::facts::{Extract, Name};
use super::interner::Interner;
use super::places::Dirs;
use super::{crates, imports, tree};
use crate::model::{FileId, Labels, Notification, PackageId, Project};

/// A name of the whole program (an [`Extract`] numbers its own).
pub(super) type Symbol = Name;
/// Index into [`Index::modules`].
pub(super) type ModuleId = u32;
/// No module, no entry, everyone.
pub(super) const NONE: u32 = u32::MAX;

/// Everything that was learned from all files together.
pub(in crate::parse) struct Index {
    pub(super) names: Interner,
    /// Per extract: its names as symbols.
    pub(super) symbols: Vec<Vec<Symbol>>,
    /// The extract of each file.
    pub(super) extract_of: FxHashMap<FileId, u32>,
    pub(super) crates: Vec<Crate>,
    pub(super) modules: Vec<Module>,
    pub(super) entries: Vec<Entry>,
    pub(super) instances: Vec<Instance>,
    /// Per extract: the instances of its file.
    pub(super) instances_of: Vec<Vec<u32>>,
    /// What type aliases stand for.
    pub(super) aliases: FxHashMap<Definition, Definition>,
    /// Variants of enums, by extract and item.
    pub(super) variants: FxHashMap<(u32, u32), Vec<Symbol>>,
    /// Files that hold associated items of a type, by item and name, each with the crate that alone sees
    /// it (a program, a test), if there is one.
    pub(super) associated: FxHashMap<(Definition, Symbol), Vec<(FileId, Option<u32>)>>,
    /// What traits of the tree give to types outside, by the type's name and the item's.
    pub(super) extensions: FxHashMap<(Symbol, Symbol), Vec<Extension>>,
    /// Per extract and item: its file and name.
    pub(super) item_places: Vec<Vec<(FileId, Symbol)>>,
    /// Files that `mod x;` of a file brings in.
    pub(super) contained: FxHashMap<FileId, Vec<FileId>>,
    pub(super) notifications: Vec<Notification>,
}

/// A target of a package: one module tree.
pub(super) struct Crate {
    /// How the crate is called in module names shown to people.
    pub(super) name: String,
    pub(super) package: Option<PackageId>,
    pub(super) root: ModuleId,
    /// Whether other packages can name it.
    pub(super) is_linkable: bool,
    /// Edition 2015: paths of `use` start at the root.
    pub(super) old: bool,
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
    pub(super) krate: u32,
    /// The enclosing module or block; itself at the root.
    pub(super) parent: ModuleId,
    /// The innermost module proper: itself unless this is a block.
    pub(super) nearest: ModuleId,
    pub(super) file: FileId,
    pub(super) name: Symbol,
    /// Line of the declaration in the parent's file.
    pub(super) line: u32,
    /// First entry of each name, by symbol and name space.
    pub(super) table: FxHashMap<(Symbol, u8), u32>,
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
    pub(super) definition: Definition,
    /// The module below which it may be used; [`NONE`] for everyone.
    pub(super) visible_in: ModuleId,
    pub(super) glob: bool,
    pub(super) weak: bool,
    pub(super) conditional: bool,
    /// For an imported module: the module that re-exports it to the import, or [`NONE`].
    pub(super) through: ModuleId,
    /// Another meaning of the same name (under another condition), or [`NONE`].
    pub(super) next: u32,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Definition {
    Module(ModuleId),
    /// An item of an extract; a variant counts as its enum.
    Item {
        extract: u32,
        item: u32,
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
    pub(super) extract: u32,
    pub(super) krate: u32,
    /// The module of each scope of the extract.
    pub(super) modules: Vec<ModuleId>,
    pub(super) labels: Labels,
    /// The folders of its outermost scope, and the number of modules above.
    pub(super) dirs: Dirs,
    pub(super) level: u32,
}

impl Index {
    pub(super) fn build(project: &Project, extracts: &[(FileId, Extract)]) -> Self {
        let mut index = Self::intern(extracts);
        index.variants = index.all_variants(extracts);
        index.item_places = index.all_items(extracts);
        let mut all = Extracts::new(extracts);
        tree::grow(&mut index, project, &all);
        crates::fill_preludes(&mut index, project);
        imports::settle(&mut index, project, &mut all);
        imports::follow_aliases(&mut index, &all);
        imports::associate(&mut index, &all);
        extension::collect(&mut index, &all);
        tree::note_orphans(&mut index, project, extracts);
        index
    }

    /// Takes in an extract that a macro made, with the file that each of its items is written in.
    pub(super) fn learn(&mut self, extract: &Extract, places: Vec<FileId>) {
        let number = u32::try_from(self.symbols.len()).unwrap_or(NONE);
        let names = extract.names.iter();
        let names = names.map(|name| self.names.intern(name)).collect();
        self.symbols.push(names);
        self.instances_of.push(Vec::new());
        let mut items = Vec::with_capacity(places.len());
        for ((item, file), place) in extract.items.iter().zip(places).zip(0..) {
            items.push((file, self.symbol(number, item.name)));
            let variants = item.variants.iter();
            let variants: Vec<Symbol> = variants.map(|name| self.symbol(number, *name)).collect();
            if !variants.is_empty() {
                self.variants.insert((number, place), variants);
            }
        }
        self.item_places.push(items);
    }

    fn intern(extracts: &[(FileId, Extract)]) -> Self {
        let mut names = Interner::default();
        for reserved in super::read::RESERVED {
            names.intern(reserved);
        }
        let intern = |(_, extract): &(FileId, Extract)| {
            extract
                .names
                .iter()
                .map(|name| names.intern(name))
                .collect()
        };
        let symbols = extracts.iter().map(intern).collect();
        let numbered = extracts
            .iter()
            .zip(0..)
            .map(|((file, _), number)| (*file, number));
        Self {
            symbols,
            extract_of: numbered.collect(),
            crates: Vec::new(),
            modules: Vec::new(),
            entries: Vec::new(),
            instances: Vec::new(),
            instances_of: vec![Vec::new(); extracts.len()],
            aliases: FxHashMap::default(),
            variants: FxHashMap::default(),
            associated: FxHashMap::default(),
            extensions: FxHashMap::default(),
            item_places: Vec::new(),
            contained: FxHashMap::default(),
            notifications: Vec::new(),
            names,
        }
    }

    fn all_variants(&self, extracts: &[(FileId, Extract)]) -> FxHashMap<(u32, u32), Vec<Symbol>> {
        let mut found: FxHashMap<(u32, u32), Vec<Symbol>> = FxHashMap::default();
        for ((_, extract), number) in extracts.iter().zip(0..) {
            for (item, place) in extract
                .items
                .iter()
                .zip(0..)
                .filter(|(item, _)| !item.variants.is_empty())
            {
                let symbols = item
                    .variants
                    .iter()
                    .map(|name| self.symbol(number, *name))
                    .collect();
                found.insert((number, place), symbols);
            }
        }
        found
    }

    fn all_items(&self, extracts: &[(FileId, Extract)]) -> Vec<Vec<(FileId, Symbol)>> {
        let items = |((file, extract), number): (&(FileId, Extract), u32)| {
            extract
                .items
                .iter()
                .map(|item| (*file, self.symbol(number, item.name)))
                .collect()
        };
        extracts.iter().zip(0..).map(items).collect()
    }

    pub(super) fn module(&self, id: ModuleId) -> Option<&Module> {
        self.modules.get(id as usize)
    }

    pub(super) fn symbol(&self, extract: u32, name: Name) -> Symbol {
        let symbols = self.symbols.get(extract as usize);
        symbols
            .and_then(|symbols| symbols.get(name as usize))
            .copied()
            .unwrap_or(NONE)
    }

    /// The type behind a chain of aliases.
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
        let mut at = inner;
        while let Some(module) = self.module(at) {
            if at == outer {
                return true;
            }
            if module.parent == at {
                return false;
            }
            at = module.parent;
        }
        false
    }

    /// The meanings of a name in a module's own table.
    pub(super) fn entries(
        &self,
        module: ModuleId,
        symbol: Symbol,
        space: u8,
    ) -> impl Iterator<Item = &Entry> {
        let first = self
            .module(module)
            .and_then(|module| module.table.get(&(symbol, space)))
            .copied();
        let first = first.and_then(|first| self.entries.get(first as usize));
        std::iter::successors(first, |entry| self.entries.get(entry.next as usize))
    }

    /// Adds a meaning; tells whether anything changed.
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
                && (known.visible_in == entry.visible_in || known.visible_in == NONE || entry.glob)
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
        let mut next = NONE;
        // The first meaning stays first.
        for entry in std::iter::once(entry).chain(kept.into_iter().rev()) {
            self.entries.push(Entry { next, ..entry });
            next = u32::try_from(self.entries.len() - 1).unwrap_or(NONE);
        }
        if let Some(module) = self.modules.get_mut(module as usize) {
            module.table.insert((symbol, space), next);
            module.version += 1;
        }
        true
    }
}
