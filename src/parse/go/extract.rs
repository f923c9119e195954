//! What is kept of one Go file.
//!
//! In: nothing. Out: [`FileExtract`] and its parts.
//! Invariant: every id leads into a list of the same extract.
//! Never: text or tokens of the file beyond its names.

use crate::model::{FunctionRange, IndexVec, Position, SymbolKind, id};
use crate::parse::cursor::{Place, UseId};
use crate::parse::scan::{NameId, Names};

id!(
    /// Position of an import in its file.
    pub(super) ImportId
);
id!(
    /// Position of a declaration in its file.
    pub(super) DeclarationId
);
id!(
    /// Position of a shape in its file.
    pub(super) ShapeId
);

/// Facts of one file, before names of other files are known.
#[derive(Clone, Debug)]
pub(crate) struct FileExtract {
    /// Every name that the lists below refer to.
    pub(super) names: Names,
    /// The package clause; `_` where it is missing.
    pub(super) package: NameId,
    /// Imports in source order.
    pub(super) imports: IndexVec<ImportId, Import>,
    /// Whether the file takes part in the default build.
    pub(super) build: Build,
    /// Whether a build constraint or file name suffix guards the file.
    pub(super) conditional: bool,
    /// Package-level declarations, methods left out.
    pub(super) declarations: IndexVec<DeclarationId, Declared>,
    /// Distinct names that are used and not bound in the file's own scopes.
    pub(super) uses: IndexVec<UseId, Use>,
    /// Places of the uses, in source order.
    pub(super) references: Vec<Place>,
    /// Keys of composite literals that are fields or names, whichever the type says.
    pub(super) keys: Vec<Key>,
    /// Types as far as literals need them.
    pub(super) shapes: IndexVec<ShapeId, Shape>,
    /// Functions and methods with their lines.
    pub(super) functions: Vec<FunctionRange>,
    /// Lines.
    pub(super) lines: u32,
    /// Cyclomatic number summed over functions.
    pub(super) complexity: u32,
    /// Whether it has a function `init`.
    pub(super) has_init: bool,
}

/// How a file stands to the default build: `linux`, `amd64`, `cgo`, no custom tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Build {
    /// Built.
    #[default]
    Active,
    /// Built elsewhere.
    Inactive,
    /// Never built with its package (`//go:build ignore`).
    Ignored,
}

/// One import.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// The path as written, without quotes.
    pub(super) path: Box<str>,
    /// The name it is given.
    pub(super) alias: Alias,
    /// Where the path stands.
    pub(super) at: Position,
}

/// How an import names its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alias {
    /// By the package clause.
    None,
    /// By this name.
    Named(NameId),
    /// Not at all: its exported names are in scope.
    Dot,
    /// Only for its side effects.
    Blank,
}

/// A package-level declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    /// Its name.
    pub(super) name: NameId,
    /// What it is.
    pub(super) kind: SymbolKind,
    /// Where its name stands.
    pub(super) at: Position,
    /// The right side of a type declaration.
    pub(super) shape: Option<ShapeId>,
}

/// A name, or a name and the one selected from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The first name.
    pub(super) name: NameId,
    /// The name after the dot.
    pub(super) selected: Option<NameId>,
}

/// A key of a composite literal of a named type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// The literal's type.
    pub(super) shape: ShapeId,
    /// The use of the key as a name.
    pub(super) place: Place,
}

/// As much of a type as composite literals need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Keys are fields.
    Struct,
    /// Keys and elements are expressions.
    Map(ShapeId, ShapeId),
    /// Slices and arrays.
    List(ShapeId),
    /// A pointer.
    Pointer(ShapeId),
    /// A declared type.
    Named(UseId),
    /// The key type of another shape.
    KeyOf(ShapeId),
    /// The element type of another shape.
    ElementOf(ShapeId),
    /// Anything else.
    Other,
}
