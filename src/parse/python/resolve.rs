//! Turns what a Python file says into references to other files.
//!
//! In: [`Extract`], [`Index`]. Out: [`FileFacts`].
//! Invariant: each import gives its import edge and the symbols behind it.
//! Never: an edge from a name that no import binds.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::extract::{Extract, Import, ImportId, NameId, Origin, Use, What};
use super::modules::{Found, Module};
use super::names::{Index, Table, Target};
use crate::model::{
    EdgeKind, FileFacts, FileId, FileRole, IndexVec, Labels, Project, UnresolvedReason,
};
use crate::parse::language::facts::{FactsBuilder, Place};

/// How the uses of a module import ended.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// In the module itself.
    direct: bool,
    /// In a file behind it.
    behind: bool,
    /// Used at all.
    any: bool,
}

/// The state of resolving one file.
struct Resolver<'a> {
    index: &'a Index,
    extract: &'a Extract,
    table: &'a Table,
    /// The file itself.
    file: FileId,
    facts: FactsBuilder<'a>,
    /// How the uses of each import ended.
    usage: IndexVec<ImportId, Usage>,
    /// What each import binds.
    bound: IndexVec<ImportId, Vec<Target<'a>>>,
}

/// The facts of one file.
pub(super) fn resolve(
    index: &Index,
    project: &Project,
    file: FileId,
    extract: &Extract,
) -> FileFacts {
    let source = project.source(file);
    let module = index.modules.package_name(&source.path);
    let mut facts = FactsBuilder::new(file, module, extract.own.clone());
    let test = Labels::TEST.when(source.role == FileRole::Test);
    facts.mark(test.with(Labels::TYPE_ONLY.when(extract.exports.stub)));
    let imports = &extract.exports.imports;
    let mut resolver = Resolver {
        index,
        extract,
        table: index.table(file),
        file,
        facts,
        usage: IndexVec::of_size(imports, Usage::default()),
        bound: imports.ids().map(|id| index.import(file, id)).collect(),
    };
    resolver.uses();
    resolver.imports(source.path.ends_with("__init__.py") || source.path.ends_with("__init__.pyi"));
    resolver.facts.computed(&extract.computed);
    resolver.facts.finish()
}

/// The label of an import that only hands on what is used; a function runs it when the facade is loaded already.
const fn facade(lazy: bool) -> Labels {
    Labels::FACADE.with(Labels::LAZY.when(lazy))
}

impl<'a> Resolver<'a> {
    /// Makes the edges of all imports, after the uses told which of them are facades.
    fn imports(&mut self, is_package: bool) {
        let handed_on = self.handed_on(is_package);
        let (extract, table) = (self.extract, self.table);
        for (id, import) in extract.exports.imports.pairs() {
            let kind = if handed_on[id] {
                EdgeKind::Reexport
            } else {
                EdgeKind::Import
            };
            self.import(id, import, &table.bases[id], kind);
        }
    }

    /// Imports whose name the module offers as its own.
    ///
    /// A name is handed on if `__all__` lists it, if it is imported as itself (`import x as x`),
    /// or if an `__init__` binds it without any use, and nothing says what it offers.
    /// `import a.b` is none: it binds only `a`.
    fn handed_on(&self, is_package: bool) -> IndexVec<ImportId, bool> {
        let exports = &self.extract.exports;
        let mut handed_on = IndexVec::of_size(&exports.imports, false);
        #[expect(clippy::iter_over_hash_type, reason = "marks places, in any order")]
        for (name, bound) in &exports.bound {
            let listed = exports
                .all
                .as_ref()
                .is_some_and(|all| all.names.contains(name));
            let open = is_package
                && (!name.starts_with('_') || name.starts_with("__"))
                && exports.all.as_ref().is_none_or(|all| all.open);
            for &id in &bound.imports {
                let import = &exports.imports[id];
                let offered = listed || import.redundant_alias || open && !self.usage[id].any;
                handed_on[id] |= import.what != What::Root && offered;
            }
        }
        for star in &exports.stars {
            handed_on[*star] = is_package;
        }
        handed_on
    }

    /// Makes the edges of one import; namespaces have no file, and no edge.
    fn import(&mut self, id: ImportId, import: &'a Import, base: &Found, kind: EdgeKind) {
        let place = Place::new(kind, import.at).with(import.labels);
        match (base, &import.what) {
            (Found::External, _) => self.facts.external(),
            (Found::Missing, _) => self.unresolved(import, UnresolvedReason::NotFound),
            (Found::Ambiguous, _) => self.unresolved(import, UnresolvedReason::Ambiguous),
            (_, What::Name(name)) => self.import_name(id, base, name, place, import),
            (Found::Namespace(_), _) => self.facts.resolved(),
            (Found::Module(module), What::Star | What::Root | What::Module) => {
                self.facts.resolved();
                self.reach_module(*module, None, self.through_facade(id, place));
            }
        }
    }

    /// Keeps an import as unresolved, by its written name.
    fn unresolved(&mut self, import: &Import, reason: UnresolvedReason) {
        self.facts.unresolved(written(import), reason, import.at);
    }

    /// A module all of whose used names lie behind it is a facade.
    fn through_facade(&self, id: ImportId, place: Place) -> Place {
        let usage = self.usage[id];
        let facade = facade(self.extract.exports.imports[id].lazy);
        place.with(facade.when(usage.behind && !usage.direct))
    }

    /// Refers to a module, as types only if only a stub stands for it.
    fn reach_module(&mut self, module: Module, name: Option<&'a str>, place: Place) {
        let place = place.with(Labels::TYPE_ONLY.when(module.stub));
        self.facts.refer(module.file, None, name, place);
    }

    /// Makes the edges of `from base import name`.
    ///
    /// If the name is a submodule, the import is of the submodule: `from shop import cart`
    /// depends on `shop/cart.py`, not on what `shop/__init__.py` hands on. Otherwise there is an
    /// edge to the module, labelled as a facade if all lies behind it, and one to each symbol by
    /// way of it.
    fn import_name(
        &mut self,
        id: ImportId,
        base: &Found,
        name: &'a str,
        place: Place,
        import: &Import,
    ) {
        let targets = self.bound[id].clone();
        if targets.is_empty() {
            self.unresolved(import, UnresolvedReason::NotFound);
        } else if targets.iter().all(|target| *target == Target::External)
            && !matches!(base, Found::Module(_))
        {
            self.facts.external();
            return;
        } else {
            self.facts.resolved();
        }
        let Found::Module(module) = base else {
            return self.import_modules(&targets, place);
        };
        let submodule = |target: &Target| match target {
            Target::Module(Found::Module(inner)) => {
                self.index.modules.is_submodule(*module, *inner)
            }
            _ => false,
        };
        if !targets.is_empty() && targets.iter().all(submodule) {
            return self.import_modules(&targets, place);
        }
        let outer = place.with(facade(import.lazy).when(lies_behind(&targets, module.file)));
        self.reach_module(*module, Some(name), outer);
        let inner = Place {
            kind: EdgeKind::Reference,
            ..place
        };
        for target in targets {
            self.reference(&target, Some(module.file), inner);
        }
    }

    /// Refers to every target that is a module; symbols and external targets have no edge here.
    fn import_modules(&mut self, targets: &[Target<'a>], place: Place) {
        for target in targets {
            if let Target::Module(Found::Module(module)) = target {
                self.reach_module(*module, None, place);
            }
        }
    }

    /// Refers to the file that defines a target, or to the file of a module.
    fn reference(&mut self, target: &Target<'a>, via: Option<FileId>, place: Place) {
        match target {
            Target::Symbol(file, name) => {
                let stub = self.index.table(*file).exports.stub;
                let place = place.with(Labels::TYPE_ONLY.when(stub));
                self.facts.refer(*file, via, Some(name), place);
            }
            Target::Module(Found::Module(module)) => {
                let place = place.with(Labels::TYPE_ONLY.when(module.stub));
                self.facts.refer(module.file, via, None, place);
            }
            Target::Module(_) | Target::External => {}
        }
    }

    /// Resolves every use of an imported name; names by star imports are looked up once each.
    fn uses(&mut self) {
        let extract = self.extract;
        let mut by_star: FxHashMap<NameId, Option<(FileId, Vec<Target<'a>>)>> =
            FxHashMap::default();
        for used in &extract.uses {
            match used.origin {
                Origin::Import(id) => self.use_import(used, id),
                Origin::Star(name) => {
                    let (index, file) = (self.index, self.file);
                    let found = by_star
                        .entry(name)
                        .or_insert_with(|| index.by_star(file, &extract.names[name]));
                    if let Some((module, targets)) = found {
                        self.use_star(used, *module, targets);
                    }
                }
            }
        }
    }

    /// Resolves one use of an import, for every alternative that it may mean.
    ///
    /// The targets are taken out of the table for the time, so that facts can be added beside.
    fn use_import(&mut self, used: &Use, id: ImportId) {
        let (index, base) = (self.index, &self.table.bases[id]);
        let import = &self.extract.exports.imports[id];
        let labels = import.labels.with(Labels::TYPE_ONLY.when(used.type_only));
        let module = match base {
            Found::Module(module) => Some(module.file),
            _ => None,
        };
        let written = module.filter(|_| matches!(import.what, What::Name(_)));
        let targets = std::mem::take(&mut self.bound[id]);
        self.usage[id].any = true;
        let mut usage = self.usage[id];
        for target in &targets {
            let (found, via) = follow(index, target, written, self.chain(used));
            for end in &*found {
                match end {
                    Target::Symbol(file, _) if Some(*file) != module => usage.behind = true,
                    _ => usage.direct = true,
                }
            }
            self.end(&found, via, used, labels);
        }
        self.bound[id] = targets;
        self.usage[id] = usage;
    }

    /// Resolves one use of a name that the star import of `module` binds.
    fn use_star(&mut self, used: &Use, module: FileId, targets: &[Target<'a>]) {
        let index = self.index;
        let is_it = |star: &ImportId| matches!(&self.table.bases[*star], Found::Module(base) if base.file == module);
        let star = self.extract.exports.stars.iter().rfind(|star| is_it(star));
        let labels = Labels::TYPE_ONLY.when(used.type_only);
        for target in targets {
            let direct = matches!(target, Target::Symbol(file, _) if *file == module);
            if let Some(&star) = star {
                let usage = &mut self.usage[star];
                usage.direct |= direct;
                usage.behind |= !direct;
            }
            let (found, via) = follow(index, target, Some(module), self.chain(used));
            self.end(&found, via, used, labels);
        }
    }

    /// The attributes taken from the name, the first one first.
    fn chain(&self, used: &Use) -> impl Iterator<Item = &'a str> + use<'a> {
        let extract = self.extract;
        let ids = extract.chains[used.chain].iter();
        ids.map(|id| &*extract.names[*id])
    }

    /// Adds the references of one use to all that was found.
    ///
    /// It counts as external only if every alternative is.
    fn end(&mut self, found: &[Target<'a>], via: Option<FileId>, used: &Use, labels: Labels) {
        let kind = if used.inherit {
            EdgeKind::Inherit
        } else {
            EdgeKind::Reference
        };
        if found.iter().all(|target| *target == Target::External) {
            self.facts.external();
        } else {
            self.facts.resolved();
        }
        let place = Place::new(kind, used.at).with(labels);
        for target in found {
            self.reference(target, via, place);
        }
    }
}

/// Follows attributes from `start` through modules, as far as modules go.
///
/// `shop.cart.Cart` goes from `shop` to `shop/cart.py` and to its `Cart`. Only the first
/// alternative on the way is followed. Attributes of a symbol are not looked up.
fn follow<'a, 's>(
    index: &'a Index,
    start: &'s Target<'a>,
    via: Option<FileId>,
    chain: impl Iterator<Item = &'a str>,
) -> (Cow<'s, [Target<'a>]>, Option<FileId>) {
    let (mut now, mut via) = (Cow::Borrowed(std::slice::from_ref(start)), via);
    for name in chain {
        let Some(Target::Module(found)) = now.first() else {
            break;
        };
        let next = index.attribute(found, name);
        if next.is_empty() {
            break;
        }
        via = if let Found::Module(module) = found {
            Some(module.file)
        } else {
            None
        };
        now = Cow::Owned(next);
    }
    (now, via)
}

/// The import as it is written, for messages: `..shop.Cart`.
fn written(import: &Import) -> String {
    let dots = ".".repeat(usize::try_from(import.level).unwrap_or(0).min(64));
    let module = &import.module;
    match &import.what {
        What::Name(name) if module.is_empty() => format!("{dots}{name}"),
        What::Name(name) => format!("{dots}{module}.{name}"),
        _ => format!("{dots}{module}"),
    }
}

/// Whether a name of the module in `file` leads to other files, and to nothing of its own.
fn lies_behind(targets: &[Target<'_>], file: FileId) -> bool {
    let own = |target: &Target<'_>| matches!(target, Target::Symbol(of, _) if *of == file);
    let elsewhere = |target: &Target<'_>| {
        matches!(target, Target::Symbol(of, _) if *of != file)
            || matches!(target, Target::Module(Found::Module(_)))
    };
    targets.iter().any(elsewhere) && !targets.iter().any(own)
}
