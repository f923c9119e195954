//! Which file the recorded load of a span belongs to.
//!
//! In: [`CallProfile`], [`Places`]. Out: [`Attribution`].
//! Invariant: load goes to one file or to none; an ambiguous place is none.
//! Never: guesses from operation names that are no declared route.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Load;
use super::{CodeRule, routes, sources};
use crate::model::{
    CallProfile, CodeCall, CodeFacts, CodeLoad, DeclaredRoute, FileId, LoadKind, LoadSource,
    Notification, ParsedFile, Project,
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

/// Finds the file of every place that a rule names, or spans name by path, by namespace and function, by a
/// function's full name, or by the route that they answer.
#[must_use]
pub fn attribute(profile: &CallProfile, places: &Places<'_>) -> Attribution {
    let project = places.project;
    let index = Index::of(*places);
    let place: Vec<Option<FileId>> = profile.code.iter().map(|load| index.find(load)).collect();
    let mut found = Attribution {
        files: vec![None; project.files.len()],
        notifications: index.unknown(),
        ..Attribution::default()
    };
    for (load, file) in profile.code.iter().zip(&place) {
        let Some(known) = file.and_then(|file| found.files.get_mut(file.index())) else {
            continue;
        };
        let more = Load {
            calls: load.calls,
            weight: load.self_time_ns,
            self_time_ns: load.self_time_ns,
            critical_ns: load.critical_ns,
        };
        *known = Some(known.unwrap_or_default().with(more));
    }
    let file = |at: u32| place.get(at as usize).copied().flatten();
    let between = |made: &[CodeCall]| {
        let mut calls: BTreeMap<(FileId, FileId), u64> = BTreeMap::new();
        for call in made {
            if let (Some(caller), Some(callee)) = (file(call.caller), file(call.callee))
                && caller != callee
            {
                *calls.entry((caller, callee)).or_default() += call.calls;
            }
        }
        let calls = calls.into_iter();
        calls
            .map(|((caller, callee), calls)| (caller, callee, calls))
            .collect()
    };
    found.calls = between(&profile.code_calls);
    found.samples = profile.samples.iter().map(|made| between(made)).collect();
    let all = profile
        .operations
        .iter()
        .map(|operation| operation.self_time_ns)
        .sum();
    found.share = super::share(
        Load::sum(found.files.iter().copied()).self_time_ns.min(all),
        all,
    );
    found.source = (profile.coverage.spans > 0 || all > 0).then(|| of_spans(all, found.share));
    found.notifications.extend(unplaced(&found, places));
    sources::choose(&mut found, profile, &index);
    found
}

/// Share of the recorded time below which it is said how more of it finds its file.
const PLACED: f64 = 0.5;

/// How more of the recorded time would find its file.
fn unplaced(found: &Attribution, places: &Places<'_>) -> Option<Notification> {
    let share = found.share.filter(|share| *share < PLACED)?;
    let message = format!(
        "{:.0} % of the recorded time found its file; let spans tell `code.file.path` or `code.function.name`, or name \
         operations under [[traces.code]] (`seamline explain load` says which switch of which SDK does)",
        share * 100.0
    );
    (!places.code.files.is_empty()).then(|| Notification::note("load-attribution", message))
}

/// The source of load that spans tell.
fn of_spans(all: u64, found: Option<f64>) -> LoadSource {
    LoadSource {
        kind: LoadKind::Spans,
        inputs: Vec::new(),
        unit: "recorded time".into(),
        weight: all,
        found,
        ambiguous: 0.0,
        parts: Vec::new(),
        routes: Vec::new(),
        missed: Vec::new(),
    }
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

    fn find(&self, load: &CodeLoad) -> Option<FileId> {
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

    /// The file that declares the route.
    fn by_route(&self, operation: &str, service: &str) -> Option<FileId> {
        let owner = self.project.service_named(service);
        let owner = owner.and_then(|owner| self.project.services.get(owner.index()));
        let alone = self.project.services.len() < 2;
        let near = |route: &&DeclaredRoute| {
            alone || route.service.is_none() || route.service.as_ref() == owner.map(|it| &it.name)
        };
        let path = routes::file_of(operation, self.places.routes.iter().filter(near))?;
        self.by_path.get(path).copied()
    }

    /// Rules whose file is not there.
    fn unknown(&self) -> Vec<Notification> {
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

pub(super) fn common_tail(a: &str, b: &str) -> usize {
    a.rsplit('/')
        .zip(b.rsplit('/'))
        .take_while(|(a, b)| a == b)
        .count()
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    if items.next().is_none() { first } else { None }
}

#[cfg(test)]
pub(super) mod golden {
    use super::*;
    use crate::model::{FileFacts, FileRole, FunctionRange, LanguageId, SourceFile};

    /// A project of files, each with its module and one function.
    pub(in crate::metrics) fn project(files: &[(&str, &str, &str)]) -> (Project, CodeFacts) {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        for (at, (path, module, function)) in files.iter().enumerate() {
            let (language, role) = (Some(LanguageId("rust")), FileRole::Source);
            project.files.push(SourceFile {
                path: (*path).into(),
                language,
                role,
                bytes: 1,
                package: None,
                service: None,
            });
            let functions = vec![FunctionRange {
                name: (*function).into(),
                first: 1,
                last: 9,
            }];
            let facts = FileFacts {
                module: (*module).to_owned(),
                functions,
                ..FileFacts::default()
            };
            code.files.push(ParsedFile {
                file: FileId::new(at),
                language: LanguageId("rust"),
                facts,
                generated: false,
            });
        }
        (project, code)
    }
}

#[cfg(test)]
mod tests {
    use super::golden::project;
    use super::*;
    use crate::model::{CodeCall, Location, OperationLoad, Position};

    fn place(file: Option<&str>, namespace: Option<&str>, function: Option<&str>) -> CodeLoad {
        let text = |text: Option<&str>| text.map(Into::into);
        let (file, namespace, function) = (text(file), text(namespace), text(function));
        CodeLoad {
            service: "shop".into(),
            file,
            namespace,
            function,
            calls: 1,
            self_time_ns: 10,
            critical_ns: 5,
            operation: None,
        }
    }

    fn operation(name: &str) -> CodeLoad {
        CodeLoad {
            operation: Some(name.into()),
            ..place(None, None, None)
        }
    }

    #[test]
    fn paths_namespaces_and_classes_find_their_file() {
        let (project, code) = project(&[
            ("api/src/cart.rs", "api::cart", "total"),
            ("shop/src/cart.rs", "shop::cart", "Cart::total"),
            ("shop/src/pay.rs", "shop::pay", "pay"),
            ("web/Order.java", "com.acme", "Order.add"),
        ]);
        let profile = CallProfile {
            code: vec![
                place(Some("/build/shop/src/cart.rs"), None, None),
                place(None, Some("shop::pay"), None),
                place(None, Some("com.acme.Order"), Some("add")),
                place(Some("cart.rs"), None, None),
                place(None, None, Some("shop::cart::Cart::total::{{closure}}")),
                place(None, None, Some("com.acme.Order.add")),
                place(None, None, Some("total")),
                operation("GET /pay/{}"),
                operation("job nightly"),
                operation("GET /unknown"),
            ],
            code_calls: vec![
                CodeCall {
                    caller: 0,
                    callee: 1,
                    calls: 7,
                },
                CodeCall {
                    caller: 0,
                    callee: 3,
                    calls: 1,
                },
            ],
            operations: vec![OperationLoad {
                self_time_ns: 100,
                ..OperationLoad::default()
            }],
            ..CallProfile::default()
        };
        let routes = [DeclaredRoute {
            service: None,
            method: "GET".to_owned(),
            path: "/pay/:id".to_owned(),
            prefix: false,
            location: Location::new("shop/src/pay.rs", Position::new(1, 1)),
        }];
        let rule = |operation: &str, path: &str| CodeRule {
            operation: Some(operation.to_owned()),
            path: path.to_owned(),
            ..CodeRule::default()
        };
        let found = attribute(
            &profile,
            &Places {
                project: &project,
                code: &code,
                routes: &routes,
                rules: &[rule("job *", "web/Order.java"), rule("x", "gone.rs")],
            },
        );
        let load = Some(Load {
            calls: 1,
            weight: 10,
            self_time_ns: 10,
            critical_ns: 5,
        });
        let twice = load.map(|load| load.with(load));
        let thrice = twice.zip(load).map(|(twice, load)| twice.with(load));
        assert_eq!(found.files, [None, twice, twice, thrice]);
        assert_eq!(found.calls, [(FileId::new(1), FileId::new(2), 7)]);
        assert_eq!(found.share, Some(0.7));
        assert_eq!(found.notifications.len(), 1, "{:?}", found.notifications);
    }
}
