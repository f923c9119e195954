//! Which file a recorded place in the code is.
//!
//! In: [`Places`]. Out: [`Index`], [`Spot`].
//! Invariant: an ambiguous place is none.
//! Never: load.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::metric::Load;
use super::routes;
use super::rules::CodeRule;
use crate::model::{
    CodeFacts, CodeLoad, DeclaredRoute, FileId, LoadKind, LoadSource, Notification, ParsedFile,
    Project, Reference,
};

/// Load and calls by file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribution {
    /// Load of each file of the project; `None` where no span names it.
    pub files: Vec<Option<Load>>,
    /// Calls between different files, (caller, callee, calls), ascending.
    pub calls: Vec<(FileId, FileId, u64)>,
    /// Of a sample of requests, the calls between different files that each waits for.
    pub samples: Vec<Vec<(FileId, FileId, u64)>>,
    /// Load that found its file, as a share of all load of its source, 0 to 1.
    pub share: Option<f64>,
    /// Where the load comes from; `None` where nothing measured any.
    pub source: Option<LoadSource>,
    /// Rules whose file is not there; sources that others go before.
    pub notifications: Vec<Notification>,
}

impl Attribution {
    /// Whether the load is that of spans, which tell of services and calls, too.
    #[must_use]
    pub fn is_of_spans(&self) -> bool {
        let kind = self.source.as_ref().map(|source| source.kind);
        kind.is_none_or(|kind| kind == LoadKind::Spans)
    }
}

/// What places in the code are found by.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The files.
    pub project: &'a Project,
    /// Their modules and functions.
    pub code: &'a CodeFacts,
    /// Routes that code declares.
    pub routes: &'a [DeclaredRoute],
    /// Rules of the configuration.
    pub rules: &'a [CodeRule],
}

/// Where in the repository a recorded place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// In this file.
    File(FileId),
    /// In one of several.
    Ambiguous,
    /// In none.
    Outside,
}

impl Spot {
    /// The file, if it is one.
    pub(super) fn file(self) -> Option<FileId> {
        match self {
            Self::File(file) => Some(file),
            Self::Ambiguous | Self::Outside => None,
        }
    }

    /// What some candidates amount to: one is the file, several are ambiguous.
    pub(super) fn of(mut files: impl Iterator<Item = FileId>) -> Self {
        match (files.next(), files.next()) {
            (None, _) => Self::Outside,
            (Some(file), None) => Self::File(file),
            (Some(_), Some(_)) => Self::Ambiguous,
        }
    }
}

pub(super) struct Index<'a> {
    pub(super) places: Places<'a>,
    pub(super) project: &'a Project,
    by_path: FxHashMap<&'a str, FileId>,
    by_name: FxHashMap<&'a str, Vec<FileId>>,
    by_module: FxHashMap<&'a str, Vec<&'a ParsedFile>>,
    modules: FxHashMap<FileId, &'a str>,
}

impl<'a> Index<'a> {
    /// Indexes files by path and name, and parsed files by module.
    pub(super) fn of(places: Places<'a>) -> Self {
        let Places { project, code, .. } = places;
        let mut index = Self {
            places,
            project,
            by_path: project.iter().map(|(id, file)| (&*file.path, id)).collect(),
            by_name: FxHashMap::default(),
            by_module: FxHashMap::default(),
            modules: FxHashMap::default(),
        };
        for parsed in &code.files {
            let name = file_name(&project.source(parsed.file).path);
            index.by_name.entry(name).or_default().push(parsed.file);
            index.modules.insert(parsed.file, &parsed.facts.module);
            index
                .by_module
                .entry(&parsed.facts.module)
                .or_default()
                .push(parsed);
        }
        index
    }

    /// Files of the project.
    pub(super) fn files(&self) -> usize {
        self.project.files.len()
    }

    /// The file at a path of the repository.
    pub(super) fn at(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The source files of this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = FileId> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// The files of a module.
    pub(super) fn files_of(&self, module: &str) -> impl Iterator<Item = FileId> {
        let files = self.by_module.get(module).into_iter().flatten();
        files.map(|parsed| parsed.file)
    }

    /// The module that a file belongs to.
    pub(super) fn module_of(&self, file: FileId) -> Option<&'a str> {
        self.modules.get(&file).copied()
    }

    /// The file of a module or class and the function of `load`.
    pub(super) fn in_module(&self, namespace: &str, load: &CodeLoad) -> Spot {
        if let Some(file) = self.by_namespace(namespace, load) {
            return Spot::File(file);
        }
        let several = |module: &str, class: Option<&str>| {
            let stem = |file: &FileId| {
                file_name(&self.project.source(*file).path)
                    .split('.')
                    .next()
            };
            let fits = |file: &FileId| class.is_none() || stem(file) == class;
            self.files_of(module).filter(fits).nth(1).is_some()
        };
        let class = namespace.rsplit_once(['.', ':', '/']);
        let ambiguous = several(namespace, None)
            || class.is_some_and(|(holder, class)| {
                several(holder.trim_end_matches(':'), class.split('$').next())
            });
        if ambiguous {
            Spot::Ambiguous
        } else {
            Spot::Outside
        }
    }

    /// The file of a recorded place. A rule of the configuration decides alone, even where its file
    /// is missing; else the first of these that finds one: path, namespace, the class within the
    /// name of the function, route.
    pub(super) fn find(&self, load: &CodeLoad) -> Option<FileId> {
        if let Some(rule) = self.places.rules.iter().find(|rule| rule.fits(load)) {
            return self.by_path.get(rule.path.as_str()).copied();
        }
        let by_path = load
            .file
            .as_deref()
            .and_then(|path| self.by_path(path, &load.service));
        by_path
            .or_else(|| self.by_namespace(load.namespace.as_deref()?, load))
            .or_else(|| self.by_namespace(enclosing(load.function.as_deref()?)?, load))
            .or_else(|| self.by_route(load.operation.as_deref()?, &load.service))
    }

    /// The file that answers the route.
    fn by_route(&self, operation: &str, service: &str) -> Option<FileId> {
        let owner = self.project.service_named(service);
        let owner = owner.and_then(|owner| self.project.services.get(owner.index()));
        let alone = self.project.services.len() < 2;
        let near = |route: &&DeclaredRoute| {
            alone || route.service.is_none() || route.service.as_ref() == owner.map(|it| &it.name)
        };
        let found = routes::of_operation(operation, self.places.routes.iter().filter(near));
        self.of_routes(&found).file()
    }

    /// The file that answers one of these routes.
    pub(super) fn of_routes(&self, routes: &[&DeclaredRoute]) -> Spot {
        let files = routes.iter().filter_map(|route| self.answering(route));
        Spot::of(files.collect::<BTreeSet<_>>().into_iter())
    }

    /// The file of the handler that a route names, where the declaring file refers to one; else the declaring file.
    fn answering(&self, route: &DeclaredRoute) -> Option<FileId> {
        let declaring = self.at(&route.location.path)?;
        let handler = route.handler.as_deref();
        Some(
            handler
                .and_then(|name| self.handler(declaring, name))
                .unwrap_or(declaring),
        )
    }

    /// The one file that declares `handler`, of those that a file refers to by its name or that of its holder.
    fn handler(&self, declaring: FileId, handler: &str) -> Option<FileId> {
        let facts = &self.parsed(declaring)?.facts;
        let (holder, name) = handler.rsplit_once('.').unwrap_or(("", handler));
        let named = |at: Option<u32>| {
            at.and_then(|at| facts.names.get(at as usize))
                .map(|it| last(it))
        };
        let means = |to: FileId| {
            let declared = self
                .parsed(to)
                .into_iter()
                .flat_map(|it| &it.facts.declarations);
            let functions = self
                .parsed(to)
                .into_iter()
                .flat_map(|it| &it.facts.functions);
            let mut names = declared
                .map(|it| &*it.name)
                .chain(functions.map(|it| last(&it.name)));
            names.any(|own| own == name)
        };
        let fits = |reference: &&Reference| match named(reference.name) {
            Some(own) if own == name => true,
            Some(own) => own == holder && means(reference.to),
            None => means(reference.to),
        };
        let found = facts
            .references
            .iter()
            .filter(fits)
            .map(|reference| reference.to);
        only(found.collect::<BTreeSet<_>>().into_iter())
    }

    /// The facts of a file; `None` for one that was not parsed.
    fn parsed(&self, file: FileId) -> Option<&'a ParsedFile> {
        let at = self
            .places
            .code
            .files
            .binary_search_by_key(&file, |parsed| parsed.file);
        self.places.code.files.get(at.ok()?)
    }

    /// Rules whose file is not there.
    pub(super) fn unknown(&self) -> Vec<Notification> {
        let rules = self.places.rules.iter();
        let unknown = rules.filter(|rule| !self.by_path.contains_key(rule.path.as_str()));
        let note = |rule: &CodeRule| {
            let message = format!(
                "a rule in `traces.code` names `{}`, which is no file",
                rule.path
            );
            Notification::warning("code-rule-unknown", message)
        };
        unknown.map(note).collect()
    }

    /// The file that shares the most trailing folders with the recorded path.
    fn by_path(&self, recorded: &str, service: &str) -> Option<FileId> {
        let recorded = recorded.replace('\\', "/");
        let candidates = self.by_name.get(file_name(&recorded))?;
        let score = |file: &FileId| {
            (
                common_tail(&recorded, &self.project.source(*file).path),
                self.is_of(*file, service),
            )
        };
        let best = candidates.iter().map(score).max()?;
        only(
            candidates
                .iter()
                .filter(|file| score(file) == best)
                .copied(),
        )
    }

    /// The only file of a module, or the only one of it that declares the function. Where no module
    /// is called so, the last part may be a class: `com.acme.Order` is `Order.java` in `com.acme`,
    /// or the file with a method of that class. Several fitting files are none.
    fn by_namespace(&self, namespace: &str, load: &CodeLoad) -> Option<FileId> {
        let declares = |parsed: &ParsedFile| {
            let named = |function: &str| {
                parsed
                    .facts
                    .functions
                    .iter()
                    .any(|known| last(&known.name) == last(plain(function)))
            };
            load.function.as_deref().is_some_and(named)
        };
        if let Some(files) = self.by_module.get(namespace) {
            let all = || {
                files
                    .iter()
                    .filter(|parsed| self.is_near(parsed.file, &load.service))
            };
            let exact = only(
                all()
                    .filter(|parsed| declares(parsed))
                    .map(|parsed| parsed.file),
            );
            return exact.or_else(|| only(all().map(|parsed| parsed.file)));
        }
        let (holder, class) = namespace.rsplit_once(['.', ':', '/'])?;
        let files = self.by_module.get(holder.trim_end_matches(':'))?;
        let stem = |file: FileId| file_name(&self.project.source(file).path).split('.').next();
        let of_class = files
            .iter()
            .filter(|parsed| stem(parsed.file) == class.split('$').next());
        only(of_class.map(|parsed| parsed.file)).or_else(|| {
            let wanted = format!("{class}::{}", last(plain(load.function.as_deref()?)));
            let has = |parsed: &&&ParsedFile| {
                let functions = parsed.facts.functions.iter();
                functions
                    .map(|known| known.name.replace('.', "::"))
                    .any(|name| name == wanted)
            };
            only(files.iter().filter(has).map(|parsed| parsed.file))
        })
    }

    /// Whether a file belongs to the service of that name.
    fn is_of(&self, file: FileId, service: &str) -> bool {
        let owner = self.project.source(file).service;
        owner.is_some() && owner == self.project.service_named(service)
    }

    /// Not in the folder of another service.
    fn is_near(&self, file: FileId, service: &str) -> bool {
        service.is_empty()
            || self.project.source(file).service.is_none()
            || self.is_of(file, service)
            || self.project.services.len() < 2
    }
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How many parts two paths have in common from their ends: 2 of `a/src/x.rs` and `b/src/x.rs`.
pub(super) fn common_tail(a: &str, b: &str) -> usize {
    a.rsplit('/')
        .zip(b.rsplit('/'))
        .take_while(|(a, b)| a == b)
        .count()
}

/// A function's name without the marks of closures and anonymous functions.
fn plain(function: &str) -> &str {
    let end = function
        .find("::{")
        .or_else(|| function.find(".func"))
        .unwrap_or(function.len());
    function.get(..end).unwrap_or(function)
}

/// What encloses a function by its full name (`com.acme.Order` of `com.acme.Order.add`).
fn enclosing(function: &str) -> Option<&str> {
    let function = plain(function);
    let end = function.rfind(['.', ':', '#'])?;
    Some(function.get(..end)?.trim_end_matches(':'))
}

fn last(name: &str) -> &str {
    name.rsplit([':', '.']).next().unwrap_or(name)
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    if items.next().is_none() { first } else { None }
}
