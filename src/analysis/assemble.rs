//! Puts the results of the stages into the shape of the contract.
//!
//! In: [`Results`]. Out: [`Analysis`].
//! Invariant: loses nothing; adds nothing but names for indices.
//! Never: decides what a result means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::boundaries::{Boundary, Proposals};
use crate::cycles::Cycle;
use crate::findings::Finding;
use crate::findings::side_by_side::Row as Dependency;
use crate::graph::{DependencyGraph, Edge, Node};
use crate::metrics::{Attribution, NodeValues};
use crate::model::{
    CallMode, CallProfile, ChangeLog, CodeFacts, FileRole, Level, Location, Notification,
    ParsedFile, Project, Role, Service, Severity, StaticLinks, Unresolved, names,
};
use crate::simulate::Assumptions;

use super::authors::Authors;
use super::record::{
    Analysis, Coverage, EdgeRecord, FileCoverage, NodeRecord, ProjectInfo, Tool, UnresolvedRecord,
    VERSION, Window,
};
use super::services;
use super::verdict::verdict;

/// What the stages found.
pub struct Results<'a> {
    /// Files, packages, services.
    pub project: &'a Project,
    /// Facts of the code.
    pub code: &'a CodeFacts,
    /// The history, if it was read.
    pub changes: &'a ChangeLog,
    /// Links found without running anything.
    pub links: &'a StaticLinks,
    /// Dependencies of services, declared, found and observed.
    pub dependencies: Vec<Dependency>,
    /// What simulations assumed.
    pub assumptions: Assumptions,
    /// The recorded calls, if any.
    pub calls: Option<CallProfile>,
    /// The graph.
    pub graph: &'a DependencyGraph,
    /// The files that the recorded load belongs to, if it was recorded.
    pub attribution: Option<&'a Attribution>,
    /// Metrics of every node, in the order of the graph.
    pub values: Vec<NodeValues>,
    /// Cycles of every level.
    pub cycles: Vec<Cycle>,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
    /// Boundary proposals, best first, and what they rest on.
    pub proposals: Proposals,
}

/// Builds the snapshot.
#[must_use]
pub fn assemble(results: Results<'_>) -> Analysis {
    let history = &results.changes.coverage;
    let (coverage, notifications, unresolved) = (
        coverage(&results),
        notifications(&results),
        unresolved(&results),
    );
    let runtime = recorded(&results).cloned();
    let authors = Authors::of(results.changes);
    let nodes = nodes(results.project, results.graph, results.values);
    let edges = results.graph.edges().par_iter();
    let edges: Vec<EdgeRecord> = edges.map(|edge| edge_record(results.graph, edge)).collect();
    Analysis {
        version: VERSION,
        verdict: verdict(&nodes, &edges, &results.cycles, results.calls.as_ref()),
        tool: Tool {
            name: "seamline".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        project: ProjectInfo {
            name: results.project.name.clone(),
            commit: history.head.clone(),
            pages: results.changes.pages.clone(),
            window: history.window.map(|(from, to)| Window { from, to }),
            months: services::months(results.changes),
        },
        coverage,
        notifications,
        unresolved,
        nodes,
        edges,
        services: services::records(results.project, results.links, results.changes, &authors),
        dependencies: results.dependencies,
        assumptions: results.assumptions,
        cycles: results.cycles,
        findings: of_people(results.findings, &authors),
        basis: (!results.proposals.basis.intent.is_empty()).then_some(results.proposals.basis),
        boundaries: proposed(results.proposals.list, &authors),
        roadmap: results.proposals.roadmap,
        moved: results.changes.moved.clone(),
        surface: None,
        part: None,
        own: BTreeMap::new(),
        runtime,
        owners: BTreeMap::new(),
    }
}

/// The findings with who changed the files of their places most.
fn of_people(mut findings: Vec<Finding>, authors: &Authors<'_>) -> Vec<Finding> {
    for finding in &mut findings {
        let paths: BTreeSet<&str> = finding.locations.iter().map(|at| &*at.path).collect();
        finding.authors = authors.most(paths.into_iter());
    }
    findings
}

/// The proposals with who changed their files most.
fn proposed(mut boundaries: Vec<Boundary>, authors: &Authors<'_>) -> Vec<Boundary> {
    for boundary in &mut boundaries {
        boundary.authors = authors.most(boundary.members.iter().map(|path| &**path));
    }
    boundaries
}

/// What traces and service graphs say; a profile of a program or an access log alone records no call.
fn recorded<'r>(results: &'r Results<'_>) -> Option<&'r CallProfile> {
    let measured_only = |calls: &&CallProfile| !calls.tells_calls() && !calls.measured.is_empty();
    results.calls.as_ref().filter(|calls| !measured_only(calls))
}

/// What all stages have to say, sorted, each once.
fn notifications(results: &Results<'_>) -> Vec<Notification> {
    let mut all = results.project.notifications.clone();
    all.extend(results.code.notifications.iter().cloned());
    all.extend(results.changes.notifications.iter().cloned());
    all.extend(
        results
            .calls
            .iter()
            .flat_map(|calls| calls.notifications.iter().cloned()),
    );
    all.extend(
        results
            .attribution
            .iter()
            .flat_map(|found| found.notifications.iter().cloned()),
    );
    all.extend(unjoined(results));
    all.sort();
    all.dedup();
    all
}

/// Names that join no service: addresses in code, callees of traces that left no span of their own.
fn unjoined(results: &Results<'_>) -> Vec<Notification> {
    let mut hosts: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    for (host, location) in &results.links.unjoined {
        hosts.entry(host).or_default().push(location);
    }
    let address = |(host, places): (&str, Vec<&Location>)| {
        let more = match places.len() {
            0 | 1 => String::new(),
            count => format!(", here and in {} more", count - 1),
        };
        let message = format!(
            "host `{host}` matches no known service{more} ([[services]] aliases in seamline.toml)"
        );
        Notification {
            path: places.first().map(|place| place.path.clone()),
            line: places.first().map(|place| place.at.line),
            after: strangeness(results.project, host),
            ..Notification::note("unjoined-address", message)
        }
    };
    let known: BTreeSet<&str> = results
        .graph
        .nodes()
        .iter()
        .filter(|node| node.level == Level::Service)
        .map(|node| &*node.name)
        .collect();
    let discovered = results
        .project
        .services
        .iter()
        .any(|service| service.role == Role::Business);
    let callers = results.calls.iter().flat_map(|calls| &calls.edges);
    let strangers: BTreeSet<&str> = callers
        .filter(|edge| edge.mode != CallMode::Datastore && discovered)
        .flat_map(|edge| {
            [
                Some(&*edge.caller),
                Some(&*edge.callee).filter(|_| !edge.inferred),
            ]
        })
        .flatten()
        .filter(|name| results.project.service_named(name).is_none() && known.contains(name))
        .collect();
    let traced = |name: &str| {
        Notification::note(
            "unjoined-service",
            format!(
                "`{name}` is in the traces, but matches no service of the source tree ([[services]] aliases in seamline.toml)"
            ),
        )
    };
    let addresses = hosts.into_iter().map(address);
    let addresses = addresses.chain(results.links.ambiguous.iter().map(ambiguous));
    addresses.chain(strangers.into_iter().map(traced)).collect()
}

/// How little a host looks like a service of ours: 0 where it shares a word with the name of one or calls itself a
/// service, 2 for a word that only holds the place of a host (`example`, `your-host`), 1 for all others.
fn strangeness(project: &Project, host: &str) -> u8 {
    if project.knowledge.clients.stand_ins.has_word(host) {
        return 2;
    }
    let words = names::words(host);
    let telling = |word: &&String| word.len() > 2 && !names::is_generic(word);
    let ours = project.services.iter().any(|service| {
        let own = names::words(&service.name);
        words.iter().filter(telling).any(|word| own.contains(word))
    });
    let says_so = words.len() > 1 && words.iter().any(|word| names::is_generic(word));
    u8::from(!ours && !says_so)
}

/// An address that services of several other repositories answer to.
fn ambiguous((host, services, place): &(String, Vec<String>, Location)) -> Notification {
    let message = format!(
        "`{host}` may be any of {}: it joins none (name the one that is meant by its full host, or under \
         [[services]] aliases in seamline.toml)",
        services.join(", ")
    );
    Notification {
        path: Some(place.path.clone()),
        line: Some(place.at.line),
        ..Notification::note("ambiguous-address", message)
    }
}

/// What was read of files, history and traces, and how references of each language were resolved.
fn coverage(results: &Results<'_>) -> Coverage {
    let mut coverage = Coverage {
        files: file_coverage(results),
        history: results.changes.coverage.clone(),
        spans: recorded(results).map(|calls| calls.coverage.clone()),
        attributed_load: results.attribution.and_then(|found| found.share),
        load: results.attribution.and_then(|found| found.source.clone()),
        unsupported: unsupported(results.project),
        ..Coverage::default()
    };
    for parsed in &results.code.files {
        let language = parsed.language.0.to_owned();
        *coverage.languages.entry(language.clone()).or_default() += 1;
        coverage
            .references
            .entry(language.clone())
            .or_default()
            .add(parsed.facts.tally);
        let reasons = coverage.unresolved.entry(language).or_default();
        for unresolved in &parsed.facts.unresolved {
            *reasons
                .entry(unresolved.reason.name().to_owned())
                .or_default() += 1;
        }
    }
    coverage
}

/// Files of languages without a parser, by the name of the language.
fn unsupported(project: &Project) -> BTreeMap<String, u64> {
    let languages = project.unsupported.iter();
    languages
        .map(|(name, files)| ((*name).to_owned(), *files))
        .collect()
}

/// Files by what became of them. Skipped are all files of code that were not parsed, for whatever
/// reason; a file is counted as generated by its path or by a mark in its text.
fn file_coverage(results: &Results<'_>) -> FileCoverage {
    let mut counts = FileCoverage::default();
    let code = results
        .project
        .files
        .iter()
        .filter(|file| file.language.is_some())
        .count() as u64;
    counts.parsed = results.code.files.len() as u64;
    for parsed in &results.code.files {
        match results.project.source(parsed.file).role {
            FileRole::Test => counts.tests += 1,
            FileRole::Vendored => counts.vendored += 1,
            FileRole::Generated => counts.generated += 1,
            FileRole::Source | FileRole::Build => counts.generated += u64::from(parsed.generated),
        }
    }
    let unparsable = |problem: &&Notification| problem.severity == Severity::Error;
    counts.unparsable = results.code.notifications.iter().filter(unparsable).count() as u64;
    counts.skipped = code.saturating_sub(counts.parsed);
    (counts.owned, counts.unowned) = results.project.owned().unwrap_or_default();
    counts
}

/// The records of all nodes; those of services with what discovery knows of them. A single instance
/// is the usual case and is left out.
fn nodes(project: &Project, graph: &DependencyGraph, values: Vec<NodeValues>) -> Vec<NodeRecord> {
    let services = project.services.iter();
    let services: BTreeMap<&str, &Service> = services
        .map(|service| (service.name.as_str(), service))
        .collect();
    let record = |(node, metrics): (&Node, NodeValues)| {
        let known = services
            .get(&*node.name)
            .filter(|_| node.level == Level::Service);
        let aliases = known.into_iter().flat_map(|service| &service.aliases);
        let mut aliases: Vec<Arc<str>> = aliases.map(|alias| alias.as_str().into()).collect();
        aliases.sort();
        let instances = known.map(|service| service.instances);
        NodeRecord {
            aliases,
            quiet: known.is_some_and(|service| service.quiet),
            instances: instances.filter(|instances| *instances > 1),
            ..node_record(graph, node, metrics)
        }
    };
    graph.nodes().iter().zip(values).map(record).collect()
}

/// The record of a node by what the graph knows.
fn node_record(graph: &DependencyGraph, node: &Node, metrics: NodeValues) -> NodeRecord {
    NodeRecord {
        aliases: Vec::new(),
        quiet: false,
        instances: None,
        id: node.id.clone(),
        level: node.level,
        name: node.name.clone(),
        parent: node.parent.map(|parent| graph.node(parent).id.clone()),
        path: node.path.clone(),
        language: node.language.map(|language| language.0.to_owned()),
        role: node.role,
        metrics,
    }
}

/// Every reference without a target, in the order of files.
fn unresolved(results: &Results<'_>) -> Vec<UnresolvedRecord> {
    let of_file = |parsed: &ParsedFile| {
        let path = results.project.source(parsed.file).path.clone();
        let record = move |found: &Unresolved| UnresolvedRecord {
            text: found.text.to_string(),
            reason: found.reason,
            location: Location::new(path.clone(), found.at),
        };
        parsed
            .facts
            .unresolved
            .iter()
            .map(record)
            .collect::<Vec<_>>()
    };
    results.code.files.iter().flat_map(of_file).collect()
}

/// An edge by the ids of its ends, with every place.
fn edge_record(graph: &DependencyGraph, edge: &Edge) -> EdgeRecord {
    EdgeRecord {
        from: graph.node(edge.from).id.clone(),
        to: graph.node(edge.to).id.clone(),
        kind: edge.kind,
        labels: edge.labels,
        provenance: edge.provenance,
        grade: edge.grade,
        weight: edge.weight,
        symbols: edge
            .symbols
            .iter()
            .map(|symbol| symbol.name.clone())
            .collect(),
        via: edge.via.clone(),
        locations: graph.places(edge).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_look_like_a_service_of_ours_come_first() {
        let mut project = Project::default();
        let service = Service {
            name: "order-service".to_owned(),
            ..Service::default()
        };
        project.services.push(service);
        let strangeness = |host| strangeness(&project, host);
        assert_eq!(strangeness("orders-order"), 0);
        assert_eq!(strangeness("payment-svc"), 0, "it calls itself a service");
        assert_eq!(strangeness("elsewhere"), 1);
        assert_eq!(strangeness("service"), 1, "a word that any could bear");
        assert_eq!(strangeness("your-host"), 2);
    }
}
