//! Fills the name tables from `use` declarations, to a fixed point.
//!
//! In: modules with their own names, imports. Out: complete tables.
//! Invariant: explicit names beat globs; cycles of globs end because tables only grow.
//! Never: the order of files decides a meaning.
//!
//! Imports depend on each other in circles:
//!
//! ```text
//! use a::B;
//! mod a { pub use crate::b::*; pub struct A; }
//! mod b { pub use crate::a::*; pub struct B; }
//! ```
//!
//! So every import is evaluated, round after round, until no table changes. In round one `use a::B`
//! finds nothing, for `a` has only `A`; then `a` copies `B`, and `b` copies `A`. In round two
//! `use a::B` finds what `a` has by now. Round three changes nothing, and that is the end. A meaning is
//! replaced only by a stronger one (a declared name beats a glob, anything beats a guess from a macro
//! call), never taken back, so there is an end. A glob that saw the same version of its source before
//! costs one comparison, which makes the last rounds cheap.
//!
//! Rejected: to resolve an import when it is first asked for, and to go on to what it needs. In a
//! circle the answer then depends on where one came in: asked from `b`, the glob of `a` is already
//! "being resolved" and gives no `B`, and whoever keeps that answer has lost the name for good.

use rustc_hash::FxHashSet;

use super::bodies;
use super::extracts::Extracts;
use super::index::{CrateId, Definition, Entry, ExtractId, Index, Instance, InstanceId, ModuleId};
use super::lookup::{Ask, ask, meanings, symbols};
use super::read::facts::{Extract, Import, ImportId, ImportKind, ItemId, Name, PathId, Spaces};
use super::read::interner::{Reserved, Symbol};
use super::tree::visible_in;
use crate::model::{FileId, Labels, Project};

/// Most rounds; real programs need fewer than ten.
const MAX_ROUNDS: usize = 64;

/// One import of one instance, with what was seen of it last.
struct Task {
    instance: InstanceId,
    import: ImportId,
    /// Table version of the module looked into, when it was last read.
    seen: Option<(ModuleId, u32)>,
}

/// Fills the tables: macro calls are replaced, imports run to a fixed point, and, if the imports
/// made more macros known, both happen once more.
pub(super) fn settle(index: &mut Index, project: &Project, extracts: &mut Extracts<'_>) {
    let mut done = FxHashSet::default();
    bodies::place(index, project, extracts, &mut done);
    declare_made(index, extracts);
    fixed_point(index, extracts);
    // Macros that were imported may make items, too.
    if bodies::place(index, project, extracts, &mut done) | declare_made(index, extracts) {
        fixed_point(index, extracts);
    }
}

/// Declares what the bodies of `macro_rules!` name literally, wherever the macro is called for items.
///
/// For a macro with `pub struct Table;` in its body, a call `table!();` declares `Table` in its
/// module. The entry is weak, as the arm with the struct may not be the one that matches. Tells
/// whether a table changed.
fn declare_made(index: &mut Index, extracts: &Extracts<'_>) -> bool {
    let mut found: Vec<(ModuleId, ExtractId, ItemId)> = Vec::new();
    for instance in &index.instances {
        let (_, extract) = &extracts[instance.extract];
        for call in &extract.item_calls {
            let path = &extract.paths[call.path];
            let module = instance.modules[path.scope];
            let names = symbols(index, instance.extract, extract, path);
            for hit in index.look_up(&names, ask(module, path, false)).hits {
                let Definition::Item { extract, item } = hit.definition else {
                    continue;
                };
                let made = extracts[extract].1.made.iter();
                let made = made.filter(|(_, by)| *by == item);
                found.extend(made.map(|(made, _)| (module, extract, *made)));
            }
        }
    }
    let mut changed = false;
    for (module, extract, item) in found {
        let declared = &extracts[extract].1.items[item];
        let symbol = index.symbol(extract, declared.name);
        let entry = Entry {
            weak: true,
            ..Entry::new(Definition::Item { extract, item }, None, false)
        };
        for space in [Spaces::TYPES, Spaces::VALUES] {
            if declared.spaces.has(space) {
                changed |= index.insert(module, symbol, space.0, entry);
            }
        }
    }
    changed
}

/// Runs every import of every instance until a round changes nothing.
fn fixed_point(index: &mut Index, extracts: &Extracts<'_>) {
    let mut tasks = Vec::new();
    for (instance, known) in index.instances.pairs() {
        let imports = extracts[known.extract].1.imports.ids();
        tasks.extend(imports.map(|import| Task {
            instance,
            import,
            seen: None,
        }));
    }
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for task in &mut tasks {
            changed |= run(index, extracts, task);
        }
        if !changed {
            break;
        }
    }
}

/// An import in one of its places.
#[derive(Clone, Copy)]
struct Site<'a> {
    /// The extract that holds it.
    extract: &'a Extract,
    /// Its number.
    id: ExtractId,
    /// The crate of the instance.
    krate: CrateId,
    /// The module or block whose table it fills.
    module: ModuleId,
    /// The import.
    import: &'a Import,
}

impl Site<'_> {
    /// The names of its path.
    fn path(&self, index: &Index) -> Vec<Symbol> {
        symbols(index, self.id, self.extract, &self.import.path)
    }

    /// How its path is to be read.
    fn ask(&self) -> Ask {
        ask(self.module, &self.import.path, true)
    }

    /// What the import makes of a name, under a condition or not.
    fn entry(&self, index: &Index, definition: Definition, conditional: bool) -> Entry {
        let visible_in = visible_in(index, self.module, self.import.visibility);
        let conditional = conditional || self.import.path.labels.any(Labels::CFG);
        Entry::new(definition, visible_in, conditional)
    }
}

/// Evaluates one import; tells whether a table changed.
fn run(index: &mut Index, extracts: &Extracts<'_>, task: &mut Task) -> bool {
    let instance = &index.instances[task.instance];
    let (_, extract) = &extracts[instance.extract];
    let import = &extract.imports[task.import];
    let site = Site {
        extract,
        id: instance.extract,
        krate: instance.krate,
        module: instance.modules[import.path.scope],
        import,
    };
    match import.kind {
        ImportKind::Unnamed => false,
        ImportKind::ExternCrate { name, macro_use } => extern_crate(index, site, name, macro_use),
        ImportKind::Named(alias) => named(index, site, alias),
        ImportKind::Glob => glob(index, site, &mut task.seen),
    }
}

/// `extern crate a as b;`: `b` in the module, at the root also in the paths of the whole crate.
fn extern_crate(index: &mut Index, site: Site<'_>, name: Option<Name>, macro_use: bool) -> bool {
    let written = site.path(index);
    let Some(definition) = crate_named(index, site.krate, written[0]) else {
        return false;
    };
    let mut changed = false;
    if let Some(name) = name {
        let symbol = index.symbol(site.id, name);
        let entry = site.entry(index, definition, false);
        changed |= index.insert(site.module, symbol, Spaces::TYPES.0, entry);
        let krate = &mut index.crates[site.krate];
        if krate.root == site.module {
            krate.prelude.entry(symbol).or_insert(definition);
        }
    }
    let known = &mut index.crates[site.krate].macro_use;
    if let (true, Definition::Module(root)) = (macro_use, definition)
        && !known.contains(&root)
    {
        known.push(root);
        changed = true;
    }
    changed
}

/// The crate that `extern crate name` means.
pub(super) fn crate_named(index: &Index, krate: CrateId, name: Symbol) -> Option<Definition> {
    let krate = &index.crates[krate];
    if name == Symbol::SELF {
        return Some(Definition::Module(krate.root));
    }
    krate.prelude.get(&name).copied()
}

/// `use a::b as c;`: `c` gets each meaning of `a::b`, in the name space of that meaning.
///
/// A name of an unknown crate gets all three name spaces, but gives way to any other meaning. A
/// path of one name that means the importing module itself brings in nothing.
fn named(index: &mut Index, site: Site<'_>, alias: Name) -> bool {
    let path = site.path(index);
    let alias = index.symbol(site.id, alias);
    let answer = index.look_up(&path, site.ask());
    let mut changed = false;
    let own = |definition| definition == Definition::Module(site.module) && path.len() == 1;
    for hit in answer.hits.into_iter().filter(|hit| !own(hit.definition)) {
        // A variant, and what an unknown crate exports, may be anything.
        let vague = hit.rest > 0
            || matches!(
                hit.definition,
                Definition::External | Definition::Missing | Definition::Made(_)
            );
        let spaces = if vague {
            site.import.path.spaces
        } else {
            Spaces(hit.space)
        };
        let entry = Entry {
            weak: vague && hit.rest == 0,
            through: hit.through,
            ..site.entry(index, hit.definition, hit.conditional)
        };
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.has(space) {
                changed |= index.insert(site.module, alias, space.0, entry);
            }
        }
    }
    changed
}

/// `use a::*;`: copies from a module, takes the variants of an enum, or notes that a crate outside
/// may give any name.
fn glob(index: &mut Index, site: Site<'_>, seen: &mut Option<(ModuleId, u32)>) -> bool {
    let path = site.path(index);
    let answer = index.look_up(&path, site.ask());
    let mut changed = false;
    for hit in answer.hits {
        match hit.definition {
            Definition::Module(source) if source == site.module => {}
            Definition::Made(_) => {}
            Definition::Module(source) => {
                changed |= copy(index, site, source, hit.conditional, seen);
            }
            Definition::Item { extract, item } => {
                changed |= variants(index, site, hit.definition, (extract, item));
            }
            Definition::External | Definition::Missing => {
                let module = &mut index.modules[site.module];
                if !module.external_glob {
                    module.external_glob = true;
                    module.version += 1;
                    changed = true;
                }
            }
        }
    }
    changed
}

/// Copies the names of `source` that the importing module may use.
///
/// `seen` holds the module and its version when it was copied last; the same version has nothing
/// new. The copy is visible where both the import and the name itself are.
fn copy(
    index: &mut Index,
    site: Site<'_>,
    source: ModuleId,
    conditional: bool,
    seen: &mut Option<(ModuleId, u32)>,
) -> bool {
    let from = &index.modules[source];
    if *seen == Some((source, from.version)) {
        return false;
    }
    *seen = Some((source, from.version));
    let external = from.external_glob;
    let mut keys: Vec<(Symbol, u8)> = from.table.keys().copied().collect();
    keys.sort_unstable();
    note_glob(index, site.module, source);
    let mut changed = false;
    for (symbol, space) in keys {
        let entries: Vec<Entry> = index.entries(source, symbol, space).copied().collect();
        for entry in entries.into_iter().rev() {
            let within = |outer| index.is_below(site.module, outer);
            if !entry.visible_in.is_none_or(within) {
                continue;
            }
            let own = site.entry(index, entry.definition, entry.conditional || conditional);
            let copied = Entry {
                visible_in: own.visible_in.or(entry.visible_in),
                glob: true,
                weak: entry.weak,
                through: entry.through,
                ..own
            };
            changed |= index.insert(site.module, symbol, space, copied);
        }
    }
    let module = &mut index.modules[site.module];
    changed |= external && !module.external_glob;
    module.external_glob |= external;
    changed
}

/// Remembers where names that only a macro call mentions may come from.
fn note_glob(index: &mut Index, module: ModuleId, source: ModuleId) {
    let globs = &mut index.modules[module].globs;
    if !globs.contains(&source) {
        globs.push(source);
    }
}

/// The variants of an enum become names of the importing module.
fn variants(index: &mut Index, site: Site<'_>, of: Definition, item: (ExtractId, ItemId)) -> bool {
    let entry = Entry {
        glob: true,
        ..site.entry(index, of, false)
    };
    let mut changed = false;
    for name in index.variants(item).to_vec() {
        changed |= index.insert(site.module, name, Spaces::TYPES.0, entry);
        changed |= index.insert(site.module, name, Spaces::VALUES.0, entry);
    }
    changed
}

/// Finds the types behind type aliases.
///
/// `type Items = Vec<Item>;` stands for a type of another crate, `type Basket = Cart;` for `Cart`,
/// so that `Basket::total` is found where `Cart::total` is.
pub(super) fn follow_aliases(index: &mut Index, extracts: &Extracts<'_>) {
    let mut found: Vec<(Definition, Definition)> = Vec::new();
    let mut foreign: Vec<Definition> = Vec::new();
    for instance in &index.instances {
        let (_, extract) = &extracts[instance.extract];
        for (item, path) in &extract.aliases {
            let alias = Definition::Item {
                extract: instance.extract,
                item: *item,
            };
            let types = meanings(index, instance, extract, *path);
            if types.is_empty() && is_outside(index, instance, extract, *path) {
                foreign.push(alias);
            }
            found.extend(
                types
                    .into_iter()
                    .filter(|target| *target != alias)
                    .map(|target| (alias, target)),
            );
        }
    }
    for (alias, target) in found {
        index.aliases.entry(alias).or_insert(target);
    }
    index.foreign_aliases.extend(foreign);
}

/// Whether a path of an instance means something of another crate.
fn is_outside(index: &Index, instance: &Instance, extract: &Extract, path: PathId) -> bool {
    let path = &extract.paths[path];
    let module = instance.modules[path.scope];
    let names = symbols(index, instance.extract, extract, path);
    let hits = index.look_up(&names, ask(module, path, false)).hits;
    let mut meant = hits.iter().map(|hit| hit.definition);
    !hits.is_empty() && meant.all(|definition| definition == Definition::External)
}

/// Finds the files of associated items: variants hide them all, inherent ones those of traits.
///
/// Of `impl Cart { fn new }` and `impl Default for Cart { fn default }` both names are noted for
/// `Cart`. A name in a macro call inside of an `impl` counts only where nobody writes it out. In a
/// program or a test an implementation is seen by that crate alone, since no other can link it.
pub(super) fn associate(index: &mut Index, extracts: &Extracts<'_>) {
    let mut found: Vec<((Definition, Symbol), bool, (FileId, Option<CrateId>))> = Vec::new();
    let mut called: Vec<((Definition, Symbol), (FileId, Option<CrateId>))> = Vec::new();
    for instance in &index.instances {
        let (file, extract) = &extracts[instance.extract];
        let alone = !index.crates[instance.krate].is_linkable;
        let place = (*file, alone.then_some(instance.krate));
        for implementation in &extract.impls {
            let by_trait = implementation.of.is_some();
            let own_trait = implementation
                .of
                .is_some_and(|of| !meanings(index, instance, extract, of).is_empty());
            for of in meanings(index, instance, extract, implementation.path) {
                let of = index.unaliased(of);
                // Other crates give `From` to their types as well: nobody sees which one is meant.
                if index.foreign_aliases.contains(&of) && by_trait && !own_trait {
                    continue;
                }
                let keys = |names: &[Name]| -> Vec<(Definition, Symbol)> {
                    let names = names.iter();
                    let names = names.map(|name| index.symbol(instance.extract, *name));
                    let names = names.filter(|name| !is_variant(index, of, *name));
                    names.map(|name| (of, name)).collect()
                };
                let own = keys(&implementation.names).into_iter();
                found.extend(own.map(|key| (key, by_trait, place)));
                let made = keys(&implementation.called).into_iter();
                called.extend(made.map(|key| (key, place)));
            }
        }
    }
    let own = |(key, by_trait, _): &(_, bool, _)| (!by_trait).then_some(*key);
    let inherent: FxHashSet<(Definition, Symbol)> = found.iter().filter_map(own).collect();
    found.retain(|(key, by_trait, _)| !by_trait || !inherent.contains(key));
    let written: FxHashSet<(Definition, Symbol)> = found.iter().map(|(key, ..)| *key).collect();
    called.retain(|(key, _)| !written.contains(key));
    let all = found.into_iter().map(|(key, _, place)| (key, place));
    for (key, place) in all.chain(called) {
        let places = index.associated.entry(key).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }
}

/// Whether `of` is an enum with a variant of that name.
fn is_variant(index: &Index, of: Definition, name: Symbol) -> bool {
    let Definition::Item { extract, item } = of else {
        return false;
    };
    index.variants((extract, item)).contains(&name)
}
