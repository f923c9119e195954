//! What a use in a Java file couples to.
//!
//! In: [`Index`], a file, a use. Out: [`Meaning`].
//! Invariant: a variable hides a type, a type hides a package.
//! Never: follows a variable to its type.

use super::index::{ClassIndex, FileIndex, Index};
use super::members::Member;
use super::names::{How, Path, Simple};
use super::parser::extract::{ClassId, Role, Use};
use crate::parse::tokens::cursor::UseId;

/// How a use ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// In a class of the tree, perhaps the own one.
    #[default]
    Resolved,
    /// Outside the tree.
    External,
    /// Nothing that is known.
    Unknown,
}

/// What a use couples to.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// How it ended.
    pub(super) state: State,
    /// Classes that are named, and how the first was found.
    pub(super) types: Vec<ClassIndex>,
    /// How the first class was found.
    pub(super) how: Option<How>,
    /// How many names the types took.
    consumed: usize,
    /// The class that declares a static member, when the written names do not name it.
    pub(super) owner: Option<ClassIndex>,
}

impl Meaning {
    /// A use that names classes of the tree.
    fn of_path(path: Path) -> Self {
        Self {
            how: Some(path.how),
            consumed: path.consumed,
            types: path.classes,
            ..Self::default()
        }
    }

    /// A use of a member of the tree; it couples to the declaring class only when it is static.
    ///
    /// A field or method of an object is reached through a type that is named elsewhere.
    fn of_member(member: Member) -> Self {
        Self {
            owner: member.is_static.then_some(member.owner),
            ..Self::default()
        }
    }

    /// A use that names no class of the tree.
    fn of_simple(simple: Simple) -> Self {
        let state = if simple == Simple::External {
            State::External
        } else {
            State::Unknown
        };
        Self {
            state,
            ..Self::default()
        }
    }
}

/// What `used`, the use `of` of the file at `from`, couples to.
pub(super) fn meaning(index: &Index, from: FileIndex, of: UseId, used: Use) -> Meaning {
    let place = At {
        index,
        from,
        scope: used.scope,
    };
    let chain = index.chain(from, of);
    match used.role {
        Role::Type => place.type_(&chain),
        Role::Expression => place.expression(&chain),
        Role::Method(arity) => place.method(&chain, Some(arity)),
        Role::MethodReference => place.method(&chain, None),
        Role::Constant => place
            .variable(chain.first().copied().unwrap_or(""))
            .unwrap_or_default(),
    }
}

/// Methods that every class has.
const OF_OBJECT: [&str; 9] = [
    "clone",
    "equals",
    "finalize",
    "getClass",
    "hashCode",
    "notify",
    "notifyAll",
    "toString",
    "wait",
];

/// A place in a file: the class that a name is looked up in.
#[derive(Clone, Copy)]
struct At<'a> {
    /// All classes.
    index: &'a Index,
    /// The file.
    from: FileIndex,
    /// The innermost class around the place; `None` outside of classes.
    scope: Option<ClassId>,
}

impl At<'_> {
    /// What `chain` means where only a type can stand.
    ///
    /// A name that a static import may bring in (`import static a.B.*;`) is external, not unknown:
    /// nested types are static members, too.
    fn type_(self, chain: &[&str]) -> Meaning {
        match self.index.type_path(self.from, self.scope, chain) {
            Ok(path) => Meaning::of_path(path),
            Err(_)
                if chain
                    .first()
                    .is_some_and(|first| self.is_imported_member(first)) =>
            {
                Meaning::of_simple(Simple::External)
            }
            Err(simple) => Meaning::of_simple(simple),
        }
    }

    /// What `a.b.c` means as a value: first a variable `a`, then a type `a`, then a package.
    ///
    /// Behind a variable nothing is followed. In `Cart.LIMIT.max` the types end with `Cart`, and
    /// `LIMIT` is searched in it and its supertypes: the owner may be an interface that the text
    /// does not name.
    fn expression(self, chain: &[&str]) -> Meaning {
        let Some((first, rest)) = chain.split_first() else {
            return Meaning::default();
        };
        if let Some(variable) = self.variable(first) {
            return variable;
        }
        if rest.is_empty() {
            return Meaning {
                state: self.unknown_member(first),
                ..Meaning::default()
            };
        }
        let mut meaning = self.type_(chain);
        // The first name after the types is a field of the last of them.
        let field = chain.get(meaning.consumed);
        if let (Some(&class), Some(name)) = (meaning.types.last(), field) {
            let member = self.index.field(class, name, self.from);
            meaning.owner = member
                .filter(|member| member.is_static)
                .map(|member| member.owner);
        }
        meaning
    }

    /// A field of the classes around, or one imported by name.
    ///
    /// `limit` in a class whose superclass declares it is a member of that class. Outer classes are
    /// asked after inner ones, with all that each inherits, as the language does.
    fn variable(self, name: &str) -> Option<Meaning> {
        let mut around = self.index.around(self.from, self.scope);
        if let Some(member) = around.find_map(|class| self.index.field(class, name, self.from)) {
            return Some(Meaning::of_member(member));
        }
        self.statically(name, |class| self.index.field(class, name, self.from))
    }

    /// What `a.b.method(…)` means: a variable or type in front decides, then the method in that
    /// type.
    ///
    /// `[one]` is not read as an expression: no variable has that name, so it can only be a type.
    /// `arity` is `None` for `A::method`, where any overload may be meant.
    fn method(self, chain: &[&str], arity: Option<u8>) -> Meaning {
        let Some((name, qualifier)) = chain.split_last() else {
            return Meaning::default();
        };
        if qualifier.is_empty() {
            return self.own_method(name, arity);
        }
        if let Some(variable) = qualifier.first().and_then(|first| self.variable(first)) {
            return variable;
        }
        let mut meaning = match qualifier {
            [one] => self.type_(&[one]),
            more => self.expression(more),
        };
        let is_type = meaning.owner.is_none() && meaning.consumed == qualifier.len();
        if let (true, Some(&class)) = (is_type, meaning.types.last()) {
            let member = self.index.method(class, name, arity, self.from);
            meaning.owner = member
                .filter(|member| member.is_static)
                .map(|member| member.owner);
        }
        meaning
    }

    /// What `method(…)` without anything in front means: in the classes around, then by static
    /// imports.
    fn own_method(self, name: &str, arity: Option<u8>) -> Meaning {
        let mut around = self.index.around(self.from, self.scope);
        if let Some(member) =
            around.find_map(|class| self.index.method(class, name, arity, self.from))
        {
            return Meaning::of_member(member);
        }
        let imported = self.statically(name, |class| {
            self.index.method(class, name, arity, self.from)
        });
        imported.unwrap_or_else(|| Meaning {
            state: self.unknown_member(name),
            ..Meaning::default()
        })
    }

    /// A static member that an import brings in: by its name first, then by wildcards.
    ///
    /// `import static a.B.max;` before `import static a.C.*;`, as a name stands before a wildcard.
    /// Members that are not static are passed over, since the compiler does not import them.
    fn statically(
        self,
        name: &str,
        find: impl Fn(ClassIndex) -> Option<Member>,
    ) -> Option<Meaning> {
        let imports = &self.index.files[self.from].extract.imports;
        for wildcard in [false, true] {
            let fits = imports
                .pairs()
                .filter(|(_, import)| import.is_static && import.wildcard == wildcard);
            for (at, import) in fits {
                let (last, class) = import.split();
                let class = match (wildcard, last == name) {
                    (true, _) => Some(&*import.path),
                    (false, true) => Some(class),
                    (false, false) => None,
                };
                let path = class.and_then(|class| self.index.dotted(class, self.from));
                let found = path
                    .and_then(|path| path.classes.last().copied())
                    .and_then(&find);
                if let Some(member) = found.filter(|member| member.is_static) {
                    let how = if wildcard {
                        How::Wildcard(at)
                    } else {
                        How::Import(at)
                    };
                    return Some(Meaning {
                        how: Some(how),
                        ..Meaning::of_member(member)
                    });
                }
            }
        }
        None
    }

    /// A member that no class of the tree declares: inherited or imported from outside, or unknown.
    ///
    /// A class without supertypes in the tree counts as foreign, too: it has at least `Object`, and
    /// code is often generated into it.
    fn unknown_member(self, name: &str) -> State {
        let foreign = self.index.around(self.from, self.scope).any(|class| {
            self.index.has_foreign_super(class) || self.index.supers(class).is_empty()
        });
        if foreign || self.is_imported_member(name) || OF_OBJECT.contains(&name) {
            State::External
        } else {
            State::Unknown
        }
    }

    /// Whether a static import may bring in a member of that name.
    fn is_imported_member(self, name: &str) -> bool {
        let mut imports = self.index.files[self.from].extract.imports.iter();
        imports.any(|import| import.is_static && (import.wildcard || import.split().0 == name))
    }
}
