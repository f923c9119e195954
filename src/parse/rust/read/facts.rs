//! What is kept of one Rust file: names, scopes, items, imports and paths.
//!
//! In: nothing. Out: [`Extract`].
//! Invariant: every index points into the lists of the same extract; scope 0 is the file.
//! Never: a syntax tree, resolved anything.

use std::sync::Arc;

use crate::model::{EdgeKind, IndexVec, Labels, Position, id};
use crate::parse::language::facts::Own;

id!(
    /// A name of one file.
    pub(crate) Name
);
id!(
    /// A scope of a file; the first is the file.
    pub(crate) ScopeId
);
id!(
    /// A named thing that a file declares.
    pub(crate) ItemId
);
id!(
    /// A leaf of a `use` tree, or an `extern crate`.
    pub(crate) ImportId
);
id!(
    /// A path as a file writes it.
    pub(crate) PathId
);
id!(
    /// A segment of a path.
    pub(crate) SegmentId
);

/// A set of name spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spaces(pub(crate) u8);

impl Spaces {
    /// Types, traits and modules.
    pub(crate) const TYPES: Self = Self(1);
    /// Functions, constants, statics, and constructors of structs and variants.
    pub(crate) const VALUES: Self = Self(2);
    /// Macros, derives and attributes.
    pub(crate) const MACROS: Self = Self(4);
    /// Both of the first two, as for `struct A(u8);`.
    pub(crate) const TYPES_AND_VALUES: Self = Self(3);
    /// All three, as for an import.
    pub(crate) const ALL: Self = Self(7);

    /// Whether the sets have a name space in common.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Everything that one file says, before any other file is known.
#[derive(Debug, Default)]
pub(in crate::parse) struct Extract {
    /// Names of the file, those with a meaning of their own first.
    pub(crate) names: IndexVec<Name, Arc<str>>,
    /// The file, its inline modules, and blocks with items.
    pub(crate) scopes: IndexVec<ScopeId, Scope>,
    /// What it declares.
    pub(crate) items: IndexVec<ItemId, Item>,
    /// Modules that it declares, inline or in other files.
    pub(crate) modules: Vec<ModuleDecl>,
    /// Leaves of its `use` trees.
    pub(crate) imports: IndexVec<ImportId, Import>,
    /// Paths, as they are met.
    pub(crate) paths: IndexVec<PathId, PathUse>,
    /// `Self::item`, with the path of the implemented type in place of `Self`.
    pub(crate) of_self: Vec<PathUse>,
    /// Segments of all paths, one after the other.
    pub(crate) segments: IndexVec<SegmentId, Name>,
    /// Calls of `include!`.
    pub(crate) includes: Vec<Include>,
    /// Folders whose files are all modules (`automod::dir!`), relative to the package.
    pub(crate) folders: Vec<Include>,
    /// Implementations: where associated items live.
    pub(crate) impls: Vec<Impl>,
    /// Calls of macros where items stand.
    pub(crate) item_calls: Vec<ItemCall>,
    /// Macros that may declare modules or imports: the item, and the text of its arms.
    pub(crate) arms: Vec<(ItemId, Box<str>)>,
    /// Items that bodies of `macro_rules!` name literally: the item, the macro's item.
    pub(crate) made: Vec<(ItemId, ItemId)>,
    /// Type aliases: the item, and the path that it stands for.
    pub(crate) aliases: Vec<(ItemId, PathId)>,
    /// What the file tells without any other: lines, types, functions.
    pub(crate) own: Own,
}

impl Extract {
    /// The names of a path's segments.
    pub(crate) fn segments(&self, path: &PathUse) -> &[Name] {
        &self.segments.as_slice()[path.first.index()..][..usize::from(path.len)]
    }
}

/// A scope with names of its own.
#[derive(Debug)]
pub(crate) struct Scope {
    /// The scope around; itself for the file.
    pub(crate) parent: ScopeId,
    /// What it is.
    pub(crate) kind: ScopeKind,
    /// Identifiers in calls of macros that may declare items here.
    pub(crate) macro_names: Vec<Name>,
}

/// What a scope is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// All of the file.
    File,
    /// An inline module.
    Module,
    /// A block that holds items.
    Block,
}

/// A macro call where items stand.
#[derive(Debug)]
pub(crate) struct ItemCall {
    /// The macro.
    pub(crate) path: PathId,
    /// The text of its tokens, unless that is long.
    pub(crate) tokens: Option<Box<str>>,
}

/// Who may use a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Everyone.
    Public,
    /// Everything below the crate root.
    Crate,
    /// Everything below the parent module.
    Parent,
    /// The module itself and what lies below.
    Private,
}

/// A named thing.
#[derive(Debug)]
pub(crate) struct Item {
    /// The scope that it belongs to.
    pub(crate) scope: ScopeId,
    /// Its name.
    pub(crate) name: Name,
    /// Name spaces in which it is known.
    pub(crate) spaces: Spaces,
    /// Who may use it.
    pub(crate) visibility: Visibility,
    /// Conditions under which it exists.
    pub(crate) labels: Labels,
    /// How it is known.
    pub(crate) kind: ItemKind,
    /// Variants of an enum.
    pub(crate) variants: Vec<Name>,
    /// Line of its name.
    pub(crate) line: u32,
}

/// From where an item is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// In its scope, whatever the place.
    Plain,
    /// `macro_rules!`, in scope from its place on.
    TextualMacro,
    /// `macro_rules!` with `#[macro_export]`: also at the root of its crate.
    ExportedMacro,
    /// A procedural macro: at the root of its crate.
    ProcMacro,
    /// Named in the body of a macro; exists where the macro is called.
    Made,
    /// Guessed from the tokens of a macro call; gives way to anything else.
    Weak,
}

/// `mod x;` or `mod x { … }`.
#[derive(Debug)]
pub(crate) struct ModuleDecl {
    /// The scope that declares it.
    pub(crate) scope: ScopeId,
    /// Its name.
    pub(crate) name: Name,
    /// Who may use it.
    pub(crate) visibility: Visibility,
    /// Conditions under which it exists.
    pub(crate) labels: Labels,
    /// The scope of an inline module.
    pub(crate) inline: Option<ScopeId>,
    /// Values of `#[path]`; several under `cfg_attr`.
    pub(crate) paths: Vec<Box<str>>,
    /// Whether every path stands under a condition, so that the usual place counts too.
    pub(crate) paths_conditional: bool,
    /// Whether `#[macro_use]` stands on it.
    pub(crate) macro_use: bool,
    /// Where its name stands.
    pub(crate) at: Position,
}

/// A leaf of a `use` tree, or an `extern crate`.
#[derive(Debug)]
pub(crate) struct Import {
    /// What it names.
    pub(crate) path: PathUse,
    /// What it brings in.
    pub(crate) kind: ImportKind,
    /// Who may use the name that it brings in.
    pub(crate) visibility: Visibility,
}

/// What an import brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportKind {
    /// Brings in one name, under which it is known here.
    Named(Name),
    /// `as _`.
    Unnamed,
    /// `*`.
    Glob,
    /// `extern crate`, with the name under which it is known, and `#[macro_use]`.
    ExternCrate { name: Option<Name>, macro_use: bool },
}

/// A path as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathUse {
    /// The scope in which it stands.
    pub(crate) scope: ScopeId,
    /// Its first segment.
    pub(crate) first: SegmentId,
    /// Number of its segments.
    pub(crate) len: u16,
    /// Name spaces in which its last name may be.
    pub(crate) spaces: Spaces,
    /// Conditions around it, and whether it stands in a macro call.
    pub(crate) labels: Labels,
    /// What kind of edge it makes.
    pub(crate) kind: EdgeKind,
    /// Starts with `::`.
    pub(crate) rooted: bool,
    /// Whether failing to resolve it tells nothing.
    pub(crate) optional: bool,
    /// Where it starts.
    pub(crate) at: Position,
}

/// `include!("…")`.
#[derive(Debug)]
pub(crate) struct Include {
    /// The scope that it fills.
    pub(crate) scope: ScopeId,
    /// The literal; `None` when it is computed.
    pub(crate) path: Option<Box<str>>,
    /// Conditions around it.
    pub(crate) labels: Labels,
    /// Where it stands.
    pub(crate) at: Position,
}

/// An implementation: names that can be reached through the type's path.
#[derive(Debug)]
pub(crate) struct Impl {
    /// The implemented type.
    pub(crate) path: PathId,
    /// The trait.
    pub(crate) of: Option<PathId>,
    /// Names of its associated items.
    pub(crate) names: Vec<Name>,
    /// Names in its macro calls, which may make more of them.
    pub(crate) called: Vec<Name>,
}
