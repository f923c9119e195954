//! What a Python file says about itself, before any other file is looked at.
//!
//! In: nothing. Out: [`Extract`] and its parts.
//! Invariant: uses point to imports of the same file; lists are in source order.
//! Never: a syntax tree.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{IndexVec, Labels, Position, Run, id};
use crate::parse::language::facts::Own;

id!(
    /// An import of a file.
    pub(super) ImportId
);
id!(
    /// A name of a file.
    pub(super) NameId
);
id!(
    /// A link of an attribute chain.
    pub(super) ChainId
);

/// What extraction keeps of a Python file.
#[derive(Debug, Default)]
pub(crate) struct Extract {
    /// What other files can see, and the imports behind it.
    pub(super) exports: Arc<Exports>,
    /// Attribute names of `uses`, each once.
    pub(super) names: IndexVec<NameId, Box<str>>,
    /// Uses of imported names.
    pub(super) uses: Vec<Use>,
    /// Attribute chains of `uses`.
    pub(super) chains: IndexVec<ChainId, NameId>,
    /// Imports whose name is computed at run time, as written.
    pub(super) computed: Vec<(Box<str>, Position)>,
    /// Lines, measures, classes, and names bound at module level by the file itself.
    pub(super) own: Own,
}

/// The names that a module binds, and how.
#[derive(Debug, Default)]
pub(super) struct Exports {
    /// Every import of the file, in source order.
    pub(super) imports: IndexVec<ImportId, Import>,
    /// Names bound at module level when the module has run.
    pub(super) bound: FxHashMap<Box<str>, Bound>,
    /// Star imports at module level.
    pub(super) stars: Vec<ImportId>,
    /// `__all__`, if it is given.
    pub(super) all: Option<All>,
    /// Whether the file is a stub.
    pub(super) stub: bool,
    /// Whether an `__init__` spreads its package over all folders of that name (`pkgutil`, `pkg_resources`).
    pub(super) spread: bool,
}

/// How a module-level name is bound in the end.
#[derive(Debug)]
pub(super) struct Bound {
    /// By a definition or assignment of the file itself.
    pub(super) local: bool,
    /// By these imports (alternatives).
    pub(super) imports: Vec<ImportId>,
    /// The first import behind the last binding.
    pub(super) after: ImportId,
}

/// The value of `__all__`.
#[derive(Debug, Default)]
pub(super) struct All {
    /// Names that are listed literally.
    pub(super) names: FxHashSet<Box<str>>,
    /// Local names of modules whose `__all__` is added.
    pub(super) modules: Vec<Box<str>>,
    /// Parts of it are computed in a way that is not understood.
    pub(super) open: bool,
}

/// One imported thing: an alias of an import statement, or a literal dynamic import.
#[derive(Debug)]
pub(super) struct Import {
    /// Dotted module path as written, without leading dots.
    pub(super) module: Box<str>,
    /// Number of leading dots.
    pub(super) level: u32,
    /// What is taken from the module.
    pub(super) what: What,
    /// Type-only, dynamic, conditional.
    pub(super) labels: Labels,
    /// Stands in a function.
    pub(super) lazy: bool,
    /// Handed on under its own name (`import x as x`).
    pub(super) redundant_alias: bool,
    /// Where the name stands.
    pub(super) at: Position,
}

/// What an import takes from its module.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `import a.b`: binds `a`.
    Root,
    /// `import a.b as c`, or a dynamic import: binds `a.b`.
    Module,
    /// `from a import n`.
    Name(Box<str>),
    /// `from a import *`.
    Star,
}

/// Where the name of a use comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// An import.
    Import(ImportId),
    /// A name that no statement binds, so a star import must.
    Star(NameId),
}

/// One use of an imported name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    /// What the name comes from.
    pub(super) origin: Origin,
    /// The attributes taken from the name.
    pub(super) chain: Run<ChainId>,
    /// Where the name stands.
    pub(super) at: Position,
    /// As a base class.
    pub(super) inherit: bool,
    /// Below `if TYPE_CHECKING`.
    pub(super) type_only: bool,
}
