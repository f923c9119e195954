//! What is kept of one Go file.
//!
//! In: nothing. Out: [`FileExtract`] and its parts.
//! Invariant: every number is an index into a list of the same extract.
//! Never: text or tokens of the file beyond its names.

use serde::{Deserialize, Serialize};

use crate::model::{FunctionRange, Position, SymbolKind};
use crate::parse::scan::Names;

/// Facts of one file, before names of other files are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileExtract {
    /// Every name that the lists below refer to.
    pub(super) names: Names,
    /// The package clause, an index into `names`.
    pub(super) package: u32,
    /// Imports in source order.
    pub(super) imports: Vec<Import>,
    /// Whether the file takes part in the default build.
    pub(super) build: Build,
    /// Whether a build constraint or file name suffix guards the file.
    pub(super) conditional: bool,
    /// Package-level declarations, methods left out.
    pub(super) declarations: Vec<Declared>,
    /// Distinct names that are used and not bound in the file's own scopes.
    pub(super) uses: Vec<Use>,
    /// Places of the uses, in source order.
    pub(super) references: Vec<Place>,
    /// Keys of composite literals that are fields or names, whichever the type says.
    pub(super) keys: Vec<Key>,
    /// Types as far as literals need them.
    pub(super) shapes: Vec<Shape>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    Named(u32),
    /// Not at all: its exported names are in scope.
    Dot,
    /// Only for its side effects.
    Blank,
}

/// A package-level declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    /// Its name.
    pub(super) name: u32,
    /// What it is.
    pub(super) kind: SymbolKind,
    /// Where its name stands.
    pub(super) at: Position,
    /// The right side of a type declaration, an index into `shapes`.
    pub(super) shape: Option<u32>,
}

/// A name, or a name and the one selected from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The first name.
    pub(super) name: u32,
    /// The name after the dot.
    pub(super) selected: Option<u32>,
}

/// One place of a use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Index into `uses`.
    pub(super) of: u32,
    /// Whether it is an interface embedded in an interface.
    pub(super) inherits: bool,
    /// Where.
    pub(super) at: Position,
}

/// A key of a composite literal of a named type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// The literal's type.
    pub(super) shape: u32,
    /// The use of the key as a name.
    pub(super) of: u32,
    /// Where.
    pub(super) at: Position,
}

/// As much of a type as composite literals need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Keys are fields.
    Struct,
    /// Keys and elements are expressions.
    Map(u32, u32),
    /// Slices and arrays.
    List(u32),
    /// A pointer.
    Pointer(u32),
    /// A declared type, an index into `uses`.
    Named(u32),
    /// The key type of another shape.
    KeyOf(u32),
    /// The element type of another shape.
    ElementOf(u32),
    /// Anything else.
    Other,
}
