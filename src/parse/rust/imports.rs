//! Fills the name tables from `use` declarations, to a fixed point.
//!
//! In: modules with their own names, imports. Out: complete tables.
//! Invariant: explicit names beat globs; cycles of globs end because tables only grow.
//! Never: the order of files decides a meaning.

use rustc_hash::FxHashSet;

use super::bodies::{self, Extracts};
use super::facts::{Extract, Import, ImportKind, Name, PathUse, Spaces};
use super::index::{Definition, Entry, Index, Instance, ModuleId, NONE, Symbol};
use super::lookup::Ask;
use super::tree::visible_in;
use crate::model::{FileId, Labels, Project};

/// Most rounds; real programs need fewer than ten.
const MAX_ROUNDS: usize = 64;

/// One import of one instance, with what was seen of it last.
struct Task {
    instance: u32,
    import: u32,
    /// Table version of the module looked into, when it was last read.
    seen: Option<(ModuleId, u32)>,
}

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
fn declare_made(index: &mut Index, extracts: &Extracts<'_>) -> bool {
    let mut found: Vec<(ModuleId, Symbol, u8, Definition)> = Vec::new();
    for instance in &index.instances {
        let Some((_, extract)) = extracts.get(instance.extract as usize) else {
            continue;
        };
        for call in &extract.item_calls {
            let Some(path) = extract.paths.get(call.path as usize) else {
                continue;
            };
            let Some(&module) = instance.modules.get(path.scope as usize) else {
                continue;
            };
            let answer = index.look_up(
                &symbols(index, instance.extract, extract, path),
                ask(module, path, false),
            );
            for hit in answer.hits {
                let Definition::Item { extract, item } = hit.definition else {
                    continue;
                };
                let Some((_, of)) = extracts.get(extract as usize) else {
                    continue;
                };
                for (made, _) in of.made.iter().filter(|(_, by)| *by == item) {
                    let Some(thing) = of.items.get(*made as usize) else {
                        continue;
                    };
                    let symbol = index.symbol(extract, thing.name);
                    found.push((
                        module,
                        symbol,
                        thing.spaces.0,
                        Definition::Item {
                            extract,
                            item: *made,
                        },
                    ));
                }
            }
        }
    }
    let mut changed = false;
    for (module, symbol, spaces, definition) in found {
        let entry = Entry {
            definition,
            visible_in: NONE,
            glob: false,
            weak: true,
            conditional: false,
            through: NONE,
            next: NONE,
        };
        for space in [Spaces::TYPES, Spaces::VALUES] {
            if Spaces(spaces).has(space) {
                changed |= index.insert(module, symbol, space.0, entry);
            }
        }
    }
    changed
}

fn fixed_point(index: &mut Index, extracts: &Extracts<'_>) {
    let mut tasks = Vec::new();
    for (number, instance) in index.instances.iter().enumerate() {
        let count = extracts
            .get(instance.extract as usize)
            .map_or(0, |(_, extract)| extract.imports.len());
        let instance = u32::try_from(number).unwrap_or(NONE);
        tasks.extend((0..u32::try_from(count).unwrap_or(0)).map(|import| Task {
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

/// Evaluates one import; tells whether a table changed.
fn run(index: &mut Index, extracts: &Extracts<'_>, task: &mut Task) -> bool {
    let Some(instance) = index.instances.get(task.instance as usize) else {
        return false;
    };
    let (extract_number, krate) = (instance.extract, instance.krate);
    let Some((_, extract)) = extracts.get(extract_number as usize) else {
        return false;
    };
    let Some(import) = extract.imports.get(task.import as usize) else {
        return false;
    };
    let Some(&module) = instance.modules.get(import.path.scope as usize) else {
        return false;
    };
    match import.kind {
        ImportKind::Unnamed => false,
        ImportKind::ExternCrate { name, macro_use } => extern_crate(
            index,
            extract,
            extract_number,
            krate,
            module,
            import,
            name,
            macro_use,
        ),
        ImportKind::Named(alias) => named(index, extract, extract_number, module, import, alias),
        ImportKind::Glob => glob(
            index,
            extract,
            extract_number,
            module,
            import,
            &mut task.seen,
        ),
    }
}

pub(super) fn symbols(
    index: &Index,
    extract_number: u32,
    extract: &Extract,
    path: &PathUse,
) -> Vec<Symbol> {
    let first = path.first as usize;
    let names = extract
        .segments
        .get(first..first + usize::from(path.len))
        .unwrap_or_default();
    names
        .iter()
        .map(|name| index.symbol(extract_number, *name))
        .collect()
}

pub(super) fn ask(module: ModuleId, path: &PathUse, in_use: bool) -> Ask {
    Ask {
        from: module,
        rooted: path.rooted,
        in_use,
        spaces: path.spaces,
        line: path.at.line,
        dev: true,
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call, all of them parts of one import"
)]
fn extern_crate(
    index: &mut Index,
    extract: &Extract,
    extract_number: u32,
    krate: u32,
    module: ModuleId,
    import: &Import,
    name: Option<Name>,
    macro_use: bool,
) -> bool {
    let written = symbols(index, extract_number, extract, &import.path);
    let Some(definition) = crate_named(index, krate, written.first().copied()) else {
        return false;
    };
    let mut changed = false;
    if let Some(name) = name {
        let symbol = index.symbol(extract_number, name);
        let visible_in = visible_in(index, module, import.visibility);
        let conditional = import.path.labels.any(Labels::CFG);
        let entry = Entry {
            definition,
            visible_in,
            glob: false,
            weak: false,
            conditional,
            through: NONE,
            next: NONE,
        };
        changed |= index.insert(module, symbol, Spaces::TYPES.0, entry);
        if let Some(krate) = index.crates.get_mut(krate as usize)
            && krate.root == module
        {
            krate.prelude.entry(symbol).or_insert(definition);
        }
    }
    if let (true, Definition::Module(root)) = (macro_use, definition)
        && let Some(krate) = index.crates.get_mut(krate as usize)
        && !krate.macro_use.contains(&root)
    {
        krate.macro_use.push(root);
        changed = true;
    }
    changed
}

/// The crate that `extern crate name` means.
pub(super) fn crate_named(index: &Index, krate: u32, name: Option<Symbol>) -> Option<Definition> {
    let krate = index.crates.get(krate as usize)?;
    if name? == super::read::SELF {
        return Some(Definition::Module(krate.root));
    }
    krate.prelude.get(&name?).copied()
}

fn named(
    index: &mut Index,
    extract: &Extract,
    extract_number: u32,
    module: ModuleId,
    import: &Import,
    alias: Name,
) -> bool {
    let path = symbols(index, extract_number, extract, &import.path);
    let alias = index.symbol(extract_number, alias);
    let answer = index.look_up(&path, ask(module, &import.path, true));
    let visible_in = visible_in(index, module, import.visibility);
    let mut changed = false;
    let own = |definition| definition == Definition::Module(module) && path.len() == 1;
    for hit in answer.hits.into_iter().filter(|hit| !own(hit.definition)) {
        // A variant, and what an unknown crate exports, may be anything.
        let vague = hit.rest > 0
            || matches!(
                hit.definition,
                Definition::External | Definition::Missing | Definition::Made(_)
            );
        let spaces = if vague {
            import.path.spaces
        } else {
            Spaces(hit.space)
        };
        let conditional = hit.conditional || import.path.labels.any(Labels::CFG);
        let entry = Entry {
            definition: hit.definition,
            visible_in,
            glob: false,
            weak: vague && hit.rest == 0,
            conditional,
            through: hit.through.unwrap_or(NONE),
            next: NONE,
        };
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.has(space) {
                changed |= index.insert(module, alias, space.0, entry);
            }
        }
    }
    changed
}

fn glob(
    index: &mut Index,
    extract: &Extract,
    extract_number: u32,
    module: ModuleId,
    import: &Import,
    seen: &mut Option<(ModuleId, u32)>,
) -> bool {
    let path = symbols(index, extract_number, extract, &import.path);
    let answer = index.look_up(&path, ask(module, &import.path, true));
    let mut changed = false;
    for hit in answer.hits {
        match hit.definition {
            Definition::Module(source) if source == module => {}
            Definition::Made(_) => {}
            Definition::Module(source) => {
                changed |= copy(index, module, source, import, hit.conditional, seen);
            }
            Definition::Item { extract, item } => {
                changed |= variants(index, module, extract, item, import, hit.definition);
            }
            Definition::External | Definition::Missing => {
                if let Some(module) = index.modules.get_mut(module as usize)
                    && !module.external_glob
                {
                    module.external_glob = true;
                    module.version += 1;
                    changed = true;
                }
            }
        }
    }
    changed
}

/// Copies the names of `source` that `module` may use.
fn copy(
    index: &mut Index,
    module: ModuleId,
    source: ModuleId,
    import: &Import,
    conditional: bool,
    seen: &mut Option<(ModuleId, u32)>,
) -> bool {
    let Some(from) = index.module(source) else {
        return false;
    };
    if *seen == Some((source, from.version)) {
        return false;
    }
    *seen = Some((source, from.version));
    let external = from.external_glob;
    note_glob(index, module, source);
    let Some(from) = index.module(source) else {
        return false;
    };
    let mut keys: Vec<(Symbol, u8)> = from.table.keys().copied().collect();
    keys.sort_unstable();
    let narrow = visible_in(index, module, import.visibility);
    let conditional = conditional || import.path.labels.any(Labels::CFG);
    let mut changed = false;
    for (symbol, space) in keys {
        let entries: Vec<Entry> = index.entries(source, symbol, space).copied().collect();
        for entry in entries.into_iter().rev() {
            if entry.visible_in != NONE && !index.is_below(module, entry.visible_in) {
                continue;
            }
            let visible_in = if narrow == NONE {
                entry.visible_in
            } else {
                narrow
            };
            let conditional = entry.conditional || conditional;
            let copied = Entry {
                visible_in,
                glob: true,
                conditional,
                next: NONE,
                ..entry
            };
            changed |= index.insert(module, symbol, space, copied);
        }
    }
    if external && let Some(module) = index.modules.get_mut(module as usize) {
        changed |= !module.external_glob;
        module.external_glob = true;
    }
    changed
}

/// Remembers where names that only a macro call mentions may come from.
fn note_glob(index: &mut Index, module: ModuleId, source: ModuleId) {
    if let Some(module) = index.modules.get_mut(module as usize)
        && !module.globs.contains(&source)
    {
        module.globs.push(source);
    }
}

/// The variants of an enum become names of `module`.
fn variants(
    index: &mut Index,
    module: ModuleId,
    extract: u32,
    item: u32,
    import: &Import,
    definition: Definition,
) -> bool {
    let visible_in = visible_in(index, module, import.visibility);
    let conditional = import.path.labels.any(Labels::CFG);
    let names = index
        .variants
        .get(&(extract, item))
        .cloned()
        .unwrap_or_default();
    let mut changed = false;
    for name in names {
        let entry = Entry {
            definition,
            visible_in,
            glob: true,
            weak: false,
            conditional,
            through: NONE,
            next: NONE,
        };
        changed |= index.insert(module, name, Spaces::TYPES.0, entry);
        changed |= index.insert(module, name, Spaces::VALUES.0, entry);
    }
    changed
}

/// Finds the types behind type aliases.
pub(super) fn follow_aliases(index: &mut Index, extracts: &Extracts<'_>) {
    let mut found: Vec<(Definition, Definition)> = Vec::new();
    for instance in &index.instances {
        let Some((_, extract)) = extracts.get(instance.extract as usize) else {
            continue;
        };
        for (item, path) in &extract.aliases {
            let alias = Definition::Item {
                extract: instance.extract,
                item: *item,
            };
            let types = meanings(index, instance, extract, *path);
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
}

/// The items that a path of an instance means as a type.
pub(super) fn meanings(
    index: &Index,
    instance: &Instance,
    extract: &Extract,
    path: u32,
) -> Vec<Definition> {
    let Some(path) = extract.paths.get(path as usize) else {
        return Vec::new();
    };
    let Some(&module) = instance.modules.get(path.scope as usize) else {
        return Vec::new();
    };
    let answer = index.look_up(
        &symbols(index, instance.extract, extract, path),
        ask(module, path, false),
    );
    let items = answer
        .hits
        .iter()
        .filter(|hit| hit.rest == 0 && matches!(hit.definition, Definition::Item { .. }));
    items.map(|hit| hit.definition).collect()
}

/// Finds the files of associated items: variants hide them all, inherent ones those of traits.
pub(super) fn associate(index: &mut Index, extracts: &Extracts<'_>) {
    let mut found: Vec<((Definition, Symbol), bool, (FileId, Option<u32>))> = Vec::new();
    let mut called: Vec<((Definition, Symbol), (FileId, Option<u32>))> = Vec::new();
    for instance in &index.instances {
        let Some((file, extract)) = extracts.get(instance.extract as usize) else {
            continue;
        };
        let krate = index.crates.get(instance.krate as usize);
        let alone = krate.is_some_and(|krate| !krate.is_linkable);
        let place = (*file, alone.then_some(instance.krate));
        for implementation in &extract.impls {
            let by_trait = implementation.of.is_some();
            for of in meanings(index, instance, extract, implementation.path) {
                let of = index.unaliased(of);
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

fn is_variant(index: &Index, of: Definition, name: Symbol) -> bool {
    let Definition::Item { extract, item } = of else {
        return false;
    };
    let variants = index.variants.get(&(extract, item));
    variants.is_some_and(|variants| variants.contains(&name))
}
