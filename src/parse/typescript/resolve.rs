//! Turns what a TypeScript file says into references to other files.
//!
//! In: [`Extract`], [`Index`]. Out: [`FileFacts`].
//! Invariant: each import gives its import edge and the symbols behind it.
//! Never: an edge from a name that no import binds.

use super::extract::{Binding, BindingId, Extract, Import, ImportKind, Use};
use super::names::{Index, Table, Target};
use super::paths::Meaning;
use crate::model::{
    EdgeKind, FileFacts, FileId, FileRole, IndexVec, Labels, Project, UnresolvedReason, names,
};
use crate::parse::language::facts::{FactsBuilder, Place};

/// How the uses of a binding ended.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// Handed on by `export { x }`.
    exported: bool,
    /// Used in any other way.
    other: bool,
    /// Used where a value is wanted.
    value: bool,
    /// Used where a type is wanted, or found to be a type.
    in_type: bool,
    /// Ends in the file that the path names.
    direct: bool,
    /// Ends in a file behind it, by way of a re-export.
    behind: bool,
}

/// The state of resolving one file.
struct Resolver<'a> {
    index: &'a Index,
    extract: &'a Extract,
    table: &'a Table,
    facts: FactsBuilder<'a>,
    /// What each binding stands for.
    targets: IndexVec<BindingId, Option<Target<'a>>>,
    usage: IndexVec<BindingId, Usage>,
}

/// The facts of one file.
pub(super) fn resolve(
    index: &Index,
    project: &Project,
    file: FileId,
    extract: &Extract,
) -> FileFacts {
    let source = project.source(file);
    let module = names::folder(&source.path).to_owned();
    let mut facts = FactsBuilder::new(file, module, extract.own.clone());
    let test = Labels::TEST.when(source.role == FileRole::Test);
    facts.mark(test.with(Labels::TYPE_ONLY.when(extract.module.declaration)));
    let bindings = &extract.module.bindings;
    let mut resolver = Resolver {
        index,
        extract,
        table: index.table(file),
        facts,
        targets: bindings.ids().map(|id| index.binding(file, id)).collect(),
        usage: IndexVec::of_size(bindings, Usage::default()),
    };
    resolver.uses();
    resolver.bindings();
    resolver.statements();
    resolver.globals(project, &source.path);
    resolver.facts.computed(&extract.computed);
    resolver.facts.finish()
}

impl<'a> Resolver<'a> {
    /// Refers to the file of a target, with its name if it is a symbol; nothing for external
    /// ones.
    fn target(&mut self, target: Target<'a>, via: Option<FileId>, place: Place) {
        match target {
            Target::Symbol(file, name, is_type) => {
                let place = place.with(Labels::TYPE_ONLY.when(is_type));
                self.facts.refer(file, via, Some(name), place);
            }
            Target::Module(file) => self.facts.refer(file, via, None, place),
            Target::External => {}
        }
    }

    fn import_of(&self, binding: &Binding) -> (&'a Import, Meaning) {
        let import = &self.extract.module.imports[binding.import];
        (import, self.table.meanings[binding.import])
    }

    /// Resolves every use of an imported name to the file that declares it.
    ///
    /// `ns.Cart` is followed through the namespace. A namespace that is only handed on makes no
    /// reference: nothing of it is used here.
    fn uses(&mut self) {
        let extract = self.extract;
        for used in &extract.uses {
            let binding = &extract.module.bindings[used.binding];
            let Some(start) = self.targets[used.binding] else {
                continue;
            };
            let written = match self.table.meanings[binding.import] {
                Meaning::File(file) => Some(file),
                Meaning::External | Meaning::Data | Meaning::Missing => None,
            };
            // An imported namespace of a module that is only declared has no file of its own to
            // follow.
            let start = self.ambient_member(binding, used).unwrap_or(start);
            let (end, via) = self.follow(start, written, used);
            let in_type = used.in_type && !(used.decorated && self.table.emits.decorated);
            self.note_usage(used, in_type, end, written);
            match end {
                Target::External => self.facts.external(),
                _ => self.facts.resolved(),
            }
            let kind = if used.inherit {
                EdgeKind::Inherit
            } else {
                EdgeKind::Reference
            };
            let place = Place::new(kind, used.at);
            if !(used.exported && matches!(end, Target::Module(_))) {
                let type_only = in_type || binding.type_only;
                self.target(end, via, place.with(Labels::TYPE_ONLY.when(type_only)));
            }
        }
    }

    /// `ns.name`, where `ns` is a module that some file only declares.
    fn ambient_member(&self, binding: &'a Binding, used: &'a Use) -> Option<Target<'a>> {
        let (import, meaning) = self.import_of(binding);
        let name = used.chain.first().filter(|_| binding.imported.is_none())?;
        let file = match meaning {
            Meaning::File(file) => self.index.scattered(self.table, file, &import.path, name),
            Meaning::External | Meaning::Data | Meaning::Missing => {
                self.index.ambient(self.table, &import.path, name)
            }
        }?;
        Some(Target::Symbol(file, name, true))
    }

    /// Remembers how a use ended, for the label and kind of the import edge.
    fn note_usage(&mut self, used: &Use, in_type: bool, end: Target<'a>, written: Option<FileId>) {
        let usage = &mut self.usage[used.binding];
        let is_type = matches!(end, Target::Symbol(_, _, true));
        usage.exported |= used.exported;
        usage.other |= !used.exported;
        usage.in_type |= in_type || is_type;
        usage.value |= !(in_type || is_type);
        match end {
            Target::Symbol(file, ..) | Target::Module(file) if Some(file) != written => {
                usage.behind = true;
            }
            _ => usage.direct = true,
        }
    }

    /// Takes members from namespaces, as far as they are namespaces.
    ///
    /// Returns the target and the last module passed on the way, which hands it on. Members of
    /// anything but a module (`Cart.prototype`) end the walk, as does a member that no export
    /// has.
    fn follow(
        &self,
        start: Target<'a>,
        via: Option<FileId>,
        used: &'a Use,
    ) -> (Target<'a>, Option<FileId>) {
        let (mut now, mut via) = (start, via);
        for member in &used.chain {
            let Target::Module(file) = now else { break };
            let Some(next) = self.index.export(file, member) else {
                break;
            };
            (now, via) = (next, Some(file));
        }
        (now, via)
    }

    /// Makes the edges of imports, one for each name that they bind.
    ///
    /// An import is only of types if it says so, if its target is a type, or if all uses are in
    /// types.
    fn bindings(&mut self) {
        let extract = self.extract;
        for (id, binding) in extract.module.bindings.pairs() {
            let (import, meaning) = self.import_of(binding);
            let (usage, target) = (self.usage[id], self.targets[id]);
            let is_type = matches!(target, Some(Target::Symbol(_, _, true)));
            let type_only =
                binding.type_only || import.type_only || is_type || usage.in_type && !usage.value;
            self.binding(binding, import, meaning, target, usage, type_only);
        }
    }

    /// Makes the edges of one imported name: to the file that the path names, and to what lies
    /// behind.
    ///
    /// It is a re-export if every use of the name is an `export { x }`. A name that the file does
    /// not export is still an import of the file, and an unresolved name besides.
    fn binding(
        &mut self,
        binding: &'a Binding,
        import: &'a Import,
        meaning: Meaning,
        target: Option<Target<'a>>,
        usage: Usage,
        type_only: bool,
    ) {
        let handed_on = usage.exported && !usage.other;
        let kind = if import.kind == ImportKind::Reexport || handed_on {
            EdgeKind::Reexport
        } else {
            EdgeKind::Import
        };
        let symbol =
            Place::new(EdgeKind::Reference, binding.at).with(Labels::TYPE_ONLY.when(type_only));
        // The statement stays, whatever it names: the run loads the module.
        let written = matches!(import.kind, ImportKind::Import | ImportKind::Reexport);
        let stays = self.table.emits.verbatim && written && !import.type_only;
        let place = Place::new(kind, binding.at).with(Labels::TYPE_ONLY.when(type_only && !stays));
        let Meaning::File(written) = meaning else {
            return self.outside(import, binding, meaning, target, symbol);
        };
        if target.is_some() {
            self.facts.resolved();
        }
        let name = binding.imported.as_deref();
        if let Some(target) = target {
            return self.bound(target, written, name, usage, (place, symbol));
        }
        self.facts.refer(written, None, name, place);
        let text = format!("{}#{}", import.path, name.unwrap_or("*"));
        let reason = UnresolvedReason::NotFound;
        self.facts.unresolved(text, reason, binding.at);
    }

    /// An import of the file `written` whose name leads to `target`: how both are referred to.
    ///
    /// A target in another file makes the written file a facade: it is loaded, but not what is
    /// used. A whole module behind a facade is only referred to if no use was: uses refer to its
    /// members.
    fn bound(
        &mut self,
        target: Target<'a>,
        written: FileId,
        name: Option<&'a str>,
        usage: Usage,
        (place, symbol): (Place, Place),
    ) {
        match target {
            Target::Symbol(file, ..) | Target::Module(file) if file != written => {
                let facade = place.with(Labels::FACADE);
                self.facts.refer(written, None, name, facade);
                let whole = matches!(target, Target::Module(_));
                if !(whole && (usage.other || usage.exported)) {
                    self.target(target, Some(written), symbol);
                }
            }
            Target::Module(_) => {
                let facade = Labels::FACADE.when(usage.behind && !usage.direct);
                self.facts.refer(written, None, None, place.with(facade));
            }
            Target::Symbol(..) => {
                self.facts.refer(written, None, name, place);
                self.target(target, None, symbol);
            }
            Target::External => self.facts.refer(written, None, name, place),
        }
    }

    /// An import whose path names no file of the tree.
    ///
    /// A declaration of the module in the tree (`declare module "x"`) is still referred to; data
    /// counts as resolved, without an edge.
    fn outside(
        &mut self,
        import: &Import,
        binding: &Binding,
        meaning: Meaning,
        target: Option<Target<'a>>,
        symbol: Place,
    ) {
        match (target, meaning) {
            (Some(target @ Target::Symbol(..)), _) => {
                self.facts.resolved();
                self.target(target, None, symbol);
            }
            (_, Meaning::Missing) => {
                self.facts
                    .unresolved(&*import.path, UnresolvedReason::NotFound, binding.at);
            }
            (_, Meaning::Data) => self.facts.resolved(),
            _ => self.facts.external(),
        }
    }

    /// Imports that bind nothing.
    ///
    /// `import "./setup"`, `export * from "./cart"`, `require` and `import()` without names. An
    /// `export *` of a barrel is labelled as a facade: what is used lies further behind.
    fn statements(&mut self) {
        let extract = self.extract;
        for (import, meaning) in extract
            .module
            .imports
            .iter()
            .zip(&self.table.meanings)
            .filter(|(import, _)| import.bare)
        {
            let kind = if import.kind == ImportKind::Reexport {
                EdgeKind::Reexport
            } else {
                EdgeKind::Import
            };
            let place = Place::new(kind, import.at)
                .with(Labels::TYPE_ONLY.when(import.type_only))
                .with(Labels::DYNAMIC.when(import.kind == ImportKind::Dynamic));
            match meaning {
                Meaning::File(file) => {
                    self.facts.resolved();
                    let barrel = import.kind == ImportKind::Reexport && self.is_barrel(*file);
                    self.facts
                        .refer(*file, None, None, place.with(Labels::FACADE.when(barrel)));
                }
                Meaning::External => self.facts.external(),
                Meaning::Data => self.facts.resolved(),
                Meaning::Missing if self.index.is_ambient(&import.path) => {
                    self.facts.external();
                }
                Meaning::Missing => {
                    self.facts
                        .unresolved(&*import.path, UnresolvedReason::NotFound, import.at);
                }
            }
        }
    }

    /// Whether a module only hands on what others declare, and does hand on something.
    fn is_barrel(&self, file: FileId) -> bool {
        let module = &self.index.table(file).module;
        module.barrel && module.is_module && !(module.stars.is_empty() && module.exports.is_empty())
    }

    /// Refers to the files that declare the free names of this one for everyone.
    ///
    /// Such references are implicit. They are of types only if they end in a `.d.ts` file, or if
    /// no use of the name is a value.
    fn globals(&mut self, project: &Project, path: &str) {
        let extract = self.extract;
        for free in &extract.free {
            let mut files = self.index.global(project, path, free);
            files.extend(self.index.beside(self.table, &free.name));
            for file in files {
                let declaration = self.index.table(file).module.declaration;
                let place = Place::new(EdgeKind::Reference, free.at)
                    .with(Labels::TYPE_ONLY.when(declaration || free.in_types))
                    .with(Labels::IMPLICIT);
                self.facts.resolved();
                self.facts.refer(file, None, Some(&free.name), place);
            }
        }
    }
}
