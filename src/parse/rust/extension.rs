//! Items that traits of the tree give to types of other crates.
//!
//! In: implementations for types outside. Out: the file behind `Type::item`.
//! Invariant: the trait is in scope, the type has the implemented type's name, one file fits.
//! Never: a method after a dot, whose type is not written.

use super::extracts::Extracts;
use super::index::{Definition, Extension, Index, ModuleId};
use super::lookup::{ask, meanings, symbols};
use super::read::interner::Symbol;
use crate::model::FileId;

/// Finds what traits of the tree give to types outside, by the type's name and the item's.
///
/// `trait Shout { fn shout(); } impl Shout for String { … }` makes `String::shout` lead to this
/// file. Types of the tree are left out: `associate` knows them by identity and not by name.
pub(super) fn collect(index: &mut Index, extracts: &Extracts<'_>) {
    let mut found: Vec<((Symbol, Symbol), Extension)> = Vec::new();
    for instance in &index.instances {
        let (file, extract) = &extracts[instance.extract];
        for implementation in &extract.impls {
            let path = &extract.paths[implementation.path];
            let Some(of) = implementation.of else {
                continue;
            };
            let module = instance.modules[path.scope];
            let names = symbols(index, instance.extract, extract, path);
            let hits = index.look_up(&names, ask(module, path, false)).hits;
            let outside = hits
                .iter()
                .all(|hit| hit.definition == Definition::External);
            let Some(&last) = names.last().filter(|_| outside && !hits.is_empty()) else {
                continue;
            };
            for of in meanings(index, instance, extract, of) {
                let items = implementation.names.iter();
                let items = items.map(|item| index.symbol(instance.extract, *item));
                found.extend(items.map(|item| ((last, item), (of, *file))));
            }
        }
    }
    for (key, extension) in found {
        let known = index.extensions.entry(key).or_default();
        if !known.contains(&extension) {
            known.push(extension);
        }
    }
}

impl Index {
    /// The file that gives the last name of `path` to the type before it, as seen from `module`.
    ///
    /// `None` when traits of several files in scope give the name to a type called so.
    pub(super) fn extension(&self, path: &[Symbol], module: ModuleId) -> Option<FileId> {
        let [.., of, item] = path else { return None };
        let known = self.extensions.get(&(*of, *item))?;
        let mut files = known.iter().filter(|(of, _)| self.sees(module, *of));
        let (_, file) = files.next()?;
        files.all(|(_, other)| other == file).then_some(*file)
    }

    /// Whether `definition` has a name in `module` or in the blocks around it.
    fn sees(&self, module: ModuleId, definition: Definition) -> bool {
        self.blocks(module).any(|at| {
            let mut names = self.modules[at].table.keys();
            names.any(|&(name, space)| {
                let mut entries = self.entries(at, name, space);
                entries.any(|entry| entry.definition == definition)
            })
        })
    }
}
