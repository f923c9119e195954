//! What a program asks its side car of Dapr for: another program, a store, a binding, a topic.
//!
//! In: uses of texts, components of the side car. Out: drafts, sides of topics.
//! Invariant: a component counts for a program that names it in a call which takes components.
//! Never: a scope alone; it says who may, not who does.

use crate::links::signs::components::{Component, SUBSCRIPTION};
use crate::links::signs::uses::Use;
use crate::model::names::key;
use crate::model::{Location, Provenance};

use super::address::addresses;
use super::code::CodeFile;
use super::directory::Index;
use super::effect::Side;
use super::found::{Draft, Found, Protocol};
use super::hints::asks_for_host;
use super::material::Material;
use super::value;

/// Paths of the side car's own interface, before the name that is asked for.
const INVOKE: &str = "/v1.0/invoke/";
const PUBLISH: &str = "/v1.0/publish/";
const STORES: [&str; 2] = ["/v1.0/state/", "/v1.0/bindings/"];

/// A topic with the service that takes this side of it.
pub(super) type Taken = (Side, Index, String, Location);

/// Drafts for programs that are invoked and for stores or bindings that are asked, each through a
/// side car. Components that carry messages are not targets; their topics join programs.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    for (service, file) in material.callers() {
        for u in &file.uses {
            let invoked = invoked(material, service, file, u);
            let app = invoked.and_then(|name| material.directory.named(&name, Some(service)));
            let called = app.map(|to| draft(service, to, Protocol::Http, file, u));
            found.drafts.extend(called);
            let Some(name) = component(material, service, file, u) else {
                continue;
            };
            let stores = material.components.iter().map(|(_, component)| component);
            let stores = stores.filter(|c| c.name == name && !carries_messages(c));
            for to in stores.flat_map(|component| targets(material, service, component)) {
                found
                    .drafts
                    .push(draft(service, to, Protocol::Unknown, file, u));
            }
        }
    }
}

/// A draft that rests on a call of the side car.
fn draft(from: Index, to: Index, protocol: Protocol, file: &CodeFile, u: &Use) -> Draft {
    Draft {
        from,
        to,
        protocol,
        provenance: Provenance::Code,
        evidence: "side-car",
        location: Location::new(file.path.clone(), u.at),
    }
}

/// Whether a component is a bus or a subscription to one.
fn carries_messages(component: &Component) -> bool {
    component.kind.starts_with("pubsub.") || component.kind == SUBSCRIPTION
}

/// The text of a use that may be a path of the side car.
fn path(material: &Material<'_>, service: Index, file: &CodeFile, u: &Use) -> Option<String> {
    let text = if u.filled.is_empty() {
        &u.text
    } else {
        &u.filled
    };
    if u.name || !text.contains("/v1.0/") {
        return None;
    }
    Some(value::filled(material, service, file, text))
}

/// The part of a path after `after`: `orders` of `/v1.0/invoke/orders/method/x`.
fn segment<'t>(text: &'t str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(after)?;
    rest.split(['/', '?', '"', '\''])
        .next()
        .filter(|name| !name.is_empty())
}

/// The program that a use asks the side car to call: in a path, or in a header beside an ordinary one.
fn invoked(material: &Material<'_>, service: Index, file: &CodeFile, u: &Use) -> Option<String> {
    let header = [&u.key, &u.default_of];
    if header
        .into_iter()
        .any(|name| name.eq_ignore_ascii_case("dapr-app-id"))
    {
        return value::value_of(material, service, file, u);
    }
    let path = path(material, service, file, u)?;
    segment(&path, INVOKE).map(str::to_owned)
}

/// The component that a use names: the first argument of a call that takes one, or a path.
fn component(material: &Material<'_>, service: Index, file: &CodeFile, u: &Use) -> Option<String> {
    if material.components.is_empty() {
        return None;
    }
    if let Some(path) = path(material, service, file, u) {
        let mut stores = STORES.iter();
        return stores
            .find_map(|after| segment(&path, after))
            .map(str::to_owned);
    }
    let named = || matches!(key(&u.key).as_str(), "storename" | "bindingname");
    if u.callee.is_empty() || !(u.key.is_empty() && u.argument == 0 || named()) {
        return None;
    }
    let chain = u.callee.split('<').next().unwrap_or_default();
    let last = key(chain.rsplit('.').next().unwrap_or(chain));
    let takes = material.knowledge.clients.components.has(&last);
    takes
        .then(|| value::value_of(material, service, file, u))
        .flatten()
}

/// Where a component leads.
fn targets(material: &Material<'_>, service: Index, component: &Component) -> Vec<Index> {
    let clients = &material.knowledge.clients;
    let mut found = Vec::new();
    for (name, text) in &component.entries {
        let listed = addresses(text);
        let resolved = listed
            .iter()
            .filter_map(|a| material.directory.resolve(a, Some(service)));
        found.extend(resolved);
        if listed.is_empty() && asks_for_host(clients, name) {
            found.extend(material.directory.exact(text, Some(service)));
        }
    }
    found
}

/// Whether a name is that of a component that carries messages, and no topic.
pub(super) fn is_bus(material: &Material<'_>, name: &str) -> bool {
    let mut components = material.components.iter();
    components.any(|(_, c)| c.name == name && carries_messages(c))
}

/// Topics that side cars pass on for programs.
pub(super) fn topics(material: &Material<'_>) -> Vec<Taken> {
    let mut found = Vec::new();
    for (service, file) in material.callers() {
        for u in &file.uses {
            let at = || Location::new(file.path.clone(), u.at);
            let path = path(material, service, file, u);
            let topic = path.as_deref().and_then(|path| path.split_once(PUBLISH));
            let topic = topic.and_then(|(_, rest)| rest.split(['/', '?']).nth(1));
            found.extend(topic.map(|topic| (Side::Publish, service, topic.to_owned(), at())));
            let Some(name) = component(material, service, file, u) else {
                continue;
            };
            for (_, binding) in material.components.iter().filter(|(_, c)| c.name == name) {
                let topics = bound(binding).map(|topic| (Side::Publish, service, topic, at()));
                found.extend(topics);
            }
        }
        found.extend(subscribed(material, service, file));
    }
    for (path, component) in &material.components {
        let at = Location::new(path.clone(), component.at);
        let topics: Vec<String> = bound(component).collect();
        for service in takers(material, component) {
            let taken = |topic: &String| (Side::Subscribe, service, topic.clone(), at.clone());
            found.extend(topics.iter().map(taken));
        }
    }
    found
}

/// The topics of a binding or subscription.
fn bound(component: &Component) -> impl Iterator<Item = String> {
    let counts = component.kind.starts_with("bindings.") || component.kind == SUBSCRIPTION;
    let is_topic = |name: &str| {
        matches!(
            key(name).as_str(),
            "topic" | "topics" | "queue" | "queuename"
        )
    };
    let entries = component
        .entries
        .iter()
        .filter(move |(name, _)| counts && is_topic(name));
    entries.flat_map(|(_, text)| text.split(',').map(|topic| topic.trim().to_owned()))
}

/// The programs to which a binding or subscription hands messages: those that declare its route.
fn takers(material: &Material<'_>, component: &Component) -> Vec<Index> {
    let route = component.entries.iter().find(|(name, _)| name == "route");
    let route = match route {
        Some((_, route)) => route,
        None if component.kind == SUBSCRIPTION => return Vec::new(),
        None => &component.name,
    };
    let route = route.trim_matches('/');
    let in_scope = |service: &Index| {
        let mut scopes = component.scopes.iter();
        component.scopes.is_empty()
            || scopes.any(|name| material.directory.exact(name, None) == Some(*service))
    };
    let declares = |file: &CodeFile| {
        let same = |path: &str| path.trim_matches('/') == route;
        // Attributes of C#: `[HttpPost("entry")]`.
        let attribute = |u: &Use| matches!(&*u.callee, "HttpPost" | "HttpPut") && same(&u.text);
        let mut routes = file.routes.iter();
        routes.any(|declared| !declared.prefix && same(&declared.path))
            || file.uses.iter().any(attribute)
    };
    let answering = material.callers().filter(|(_, file)| declares(file));
    let mut found: Vec<Index> = answering
        .map(|(service, _)| service)
        .filter(in_scope)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Subscriptions that a program hands to its side car: `{ pubsubname: "bus", topic: "placed", route: "/on-placed" }`.
fn subscribed(material: &Material<'_>, service: Index, file: &CodeFile) -> Vec<Taken> {
    let names_bus = |u: &Use| key(&u.key) == "pubsubname";
    let mut found = Vec::new();
    let topics = file.uses.iter().enumerate();
    for (at, u) in topics.filter(|(_, u)| u.key.eq_ignore_ascii_case("topic")) {
        let near = file.uses.iter().skip(at.saturating_sub(2)).take(5);
        let beside = near.into_iter().any(|other| {
            names_bus(other) && other.callee == u.callee && other.at.line.abs_diff(u.at.line) < 4
        });
        // What is called with both publishes or subscribes by its own name.
        if beside && u.braced {
            let topic = value::value_of(material, service, file, u);
            let at = Location::new(file.path.clone(), u.at);
            found.extend(topic.map(|topic| (Side::Subscribe, service, topic, at)));
        }
    }
    found
}
