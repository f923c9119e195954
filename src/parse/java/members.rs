//! Members of classes, inherited ones included.
//!
//! In: [`Index`], a class, a name. Out: the class that declares the member.
//! Invariant: a class's own members hide inherited ones; the superclass is asked before interfaces.
//! Never: an inherited member that the heir cannot see.

use super::index::{ClassIndex, File, FileIndex, Index};
use super::parser::extract::{Class, ClassId, Field, Method, Visibility};
use super::parser::named::called;

/// A member and the class that declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// The declaring class.
    pub(super) owner: ClassIndex,
    /// Whether it belongs to the class.
    pub(super) is_static: bool,
}

/// Most supertypes that are searched.
const MAX_SUPERS: usize = 300;

impl Index {
    /// Asks `class` and its supertypes, in order, until `find` answers.
    ///
    /// Depth first, the superclass before interfaces, each class once. A cycle in broken code ends
    /// at the classes seen; the limit bounds the work for generated hierarchies.
    fn search<T>(
        &self,
        class: ClassIndex,
        from: FileIndex,
        find: impl Fn(&Class, &File, Visible<'_>) -> Option<T>,
    ) -> Option<(ClassIndex, T)> {
        let mut stack = vec![class];
        let mut seen: Vec<ClassIndex> = Vec::new();
        while let Some(at) = stack.pop() {
            if seen.contains(&at) || seen.len() >= MAX_SUPERS {
                continue;
            }
            seen.push(at);
            let (record, file) = self.class(at);
            let visible = Visible {
                all: self.owner(at) == from,
                inherited: at != class,
                heir: &self.files[from].extract.package,
                package: &file.extract.package,
            };
            if let Some(found) = find(record, file, visible) {
                return Some((at, found));
            }
            stack.extend(self.supers(at).iter().rev());
        }
        None
    }

    /// The member type `name` of `class`.
    ///
    /// `Entry` of a class that implements `Map` is found in `Map`. A type that `from` cannot see is
    /// passed over, so that one of the same name further up may be meant.
    pub(super) fn member_type(
        &self,
        class: ClassIndex,
        name: &str,
        from: FileIndex,
    ) -> Option<ClassIndex> {
        let find = |record: &Class, file: &File, visible: Visible<'_>| {
            let extract = &file.extract;
            let [types, ..] = &record.orders;
            let text = |member: &ClassId| extract.name_of(&extract.classes[*member]);
            let mut members = called(&record.members, types, name, text);
            let sees = |member: ClassId| visible.sees(extract.classes[member].visibility);
            members.find(|member| sees(**member)).copied()
        };
        let (owner, local) = self.search(class, from, find)?;
        Some(self.class_in(self.owner(owner), local))
    }

    /// The field `name` of `class`.
    ///
    /// Private ones count in the file of the class itself, but are not inherited.
    pub(super) fn field(&self, class: ClassIndex, name: &str, from: FileIndex) -> Option<Member> {
        let find = |record: &Class, file: &File, visible: Visible<'_>| {
            let [_, fields, _] = &record.orders;
            let text = |field: &Field| file.extract.names.text(field.name);
            let mut fields = called(&record.fields, fields, name, text);
            let found = fields.find(|field| visible.sees(field.visibility));
            found.map(|field| field.is_static)
        };
        let (owner, is_static) = self.search(class, from, find)?;
        Some(Member { owner, is_static })
    }

    /// The method `name` of `class` that takes `arity` arguments, else any of that name.
    ///
    /// Arity first: of `of(a)` and `of(a, b)` the one that fits is declared perhaps in another
    /// class than the first of that name. Types of arguments are not looked at. Where no arity
    /// fits, the name alone decides, as in code that generators add overloads to.
    pub(super) fn method(
        &self,
        class: ClassIndex,
        name: &str,
        arity: Option<u8>,
        from: FileIndex,
    ) -> Option<Member> {
        let find = |exact: bool| {
            self.search(
                class,
                from,
                |record: &Class, file: &File, visible: Visible<'_>| {
                    let [.., methods] = &record.orders;
                    let text = |method: &Method| file.extract.names.text(method.name);
                    let mut methods = called(&record.methods, methods, name, text);
                    let found = methods.find(|method| {
                        let fits = match arity {
                            Some(arity) if exact => {
                                method.arity == arity
                                    || (method.variadic && arity.saturating_add(1) >= method.arity)
                            }
                            _ => true,
                        };
                        fits && visible.sees(method.visibility)
                    });
                    found.map(|method| method.is_static)
                },
            )
        };
        let (owner, is_static) = find(true).or_else(|| find(false))?;
        Some(Member { owner, is_static })
    }
}

/// Whether members of a class are seen from a file.
#[derive(Clone, Copy)]
struct Visible<'a> {
    /// The class stands in the same file.
    all: bool,
    /// The member comes from a supertype.
    inherited: bool,
    /// The package of the file that looks.
    heir: &'a str,
    /// The package of the class.
    package: &'a str,
}

impl Visible<'_> {
    /// Whether a member with this visibility is seen.
    ///
    /// Protected members always are: whoever finds one through a supertype is an heir, and another
    /// use would not compile.
    fn sees(self, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Private => self.all && !self.inherited,
            Visibility::Package => self.heir == self.package,
            Visibility::Protected | Visibility::Public => true,
        }
    }
}
