//! What is kept of one Go file.
//!
//! In: nothing. Out: [`FileExtract`] and its parts.
//! Invariant: every id leads into a list of the same extract.
//! Never: text or tokens of the file beyond its names.

use crate::model::{FunctionRange, IndexVec, Position, SymbolKind, id};
use crate::parse::tokens::cursor::{Place, UseId};
use crate::parse::tokens::{NameId, Names};

id!(
    /// Position of an import in its file.
    pub(crate) ImportId
);
id!(
    /// Position of a declaration in its file.
    pub(crate) DeclarationId
);
id!(
    /// Position of a shape in its file.
    pub(crate) ShapeId
);

/// Facts of one file, before names of other files are known.
#[derive(Clone, Debug)]
pub(crate) struct FileExtract {
    /// Every name that the lists below refer to.
    pub(crate) names: Names,
    /// The package clause; `_` where it is missing.
    pub(crate) package: NameId,
    /// Imports in source order.
    pub(crate) imports: IndexVec<ImportId, Import>,
    /// Whether the file takes part in the default build.
    pub(crate) build: Build,
    /// Whether a build constraint or file name suffix guards the file.
    pub(crate) conditional: bool,
    /// Package-level declarations, methods left out.
    pub(crate) declarations: IndexVec<DeclarationId, Declared>,
    /// Distinct names that are used and not bound in the file's own scopes.
    pub(crate) uses: IndexVec<UseId, Use>,
    /// Places of the uses, in source order.
    pub(crate) references: Vec<Place>,
    /// Keys of composite literals that are fields or names, whichever the type says.
    pub(crate) keys: Vec<Key>,
    /// Types as far as literals need them.
    pub(crate) shapes: IndexVec<ShapeId, Shape>,
    /// Functions and methods with their lines.
    pub(crate) functions: Vec<FunctionRange>,
    /// Lines.
    pub(crate) lines: u32,
    /// Cyclomatic number summed over functions.
    pub(crate) complexity: u32,
    /// Whether it has a function `init`.
    pub(crate) has_init: bool,
}

/// How a file stands to the default build: `linux`, `amd64`, `cgo`, no custom tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Build {
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
pub(crate) struct Import {
    /// The path as written, without quotes.
    pub(crate) path: Box<str>,
    /// The name it is given.
    pub(crate) alias: Alias,
    /// Where the path stands.
    pub(crate) at: Position,
}

/// How an import names its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alias {
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
pub(crate) struct Declared {
    /// Its name.
    pub(crate) name: NameId,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// Where its name stands.
    pub(crate) at: Position,
    /// The right side of a type declaration.
    pub(crate) shape: Option<ShapeId>,
}

/// A name, or a name and the one selected from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The first name.
    pub(crate) name: NameId,
    /// The name after the dot.
    pub(crate) selected: Option<NameId>,
}

/// A key of a composite literal of a named type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// The literal's type.
    pub(crate) shape: ShapeId,
    /// The use of the key as a name.
    pub(crate) place: Place,
}

/// As much of a type as composite literals need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
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
