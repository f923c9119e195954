//! Topics, queues and exchanges: who publishes, who subscribes.
//!
//! In: uses of texts, settings. Out: messaging links, publisher to subscriber.
//! Invariant: both sides name the same topic.
//! Never: a link of a service to itself; a queue that is only declared.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::{List, Messaging};
use crate::model::names::{any_word, key, with_key, words};
use crate::model::{EdgeKind, Grade, LinkEnd, Location, Position, Provenance, ServiceLink, stacks};

use crate::links::signs::channels::BINDINGS;
use crate::links::signs::families::fits;
use crate::links::signs::lookups::{self, looks_up};
use crate::links::signs::uses::Use;

use super::channel::{Bound, channel_use, endpoint};
use super::code::CodeFile;
use super::directory::Index;
use super::effect::{Effect, Side};
use super::found::Found;
use super::material::Material;
use super::wrapper;
use super::{family, sidecar, value, workers};

type Places = BTreeMap<(Index, String), BTreeSet<Location>>;

#[derive(Default)]
struct Sides {
    publish: Places,
    subscribe: Places,
    /// Exchanges that somebody binds a queue to.
    bound: Places,
    /// Types that are built beside a call that publishes, and types of which events are handled.
    built: Places,
    /// What is published by who waits for an answer.
    asked: BTreeSet<(Index, String)>,
    handled: Places,
    /// Those that are sent by their type, and types that methods of handlers take.
    typed: Places,
    handled_by_name: Places,
}

impl Sides {
    fn add(&mut self, side: Side, service: Index, topic: String, at: Location) {
        let places = match side {
            Side::Publish => &mut self.publish,
            Side::Subscribe => &mut self.subscribe,
            Side::Bind => &mut self.bound,
        };
        places.entry((service, topic)).or_default().insert(at);
    }
}

/// Every messaging link.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let sides = sides(material);
    let joins = [
        (&sides.publish, &sides.subscribe),
        (&sides.built, &sides.handled),
        (&sides.typed, &sides.handled_by_name),
    ];
    for (sort, (publish, subscribe)) in ["topic", "event", "message"].into_iter().zip(joins) {
        let uses = [(true, publish), (false, subscribe)];
        found
            .channels
            .extend(uses.into_iter().flat_map(|(sends, places)| {
                let places = places.iter();
                places.map(move |((service, channel), places)| {
                    channel_use(material, *service, (sort, channel), sends, places)
                })
            }));
        for ((from, topic), published) in publish {
            for ((to, other), subscribed) in subscribe {
                if from != to && (topic == other || is_meant(other, topic)) {
                    let mut link = link(material, *from, *to, topic, published, subscribed);
                    if sides.asked.contains(&(*from, topic.clone())) {
                        link.kind = EdgeKind::Rpc;
                    }
                    found.links.push(link);
                }
            }
        }
    }
}

/// Whether a topic is one of those that a pattern of subscriptions means: `*` and `+` stand for one part, `#` and `>`
/// for all that follow (AMQP, NATS, MQTT). A pattern without a whole part of its own means nothing here.
fn is_meant(pattern: &str, topic: &str) -> bool {
    let wild = |part: &str| matches!(part, "*" | "+" | "#" | ">");
    if !pattern.contains(['*', '+', '#', '>']) {
        return false;
    }
    let mark = if pattern.contains('/') { '/' } else { '.' };
    let parts = || pattern.split(mark);
    if !parts().any(wild) || !parts().any(|part| part.len() > 2 && !wild(part)) {
        return false;
    }
    let mut rest = topic.split(mark);
    for part in parts() {
        match (part, rest.next()) {
            ("#", _) | (">", Some(_)) => return true,
            ("*" | "+", Some(_)) => {}
            (part, Some(other)) if part == other => {}
            _ => return false,
        }
    }
    rest.next().is_none()
}

fn link(
    material: &Material<'_>,
    from: Index,
    to: Index,
    topic: &str,
    published: &BTreeSet<Location>,
    subscribed: &BTreeSet<Location>,
) -> ServiceLink {
    let name = |index| material.directory.service(index).name.clone();
    ServiceLink {
        from: name(from),
        to: LinkEnd::Service(name(to)),
        kind: EdgeKind::Messaging,
        provenance: Provenance::Code,
        grade: Grade::Called,
        via: Some(topic.to_owned()),
        evidence: "topic".into(),
        locations: published.iter().chain(subscribed).cloned().collect(),
    }
}

fn sides(material: &Material<'_>) -> Sides {
    let mut sides = Sides::default();
    // Which queue is consumed may only be known while the program runs.
    let mut consumers: BTreeSet<Index> = BTreeSet::new();
    let wrappers = &material.wrappers;
    let bases = material.code.iter().flat_map(|file| &file.events.bases);
    let bases: BTreeSet<&str> = bases.map(String::as_str).collect();
    for (service, file) in material.callers() {
        for u in wrapper::uses(file) {
            let of_own = || {
                let mut effects = wrappers.effects(Some(service), file, &u).into_iter();
                effects.find_map(|effect| match effect {
                    Effect::Topic(side) => Some(side),
                    Effect::Asks(_) | Effect::Answers(_) => None,
                })
            };
            for (effect, text, at) in wrappers.sent(service, file, &u) {
                if *effect == Effect::Topic(Side::Publish) && is_topic(text) {
                    sides.add(Side::Publish, service, text.to_owned(), at.clone());
                }
            }
            let Some(side) = side_of(material, file, &u).or_else(of_own) else {
                continue;
            };
            consumers.extend((side == Side::Subscribe).then_some(service));
            let location = Location::new(file.path.clone(), u.at);
            let waits = side == Side::Publish && waits(&material.knowledge.messaging, file, &u);
            for topic in topics(material, service, file, &u) {
                if waits {
                    sides.asked.insert((service, topic.clone()));
                }
                sides.add(side, service, topic, location.clone());
            }
        }
        typed_events(service, file, &bases, &mut sides);
    }
    configured(material, &mut sides);
    for (side, service, topic, at) in sidecar::topics(material) {
        if is_topic(&topic) {
            sides.add(side, service, topic, at);
        }
    }
    workers::tasks(material, &mut |side, service, task, at| {
        sides.add(side, service, task, at);
    });
    bound(material, &mut sides);
    handed(material, &mut sides);
    consumers.extend(sides.subscribe.keys().map(|(service, _)| *service));
    for (slot, places) in std::mem::take(&mut sides.bound) {
        if consumers.contains(&slot.0) {
            sides.subscribe.entry(slot).or_default().extend(places);
        }
    }
    sides
}

/// Adds the exchanges to which files bind a queue that their service takes from.
fn bound(material: &Material<'_>, sides: &mut Sides) {
    for (service, file) in material.callers() {
        let binding = family::binding(material, service, file, &material.knowledge.messaging);
        let takes = |queue: &String| sides.subscribe.contains_key(&(service, queue.clone()));
        if binding.queues.iter().any(takes) {
            for (exchange, places) in binding.exchanges {
                let slot = sides.subscribe.entry((service, exchange)).or_default();
                slot.extend(places);
            }
        }
    }
}

/// Shortest topic that two services name by no accident.
const TELLING: usize = 8;

/// Adds who hands a topic that another service takes from to something that asks for a topic, of which it is not known
/// that it sends: `event.topic(Topics.PAID)`, `new OutboxRow(id, ORDERS_TOPIC, payload)`. Who sends the rows of an outbox
/// knows their topics as data alone.
fn handed(material: &Material<'_>, sides: &mut Sides) {
    let known = &material.knowledge.messaging;
    let listened = sides.subscribe.keys().map(|(_, topic)| topic.as_str());
    let listened = listened.filter(|topic| topic.len() >= TELLING);
    let listened: BTreeSet<String> = listened.map(str::to_owned).collect();
    if listened.is_empty() {
        return;
    }
    by_accessor(material, &listened, sides);
    for (service, file) in material.callers() {
        for u in &file.uses {
            let callee = u.callee.split('<').next().unwrap_or_default();
            let told = u.name || u.text.contains('$') || listened.contains(&u.text);
            if callee.is_empty() || callee.starts_with('@') || !told {
                continue;
            }
            // `event.topic(env.resolve(Topics.PAID))`
            let keyed = known.places.has_key(&u.key) || known.places.has_key(&u.outer_key);
            let named = [callee, &u.outer].map(|call| known.places.has_key(last_name(call)));
            let made = [callee, &u.outer].map(|call| known.makers.has_word(call));
            let stored = [callee, &u.outer].map(|call| known.outboxes.has_word(call));
            let called = u.name && ends_in_place(known, &u.text);
            let asks = keyed || called || named.contains(&true) || stored.contains(&true);
            if !asks || made.contains(&true) && !stored.contains(&true) {
                continue;
            }
            for topic in topics(material, service, file, u) {
                let slot = (service, topic);
                let taken = listened.contains(&slot.1) && !sides.subscribe.contains_key(&slot);
                if taken {
                    let at = Location::new(file.path.clone(), u.at);
                    sides.publish.entry(slot).or_default().insert(at);
                }
            }
        }
    }
}

/// Adds who publishes in a file that asks for the setting of a topic by its accessor, where another service takes from
/// that topic: `send(properties.newOrdersQueue(), order)`.
fn by_accessor(material: &Material<'_>, listened: &BTreeSet<String>, sides: &mut Sides) {
    let known = &material.knowledge.messaging;
    for (service, file) in material.callers() {
        let called = &file.readers.called;
        if !called.iter().any(|name| known.publish.has_key(name)) {
            continue;
        }
        let called: BTreeSet<String> = called.iter().map(|name| key(name)).collect();
        for setting in &material.settings[service] {
            let name = setting.key.rsplit('.').next().unwrap_or(&setting.key);
            let place = ends_in_place(known, name);
            let name = key(name);
            if !place || !called.contains(&name) && !called.contains(&format!("get{name}")) {
                continue;
            }
            let slot = (service, material.expand(service, &setting.value));
            if listened.contains(&slot.1) && !sides.subscribe.contains_key(&slot) {
                let places = sides.publish.entry(slot).or_default();
                places.insert(setting.location.clone());
            }
        }
    }
}

/// Whether the last word of a name is one for what carries messages: `ORDERS_TOPIC`.
fn ends_in_place(known: &Messaging, name: &str) -> bool {
    let last = words(name).pop();
    last.is_some_and(|word| known.places.has(&word))
}

/// The side that a use of a text takes in code, whatever the text names.
pub(super) fn side_of(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<Side> {
    let known = &material.knowledge.messaging;
    let seen = through(material, u);
    side(known, seen.as_ref().unwrap_or(u))
        .or_else(|| declared(known, u, file.events.is_client))
        .or_else(|| option(known, u))
        .or_else(|| family::side(known, file, u))
        .or_else(|| defined(known, u))
}

/// Furthest line from the topic of a message at which its options stand.
const MAX_OPTIONS: u32 = 8;

/// Whether who publishes waits for an answer: by the name of the call, or by where the answer goes.
fn waits(known: &Messaging, file: &CodeFile, u: &Use) -> bool {
    let by_family = || {
        let families = family::families(known, file);
        let mut own = families.filter(|(_, family)| fits(&family.publish, u));
        own.any(|(_, family)| family.waits.iter().any(|word| file.held.says(word)))
    };
    let by_name = known
        .asking
        .has_key(last_name(u.callee.split('<').next().unwrap_or_default()));
    let answer = |other: &Use| {
        other.at.line.abs_diff(u.at.line) <= MAX_OPTIONS && key(&other.key) == "replyto"
    };
    by_name || by_family() || file.uses.iter().any(answer)
}

/// The topics that a use names.
fn topics(material: &Material<'_>, service: Index, file: &CodeFile, u: &Use) -> Vec<String> {
    let text = value::value_of(material, service, file, u).filter(|_| !names_bus(file, u));
    let defined = || is_definition(u).then(|| u.text.clone());
    // `QueueUrl=os.environ["QUEUE"]`
    let given =
        |name: &String| lookups::is_variable(name).then(|| material.setting(service, name))?;
    let text = text.map(|text| given(&text).map_or(text, |setting| setting.value.clone()));
    let text = text.or_else(defined).unwrap_or_default();
    let endpoint = endpoint(&text);
    let text = endpoint.as_deref().unwrap_or(&text);
    let named = text.split(',').map(str::trim);
    let counts = |topic: &&str| is_topic(topic) && !sidecar::is_bus(material, topic);
    named.filter(counts).map(str::to_owned).collect()
}

/// Whether a text names what carries the messages rather than a topic: the first of two texts of
/// `PublishEventAsync("bus", "placed")` and `[Topic("bus", "placed")]`.
fn names_bus(file: &CodeFile, u: &Use) -> bool {
    let last = key(last_name(u.callee.split('<').next().unwrap_or_default()));
    let of_bus = matches!(last.as_str(), "publishevent" | "publisheventasync")
        || u.callee == "Topic"
        || ["pubsub.publish", "pubsub.subscribe"]
            .iter()
            .any(|end| u.callee.ends_with(end));
    let second = |other: &Use| {
        other.argument == 1 && other.callee == u.callee && other.at.line.abs_diff(u.at.line) < 4
    };
    of_bus && u.argument == 0 && u.key.is_empty() && file.uses.iter().any(second)
}

/// A look-up as an argument, seen as what it finds: `Topic: os.Getenv("TOPIC")`.
fn through(material: &Material<'_>, u: &Use) -> Option<Use> {
    let looked_up = looks_up(&material.knowledge.clients, &u.callee) && !u.outer.is_empty();
    looked_up.then(|| Use {
        callee: u.outer.clone(),
        outer: String::new(),
        argument: u.outer_argument,
        key: u.outer_key.clone(),
        ..u.clone()
    })
}

fn last_name(chain: &str) -> &str {
    chain.rsplit('.').next().unwrap_or(chain)
}

fn is_topic(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:*#$+>".contains(c);
    text.len() > 1
        && text.len() < 120
        && text.chars().all(plain)
        && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Whether a text is a topic that is published or subscribed to.
fn side(known: &Messaging, u: &Use) -> Option<Side> {
    if u.callee.is_empty() || !known.arguments.has_key(&u.key) {
        return None;
    }
    let wrapped = !u.outer.is_empty() && known.lists.has_key(last_name(&u.callee));
    let callee = if wrapped { &u.outer } else { &u.callee };
    let chain = callee.split('<').next().unwrap_or(callee);
    if known.listeners.has(chain) {
        let group = u.key == "value" && chain == "@KafkaListener";
        return (!group).then_some(Side::Subscribe);
    }
    with_key(last_name(chain), |last| side_by(known, u, chain, last))
}

/// The side of a call by its last name as a key.
fn side_by(known: &Messaging, u: &Use, chain: &str, last: &str) -> Option<Side> {
    let by_key = !u.key.is_empty();
    if known.bind.has(last) && (by_key || last != "bind") {
        return Some(Side::Bind);
    }
    if known.subscribe.has(last) && (u.argument < 2 || by_key) {
        return Some(Side::Subscribe);
    }
    let carried = || known.carriers.has_word(chain) || known.carriers.has_word(&u.outer);
    let called_on = || known.send.has(last) || known.asking.has(last);
    let kept = || {
        let names_place = if by_key {
            known.places.has_key(&u.key)
        } else {
            u.argument == 0
        };
        names_place && known.outboxes.has_word(chain)
    };
    let publishes = known.publish.has(last) || (called_on() && carried()) || kept();
    let typed = matches!(
        last,
        "message" | "writer" | "writerconfig" | "producermessage"
    ) && key(&u.key) != "topic";
    (publishes && !typed && (u.argument < 2 || by_key)).then_some(Side::Publish)
}

/// The topic that a method of an interface is declared for (Micronaut): a client publishes to it, others listen.
fn declared(known: &Messaging, u: &Use, is_client: bool) -> Option<Side> {
    let side = if is_client {
        Side::Publish
    } else {
        Side::Subscribe
    };
    let declares = known.methods.has(&u.callee) && known.arguments.has_key(&u.key);
    declares.then_some(side)
}

/// `publisher.ExchangeName("orders")`: an option that names the place of a publisher or consumer.
fn option(known: &Messaging, u: &Use) -> Option<Side> {
    let (front, last) = u.callee.rsplit_once('.')?;
    let names = u.key.is_empty() && u.argument == 0 && known.places.has_key(last);
    if names {
        named_side(known, front)
    } else {
        None
    }
}

/// `createWorker({ def: OrderPlacedEvent }, …)`: what consumes is given the definition of an event by its name.
fn defined(known: &Messaging, u: &Use) -> Option<Side> {
    let name = last_name(&u.callee);
    let consumes = || known.consumers.has_word(name) || known.workers.has_word(name);
    (is_definition(u) && consumes()).then_some(Side::Subscribe)
}

/// The name of a constant that defines an event, which sender and receiver share: `OrderPlacedEvent`.
fn is_definition(u: &Use) -> bool {
    let upper = u.text.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = u.text.contains(|c: char| c.is_ascii_lowercase());
    u.name && upper && lower && u.text.len() > "Event".len() && u.text.ends_with("Event")
}

/// The side that the words of a name take: `RabbitMQPublisher`, `pkgConsumer`.
fn named_side(known: &Messaging, name: &str) -> Option<Side> {
    // `RabbitMQPublisher` has no hump before its last word.
    let ends = |word: &str, list: &List| list.iter().any(|end| word.ends_with(end));
    let has = |list: &List| any_word(name, |word| ends(word, list));
    match (has(&known.publishers), has(&known.consumers)) {
        (true, false) => Some(Side::Publish),
        (false, true) => Some(Side::Subscribe),
        _ => None,
    }
}

/// Events that are known by their type: raised with `new`, handled by a generic interface.
fn typed_events(service: Index, file: &CodeFile, bases: &BTreeSet<&str>, sides: &mut Sides) {
    let events = &file.events;
    let made = events.derived.iter();
    let made = made.filter(|(base, ..)| bases.contains(&**base));
    let made: Vec<(String, Position)> = made.map(|(_, of, at)| (of.clone(), *at)).collect();
    let asks = &events.asked;
    let of_class = events
        .handled
        .iter()
        .chain(&made)
        .chain(&events.handled_of_class);
    let typed = events.built.iter().filter(|_| events.sends_by_type);
    let slots: [(Vec<&(String, Position)>, &mut Places); 6] = [
        (typed.collect(), &mut sides.typed),
        (
            events.handled_by_name.iter().collect(),
            &mut sides.handled_by_name,
        ),
        (events.raised.iter().collect(), &mut sides.publish),
        (of_class.collect(), &mut sides.subscribe),
        (events.built.iter().collect(), &mut sides.built),
        (
            events.handled.iter().chain(&made).collect(),
            &mut sides.handled,
        ),
    ];
    for (events, places) in slots {
        for (name, at) in events {
            if asks.contains(name) {
                sides.asked.insert((service, name.clone()));
            }
            let location = Location::new(file.path.clone(), *at);
            let slot = places.entry((service, name.clone())).or_default();
            slot.insert(location);
        }
    }
}

/// Channels that configuration binds to topics (Spring Cloud Stream, `MicroProfile`).
fn configured(material: &Material<'_>, sides: &mut Sides) {
    for service in material.calling() {
        let mut bound = None;
        for setting in &material.settings[service] {
            let known = &material.knowledge.messaging;
            if setting.key == stacks::LISTENS {
                let (topic, at) = (setting.value.clone(), setting.location.clone());
                sides.add(Side::Subscribe, service, topic, at);
                continue;
            }
            let section = section_side(known, &setting.key);
            let Some(side) = binding_side(known, &setting.key).or(section) else {
                continue;
            };
            let bound = bound.get_or_insert_with(|| Bound::of(material, service));
            let channel = channel(&setting.key);
            let takes_part = section.is_some()
                || match side {
                    Side::Publish => bound.sends(channel),
                    _ => bound.takes(channel),
                };
            if !takes_part {
                continue;
            }
            let topic = material.expand(service, &setting.value);
            let places = if side == Side::Publish {
                &mut sides.publish
            } else {
                &mut sides.subscribe
            };
            if is_topic(&topic) {
                places
                    .entry((service, topic))
                    .or_default()
                    .insert(setting.location.clone());
            }
        }
    }
}

/// `RabbitMQPublisher.Exchange`: a section of settings named for a publisher or consumer, in a file of its own.
fn section_side(known: &Messaging, name: &str) -> Option<Side> {
    let (front, last) = name.rsplit_once('.')?;
    let framework = front.starts_with("spring.") || front.starts_with("mp.messaging.");
    let section = front.rsplit('.').next().unwrap_or(front);
    let names = known.places.has_key(last) && !framework;
    named_side(known, section).filter(|_| names)
}

/// `orders-out-0` of `spring.cloud.stream.bindings.orders-out-0.destination`.
fn channel(name: &str) -> &str {
    let front = name.rsplit_once('.').map_or(name, |(front, _)| front);
    let starts = BINDINGS.iter();
    let mut bound = starts.filter_map(|start| front.strip_prefix(start));
    bound.next().unwrap_or(front)
}

fn binding_side(known: &Messaging, name: &str) -> Option<Side> {
    let (front, last) = name.rsplit_once('.')?;
    if let Some(channel) = front
        .strip_prefix("spring.cloud.stream.bindings.")
        .filter(|_| last == "destination")
    {
        let (out, into) = (
            known.outgoing.has_word(channel),
            known.incoming.has_word(channel),
        );
        return match (out, into) {
            (true, false) => Some(Side::Publish),
            (false, true) => Some(Side::Subscribe),
            _ => None,
        };
    }
    let topic = matches!(last, "topic" | "address" | "destination");
    if front.starts_with("mp.messaging.outgoing.") && topic {
        return Some(Side::Publish);
    }
    (front.starts_with("mp.messaging.incoming.") && topic).then_some(Side::Subscribe)
}

#[cfg(test)]
mod tests;
