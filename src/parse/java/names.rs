//! What a name means at a place in a Java file.
//!
//! In: [`Index`], a file, a scope, names. Out: classes, and how they were found.
//! Invariant: the order of the language: scope, single imports, package, wildcards, `java.lang`.
//! Never: a variable's type.
//!
//! The order decides, not the number of places where a name exists:
//!
//! ```java
//! package shop;                   // shop/Item.java declares `Item`
//! import money.*;                 // money/Item.java, money/Sum.java
//! import stock.Sum;               // stock/Sum.java
//! class Cart extends Basket {     // Basket has a member class `Line`; shop/Line.java exists, too
//!     Line first;                 // Basket.Line: what is inherited stands before the package
//!     Sum total;                  // stock.Sum: an import by name stands before a wildcard
//!     Item item;                  // shop.Item: the package stands before a wildcard
//!     String text;                // java.lang: nothing above has it
//! }
//! ```
//!
//! What `Basket` means is the same question, asked one scope further out, which is why the index
//! settles supertypes in rounds. A name with dots is first tried as a class of the scope with member
//! types behind it (`Map.Entry`), then as a package with a class in it.
//!
//! Rejected: one table from simple names to classes, with the nearest folder winning. `Item` above is
//! in two packages, and the nearer one is the wrong one as soon as an import by name says so. Rejected,
//! too: imports alone. Classes of one package use each other without any.

use super::index::{ClassIndex, FileIndex, Index};
use super::parser::extract::{ClassId, ImportId, Nature, Visibility};
use crate::parse::tokens::cursor::UseId;

/// Most names of a package that are looked up: each prefix is asked for, and the format of class files ends such
/// names long before.
const MOST_NAMES: usize = 256;

/// How a class was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// In the classes around the place, or inherited by them.
    Scope,
    /// By this import.
    Import(ImportId),
    /// In the same package.
    Package,
    /// By this wildcard import.
    Wildcard(ImportId),
    /// By its full name.
    Qualified,
}

/// What a simple type name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Simple {
    /// A class of the tree.
    Class(ClassIndex, How),
    /// Something outside the tree.
    External,
    /// Nothing that is known.
    Unknown,
}

/// The classes that a chain of names goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Classes, the named one last.
    pub(super) classes: Vec<ClassIndex>,
    /// How the first was found.
    pub(super) how: How,
    /// How many names they took.
    pub(super) consumed: usize,
}

impl Index {
    /// The text of the names of the use `of`.
    pub(super) fn chain(&self, from: FileIndex, of: UseId) -> Vec<&str> {
        let extract = &self.files[from].extract;
        let names = extract.chain(extract.uses[of]).iter();
        names.map(|&name| extract.names.text(name)).collect()
    }

    /// The class that the type use `of` names, if it is in the tree.
    ///
    /// `None`, too, where only a part of the chain is a class: `Map.Missing` does not mean `Map`.
    pub(super) fn type_of_use(&self, from: FileIndex, of: UseId) -> Option<ClassIndex> {
        let scope = self.files[from].extract.uses[of].scope;
        let chain = self.chain(from, of);
        let path = self.type_path(from, scope, &chain).ok()?;
        (path.consumed == chain.len())
            .then(|| path.classes.last().copied())
            .flatten()
    }

    /// The classes that `chain` goes through as a type; else whether it lies outside.
    ///
    /// `Map.Entry` starts with the class `Map`, `java.util.Map` with a package. The error says
    /// whether the chain lies outside of the tree or is unknown.
    pub(super) fn type_path(
        &self,
        from: FileIndex,
        scope: Option<ClassId>,
        chain: &[&str],
    ) -> Result<Path, Simple> {
        let Some((first, rest)) = chain.split_first() else {
            return Err(Simple::Unknown);
        };
        match self.simple(from, scope, first) {
            Simple::Class(class, how) => Ok(self.extend(
                Path {
                    classes: vec![class],
                    how,
                    consumed: 1,
                },
                rest,
                from,
            )),
            other if rest.is_empty() => Err(other),
            other => self
                .qualified(chain, from)
                .ok_or(if other == Simple::External {
                    other
                } else {
                    outside(first)
                }),
        }
    }

    /// Follows `rest` through member types.
    ///
    /// Stops at the first name that is no member type: in `Cart.LIMIT.max` after `Cart`.
    pub(super) fn extend(&self, mut path: Path, rest: &[&str], from: FileIndex) -> Path {
        for name in rest {
            let next = path
                .classes
                .last()
                .and_then(|&class| self.member_type(class, name, from));
            let Some(next) = next else { break };
            path.classes.push(next);
            path.consumed += 1;
        }
        path
    }

    /// The class that starts with its package, and the member types after it.
    ///
    /// `org.shop.Cart.Line`: the shortest package that has a class of the next name wins, here
    /// `org.shop`, and `Line` is a member type of `Cart`.
    pub(super) fn qualified(&self, chain: &[&str], from: FileIndex) -> Option<Path> {
        let mut package = String::new();
        for (at, name) in chain.iter().enumerate().take(MOST_NAMES) {
            if at > 0
                && self.has_package(&package)
                && let Some(class) = self.top_level(&package, name, from)
            {
                let path = Path {
                    classes: vec![class],
                    how: How::Qualified,
                    consumed: at + 1,
                };
                return Some(self.extend(path, &chain[at + 1..], from));
            }
            if at > 0 {
                package.push('.');
            }
            package.push_str(name);
        }
        None
    }

    /// The class that a dotted name means in full.
    ///
    /// `None`, too, where a name is left over.
    pub(super) fn dotted(&self, name: &str, from: FileIndex) -> Option<Path> {
        let chain: Vec<&str> = name.split('.').collect();
        let path = self.qualified(&chain, from)?;
        (path.consumed == chain.len()).then_some(path)
    }

    /// What the type `name` means in the class `scope` of the file at `from`.
    pub(super) fn simple(&self, from: FileIndex, scope: Option<ClassId>, name: &str) -> Simple {
        self.in_scope(from, scope, name)
            .or_else(|| self.in_file(from, name))
            .or_else(|| self.imported(from, name))
            .or_else(|| self.in_package(from, name))
            .or_else(|| self.by_wildcard(from, name))
            .unwrap_or_else(|| self.beyond(from, scope, name))
    }

    /// A member type or the name of a class around the place, from the inside outwards.
    ///
    /// What a class inherits stands before what the class outside of it declares.
    fn in_scope(&self, from: FileIndex, scope: Option<ClassId>, name: &str) -> Option<Simple> {
        for class in self.around(from, scope) {
            if let Some(member) = self.member_type(class, name, from) {
                return Some(Simple::Class(member, How::Scope));
            }
            let (record, file) = self.class(class);
            if record.nature != Nature::Anonymous && file.extract.name_of(record) == name {
                return Some(Simple::Class(class, How::Scope));
            }
        }
        None
    }

    /// The classes around a place, innermost first.
    pub(super) fn around(
        &self,
        from: FileIndex,
        scope: Option<ClassId>,
    ) -> impl Iterator<Item = ClassIndex> {
        let classes = &self.files[from].extract.classes;
        // A parent always stands before its child, so this ends.
        let outwards = std::iter::successors(scope, |at| classes[*at].parent);
        outwards.map(move |at| self.class_in(from, at))
    }

    /// A top-level class that the file itself declares.
    fn in_file(&self, from: FileIndex, name: &str) -> Option<Simple> {
        let class = self.top_level_of(from, name)?;
        Some(Simple::Class(class, How::Scope))
    }

    /// A class that an import takes by its name.
    ///
    /// `import a.B;` settles the name even when `a.B` is not in the tree: it is external then, and
    /// a class `B` of the own package is not meant. `import static a.C.B;` settles it only when `C`
    /// has a member type `B`, as it may import a method of that name.
    fn imported(&self, from: FileIndex, name: &str) -> Option<Simple> {
        for (at, import) in self.files[from].extract.imports.pairs() {
            let (last, prefix) = import.split();
            if last != name || import.wildcard {
                continue;
            }
            if import.is_static {
                let class = self
                    .dotted(prefix, from)
                    .and_then(|path| path.classes.last().copied());
                let member = class.and_then(|class| self.member_type(class, name, from));
                if let Some(member) = member {
                    return Some(Simple::Class(member, How::Import(at)));
                }
                continue;
            }
            let class = self
                .dotted(&import.path, from)
                .and_then(|path| path.classes.last().copied());
            return Some(class.map_or(Simple::External, |class| {
                Simple::Class(class, How::Import(at))
            }));
        }
        None
    }

    /// A class of the own package that the file sees.
    fn in_package(&self, from: FileIndex, name: &str) -> Option<Simple> {
        let package = &self.files[from].extract.package;
        Some(Simple::Class(
            self.top_level(package, name, from)?,
            How::Package,
        ))
    }

    /// A class that `import a.*;` or `import static a.B.*;` brings in; the first import that has it
    /// wins.
    ///
    /// `a` in `a.*` may be a package or a class with member types. Only public classes of a package
    /// count: the others are not seen from here.
    fn by_wildcard(&self, from: FileIndex, name: &str) -> Option<Simple> {
        let imports = self.files[from].extract.imports.pairs();
        for (at, import) in imports.filter(|(_, import)| import.wildcard) {
            let top = (!import.is_static)
                .then(|| self.top_level(&import.path, name, from))
                .flatten();
            let public = |class: &ClassIndex| self.class(*class).0.visibility == Visibility::Public;
            let is_package = !import.is_static && self.has_package(&import.path);
            let found = top.filter(public).or_else(|| {
                if is_package {
                    return None;
                }
                let class = self
                    .dotted(&import.path, from)
                    .and_then(|path| path.classes.last().copied());
                self.member_type(class?, name, from)
            });
            if let Some(class) = found {
                return Some(Simple::Class(class, How::Wildcard(at)));
            }
        }
        None
    }

    /// A name that is not in the tree: of the JDK, of a library, or unknown.
    ///
    /// A wildcard of a package that the tree does not have may bring in anything, and so may a
    /// supertype from outside through its member types.
    fn beyond(&self, from: FileIndex, scope: Option<ClassId>, name: &str) -> Simple {
        let mut imports = self.files[from].extract.imports.iter();
        let wildcard = imports.any(|import| {
            import.wildcard
                && !self.has_package(&import.path)
                && self.dotted(&import.path, from).is_none()
        });
        let inherited = || {
            self.around(from, scope)
                .any(|class| self.has_foreign_super(class))
        };
        if super::jdk::LANG.binary_search(&name).is_ok() || wildcard || inherited() {
            Simple::External
        } else {
            Simple::Unknown
        }
    }
}

/// A qualified name that no class of the tree fits: a package of others when it starts small.
fn outside(first: &str) -> Simple {
    let small = first.chars().next().is_some_and(char::is_lowercase);
    if small {
        Simple::External
    } else {
        Simple::Unknown
    }
}
