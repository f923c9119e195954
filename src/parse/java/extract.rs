//! What is kept of one Java file.
//!
//! In: nothing. Out: [`FileExtract`] and its parts.
//! Invariant: every id leads into a list of the same extract.
//! Never: text or tokens of the file beyond its names.

use crate::model::{FunctionRange, IndexVec, Position, id};
use crate::parse::cursor::{Place, UseId};
use crate::parse::scan::{NameId, Names};

id!(
    /// Position of an import in its file.
    pub(super) ImportId
);
id!(
    /// Position of a class in its file.
    pub(super) ClassId
);

/// Facts of one file, before names of other files are known.
#[derive(Clone, Debug)]
pub(crate) struct FileExtract {
    /// Every name that the lists below refer to.
    pub(super) names: Names,
    /// The package, dotted; empty without one.
    pub(super) package: Box<str>,
    /// Imports in source order.
    pub(super) imports: IndexVec<ImportId, Import>,
    /// Classes of every kind, outer before inner.
    pub(super) classes: IndexVec<ClassId, Class>,
    /// Names of all uses, one chain after another.
    pub(super) chains: Vec<NameId>,
    /// Distinct chains of names that are used and do not start with a local.
    pub(super) uses: IndexVec<UseId, Use>,
    /// Places of the uses, in source order.
    pub(super) references: Vec<Place>,
    /// Types loaded through `ServiceLoader`: the use and its place.
    pub(super) loads: Vec<Place>,
    /// Methods with their lines.
    pub(super) functions: Vec<FunctionRange>,
    /// Lines.
    pub(super) lines: u32,
    /// Cyclomatic number summed over methods.
    pub(super) complexity: u32,
}

impl FileExtract {
    /// The names of `used`.
    pub(super) fn chain(&self, used: Use) -> &[NameId] {
        &self.chains[used.range()]
    }

    /// The simple name of `class`; empty without one.
    pub(super) fn name_of(&self, class: &Class) -> &str {
        class.name.map_or("", |name| self.names.text(name))
    }
}

/// One import.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// The dotted name, without `.*`.
    pub(super) path: Box<str>,
    /// Where the last name of `path` starts.
    pub(super) last: u32,
    /// Whether it imports members.
    pub(super) is_static: bool,
    /// Whether it ends in `.*`.
    pub(super) wildcard: bool,
    /// Whether a documentation comment says its last name.
    pub(super) documented: bool,
    /// Where the name stands.
    pub(super) at: Position,
}

impl Import {
    /// The last name; what stands before it.
    pub(super) fn split(&self) -> (&str, &str) {
        let before = self.last.saturating_sub(1);
        (
            &self.path[self.last as usize..],
            &self.path[..before as usize],
        )
    }
}

/// What sees a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Visibility {
    /// Its top-level class.
    Private,
    /// Its package.
    #[default]
    Package,
    /// Its package and subclasses.
    Protected,
    /// All.
    Public,
}

/// How a class came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// Declared at the top or as a member.
    Member,
    /// Declared in a block.
    Local,
    /// Without a name.
    Anonymous,
}

/// A class, interface, enum, record or annotation.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// Its simple name; `None` without one.
    pub(super) name: Option<NameId>,
    /// The class around it.
    pub(super) parent: Option<ClassId>,
    /// How it came to be.
    pub(super) nature: Nature,
    /// What sees it.
    pub(super) visibility: Visibility,
    /// Interfaces, annotations and abstract classes.
    pub(super) is_abstract: bool,
    /// Where its name stands.
    pub(super) at: Position,
    /// Uses of its supertypes, the superclass first.
    pub(super) supers: Vec<UseId>,
    /// A supertype that is a class of this file without a name of its own in scope.
    pub(super) local_super: Option<ClassId>,
    /// Member types.
    pub(super) members: Vec<ClassId>,
    /// Fields.
    pub(super) fields: Vec<Field>,
    /// Methods.
    pub(super) methods: Vec<Method>,
    /// Member types, fields and methods in order of their names, where they are many.
    pub(super) orders: [Vec<u32>; 3],
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: NameId,
    /// Whether it belongs to the class.
    pub(super) is_static: bool,
    /// What sees it.
    pub(super) visibility: Visibility,
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: NameId,
    /// Number of parameters.
    pub(super) arity: u8,
    /// Whether the last parameter takes any number of arguments.
    pub(super) variadic: bool,
    /// Whether it belongs to the class.
    pub(super) is_static: bool,
    /// What sees it.
    pub(super) visibility: Visibility,
}

/// What a chain of names stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// A type.
    Type,
    /// A variable, or a type or package in front of one.
    Expression,
    /// The last name is a method called with so many arguments.
    Method(u8),
    /// The last name is a method that is referred to (`A::b`).
    MethodReference,
    /// A constant after `case`.
    Constant,
}

/// A chain of names as one class uses it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    /// The innermost class around it.
    pub(super) scope: Option<ClassId>,
    /// What it stands for.
    pub(super) role: Role,
    /// First of its names in `chains`.
    pub(super) start: u32,
    /// Number of its names.
    pub(super) length: u32,
}

impl Use {
    /// Where its names stand in `chains`.
    pub(super) const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}
