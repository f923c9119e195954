//! Clients of brokers whose calls mean nothing elsewhere; operations that are called by name through one.
//!
//! In: uses of texts in files that import such a client. Out: sides of topics, links of calls that wait.
//! Invariant: who asks and who answers use the same client and name.
//! Never: a link of a service to itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::{Family, List, Messaging};
use crate::links::signs::families::fits;
use crate::links::signs::uses::Use;
use crate::model::{EdgeKind, Grade, LinkEnd, Location, Provenance, ServiceLink};

use super::channel::channel_use;
use super::code::CodeFile;
use super::directory::Index;
use super::effect::{Effect, Side};
use super::found::Found;
use super::material::Material;
use super::value::value_of;
use super::wrapper;

/// What a use does with a topic, by the clients that its file imports.
pub(super) fn side(known: &Messaging, file: &CodeFile, u: &Use) -> Option<Side> {
    families(known, file).find_map(|(_, family)| {
        let publishes = fits(&family.publish, u).then_some(Side::Publish);
        let takes = || fits(&family.subscribe, u) || is_key(family, u);
        let subscribes = || takes().then_some(Side::Subscribe);
        publishes
            .or_else(subscribes)
            .or_else(|| made(family, file, u))
    })
}

/// Whether a text is the key of an object whose keys are topics: `events: { "order.placed"(ctx) { … } }`.
fn is_key(family: &Family, u: &Use) -> bool {
    !u.name && u.key.is_empty() && family.keyed.has(&u.owner)
}

/// What the file that makes a queue does with it.
fn made(family: &Family, file: &CodeFile, u: &Use) -> Option<Side> {
    if !fits(&family.declared, u) {
        return None;
    }
    let calls = |list: &List| {
        let mut called = file.readers.called.iter();
        called.any(|name| list.has(name))
    };
    let gives = || calls(&family.gives).then_some(Side::Publish);
    let takes = calls(&family.takes).then_some(Side::Subscribe);
    takes.or_else(gives)
}

/// A file that binds queues to exchanges: places of either.
#[derive(Default)]
pub(super) struct Binding {
    pub(super) queues: BTreeSet<String>,
    pub(super) exchanges: BTreeMap<String, BTreeSet<Location>>,
}

/// What a file binds, by the clients that it imports.
pub(super) fn binding(
    material: &Material<'_>,
    service: Index,
    file: &CodeFile,
    known: &Messaging,
) -> Binding {
    let mut found = Binding::default();
    let binds = |(_, family): &(&str, &Family)| !family.bound.is_empty();
    for (_, family) in families(known, file).filter(binds) {
        for u in wrapper::uses(file) {
            let (declared, bound) = (fits(&family.declared, &u), fits(&family.bound, &u));
            let Some(text) = (declared || bound)
                .then(|| value_of(material, service, file, &u))
                .flatten()
            else {
                continue;
            };
            if declared {
                found.queues.insert(text);
            } else {
                let places = found.exchanges.entry(text).or_default();
                places.insert(Location::new(file.path.clone(), u.at));
            }
        }
    }
    found
}

/// The clients of brokers that a file imports, with what is known of their calls.
pub(super) fn families<'k>(
    known: &'k Messaging,
    file: &'k CodeFile,
) -> impl Iterator<Item = (&'k str, &'k Family)> {
    let named = file.families.iter();
    named.filter_map(|name| known.families.get(&**name).map(|family| (&**name, family)))
}

/// The name of a family as the table has it.
fn known_family<'k>(known: &'k Messaging, name: &str) -> Option<&'k str> {
    known.families.get_key_value(name).map(|(name, _)| &**name)
}

/// The family through which something that is sent asks for an answer.
fn asks<'k>(known: &'k Messaging, effect: &Effect) -> Option<&'k str> {
    match effect {
        Effect::Asks(name) => known_family(known, name),
        Effect::Answers(_) | Effect::Topic(_) => None,
    }
}

/// What a use does with an operation or the name of a program.
enum Part {
    Asks,
    /// Asks for an operation by a text that begins with the name of the program.
    Below,
    Answers,
    Hears,
}

/// What a use does with an operation, by the first list of calls that it fits; asking goes before
/// answering.
fn part(family: &Family, u: &Use) -> Option<Part> {
    let rows = [
        (&family.request, Part::Asks),
        (&family.below, Part::Below),
        (&family.reply, Part::Answers),
        (&family.listen, Part::Hears),
    ];
    let mut rows = rows.into_iter();
    rows.find_map(|(rows, part)| fits(rows, u).then_some(part))
}

/// Operations by client and name, with the services that ask or answer.
type Operations<'k> = BTreeMap<(&'k str, String), BTreeMap<Index, BTreeSet<Location>>>;

/// Links by operations that are called by name and waited for.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let (mut asked, mut answered) = (Operations::new(), Operations::new());
    let mut heard = Operations::new();
    let wrappers = &material.wrappers;
    let known = |name: &str| known_family(&material.knowledge.messaging, name);
    for (service, file) in material.callers() {
        for u in wrapper::uses(file) {
            let of_own = wrappers.effects(Some(service), file, &u).into_iter();
            let of_own = of_own.filter_map(|effect| match effect {
                Effect::Asks(name) => Some((known(&name)?, Part::Asks)),
                Effect::Answers(name) => Some((known(&name)?, Part::Answers)),
                Effect::Topic(_) => None,
            });
            let families = families(&material.knowledge.messaging, file);
            let of_client = families.filter_map(|(name, family)| Some((name, part(family, &u)?)));
            let here = Location::new(file.path.clone(), u.at);
            for (name, part) in of_own.chain(of_client) {
                let below = matches!(part, Part::Below);
                let into = match part {
                    Part::Asks | Part::Below => &mut asked,
                    Part::Answers => &mut answered,
                    Part::Hears => &mut heard,
                };
                let text = value_of(material, service, file, &u);
                if let Some(text) = text.map(|text| if below { program_of(&text) } else { text }) {
                    let places = into.entry((name, text)).or_default();
                    places.entry(service).or_default().insert(here.clone());
                }
            }
            for (effect, text, at) in wrappers.sent(service, file, &u) {
                if let Some(name) = asks(&material.knowledge.messaging, effect) {
                    let places = asked.entry((name, text.to_owned())).or_default();
                    let places = places.entry(service).or_default();
                    places.extend([here.clone(), at.clone()]);
                }
            }
        }
    }
    for (sends, operations) in [(true, &asked), (false, &answered)] {
        for ((client, name), services) in operations {
            let sort = format!("operation {client}");
            let uses = services.iter().map(|(service, places)| {
                channel_use(material, *service, (&sort, name), sends, places)
            });
            found.channels.extend(uses);
        }
    }
    let pairs = |from: &Operations<'_>, to: &Operations<'_>, kind| {
        let mut found = Vec::new();
        for (operation, callers) in from {
            let Some(called) = to.get(operation) else {
                continue;
            };
            for (from, asks) in callers {
                for (to, answers) in called.iter().filter(|(to, _)| *to != from) {
                    let places = asks.iter().chain(answers).cloned().collect();
                    let link = link(material, (*from, *to), &operation.1, places);
                    found.push(ServiceLink { kind, ..link });
                }
            }
        }
        found
    };
    found.links.extend(pairs(&asked, &answered, EdgeKind::Rpc));
    // Events go from the program that they are called after to those that listen.
    found
        .links
        .extend(pairs(&answered, &heard, EdgeKind::Messaging));
}

/// The program that a text names before an operation: `orders` of `orders.create` and `v2.orders.create`.
fn program_of(text: &str) -> String {
    let program = text.rsplit_once('.').map_or(text, |(program, _)| program);
    program.rsplit('.').next().unwrap_or(program).to_owned()
}

/// The call of a named operation.
fn link(
    material: &Material<'_>,
    (from, to): (Index, Index),
    operation: &str,
    locations: Vec<Location>,
) -> ServiceLink {
    ServiceLink {
        from: material.directory.service(from).name.clone(),
        to: LinkEnd::Service(material.directory.service(to).name.clone()),
        kind: EdgeKind::Rpc,
        grade: Grade::Called,
        provenance: Provenance::Code,
        via: Some(operation.to_owned()),
        evidence: "named-operation".into(),
        locations,
    }
}
