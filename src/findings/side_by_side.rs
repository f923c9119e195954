//! Declared, found and observed dependencies side by side.
//!
//! In: [`StaticLinks`], [`CallProfile`]. Out: one [`Row`] per pair of services.
//! Invariant: names joined by service name and alias; sorted by pair; brokers and infrastructure left out.
//! Never: judges; rules do that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    CallEdge, CallMode, CallProfile, Grade, LinkEnd, Location, Project, Role, Service, StaticLinks,
};

/// Kind of evidence of declared intent.
const INTENT: &str = "declared-intent";

/// What is known about one service depending on another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The dependent.
    pub from: String,
    /// The service, datastore or topic depended on.
    pub to: String,
    /// Stands in a catalogue as intended.
    pub intended: bool,
    /// Found in code, manifests or configuration.
    pub found: bool,
    /// Whether all that was found is an address that nothing uses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub configured: bool,
    /// Recorded calls; 0 when never observed.
    pub calls: u64,
    /// Places of the static evidence, the strongest first.
    pub locations: Vec<Location>,
}

/// All dependencies, each with what is known about it.
#[must_use]
pub fn rows(project: &Project, links: &StaticLinks, calls: Option<&CallProfile>) -> Vec<Row> {
    let mut rows = BTreeMap::new();
    for link in links.links.iter().filter(|link| !link.kind.is_code()) {
        let row = row(&mut rows, &link.from, end(&link.to));
        if link.evidence == INTENT {
            row.intended = true;
        } else {
            let configured = link.grade == Grade::Configured;
            row.configured = configured && (row.configured || !row.found);
            row.found = true;
        }
        row.locations.extend(link.locations.iter().cloned());
    }
    let named = |name: &str| {
        let known = project.service_named(name);
        known.map(|id| &project.services[id.index()])
    };
    let edges = calls.into_iter().flat_map(|calls| &calls.edges);
    for edge in edges.filter(|edge| is_between_services(edge, named)) {
        let known = |name| named(name).map_or(name, |service| &service.name);
        row(&mut rows, known(&edge.caller), known(&edge.callee)).calls += edge.calls;
    }
    rows.into_values().collect()
}

/// Whether both ends are services of the system or its data: no stranger, nothing that only carries.
fn is_between_services<'a>(edge: &CallEdge, named: impl Fn(&str) -> Option<&'a Service>) -> bool {
    let carries = |name: &str| {
        let service = named(name);
        service.is_some_and(|service| matches!(service.role, Role::Broker | Role::Infrastructure))
    };
    let stored = edge.mode == CallMode::Datastore;
    let stranger = edge.inferred && !stored && named(&edge.callee).is_none();
    !stranger && !carries(&edge.caller) && !carries(&edge.callee)
}

/// The row of a pair, made where there is none.
fn row<'a>(rows: &'a mut BTreeMap<(String, String), Row>, from: &str, to: &str) -> &'a mut Row {
    let fresh = || Row {
        from: from.to_owned(),
        to: to.to_owned(),
        ..Row::default()
    };
    rows.entry((from.to_owned(), to.to_owned()))
        .or_insert_with(fresh)
}

/// The name at the end of a link.
fn end(end: &LinkEnd) -> &str {
    match end {
        LinkEnd::Service(name) | LinkEnd::Datastore(name) | LinkEnd::Topic(name) => name,
    }
}
