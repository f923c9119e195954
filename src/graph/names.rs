//! One name for a service or datastore that traces and manifests call differently.
//!
//! In: recorded calls, services, static links. Out: the calls with the names of services and links.
//! Invariant: a datastore's name changes only where the same service is known to use the other one.
//! Never: joins the databases of two services because their names look alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::host;
use crate::model::names::{key, stem};
use crate::model::{CallMode, CallProfile, LinkEnd, Project, RequestShape, StaticLinks};

/// Datastores of each service by the keys that a trace may use for them; `None` where two fit.
struct Stores {
    linked: Known,
    tables: Known,
}

type Known = BTreeMap<(String, String), Option<Arc<str>>>;

/// The calls with every service named as discovery names it (by name or alias), and every datastore as
/// code and manifests of the calling service name it: by the same letters and digits, by a database
/// file without its ending, by the database of a server.
#[must_use]
pub fn with_known_names(
    calls: &CallProfile,
    links: &StaticLinks,
    project: &Project,
) -> CallProfile {
    let mut named = calls.clone();
    let recorded: BTreeSet<Arc<str>> = calls
        .operations
        .iter()
        .map(|it| it.service.clone())
        .collect();
    services_of(&mut named, &recorded).for_each(|name| {
        if let Some(known) = known_as(name, &recorded, project) {
            *name = known;
        }
    });
    let stores = Stores::of(links);
    let of_services = named.edges.iter_mut();
    for edge in of_services.filter(|edge| edge.mode == CallMode::Datastore) {
        edge.callee = name(&stores.linked, &edge.caller, &edge.callee);
    }
    for table in &mut named.tables {
        table.datastore = name(&stores.tables, &table.service, &table.datastore);
    }
    named
}

/// The service that traces call `name`: by name or alias, or by its host inside of a cluster.
fn known_as(name: &str, recorded: &BTreeSet<Arc<str>>, project: &Project) -> Option<Arc<str>> {
    let of_project = |name: &str| -> Option<Arc<str>> {
        let id = project.service_named(name)?;
        Some(project.services[id.index()].name.as_str().into())
    };
    of_project(name).or_else(|| {
        let service = host::service(name).filter(|_| !recorded.contains(name))?;
        of_project(service).or_else(|| recorded.get(service).cloned())
    })
}

/// Every name of a service, and of a datastore where it stands as a callee and is no namesake of a service.
fn services_of<'a>(
    calls: &'a mut CallProfile,
    recorded: &'a BTreeSet<Arc<str>>,
) -> impl Iterator<Item = &'a mut Arc<str>> {
    let ends = |caller: &'a mut Arc<str>, callee: &'a mut Arc<str>, inferred, mode: CallMode| {
        let namesake = inferred && mode.is_stored() && recorded.contains(callee);
        [Some(caller), (!namesake).then_some(callee)]
            .into_iter()
            .flatten()
    };
    let edges = calls.edges.iter_mut();
    let edges =
        edges.flat_map(move |it| ends(&mut it.caller, &mut it.callee, it.inferred, it.mode));
    let operations = calls.operation_calls.iter_mut();
    let operations =
        operations.flat_map(move |it| ends(&mut it.caller, &mut it.callee, it.inferred, it.mode));
    let repeated = calls.repeated.iter_mut();
    let repeated = repeated.flat_map(|it| [&mut it.caller, &mut it.callee]);
    let loops = calls.loops.iter_mut().flat_map(|it| &mut it.path);
    let tables = calls.tables.iter_mut().map(|it| &mut it.service);
    let loads = calls.operations.iter_mut().map(|it| &mut it.service);
    let requests = calls.requests.iter_mut().flat_map(of_request);
    let pairs = edges.chain(operations).chain(repeated);
    pairs
        .chain(loops)
        .chain(tables)
        .chain(loads)
        .chain(requests)
}

/// Every mention of a service in the shape of a request.
fn of_request(shape: &mut RequestShape) -> impl Iterator<Item = &mut Arc<str>> {
    let lists = [
        &mut shape.path,
        &mut shape.services,
        &mut shape.failed,
        &mut shape.reentered,
    ];
    let ends = shape.edges.iter_mut();
    let ends = ends.flat_map(|(caller, callee, _)| [caller, callee]);
    lists.into_iter().flatten().chain(ends)
}

impl Stores {
    /// Collects the names that traces may use for the stores of each service: of the links, and of
    /// the tables that code names. A table knows its database, a link may know the server only.
    fn of(links: &StaticLinks) -> Self {
        let (mut linked, mut tables) = (BTreeMap::new(), BTreeMap::new());
        for table in &links.tables {
            let (Some(service), Some(store)) = (&table.service, &table.datastore) else {
                continue;
            };
            let server = store.split('/').next().unwrap_or(store);
            for name in keys(store) {
                put(&mut tables, (service.clone(), name.clone()), store);
                put(&mut linked, (service.clone(), name), server);
            }
        }
        for link in &links.links {
            if let LinkEnd::Datastore(store) = &link.to {
                for name in keys(store) {
                    put(&mut linked, (link.from.clone(), name), store);
                }
            }
        }
        Self { linked, tables }
    }
}

/// The known name of a store for one service, else the name as it was recorded.
fn name(known: &Known, service: &str, store: &Arc<str>) -> Arc<str> {
    let found = known.get(&(service.to_owned(), key(store)));
    found.cloned().flatten().unwrap_or_else(|| store.clone())
}

/// Keys under which a trace may name `server/database` or `database.db`.
fn keys(store: &str) -> Vec<String> {
    let database = store.rsplit('/').next().unwrap_or(store);
    let ends = [".db", ".db3", ".sqlite", ".sqlite3"];
    let file = ends.iter().find_map(|end| database.strip_suffix(end));
    let mut found = vec![key(store), key(database), stem(database)];
    found.extend(file.map(key));
    found.sort();
    found.dedup();
    found
}

/// Enters a store; a second one under the same key makes the key ambiguous.
fn put(map: &mut Known, name: (String, String), store: &str) {
    map.entry(name)
        .and_modify(|known| *known = known.take().filter(|known| &**known == store))
        .or_insert_with(|| Some(store.into()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        CallEdge, CodeFacts, EdgeKind, Grade, OperationLoad, Provenance, Role, ServiceLink,
    };

    #[test]
    fn a_traced_database_gets_the_name_that_its_service_uses() {
        let link = |from: &str, store: &str| ServiceLink {
            from: from.to_owned(),
            to: LinkEnd::Datastore(store.to_owned()),
            kind: EdgeKind::Datastore,
            provenance: Provenance::Code,
            grade: Grade::Called,
            via: None,
            evidence: "connection-string".into(),
            locations: Vec::new(),
        };
        let links = StaticLinks {
            links: vec![
                link("a", "content.db"),
                link("b", "users.db"),
                link("b", "users"),
            ],
            ..StaticLinks::default()
        };
        let edge = |caller: &str, callee: &str| CallEdge {
            caller: caller.into(),
            callee: callee.into(),
            mode: CallMode::Datastore,
            ..CallEdge::default()
        };
        let calls = CallProfile {
            edges: vec![
                edge("a", "content"),
                edge("b", "content"),
                edge("b", "users"),
            ],
            ..CallProfile::default()
        };
        let named = with_known_names(&calls, &links, &Project::default());
        let names: Vec<&str> = named.edges.iter().map(|edge| &*edge.callee).collect();
        assert_eq!(
            names,
            ["content.db", "content", "users"],
            "own stores only, nothing ambiguous"
        );
    }

    #[test]
    fn spans_of_its_own_make_a_service_whoever_mentions_it_first() {
        let edge = |caller: &str, callee: &str, mode, inferred| CallEdge {
            caller: caller.into(),
            callee: callee.into(),
            calls: 1,
            mode,
            inferred,
            ..CallEdge::default()
        };
        let load = |service: &str| OperationLoad {
            service: service.into(),
            ..OperationLoad::default()
        };
        let calls = CallProfile {
            edges: vec![
                edge("aaa", "orders", CallMode::Sync, true),
                edge("aaa", "mailhost", CallMode::Sync, true),
                edge("billing", "orders", CallMode::Sync, false),
                edge("billing", "orders", CallMode::Datastore, true),
                edge("web", "orders", CallMode::Messaging, true),
            ],
            operations: ["aaa", "alone", "billing", "orders", "web"]
                .map(load)
                .into(),
            ..CallProfile::default()
        };
        let graph = crate::graph::build(crate::graph::Parts {
            project: &Project::default(),
            code: &CodeFacts::default(),
            links: &StaticLinks::default(),
            calls: Some(&calls),
        });
        let role = |id: &str| {
            let mut nodes = graph.nodes().iter();
            nodes
                .find(|node| node.id.to_string() == id)
                .map(|node| node.role)
        };
        assert_eq!(role("service:orders"), Some(Role::Business));
        assert_eq!(
            role("service:alone"),
            Some(Role::Business),
            "without an edge"
        );
        assert_eq!(
            role("service:mailhost"),
            Some(Role::Infrastructure),
            "no spans"
        );
        assert_eq!(role("datastore:orders"), Some(Role::Datastore));
        assert_eq!(role("topic:orders"), Some(Role::Broker));
    }
}
