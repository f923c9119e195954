//! The three streams before they meet: code, calls, commits.
//!
//! In: [`Options`]. Out: [`Streams`].
//! Invariant: every file is opened once; code and commits are read side by side.
//! Never: the graph of a stage that is not wanted.

use std::collections::BTreeMap;

use super::options::Options;
use super::progress::Phase;
use crate::analysis::Results;
use crate::discover::Owners;
use crate::graph::DependencyGraph;
use crate::model::{
    CallProfile, ChangeLog, CodeFacts, ParsedFile, Project, SourceFile, StaticLinks,
};
use crate::part::{Identity, PartError};
use crate::simulate::{Assumptions, System};
use crate::source::{self, Source, SourceError};
use crate::{boundaries, discover, graph, history, links, metrics, parse, simulate, traces};

/// The streams that meet in the graph.
#[derive(Default)]
pub(super) struct Streams {
    pub(super) project: Project,
    pub(super) code: CodeFacts,
    pub(super) changes: ChangeLog,
    /// Commits of several repositories joined to change sets.
    pub(super) change_sets: ChangeLog,
    pub(super) links: StaticLinks,
    /// The links of each repository alone.
    pub(super) apart: Vec<StaticLinks>,
    /// Which repository each folder is of, by the text before its paths.
    pub(super) identities: BTreeMap<String, Identity>,
    pub(super) calls: Option<CallProfile>,
    /// The calls by the names that code and manifests use.
    pub(super) named_calls: Option<CallProfile>,
    /// Whose the files are.
    pub(super) owners: Owners,
}

/// Reads everything that is wanted. Files are listed first; then code and links are read beside the
/// history, and packages and services are found while the code is parsed.
pub(super) fn read(options: &Options) -> Result<Streams, SourceError> {
    options.progress.enter(Phase::Listing);
    let source = Source::open(&options.roots, options.limits)?.at(&options.revisions);
    let list = || discover::list(&source, &options.discover, parse::language_of);
    let listed = options.timed("list files", list);
    let wanted = options.wanted;
    let traced = !options.traces.is_empty();
    let wants_links = wanted.links(traced);
    let open = options.reduce || !options.parts.is_empty();
    let signs = links::Reader::new(&options.discover.knowledge).open(open);
    let complete = || {
        let project = discover::complete(listed.clone(), &source, &options.discover);
        signs.settle(&project);
        project
    };
    let reader = parse::Reader {
        wants: |file: &SourceFile| wants_links && signs.wants(&listed.inside(file)),
        read: |id, text: &str, lexemes: &dyn Fn() -> parse::Lexemes| {
            let read = || signs.read(id, &listed.inside(listed.source(id)), text, lexemes);
            wants_links.then(read).flatten()
        },
    };
    let join_signs = |project: &Project, kept| {
        let join = || signs.join(project, kept);
        wants_links.then(join).unwrap_or_default()
    };
    let read_code = || {
        let (project, code, apart) =
            parse::parse_while(&listed, &source, complete, &reader, join_signs);
        let code = parse::scip::overlay(code, &project, &options.scip);
        (project, code, apart)
    };
    let read_changes = || {
        let changes = wanted
            .history()
            .then(|| history::read(&source, &options.history));
        changes.unwrap_or_default()
    };
    options.progress.enter(Phase::Reading);
    let ((mut project, code, mut apart), changes) = rayon::join(
        || options.timed("read code and links", read_code),
        || options.timed("read history", read_changes),
    );
    let calls = options.timed("read traces", || recorded(options));
    links::through(&project, &code, &mut apart);
    for (at, links) in apart.iter().enumerate() {
        project.tell_quiet(at, &links.quiet);
    }
    let links = joined_links(&project, &mut apart, open);
    Ok(Streams {
        project,
        code,
        changes,
        links,
        apart,
        identities: identities(&source),
        calls,
        owners: Owners::read(&source),
        ..Streams::default()
    }
    .named())
}

/// The recorded calls, if any.
pub(super) fn recorded(options: &Options) -> Option<CallProfile> {
    let traced = !options.traces.is_empty();
    options.progress.enter(Phase::Traces);
    traced.then(|| traces::read(&options.traces, &options.trace_limits))
}

/// The links inside of the repositories and between them; those of each apart are kept for others where it is open.
fn joined_links(project: &Project, apart: &mut Vec<StaticLinks>, open: bool) -> StaticLinks {
    let repositories = &project.repositories;
    if repositories.is_empty() {
        let only = if open {
            apart.first().cloned()
        } else {
            apart.pop()
        };
        return only.unwrap_or_default();
    }
    links::across(
        repositories,
        &project.services,
        &project.knowledge,
        apart.clone(),
    )
}

impl Streams {
    /// The same with recorded calls by the names that code and manifests use, and with change sets.
    pub(super) fn named(mut self) -> Self {
        let calls = self.calls.as_ref().filter(|calls| calls.tells_calls());
        let named = |calls| graph::with_known_names(calls, &self.links, &self.project);
        self.named_calls = calls.map(named);
        self.change_sets = history::across_repositories(&self.changes);
        self
    }

    /// The graph of code, links and recorded calls.
    pub(super) fn graph(&self) -> DependencyGraph {
        graph::build(graph::Parts {
            project: &self.project,
            code: &self.code,
            links: &self.links,
            calls: self.named_calls.as_ref(),
        })
    }

    /// The services with all that couples them, for simulations.
    pub(super) fn system<'a>(&'a self, graph: &'a DependencyGraph) -> System<'a> {
        System::of(simulate::Inputs {
            project: &self.project,
            graph,
            links: &self.links,
            calls: self.named_calls.as_ref(),
            changes: Some(&self.change_sets),
        })
    }

    /// What metrics read beside the graph; calls count only with their attribution to files.
    pub(super) fn evidence<'a>(
        &'a self,
        attribution: Option<&'a metrics::Attribution>,
    ) -> metrics::Evidence<'a> {
        metrics::Evidence {
            project: &self.project,
            changes: &self.changes,
            calls: self.calls.as_ref().zip(attribution),
        }
    }

    /// Frees, beside what follows, what only the graph and the attribution of load are made of.
    pub(super) fn release(&mut self) {
        let take = |file: &mut ParsedFile| {
            let facts = &mut file.facts;
            (
                std::mem::take(&mut facts.names),
                std::mem::take(&mut facts.references),
                std::mem::take(&mut facts.declarations),
                std::mem::take(&mut facts.functions),
            )
        };
        let used: Vec<_> = self.code.files.iter_mut().map(take).collect();
        rayon::spawn(move || drop(used));
    }

    /// The graph alone, as a result.
    pub(super) fn results<'a>(
        &'a self,
        graph: &'a DependencyGraph,
        values: Vec<metrics::NodeValues>,
    ) -> Results<'a> {
        Results {
            project: &self.project,
            code: &self.code,
            changes: &self.changes,
            attribution: None,
            links: &self.links,
            dependencies: Vec::new(),
            assumptions: Assumptions::default(),
            calls: self.calls.clone(),
            graph,
            values,
            cycles: Vec::new(),
            findings: Vec::new(),
            proposals: boundaries::Proposals::default(),
        }
    }

    /// Where in the code the recorded load was spent; `None` without traces.
    pub(super) fn attribution(&self, options: &Options) -> Option<metrics::Attribution> {
        let places = metrics::Places {
            project: &self.project,
            code: &self.code,
            routes: &self.links.routes,
            rules: &options.code,
        };
        let calls = self.calls.as_ref()?;
        Some(metrics::attribute(calls, &places))
    }
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    /// The folders cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The parts do not go together.
    #[error(transparent)]
    Part(#[from] PartError),
}

/// Which repository each folder is of, by the text before its paths.
pub(super) fn identities(source: &Source) -> BTreeMap<String, Identity> {
    let scopes = source.scopes().into_iter();
    let identity = |root: source::Root| {
        let (origin, folder) = history::origin(&root);
        let identity = Identity {
            name: root.name(),
            folder,
            commit: None,
            origin,
        };
        (root.prefix, identity)
    };
    scopes.map(identity).collect()
}
