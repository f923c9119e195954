//! Facts of one Java file: its uses become references.
//!
//! In: [`Index`], a file. Out: [`FileFacts`].
//! Invariant: a wildcard import points to the files that are used through it.
//! Never: an edge through an inferred type.

use super::index::{ClassIndex, File, FileIndex, Index};
use super::meaning::{Meaning, State, meaning};
use super::names::How;
use super::parser::extract::{Class, FileExtract, Import, ImportId, Nature, Visibility};
use crate::model::{
    Declaration, EdgeKind, FileFacts, FileId, IndexVec, Labels, SymbolKind, TypeCounts,
    UnresolvedReason,
};
use crate::parse::language::facts::{self, FactsBuilder, Own};
use crate::parse::tokens::cursor::{Place, UseId};

/// Facts of the file `id`.
pub(super) fn resolve(index: &Index, id: FileId, extract: &FileExtract) -> FileFacts {
    let position = index.by_id[&id];
    let file = &index.files[position];
    let mut facts = FactsBuilder::new(id, index.module_of(position), own(extract));
    facts.mark(Labels::TEST.when(file.test));
    let through = IndexVec::of_size(&extract.imports, Vec::new());
    let mut resolver = Resolver {
        index,
        file,
        position,
        through,
        facts,
    };
    resolver.symbols();
    resolver.services();
    resolver.imports();
    resolver.facts.finish()
}

/// What the file tells by itself; anonymous classes do not count as types.
fn own(extract: &FileExtract) -> Own {
    let of = |nature| {
        let classes = extract.classes.iter();
        classes.filter(move |class| class.nature == nature)
    };
    let count = |is_abstract| {
        let named = of(Nature::Member).chain(of(Nature::Local));
        named
            .filter(|class| class.is_abstract == is_abstract)
            .count() as u32
    };
    Own {
        lines: extract.lines,
        complexity: extract.complexity,
        types: TypeCounts {
            abstract_types: count(true),
            concrete_types: count(false),
        },
        declarations: of(Nature::Member)
            .flat_map(|class| declarations(extract, class))
            .collect(),
        functions: extract.functions.clone(),
    }
}

/// A type and its static members that others can name.
fn declarations(extract: &FileExtract, class: &Class) -> Vec<Declaration> {
    let declared = |name: &str, kind, visibility| Declaration {
        name: name.into(),
        kind,
        public: visibility == Visibility::Public,
        at: class.at,
    };
    let kind = if class.is_abstract {
        SymbolKind::AbstractType
    } else {
        SymbolKind::Type
    };
    let seen = |is_static, visibility| is_static && visibility != Visibility::Private;
    let mut found = vec![declared(extract.name_of(class), kind, class.visibility)];
    for field in &class.fields {
        if seen(field.is_static, field.visibility) {
            let name = extract.names.text(field.name);
            found.push(declared(name, SymbolKind::Value, field.visibility));
        }
    }
    for method in &class.methods {
        if seen(method.is_static, method.visibility) {
            let name = extract.names.text(method.name);
            found.push(declared(name, SymbolKind::Function, method.visibility));
        }
    }
    found
}

/// A file whose uses are being resolved, and the facts found so far.
struct Resolver<'a> {
    index: &'a Index,
    file: &'a File,
    position: FileIndex,
    /// Per import, the classes that are used through it.
    through: IndexVec<ImportId, Vec<ClassIndex>>,
    facts: FactsBuilder<'a>,
}

/// A target of a use: the file, its name, extra labels.
type Target<'a> = (FileIndex, &'a str, Labels);

impl<'a> Resolver<'a> {
    /// Turns the uses into references, at each of their places.
    ///
    /// The meaning of a use is looked up once, however often it occurs. Of a supertype `Outer.Base`
    /// only the last class is inherited from; `Outer` is a plain reference.
    fn symbols(&mut self) {
        let extract = &self.file.extract;
        let uses = extract.uses.pairs();
        let meanings = uses.map(|(of, used)| meaning(self.index, self.position, of, *used));
        let meanings: IndexVec<UseId, Meaning> = meanings.collect();
        let pairs = meanings.pairs();
        let targets = pairs.map(|(of, meaning)| self.targets(of, meaning));
        let targets: IndexVec<UseId, Vec<Target<'a>>> = targets.collect();
        for place in &extract.references {
            let of = place.of;
            self.count(&meanings[of], place);
            let last = targets[of].len().saturating_sub(1);
            for (at, &(file, name, labels)) in targets[of].iter().enumerate() {
                let kind = if place.inherits && at == last {
                    EdgeKind::Inherit
                } else {
                    EdgeKind::Reference
                };
                let place = facts::Place::new(kind, place.at).with(labels);
                self.refer(file, Some(name), place);
            }
        }
    }

    /// The other files that a use couples to, each once.
    ///
    /// `Cart.LIMIT` leads to the file of `Cart`, and to that of the supertype which declares
    /// `LIMIT` if that is another one. Notes, too, which classes an import was used for.
    fn targets(&mut self, of: UseId, meaning: &Meaning) -> Vec<Target<'a>> {
        if let Some(How::Import(import) | How::Wildcard(import)) = meaning.how {
            let first = meaning.types.first().or(meaning.owner.as_ref());
            self.through[import].extend(first);
        }
        let mut found: Vec<Target<'a>> = Vec::new();
        let owner = meaning
            .owner
            .filter(|owner| meaning.types.last() != Some(owner));
        for &class in meaning.types.iter().chain(&owner) {
            let file = self.index.owner(class);
            if file == self.position || found.iter().any(|(known, ..)| *known == file) {
                continue;
            }
            let name = if Some(class) == owner {
                let chain = self.index.chain(self.position, of);
                chain.last().copied().unwrap_or("")
            } else {
                self.class_name(class)
            };
            found.push((file, name, self.implicit(class, meaning)));
        }
        found
    }

    /// Whether the class needs no import because it is of the same package.
    fn implicit(&self, class: ClassIndex, meaning: &Meaning) -> Labels {
        let (_, file) = self.index.class(class);
        let written = matches!(meaning.how, Some(How::Import(_) | How::Qualified));
        let same = file.extract.package == self.file.extract.package;
        Labels::IMPLICIT.when(same && !written)
    }

    /// The simple name of a class.
    fn class_name(&self, class: ClassIndex) -> &'a str {
        let (record, file) = self.index.class(class);
        file.extract.name_of(record)
    }

    /// Whether the use names the logger that Lombok puts into a class.
    ///
    /// `@Slf4j` generates a field `log`, which no source declares.
    fn is_made_logger(&self, of: UseId) -> bool {
        let first = self.index.chain(self.position, of).first().copied();
        first == Some("log") && self.imports_from("lombok.extern.")
    }

    /// Whether the use starts with a name that an import takes from a file without a parser.
    ///
    /// `Cart` with `import shop.Cart;` and a `Cart.kt` in that package; `shop.Cart` written out;
    /// `Cart` of the own package. Such a use is neither external nor unknown: its target is in the
    /// tree but was not read.
    fn is_unread(&self, of: UseId) -> bool {
        let chain = self.index.chain(self.position, of);
        let mut imports = self.file.extract.imports.iter();
        let named = chain.first().is_some_and(|first| {
            imports.any(|import| {
                !import.wildcard && import.split().0 == *first && self.index.is_unread(import)
            })
        });
        // A class written out with its package, or one of the own package.
        let written = chain
            .iter()
            .position(|name| name.starts_with(char::is_uppercase));
        let package = written.map(|at| chain[..at].join("."));
        let class = written.and_then(|at| chain.get(at));
        let mut wildcards = self.file.extract.imports.iter();
        let wild = chain.first().is_some_and(|first| {
            wildcards
                .any(|it| it.wildcard && !it.is_static && self.index.has_unread(&it.path, first))
        });
        named
            || wild
            || package.zip(class).is_some_and(|(package, class)| {
                let own = package.is_empty();
                let package = if own {
                    &*self.file.extract.package
                } else {
                    &*package
                };
                self.index.has_unread(package, class)
            })
    }

    /// Whether an import starts with `package`.
    fn imports_from(&self, package: &str) -> bool {
        let mut imports = self.file.extract.imports.iter();
        imports.any(|import| import.path.starts_with(package))
    }

    /// Counts a use as resolved, external or unresolved, with the reason.
    ///
    /// With Lombok in the file an unknown name is probably a generated member, such as a builder.
    fn count(&mut self, meaning: &Meaning, place: &Place) {
        match meaning.state {
            State::Unknown if self.is_made_logger(place.of) => self.facts.external(),
            State::Resolved => self.facts.resolved(),
            State::External | State::Unknown if self.is_unread(place.of) => {
                let text = self.index.chain(self.position, place.of).join(".");
                self.facts
                    .unresolved(text, UnresolvedReason::Unread, place.at);
            }
            State::External => self.facts.external(),
            State::Unknown => {
                let text = self.index.chain(self.position, place.of).join(".");
                let reason = if self.imports_from("lombok.") {
                    UnresolvedReason::Generated
                } else {
                    UnresolvedReason::NotFound
                };
                self.facts.unresolved(text, reason, place.at);
            }
        }
    }

    /// Adds an edge to the file `to`.
    fn refer(&mut self, to: FileIndex, name: Option<&'a str>, place: facts::Place) {
        let to = self.index.files[to].id;
        self.facts.refer(to, None, name, place);
    }

    /// `ServiceLoader.load(X.class)` couples to the providers of X at run time.
    ///
    /// The edges are dynamic: no name of a provider stands in this file.
    fn services(&mut self) {
        for load in &self.file.extract.loads {
            let Some(class) = self.index.type_of_use(self.position, load.of) else {
                continue;
            };
            let place = facts::Place::new(EdgeKind::Reference, load.at).with(Labels::DYNAMIC);
            let service = self.full_name(class);
            for provider in self.index.services.of(&service) {
                let path = self.index.dotted(provider, self.position);
                if let Some(&class) = path.as_ref().and_then(|path| path.classes.last()) {
                    let name = self.class_name(class);
                    self.refer(self.index.owner(class), Some(name), place);
                }
            }
        }
    }

    /// The name of a class with its package and the classes around it, dotted: `shop.Cart.Line`.
    fn full_name(&self, class: ClassIndex) -> String {
        let (record, file) = self.index.class(class);
        let extract = &file.extract;
        let around = |class: &&Class| class.parent.map(|parent| &extract.classes[parent]);
        let outwards = std::iter::successors(Some(record), around);
        let mut parts: Vec<&str> = outwards.map(|class| extract.name_of(class)).collect();
        parts.push(&extract.package);
        parts.reverse();
        parts.join(".").trim_start_matches('.').to_owned()
    }

    /// Adds the edges of the imports.
    ///
    /// An import by name leads to the class that it names. A wildcard leads to the classes used
    /// through it, and counts as resolved without any if the tree has the package. An import that
    /// only a documentation comment needs is labelled, so that it can be left out of the coupling.
    fn imports(&mut self) {
        for (at, import) in self.file.extract.imports.pairs() {
            let mut classes = self.imported(import);
            let used = !self.through[at].is_empty();
            if classes.is_empty() {
                classes.clone_from(&self.through[at]);
            }
            if classes.is_empty() && self.index.is_unread(import) {
                let reason = UnresolvedReason::Unread;
                self.facts.unresolved(&*import.path, reason, import.at);
            } else if classes.is_empty() && !self.index.has_package(&import.path) {
                self.facts.external();
            } else {
                self.facts.resolved();
            }
            let mut files: Vec<FileIndex> = classes
                .into_iter()
                .map(|class| self.index.owner(class))
                .collect();
            files.sort_unstable();
            files.dedup();
            // The compiler does not need what only a comment names.
            let doc = import.documented && !import.wildcard && !import.is_static && !used;
            let place = facts::Place::new(EdgeKind::Import, import.at);
            for file in files {
                self.refer(file, None, place.with(Labels::DOC.when(doc)));
            }
        }
    }

    /// The classes that an import names: the class, and the one that declares the member.
    ///
    /// `import static money.Rounding.HALF;` names `Rounding`, and the supertype that declares
    /// `HALF` if it is inherited. A field, methods and a member type may share the name; all of
    /// them are imported.
    fn imported(&self, import: &Import) -> Vec<ClassIndex> {
        let from = self.position;
        let whole = self.index.dotted(&import.path, from);
        if !import.is_static || import.wildcard {
            return whole.map(|path| path.classes).unwrap_or_default();
        }
        let Some((class, member)) = import.path.rsplit_once('.') else {
            return Vec::new();
        };
        let Some(path) = self.index.dotted(class, from) else {
            return Vec::new();
        };
        let mut classes = path.classes;
        let Some(&class) = classes.last() else {
            return classes;
        };
        let fields = self
            .index
            .field(class, member, from)
            .map(|member| member.owner);
        let methods = self
            .index
            .method(class, member, None, from)
            .map(|member| member.owner);
        classes.extend(fields.into_iter().chain(methods));
        classes.extend(self.index.member_type(class, member, from));
        classes
    }
}
