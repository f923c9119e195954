//! Several repositories: what is said of their services, from folders and parts alike.
//!
//! In: [`Part`]s, or [`Streams`] to make them of. Out: [`Streams`] and [`Analysis`] of services.
//! Invariant: folders are reduced to parts first; nothing is said of a service in another way.
//! Never: code.

use std::collections::{BTreeMap, BTreeSet};

use super::options::Options;
use super::results::results;
use super::streams::{AnalyzeError, Streams, read, recorded};
use crate::analysis::{self, Analysis};
use crate::model::{CallProfile, Repository, StaticLinks};
use crate::part::{self, Identity, Part, PartError, Seen};
use crate::{boundaries, discover, history, links};

/// What is said of the services of several repositories: the same of folders and of parts.
pub(super) fn of_services(
    options: &Options,
    parts: Vec<Part>,
    name: Option<String>,
    calls: Option<CallProfile>,
) -> Result<Analysis, PartError> {
    let folders = parts.iter().filter_map(|part| part.prefix.clone());
    let folders: BTreeSet<String> = folders.collect();
    let only = parts.len() == 1 || folders.is_empty();
    let seen: Vec<Seen> = parts.iter().map(|part| part.seen.clone()).collect();
    let (mut streams, counts) = organisation(options, parts, calls)?;
    if let Some(name) = name {
        streams.project.name = name;
    }
    let options = Options {
        boundaries: boundaries::Options {
            top: 0,
            roadmap: None,
            ..options.boundaries.clone()
        },
        ..options.clone()
    };
    let attribution = streams.attribution(&options);
    let graph = streams.graph();
    let mut analysis = results(&options, &streams, &graph, attribution.as_ref());
    let repositories = streams.project.repositories.iter();
    let own = repositories.filter(|it| only || folders.contains(&it.prefix));
    let own: BTreeSet<&str> = own.map(|it| it.name.as_str()).collect();
    let services = streams.project.services.iter();
    analysis.own = services
        .filter(|service| own.contains(service.repository.as_str()))
        .map(|service| (service.name.clone(), service.repository.clone()))
        .collect();
    let project = &streams.project;
    let mut files: BTreeMap<&str, u64> = BTreeMap::new();
    for (file, count) in project.files.iter().zip(counts) {
        if let Some(service) = file.service {
            let name = project.services[service.index()].name.as_str();
            *files.entry(name).or_default() += count;
        }
    }
    analysis::only_services(&mut analysis, &seen, &files);
    Ok(analysis)
}

/// The streams that services are judged by.
pub(super) fn service_streams(options: &Options) -> Result<Streams, AnalyzeError> {
    if options.roots.is_empty() {
        let calls = recorded(options);
        return Ok(organisation(options, options.parts.clone(), calls)?.0);
    }
    let streams = read(options)?;
    if options.parts.is_empty() && streams.project.repositories.is_empty() {
        return Ok(streams);
    }
    let mut parts = streams.parts();
    parts.extend(options.parts.iter().cloned());
    Ok(organisation(options, parts, streams.calls.clone())?.0)
}

/// The services of several repositories and what couples them, without the code; how many files each file stands for.
fn organisation(
    options: &Options,
    parts: Vec<Part>,
    calls: Option<CallProfile>,
) -> Result<(Streams, Vec<u64>), PartError> {
    let whole = part::whole(parts, &options.discover.knowledge)?;
    let mut project = whole.project;
    discover::name_by_hand(&mut project.repositories, &options.discover);
    let images = &options.discover.knowledge.images;
    project.services = discover::organisation::join(&mut project.repositories, images);
    for (file, (at, service)) in project.files.iter_mut().zip(whole.owners) {
        let joined = &project.repositories[at].joined;
        file.service = service.map(|service| joined[service.index()]);
    }
    discover::link_dependencies(&mut project.packages);
    let links = links::across(
        &project.repositories,
        &project.services,
        &project.knowledge,
        whole.links,
    );
    let mut changes = history::merge(whole.changes);
    for commit in &mut changes.commits {
        commit.repository = whole.histories[commit.repository as usize];
    }
    let streams = Streams {
        project,
        code: whole.code,
        changes,
        links,
        calls,
        ..Streams::default()
    };
    Ok((streams.named(), whole.counts))
}

impl Streams {
    /// Each of the repositories, reduced.
    pub(super) fn parts(&self) -> Vec<Part> {
        let project = &self.project;
        let single = [Repository {
            name: project.name.clone(),
            services: project.services.clone(),
            ..Repository::default()
        }];
        let repositories = if project.repositories.is_empty() {
            &single[..]
        } else {
            &project.repositories
        };
        let reduced = |(repository, links): (&Repository, &StaticLinks)| {
            let (alone, files) = project.alone(repository);
            let changes = history::within(&self.changes, &repository.prefix);
            let known = self.identities.get(&repository.prefix);
            let newest = changes.commits.first().map(|commit| commit.id.to_string());
            let head = changes.coverage.head.clone();
            let head = head.filter(|_| project.repositories.is_empty());
            let mut part = part::reduce(part::Input {
                repository: Identity {
                    commit: head.or(newest),
                    ..known.cloned().unwrap_or_default()
                },
                prefix: &repository.prefix,
                alone: &alone,
                files: &files,
                whole: project,
                code: &self.code,
                links: links.clone(),
                changes: &changes,
            });
            part.prefix = Some(if project.repositories.is_empty() {
                format!("{}/", part.repository.name)
            } else {
                repository.prefix.clone()
            });
            part
        };
        repositories.iter().zip(&self.apart).map(reduced).collect()
    }
}
