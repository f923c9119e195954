//! What a name means in a Go file, and what a literal's type looks like.
//!
//! In: [`Index`], a file, a use. Out: [`Meaning`], [`Solid`].
//! Invariant: file scope (imports) before package scope; tests see tests, others do not.
//! Never: follows a method or field through an inferred type.

use super::extract::{Alias, Shape, Use};
use super::index::{Definition, File, FileIndex, Index};

/// What a use means.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// A declaration of the tree, perhaps through the import at this index.
    Declared(Definition, Option<u32>),
    /// Something outside the tree.
    External,
    /// Predeclared by the language.
    Builtin,
    /// Nothing that is known.
    Unknown,
}

/// Functions and types of the language that a package may redefine.
const BUILTINS: [&str; 19] = [
    "append",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "copy",
    "delete",
    "imag",
    "len",
    "make",
    "max",
    "min",
    "new",
    "panic",
    "print",
    "println",
    "real",
    "recover",
];

/// What `used` means in `file`.
pub(super) fn meaning(index: &Index, file: &File, used: Use) -> Meaning {
    let name = file.extract.names.get(used.name);
    match used.selected {
        Some(selected) => selection(index, file, name, file.extract.names.get(selected)),
        None => bare(index, file, name),
    }
}

fn selection(index: &Index, file: &File, name: &str, selected: &str) -> Meaning {
    let Some(at) = file.imports.iter().position(|import| &*import.name == name) else {
        return bare(index, file, name);
    };
    let Some(pack) = file.imports.get(at).and_then(|import| import.pack) else {
        return Meaning::External;
    };
    if index.pack(pack).is_some_and(|pack| pack.path == "unsafe") {
        // The compiler's own: the folder of that name only documents it.
        return Meaning::Builtin;
    }
    let own = file.pack.and_then(|own| index.pack(own));
    let tests = own.is_some_and(|own| own.tested == Some(pack));
    match index.find(pack, selected, tests) {
        Some(definition) => Meaning::Declared(definition, u32::try_from(at).ok()),
        None => Meaning::Unknown,
    }
}

fn bare(index: &Index, file: &File, name: &str) -> Meaning {
    let own = file.pack.and_then(|pack| index.find(pack, name, file.test));
    if let Some(definition) = own {
        return Meaning::Declared(definition, None);
    }
    let dots = (0..)
        .zip(&file.extract.imports)
        .filter(|(_, import)| import.alias == Alias::Dot);
    let mut outside = false;
    for (at, _) in dots {
        let Some(pack) = file.imports.get(at as usize).and_then(|import| import.pack) else {
            outside = true;
            continue;
        };
        let tests = file
            .pack
            .and_then(|own| index.pack(own))
            .is_some_and(|own| own.tested == Some(pack));
        if let Some(definition) = index.find(pack, name, tests) {
            return Meaning::Declared(definition, Some(at));
        }
    }
    let misnamed =
        |import: &super::index::Imported| import.pack.is_none() && !import.name.is_empty();
    if BUILTINS.contains(&name) {
        Meaning::Builtin
    } else if outside || file.imports.iter().any(misnamed) {
        // The package of an import outside the tree may have any name.
        Meaning::External
    } else {
        Meaning::Unknown
    }
}

/// A type as a literal sees it, with the file that its parts stand in.
#[derive(Clone, Copy)]
pub(super) enum Solid {
    /// Its keys are fields declared in this file.
    Struct(FileIndex),
    /// Its keys and elements are expressions.
    Map(FileIndex, u32, u32),
    /// Slices and arrays.
    List(FileIndex, u32),
    /// Not known.
    Unknown,
}

/// Longest chain of declarations that is followed.
const MAX_CHAIN: u32 = 30;

/// Follows the shape `shape` of `file` through names to a type that is written out.
pub(super) fn solid(index: &Index, file: FileIndex, shape: u32, fuel: u32) -> Solid {
    let Some(record) = index.file(file).filter(|_| fuel < MAX_CHAIN) else {
        return Solid::Unknown;
    };
    let fuel = fuel + 1;
    match record.extract.shapes.get(shape as usize).copied() {
        Some(Shape::Struct) => Solid::Struct(file),
        Some(Shape::Map(key, element)) => Solid::Map(file, key, element),
        Some(Shape::List(element)) => Solid::List(file, element),
        Some(Shape::Pointer(target)) => solid(index, file, target, fuel),
        Some(Shape::Named(of)) => named(index, record, of, fuel),
        Some(Shape::KeyOf(of)) => match solid(index, file, of, fuel) {
            Solid::Map(file, key, _) => solid(index, file, key, fuel),
            _ => Solid::Unknown,
        },
        Some(Shape::ElementOf(of)) => match solid(index, file, of, fuel) {
            Solid::Map(file, _, element) | Solid::List(file, element) => {
                solid(index, file, element, fuel)
            }
            _ => Solid::Unknown,
        },
        Some(Shape::Other) | None => Solid::Unknown,
    }
}

fn named(index: &Index, file: &File, of: u32, fuel: u32) -> Solid {
    let Some(&used) = file.extract.uses.get(of as usize) else {
        return Solid::Unknown;
    };
    let Meaning::Declared(definition, _) = meaning(index, file, used) else {
        return Solid::Unknown;
    };
    let declared = index.file(definition.file).and_then(|file| {
        file.extract
            .declarations
            .get(definition.declaration as usize)
    });
    match declared.and_then(|declared| declared.shape) {
        Some(shape) => solid(index, definition.file, shape, fuel),
        None => Solid::Unknown,
    }
}
