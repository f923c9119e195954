//! Channels: what services do with them, and whether code takes the side that settings bind to a topic.
//!
//! In: the channels of all files. Out: yes or no; records of uses.
//! Invariant: where no code of the service binds any channel, settings are believed.
//! Never: a topic.

use std::collections::BTreeSet;

use crate::model::names::key;
use crate::model::{ChannelUse, Location};

use super::code::CodeFile;
use super::directory::Index;
use super::material::Material;

/// The channels that the code of one service binds, as keys.
#[derive(Default)]
pub(super) struct Bound {
    sends: BTreeSet<String>,
    takes: BTreeSet<String>,
    sends_any: bool,
    unknown: bool,
}

impl Bound {
    /// The channels of a service.
    pub(super) fn of(material: &Material<'_>, service: Index) -> Self {
        let mut bound = Self::default();
        let shared = |file: &CodeFile| {
            let users = material.run_by.get(&file.path);
            users.is_some_and(|users| users.contains(&service))
        };
        let runs = |file: &CodeFile| match file.service {
            Some(own) => own == service,
            None => shared(file),
        };
        let own = || material.code.iter().filter(|file| runs(file));
        let interfaces = || own().flat_map(|file| &file.channels.interfaces);
        let elsewhere = |name: &String| !interfaces().any(|known| known == name);
        let mut binders = own().flat_map(|file| &file.channels.binders);
        // What an interface of other code declares is not known.
        bound.unknown = binders.any(elsewhere);
        for file in own() {
            // `@Channel(ORDERS)` names a constant.
            let named = |names: &[String]| -> Vec<String> {
                let constants = &material.constants[file.service];
                let text = |name: &String| constants.get(name).cloned().flatten();
                let texts = names
                    .iter()
                    .map(|name| text(name).unwrap_or_else(|| name.clone()));
                texts.map(|name| key(&name)).collect()
            };
            bound.sends.extend(named(&file.channels.sends));
            bound.takes.extend(named(&file.channels.takes));
            bound.sends_any |= file.channels.sends_any;
        }
        bound
    }

    /// Whether the service sends to the channel: one of a configuration that is shared between
    /// sender and receiver has no sender in the program that only receives.
    pub(super) fn sends(&self, channel: &str) -> bool {
        self.sends_any || self.believes(&self.sends, channel)
    }

    /// Whether it takes from the channel.
    pub(super) fn takes(&self, channel: &str) -> bool {
        self.believes(&self.takes, channel)
    }

    /// Whether code takes one side of a channel. Where no code binds any channel nothing
    /// contradicts the setting, and it is believed. Else the name must fit: as it is, without its
    /// number, or as a part of chained functions.
    fn believes(&self, side: &BTreeSet<String>, channel: &str) -> bool {
        let unknown = self.unknown || (self.sends.is_empty() && self.takes.is_empty());
        // `orders-out-0` is the first output of the function `orders`; functions may be chained: `a|b`, `aB-out-0`.
        let name = channel
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .trim_end_matches('-');
        let function = name
            .strip_suffix("-out")
            .or_else(|| name.strip_suffix("-in"));
        let known = |name: &str| side.contains(&key(name));
        let chained = || function.is_some_and(|name| takes_part(&key(name), side));
        unknown || known(name) || known(channel) || chained()
    }
}

/// The record of what a service does with a channel of some sort.
pub(super) fn channel_use(
    material: &Material<'_>,
    service: Index,
    (sort, channel): (&str, &str),
    sends: bool,
    places: &BTreeSet<Location>,
) -> ChannelUse {
    ChannelUse {
        sort: sort.to_owned(),
        channel: channel.to_owned(),
        sends,
        service: material.directory.service(service).name.clone(),
        locations: places.iter().cloned().collect(),
    }
}

/// Whether a name holds that of a bound function, as `validatebill` does for `validate` and `bill`.
fn takes_part(name: &str, side: &BTreeSet<String>) -> bool {
    side.iter().any(|bound| {
        let bare = bound
            .strip_suffix("out")
            .or_else(|| bound.strip_suffix("in"));
        bare.is_some_and(|bare| bare.len() > 2 && name.contains(bare))
    })
}

/// The names in the address of a route of Camel, in a list: of `rabbitmq:orders?queue=placed` both, of `file:x` none.
pub(super) fn endpoint(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let carries = [
        "activemq",
        "amqp",
        "jms",
        "kafka",
        "nats",
        "paho",
        "rabbitmq",
        "spring-rabbitmq",
    ];
    if !carries.contains(&scheme) {
        return None;
    }
    let path = path.trim_start_matches('/').rsplit(['/', ':']).next();
    let given = |part: &'_ str| {
        let (key, value) = part.split_once('=')?;
        let names = matches!(key, "queue" | "queues" | "routingKey" | "topic");
        names.then(|| value.to_owned())
    };
    let query = query.split('&').filter_map(given);
    let names: Vec<String> = path.map(str::to_owned).into_iter().chain(query).collect();
    Some(names.join(","))
}
