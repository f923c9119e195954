//! Links through beans of libraries, which a container makes and puts to work in each service that runs the library.
//!
//! In: resolved references, [`Bean`]s, conduits. Out: links.
//! Invariant: a bean counts for a service that reaches it from its own code, or from a bean that acts by itself.
//! Never: code that is no bean; a stand-in for the client that it implements.
//!
//! `AuthFilter` of a shared module asks `auth` for each request of each service, and none of them names it. A bean that
//! only waits to be called counts where code of the service, or a filter, leads to it: through the interfaces that beans
//! implement, since these are what is named. Rejected: all beans of the class path; most of a library is not used.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Bean, CodeFacts, Conduit, EdgeKind, FileId, FileRole, LinkEnd, Location, ParsedFile, Position,
    Project, Provenance, Repository, ServiceId, ServiceLink,
};

use super::evidence::owners::depends_on_others;

/// Conduits by their files.
pub(super) type Conduits<'l> = BTreeMap<FileId, Vec<&'l Conduit>>;

/// The links of services that run beans which use a declared client.
pub(super) fn links(
    project: &Project,
    code: &CodeFacts,
    repository: Option<&Repository>,
    conduits: &Conduits<'_>,
    beans: &[Bean],
) -> Vec<ServiceLink> {
    let prefix = repository.map_or("", |repository| &repository.prefix);
    // Another repository may hold a service of the same name.
    let called = |name: &String| match repository {
        None => project.service_named(name),
        Some(repository) => {
            let mut own = repository.services.iter();
            let at = own.position(|service| service.name == *name)?;
            repository.joined.get(at).copied()
        }
    };
    let placed = beans.iter().filter_map(|bean| {
        let file = project.file(&format!("{prefix}{}", bean.path))?;
        Some((file, bean))
    });
    let beans: BTreeMap<FileId, &Bean> = placed.collect();
    if beans.is_empty() {
        return Vec::new();
    }
    let parsed: BTreeMap<FileId, &ParsedFile> = code
        .files
        .iter()
        .map(|parsed| (parsed.file, parsed))
        .collect();
    let web = Web::new(&beans, &parsed, conduits);
    let named = web.named(project, code, &beans);
    let users: BTreeSet<&String> = beans.values().flat_map(|bean| &bean.users).collect();
    let mut found = Vec::new();
    for from in users {
        let calls = |id: &ServiceId| depends_on_others(project.services[id.index()].role);
        let Some(id) = called(from).filter(calls) else {
            continue;
        };
        let named = named.get(&id).into_iter().flatten().copied();
        let runs = |bean: &Bean| bean.users.contains(from);
        let acting = beans.iter().filter(|(_, bean)| bean.acts && runs(bean));
        let starts = named.chain(acting.map(|(file, _)| *file));
        for file in web.reached(starts) {
            let Some(bean) = beans.get(&file).filter(|bean| runs(bean)) else {
                continue;
            };
            let clients = web.clients.get(&file).into_iter().flatten();
            found.extend(clients.filter_map(|(conduit, at)| {
                let own = matches!(&conduit.to, LinkEnd::Service(to) if to == from);
                (!own).then(|| link(from, conduit, Location::new(bean.path.clone(), *at)))
            }));
        }
    }
    found
}

/// The link of a service that uses a conduit at a place.
pub(super) fn link(from: &str, conduit: &Conduit, place: Location) -> ServiceLink {
    ServiceLink {
        from: from.to_owned(),
        to: conduit.to.clone(),
        kind: conduit.kind,
        provenance: Provenance::Code,
        grade: conduit.grade,
        via: None,
        evidence: conduit.evidence.into(),
        locations: vec![place],
    }
}

/// How beans lead to each other, and which clients they use.
struct Web<'c> {
    next: BTreeMap<FileId, BTreeSet<FileId>>,
    clients: BTreeMap<FileId, Vec<(&'c Conduit, Position)>>,
}

impl<'c> Web<'c> {
    /// Follows references between beans. An edge from an interface leads to the beans that
    /// implement it, as the container puts these in its place; the implementing bean itself gets no
    /// edge to the interface, or a stand-in would lead to the client that it replaces.
    fn new(
        beans: &BTreeMap<FileId, &Bean>,
        parsed: &BTreeMap<FileId, &ParsedFile>,
        conduits: &Conduits<'c>,
    ) -> Self {
        let mut found = Self {
            next: BTreeMap::new(),
            clients: BTreeMap::new(),
        };
        for (file, parsed) in beans
            .keys()
            .filter_map(|file| Some((*file, *parsed.get(file)?)))
        {
            let references = parsed.facts.references.iter();
            let implemented: BTreeSet<FileId> = references
                .clone()
                .filter(|reference| reference.kind == EdgeKind::Inherit)
                .map(|reference| reference.to)
                .collect();
            for interface in &implemented {
                found.next.entry(*interface).or_default().insert(file);
            }
            for reference in references.filter(|reference| !implemented.contains(&reference.to)) {
                found.next.entry(file).or_default().insert(reference.to);
                let declared = conduits.get(&reference.to).into_iter().flatten();
                let declared = declared.filter(|conduit| conduit.evidence == "client-declaration");
                let clients = found.clients.entry(file).or_default();
                clients.extend(declared.map(|conduit| (*conduit, reference.at)));
            }
        }
        found
    }

    /// Beans and their interfaces that the code of each service names.
    fn named(
        &self,
        project: &Project,
        code: &CodeFacts,
        beans: &BTreeMap<FileId, &Bean>,
    ) -> BTreeMap<ServiceId, BTreeSet<FileId>> {
        let mut found: BTreeMap<ServiceId, BTreeSet<FileId>> = BTreeMap::new();
        for parsed in &code.files {
            let source = project.source(parsed.file);
            let Some(id) = source.service.filter(|_| source.role == FileRole::Source) else {
                continue;
            };
            let references = parsed.facts.references.iter().map(|reference| reference.to);
            let leads = |to: &FileId| beans.contains_key(to) || self.next.contains_key(to);
            found
                .entry(id)
                .or_default()
                .extend(references.filter(leads));
        }
        found
    }

    /// All that is reached over beans and the interfaces that they implement.
    fn reached(&self, starts: impl Iterator<Item = FileId>) -> BTreeSet<FileId> {
        let mut found = BTreeSet::new();
        let mut next: Vec<FileId> = starts.collect();
        while let Some(file) = next.pop() {
            if found.insert(file) {
                next.extend(self.next.get(&file).into_iter().flatten());
            }
        }
        found
    }
}
