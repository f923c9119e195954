//! Finds the functions that hand a topic or the name of an operation on to the client of a broker.
//!
//! In: all code. Out: [`Wrappers`].
//! Invariant: functions are found from the client upwards: those that call it first, then those that call these.
//! Never: more than [`MAX_HOPS`] functions between a text and the client.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::links::signs::families::fits;
use crate::links::signs::uses::Use;
use crate::links::signs::wrapped::Handed;
use crate::model::Location;

use super::code::CodeFile;
use super::effect::{Effect, Side};
use super::material::Material;
use super::wrapper::{Sent, Wrappers, keyed, uses};
use super::{family, topic, value};

/// Most functions through which a topic is followed.
const MAX_HOPS: usize = 3;

/// Finds them in all code.
pub(super) fn find(material: &Material<'_>) -> Wrappers {
    let mut wrappers = Wrappers::none_of(material.services);
    for hop in 0..MAX_HOPS {
        let mut found = Vec::new();
        for file in &material.code {
            for handed in &file.wrapped.handed {
                let effects = effects_of(&wrappers, material, file, handed, hop == 0);
                found.extend(effects.into_iter().map(|effect| (file, handed, effect)));
            }
        }
        let mut more = false;
        for (file, handed, effect) in found {
            more |= wrappers.add(file, handed, effect);
        }
        if !more {
            break;
        }
    }
    take_sent(&mut wrappers, material);
    wrappers
}

/// What becomes of a parameter that a use in the body hands on.
fn effects_of(
    wrappers: &Wrappers,
    material: &Material<'_>,
    file: &CodeFile,
    handed: &Handed,
    direct: bool,
) -> Vec<Effect> {
    let Some(u) = file.uses.get(handed.of) else {
        return Vec::new();
    };
    let u = &keyed(u, &handed.key);
    if !direct {
        return wrappers.effects(file.service, file, u);
    }
    effects_of_client(material, file, u).into_iter().collect()
}

/// What shared code sends by itself.
fn take_sent(wrappers: &mut Wrappers, material: &Material<'_>) {
    let mut sent: FxHashMap<Box<str>, Vec<Sent>> = FxHashMap::default();
    for file in material.code.iter().filter(|file| file.service.is_none()) {
        for u in uses(file) {
            let known = wrappers.effects(None, file, &u);
            let client = known
                .is_empty()
                .then(|| effects_of_client(material, file, &u));
            for effect in known.into_iter().chain(client.flatten()) {
                let takes = matches!(effect, Effect::Topic(Side::Publish) | Effect::Asks(_));
                let function = file.wrapped.around(u.at).filter(|_| takes);
                let text = function.and_then(|_| value::shared(material, file, &u));
                let Some((function, text)) = function.zip(text) else {
                    continue;
                };
                let at = Location::new(file.path.clone(), u.at);
                let path = file.path.clone();
                let one = Sent {
                    path,
                    text,
                    effect,
                    at,
                };
                sent.entry(function.into()).or_default().push(one);
            }
        }
    }
    let mut services = BTreeSet::new();
    if !sent.is_empty() {
        for (service, file) in material.callers() {
            let defined = file.wrapped.bodies.iter().map(|(name, ..)| name);
            let own = defined.filter(|name| sent.contains_key(*name));
            services.extend(own.map(|name| (service, name.clone())));
        }
    }
    wrappers.tell_sent(sent, services);
}

/// What the client of a broker does with a use.
fn effects_of_client(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<Effect> {
    operation(material, file, u).or_else(|| topic::side_of(material, file, u).map(Effect::Topic))
}

/// Whether a use asks another program or answers, by the clients that its file imports.
fn operation(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<Effect> {
    let messaging = &material.knowledge.messaging;
    family::families(messaging, file).find_map(|(name, family)| {
        let asks = || fits(&family.request, u).then(|| Effect::Asks(name.into()));
        asks().or_else(|| fits(&family.reply, u).then(|| Effect::Answers(name.into())))
    })
}
