//! The conductor: calls the stages top to bottom.
//!
//! In: [`Options`]. Out: [`Analysis`].
//! Invariant: every datum passes through here; no stage calls the next.
//! Never: logic of a stage.

mod change;
mod organisation;
mod progress;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::{self, Analysis, Boundary, Results};
use crate::discover::Owners;
use crate::graph::DependencyGraph;
use crate::model::{
    CallProfile, ChangeLog, CodeFacts, Level, ParsedFile, Project, SourceFile, StaticLinks,
};
use crate::part::{self, Identity, Part, PartError};
use crate::simulate::{Assumptions, Change, System, WhatIf};
use crate::source::{self, Revision, Source, SourceError};
use crate::{
    boundaries, cycles, discover, findings, graph, history, links, metrics, parse, simulate, traces,
};
pub use change::{ChangeError, Sides, analyze_change};
use organisation::{identities, of_services, service_streams};
pub use progress::{Phase, Progress};

/// What to analyse and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders to analyse together.
    pub roots: Vec<PathBuf>,
    /// Repositories to analyse with them that were reduced before.
    pub parts: Vec<Part>,
    /// Whether a part of an analysed folder gives way to the folder.
    pub beside: bool,
    /// Whether the part of the repository is asked for.
    pub reduce: bool,
    /// Limits of reading.
    pub limits: source::Limits,
    /// Where discovery needs help.
    pub discover: discover::Options,
    /// Where the history is, how far back it counts, how renames are followed.
    pub history: history::Options,
    /// The commits to read instead of the folders, one for each; empty for what lies there now.
    pub revisions: Vec<Arc<Revision>>,
    /// Indexes of other tools whose edges replace those found here.
    pub scip: Vec<parse::scip::Index>,
    /// Recorded traces.
    pub traces: Vec<traces::Input>,
    /// Where recorded operations without a place in the code belong.
    pub code: Vec<metrics::CodeRule>,
    /// Limits of reading them.
    pub trace_limits: traces::Options,
    /// What to propose, where and how.
    pub boundaries: boundaries::Options,
    /// What simulations assume.
    pub assumptions: Assumptions,
    /// Which results are asked for.
    pub wanted: Wanted,
    /// Whether to tell what each file offers.
    pub surface: bool,
    /// Where the run says what it is at.
    pub progress: Progress,
}

/// Which results are asked for; the rest stays empty and costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// All of them.
    #[default]
    Everything,
    /// The graph at one level.
    Edges(Level),
    /// The same, with the metrics of its nodes.
    Nodes(Level),
    /// The cycles of one level.
    Cycles(Level),
}

impl Wanted {
    /// Whether links between services count: below their level only recorded load needs them.
    fn links(self, traced: bool) -> bool {
        match self {
            Self::Everything => true,
            Self::Nodes(level) => traced || level <= Level::Service,
            Self::Edges(level) | Self::Cycles(level) => level <= Level::Service,
        }
    }

    /// Whether services count, which of several repositories are told apart from the code.
    fn services(self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nodes(level) | Self::Edges(level) | Self::Cycles(level) => {
                level <= Level::Service
            }
        }
    }

    /// Whether the history counts.
    const fn history(self) -> bool {
        matches!(self, Self::Everything | Self::Nodes(_))
    }
}

/// The streams that meet in the graph.
#[derive(Default)]
struct Streams {
    project: Project,
    code: CodeFacts,
    changes: ChangeLog,
    /// Commits of several repositories joined to change sets.
    change_sets: ChangeLog,
    links: StaticLinks,
    /// The links of each repository alone.
    apart: Vec<StaticLinks>,
    /// Which repository each folder is of, by the text before its paths.
    identities: BTreeMap<String, Identity>,
    calls: Option<CallProfile>,
    /// The calls by the names that code and manifests use.
    named_calls: Option<CallProfile>,
    /// Whose the files are.
    owners: Owners,
}

fn read(options: &Options) -> Result<Streams, SourceError> {
    options.progress.enter(Phase::Listing);
    let source = Source::open(&options.roots, options.limits)?.at(&options.revisions);
    let listed = discover::list(&source, &options.discover, parse::language_of);
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
    let ((project, code, mut apart), changes) = rayon::join(read_code, read_changes);
    let calls = recorded(options);
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
fn recorded(options: &Options) -> Option<CallProfile> {
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
    fn named(mut self) -> Self {
        let calls = self.calls.as_ref().filter(|calls| calls.tells_calls());
        let named = |calls| graph::with_known_names(calls, &self.links, &self.project);
        self.named_calls = calls.map(named);
        self.change_sets = history::across_repositories(&self.changes);
        self
    }

    fn graph(&self) -> DependencyGraph {
        graph::build(graph::Parts {
            project: &self.project,
            code: &self.code,
            links: &self.links,
            calls: self.named_calls.as_ref(),
        })
    }

    fn system<'a>(&'a self, graph: &'a DependencyGraph) -> System<'a> {
        System::of(simulate::Inputs {
            project: &self.project,
            graph,
            links: &self.links,
            calls: self.named_calls.as_ref(),
            changes: Some(&self.change_sets),
        })
    }

    fn evidence<'a>(
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
    fn release(&mut self) {
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
    fn results<'a>(
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
            calls: None,
            graph,
            values,
            cycles: Vec::new(),
            findings: Vec::new(),
            proposals: boundaries::Proposals::default(),
        }
    }

    /// Where in the code the recorded load was spent; `None` without traces.
    fn attribution(&self, options: &Options) -> Option<metrics::Attribution> {
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

/// Analyses the folders and parts of `options`.
///
/// # Errors
/// A folder is missing, or a repository is given twice. Everything else that goes wrong is a notification.
pub fn analyze(options: &Options) -> Result<Analysis, AnalyzeError> {
    if options.roots.is_empty() {
        let parts = options.parts.clone();
        return Ok(of_services(options, parts, None, recorded(options))?);
    }
    let mut streams = read(options)?;
    let several = !options.parts.is_empty() || !streams.project.repositories.is_empty();
    if options.reduce && several {
        let given = options.parts.len() + streams.project.repositories.len().max(1);
        return Err(PartError::Several(given).into());
    }
    let part = options.reduce.then(|| streams.parts().pop()).flatten();
    let mut services = None;
    if several && options.wanted.services() {
        let own = streams.parts();
        let others = options.parts.iter();
        let newer = |part: &&Part| options.beside && own.iter().any(|own| part::is_same(own, part));
        let others: Vec<Part> = others.filter(|part| !newer(part)).cloned().collect();
        let all = own.into_iter().chain(others);
        // Folders alone are called as together; with parts beside them, all repositories are named.
        let name = streams.project.name.clone();
        let name = options.parts.is_empty().then_some(name);
        let found = of_services(options, all.collect(), name, streams.calls.clone())?;
        if matches!(
            options.wanted,
            Wanted::Edges(Level::Service) | Wanted::Nodes(Level::Service)
        ) {
            return Ok(found);
        }
        services = Some(found);
    }
    options.progress.enter(Phase::Judging);
    let attribution = streams.attribution(options);
    let graph = streams.graph();
    let offers = || analysis::surface(&streams.project, &streams.code, &streams.links);
    let surface = options.surface.then(offers);
    streams.release();
    let mut analysis = results(options, &streams, &graph, attribution.as_ref());
    if let Some(services) = services {
        analysis::with_services(&mut analysis, services);
    }
    analysis.surface = surface;
    analysis.part = part.map(Box::new);
    let owners = &streams.owners;
    if !owners.is_empty() {
        analysis::claim(&mut analysis, |path| owners.of(path));
    }
    // Freed beside what the caller does with the result.
    rayon::spawn(move || drop((streams, graph)));
    Ok(analysis)
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

fn results(
    options: &Options,
    streams: &Streams,
    graph: &DependencyGraph,
    attribution: Option<&metrics::Attribution>,
) -> Analysis {
    let evidence = streams.evidence(attribution);
    let none = || vec![metrics::NodeValues::new(); graph.nodes().len()];
    let results = match options.wanted {
        Wanted::Everything => return everything(options, streams, graph, evidence),
        Wanted::Edges(_) => streams.results(graph, none()),
        Wanted::Nodes(level) => streams.results(graph, metrics::table_at(graph, evidence, level)),
        Wanted::Cycles(level) => Results {
            cycles: cycles::find_at(graph, level),
            ..streams.results(graph, none())
        },
    };
    analysis::assemble(results)
}

fn everything(
    options: &Options,
    streams: &Streams,
    graph: &DependencyGraph,
    evidence: metrics::Evidence<'_>,
) -> Analysis {
    let system = streams.system(graph);
    let assumptions = options.assumptions.measured(streams.calls.as_ref());
    let input = boundaries::Input {
        graph,
        project: &streams.project,
        changes: &streams.changes,
        calls: evidence.calls,
        tables: &streams.links.tables,
        routes: &streams.links.routes,
        answering: &streams.links.answering,
        named: &streams.links.named,
        system: Some(&system),
        assumptions,
    };
    let (judged, proposals) = rayon::join(
        || judge(streams, graph, evidence, &system, assumptions),
        || boundaries::propose(&input, &options.boundaries),
    );
    let (links, named_calls) = (&streams.links, streams.named_calls.as_ref());
    analysis::assemble(Results {
        attribution: evidence.calls.map(|(_, attribution)| attribution),
        dependencies: findings::side_by_side::rows(&streams.project, links, named_calls),
        assumptions,
        calls: streams.calls.clone(),
        cycles: judged.cycles,
        findings: judged.findings,
        proposals,
        ..streams.results(graph, judged.values)
    })
}

/// What the graph is like.
struct Judged {
    values: Vec<metrics::NodeValues>,
    cycles: Vec<cycles::Cycle>,
    findings: Vec<findings::Finding>,
}

fn judge(
    streams: &Streams,
    graph: &DependencyGraph,
    evidence: metrics::Evidence<'_>,
    system: &System,
    assumptions: Assumptions,
) -> Judged {
    let (values, cycles) = rayon::join(
        || metrics::table(graph, evidence),
        || simulate::judge(cycles::find(graph), system, &assumptions),
    );
    let findings = findings::check(&findings::Facts {
        project: &streams.project,
        graph,
        links: &streams.links,
        calls: streams.named_calls.as_ref(),
        changes: Some(&streams.changes),
        system,
        cycles: &cycles,
        values: &values,
        assumptions,
    });
    Judged {
        values,
        cycles,
        findings,
    }
}

/// Why a change cannot be simulated.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The folders cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The parts do not go together.
    #[error(transparent)]
    Part(#[from] PartError),
    /// Traces were given that hold no call.
    #[error("no span was read; `seamline explain traces` lists the formats")]
    NoCalls,
    /// No such file.
    #[error("no source file of the analysed folder is `{0}` or lies below it")]
    NoFile(String),
    /// No such service.
    #[error("no service is called `{name}`; known services: {known}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The names that would do.
        known: String,
    },
}

/// No number rests on traces that were given and hold nothing.
fn calls_read(options: &Options, streams: &Streams) -> Result<(), WhatIfError> {
    let empty = |calls: &CallProfile| !calls.tells_calls() && calls.measured.is_empty();
    let empty = streams.calls.as_ref().is_some_and(empty);
    if empty && !options.trace_limits.allow_empty {
        return Err(WhatIfError::NoCalls);
    }
    Ok(())
}

/// Simulates a change to the services of the folders of `options`.
///
/// # Errors
/// A folder is missing, or a service of the change is unknown.
pub fn what_if(options: &Options, change: &Change) -> Result<WhatIf, WhatIfError> {
    let streams = service_streams(options)?;
    calls_read(options, &streams)?;
    let graph = streams.graph();
    let system = streams.system(&graph);
    let resolve = |name: &str| {
        let known = streams.project.service_named(name);
        let named = known.map(|id| &*streams.project.services[id.index()].name);
        let name: Arc<str> = named.unwrap_or(name).into();
        system.services.contains_key(&name).then_some(name)
    };
    let unknown = |name: &str| WhatIfError::Unknown {
        name: name.to_owned(),
        known: system
            .services
            .keys()
            .map(|name| &**name)
            .collect::<Vec<_>>()
            .join(", "),
    };
    let (a, b) = change.services();
    let a = resolve(a).ok_or_else(|| unknown(a))?;
    let b = resolve(b).ok_or_else(|| unknown(b))?;
    Ok(simulate::what_if(
        &system,
        &change.between(a, b),
        &options.assumptions.measured(streams.calls.as_ref()),
    ))
}

/// Cost and gain of cutting out the files that a person names, and what the estimates assume.
///
/// # Errors
/// A folder is missing, or a path of `set` holds no source file.
pub fn extract(
    options: &Options,
    set: &boundaries::Named,
) -> Result<(Boundary, Assumptions), WhatIfError> {
    let streams = read(options)?;
    calls_read(options, &streams)?;
    let calls = streams.calls.as_ref();
    let attribution = streams.attribution(options);
    let graph = streams.graph();
    let assumptions = options.assumptions.measured(calls);
    let input = boundaries::Input {
        graph: &graph,
        project: &streams.project,
        changes: &streams.changes,
        calls: calls.zip(attribution.as_ref()),
        tables: &streams.links.tables,
        routes: &streams.links.routes,
        answering: &streams.links.answering,
        named: &streams.links.named,
        system: None,
        assumptions,
    };
    boundaries::assess(&input, &options.boundaries, set)
        .map(|boundary| (boundary, assumptions))
        .map_err(|path| WhatIfError::NoFile(path.to_owned()))
}
