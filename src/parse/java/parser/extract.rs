//! What is kept of one Java file.
//!
//! In: nothing. Out: [`FileExtract`] and its parts.
//! Invariant: every id leads into a list of the same extract.
//! Never: text or tokens of the file beyond its names.

use crate::model::{FunctionRange, IndexVec, Position, id};
use crate::parse::tokens::cursor::{Place, UseId};
use crate::parse::tokens::{NameId, Names};

id!(
    /// Position of an import in its file.
    pub(crate) ImportId
);
id!(
    /// Position of a class in its file.
    pub(crate) ClassId
);

/// Facts of one file, before names of other files are known.
#[derive(Clone, Debug)]
pub(crate) struct FileExtract {
    /// Every name that the lists below refer to.
    pub(crate) names: Names,
    /// The package, dotted; empty without one.
    pub(crate) package: Box<str>,
    /// Imports in source order.
    pub(crate) imports: IndexVec<ImportId, Import>,
    /// Classes of every kind, outer before inner.
    pub(crate) classes: IndexVec<ClassId, Class>,
    /// Names of all uses, one chain after another.
    pub(crate) chains: Vec<NameId>,
    /// Distinct chains of names that are used and do not start with a local.
    pub(crate) uses: IndexVec<UseId, Use>,
    /// Places of the uses, in source order.
    pub(crate) references: Vec<Place>,
    /// Types loaded through `ServiceLoader`: the use and its place.
    pub(crate) loads: Vec<Place>,
    /// Methods with their lines.
    pub(crate) functions: Vec<FunctionRange>,
    /// Lines.
    pub(crate) lines: u32,
    /// Cyclomatic number summed over methods.
    pub(crate) complexity: u32,
}

impl FileExtract {
    /// The names of `used`.
    pub(crate) fn chain(&self, used: Use) -> &[NameId] {
        &self.chains[used.range()]
    }

    /// The simple name of `class`; empty without one.
    pub(crate) fn name_of(&self, class: &Class) -> &str {
        class.name.map_or("", |name| self.names.text(name))
    }
}

/// One import.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The dotted name, without `.*`.
    pub(crate) path: Box<str>,
    /// Where the last name of `path` starts.
    pub(crate) last: u32,
    /// Whether it imports members.
    pub(crate) is_static: bool,
    /// Whether it ends in `.*`.
    pub(crate) wildcard: bool,
    /// Whether a documentation comment says its last name.
    pub(crate) documented: bool,
    /// Where the name stands.
    pub(crate) at: Position,
}

impl Import {
    /// The last name; what stands before it.
    pub(crate) fn split(&self) -> (&str, &str) {
        let before = self.last.saturating_sub(1);
        (
            &self.path[self.last as usize..],
            &self.path[..before as usize],
        )
    }
}

/// What sees a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Visibility {
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
pub(crate) enum Nature {
    /// Declared at the top or as a member.
    Member,
    /// Declared in a block.
    Local,
    /// Without a name.
    Anonymous,
}

/// A class, interface, enum, record or annotation.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    /// Its simple name; `None` without one.
    pub(crate) name: Option<NameId>,
    /// The class around it.
    pub(crate) parent: Option<ClassId>,
    /// How it came to be.
    pub(crate) nature: Nature,
    /// What sees it.
    pub(crate) visibility: Visibility,
    /// Interfaces, annotations and abstract classes.
    pub(crate) is_abstract: bool,
    /// Where its name stands.
    pub(crate) at: Position,
    /// Uses of its supertypes, the superclass first.
    pub(crate) supers: Vec<UseId>,
    /// A supertype that is a class of this file without a name of its own in scope.
    pub(crate) local_super: Option<ClassId>,
    /// Member types.
    pub(crate) members: Vec<ClassId>,
    /// Fields.
    pub(crate) fields: Vec<Field>,
    /// Methods.
    pub(crate) methods: Vec<Method>,
    /// Member types, fields and methods in order of their names, where they are many.
    pub(crate) orders: [Vec<u32>; 3],
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: NameId,
    /// Whether it belongs to the class.
    pub(crate) is_static: bool,
    /// What sees it.
    pub(crate) visibility: Visibility,
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method {
    /// Its name.
    pub(crate) name: NameId,
    /// Number of parameters.
    pub(crate) arity: u8,
    /// Whether the last parameter takes any number of arguments.
    pub(crate) variadic: bool,
    /// Whether it belongs to the class.
    pub(crate) is_static: bool,
    /// What sees it.
    pub(crate) visibility: Visibility,
}

/// What a chain of names stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
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
pub(crate) struct Use {
    /// The innermost class around it.
    pub(crate) scope: Option<ClassId>,
    /// What it stands for.
    pub(crate) role: Role,
    /// First of its names in `chains`.
    pub(crate) start: u32,
    /// Number of its names.
    pub(crate) length: u32,
}

impl Use {
    /// Where its names stand in `chains`.
    pub(crate) const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}
