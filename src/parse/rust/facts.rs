//! What is kept of one Rust file: names, scopes, items, imports and paths.
//!
//! In: nothing. Out: [`Extract`].
//! Invariant: every index points into the lists of the same extract; scope 0 is the file.
//! Never: a syntax tree, resolved anything.

use crate::model::{EdgeKind, IndexVec, Labels, Position, id};
use crate::parse::facts::Own;

id!(
    /// A name of one file.
    pub(super) Name
);
id!(
    /// A scope of a file; the first is the file.
    pub(super) ScopeId
);
id!(
    /// A named thing that a file declares.
    pub(super) ItemId
);
id!(
    /// A leaf of a `use` tree, or an `extern crate`.
    pub(super) ImportId
);
id!(
    /// A path as a file writes it.
    pub(super) PathId
);
id!(
    /// A segment of a path.
    pub(super) SegmentId
);

/// A set of name spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spaces(pub(super) u8);

impl Spaces {
    pub(super) const TYPES: Self = Self(1);
    pub(super) const VALUES: Self = Self(2);
    pub(super) const MACROS: Self = Self(4);
    pub(super) const TYPES_AND_VALUES: Self = Self(3);
    pub(super) const ALL: Self = Self(7);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Everything that one file says, before any other file is known.
#[derive(Debug, Default)]
pub(in crate::parse) struct Extract {
    pub(super) names: IndexVec<Name, Box<str>>,
    pub(super) scopes: IndexVec<ScopeId, Scope>,
    pub(super) items: IndexVec<ItemId, Item>,
    pub(super) modules: Vec<ModuleDecl>,
    pub(super) imports: IndexVec<ImportId, Import>,
    pub(super) paths: IndexVec<PathId, PathUse>,
    /// `Self::item`, with the path of the implemented type in place of `Self`.
    pub(super) of_self: Vec<PathUse>,
    /// Segments of all paths, one after the other.
    pub(super) segments: IndexVec<SegmentId, Name>,
    pub(super) includes: Vec<Include>,
    /// Folders whose files are all modules (`automod::dir!`), relative to the package.
    pub(super) folders: Vec<Include>,
    /// Implementations: where associated items live.
    pub(super) impls: Vec<Impl>,
    /// Calls of macros where items stand.
    pub(super) item_calls: Vec<ItemCall>,
    /// Macros that may declare modules or imports: the item, and the text of its arms.
    pub(super) arms: Vec<(ItemId, Box<str>)>,
    /// Items that bodies of `macro_rules!` name literally: the item, the macro's item.
    pub(super) made: Vec<(ItemId, ItemId)>,
    /// Type aliases: the item, and the path that it stands for.
    pub(super) aliases: Vec<(ItemId, PathId)>,
    pub(super) own: Own,
}

impl Extract {
    /// The names of a path's segments.
    pub(super) fn segments(&self, path: &PathUse) -> &[Name] {
        &self.segments.as_slice()[path.first.index()..][..usize::from(path.len)]
    }
}

/// A scope with names of its own.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) parent: ScopeId,
    pub(super) kind: ScopeKind,
    /// Identifiers in calls of macros that may declare items here.
    pub(super) macro_names: Vec<Name>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    File,
    /// An inline module.
    Module,
    /// A block that holds items.
    Block,
}

/// A macro call where items stand.
#[derive(Debug)]
pub(super) struct ItemCall {
    /// The macro.
    pub(super) path: PathId,
    /// The text of its tokens, unless that is long.
    pub(super) tokens: Option<Box<str>>,
}

/// Who may use a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
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
pub(super) struct Item {
    pub(super) scope: ScopeId,
    pub(super) name: Name,
    pub(super) spaces: Spaces,
    pub(super) visibility: Visibility,
    pub(super) labels: Labels,
    pub(super) kind: ItemKind,
    /// Variants of an enum.
    pub(super) variants: Vec<Name>,
    pub(super) line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
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
pub(super) struct ModuleDecl {
    pub(super) scope: ScopeId,
    pub(super) name: Name,
    pub(super) visibility: Visibility,
    pub(super) labels: Labels,
    /// The scope of an inline module.
    pub(super) inline: Option<ScopeId>,
    /// Values of `#[path]`; several under `cfg_attr`.
    pub(super) paths: Vec<Box<str>>,
    /// Whether every path stands under a condition, so that the usual place counts too.
    pub(super) paths_conditional: bool,
    pub(super) macro_use: bool,
    pub(super) at: Position,
}

/// A leaf of a `use` tree, or an `extern crate`.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: PathUse,
    pub(super) kind: ImportKind,
    pub(super) visibility: Visibility,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportKind {
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
pub(super) struct PathUse {
    pub(super) scope: ScopeId,
    pub(super) first: SegmentId,
    pub(super) len: u16,
    pub(super) spaces: Spaces,
    pub(super) labels: Labels,
    pub(super) kind: EdgeKind,
    /// Starts with `::`.
    pub(super) rooted: bool,
    /// Whether failing to resolve it tells nothing.
    pub(super) optional: bool,
    pub(super) at: Position,
}

/// `include!("…")`.
#[derive(Debug)]
pub(super) struct Include {
    pub(super) scope: ScopeId,
    /// The literal; `None` when it is computed.
    pub(super) path: Option<Box<str>>,
    pub(super) labels: Labels,
    pub(super) at: Position,
}

/// An implementation: names that can be reached through the type's path.
#[derive(Debug)]
pub(super) struct Impl {
    /// The implemented type.
    pub(super) path: PathId,
    /// The trait.
    pub(super) of: Option<PathId>,
    /// Names of its associated items.
    pub(super) names: Vec<Name>,
    /// Names in its macro calls, which may make more of them.
    pub(super) called: Vec<Name>,
}
