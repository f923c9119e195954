//! Joins code, calls and links into one graph.
//!
//! In: [`Parts`]. Out: [`DependencyGraph`].
//! Invariant: the same parts give the same graph, whatever order they came in.
//! Never: drops an edge that has two known ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    CallEdge, CallMode, CallProfile, CodeFacts, DependencyScope, EdgeKind, FileRole, Grade,
    IndexVec, Labels, Level, LinkEnd, NodeId, NodeKind, ParsedFile, Project, Provenance, Role,
    StaticLinks, TypeCounts, is_unnamed, is_within,
};

use super::dependency::DependencyGraph;
use super::{Edge, Node, NodeIndex, references};

/// The streams that meet in the graph.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// Files, packages and services.
    pub project: &'a Project,
    /// Facts of every parsed file.
    pub code: &'a CodeFacts,
    /// Service links found without running anything.
    pub links: &'a StaticLinks,
    /// Recorded calls, if any.
    pub calls: Option<&'a CallProfile>,
}

/// Builds the graph.
#[must_use]
pub fn build(parts: Parts<'_>) -> DependencyGraph {
    let mut nodes = NodeSet::default();
    let name = parts.project.name.as_str();
    let system = nodes.add(NodeId::new(NodeKind::System, name), name, None);
    let services = add_services(&mut nodes, parts, system);
    let packages = add_packages(&mut nodes, parts.project, &services, system);
    let files = add_files(&mut nodes, parts, &packages, &services, system);
    let mut edges = references::edges(parts.project, parts.code, &files);
    edges.extend(link_edges(&mut nodes, parts, system));
    edges.extend(library_edges(&nodes, parts.project, &packages));
    if let Some(calls) = parts.calls {
        let recorded = call_edges(&mut nodes, parts, calls, system);
        confirm(&mut edges, &recorded);
        edges.extend(recorded);
    }
    finish(nodes, edges, &files)
}

/// Nodes as they are added, each id once.
#[derive(Default)]
struct NodeSet {
    nodes: IndexVec<NodeIndex, Node>,
    by_id: FxHashMap<NodeId, NodeIndex>,
}

impl NodeSet {
    /// The node of this id; a new one is business code without sizes. A node that is known keeps
    /// its first parent.
    fn add(&mut self, id: NodeId, name: &str, parent: Option<NodeIndex>) -> NodeIndex {
        if let Some(&known) = self.by_id.get(&id) {
            return known;
        }
        self.by_id.insert(id.clone(), self.nodes.next_id());
        let same = *id.name == *name;
        self.nodes.push(Node {
            level: id.kind.level(),
            name: if same { id.name.clone() } else { name.into() },
            id,
            parent,
            path: None,
            language: None,
            role: Role::Business,
            is_own: false,
            lines: 0,
            complexity: None,
            types: TypeCounts::default(),
        })
    }

    /// The node at an index, to be filled in.
    fn get(&mut self, index: NodeIndex) -> &mut Node {
        &mut self.nodes[index]
    }
}

/// A node per service, in the order of the project, whose service ids are positions in that list.
fn add_services(nodes: &mut NodeSet, parts: Parts<'_>, system: NodeIndex) -> Vec<NodeIndex> {
    let mut added = Vec::new();
    for service in &parts.project.services {
        let name = service.name.as_str();
        let node = nodes.add(service_id(name, service.role), name, Some(system));
        nodes.get(node).role = service.role;
        nodes.get(node).path = service.dirs.first().map(|dir| dir.as_str().into());
        added.push(node);
    }
    added
}

/// A package belongs to a service when one of the service's folders holds it.
fn add_packages(
    nodes: &mut NodeSet,
    project: &Project,
    services: &[NodeIndex],
    system: NodeIndex,
) -> Vec<NodeIndex> {
    let mut added = Vec::new();
    for package in &project.packages {
        let holds = |dir: &String| is_within(&package.dir, dir) && !dir.is_empty();
        let service = project
            .services
            .iter()
            .position(|service| service.dirs.iter().any(holds));
        let parent = service.map_or(system, |index| services[index]);
        let mut id = NodeId::new(NodeKind::Package, package.name.as_str());
        if nodes.by_id.contains_key(&id) {
            let longer = format!("{}#{}", package.name, package.dir);
            id = NodeId::new(NodeKind::Package, longer);
        }
        let node = nodes.add(id, &package.name, Some(parent));
        nodes.get(node).path = Some(package.dir.as_str().into());
        if service.is_none() {
            nodes.get(node).role = Role::Library;
        }
        added.push(node);
    }
    added
}

/// A node per parsed file below its module. It belongs to its package, else to its service, else to
/// the system; code of a library is one, too. Returns the node of each file of the project.
fn add_files(
    nodes: &mut NodeSet,
    parts: Parts<'_>,
    packages: &[NodeIndex],
    services: &[NodeIndex],
    system: NodeIndex,
) -> Vec<Option<NodeIndex>> {
    let mut files = vec![None; parts.project.files.len()];
    for parsed in &parts.code.files {
        let source = parts.project.source(parsed.file);
        let by_service = source.service.map(|service| services[service.index()]);
        let package = source.package.map(|package| packages[package.index()]);
        let holder = package.or(by_service).unwrap_or(system);
        let module = add_module(nodes, parsed, holder, source.role == FileRole::Test);
        let id = NodeId::file(source.path.clone());
        let node = nodes.add(id, &source.path, Some(module));
        let file = nodes.get(node);
        file.path = Some(source.path.clone());
        file.language = Some(parsed.language);
        file.role = file_role(source.role, parsed);
        if file.role == Role::Business
            && package.is_some_and(|package| nodes.nodes[package].role == Role::Library)
        {
            nodes.get(node).role = Role::Library;
        }
        files[parsed.file.index()] = Some(node);
        count(nodes, node, parsed, source.role != FileRole::Vendored);
    }
    files
}

/// The node of a file's module. Tests get a module of their own, as their dependencies do not
/// count. Two packages may have a module of one name: the second is told apart by its holder,
/// `utils@shop`.
fn add_module(
    nodes: &mut NodeSet,
    parsed: &ParsedFile,
    holder: NodeIndex,
    test: bool,
) -> NodeIndex {
    let name = if parsed.facts.module.is_empty() {
        "(root)"
    } else {
        &parsed.facts.module
    };
    let owner = nodes.nodes[holder].name.clone();
    let mark = if test { "#test" } else { "" };
    let mut id = NodeId::new(NodeKind::Module, format!("{name}{mark}"));
    let clash = nodes
        .by_id
        .get(&id)
        .is_some_and(|&known| nodes.nodes[known].parent != Some(holder));
    if clash {
        id.name = format!("{}@{owner}", id.name).into();
    }
    let node = nodes.add(id, name, Some(holder));
    nodes.get(node).role = if test { Role::Test } else { Role::Business };
    node
}

/// What a file is for; a mark of a generator in its text outweighs its path.
fn file_role(role: FileRole, parsed: &ParsedFile) -> Role {
    match role {
        FileRole::Test => Role::Test,
        FileRole::Generated => Role::Generated,
        FileRole::Source | FileRole::Build | FileRole::Vendored if parsed.generated => {
            Role::Generated
        }
        FileRole::Source | FileRole::Build => Role::Business,
        FileRole::Vendored => Role::Library,
    }
}

/// Adds the sizes of a file, and whose it is, to itself and to all that contains it.
fn count(nodes: &mut NodeSet, file: NodeIndex, parsed: &ParsedFile, own: bool) {
    let mut at = Some(file);
    while let Some(index) = at {
        let node = nodes.get(index);
        node.is_own |= own;
        node.lines += u64::from(parsed.facts.lines);
        if let Some(complexity) = parsed.facts.complexity {
            *node.complexity.get_or_insert(0) += u64::from(complexity);
        }
        node.types.abstract_types += parsed.facts.types.abstract_types;
        node.types.concrete_types += parsed.facts.types.concrete_types;
        at = node.parent;
    }
}

/// An edge per static link. An end that discovery does not know gets a node.
fn link_edges(nodes: &mut NodeSet, parts: Parts<'_>, system: NodeIndex) -> Vec<Edge> {
    let mut edges = Vec::new();
    for link in &parts.links.links {
        let from = named_service(nodes, parts.project, &link.from, Role::Business, system);
        let to = match &link.to {
            LinkEnd::Service(name) => {
                named_service(nodes, parts.project, name, Role::Business, system)
            }
            LinkEnd::Datastore(name) => {
                named_service(nodes, parts.project, name, Role::Datastore, system)
            }
            LinkEnd::Topic(name) => topic(nodes, name, system),
        };
        edges.push(Edge {
            weight: link.locations.len().max(1) as u64,
            // Code of another service is no call that may or may not be made.
            grade: (!link.kind.is_code()).then_some(link.grade),
            via: link.via.as_deref().map(Arc::from),
            locations: link.locations.clone(),
            ..Edge::new(from, to, link.kind, link.provenance)
        });
    }
    edges
}

/// A recorded call shows that what is configured is called.
fn confirm(edges: &mut [Edge], recorded: &[Edge]) {
    let pairs: FxHashSet<_> = recorded.iter().map(|edge| (edge.from, edge.to)).collect();
    let linked = edges.iter_mut().filter(|edge| edge.grade.is_some());
    linked
        .filter(|edge| pairs.contains(&(edge.from, edge.to)))
        .for_each(|edge| edge.grade = Some(Grade::Called));
}

/// Service → first-party library outside of services, where at least two services link it.
fn library_edges(nodes: &NodeSet, project: &Project, packages: &[NodeIndex]) -> Vec<Edge> {
    let service = |package: NodeIndex| {
        let holder = nodes.nodes[package].parent?;
        (nodes.nodes[holder].level == Level::Service).then_some(holder)
    };
    let mut found: BTreeMap<(NodeIndex, NodeIndex), Edge> = BTreeMap::new();
    for (package, &node) in project.packages.iter().zip(packages) {
        let Some(user) = service(node) else { continue };
        for dependency in &package.dependencies {
            let target = dependency.target.map(|id| packages[id.index()]);
            let shared = target.filter(|_| dependency.scope == DependencyScope::Normal);
            let Some(library) = shared.filter(|&target| service(target).is_none()) else {
                continue;
            };
            let edge = found.entry((library, user)).or_insert_with(|| Edge {
                via: Some(nodes.nodes[library].name.clone()),
                ..Edge::new(user, library, EdgeKind::SharedLibrary, Provenance::Declared)
            });
            edge.weight += 1;
            edge.locations.push(dependency.location.clone());
        }
    }
    let mut users: BTreeMap<NodeIndex, usize> = BTreeMap::new();
    for (library, _) in found.keys() {
        *users.entry(*library).or_default() += 1;
    }
    found.retain(|(library, _), _| users.get(library).is_some_and(|count| *count > 1));
    found.into_values().collect()
}

/// The node of a topic or queue, a broker by its role.
fn topic(nodes: &mut NodeSet, name: &str, system: NodeIndex) -> NodeIndex {
    let node = nodes.add(NodeId::new(NodeKind::Topic, name), name, Some(system));
    nodes.get(node).role = Role::Broker;
    node
}

/// The node of a service by name or alias; a name that discovery does not know gets a node of its own.
fn named_service(
    nodes: &mut NodeSet,
    project: &Project,
    name: &str,
    role: Role,
    system: NodeIndex,
) -> NodeIndex {
    let known = project
        .service_named(name)
        .map(|id| &project.services[id.index()]);
    let (name, role) = known.map_or((name, role), |service| {
        (service.name.as_str(), service.role)
    });
    let id = service_id(name, role);
    let fresh = !nodes.by_id.contains_key(&id);
    let node = nodes.add(id, name, Some(system));
    if fresh {
        nodes.get(node).role = role;
    }
    node
}

/// The id of a service, or of a store of data.
fn service_id(name: &str, role: Role) -> NodeId {
    let kind = match role {
        Role::Datastore => NodeKind::Datastore,
        _ => NodeKind::Service,
    };
    NodeId::new(kind, name)
}

/// An edge per recorded call. Services that left spans are added first, so that a name is that of a
/// service even where another service mentions it as a topic.
fn call_edges(
    nodes: &mut NodeSet,
    parts: Parts<'_>,
    calls: &CallProfile,
    system: NodeIndex,
) -> Vec<Edge> {
    // A service is what left spans of its own, whoever mentions its name first, and with or without an edge.
    let recorded = calls.recorded_services();
    for name in &recorded {
        named_service(nodes, parts.project, name, own_role(name), system);
    }
    let mut edge = |call: &CallEdge| {
        let from = own_role(&call.caller);
        let from = named_service(nodes, parts.project, &call.caller, from, system);
        let to = callee(nodes, parts.project, call, &recorded, system);
        let kind = match call.mode {
            CallMode::Sync => EdgeKind::Call,
            CallMode::Async | CallMode::Messaging => EdgeKind::Messaging,
            CallMode::Datastore => EdgeKind::Datastore,
        };
        let labels = call.inferred.then_some(Labels::INFERRED);
        Edge {
            weight: call.calls,
            via: call.via.clone(),
            labels: labels.unwrap_or(Labels::NONE),
            ..Edge::new(from, to, kind, Provenance::Trace)
        }
    };
    calls.edges.iter().map(&mut edge).collect()
}

/// The node of a callee. A topic or database that is called like a recorded service is not that service.
fn callee(
    nodes: &mut NodeSet,
    project: &Project,
    call: &CallEdge,
    recorded: &BTreeSet<&str>,
    system: NodeIndex,
) -> NodeIndex {
    let name = &*call.callee;
    let role = callee_role(call);
    match role {
        Role::Datastore if recorded.contains(name) => {
            let node = nodes.add(service_id(name, role), name, Some(system));
            nodes.get(node).role = role;
            node
        }
        Role::Broker if recorded.contains(name) => topic(nodes, name, system),
        _ => named_service(nodes, project, name, role, system),
    }
}

/// The role of a service that left spans; one that nobody named may be several, and is in no verdict.
fn own_role(name: &str) -> Role {
    if is_unnamed(name) {
        Role::Infrastructure
    } else {
        Role::Business
    }
}

/// The role of a callee that only traces know.
fn callee_role(call: &CallEdge) -> Role {
    match call.mode {
        CallMode::Datastore => Role::Datastore,
        CallMode::Messaging if call.inferred => Role::Broker,
        CallMode::Sync | CallMode::Async | CallMode::Messaging if call.inferred => {
            Role::Infrastructure
        }
        CallMode::Sync | CallMode::Async | CallMode::Messaging => own_role(&call.callee),
    }
}

/// Sorts nodes and edges, and renumbers.
fn finish(nodes: NodeSet, mut edges: Vec<Edge>, files: &[Option<NodeIndex>]) -> DependencyGraph {
    let nodes = nodes.nodes;
    let mut order: Vec<NodeIndex> = nodes.ids().collect();
    order.sort_by_key(|&index| (nodes[index].level, &nodes[index].id));
    let mut renumbered = IndexVec::of_size(&nodes, NodeIndex::new(0));
    for (new, &old) in order.iter().enumerate() {
        renumbered[old] = NodeIndex::new(new);
    }
    let at = |old: NodeIndex| renumbered[old];
    let mut sorted = nodes.clone();
    for (old, mut node) in renumbered.iter().zip(nodes) {
        node.parent = node.parent.map(at);
        sorted[*old] = node;
    }
    for edge in &mut edges {
        (edge.from, edge.to) = (at(edge.from), at(edge.to));
    }
    edges.retain(|edge| edge.from != edge.to);
    edges.par_sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let files = files.iter().map(|node| node.map(at)).collect();
    DependencyGraph {
        nodes: sorted,
        edges: edges.into(),
        files,
    }
}
