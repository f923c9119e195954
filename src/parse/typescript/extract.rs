//! What a TypeScript or JavaScript file says about itself, before any other file is looked at.
//!
//! In: nothing. Out: [`Extract`] and its parts.
//! Invariant: uses point to bindings, bindings to imports of the same file; source order.
//! Never: a syntax tree.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::{IndexVec, Position, id};
use crate::parse::language::facts::Own;

id!(
    /// A path to another module.
    pub(super) ImportId
);
id!(
    /// A local name for something imported.
    pub(super) BindingId
);
id!(
    /// A name that a file declares for every file.
    pub(super) GlobalId
);

/// What extraction keeps of a file.
#[derive(Debug, Default)]
pub(crate) struct Extract {
    /// Imports, exports and globals, shared with the tables of the index.
    pub(super) module: Arc<Module>,
    /// Uses of imported names, in source order.
    pub(super) uses: Vec<Use>,
    /// Names that nothing in the file declares.
    pub(super) free: Vec<Free>,
    /// Imports whose path is computed at run time, as written.
    pub(super) computed: Vec<(Box<str>, Position)>,
    /// Declarations and other facts about the file that no other file is needed for.
    pub(super) own: Own,
}

/// A name that nothing in the file declares.
#[derive(Debug)]
pub(super) struct Free {
    /// The name as written, without the members taken from it.
    pub(super) name: Box<str>,
    /// Its first use.
    pub(super) at: Position,
    /// All its uses stand in types.
    pub(super) in_types: bool,
    /// Some of its uses stands in a type.
    pub(super) typed: bool,
    /// Some of its uses takes no member.
    pub(super) bare: bool,
    /// The members that its uses take, each once, in order.
    pub(super) members: Vec<Box<str>>,
}

impl Free {
    /// A name without any use yet.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            at: Position::default(),
            in_types: true,
            typed: false,
            bare: false,
            members: Vec::new(),
        }
    }
}

/// A name that a file declares for every file.
#[derive(Debug)]
pub(super) struct Global {
    /// The declared name, as other files write it.
    pub(super) name: Box<str>,
    /// No value has that name.
    pub(super) type_only: bool,
    /// The members of a namespace, which other files extend; `None`: all members are its own.
    pub(super) members: Option<Vec<Box<str>>>,
}

impl Global {
    /// Whether a use of the name may mean this declaration.
    ///
    /// `Express.Request` meets `declare namespace Express { interface Request {} }`;
    /// `Express.Other` does not, and belongs to another file that extends the same namespace.
    pub(super) fn meets(&self, free: &Free) -> bool {
        let has = |known: &Vec<Box<str>>| free.members.iter().any(|name| known.contains(name));
        let member = self
            .members
            .as_ref()
            .is_none_or(|all| free.bare || has(all));
        member && (free.typed || !self.type_only)
    }
}

/// What other files can see of a module, and the imports behind it.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Every path to another module, in source order.
    pub(super) imports: IndexVec<ImportId, Import>,
    /// Local names that imports bind.
    pub(super) bindings: IndexVec<BindingId, Binding>,
    /// Exported names.
    pub(super) exports: FxHashMap<Box<str>, Export>,
    /// `export * from`.
    pub(super) stars: Vec<ImportId>,
    /// `export = x`, `module.exports = x` or no ES module at all: any member is the file's own.
    pub(super) open: bool,
    /// Has an `import` or `export`.
    pub(super) is_module: bool,
    /// Names that the file declares for every file (`declare global`, scripts).
    pub(super) globals: IndexVec<GlobalId, Global>,
    /// `declare module "x"` in a file that is no module, with the names that it declares
    /// (none for the short form, which stands for any name, as `*` does).
    pub(super) ambient: Vec<(Box<str>, Vec<Box<str>>)>,
    /// `declare module "x"` in a module: the import of `x`, and the names that the block adds to it.
    pub(super) added: Vec<(ImportId, Vec<Box<str>>)>,
    /// A `.d.ts` file.
    pub(super) declaration: bool,
    /// Declares nothing of its own that could be exported.
    pub(super) barrel: bool,
}

/// How a module path is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportKind {
    /// `import`, also for its side effects.
    Import,
    /// `export … from`.
    Reexport,
    /// `require("x")`.
    Require,
    /// `import("x")`.
    Dynamic,
    /// `import("x").T` in a type.
    Type,
    /// `/// <reference path="x" />`.
    ReferencePath,
    /// `/// <reference types="x" />`.
    ReferenceTypes,
    /// `declare module "x"` in a module.
    Augmentation,
}

/// One written module path.
#[derive(Debug)]
pub(super) struct Import {
    /// The path as written, quotes removed: `./cart`, `@/shop`, `react`.
    pub(super) path: Box<str>,
    /// The syntax that the path stands in.
    pub(super) kind: ImportKind,
    /// `import type`, `export type`.
    pub(super) type_only: bool,
    /// Binds no name: the edge belongs to the statement itself.
    pub(super) bare: bool,
    /// Where the path stands; for references in comments, where the comment starts.
    pub(super) at: Position,
}

/// A local name for something imported.
#[derive(Debug)]
pub(super) struct Binding {
    /// The import that brings the name into the file.
    pub(super) import: ImportId,
    /// The name in the other module; `None` for the module itself.
    pub(super) imported: Option<Box<str>>,
    /// `import type`, or `type` before the specifier itself.
    pub(super) type_only: bool,
    /// Where the name is bound.
    pub(super) at: Position,
}

/// Where an exported name comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// Declared here; whether it is only a type.
    Local { type_only: bool },
    /// An imported name handed on.
    Binding(BindingId),
}

/// One use of an imported name.
#[derive(Debug)]
pub(super) struct Use {
    /// The name that is used.
    pub(super) binding: BindingId,
    /// Members taken from the name, if it may be a namespace.
    pub(super) chain: Box<[Box<str>]>,
    /// Where the root of the chain stands.
    pub(super) at: Position,
    /// In a type, where nothing remains at run time.
    pub(super) in_type: bool,
    /// That type is one that decorators keep for the run, where the compiler is told to.
    pub(super) decorated: bool,
    /// As a supertype.
    pub(super) inherit: bool,
    /// In an `export { x }`.
    pub(super) exported: bool,
}
