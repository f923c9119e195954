//! What a name means in a Go file, and what a literal's type looks like.
//!
//! In: [`Index`], a file, a use. Out: [`Meaning`], [`Solid`].
//! Invariant: file scope (imports) before package scope; tests see tests, others do not.
//! Never: follows a method or field through an inferred type.

use super::index::{Definition, File, FileIndex, Imported, Index};
use super::modules::PackIndex;
use super::parser::extract::{Alias, ImportId, Shape, ShapeId, Use};
use crate::parse::tokens::cursor::UseId;

/// What a use means.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// A declaration of the tree, perhaps through this import.
    Declared(Definition, Option<ImportId>),
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
///
/// `money.Round` is looked up in the package that `money` imports, `Round` in the own package, then
/// in dot imports.
pub(super) fn meaning(index: &Index, file: &File, used: Use) -> Meaning {
    let name = file.extract.names.text(used.name);
    match used.selected {
        Some(selected) => selection(index, file, name, file.extract.names.text(selected)),
        None => bare(index, file, name),
    }
}

/// What `name.selected` means.
///
/// Where no import has the name, it is that of a package-level variable or type (`config.Port`),
/// and the use is one of `name` alone: what is selected from it would take its type.
fn selection(index: &Index, file: &File, name: &str, selected: &str) -> Meaning {
    let mut imports = file.imports.pairs();
    let Some((at, import)) = imports.find(|(_, import)| &*import.name == name) else {
        return bare(index, file, name);
    };
    let Some(pack) = import.pack else {
        return Meaning::External;
    };
    if index.packs[pack].path == "unsafe" {
        // The compiler's own: the folder of that name only documents it.
        return Meaning::Builtin;
    }
    match index.find(pack, selected, is_tested(index, file, pack)) {
        Some(definition) => Meaning::Declared(definition, Some(at)),
        None => Meaning::Unknown,
    }
}

/// Whether the file belongs to the external tests of `pack`, which see its own tests, too.
fn is_tested(index: &Index, file: &File, pack: PackIndex) -> bool {
    file.pack
        .is_some_and(|own| index.packs[own].tested == Some(pack))
}

/// What a name without a selector means: own package, dot imports, predeclared.
///
/// What is found nowhere is external if an import from outside may explain it: a package can be
/// called differently from its path, so that `redis.Client` may belong to an import of
/// `…/client-go`.
fn bare(index: &Index, file: &File, name: &str) -> Meaning {
    let own = file.pack.and_then(|pack| index.find(pack, name, file.test));
    if let Some(definition) = own {
        return Meaning::Declared(definition, None);
    }
    let imports = file.extract.imports.pairs();
    let dots = imports.filter(|(_, import)| import.alias == Alias::Dot);
    let mut outside = false;
    for (at, _) in dots {
        let Some(pack) = file.imports[at].pack else {
            outside = true;
            continue;
        };
        if let Some(definition) = index.find(pack, name, is_tested(index, file, pack)) {
            return Meaning::Declared(definition, Some(at));
        }
    }
    let misnamed = |import: &Imported| import.pack.is_none() && !import.name.is_empty();
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
    Map(FileIndex, ShapeId, ShapeId),
    /// Slices and arrays.
    List(FileIndex, ShapeId),
    /// Not known.
    Unknown,
}

/// Longest chain of declarations that is followed.
const MAX_CHAIN: u32 = 30;

/// Follows the shape `shape` of `file` through names to a type that is written out.
///
/// `type Carts []Cart`, `type Cart struct{…}`: the elements of `Carts{{…}}` are a `Struct` of the
/// file that declares `Cart`. `fuel` counts the steps so far; a type that leads to itself ends at
/// the limit.
pub(super) fn solid(index: &Index, file: FileIndex, shape: ShapeId, fuel: u32) -> Solid {
    if fuel >= MAX_CHAIN {
        return Solid::Unknown;
    }
    let (record, fuel) = (&index.files[file], fuel + 1);
    match record.extract.shapes[shape] {
        Shape::Struct => Solid::Struct(file),
        Shape::Map(key, element) => Solid::Map(file, key, element),
        Shape::List(element) => Solid::List(file, element),
        Shape::Pointer(target) => solid(index, file, target, fuel),
        Shape::Named(of) => named(index, record, of, fuel),
        Shape::KeyOf(of) => match solid(index, file, of, fuel) {
            Solid::Map(file, key, _) => solid(index, file, key, fuel),
            _ => Solid::Unknown,
        },
        Shape::ElementOf(of) => match solid(index, file, of, fuel) {
            Solid::Map(file, _, element) | Solid::List(file, element) => {
                solid(index, file, element, fuel)
            }
            _ => Solid::Unknown,
        },
        Shape::Other => Solid::Unknown,
    }
}

/// The shape of a declared type; `Unknown` outside the tree, or where the name is no type.
fn named(index: &Index, file: &File, of: UseId, fuel: u32) -> Solid {
    let Meaning::Declared(definition, _) = meaning(index, file, file.extract.uses[of]) else {
        return Solid::Unknown;
    };
    match index.declared(definition).shape {
        Some(shape) => solid(index, definition.file, shape, fuel),
        None => Solid::Unknown,
    }
}
