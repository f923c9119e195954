//! Facts of one Java file: its uses become references.
//!
//! In: [`Index`], a file. Out: [`FileFacts`].
//! Invariant: a wildcard import points to the files that are used through it.
//! Never: an edge through an inferred type.

use super::extract::{Class, FileExtract, Import, Nature, Place, Visibility};
use super::index::{ClassIndex, File, FileIndex, Index};
use super::meaning::{Meaning, State, meaning};
use super::names::How;
use crate::model::{
    Declaration, EdgeKind, FileFacts, FileId, Labels, Position, Reference, SymbolKind, TypeCounts,
    Unresolved, UnresolvedReason,
};

/// Facts of the file `id`.
pub(super) fn resolve(index: &Index, id: FileId, extract: &FileExtract) -> FileFacts {
    let mut facts = own_facts(extract);
    let Some((position, file)) = index
        .by_id
        .get(&id)
        .and_then(|&at| Some((at, index.file(at)?)))
    else {
        return facts;
    };
    let labels = if file.test {
        Labels::TEST
    } else {
        Labels::NONE
    };
    let through = vec![Vec::new(); extract.imports.len()];
    let mut resolver = Resolver {
        index,
        file,
        position,
        labels,
        through,
        facts: &mut facts,
    };
    resolver.symbols();
    resolver.services();
    resolver.imports();
    facts.references.sort_by_key(|reference| reference.at);
    facts
}

fn own_facts(extract: &FileExtract) -> FileFacts {
    let named = || {
        extract
            .classes
            .iter()
            .filter(|class| class.nature != Nature::Anonymous)
    };
    let count = |is_abstract| {
        named()
            .filter(|class| class.is_abstract == is_abstract)
            .count()
    };
    let count = |is_abstract| u32::try_from(count(is_abstract)).unwrap_or(u32::MAX);
    let members = extract
        .classes
        .iter()
        .filter(|class| class.nature == Nature::Member);
    FileFacts {
        module: extract.package.to_string(),
        lines: extract.lines,
        complexity: Some(extract.complexity),
        types: TypeCounts {
            abstract_types: count(true),
            concrete_types: count(false),
        },
        declarations: members
            .flat_map(|class| declarations(extract, class))
            .collect(),
        functions: extract.functions.clone(),
        ..FileFacts::default()
    }
}

/// A type and its static members that others can name.
fn declarations(extract: &FileExtract, class: &Class) -> Vec<Declaration> {
    let declared = |name: u32, kind, visibility| Declaration {
        name: extract.names.get(name).into(),
        kind,
        public: visibility == Visibility::Public,
        at: class.at,
    };
    let kind = if class.is_abstract {
        SymbolKind::AbstractType
    } else {
        SymbolKind::Type
    };
    let mut found = vec![declared(class.name, kind, class.visibility)];
    let fields = class
        .fields
        .iter()
        .filter(|field| field.is_static && field.visibility != Visibility::Private);
    found.extend(fields.map(|field| declared(field.name, SymbolKind::Value, field.visibility)));
    let methods = class
        .methods
        .iter()
        .filter(|method| method.is_static && method.visibility != Visibility::Private);
    found.extend(
        methods.map(|method| declared(method.name, SymbolKind::Function, method.visibility)),
    );
    found
}

struct Resolver<'a> {
    index: &'a Index,
    file: &'a File,
    position: FileIndex,
    labels: Labels,
    /// Per import, the classes that are used through it.
    through: Vec<Vec<ClassIndex>>,
    facts: &'a mut FileFacts,
}

/// A target of a use: the file, the index of its name, extra labels.
type Target = (FileIndex, u32, Labels);

impl Resolver<'_> {
    fn symbols(&mut self) {
        let extract = &self.file.extract;
        let meanings = (0..)
            .zip(&extract.uses)
            .map(|(of, used)| meaning(self.index, self.position, of, *used));
        let meanings: Vec<Meaning> = meanings.collect();
        let targets: Vec<Vec<Target>> = (0..)
            .zip(&meanings)
            .map(|(of, meaning)| self.targets(of, meaning))
            .collect();
        for place in &extract.references {
            let of = place.of as usize;
            let (Some(meaning), Some(targets)) = (meanings.get(of), targets.get(of)) else {
                continue;
            };
            self.count(meaning, place);
            let last = targets.len().saturating_sub(1);
            for (at, &(file, name, labels)) in targets.iter().enumerate() {
                let inherits = place.inherits && at == last;
                let kind = if inherits {
                    EdgeKind::Inherit
                } else {
                    EdgeKind::Reference
                };
                self.refer(file, Some(name), kind, labels, place.at);
            }
        }
    }

    /// The other files that a use couples to, each once.
    fn targets(&mut self, of: u32, meaning: &Meaning) -> Vec<Target> {
        if let Some(How::Import(import) | How::Wildcard(import)) = meaning.how {
            let first = meaning.types.first().or(meaning.owner.as_ref()).copied();
            if let Some(through) = self.through.get_mut(import as usize) {
                through.extend(first);
            }
        }
        let mut found: Vec<Target> = Vec::new();
        let owner = meaning
            .owner
            .filter(|owner| meaning.types.last() != Some(owner));
        for &class in meaning.types.iter().chain(&owner) {
            let file = self.index.owner(class);
            if file == self.position || found.iter().any(|(known, ..)| *known == file) {
                continue;
            }
            let name = if Some(class) == owner {
                self.last_name(of)
            } else {
                self.class_name(class)
            };
            found.push((file, name, self.implicit(class, meaning)));
        }
        found
    }

    /// Whether the class needs no import because it is of the same package.
    fn implicit(&self, class: ClassIndex, meaning: &Meaning) -> Labels {
        let package = self
            .index
            .class(class)
            .map(|(_, file)| &file.extract.package);
        let written = matches!(meaning.how, Some(How::Import(_) | How::Qualified));
        let same = package == Some(&self.file.extract.package);
        if same && !written {
            Labels::IMPLICIT
        } else {
            Labels::NONE
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        self.facts.names.push(name.into());
        u32::try_from(self.facts.names.len() - 1).unwrap_or(u32::MAX)
    }

    fn class_name(&mut self, class: ClassIndex) -> u32 {
        let named = self.index.class(class);
        let name = named.map_or("", |(record, file)| file.extract.names.get(record.name));
        self.name(name)
    }

    fn last_name(&mut self, of: u32) -> u32 {
        let chain = self.index.chain(self.position, of);
        self.name(chain.last().copied().unwrap_or(""))
    }

    /// Whether the use names the logger that Lombok puts into a class.
    fn is_made_logger(&self, of: u32) -> bool {
        let first = self.index.chain(self.position, of).first().copied();
        first == Some("log") && self.imports_from("lombok.extern.")
    }

    fn imports_from(&self, package: &str) -> bool {
        let mut imports = self.file.extract.imports.iter();
        imports.any(|import| import.path.starts_with(package))
    }

    fn count(&mut self, meaning: &Meaning, place: &Place) {
        match meaning.state {
            State::Unknown if self.is_made_logger(place.of) => self.facts.tally.external += 1,
            State::Resolved => self.facts.tally.resolved += 1,
            State::External => self.facts.tally.external += 1,
            State::Unknown => {
                self.facts.tally.unresolved += 1;
                let text = self.index.chain(self.position, place.of).join(".").into();
                let reason = if self.imports_from("lombok.") {
                    UnresolvedReason::Generated
                } else {
                    UnresolvedReason::NotFound
                };
                self.facts.unresolved.push(Unresolved {
                    text,
                    reason,
                    at: place.at,
                });
            }
        }
    }

    fn refer(
        &mut self,
        to: FileIndex,
        name: Option<u32>,
        kind: EdgeKind,
        labels: Labels,
        at: Position,
    ) {
        let Some(target) = self.index.file(to).filter(|_| to != self.position) else {
            return;
        };
        let labels = self.labels.with(labels);
        self.facts.references.push(Reference {
            to: target.id,
            via: None,
            name,
            kind,
            labels,
            at,
        });
    }

    /// `ServiceLoader.load(X.class)` couples to the providers of X at run time.
    fn services(&mut self) {
        for load in &self.file.extract.loads {
            let Some(class) = self.index.type_of_use(self.position, load.of) else {
                continue;
            };
            let service = self.full_name(class);
            for provider in self.index.services.of(&service) {
                let Some(path) = self.index.dotted(provider, self.position) else {
                    continue;
                };
                let Some(&class) = path.classes.last() else {
                    continue;
                };
                let name = self.class_name(class);
                let to = self.index.owner(class);
                self.refer(
                    to,
                    Some(name),
                    EdgeKind::Reference,
                    Labels::DYNAMIC,
                    load.at,
                );
            }
        }
    }

    fn full_name(&self, class: ClassIndex) -> String {
        let Some((record, file)) = self.index.class(class) else {
            return String::new();
        };
        let mut parts = vec![file.extract.names.get(record.name)];
        let mut parent = record.parent;
        while let Some(outer) = file.extract.classes.get(parent as usize) {
            parts.push(file.extract.names.get(outer.name));
            parent = outer.parent;
        }
        parts.push(&file.extract.package);
        parts.reverse();
        parts.join(".").trim_start_matches('.').to_owned()
    }

    fn imports(&mut self) {
        for (at, import) in self.file.extract.imports.iter().enumerate() {
            let mut classes = self.imported(import);
            if classes.is_empty() {
                let through = self.through.get(at).cloned().unwrap_or_default();
                classes = through;
            }
            if classes.is_empty() && !self.index.has_package(&import.path) {
                self.facts.tally.external += 1;
            } else {
                self.facts.tally.resolved += 1;
            }
            let mut files: Vec<FileIndex> = classes
                .into_iter()
                .map(|class| self.index.owner(class))
                .collect();
            files.sort_unstable();
            files.dedup();
            for file in files {
                self.refer(file, None, EdgeKind::Import, Labels::NONE, import.at);
            }
        }
    }

    /// The classes that an import names: the class, and the one that declares the member.
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
